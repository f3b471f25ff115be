"""Mini Diary: a JSON file with an object of entries by their day.

Described by samuelmeuli/mini-diary: `{"metadata": {…}, "entries": {"2024-03-09": {dateUpdated,
title, text}}}`. The text is Markdown, or HTML where Mini Diarium wrote it in this form; when it was
changed is said as JavaScript says it.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from apps.core.text import clean
from apps.transfer.sources.beginnings import first_keys
from apps.transfer.sources.bodies import text_as_body
from apps.transfer.sources.enclosures import Enclosures, Files
from apps.transfer.sources.fields import Fields, as_words, tried
from apps.transfer.sources.instants import of_script
from apps.transfer.sources.package import Package
from apps.transfer.sources.plain import PlainEntry, Unreadable, key_of
from apps.transfer.sources.sentences import no_day, not_an_object

KEY = "minidiary"
NAME = "Mini Diary"


def recognises(package: Package) -> bool:
    """Whether entries stand below their days."""
    return any(_is_diary(package, name) for name in package.ending(".json")[:3])


def read(package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
    """The entry of each day; `zone` says nothing here, as only days are known."""
    files = Files(package)
    seen: set[str] = set()
    for name in package.ending(".json"):
        if _is_diary(package, name):
            for said, raw in package.pairs(name, "entries"):
                yield _entry(clean(said), raw, files, is_first=said not in seen)
                seen.add(said)


def _is_diary(package: Package, name: str) -> bool:
    return any(_DAY.fullmatch(key) for key in first_keys(package, name, "entries"))


def _entry(said: str, raw: Any, files: Files, *, is_first: bool) -> PlainEntry | Unreadable:
    day = tried(date.fromisoformat, said)
    if day is None:
        return Unreadable(said, no_day())
    if not isinstance(raw, dict):
        return Unreadable(said, not_an_object())
    fields, enclosures = Fields(raw), Enclosures(files)
    text: str = fields.read("text", as_words, "")
    body = text_as_body(text, enclosures)
    return PlainEntry(
        key=said if is_first else key_of(KEY, said, body),
        local_date=day,
        body=body,
        title=fields.read("title", as_words, "").strip(),
        modified_at=fields.read("dateUpdated", of_script, None),
        media=tuple(enclosures.media),
        rest=fields.rest,
        warnings=(*fields.warnings, *enclosures.warnings),
    )


_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
