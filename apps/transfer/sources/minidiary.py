"""Mini Diary: a JSON file with an object of entries by their day.

Described by samuelmeuli/mini-diary: `{"metadata": {…}, "entries": {"2024-03-09": {dateUpdated,
title, text}}}`. The text is Markdown, or HTML where Mini Diarium wrote it in this form; when it was
changed is said as JavaScript says it.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from apps.core.text import clean
from apps.transfer.sources.journey import (
    Enclosures,
    Fields,
    Files,
    as_words,
    first_keys,
    instant,
    is_page,
    no_day,
    not_an_object,
    page_as_body,
    pairs,
)
from apps.transfer.sources.package import Package
from apps.transfer.sources.plain import PlainEntry, Unreadable, key_of

KEY = "minidiary"
NAME = "Mini Diary"

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def recognises(package: Package) -> bool:
    """Whether entries stand below their days."""
    return any(_is_diary(package, name) for name in package.ending(".json")[:3])


def read(package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
    """The entry of each day; `zone` says nothing here, as only days are known."""
    files = Files(package)
    seen: set[str] = set()
    for name in package.ending(".json"):
        if _is_diary(package, name):
            for said, raw in pairs(package, name, "entries"):
                yield _entry(clean(said), raw, files, is_first=said not in seen)
                seen.add(said)


def _is_diary(package: Package, name: str) -> bool:
    return any(_DAY.fullmatch(key) for key in first_keys(package, name, "entries"))


def _entry(said: str, raw: Any, files: Files, *, is_first: bool) -> PlainEntry | Unreadable:
    try:
        day = date.fromisoformat(said)
    except ValueError:
        return Unreadable(said, no_day())
    if not isinstance(raw, dict):
        return Unreadable(said, not_an_object())
    fields, enclosures = Fields(raw), Enclosures(files)
    text: str = fields.read("text", as_words, "")
    body = page_as_body(text, enclosures) if is_page(text) else text
    return PlainEntry(
        key=said if is_first else key_of(KEY, said, body),
        local_date=day,
        body=body,
        title=fields.read("title", as_words, "").strip(),
        modified_at=fields.read("dateUpdated", changed, None),
        media=tuple(enclosures.media),
        rest=fields.rest,
        warnings=(*fields.warnings, *enclosures.warnings),
    )


def changed(value: Any) -> datetime:
    """An instant as JavaScript writes it, or in ISO. Raises ValueError where it is neither."""
    match = _SCRIPT.match(as_words(value))
    if match is None:
        return instant(value)
    ahead = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"]))
    there = timezone(-ahead if match["sign"] == "-" else ahead)
    month = MONTHS.index(match["month"]) + 1
    day = date(int(match["year"]), month, int(match["day"]))
    clock = time.fromisoformat(match["clock"])
    return datetime.combine(day, clock, tzinfo=there).astimezone(UTC)


_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SCRIPT = re.compile(
    rf"[A-Z][a-z]{{2}} (?P<month>{'|'.join(MONTHS)}) (?P<day>\d\d) (?P<year>\d{{4}}) "
    r"(?P<clock>\d\d:\d\d:\d\d) (?:GMT|UTC)(?P<sign>[+-])(?P<hours>\d\d)(?P<minutes>\d\d)",
    re.ASCII,
)
