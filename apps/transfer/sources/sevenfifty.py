"""750words: a text file a month, in the old form with dashes or the new one with equals signs.

Each entry has a head with its day and some numbers, and the text below (formats.md 3.10). The days
are all that is known of when.
"""

import re
from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.core.text import clean
from apps.transfer.sources.package import Package, as_text
from apps.transfer.sources.plain import PlainEntry, Unreadable, key_of

KEY = "750words"
NAME = "750words"

BEGINNING = 64 * 1024
MOST_FILES = 20
LONGEST_TITLE = 200


def recognises(package: Package) -> bool:
    """Whether a text in it has the head of an entry."""
    for name in _texts(package)[:MOST_FILES]:
        with package.opened(name) as file:
            if _HEAD.search(as_text(file.read(BEGINNING))):
                return True
    return False


def read(package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
    """The entries of all its months."""
    for name in _texts(package):
        text = _as_written(package.text(name))
        heads = list(_HEAD.finditer(text))
        if not heads:
            continue
        yield from _before(text[: heads[0].start()], name, heads)
        for number, head in enumerate(heads, start=1):
            end = heads[number].start() if number < len(heads) else len(text)
            yield _entry(text[head.end() : end], head, f"{name}#{number}")


def _texts(package: Package) -> list[str]:
    return package.names if package.is_single else package.ending(".txt")


def _as_written(text: str) -> str:
    return "\n".join(line.rstrip("\u200b") for line in clean(text).split("\n"))


# The line that parts entries does so only where a date follows: somebody may have written one.
_HEAD = re.compile(
    r"^(?:------ ENTRY ------[ \t]*\nDate:(?P<old>[^\n]*)|===== ENTRY =====[ \t]*\n"
    r"=== DATE:(?P<new>[^\n]*))(?:\n|\Z)",
    re.M,
)
_OLD_FIELD = re.compile(r"(Words|Minutes|Title):([^\n]*)(?:\n|$)")
_NEW_FIELD = re.compile(r"=== ([A-Z][A-Z _]{0,30}):([^\n]*)===[ \t]*(?:\n|$)")
_BODY = re.compile(r"=== BODY ===[ \t]*(?:\n|$)")


def _before(text: str, name: str, heads: list[re.Match[str]]) -> Iterator[PlainEntry | Unreadable]:
    if not text.strip():
        return
    day = next((day for head in heads if (day := _day(head))), None)
    if day is None:
        yield Unreadable(f"{name}#0", _("It stands before the first date, and has none."))
        return
    yield PlainEntry(
        key=key_of(KEY, "", text),
        local_date=day,
        body=text.strip("\n"),
        warnings=(_("It stands before the first date. The day of the next entry was taken."),),
    )


def _entry(text: str, head: re.Match[str], at: str) -> PlainEntry | Unreadable:
    day = _day(head)
    if day is None:
        said = {"date": _said(head)[:80]}
        return Unreadable(at, _("“%(date)s” is not a date that is known here.") % said)
    field, rest = (_OLD_FIELD if head["new"] is None else _NEW_FIELD), {}
    found = field.match(text)
    while found:
        rest[found[1].strip().casefold()] = found[2].strip()
        text = text[found.end() :]
        found = field.match(text)
    if head["new"] is not None and (begins := _BODY.match(text)):
        text = text[begins.end() :]
    title = rest.pop("title", "")
    body = text.strip("\n").rstrip()
    key = key_of(KEY, day.isoformat(), f"{title}\n{body}")
    if len(title) > LONGEST_TITLE:
        title, body = "", f"{title}\n\n{body}"
    return PlainEntry(key=key, local_date=day, body=body, title=title, rest=rest)


def _said(head: re.Match[str]) -> str:
    return (head["old"] or head["new"] or "").strip("= \t")


def _day(head: re.Match[str]) -> date | None:
    try:
        return date.fromisoformat(_said(head))
    except ValueError:
        return None
