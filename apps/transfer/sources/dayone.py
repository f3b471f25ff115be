"""Day One: a ZIP with one JSON file a journal, and its media in folders.

Nobody publishes the form; what is known of it stands in formats.md 3.1, from real exports and from
what others read. Texts are CommonMark with its escapes, and are kept as they are: only what leads
to media and to other entries is put into our words.
"""

import io
import re
from base64 import urlsafe_b64decode
from binascii import Error as NoBase64
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import ijson
from django.utils.translation import gettext as _

from apps.core.text import clean
from apps.transfer.sources import dayone_rich
from apps.transfer.sources.package import Package, Refused, as_text
from apps.transfer.sources.plain import (
    Media,
    PlainEntry,
    Unreadable,
    key_of,
    led_to,
    shown,
)

KEY = "dayone"
NAME = "Day One"

# So much of a file is looked at to say whether it is a journal, and so many files.
BEGINNING = 128 * 1024
MOST_FILES = 40
TELLING = {"entries.item.creationDate", "entries.item.richText", "entries.item.modifiedDate"}
LONGEST_TITLE = 200

# The lists of media of an entry, and the folder each kind lies in.
LISTS = {
    "photos": "photo",
    "videos": "video",
    "audios": "audio",
    "pdfAttachments": "pdf",
    "pdfs": "pdf",
}
FOLDERS = {"photo": "photos", "video": "videos", "audio": "audios", "pdf": "pdfs"}
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
                    yield Unreadable(at, _("It is no entry, but something else."))
        except Refused as refused:
            # What came before it is read, and so are the other journals.
            yield Unreadable(f"{journal}#{number + 1}", str(refused))


def places(package: Package, name: str) -> set[str]:
    """The names of fields at the beginning of a JSON file, each with the place it stands in."""
    with package.opened(name) as file:
        begins = as_text(file.read(BEGINNING)).encode("utf-8", "replace")
    found: set[str] = set()
    try:
        for place, event, value in package.events(name, io.BytesIO(begins)):
            if event == "map_key":
                found.add(f"{place}.{value}" if place else value)
            elif event == "start_array" and not place:
                break
    except (ijson.JSONError, ValueError, Refused):
        pass  # it goes on behind the beginning, or is no JSON
    return found


def _is_journal(package: Package, name: str) -> bool:
    found = places(package, name)
    # A journal may hold nothing that is an entry; then it says so by what else it has.
    return bool(TELLING & found) or {"metadata", "entries"} <= found or found == {"entries"}


class Archive:
    """What all journals of a package have together: their media, by either of their names."""

    def __init__(self, package: Package, journals: list[str]) -> None:
        self._stems: dict[str, list[str]] = {}
        for name in package.names:
            if name not in journals:
                stem = PurePosixPath(name).stem.casefold()
                self._stems.setdefault(stem, []).append(name)
        self._items: dict[str, tuple[str, str, str]] = {}
        for journal in journals:
            try:
                for source in package.items(journal, "entries.item"):
                    self._note(source)
            except Refused:
                continue  # said where the entries are read

    def media(self, identifier: str, kind: str = "", alt: str = "") -> Media:
        """The file with this identifier, whichever entry lists it."""
        known, md5, name = self._items.get(identifier.casefold(), (kind, "", ""))
        member = self._file(md5, known) or self._file(identifier, known)
        return Media(member, name or PurePosixPath(member).name or identifier, alt)

    def _note(self, source: object) -> None:
        if not isinstance(source, dict):
            return
        for kind, item in listed(source):
            identifier = item.get("identifier")
            if isinstance(identifier, str) and identifier:
                said = (kind, _said(item.get("md5")), _file_name(item))
                before = self._items.get(identifier.casefold())
                # One of two entries may know the file, and the other only that it shows it.
                if before is None or (said[1] and not self._file(before[1], kind)):
                    self._items[identifier.casefold()] = said

    def _file(self, stem: str, kind: str) -> str:
        found = self._stems.get(stem.casefold(), []) if stem else []
        folder = FOLDERS.get(kind, "")
        in_place = [name for name in found if folder and f"/{folder}/" in f"/{name}".casefold()]
        return next(iter(in_place or found), "")


