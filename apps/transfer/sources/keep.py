"""Google Keep, as Takeout gives it: a folder with one JSON file a note, and attachments beside it.

The fields are those that Takeout writes (formats.md 3.10). Notes have instants and no zone; what is
in Keep's trash says so and is for whoever brings it in to leave out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.capture.letters import as_markdown
from apps.core.text import clean
from apps.transfer.sources.beginnings import places
from apps.transfer.sources.bodies import as_written
from apps.transfer.sources.instants import in_zone
from apps.transfer.sources.package import Package, Refused
from apps.transfer.sources.plain import LONGEST_TITLE, Media, PlainEntry, Unreadable, key_of
from apps.transfer.sources.sentences import lacking, no_day, not_words

KEY = "keep"
NAME = "Google Keep"

MOST_FILES = 40
LONGEST_NOTE = 4 * 1024**2
TIMES = {"createdTimestampUsec", "userEditedTimestampUsec"}
STATES = {"isTrashed", "isArchived", "isPinned"}
PLACED = TIMES | {"title", "textContent", "listContent", "labels", "attachments", "isTrashed"}
NO_FILES = (".json", ".html", ".txt")


def recognises(package: Package) -> bool:
    """Whether a JSON file in it is a note."""
    return any(_is_note(package, name) for name in package.ending(".json")[:MOST_FILES])


def read(package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
    """Its notes, one a file. What else lies in a folder of notes is said to be unreadable."""
    names = package.ending(".json")
    folders = {PurePosixPath(name).parent for name in names if _is_note(package, name)}
    files = _files(package)
    known: dict[str, str] = {}
    for name in names:
        if PurePosixPath(name).parent not in folders:
            continue
        try:
            note = package.json(name, LONGEST_NOTE)
        except Refused as refused:
            yield Unreadable(name, str(refused))
            continue
        if isinstance(note, dict):
            yield _Reading(note, name, files, zone).entry(known)
        else:
            yield Unreadable(name, _("It is no note, but something else."))


def _is_note(package: Package, name: str) -> bool:
    found = places(package, name)
    return bool(found & TIMES) and bool(found & STATES)


def _files(package: Package) -> dict[str, str]:
    """Files by folder and name, and by that without its ending, which Takeout often gets wrong."""
    found: dict[str, str] = {}
    for name in package.names:
        if not name.casefold().endswith(NO_FILES):
            found[name.casefold()] = name
            found.setdefault(PurePosixPath(name).with_suffix("").as_posix().casefold(), name)
    return found


@dataclass
class _Reading:
    """A note while it is read: each of its fields on its own."""

    note: dict[str, Any]
    name: str
    files: dict[str, str]
    zone: ZoneInfo
    rest: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def entry(self, known: dict[str, str]) -> PlainEntry | Unreadable:
        """The note as an entry; `known` are the keys there were."""
        self.rest = {key: value for key, value in self.note.items() if key not in PLACED}
        created = self._instant("createdTimestampUsec")
        edited = self._instant("userEditedTimestampUsec")
        moment = created or edited
        local = in_zone(moment, self.zone)
        if moment is None or local is None:
            return Unreadable(self.name, no_day())
        title, body = " ".join(self._text("title").split()), self._body()
        by_words = key_of(KEY, moment.isoformat(), f"{title}\n{body}")
        key = str(self.note["createdTimestampUsec"]) if created else by_words
        if known.setdefault(key, by_words) != by_words:
            key = f"{key}-{by_words[:8]}"
        if len(title) > LONGEST_TITLE:
            title, body = "", f"{title}\n\n{body}".rstrip("\n")
        return PlainEntry(
            key=key,
            local_date=local.date(),
            body=body,
            title=title,
            moment=moment,
            modified_at=edited,
            in_trash=self._is_trashed(),
            tags=self._tags(),
            media=self._media(),
            rest=self.rest,
            warnings=tuple(dict.fromkeys(self.warnings)),
        )

    def _instant(self, key: str) -> datetime | None:
        """An instant in millionths of a second since 1970; 0 is none."""
        value = self.note.get(key)
        if isinstance(value, str) and _NUMBER.fullmatch(value):
            value = int(value)
        if type(value) is int and 0 < value < 10**17:
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=value)
        if value:
            self._keep(key, _("One of its times could not be read. It is kept as it was."))
        return None

    def _body(self) -> str:
        parts = [self._text("textContent").strip("\n")]
        html = self.note.get("textContentHtml")
        if not parts[0].strip() and isinstance(html, str):
            parts = [as_markdown(html)[0]]
        parts.append(self._list())
        parts.append(self._links("\n".join(parts)))
        return "\n\n".join(part for part in parts if part.strip())

    def _list(self) -> str:
        lines = []
        for item in self._items("listContent"):
            text, is_checked = item.get("text"), item.get("isChecked") is True
            if isinstance(text, str):
                text = as_written(text).strip("\n").replace("\n", "\n  ")
                lines.append(f"- [{'x' if is_checked else ' '}] {text}".rstrip())
            else:
                self._keep("listContent", _("Some of its list could not be read."))
        return "\n".join(lines)

    def _links(self, body: str) -> str:
        """The pages it was noted from, unless its words lead there."""
        annotations = self.note.get("annotations")
        lines = []
        for one in annotations if isinstance(annotations, list) else []:
            url = one.get("url") if isinstance(one, dict) else None
            if isinstance(url, str) and _PAGE.fullmatch(url) and url not in body:
                words = one.get("title")
                words = " ".join(clean(words).split()) if isinstance(words, str) else ""
                words = _BRACKET.sub(r"\\\1", words)
                lines.append(f"[{words}](<{url}>)" if words else f"<{url}>")
        return "\n".join(lines)

    def _tags(self) -> tuple[str, ...]:
        names = []
        for label in self._items("labels"):
            name = label.get("name")
            if isinstance(name, str) and name.strip():
                names.append(clean(name).strip())
            else:
                self._keep("labels", _("Some of its labels could not be read."))
        return tuple(dict.fromkeys(names))

    def _media(self) -> tuple[Media, ...]:
        found = []
        folder = PurePosixPath(self.name).parent
        for item in self._items("attachments"):
            said = item.get("filePath")
            if not isinstance(said, str) or not said.strip("/ "):
                self._keep("attachments", _("Some of its attachments could not be read."))
                continue
            path = PurePosixPath(clean(said).replace("\\", "/"))
            place = (folder / path).as_posix().casefold()
            stem = (folder / path.stem).as_posix().casefold()
            member = self.files.get(place) or self.files.get(stem, "")
            if not member:
                self.warnings.append(lacking(path.name))
            found.append(Media(member, path.name))
        return tuple(found)

    def _is_trashed(self) -> bool:
        is_trashed = self.note.get("isTrashed")
        if is_trashed is not None and not isinstance(is_trashed, bool):
            self.rest["isTrashed"] = is_trashed
        return is_trashed is True

    def _text(self, key: str) -> str:
        value = self.note.get(key)
        if value is not None and not isinstance(value, str):
            self._keep(key, not_words())
        return as_written(value) if isinstance(value, str) else ""

    def _items(self, key: str) -> list[dict[str, Any]]:
        """The objects of a list; what is none of either is kept with a warning."""
        value = self.note.get(key)
        items = value if isinstance(value, list) else []
        found = [item for item in items if isinstance(item, dict)]
        if len(found) < len(items) or (value is not None and not isinstance(value, list)):
            self._keep(key, _("Some of what it lists could not be read. It is kept as it was."))
        return found

    def _keep(self, key: str, warning: str) -> None:
        self.rest[key] = self.note[key]
        self.warnings.append(warning)


_NUMBER = re.compile(r"[0-9]{1,18}")
_PAGE = re.compile(r"https?://[^\s<>]+")
_BRACKET = re.compile(r"([\\\[\]])")
