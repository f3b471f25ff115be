"""Day One, plain text: entries one below the other, each under a line with its date.

The line is a tab, “Date:”, a tab and the date, as the system of the person writes one (formats.md
3.1). Only a line that begins so parts entries. The letters for its zone mean several zones, so what
counts is the day and the time that were on the clock.
"""

import re
from collections.abc import Iterator
from datetime import date, time
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from apps.transfer.sources import days
from apps.transfer.sources.beginnings import first_text
from apps.transfer.sources.bodies import as_written, titled
from apps.transfer.sources.heads import before, below
from apps.transfer.sources.package import Package
from apps.transfer.sources.plain import PlainEntry, Unreadable, key_of
from apps.transfer.sources.sentences import unknown_date

KEY = "dayone-text"
NAME = "Day One (text)"

BEGINNING = 64 * 1024
MOST_FILES = 20


def recognises(package: Package) -> bool:
    """Whether a text in it begins with an entry, or has one near its beginning."""
    names = package.ending(".txt", ".md")[:MOST_FILES]
    return any(_DATE.search(first_text(package, name, BEGINNING)) for name in names)


def read(package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
    """The entries of all its texts."""
    for name in package.ending(".txt", ".md"):
        left, heads = below(as_written(package.text(name)), _DATE)
        if not heads:
            continue
        stem = PurePosixPath(name).stem
        yield from before(KEY, left, (day_in(head[1]) for head, _text in heads), name, stem)
        for number, (head, text) in enumerate(heads, start=1):
            yield _entry(head[1], text, name, number)


def _entry(said: str, text: str, name: str, number: int) -> PlainEntry | Unreadable:
    day = day_in(said)
    if day is None:
        return Unreadable(f"{name}#{number}", unknown_date(said))
    rest = {"Date": said.strip()}
    head = _FIELD.match(text)
    while head:
        rest[head[1].strip()] = head[2].strip()
        text = text[head.end() :]
        head = _FIELD.match(text)
    title, body = titled(text.strip("\n"))
    return PlainEntry(
        key=key_of(KEY, said.strip(), text),
        local_date=day,
        body=body,
        title=title,
        wall_time=time_in(said),
        notebook=PurePosixPath(name).stem,
        rest=rest,
    )


_DATE = re.compile(r"^\tDate:\t([^\n]*)$\n?", re.M)
_FIELD = re.compile(r"\t([^\t\n:]{1,40}):\t([^\n]*)(?:\n|$)")


# --- Dates ----------------------------------------------------------------------------------


def day_in(said: str) -> date | None:
    """The day in a date with a month in words, or in an order that can only be one."""
    said = _plain(said)
    try:
        if found := _BY_YEAR.search(said):
            return date(int(found[1]), int(found[2]), int(found[3]))
        known = days.months()
        named = [known[word] for word in _WORD.findall(said) if word in known]
        year, day = _YEAR.search(said), _DAY.search(said)
        if named and year and day:
            return date(int(year[1]), named[0], int(day[1]))
    except ValueError:
        return None
    return None


def time_in(said: str) -> time | None:
    """The time on the clock, where one is said."""
    found = _TIME.search(_plain(said))
    if not found:
        return None
    hour, half = int(found[1]), (found[4] or "").replace(".", "")
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return time(hour, int(found[2]), int(found[3] or 0))
    except ValueError:
        return None


def _plain(said: str) -> str:
    return " ".join(said[:200].split()).casefold()


_WORD = re.compile(r"[^\W\d_]+")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_DAY = re.compile(r"(?<![\d:])(\d{1,2})(?![\d:])")
_BY_YEAR = re.compile(r"(?<!\d)(\d{4})\s?[-/.年년]\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})(?!\d)")
_TIME = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?::(\d{2}))?(?!\d) ?([ap]\.?m\b)?")
