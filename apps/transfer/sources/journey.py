"""Journey (journey.cloud): a ZIP with one JSON file for each entry, in an old and a new schema.

Described by what reads it (andi0b/journey-markdown-converter) and by what people brought. An entry
is `<milliseconds>-<id>.json`, its files lie beside it and begin with the same name. The old schema
counts milliseconds (`date_journal`), the new one writes ISO dates (`dateOfJournal`).
"""

import math
import re
from collections.abc import Iterator
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.transfer.sources.beginnings import first_keys
from apps.transfer.sources.bodies import markdown_as_body, page_as_body
from apps.transfer.sources.enclosures import Enclosures, Files
from apps.transfer.sources.fields import Fields, as_flag, as_key, as_words
from apps.transfer.sources.instants import from_milliseconds, in_zone, instant, zone_named
from apps.transfer.sources.package import Package, Refused
from apps.transfer.sources.plain import PlainEntry, Unreadable, key_of
from apps.transfer.sources.sentences import no_day, not_an_object

KEY = "journey"
NAME = "Journey"

Read = TypeVar("Read")

# What Journey writes where there is no value: the largest number there is.
NO_VALUE = 1.7e308
# How much of a file is read to see what it is, in bytes.
BEGINNING = 256 * 1024


def recognises(package: Package) -> bool:
    """Whether a file named like an entry has the day of a Journey entry in it."""
    names = package.ending(".json")
    likely = names if package.is_single else [name for name in names if _ENTRY.search(name)]
    return any(not _DATES.isdisjoint(first_keys(package, name)) for name in likely[:3])


def read(package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
    """One entry for each JSON file."""
    files, beside = Files(package), _beside(package)
    for name in package.ending(".json"):
        try:
            raw = package.json(name)
        except Refused as refusal:
            yield Unreadable(name, str(refusal))
            continue
        if isinstance(raw, dict):
            enclosures = Enclosures(files)
            yield _entry(name, raw, enclosures, beside.get(_stem(name), []), zone)
        else:
            yield Unreadable(name, not_an_object())


def _entry(
    name: str, raw: dict[str, Any], enclosures: "Enclosures", beside: list[str], zone: ZoneInfo
) -> PlainEntry | Unreadable:
    fields = Fields(raw)
    _without_sentinels(fields)
    there = fields.read("timezone", zone_named, None)
    moment = fields.read(("date_journal", "dateOfJournal", "createdAt"), instant, None)
    named = _ENTRY.search(name)
    if moment is None and named:
        moment = from_milliseconds(int(named[1]))
        fields.warn(_("The entry does not say when it is from; the name of its file does."))
    local = in_zone(moment, there or zone)
    if local is None:
        return Unreadable(name, no_day())
    is_page = _is_page(fields)
    text = fields.read("text", as_words, "")
    body = page_as_body(text, enclosures) if is_page else markdown_as_body(text, enclosures)
    for said in (*fields.names("photos"), *_attachments(fields), *beside):
        enclosures.number(said)
    return PlainEntry(
        key=fields.read("id", as_key, "") or key_of(KEY, local.isoformat(), body),
        local_date=local.date(),
        body=body,
        moment=local,
        time_zone=there.key if there else "",
        modified_at=fields.read(("date_modified", "updatedAt"), instant, None),
        starred=fields.read("favourite", as_flag, False),
        tags=fields.names("tags"),
        notebook=fields.read("folder", as_words, ""),
        media=tuple(enclosures.media),
        rest=fields.rest,
        warnings=(*fields.warnings, *enclosures.warnings),
    )


def _without_sentinels(fields: "Fields") -> None:
    """Take out what stands for nothing, also within the weather and the place."""
    for name, value in list(fields.rest.items()):
        if _is_no_value(value):
            del fields.rest[name]
        elif isinstance(value, dict) and name in ("weather", "location"):
            kept = {inner: said for inner, said in value.items() if not _is_no_value(said)}
            if name == "weather" and kept.get("id") == -1:
                del fields.rest[name]
            else:
                fields.rest[name] = kept


def _is_no_value(value: Any) -> bool:
    return isinstance(value, float) and (not math.isfinite(value) or abs(value) >= NO_VALUE)


def _is_page(fields: "Fields") -> bool:
    kind: str = fields.read("type", as_words, "").casefold()
    if kind in ("html", "markdown"):
        return kind == "html"
    text = fields.rest.get("text")
    return isinstance(text, str) and "<p" in text.casefold()


def _attachments(fields: "Fields") -> list[str]:
    """The files an entry lists in the new schema: names, or objects that have one."""
    listed = fields.rest.get("attachments")
    if not isinstance(listed, list):
        return []
    found = []
    for item in listed:
        name = item
        if isinstance(item, dict):
            name = next((item[key] for key in ("filename", "name", "file") if key in item), None)
        if isinstance(name, str) and name:
            found.append(name)
    if all(isinstance(item, str) and item for item in listed):
        del fields.rest["attachments"]
    return found


def _beside(package: Package) -> dict[str, list[str]]:
    """The files that lie beside an entry and begin with its name, by that name."""
    found: dict[str, list[str]] = {}
    for name in package.names:
        if not name.casefold().endswith(".json"):
            found.setdefault(name.rpartition("-")[0], []).append(name)
    return found


def _stem(name: str) -> str:
    return name[: -len(".json")]


_DATES = {"date_journal", "dateOfJournal"}
_ENTRY = re.compile(r"(?:^|/)(\d{12,14})-[^/]*\.json$", re.I)
