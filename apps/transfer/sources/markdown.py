"""A folder of Markdown: plain, an Obsidian vault, a Logseq graph, what other journals export.

The names of daily notes are those of obsidian-help (Daily notes) and of the Logseq documentation;
the fields of their heads those of these programs, of obsidian-journal and of our own export. A note
is a day by its head, or its name, or its first heading, in this order; one that is no day is
not an entry, and is named as such.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.transfer.sources import days, logseq
from apps.transfer.sources.beginnings import first_text
from apps.transfer.sources.bodies import as_written
from apps.transfer.sources.fields import tried
from apps.transfer.sources.front_matter import Note, apart
from apps.transfer.sources.instants import in_zone, zone_named
from apps.transfer.sources.package import Package, Refused
from apps.transfer.sources.plain import PlainEntry, Unreadable, key_of
from apps.transfer.sources.wiki_links import NOTES, Body, Links

KEY = "markdown"
NAME = "Markdown (Obsidian, Logseq)"

# Enough of a note to see whether it is a day: a head and a first heading.
BEGINNING = 80 * 1024
OTHER_FORMS = (".json", ".xml", ".html", ".csv", ".txt", ".doentry")
TEMPLATES = {"templates", "_templates", "template"}
# Where a head may say its day, in this order. Ours says `local_date`, and whatever moment that was.
OURS = "local_date"
DAYS = (OURS, "date", "created", "journal-date")
# What the notes of our own are about that are no days (forms/notes.py).
BESIDE = {"person", "promise", "care"}
SCALE = {"-2", "-1", "0", "1", "2"}
CHANGED = ("modified", "updated", "modified_at", "updated_at", "lastmod", "last_modified")
ZONES = ("tz", "timezone", "time_zone")
STARS = ("starred", "star", "favorite", "favourite")
YES = {"true", "yes", "on", "1"}
NO = {"false", "no", "off", "0", ""}


def recognises(package: Package) -> bool:
    """Whether most of what can be read in it is notes."""
    names = [name for name in package.names if not _is_apart(name)]
    notes = sum(name.casefold().endswith(NOTES) for name in names)
    return notes > 0 and notes >= sum(name.casefold().endswith(OTHER_FORMS) for name in names)


def read(package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
    """Its notes, in the order of their names."""
    folder = _Folder(package)
    for name in folder.notes:
        yield _Reading(folder, name, zone).outcome()


class _Folder:
    """The notes of a package: which are days, and what their links need to know of the others."""

    def __init__(self, package: Package) -> None:
        self.package = package
        templates = _templates(package)
        names = [name for name in package.names if not _is_apart(name, templates)]
        self.notes = [name for name in names if name.casefold().endswith(NOTES)]
        self.is_logseq = logseq.is_graph(package.names)
        self.blocks: dict[str, str] = {}
        self.order: days.Order = "month"
        keys = self._keys()
        by_day: dict[date, str] = {}
        for name in keys:
            if (named := _by_name(name)) and by_day.setdefault(named[0], name) != name:
                by_day[named[0]] = ""
        self.links = Links(package, names, keys, by_day)

    def text(self, name: str) -> str:
        """A note, cleaned. Raises Refused."""
        return as_written(self.package.text(name))

    def _keys(self) -> dict[str, str]:
        """The keys of the notes that are days.

        Whether 3/4/2024 is in March or in April is decided for all of them.
        """
        keys, written = {}, []
        for name in self.notes:
            said = self._beginning(name)
            written += said
            if _by_name(name) or any(map(days.begins, said)):
                keys[name] = key_of(KEY, name, "")
        self.order = days.order(written) or "month"
        return keys

    def _beginning(self, name: str) -> list[str]:
        """What may be days at the beginning of a note."""
        if _by_name(name) and not self.is_logseq:
            return []
        try:
            text = first_text(self.package, name, BEGINNING)
        except Refused:
            return []
        if self.is_logseq:
            self.blocks |= logseq.named_blocks(text)
        if _by_name(name):
            return []
        note = apart(text) if _MAY_SAY.search(text) else Note(text)
        if note.fields.get("type") in BESIDE:
            return []
        heading = _HEADING.search(note.body)
        said = [_plain(note.fields.get(field)) for field in DAYS]
        return [*filter(None, said), *([heading[1]] if heading else [])]


@dataclass
class _Day:
    """What a note says of its day, and where: in a field of its head, its name or a heading.

    `local_date` is the day where that was said apart from the moment.
    """

    said: days.Said
    field: str = ""
    heading: str = ""
    local_date: date | None = None


@dataclass
class _Reading:
    """The reading of one note."""

    folder: _Folder
    name: str
    zone: ZoneInfo
    fields: dict[str, Any] = field(default_factory=dict)
    rest: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    # Whether it was written by forms/markdown.py: its text is all text, its head all that is said.
    is_ours: bool = False

    def outcome(self) -> PlainEntry | Unreadable:
        try:
            note = apart(self.folder.text(self.name))
        except Refused as refused:
            return Unreadable(self.name, str(refused))
        text = note.body
        self.fields = dict(note.fields)
        self.is_ours = OURS in self.fields
        self.warnings += [note.warning] if note.warning else []
        if note.before:
            self.rest["before"] = note.before
            said = ", ".join(note.before)
            self.warnings.append(_("Its head says more than once: %(fields)s.") % {"fields": said})
        if self.folder.is_logseq:
            page = logseq.page(text, self.folder.blocks)
            text = page.body
            self.fields |= page.fields
            self.rest |= {"blocks": page.blocks} if page.blocks else {}
        day = self._day(text)
        if day is None:
            return Unreadable(
                self.name,
                _("“%(name)s” is no day: its head, its name and its first heading say none.")
                % {"name": self.name},
            )
        return self._entry(day, text)

    def _entry(self, day: _Day, text: str) -> PlainEntry | Unreadable:
        moment, wall_time, time_zone, local_date = self._when(day)
        title, text = self._title(day, local_date, text)
        body = self.folder.links.resolved(text.strip("\n"), self.name)
        tags = self._tags(body)
        people = self._names("people")
        mood, energy = self._scale("mood"), self._scale("energy")
        question = self._words("prompt") or self._words("question")
        notebook = _unlinked(self._words("notebook") or self._words("journal"))
        starred = self._starred()
        modified_at = self._modified(time_zone)
        if body.plain:
            self.rest["links"] = body.plain
        if any(value not in ("", [], {}) for value in self.fields.values()):
            self.rest["head"] = self.fields
        if not (body.text.strip() or title or tags or people or question or self.rest):
            return Unreadable(self.name, _("There is nothing in “%(name)s”.") % {"name": self.name})
        return PlainEntry(
            key=key_of(KEY, self.name, ""),
            local_date=local_date,
            body=body.text,
            title=title,
            moment=moment,
            wall_time=wall_time,
            time_zone=time_zone,
            modified_at=modified_at,
            starred=starred,
            mood=mood,
            energy=energy,
            tags=tags,
            people=people,
            notebook=notebook,
            question=question,
            media=tuple(body.media),
            rest=self.rest,
            warnings=(*self.warnings, *body.warnings),
        )

    def _day(self, text: str) -> _Day | None:
        if self.fields.get("type") in BESIDE:
            return None
        named = _by_name(self.name)
        in_head = self._day_in_head()
        if in_head:
            local_date = in_head.local_date or in_head.said.day_in(self.zone)
            if named and named[0] != local_date:
                self.warnings.append(
                    _("Its head says %(head)s, its name %(name)s. The head was followed.")
                    % {"head": in_head.said.day, "name": named[0]}
                )
            return in_head
        heading = _HEADING.search(text)
        found = days.begins(heading[1], self.folder.order) if heading else None
        if named:
            day = _Day(days.Said(named[0]))
            if heading and found and found[0].day == named[0]:
                day = _Day(found[0], heading=heading[0])
            return day
        if heading is None or found is None:
            return None
        self._say_order(heading[1])
        return _Day(found[0], heading=heading[0])

    def _day_in_head(self) -> _Day | None:
        found = []
        for name in DAYS:
            written = _plain(self.fields.get(name))
            said = days.said(written, self.folder.order)
            if said:
                found.append(_Day(said, name))
            elif written and written not in ("~", "null"):
                self.warnings.append(
                    _("Its head says “%(written)s” for its day, which could not be read.")
                    % {"written": written[:80]}
                )
        if not found:
            return None
        # A day without its time may have it in the next field.
        day = next(
            (
                other
                for other in found
                if other.said.clock
                and (self.is_ours or other.said.day_in(self.zone) == found[0].said.day)
            ),
            found[0],
        )
        day = found[0] if found[0].said.clock else day
        if found[0].field == OURS:
            day = replace(day, local_date=found[0].said.day)
            if day.said.clock:
                self.fields.pop("time", None)
        self._say_order(_plain(self.fields[day.field]))
        del self.fields[day.field]
        if day.field != found[0].field:
            del self.fields[found[0].field]
        return day

    def _say_order(self, written: str) -> None:
        if days.is_either(written):
            said = {"written": written[:80]}
            self.warnings.append(
                _("“%(written)s” was read with the month first.") % said
                if self.folder.order == "month"
                else _("“%(written)s” was read with the day first.") % said
            )

    def _when(self, day: _Day) -> tuple[datetime | None, time | None, str, date]:
        """The instant, or the time on the clock of the day; the zone; the local day."""
        time_zone = self._zone()
        clock = day.said.clock or self._clock()
        moment = day.said.moment
        zone = ZoneInfo(time_zone) if time_zone else None
        if moment:
            local = in_zone(moment, zone) if zone else None
            local_date = local.date() if local else day.said.day_in(zone or self.zone)
            return moment, None, time_zone, day.local_date or local_date
        local_date = day.local_date or day.said.day
        if clock and zone:
            return datetime.combine(day.said.day, clock, zone), None, time_zone, local_date
        return None, clock, time_zone, local_date

    def _clock(self) -> time | None:
        found = days.clock(_plain(self.fields.get("time")))
        if found:
            del self.fields["time"]
        return found

    def _zone(self) -> str:
        for name in ZONES:
            written = _plain(self.fields.get(name))
            if not written:
                continue
            if tried(zone_named, written) is None:
                self.warnings.append(
                    _("Its time zone “%(zone)s” is not known.") % {"zone": written[:80]}
                )
                continue
            del self.fields[name]
            return written
        return ""

    def _title(self, day: _Day, local_date: date, text: str) -> tuple[str, str]:
        """The title, and the text without it, and without a heading that only says the day."""
        title = self._words("title")
        if self.is_ours:
            return title, text
        named = _by_name(self.name)
        title = title or (named[1] if named else "")
        if self.folder.is_logseq and days.said(title):
            title = ""
        first = _FIRST_LINE.match(text)
        if first is None:
            return title, text
        heading, below = first[2].strip(), text[first.end() :]
        begins = days.begins(heading, self.folder.order)
        if begins and begins[0].day == local_date:
            words = begins[1].strip(" \t-–—:|,")
            if days.said(heading, self.folder.order) or not words:
                self.rest["heading"] = first[0].strip()
                return title, below
            if day.heading and not title:
                self.rest["heading"] = first[0].strip()
                return words, below
            return title, text
        if title and heading.casefold() == title.casefold():
            return title, below
        # The one great heading of a note is its title; of several, each heads a part of it.
        is_only = first[1] == "#" and not _TITLE.search(below)
        if is_only and not title and not begins and _is_plain(heading):
            return heading, below
        return title, text

    def _tags(self, body: Body) -> tuple[str, ...]:
        found: list[str] = []
        for name in ("tags", "tag"):
            written = self.fields.get(name)
            if isinstance(written, list) and any(not isinstance(tag, str) for tag in written):
                written = [_plain(tag) for tag in written]
            if isinstance(written, str):
                written = _apart(written)
            if isinstance(written, list):
                found += written
                del self.fields[name]
        if not self.is_ours:
            found += body.tags
        tags = [_unlinked(tag).strip().strip("#").strip() for tag in found]
        unique: dict[str, str] = {}
        for tag in filter(None, tags):
            unique.setdefault(tag.casefold(), tag)
        return tuple(unique.values())

    def _names(self, field_name: str) -> tuple[str, ...]:
        written = self.fields.get(field_name)
        names = written.split(",") if isinstance(written, str) else written
        if not isinstance(names, list):
            return ()
        del self.fields[field_name]
        found = [_unlinked(_plain(name)).strip() for name in names]
        return tuple(dict.fromkeys(filter(None, found)))

    def _words(self, field_name: str) -> str:
        written = self.fields.get(field_name)
        if not isinstance(written, str):
            return ""
        del self.fields[field_name]
        return "" if written in ("~", "null") else written.strip()

    def _starred(self) -> bool:
        starred = False
        for name in STARS:
            written = _plain(self.fields.get(name)).casefold()
            if name in self.fields and written in YES | NO:
                starred = starred or written in YES
                del self.fields[name]
        return starred

    def _scale(self, field_name: str) -> int | None:
        """A mark from -2 to 2 of our own; of others nobody knows how far they go."""
        written = self.fields.get(field_name)
        if not self.is_ours or written not in SCALE:
            return None
        del self.fields[field_name]
        return int(written)

    def _modified(self, time_zone: str) -> datetime | None:
        for name in CHANGED:
            said = days.said(_plain(self.fields.get(name)), self.folder.order)
            if said and said.clock:
                del self.fields[name]
                zone = ZoneInfo(time_zone) if time_zone else self.zone
                return said.moment or datetime.combine(said.day, said.clock, zone)
        return None


_MAY_SAY = re.compile(r"^[\"']?(?:local_date|date|created|journal-date)[\"']?\s*:", re.M | re.I)
_HEADING = re.compile(r"^ {0,3}(?:- )?#{1,6}[ \t]+([^\n]+)", re.M)
_FIRST_LINE = re.compile(r"\s*?^ {0,3}(#{1,6})[ \t]+([^\n]*)(?:\n|\Z)", re.M)
_TITLE = re.compile(r"^ {0,3}#[ \t]", re.M)
_BY_STEM = re.compile(r"([0-9]{4})([-_.]?)([0-9]{2})\2([0-9]{2})(?![0-9])(.*)", re.S)
_BY_PATH = re.compile(r"(?:^|/)([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})(?![0-9])([^/]*)$")
_LINKED = re.compile(r"!?\[\[(?:[^\[\]|]*\|)?([^\[\]]*)\]\]")


def _by_name(name: str) -> tuple[date, str] | None:
    """The day that the name of a note says, or the folders it lies in; and its title."""
    path = posixpath.splitext(name)[0]
    match = _BY_STEM.match(posixpath.basename(path))
    parts = (match[1], match[3], match[4], match[5]) if match else None
    if match := _BY_PATH.search(path) if not match else None:
        parts = (match[1], match[2], match[3], match[4])
    if parts is None:
        return None
    try:
        day = date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        return None
    # What follows without a space belongs to the name, and is no title.
    title = parts[3].strip(" \t-–—_") if parts[3][:1].isspace() else ""
    return (day, title) if day.year >= days.EARLIEST else None


def _is_apart(name: str, templates: str = "") -> bool:
    """Whether a file belongs to a program or is a template, and was not written as a note."""
    *folders, base = name.casefold().split("/")
    return (
        any(folder.startswith(".") or folder in TEMPLATES for folder in folders)
        or folders[:1] == ["logseq"]
        or base.startswith(".")
        or bool(templates and name.casefold().startswith(templates))
    )


def _templates(package: Package) -> str:
    """The folder that an Obsidian vault says its templates are in, in small letters."""
    name = package.find(".obsidian/templates.json")
    try:
        said = package.json(name, 64 * 1024) if name else None
    except Refused:
        return ""
    folder = said.get("folder") if isinstance(said, dict) else None
    folder = folder.strip("/ ").casefold() if isinstance(folder, str) else ""
    return f"{folder}/" if folder else ""


def _plain(value: Any) -> str:
    """A value of a head as one text; a link that YAML took for a list within a list too."""
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    return _unlinked(value.strip()) if isinstance(value, str) else ""


def _is_plain(heading: str) -> bool:
    return not any(sign in heading for sign in "[#`")


def _unlinked(text: str) -> str:
    return _LINKED.sub(lambda match: match[1], text)


def _apart(tags: str) -> list[str]:
    """Tags in one text: between commas, or else between spaces."""
    if "[[" in tags:
        tags = re.sub(r"#?\[\[([^\[\]]*)\]\]", lambda match: match[1].replace(" ", "\xa0"), tags)
    found = tags.split(",") if "," in tags else re.split(r"[ \t\n]+", tags)
    return [tag.replace("\xa0", " ") for tag in found]
