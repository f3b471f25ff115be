"""DailyTxT: a backup with a JSON file for each month, `YYYY/MM.json`.

Described by PhiTux/DailyTxT (backend/handlers). A day has one entry. Backups may be encrypted; they
are refused, as what cannot be read is no entry. Earlier texts (`history`) are only in a store that
is in use, and become versions.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.transfer.sources.beginnings import first_keys
from apps.transfer.sources.bodies import markdown_as_body
from apps.transfer.sources.enclosures import Enclosures, Files, last_part
from apps.transfer.sources.fields import Fields, as_flag, as_whole, as_words, objects, tried
from apps.transfer.sources.package import Package, Refused
from apps.transfer.sources.plain import Former, PlainEntry, Unreadable, key_of
from apps.transfer.sources.sentences import nameless_file, nameless_tag, no_day

KEY = "dailytxt"
NAME = "DailyTxT"


def recognises(package: Package) -> bool:
    """Whether a file named for a month has days in it."""
    return any("days" in first_keys(package, name) for name in _months(package)[:3])


def read(package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
    """The days of all months. Raises Refused for an encrypted backup."""
    if any(last_part(name) == "user.json" for name in package.names):
        raise Refused(
            _("The backup is encrypted. Make one in DailyTxT that is not, and bring that.")
        )
    files, tags = Files(package), _tags(package)
    seen: set[str] = set()
    for name in _months(package):
        try:
            for item in objects(package, name, "days.item"):
                entry = item if isinstance(item, Unreadable) else _entry(name, *item, files, tags)
                yield entry if entry.key not in seen else _again(entry)
                seen.add(entry.key)
        except Refused as refusal:
            yield Unreadable(name, str(refusal))


def _months(package: Package) -> list[str]:
    return [name for name in package.ending(".json") if _MONTH.search(name)]


def _tags(package: Package) -> dict[int, str]:
    """The names of tags by their numbers."""
    found: dict[int, str] = {}
    for name in package.ending("tags.json"):
        try:
            for tag in package.items(name, "tags.item"):
                if isinstance(tag, dict) and isinstance(tag.get("id"), int):
                    found[tag["id"]] = Fields(tag).read("name", as_words, "")
        except Refused:
            continue
    return found


def _entry(
    month: str, where: str, raw: dict[str, Any], files: Files, tags: dict[int, str]
) -> PlainEntry | Unreadable:
    fields = Fields(raw)
    day = _day(month, fields.read("day", as_whole, 0))
    if day is None:
        return Unreadable(where, no_day())
    if _is_encrypted(raw.get("text")):
        return Unreadable(day.isoformat(), _("The entry is encrypted."))
    enclosures = Enclosures(files)
    body = markdown_as_body(fields.read("text", as_words, ""), enclosures)
    _enclose(fields, enclosures)
    return PlainEntry(
        key=day.isoformat(),
        local_date=day,
        body=body,
        starred=fields.read("isBookmarked", as_flag, False),
        tags=_tags_of(fields, tags),
        media=tuple(enclosures.media),
        former=_former(fields),
        rest=fields.rest,
        warnings=(*fields.warnings, *enclosures.warnings),
    )


def _day(month: str, day: int) -> date | None:
    match = _MONTH.search(month)
    try:
        return date(int(match["year"]), int(match["month"]), day) if match else None
    except (ValueError, OverflowError):
        return None


def _is_encrypted(text: Any) -> bool:
    """Whether a text is what encryption makes of one: long, and no letters that words have."""
    return isinstance(text, str) and len(text) % 4 == 0 and bool(_SEALED.fullmatch(text))


def _enclose(fields: Fields, enclosures: Enclosures) -> None:
    """Take the files of a day, whose names stand in one of several fields."""
    listed = fields.rest.get("files")
    if not isinstance(listed, list):
        return
    for item in listed:
        known = Fields(item if isinstance(item, dict) else {})
        name = known.read(("filename", "uuid_filename", "uuid"), as_words, "")
        if name:
            enclosures.number(f"files/{name}")
        else:
            fields.warn(nameless_file())
    if all(isinstance(item, dict) and set(item) <= {"filename", "size"} for item in listed):
        del fields.rest["files"]


def _tags_of(fields: Fields, tags: dict[int, str]) -> tuple[str, ...]:
    numbers = fields.rest.get("tags")
    if numbers is None:
        return ()
    listed = numbers if isinstance(numbers, list) else [numbers]
    found = [tags.get(number, "") if isinstance(number, int) else "" for number in listed]
    if all(found):
        del fields.rest["tags"]
    else:
        fields.warn(nameless_tag())
    return tuple(dict.fromkeys(name for name in found if name))


def _former(fields: Fields) -> tuple[Former, ...]:
    """The earlier texts, oldest first; when they were written stays as it is said."""
    history = fields.rest.get("history")
    if not isinstance(history, list):
        return ()
    readable = [item for item in history if isinstance(item, dict) and _text(item) is not None]
    if len(readable) < len(history):
        fields.warn(_("An earlier text of the entry could not be read."))
    else:
        fields.rest["history"] = [
            {name: value for name, value in item.items() if name != "text"} for item in history
        ]
    in_order = sorted(readable, key=lambda item: _version(item.get("version")))
    return tuple(Former(_text(item) or "") for item in in_order)


def _text(item: dict[str, Any]) -> str | None:
    text = item.get("text")
    if _is_encrypted(text):
        return None
    return tried(as_words, text)


def _version(value: Any) -> float:
    return value if isinstance(value, int | float) else 0


def _again(entry: PlainEntry | Unreadable) -> PlainEntry | Unreadable:
    """A second entry of a day, which has a key of its own."""
    if isinstance(entry, Unreadable):
        return entry
    return replace(entry, key=key_of(KEY, entry.local_date.isoformat(), entry.body))


_MONTH = re.compile(r"(?:^|/)(?P<year>\d{4})/(?P<month>\d{1,2})\.json$", re.ASCII)
_SEALED = re.compile(r"[A-Za-z0-9+/_-]{38,}={0,2}")
