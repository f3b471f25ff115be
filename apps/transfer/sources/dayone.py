"""Day One: a ZIP with one JSON file a journal, and its media in folders.

Nobody publishes the form; what is known of it stands in formats.md 3.1, from real exports and from
what others read. Texts are CommonMark with its escapes, and are kept as they are: only what leads
to media and to other entries is put into our words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.core.text import clean
from apps.transfer.sources import dayone_rich
from apps.transfer.sources.beginnings import places
from apps.transfer.sources.bodies import as_written, titled
from apps.transfer.sources.dayone_links import (
    LISTS,
    Archive,
    Marked,
    file_name,
    key_of_link,
    listed,
    words_of,
)
from apps.transfer.sources.fields import tried
from apps.transfer.sources.instants import in_utc, in_zone, zone_named
from apps.transfer.sources.package import Package, Refused
from apps.transfer.sources.plain import Media, PlainEntry, Unreadable, key_of
from apps.transfer.sources.sentences import lacking, no_day, no_zone, not_an_object, some_tags

KEY = "dayone"
NAME = "Day One"

# So many files are looked at to say whether one is a journal.
MOST_FILES = 40
TELLING = {"entries.item.creationDate", "entries.item.richText", "entries.item.modifiedDate"}

# What of an entry has a place of its own; the rest is kept as it is. The lists of media are kept
# too: they know when and with what a photo was taken.
PLACED = {"uuid", "creationDate", "modifiedDate", "timeZone", "text", "richText", "starred", "tags"}


def recognises(package: Package) -> bool:
    """Whether one of its JSON files is a list of entries with a date of creation."""
    files = sorted(package.ending(".json"), key=lambda name: name.count("/"))
    return any(TELLING & places(package, name) for name in files[:MOST_FILES])


def read(package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
    """The entries of all its journals."""
    journals = [name for name in package.ending(".json") if _is_journal(package, name)]
    archive = Archive(package, journals)
    known: dict[str, str] = {}
    for journal in journals:
        notebook = PurePosixPath(journal).stem
        number = 0
        try:
            for number, source in enumerate(package.items(journal, "entries.item"), start=1):
                at = f"{journal}#{number}"
                if isinstance(source, dict):
                    yield _Reading(source, archive, notebook, zone).entry(at, known)
                else:
                    yield Unreadable(at, not_an_object())
        except Refused as refused:
            # What came before it is read, and so are the other journals.
            yield Unreadable(f"{journal}#{number + 1}", str(refused))


def _is_journal(package: Package, name: str) -> bool:
    found = places(package, name)
    # A journal may hold nothing that is an entry; then it says so by what else it has.
    return bool(TELLING & found) or {"metadata", "entries"} <= found or found == {"entries"}


# --- Entries --------------------------------------------------------------------------------


@dataclass
class _Reading:
    """An entry while it is read: each of its fields on its own."""

    source: dict[str, Any]
    archive: Archive
    notebook: str
    zone: ZoneInfo
    rest: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def entry(self, at: str, known: dict[str, str]) -> PlainEntry | Unreadable:
        """The entry; `at` says where it stands, `known` which keys there were."""
        self.rest = {key: value for key, value in self.source.items() if key not in PLACED}
        created = self._created()
        if created is None:
            return Unreadable(at, no_day())
        zone, time_zone = self._zone()
        local = in_zone(created, zone)
        if local is None:
            return Unreadable(at, no_day())
        is_all_day = self.source.get("isAllDay") is True
        if is_all_day:
            self.rest["creationDate"] = self.source.get("creationDate")
        marked = Marked(self._text(), self.archive)
        body = marked.body
        media = marked.media + self._not_shown(marked)
        self.warnings += marked.warnings
        if marked.is_less:
            self.rest["text"] = self.source.get("text")
        title, body = titled(body)
        return PlainEntry(
            key=self._key(created, known),
            local_date=local.date(),
            body=body,
            title=title,
            moment=None if is_all_day else created,
            time_zone=time_zone,
            modified_at=self._modified(),
            starred=self._starred(),
            tags=self._tags(),
            notebook=self.notebook,
            media=tuple(media),
            rest=self.rest,
            warnings=tuple(self.warnings),
        )

    def _created(self) -> datetime | None:
        created = tried(in_utc, self.source.get("creationDate"))
        if created is None:
            created = tried(in_utc, self.source.get("modifiedDate"))
            self._keep("creationDate")
            self.warnings.append(
                _("It does not say when it was written; the time of its last change was taken.")
            )
        return created

    def _modified(self) -> datetime | None:
        said = self.source.get("modifiedDate")
        modified = tried(in_utc, said)
        if modified is None and said is not None:
            self._keep("modifiedDate")
            self.warnings.append(_("When it was last changed could not be read."))
        return modified

    def _zone(self) -> tuple[ZoneInfo, str]:
        location = self.source.get("location")
        there = location.get("timeZoneName") if isinstance(location, dict) else None
        for name in (self.source.get("timeZone"), there):
            if zone := tried(zone_named, name):
                return zone, zone.key
        self._keep("timeZone")
        self.warnings.append(no_zone())
        return self.zone, ""

    def _text(self) -> str:
        text = self.source.get("text")
        if text is not None and not isinstance(text, str):
            self._keep("text")
            self.warnings.append(_("Its text is no text. It was kept as it is."))
        text = as_written(text) if isinstance(text, str) else ""
        written = self.source.get("richText")
        if not written:
            return text
        try:
            rich = dayone_rich.read(written)
        except dayone_rich.NotRich:
            self._keep("richText")
            self.warnings.append(
                _("Its formatted text could not be read. The plain one was taken.")
            )
            return text
        agrees = _letters(rich.body) == _letters(text)
        if text.strip() and (not agrees or not _lacking(text) & rich.more):
            if not agrees or not rich.is_whole:
                self._keep("richText")
            return text
        # Colours, underlines and what else Markdown does not say.
        self._keep("richText")
        self.warnings += dict.fromkeys(rich.warnings)
        return as_written(rich.body)

    def _not_shown(self, marked: "Marked") -> list[Media]:
        """The media it lists and does not show."""
        for key in LISTS:
            items = self.source.get(key)
            if items is not None and not (
                isinstance(items, list) and all(isinstance(item, dict) for item in items)
            ):
                self.warnings.append(_("Some of its media are not said in a way that can be read."))
        found = []
        for kind, item in listed(self.source):
            identifier = words_of(item.get("identifier")) or words_of(item.get("md5"))
            if identifier.casefold() in marked.numbers:
                continue
            media = self.archive.media(words_of(item.get("identifier")), kind)
            if not media.member:
                own = self.archive.media(words_of(item.get("md5")), kind)
                media = Media(own.member, file_name(item) or own.name or identifier or kind)
            if not media.member:
                self.warnings.append(lacking(media.name))
            elif media.member in {one.member for one in marked.media}:
                continue
            found.append(media)
        return found

    def _starred(self) -> bool:
        starred = self.source.get("starred")
        if starred is not None and not isinstance(starred, bool):
            self._keep("starred")
        return starred is True

    def _tags(self) -> tuple[str, ...]:
        tags = self.source.get("tags")
        if tags is None:
            return ()
        said = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
        if not isinstance(tags, list) or len(said) < len(tags):
            self._keep("tags")
            self.warnings.append(some_tags())
        return tuple(dict.fromkeys(clean(tag).strip() for tag in said if tag.strip()))

    def _key(self, created: datetime, known: dict[str, str]) -> str:
        """Its UUID; where another entry of the package has the same, with what it says."""
        shows = [words_of(item.get("identifier")) for _kind, item in listed(self.source)]
        text = clean(f"{self.source.get('text')}\n{shows}")
        by_words = key_of(f"{KEY} {self.notebook}", created.isoformat(), text)
        uuid = key_of_link(words_of(self.source.get("uuid")))
        if not uuid:
            self._keep("uuid")
            return by_words
        if known.setdefault(uuid, by_words) != by_words:
            self.warnings.append(_("Another entry has the same number. Both are kept."))
            return f"{uuid}-{by_words[:8]}"
        return uuid

    def _keep(self, name: str) -> None:
        if self.source.get(name) is not None:
            self.rest[name] = self.source[name]


def _letters(markdown: str) -> str:
    """What two forms of one text have to have alike: letters and digits, but for marks."""
    text = _ADDRESS.sub("", _MARK.sub("", markdown))
    return "".join(letter for letter in text if letter.isalnum())


_MARK = re.compile(r"^[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\](?=\s|$))?", re.M)
_ADDRESS = re.compile(r"\]\([^()\s]*\)")


def _lacking(text: str) -> set[str]:
    """Which of the things that plain text may lack this one lacks."""
    return {name for name, seen in _SEEN.items() if not seen.search(text)}


_SEEN = {
    "checkbox": re.compile(r"^[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[[ xX]\]", re.M),
    "highlight": re.compile("=="),
    "table": re.compile(r"^[ \t]{0,9}\|?[ \t]{0,9}:?-{3,}:?[ \t]*\|", re.M),
}
