"""dabble.me and its kin: dabble.me as JSON and TXT, OhLife, Trailmix and Ahhlife.

Described by parterburn/dabble.me, which writes the first two and reads the others. dabble.me and
Trailmix are lists of `{date, body}`, with HTML in dabble.me and perhaps the address of an `image`;
Ahhlife has entries by their id two objects deep; the TXT files have a line with the date above each
entry (`## 2024-03-09`, with OhLife only `2024-03-09`), and OhLife's pictures lie beside it as
`img_2024-03-09-0.jpg`. All but Ahhlife know only the day.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import ijson
from django.utils.translation import gettext as _

from apps.core.text import clean
from apps.transfer.sources.beginnings import first_bytes, first_keys
from apps.transfer.sources.bodies import text_as_body
from apps.transfer.sources.enclosures import Enclosures, Files, last_part
from apps.transfer.sources.fields import Fields, as_words, objects, tried
from apps.transfer.sources.instants import in_zone, instant
from apps.transfer.sources.package import Package, Refused, as_text
from apps.transfer.sources.plain import Media, PlainEntry, Unreadable, key_of
from apps.transfer.sources.sentences import lies_elsewhere, no_day, not_an_object

KEY = "dabble"
NAME = "dabble.me, OhLife, Trailmix, Ahhlife"


def recognises(package: Package) -> bool:
    """Whether a file begins as one of them does."""
    return any(_kind(package, name) for name in package.ending(".json", ".txt")[:5])


def read(package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
    """The entries of all files; `zone` is where those of Ahhlife are read."""
    files = Files(package)
    pictures = _pictures(package)
    for name in package.ending(".json", ".txt"):
        kind = _kind(package, name)
        if kind == "list":
            yield from _of_list(package, name, files)
        elif kind == "nested":
            yield from _of_nested(package, name, files, zone)
        elif kind:
            yield from _of_lines(package, name, kind, pictures)
    for day, names in pictures.items():
        yield _of_pictures(day, names)


def _kind(package: Package, name: str) -> str:
    """Which of them a file is; "" for none."""
    if name.casefold().endswith(".json"):
        if {"date", "body"} <= first_keys(package, name, "item"):
            return "list"
        return "nested" if _is_nested(package, name) else ""
    lines = as_text(first_bytes(package, name)).lstrip().split("\n", 1)
    return next((kind for kind, line in LINES.items() if _day_of(line.match(lines[0]))), "")


# Lists.


def _of_list(package: Package, name: str, files: Files) -> Iterator[PlainEntry | Unreadable]:
    for item in objects(package, name, "item"):
        yield item if isinstance(item, Unreadable) else _entry(*item, files)


def _entry(where: str, raw: dict[str, Any], files: Files) -> PlainEntry | Unreadable:
    fields = Fields(raw)
    day = fields.read("date", _day_said, None)
    if day is None:
        return Unreadable(where, no_day())
    enclosures = Enclosures(files)
    body = _body(fields, "body", enclosures)
    picture = fields.read("image", _address, "")
    if picture:
        enclosures.warn(lies_elsewhere())
        body = f"{body}\n\n<{picture}>".lstrip("\n")
    return PlainEntry(
        key=key_of(KEY, day.isoformat(), body),
        local_date=day,
        body=body,
        media=tuple(enclosures.media),
        rest=fields.rest,
        warnings=(*fields.warnings, *enclosures.warnings),
    )


def _day_said(value: Any) -> date:
    """The day of a date that has a time and a zone, in which it is not meant."""
    return date.fromisoformat(as_words(value).strip()[:10])


def _address(value: Any) -> str:
    if not re.fullmatch(r"https?://[^\s<>]{1,2000}", as_words(value)):
        raise ValueError
    return as_words(value)


def _body(fields: Fields, name: str, enclosures: Enclosures) -> str:
    text: str = fields.read(name, as_words, "")
    return text_as_body(text, enclosures).strip("\n")


# Ahhlife.


def _is_nested(package: Package, name: str) -> bool:
    """Whether entries with a content and a time lie two objects deep."""
    found = set()
    depth = 0
    try:
        for event, value in _events(package, name):
            depth += (event == "start_map") - (event == "end_map")
            if event == "start_array" and depth < ENTRY_DEPTH:
                return False
            if event == "map_key" and depth == ENTRY_DEPTH:
                found.add(value)
            if {"content", "timestamp"} <= found:
                return True
    except Refused:
        return False
    return False


def _of_nested(
    package: Package, name: str, files: Files, zone: ZoneInfo
) -> Iterator[PlainEntry | Unreadable]:
    """The entries, made one at a time as they come up."""
    depth = 0
    key = ""
    made: ijson.ObjectBuilder | None = None
    for event, value in _events(package, name):
        is_end = event.startswith("end")
        depth -= is_end
        if depth == ENTRY_DEPTH - 1 and event == "map_key":
            key, made = clean(value), ijson.ObjectBuilder()
        elif made is not None:
            made.event(event, value)
            is_scalar = not is_end and not event.startswith("start")
            if depth == ENTRY_DEPTH - 1 and (is_end or is_scalar):
                yield _nested_entry(key, made.value, files, zone)
                made = None
        depth += event.startswith("start")


def _events(package: Package, name: str) -> Iterator[tuple[str, Any]]:
    with package.opened(name) as file:
        for _place, event, value in package.events(name, file):
            yield event, value


def _nested_entry(key: str, raw: Any, files: Files, zone: ZoneInfo) -> PlainEntry | Unreadable:
    if not isinstance(raw, dict):
        return Unreadable(key, not_an_object())
    fields = Fields(raw)
    moment = in_zone(fields.read("timestamp", instant, None), zone)
    if moment is None:
        return Unreadable(key, no_day())
    enclosures = Enclosures(files)
    body = _body(fields, "content", enclosures)
    return PlainEntry(
        key=key,
        local_date=moment.date(),
        body=body,
        moment=moment,
        media=tuple(enclosures.media),
        rest=fields.rest,
        warnings=(*fields.warnings, *enclosures.warnings),
    )


# The entries of Ahhlife lie in an object in an object.
ENTRY_DEPTH = 3


# Lines.


def _of_lines(
    package: Package, name: str, kind: str, pictures: dict[date, list[str]]
) -> Iterator[PlainEntry]:
    """The entries below lines that are nothing but a day; other days in a text are text."""
    day: date | None = None
    lines: list[str] = []
    for line in (*package.text(name).split("\n"), None):
        begins = None
        if line is not None and (kind != "ohlife" or not lines or not lines[-1].strip()):
            begins = _day_of(LINES[kind].match(line))
        if begins or line is None:
            if day:
                yield _below(day, "\n".join(lines).strip("\n"), pictures.pop(day, []))
            day, lines = begins, []
        elif line is not None:
            lines.append(line)


def _below(day: date, body: str, pictures: list[str]) -> PlainEntry:
    """The entry of a day, with its pictures where it is the first of that day."""
    return PlainEntry(
        key=key_of(KEY, day.isoformat(), body),
        local_date=day,
        body=body,
        media=tuple(map(_picture, pictures)),
    )


def _day_of(match: re.Match[str] | None) -> date | None:
    return tried(date.fromisoformat, match["day"]) if match else None


LINES = {
    "dabble": re.compile(r"## (?P<day>\d{4}-\d\d-\d\d)[ \t]*$", re.ASCII),
    "ohlife": re.compile(r"(?P<day>\d{4}-\d\d-\d\d)[ \t]*$", re.ASCII),
}


# Pictures.


def _pictures(package: Package) -> dict[date, list[str]]:
    """OhLife's pictures by their day."""
    found: dict[date, list[str]] = {}
    for name in package.names:
        day = _day_of(_PICTURE.match(last_part(name)))
        if day:
            found.setdefault(day, []).append(name)
    return found


def _of_pictures(day: date, names: list[str]) -> PlainEntry:
    """An entry for pictures of a day of which nothing was written."""
    return PlainEntry(
        key=key_of(KEY, day.isoformat(), " ".join(map(last_part, names))),
        local_date=day,
        media=tuple(map(_picture, names)),
        warnings=(_("There is a picture of this day, and no text."),),
    )


def _picture(name: str) -> Media:
    return Media(name, last_part(name))


_PICTURE = re.compile(r"img_(?P<day>\d{4}-\d\d-\d\d)-\d+\.[a-z]{3,4}$", re.I | re.ASCII)
