"""Diaro: a ZIP with `DiaroBackup.xml`, tables of rows, and the files under `media/<type>/`.

Described by marph91/jimmy (src/jimmy/formats/diaro.py). An entry has an instant in milliseconds and
the offset of its clocks, which says what day it is from. Tags, folders, places and files stand in
tables of their own, and are named by `uid`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from zoneinfo import ZoneInfo

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from apps.core.text import clean
from apps.transfer.sources.beginnings import first_bytes
from apps.transfer.sources.enclosures import Enclosures, Files, last_part
from apps.transfer.sources.fields import Fields, as_flag, as_whole, as_words, tried
from apps.transfer.sources.instants import from_milliseconds, in_zone
from apps.transfer.sources.package import Package, Refused
from apps.transfer.sources.plain import PlainEntry, Unreadable, key_of
from apps.transfer.sources.sentences import damaged, nameless_file, nameless_tag, no_day

KEY = "diaro"
NAME = "Diaro"

# How deep elements lie: the root, a table, a row, a field.
DEPTH = 4
SMALL = ("diaro_attachments", "diaro_tags", "diaro_folders", "diaro_locations", "diaro_moods")


def recognises(package: Package) -> bool:
    """Whether there is an XML file with a table of Diaro."""
    return bool(_backup(package))


def read(package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
    """The rows of the table of entries; `zone` is for those that do not say their offset."""
    name = _backup(package)
    if not name:
        return
    tables = _Tables()
    for table, row in _rows(package, name):
        if table in SMALL:
            tables.add(table, row)
    files = Files(package)
    number = 0
    for table, row in _rows(package, name):
        if table == "diaro_entries":
            number += 1
            yield _entry(f"{name}#{number}", row, tables, files, zone)


def _backup(package: Package) -> str:
    for name in package.ending(".xml"):
        is_named = last_part(name).casefold() == "diarobackup.xml"
        if (is_named or package.is_single) and b"diaro_" in first_bytes(package, name):
            return name
    return ""


def _rows(package: Package, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows of all tables one by one, as fields with a value. Raises Refused."""
    refused = Refused(damaged(name))
    with package.opened(name) as file:
        above: list[Element] = []
        try:
            for event, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
                if event == "start":
                    above.append(element)
                    if len(above) > DEPTH:
                        raise refused
                    continue
                above.pop()
                if element.tag == "r" and len(above) == DEPTH - 2:
                    yield above[-1].get("name", ""), _fields(element)
                if len(above) == DEPTH - 2:
                    above[-1].remove(element)
        except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
            raise refused from error


def _fields(row: Element) -> dict[str, str]:
    """The fields of a row; of one that is there twice the first."""
    found: dict[str, str] = {}
    for child in row:
        if child.text:
            found.setdefault(str(child.tag), clean(child.text))
    return found


@dataclass
class _Tables:
    """What entries name by `uid`."""

    named: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    attached: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def add(self, table: str, row: dict[str, str]) -> None:
        """Keep a row where it is looked for."""
        if table == "diaro_attachments":
            self.attached.setdefault(row.get("entry_uid", ""), []).append(row)
        else:
            self.named.setdefault(table, {}).setdefault(row.get("uid", ""), row)

    def row(self, table: str, uid: str) -> dict[str, str]:
        """The row of this name; an empty one where there is none."""
        return self.named.get(table, {}).get(uid, {})

    def title(self, table: str, uid: str) -> str:
        """What a row is called; "" where it is not there."""
        return self.row(table, uid).get("title", "").strip()


def _entry(
    where: str, row: dict[str, str], tables: _Tables, files: Files, zone: ZoneInfo
) -> PlainEntry | Unreadable:
    fields = Fields(row)
    moment = fields.read("date", _moment, None)
    clocks = fields.read("tz_offset", offset, None)
    local = in_zone(moment, clocks or zone)
    if local is None:
        return Unreadable(where, no_day())
    enclosures = Enclosures(files)
    uid = fields.read("uid", as_words, "")
    for attached in sorted(tables.attached.get(uid, []) if uid else [], key=_position):
        _enclose(attached, fields, enclosures)
    body = fields.read("text", as_words, "")
    return PlainEntry(
        key=uid or key_of(KEY, local.isoformat(), body),
        local_date=local.date(),
        body=body,
        title=fields.read("title", as_words, "").strip(),
        moment=local,
        starred=fields.read("starred", _flag, False),
        mood=_mood(fields, tables),
        tags=_tags(fields, tables),
        notebook=_folder(fields, tables),
        media=tuple(enclosures.media),
        rest=_with_place(fields.rest, tables),
        warnings=(*fields.warnings, *enclosures.warnings),
    )


def _moment(value: str) -> Any:
    found = from_milliseconds(as_whole(value))
    if found is None:
        raise ValueError
    return found


def offset(value: Any) -> timezone:
    """The clocks that go by an offset like "+02:00". Raises ValueError where it is none."""
    match = _OFFSET.fullmatch(as_words(value).strip())
    if match is None:
        raise ValueError
    ahead = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
    return timezone(-ahead if match["sign"] in "-−" else ahead)


def _flag(value: str) -> bool:
    return as_flag({"true": 1, "false": 0}.get(value.casefold(), as_whole(value)))


def _position(attached: dict[str, str]) -> int:
    return tried(int, attached.get("position", "0")) or 0


def _enclose(attached: dict[str, str], fields: Fields, enclosures: Enclosures) -> None:
    name, kind = attached.get("filename", ""), attached.get("type", "")
    if name:
        enclosures.number(f"media/{kind}/{name}" if kind else name)
    else:
        fields.warn(nameless_file())


def _mood(fields: Fields, tables: _Tables) -> int | None:
    """A mood from 1, the best, to 5; or one by its `uid`, which keeps its name."""
    said = fields.rest.get("mood")
    named = tables.title("diaro_moods", said) if said else ""
    if named:
        fields.rest["mood_title"] = named
    if said in ("", "0", "-1"):
        del fields.rest["mood"]
        return None
    if named and said not in ("1", "2", "3", "4", "5"):
        return None
    found: int | None = fields.read("mood", _degree, None)
    return found


def _degree(value: str) -> int:
    degree = as_whole(value)
    if degree not in range(1, 6):
        raise ValueError
    return 3 - degree


def _tags(fields: Fields, tables: _Tables) -> tuple[str, ...]:
    uids = [uid.strip() for uid in fields.rest.get("tags", "").split(",") if uid.strip()]
    found = [tables.title("diaro_tags", uid) for uid in uids]
    if all(found):
        fields.rest.pop("tags", None)
    else:
        fields.warn(nameless_tag())
    return tuple(dict.fromkeys(name for name in found if name))


def _folder(fields: Fields, tables: _Tables) -> str:
    title = tables.title("diaro_folders", fields.rest.get("folder_uid", ""))
    if title:
        del fields.rest["folder_uid"]
    return title


def _with_place(rest: dict[str, Any], tables: _Tables) -> dict[str, Any]:
    """What is left of an entry, with the place it names."""
    place = tables.row("diaro_locations", rest.get("location_uid", ""))
    return rest | {"location": place} if place else rest


_OFFSET = re.compile(r"(?:GMT|UTC)?(?P<sign>[+−-])(?P<hours>\d{1,2}):?(?P<minutes>\d\d)?", re.ASCII)