def listed(source: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The media an entry lists, each with its kind, in the order it says."""
    for key, kind in LISTS.items():
        items = source.get(key)
        if isinstance(items, list):
            for item in sorted((item for item in items if isinstance(item, dict)), key=_order):
                yield kind, item


def _order(item: dict[str, Any]) -> float:
    order = item.get("orderInEntry")
    return order if isinstance(order, int | float) and order == order else 0


def _said(value: object) -> str:
    """A text, or nothing where there is none or only a word for that."""
    return value.strip() if isinstance(value, str) and value.strip() != "(null)" else ""


def _file_name(item: dict[str, Any]) -> str:
    for key in ("filename", "pdfName"):
        name = PurePosixPath(clean(_said(item.get(key))).replace("\\", "/")).name
        if name:
            return name
    return ""


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
            return Unreadable(at, _("It has no date that can be read."))
        zone, time_zone = self._zone()
        try:
            local = created.astimezone(zone)
        except OverflowError:
            return Unreadable(at, _("It has no date that can be read."))
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
        created = instant(self.source.get("creationDate"))
        if created is None:
            created = instant(self.source.get("modifiedDate"))
            self._keep("creationDate")
            self.warnings.append(
                _("It does not say when it was written; the time of its last change was taken.")
            )
        return created

    def _modified(self) -> datetime | None:
        said = self.source.get("modifiedDate")
        modified = instant(said)
        if modified is None and said is not None:
            self._keep("modifiedDate")
            self.warnings.append(_("When it was last changed could not be read."))
        return modified

    def _zone(self) -> tuple[ZoneInfo, str]:
        location = self.source.get("location")
        there = location.get("timeZoneName") if isinstance(location, dict) else None
        for name in (self.source.get("timeZone"), there):
            if isinstance(name, str) and (zone := zone_named(name)):
                return zone, name.strip()
        self._keep("timeZone")
        self.warnings.append(
            _("It does not say its time zone, or one that is not known. Your own was taken.")
        )
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
            identifier = _said(item.get("identifier")) or _said(item.get("md5"))
            if identifier.casefold() in marked.numbers:
                continue
            media = self.archive.media(_said(item.get("identifier")), kind)
            if not media.member:
                own = self.archive.media(_said(item.get("md5")), kind)
                media = Media(own.member, _file_name(item) or own.name or identifier or kind)
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
            self.warnings.append(
                _("Some of its tags could not be read. They are kept as they were.")
            )
        return tuple(dict.fromkeys(clean(tag).strip() for tag in said if tag.strip()))

    def _key(self, created: datetime, known: dict[str, str]) -> str:
        """Its UUID; where another entry of the package has the same, with what it says."""
        shows = [_said(item.get("identifier")) for _kind, item in listed(self.source)]
        text = clean(f"{self.source.get('text')}\n{shows}")
        by_words = key_of(f"{KEY} {self.notebook}", created.isoformat(), text)
        uuid = key_of_link(_said(self.source.get("uuid")))
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


def instant(value: object) -> datetime | None:
    """An instant in any way ISO 8601 has to say it; without a zone it is UTC."""
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value.strip())
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def zone_named(name: str) -> ZoneInfo | None:
    """The time zone of this name, if there is one."""
    name = name.strip()
    if not _ZONE.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


_ZONE = re.compile(r"[A-Za-z0-9_+-]{1,40}(?:/[A-Za-z0-9_+-]{1,40}){0,3}")


def as_written(text: str) -> str:
    """A text without what nobody typed: Day One ends lines with spaces of no width."""
    return "\n".join(line.rstrip("\u200b") for line in clean(text).split("\n"))


def lacking(name: str) -> str:
    """The warning about a file that is not there."""
    return _("“%(name)s” is not in what was brought. Its place was kept.") % {"name": name[:80]}


def titled(body: str) -> tuple[str, str]:
    """A title and the text below it: only a first line that is a heading is a title."""
    first, _end, below = body.lstrip("\n").partition("\n")
    heading = _HEADING.fullmatch(first) if len(first) < 2 * LONGEST_TITLE else None
    title = _ESCAPED.sub(r"\1", heading[1]).strip() if heading else ""
    if not title or len(title) > LONGEST_TITLE or "](" in title:
        return "", body
    return title, below.lstrip("\n")


_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


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


# --- Links ----------------------------------------------------------------------------------


class Marked:
    """A text with the places of media and entries in it, and the media in the order shown."""

    def __init__(self, text: str, archive: Archive) -> None:
        self.archive = archive
        self.media: list[Media] = []
        self.numbers: dict[str, int] = {}
        self.warnings: list[str] = []
        # Something of the text has no place in ours.
        self.is_less = False
        self.body = _LINK.sub(self._link, text)

    def _link(self, found: re.Match[str]) -> str:
        if found["code"]:
            return found[0]
        target = found["to"] or found["wiki"] or found["bare"]
        words = found["words"] or ""
        if media := _TO_MEDIA.fullmatch(target):
            return self._shown(media["id"], (media["kind"] or media["old"]).lower(), words)
        if elsewhere := _TO_ELSEWHERE.fullmatch(target):
            return self._elsewhere(elsewhere[1], words)
        if _TO_ENTRY.match(target):
            query = parse_qs(urlsplit(target).query)
            query = {key.casefold(): value for key, value in query.items()}
            if entry := key_of_link("".join(query.get("entryid", [])[:1])):
                return led_to(words.strip() or _("another entry"), entry)
        return self._less(words)

    def _less(self, words: str) -> str:
        self.is_less = True
        self.warnings.append(
            _("A link in it leads to what only Day One knows. Its words were kept.")
        )
        return words

    def _shown(self, identifier: str, kind: str, alt: str) -> str:
        number = self.numbers.get(identifier.casefold())
        if number is None:
            number = self.numbers[identifier.casefold()] = len(self.media)
            kind = {"pdfattachment": "pdf", "moment": ""}.get(kind, kind)
            alt = _ESCAPED.sub(r"\1", alt).strip()
            media = self.archive.media(identifier, kind, alt)
            if not media.member:
                self.warnings.append(lacking(media.name))
            self.media.append(media)
        return shown(number)

    def _elsewhere(self, packed: str, words: str) -> str:
        """A link to a film or a sound that lies elsewhere; nothing is fetched."""
        packed = packed.rstrip("=")
        try:
            url = urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
        except (NoBase64, ValueError):
            url = ""
        if not _PAGE.fullmatch(url):
            return self._less(words)
        return f"[{words}](<{url}>)" if words.strip() else f"<{url}>"


def key_of_link(uuid: str) -> str:
    """The key of an entry by its UUID, however it is written."""
    return uuid.strip().upper() if _UUID.fullmatch(uuid.strip()) else ""


_PAGE = re.compile(r"https?://[^\s<>]+")
_UUID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_TO_MEDIA = re.compile(
    r"dayone-(?P<old>moment|photo|video|audio|pdf):/{1,3}"
    r"(?:(?P<kind>photo|video|audio|pdfAttachment|pdf)/)?(?P<id>[0-9A-Za-z_-]{1,100})/?",
    re.I,
)
_TO_ELSEWHERE = re.compile(r"dayone-external:/{1,3}(?:video|audio)/([0-9A-Za-z_=-]+)", re.I)
_TO_ENTRY = re.compile(r"dayone2?://view\b", re.I)
_SCHEME = r"dayone(?:-(?:moment|photo|video|audio|pdf|external):/|2?://view\?)"
# Code is left alone. Everything that may repeat is bounded: texts can be made to be slow.
_LINK = re.compile(
    rf"""
    (?P<code>
        ^[ ]{{0,3}}(?P<fence>`{{3,}}|~{{3,}})[^\n]*$ .*? (?:^[ ]{{0,3}}(?P=fence)[`~]*[ \t]*$|\Z)
      | (?<![`\\])(?P<ticks>`+)(?!`) (?:(?!\n[ \t]*\n).){{1,2000}}? (?<!`)(?P=ticks)(?!`)
    )
  | !?\[\[[ ]*(?P<wiki>{_SCHEME}[^\]\s]{{1,300}})[ ]*\]\]
  | !?\[(?P<words>(?:\\.|[^\[\]\\]){{0,300}})\]
    \([ ]*<?(?P<to>{_SCHEME}[^)>\s]{{1,2000}})>?(?:[ ]+"[^"\n]{{0,500}}")?[ ]*\)
  | <?(?P<bare>{_SCHEME}[0-9A-Za-z_/=&%?-]{{1,2000}})>?
    """,
    re.X | re.I | re.S | re.M,
)
