"""750words: a text file a month, in the old form with dashes or the new one with equals signs.

Each entry has a head with its day and some numbers, and the text below (formats.md 3.10). The days
are all that is known of when.
"""

import re
from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from apps.transfer.sources.beginnings import first_text
from apps.transfer.sources.bodies import as_written
from apps.transfer.sources.fields import tried
from apps.transfer.sources.heads import before, below
from apps.transfer.sources.package import Package
from apps.transfer.sources.plain import LONGEST_TITLE, PlainEntry, Unreadable, key_of
from apps.transfer.sources.sentences import unknown_date

KEY = "750words"
NAME = "750words"

BEGINNING = 64 * 1024
MOST_FILES = 20


def recognises(package: Package) -> bool:
    """Whether a text in it has the head of an entry."""
    names = _texts(package)[:MOST_FILES]
    return any(_HEAD.search(first_text(package, name, BEGINNING)) for name in names)


def read(package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
    """The entries of all its months."""
    for name in _texts(package):
        left, heads = below(as_written(package.text(name)), _HEAD)
        if not heads:
            continue
        yield from before(KEY, left, (_day(head) for head, _text in heads), name)
        for number, (head, text) in enumerate(heads, start=1):
            yield _entry(text, head, f"{name}#{number}")


def _texts(package: Package) -> list[str]:
    return package.names if package.is_single else package.ending(".txt")


# The line that parts entries does so only where a date follows: somebody may have written one.
_HEAD = re.compile(
    r"^(?:------ ENTRY ------[ \t]*\nDate:(?P<old>[^\n]*)|===== ENTRY =====[ \t]*\n"
    r"=== DATE:(?P<new>[^\n]*))(?:\n|\Z)",
    re.M,
)
_OLD_FIELD = re.compile(r"(Words|Minutes|Title):([^\n]*)(?:\n|$)")
_NEW_FIELD = re.compile(r"=== ([A-Z][A-Z _]{0,30}):([^\n]*)===[ \t]*(?:\n|$)")
_BODY = re.compile(r"=== BODY ===[ \t]*(?:\n|$)")


def _entry(text: str, head: re.Match[str], at: str) -> PlainEntry | Unreadable:
    day = _day(head)
    if day is None:
        return Unreadable(at, unknown_date(_said(head)))
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
    return tried(date.fromisoformat, _said(head))
