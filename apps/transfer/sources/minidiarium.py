"""Mini Diarium: a JSON file with a list of entries, their text in HTML.

Described by fjrevoredo/mini-diarium: `{"metadata": {…}, "entries": [{id, date, title, text,
dateUpdated}]}`. A day may have several entries. Pictures are written into the text itself, which
makes it longer than a page may be: they are taken out before it is read.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from apps.transfer.sources.beginnings import first_keys
from apps.transfer.sources.bodies import page_as_body
from apps.transfer.sources.enclosures import Enclosures, Files
from apps.transfer.sources.fields import Fields, as_key, as_words, objects
from apps.transfer.sources.instants import of_script
from apps.transfer.sources.package import Package
from apps.transfer.sources.plain import PlainEntry, Unreadable, key_of
from apps.transfer.sources.sentences import no_day

KEY = "minidiarium"
NAME = "Mini Diarium"

SHAPE = {"date", "text", "dateUpdated"}
# What is seen of a first entry whose text is so long that nothing below it is looked at.
CUT_SHORT = {"id", "date", "title", "text"}


def recognises(package: Package) -> bool:
    """Whether its entries have a date, a text, and what Mini Diarium gives them."""
    return any(_is_diary(package, name) for name in package.ending(".json")[:3])


def read(package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
    """The entries of the list; `zone` says nothing here, as only days are known."""
    files = Files(package)
    for name in package.ending(".json"):
        if _is_diary(package, name):
            for item in objects(package, name, "entries.item"):
                yield item if isinstance(item, Unreadable) else _entry(*item, files)


def _is_diary(package: Package, name: str) -> bool:
    keys = first_keys(package, name, "entries.item")
    return keys >= SHAPE or keys == CUT_SHORT


def _entry(where: str, raw: dict[str, Any], files: Files) -> PlainEntry | Unreadable:
    fields, enclosures = Fields(raw), Enclosures(files)
    day = fields.read("date", date.fromisoformat, None)
    if day is None:
        return Unreadable(where, no_day())
    body = page_as_body(fields.read("text", as_words, ""), enclosures)
    return PlainEntry(
        key=fields.read("id", as_key, "") or key_of(KEY, day.isoformat(), body),
        local_date=day,
        body=body,
        title=fields.read("title", as_words, "").strip(),
        modified_at=fields.read("dateUpdated", of_script, None),
        tags=fields.names("tags"),
        media=tuple(enclosures.media),
        rest=fields.rest,
        warnings=(*fields.warnings, *enclosures.warnings),
    )
