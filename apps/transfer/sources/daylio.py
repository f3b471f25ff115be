"""Daylio: a `.daylio` file, which is a ZIP with JSON in Base64 and the files under `assets/`.

Described by joelotter.com, journiv/journiv-app and the programs that read it. Entries say their
day and time in numbers (the month from 0) and as an instant with an offset. Moods are of one's own,
each in one of five groups, of which 1 is the best. Notes may hold HTML.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

import ijson
from django.utils.translation import gettext as _

from apps.transfer.sources.beginnings import first_bytes
from apps.transfer.sources.bodies import text_as_body
from apps.transfer.sources.enclosures import Enclosures, Files
from apps.transfer.sources.fields import Fields, as_flag, as_key, as_whole, as_words
from apps.transfer.sources.instants import in_zone, instant
from apps.transfer.sources.package import Package
from apps.transfer.sources.plain import PlainEntry, Unreadable, key_of
from apps.transfer.sources.sentences import nameless_tag, no_day, not_an_object

KEY = "daylio"
NAME = "Daylio"


def recognises(package: Package) -> bool:
    """Whether there is a file of Daylio that is JSON in Base64."""
    return bool(_backup(package))


def read(package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
    """The entries of the backup; `zone` is for those that do not say their offset."""
    name = _backup(package)
    if not name:
        return
    known = _Known(
        moods=_by_id(package, name, "customMoods.item"),
        tags=_by_id(package, name, "tags.item"),
        assets=_by_id(package, name, "assets.item"),
        files=Files(package),
    )
    for number, raw in enumerate(_items(package, name, "dayEntries.item"), start=1):
        where = f"{name}#{number}"
        if isinstance(raw, dict):
            yield _entry(where, raw, known, zone)
        else:
            yield Unreadable(where, not_an_object())


def _backup(package: Package) -> str:
    for name in package.ending(".daylio"):
        begins = _BLANKS.sub(b"", first_bytes(package, name)[:4096])
        try:
            if b64decode(begins[: len(begins) // 4 * 4], validate=True).lstrip().startswith(b"{"):
                return name
        except binascii.Error:
            continue
    return ""


class _Decoded:
    """What a file says in Base64, to be read in pieces."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._left = b""

    def read(self, most: int = -1) -> bytes:
        """About so many bytes, or all; none at the end. Raises ValueError for what is no Base64."""
        while most != 0:
            piece = self._source.read(most if most < 0 else max(4, most // 3 * 4))
            coded = self._left + _BLANKS.sub(b"", piece)
            end = len(coded) if not piece else len(coded) // 4 * 4
            self._left = coded[end:]
            if not piece or end:
                return b64decode(coded[:end], validate=True)
        return b""


def _items(package: Package, name: str, prefix: str) -> Iterator[Any]:
    with package.opened(name) as file:
        yield from ijson.items(package.events(name, _Decoded(file)), prefix)


def _by_id(package: Package, name: str, prefix: str) -> dict[str, dict[str, Any]]:
    """The objects of a list by what they are named with."""
    found: dict[str, dict[str, Any]] = {}
    for item in _items(package, name, prefix):
        if isinstance(item, dict) and isinstance(item.get("id"), str | int):
            found.setdefault(str(item["id"]), item)
    return found


@dataclass
class _Known:
    """What entries name by its id."""

    moods: dict[str, dict[str, Any]]
    tags: dict[str, dict[str, Any]]
    assets: dict[str, dict[str, Any]]
    files: Files


def _entry(
    where: str, raw: dict[str, Any], known: _Known, zone: ZoneInfo
) -> PlainEntry | Unreadable:
    fields = Fields(raw)
    moment = _moment(fields, zone)
    clock = _clock(fields)
    day = clock.date() if clock else moment and moment.date()
    if day is None:
        return Unreadable(where, no_day())
    enclosures = Enclosures(known.files)
    text: str = fields.read("note", as_words, "")
    body = text_as_body(text, enclosures)
    _enclose(fields, known, enclosures)
    when = (moment or clock or day).isoformat()
    return PlainEntry(
        key=fields.read("id", as_key, "") or key_of(KEY, when, body),
        local_date=day,
        body=body,
        title=fields.read("note_title", as_words, "").strip(),
        moment=moment,
        wall_time=clock.time() if clock and not moment else None,
        starred=fields.read("isFavorite", as_flag, False),
        mood=_mood(fields, known),
        tags=_tags(fields, known),
        media=tuple(enclosures.media),
        rest=fields.rest,
        warnings=(*fields.warnings, *enclosures.warnings),
    )


def _moment(fields: Fields, zone: ZoneInfo) -> datetime | None:
    """The instant, on the clocks it was written by."""
    moment = fields.read("datetime", instant, None)
    clocks = fields.read("timeZoneOffset", _offset, None)
    return in_zone(moment, clocks or zone)


def _offset(value: Any) -> timezone:
    return timezone(timedelta(milliseconds=as_whole(value)))


def _clock(fields: Fields) -> datetime | None:
    """The day and the time as the clocks there said them, of which the month counts from 0."""
    names = ("year", "month", "day", "hour", "minute")
    if not {"year", "month", "day"} <= fields.rest.keys():
        return None
    try:
        year, month, day, hour, minute = (as_whole(fields.rest.get(name, 0)) for name in names)
        found = datetime.combine(date(year, month + 1, day), time(hour, minute))
    except (ValueError, TypeError, OverflowError):
        fields.warn(_("The day of the entry could not be read; it is kept as it was."))
        return None
    for name in names:
        fields.rest.pop(name, None)
    return found


def _mood(fields: Fields, known: _Known) -> int | None:
    """The mood by its group, from 1, the best, to 5; the five that are always there are groups."""
    said = fields.rest.get("mood")
    if said is None:
        fields.rest.pop("mood", None)
        return None
    own = known.moods.get(str(said))
    group = own.get("mood_group_id") if own else said
    if own:
        fields.rest["mood"] = own
    if isinstance(group, bool) or group not in (1, 2, 3, 4, 5):
        fields.warn(_("The mood of the entry could not be read; it is kept as it was."))
        return None
    if not own:
        del fields.rest["mood"]
    return 3 - int(group)


def _tags(fields: Fields, known: _Known) -> tuple[str, ...]:
    said = fields.rest.get("tags")
    if not isinstance(said, list):
        return ()
    found = [Fields(known.tags.get(str(tag), {})).read("name", as_words, "") for tag in said]
    if all(found):
        del fields.rest["tags"]
    else:
        fields.warn(nameless_tag())
    return tuple(dict.fromkeys(name for name in found if name))


def _enclose(fields: Fields, known: _Known, enclosures: Enclosures) -> None:
    """Take the files, which are called by the sum of their bytes."""
    said = fields.rest.get("assets")
    if not isinstance(said, list):
        return
    found = [Fields(known.assets.get(str(asset), {})) for asset in said]
    sums = [asset.read("checksum", as_words, "") for asset in found]
    for checksum in sums:
        if checksum:
            enclosures.number(checksum)
        else:
            fields.warn(_("A file of the entry is not in the export; its number is kept."))
    if all(sums):
        del fields.rest["assets"]


_BLANKS = re.compile(rb"\s+")
