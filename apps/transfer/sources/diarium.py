"""Diarium: JSON, in one file or one for each day, and HTML, one page for each day.

Described by journiv/journiv-app#302, samholstein/diarium-to-dayone (JSON) and
Garfonso/diarium2journey (HTML). Days and times are those of the clocks there, without a zone. Files
lie in `media/<day>_<time to the millisecond>/`. Weather, sun and moon are sentences in the language
of the person and are kept as they are.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.transfer.sources.beginnings import first_bytes, first_keys
from apps.transfer.sources.bodies import page_as_body
from apps.transfer.sources.enclosures import Enclosures, Files, last_part
from apps.transfer.sources.fields import Fields, as_whole, as_words, objects, tried
from apps.transfer.sources.package import Package, Refused
from apps.transfer.sources.plain import PlainEntry, Unreadable, key_of
from apps.transfer.sources.sentences import no_day

KEY = "diarium"
NAME = "Diarium"

# How far the time of a folder may be from that of its entry.
NEAR = timedelta(seconds=1)
# Of a page, where its kind shows.
HEAD = 20_000


def recognises(package: Package) -> bool:
    """Whether entries have a date and HTML, or pages are marked as Diarium marks them."""
    return any(_is_list(package, name) for name in package.ending(".json")[:3]) or any(
        _is_page(package, name) for name in package.ending(".html", ".htm")[:3]
    )


def read(package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
    """The entries of all its files; `zone` says nothing here, as days are local."""
    files = Files(package)
    lists = package.ending(".json")
    if lists:
        folders = _Folders(package)
        folders.give([when for name in lists for when in _times(package, name)])
        for name in lists:
            yield from _in_list(package, name, files, folders)
        yield from folders.left()
    beside = _of_days(package)
    for name in package.ending(".html", ".htm"):
        if _is_page(package, name):
            yield _of_page(package, name, files, beside.get(name.rpartition("/")[0], []))


# JSON.


def _is_list(package: Package, name: str) -> bool:
    return any({"date", "html"} <= first_keys(package, name, place) for place in ("item", ""))


def _in_list(
    package: Package, name: str, files: Files, folders: "_Folders"
) -> Iterator[PlainEntry | Unreadable]:
    try:
        for item in objects(package, name, _prefix(package, name)):
            yield item if isinstance(item, Unreadable) else _entry(*item, files, folders)
    except Refused as refusal:
        yield Unreadable(name, str(refusal))


def _prefix(package: Package, name: str) -> str:
    return "item" if package.top(name) == "[" else ""


def _times(package: Package, name: str) -> Iterator[datetime]:
    """When the entries of a file are from, as far as it can be read."""
    try:
        prefix = _prefix(package, name)
        for said in package.items(name, f"{prefix}.date" if prefix else "date"):
            when = tried(on_clocks, said)
            if when:
                yield when.replace(tzinfo=None)
    except Refused:
        return


def _entry(
    where: str, raw: dict[str, Any], files: Files, folders: "_Folders"
) -> PlainEntry | Unreadable:
    fields = Fields(raw)
    said = raw.get("date")
    when = fields.read("date", on_clocks, None)
    if when is None:
        return Unreadable(where, no_day())
    enclosures = Enclosures(files)
    body = page_as_body(fields.read("html", as_words, ""), enclosures)
    for member in folders.of(when.replace(tzinfo=None), fields):
        enclosures.number(member)
    is_day = len(str(said).strip()) == len("2024-03-09")
    return PlainEntry(
        key=key_of(KEY, when.isoformat(), body),
        local_date=when.date(),
        body=body,
        title=fields.read("heading", as_words, "").strip(),
        moment=when if when.tzinfo else None,
        wall_time=None if is_day or when.tzinfo else when.time(),
        mood=fields.read("rating", as_mood, None),
        tags=fields.names("tags"),
        people=fields.names("people"),
        media=tuple(enclosures.media),
        rest=fields.rest,
        warnings=(*fields.warnings, *enclosures.warnings),
    )


def on_clocks(value: Any) -> datetime:
    """A date with a time, of whose second any number of digits is said. Raises ValueError."""
    said = as_words(value).strip()
    return datetime.fromisoformat(re.sub(r"\.(\d*)", lambda match: _six(match[1]), said, count=1))


def _six(digits: str) -> str:
    return f".{digits[:6]:0<6}"


def as_mood(value: Any) -> int | None:
    """A rating from 1 to 5, the best, from -2 to 2; None for 0. Raises ValueError for others."""
    rating = as_whole(value)
    if rating not in range(6):
        raise ValueError
    return rating - 3 if rating else None


@dataclass
class _Folder:
    """The files that are kept under one time."""

    name: str
    when: datetime
    members: list[str] = field(default_factory=list)


class _Folders:
    """The folders of files by time, and to which times of entries they were given."""

    def __init__(self, package: Package) -> None:
        self._free: dict[str, _Folder] = {}
        self._given: dict[datetime, list[tuple[_Folder, bool]]] = {}
        for name in package.names:
            match = _FOLDER.match(name)
            when = _time_of(match) if match else None
            if match and when:
                folder = self._free.setdefault(match["name"], _Folder(match["name"], when))
                folder.members.append(name)

    def give(self, times: list[datetime]) -> None:
        """Give folders to entries: by the millisecond, the nearest second, or the day."""
        exact = {_to_milliseconds(when): when for when in reversed(times)}
        for folder in list(self._free.values()):
            if folder.when in exact:
                self._give(folder, exact[folder.when], is_near=True)
        spare = sorted(when for when in set(times) if when not in self._given)
        for folder in list(self._free.values()):
            nearest = _nearest(spare, folder.when)
            if nearest and abs(nearest - folder.when) <= NEAR:
                self._give(folder, nearest, is_near=True)
        every = sorted(set(times))
        for folder in list(self._free.values()):
            nearest = _nearest(every, folder.when)
            if nearest and nearest.date() == folder.when.date():
                self._give(folder, nearest, is_near=False)

    def _give(self, folder: _Folder, when: datetime, *, is_near: bool) -> None:
        self._given.setdefault(when, []).append((folder, is_near))
        del self._free[folder.name]

    def of(self, when: datetime, fields: Fields) -> list[str]:
        """The files of the entry of this time; the first to ask has them."""
        given = self._given.pop(when, [])
        if not all(is_near for _folder, is_near in given):
            fields.warn(
                _("Files of that day that belong to no entry by their time are with this one.")
            )
        return [member for folder, _is_near in given for member in folder.members]

    def left(self) -> Iterator[Unreadable]:
        """The folders whose entry is not there."""
        for name in self._free:
            yield Unreadable(name, _("The entry that these files belong to is not in the export."))


def _time_of(match: re.Match[str]) -> datetime | None:
    try:
        whole = datetime.strptime(match["day"] + match["time"], "%Y-%m-%d%H%M%S")
    except ValueError:
        return None
    return whole + timedelta(milliseconds=int(f"{match['milliseconds']:0<3}"))


def _to_milliseconds(when: datetime) -> datetime:
    return when.replace(microsecond=when.microsecond // 1000 * 1000)


def _nearest(times: list[datetime], when: datetime) -> datetime | None:
    """The nearest of times in order."""
    at = bisect_left(times, when)
    return min(times[max(0, at - 1) : at + 1], key=lambda one: abs(one - when), default=None)


_FOLDER = re.compile(
    r"(?P<name>(?:.*/)?media/(?P<day>\d{4}-\d\d-\d\d)_(?P<time>\d{6})(?P<milliseconds>\d{0,3})\d*)/",
    re.I,
)


# HTML.


def _is_page(package: Package, name: str) -> bool:
    return bool(_MARKED.search(first_bytes(package, name)[:HEAD].decode(errors="replace")))


def _of_page(
    package: Package, name: str, files: Files, beside: list[str]
) -> PlainEntry | Unreadable:
    """The entry of a page: its day stands in its name or that of its folder."""
    day = _day_in(name) or _day_in(package.name)
    if day is None:
        return Unreadable(name, no_day())
    try:
        page = package.text(name)
    except Refused as refusal:
        return Unreadable(name, str(refusal))
    parts = _parts(page)
    enclosures = Enclosures(files)
    headers = [_words(part) for kind, part in parts if kind == "header"]
    body = page_as_body(_content(parts), enclosures)
    for member in beside:
        enclosures.number(member)
    tags, people, rest = _labelled([_words(part) for kind, part in parts if kind == "tagslocation"])
    return PlainEntry(
        key=key_of(KEY, day.isoformat(), body),
        local_date=day,
        body=body,
        title=headers[0] if headers else "",
        tags=tags,
        people=people,
        media=tuple(enclosures.media),
        rest={"TagsLocation": rest} if rest else {},
        warnings=tuple(enclosures.warnings),
    )


def _day_in(name: str) -> date | None:
    """The last day that stands in a name."""
    for said in reversed(_DAY.findall(name)):
        try:
            return date.fromisoformat(said)
        except ValueError:
            continue
    return None


def _parts(page: str) -> list[tuple[str, str]]:
    """The marked parts of a page, each up to the next."""
    marks = list(_MARKED.finditer(page))
    ends = [mark.start() for mark in marks[1:]] + [len(page)]
    return [
        (mark["kind"].casefold(), page[mark.end() : end])
        for mark, end in zip(marks, ends, strict=True)
    ]


def _content(parts: list[tuple[str, str]]) -> str:
    """What was written: all but the first header, which is the title, and the labels."""
    headers = 0
    pieces = []
    for kind, part in parts:
        headers += kind == "header"
        if kind == "content":
            pieces.append(f"<p>{part}</p>")
        elif kind == "header" and headers > 1:
            pieces.append(f"<h2>{part}</h2>")
    return "\n".join(pieces)


def _words(part: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", part)).split())


def _labelled(lines: list[str]) -> tuple[tuple[str, ...], tuple[str, ...], list[str]]:
    """The tags, the people, and the lines that say something else, in whatever language."""
    tags: list[str] = []
    people: list[str] = []
    rest = []
    for line in lines:
        label, _colon, said = line.partition(":")
        named = [name.strip() for name in said.split(",") if name.strip()]
        if label.strip().casefold() in TAGS:
            tags += named
        elif label.strip().casefold() in PEOPLE:
            people += named
        elif line:
            rest.append(line)
    return tuple(dict.fromkeys(tags)), tuple(dict.fromkeys(people)), rest


def _of_days(package: Package) -> dict[str, list[str]]:
    """The files in the folders of days, of which each has one page."""
    found: dict[str, list[str]] = {}
    for name in package.names:
        folder = name.rpartition("/")[0]
        if _day_in(last_part(folder)) and not name.casefold().endswith((".html", ".htm")):
            found.setdefault(folder, []).append(name)
    return found


TAGS = {"tags", "schlagwörter", "étiquettes", "etiquetas", "etichette"}
PEOPLE = {"people", "personen", "personnes", "personas", "persone", "pessoas"}
_DAY = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)", re.ASCII)
_TAG = re.compile(r"<[^<>]*>")
_MARKED = re.compile(
    r"<[a-z][a-z0-9]{0,9}\s[^<>]{0,300}?class=[\"'](?P<kind>Header|Content|TagsLocation)[\"'][^<>]*>",
    re.I,
)
