"""jrnl: a text journal, in one file or in a folder `YYYY/MM/DD.txt`.

An entry begins with its date in brackets at the beginning of a line; version 1 wrote it without
(journals/Journal.py and Entry.py of jrnl-org/jrnl, formats.md 3.2). How dates are written is the
person's choice, so it is learned from the file, once: whatever else stands in brackets is text.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, time
from functools import cache
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.core.text import clean
from apps.transfer.sources import days
from apps.transfer.sources.beginnings import first_text
from apps.transfer.sources.bodies import as_written
from apps.transfer.sources.heads import before
from apps.transfer.sources.package import Package, Refused
from apps.transfer.sources.plain import LONGEST_TITLE, PlainEntry, Unreadable, key_of

KEY = "jrnl"
NAME = "jrnl"

BEGINNING = 64 * 1024
MOST_FILES = 20
# Shorter ones are notes and places in a text: [1], [12:30], [x].
SHORTEST_DATE = 7


def recognises(package: Package) -> bool:
    """Whether a text in it has entries of jrnl, or is one that jrnl locked."""
    for name in _texts(package)[:MOST_FILES]:
        text = first_text(package, name, BEGINNING)
        if _LOCKED.match(text) or Form.learned(_dates(text)) or _legacy(text):
            return True
    return False


def read(package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
    """Its entries. Raises Refused for a journal that is locked."""
    names = _texts(package)
    for name in names:
        if _LOCKED.match(first_text(package, name, BEGINNING)):
            raise Refused(
                _(
                    "“%(name)s” is encrypted. Unlock it first (jrnl --decrypt) and bring the"
                    " text it makes."
                )
                % {"name": name}
            )
    day_files = [name for name in names if _DAY_FILE.search(name)]
    # The files of a folder are one journal, with one way to write dates.
    of_folder = Form.learned(date for name in day_files for date in _dates(package.text(name)))
    for name in names:
        text = as_written(package.text(name))
        form = of_folder if name in day_files else Form.learned(_dates(text))
        yield from _entries(text, form, name)


def _texts(package: Package) -> list[str]:
    if package.is_single:
        return package.names
    return [name for name in package.names if PurePosixPath(name).suffix.casefold() in _ENDINGS]


_ENDINGS = {"", ".txt", ".jrnl"}
_DAY_FILE = re.compile(r"(?:^|/)\d{4}/\d{2}/\d{2}\.txt$", re.I)
# What jrnl 2 and later write is a token of Fernet, and nothing else.
_LOCKED = re.compile(r"\s*gAAAAA[0-9A-Za-z_=-]{80,}\s*\Z")


# --- Dates ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Form:
    """One way to write a date and a time."""

    day: re.Pattern[str]
    clock: re.Pattern[str]
    # Whether another way would have done as well, with day and month changed about.
    is_guess: bool = field(default=False, compare=False)

    @classmethod
    def learned(cls, written: Iterable[str]) -> "Form | None":
        """The way the first of these that is a date is written in; None where there is none.

        Where it may be several (3/4/2024), the one most of the others are written in too, and then
        the one that goes forward most.
        """
        said = list(written)
        for one in said:
            found = [form for form in forms() if form.read(one)]
            if found:
                break
        else:
            return None
        if len(found) == 1:
            return found[0]
        fits = sorted((form._fit(said), -number) for number, form in enumerate(found))
        (best, number), (second, _number) = fits[-1], fits[-2]
        return cls(found[-number].day, found[-number].clock, is_guess=best == second)

    def read(self, written: str) -> tuple[date, time | None] | None:
        """The day and the time, if all of it is written in this way."""
        written = " ".join(written.split()) if len(written) <= 80 else ""
        day = self.day.match(written)
        clock = self.clock.fullmatch(written, day.end()) if day else None
        return _moment(day, clock) if day and clock else None

    def begins(self, line: str) -> tuple[date, time | None, str] | None:
        """The day and the time a line begins with, and what is left of it."""
        day = self.day.match(line)
        clock = self.clock.match(line, day.end()) if day else None
        if not day or not clock or line[clock.end() : clock.end() + 1].strip():
            return None
        moment = _moment(day, clock)
        return (*moment, line[clock.end() :].strip()) if moment else None

    def _fit(self, written: list[str]) -> tuple[int, int]:
        read = [self.read(one) for one in written]
        read_days = [one[0] for one in read if one]
        back = sum(later < day for day, later in pairwise(read_days))
        return len(read_days), -back


def _moment(day: re.Match[str], clock: re.Match[str]) -> tuple[date, time | None] | None:
    parts = {**day.groupdict(), **clock.groupdict()}
    year = int(parts["Y"]) if parts.get("Y") else 2000 + int(parts["y"])
    month = int(parts["m"]) if parts.get("m") else days.months().get(parts["B"].casefold(), 0)
    try:
        found = date(year, month, int(parts["d"]))
        if not parts.get("H"):
            return found, None
        hour = int(parts["H"])
        if half := parts.get("p"):
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + (12 if half.casefold() == "p" else 0)
        return found, time(hour, int(parts["M"]), int(parts.get("S") or 0))
    except ValueError:
        return None


@cache
def forms() -> tuple[Form, ...]:
    """The ways that are known; of two that look alike the one that is taken first comes first."""
    return tuple(Form(day, clock) for day in _READ_DAYS for clock in _READ_CLOCKS)


_WEEKDAY = r"(?:[^\W\d_]{2,12}\.?,? )?"
_YEAR, _MONTH, _DAY = r"(?P<Y>\d{4})", r"(?P<m>\d{1,2})", r"(?P<d>\d{1,2})"
_NAME, _SHORT = r"(?P<B>[^\W\d_]{3,20})\.?", r"(?P<y>\d{2})(?!\d)"
_DAYS = [
    rf"{_YEAR}-{_MONTH}-{_DAY}",
    rf"{_YEAR}/{_MONTH}/{_DAY}",
    rf"{_YEAR}\.{_MONTH}\.{_DAY}",
    rf"{_DAY}\.{_MONTH}\.{_YEAR}",
    rf"{_DAY}/{_MONTH}/{_YEAR}",
    rf"{_MONTH}/{_DAY}/{_YEAR}",
    rf"{_DAY}-{_MONTH}-{_YEAR}",
    rf"{_MONTH}-{_DAY}-{_YEAR}",
    rf"{_DAY}\.{_MONTH}\.{_SHORT}",
    rf"{_DAY}/{_MONTH}/{_SHORT}",
    rf"{_MONTH}/{_DAY}/{_SHORT}",
    rf"{_DAY}\.? {_NAME},? {_YEAR}",
    rf"{_NAME} {_DAY},? {_YEAR}",
    r"(?P<Y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?!\d)",
]
_BETWEEN, _HALF = r"(?:,? |T| at | @ | - )", r" ?(?P<p>[ap])\.?m\.?"
_CLOCKS = [
    rf"{_BETWEEN}(?P<H>\d{{1,2}})[:.h](?P<M>\d{{2}})(?![\d:])(?! ?[ap]\.?m\b)",
    rf"{_BETWEEN}(?P<H>\d{{1,2}}):(?P<M>\d{{2}}):(?P<S>\d{{2}})(?!\d)(?! ?[ap]\.?m\b)",
    rf"{_BETWEEN}(?P<H>\d{{1,2}})[:.](?P<M>\d{{2}}){_HALF}",
    rf"{_BETWEEN}(?P<H>\d{{1,2}}):(?P<M>\d{{2}}):(?P<S>\d{{2}}){_HALF}",
    r"",
]
_READ_DAYS = [re.compile(_WEEKDAY + day, re.I) for day in _DAYS]
_READ_CLOCKS = [re.compile(clock, re.I) for clock in _CLOCKS]


# --- Entries --------------------------------------------------------------------------------


@dataclass
class _Begun:
    """An entry whose end is not reached."""

    day: date
    clock: time | None
    lines: list[str]
    is_guess: bool = False


def _entries(text: str, form: Form | None, name: str) -> Iterator[PlainEntry | Unreadable]:
    is_legacy = form is None
    form = form or _legacy(text)
    if form is None:
        if text.strip():
            yield Unreadable(name, _("No date that can be read begins an entry in it."))
        return
    undated: list[str] = []
    begun: _Begun | None = None
    for line in text.split("\n"):
        head = form.begins(line) if is_legacy else _head(line, form)
        if head:
            if begun:
                yield _entry(begun, name)
            else:
                left = "\n".join(undated)
                yield from before(KEY, left, [head[0]], name, _notebook(name), tags_in(left))
            begun = _Begun(head[0], head[1], [head[2]], form.is_guess)
        elif begun:
            begun.lines.append(line)
        else:
            undated.append(line)
    if begun:
        yield _entry(begun, name)


def _dates(text: str) -> Iterator[str]:
    """What stands in brackets where an entry may begin."""
    for found in _BRACKETS.finditer(text):
        if len(found[1]) >= SHORTEST_DATE:
            yield found[1]


_BRACKETS = re.compile(r"^\[([^\]\n]{1,80})\] ", re.M)


def _head(line: str, form: Form) -> tuple[date, time | None, str] | None:
    found = _BRACKETS.match(line)
    read = form.read(found[1]) if found and len(found[1]) >= SHORTEST_DATE else None
    return (*read, line[found.end() :]) if found and read else None


def _legacy(text: str) -> Form | None:
    """The way the first line of a journal of version 1 is dated; always with a time."""
    first = next((line for line in text.split("\n") if line.strip()), "")[:200]
    for form in forms():
        if form.clock.pattern and form.begins(first):
            return form
    return None


def _entry(begun: _Begun, name: str) -> PlainEntry:
    first, is_starred = without_star(begun.lines[0])
    text = "\n".join([first, *begun.lines[1:]]).strip("\n").rstrip()
    title, body = split_title(text)
    warnings = []
    if begun.is_guess:
        warnings.append(
            _("Its date may be read in two ways. The day was taken for what stands first.")
        )
    when = f"{begun.day.isoformat()} {begun.clock or ''}"
    return PlainEntry(
        key=key_of(KEY, when, text),
        local_date=begun.day,
        body=body,
        title=title,
        wall_time=begun.clock,
        starred=is_starred,
        tags=tags_in(text),
        notebook=_notebook(name),
        warnings=tuple(warnings),
    )


def _notebook(name: str) -> str:
    """The name of the journal: that of its file, or of the folder of its years."""
    if _DAY_FILE.search(name):
        return PurePosixPath(_DAY_FILE.sub("", name)).name
    stem = PurePosixPath(name).stem
    return "" if re.match(r"\d{4}-\d{2}", stem) else stem


# --- What all forms of jrnl have alike ------------------------------------------------------


def without_star(first: str) -> tuple[str, bool]:
    """A first line without the star at its end, and whether there was one.

    A star that ends words in italics or bold is no star.
    """
    line = first.rstrip()
    is_starred = line.endswith("*") and not line.endswith("**") and line.count("*") % 2 == 1
    return (line[:-1].rstrip(), True) if is_starred else (first, False)


def split_title(text: str) -> tuple[str, str]:
    """The title of a text and what is below it: its first line, or its first sentence.

    A title that would not fit stays with the rest: nothing is cut.
    """
    title, end, body = text.lstrip().partition("\n")
    if not end and (sentence := _SENTENCE.search(title)):
        title, body = title[: sentence.end()], title[sentence.end() :]
    title = title.strip()
    return (title, body.strip("\n").strip(" ")) if len(title) <= LONGEST_TITLE else ("", text)


def put_together(title: str, body: str) -> tuple[str, str]:
    """A title and a body that are told apart, with nothing cut from a title that does not fit."""
    title = " ".join(title.split())
    if len(title) <= LONGEST_TITLE:
        return title, body
    return "", f"{title}\n{body}".strip("\n")


def tags_in(text: str) -> tuple[str, ...]:
    """The tags in a text, in small letters and without the sign before them."""
    return tuple(dict.fromkeys(found[1].lower() for found in _TAG.finditer(text)))


def tags_of(said: Iterable[Any]) -> tuple[str, ...]:
    """Tags that are listed, without the sign before them."""
    tags = (clean(tag).strip().lstrip("@#").strip() for tag in said if isinstance(tag, str))
    return tuple(dict.fromkeys(tag for tag in tags if tag))


_TAG = re.compile(r"(?<!\S)(?:@(?=[-+*#/]*\w)|#(?=[^\W\d_]))([-+*#/\w]+)")
_SENTENCE = re.compile(r"""[.!?…‼‽⁇⁈⁉⋯﹒﹗]['’"”]?[\])]*(?=\s)|[！．？｡。]""")
