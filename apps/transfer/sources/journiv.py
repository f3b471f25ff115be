"""Journiv: a ZIP with `data.json` (also `journiv.json`) and the files under `media/`.

Described by journiv/journiv-app (app/schemas/dto.py). Journals hold their entries. The day of an
entry is said and is not computed. Its content is Markdown, or the operations of an editor (a Quill
Delta), which become Markdown here. Files are shown as `![[media:id]]`, and their SHA-256 is true.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.core.text import clean
from apps.transfer.sources.beginnings import first_bytes
from apps.transfer.sources.bodies import markdown_as_body
from apps.transfer.sources.enclosures import Enclosures, Files, last_part
from apps.transfer.sources.fields import Fields, as_flag, as_key, as_whole, as_words
from apps.transfer.sources.instants import in_utc, in_zone, zone_named
from apps.transfer.sources.package import PIECE, Package, Refused
from apps.transfer.sources.plain import PlainEntry, Unreadable, key_of, shown
from apps.transfer.sources.sentences import lies_elsewhere, nameless_file, no_day, not_an_object

KEY = "journiv"
NAME = "Journiv"

FILES = ("data.json", "journiv.json")
# What a category of moods comes to, from -2 to 2.
CATEGORIES = {"positive": 1, "neutral": 0, "negative": -1}


def recognises(package: Package) -> bool:
    """Whether its file of data says which version it has and holds journals."""
    return bool(_data(package))


def read(package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
    """The entries of all journals."""
    name = _data(package)
    if not name:
        return
    files = _Media(package)
    moods = _moods(package, name)
    entries = package.items(name, "journals.item.entries.item")
    for journal in _journals(package, name):
        for place in range(1, journal.count + 1):
            raw = next(entries, None)
            where = f"{journal.title or name}#{place}"
            if isinstance(raw, dict):
                yield _entry(where, raw, journal.title, files, moods, zone)
            else:
                yield Unreadable(where, not_an_object())


def _data(package: Package) -> str:
    named = [name for name in package.ending(".json") if last_part(name).casefold() in FILES]
    for name in package.names if package.is_single else named:
        begins = first_bytes(package, name)
        if b'"export_version"' in begins and b'"journals"' in begins:
            return name
    return ""


@dataclass
class _Journal:
    title: str = ""
    count: int = 0


def _journals(package: Package, name: str) -> list[_Journal]:
    """The journals, and how many entries each has: its title may stand below them."""
    found: list[_Journal] = []
    with package.opened(name) as file:
        for place, event, value in package.events(name, file):
            if place == "journals.item" and event == "start_map":
                found.append(_Journal())
            elif place == "journals.item.title" and event == "string":
                found[-1].title = clean(value)
            elif place == "journals.item.entries.item" and not event.startswith("end"):
                found[-1].count += event != "map_key"
    return found


def _moods(package: Package, name: str) -> dict[str, int]:
    """The moods by name, as far as their category says what they are."""
    found = {}
    for mood in package.items(name, "mood_definitions.item"):
        if isinstance(mood, dict) and isinstance(mood.get("name"), str):
            category = mood.get("category")
            if isinstance(category, str) and category in CATEGORIES:
                found[mood["name"].casefold()] = CATEGORIES[category]
    return found


def _entry(
    where: str,
    raw: dict[str, Any],
    notebook: str,
    files: "_Media",
    moods: dict[str, int],
    zone: ZoneInfo,
) -> PlainEntry | Unreadable:
    fields = Fields(raw)
    there = fields.read("entry_timezone", zone_named, None)
    moment = in_zone(fields.read("entry_datetime_utc", in_utc, None), there or zone)
    day = fields.read("entry_date", date.fromisoformat, None) or (moment and moment.date())
    if day is None:
        return Unreadable(where, no_day())
    listed = _Listed(files, raw.get("media"))
    body = _body(fields, listed)
    listed.add_all()
    return PlainEntry(
        key=fields.read(("external_id", "id"), as_key, "") or key_of(KEY, _when(day, moment), body),
        local_date=day,
        body=body,
        title=fields.read("title", as_words, "").strip(),
        moment=moment,
        time_zone=there.key if there else "",
        modified_at=fields.read("updated_at", in_utc, None),
        starred=fields.read("is_starred", as_flag, False),
        mood=_mood(raw.get("mood_log"), moods),
        tags=fields.names("tags"),
        notebook=notebook,
        question=fields.read("prompt_text", as_words, ""),
        media=tuple(listed.enclosures.media),
        rest=fields.rest,
        warnings=(*fields.warnings, *listed.enclosures.warnings),
    )


def _when(day: date, moment: datetime | None) -> str:
    return moment.isoformat() if moment else day.isoformat()


def _mood(log: Any, moods: dict[str, int]) -> int | None:
    name = log.get("mood_name") if isinstance(log, dict) else None
    return moods.get(name.casefold()) if isinstance(name, str) else None


class _Media(Files):
    """The files of the package, which can be asked whether they are what they were."""

    def is_whole(self, member: str, checksum: str) -> bool:
        """Whether a file has this SHA-256."""
        digest = hashlib.sha256()
        try:
            with self.package.opened(member) as file:
                while piece := file.read(PIECE):
                    digest.update(piece)
        except Refused:
            return False
        return digest.hexdigest() == checksum.casefold()


class _Listed:
    """The files an entry lists, by whatever its text calls them."""

    def __init__(self, files: _Media, listed: Any) -> None:
        self.enclosures = Enclosures(files)
        self._files = files
        self._listed = [item for item in _list(listed) if isinstance(item, dict)]
        if len(self._listed) < len(_list(listed)):
            self.enclosures.warn(_("A file of the entry is listed in a way that cannot be read."))
        self._by_name: dict[str, dict[str, Any]] = {}
        for item in self._listed:
            for name in _names(item):
                self._by_name.setdefault(name, item)

    def show(self, said: str, alt: str = "") -> str:
        """The place of a file by its id, its name or its path."""
        item = self._by_name.get(said.strip().casefold())
        number = self.enclosures.number(said.strip(), alt) if item is None else self._number(item)
        return "" if number is None else shown(number)

    def add_all(self) -> None:
        """Add the files that were not shown."""
        for item in self._listed:
            self._number(item)

    def _number(self, item: dict[str, Any]) -> int | None:
        """The number of a listed file; None where it lies elsewhere."""
        path = next((item[key] for key in ("file_path", "filename") if _is_said(item, key)), "")
        if not path:
            is_elsewhere = any(_is_said(item, key) for key in item if key.startswith("external_"))
            sentence = _("A file of the entry lies elsewhere; what is known of it is kept.")
            self.enclosures.warn(sentence if is_elsewhere else nameless_file())
            return None
        before = len(self.enclosures.media)
        alt = item.get("alt_text")
        number = self.enclosures.number(path, clean(alt) if isinstance(alt, str) else "")
        media = self.enclosures.media[number]
        if number == before and not self._is_whole(media.member, item.get("checksum")):
            self.enclosures.warn(
                _("“%(name)s” is not as it was when it was exported.") % {"name": media.name[:80]}
            )
        return number

    def _is_whole(self, member: str, checksum: Any) -> bool:
        """Whether a file is what it was, as far as that is said."""
        is_told = bool(member) and isinstance(checksum, str) and bool(checksum)
        return not is_told or self._files.is_whole(member, checksum)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _names(item: dict[str, Any]) -> Iterator[str]:
    """What a text may call a file: its ids, its path, its name, each with and without an ending."""
    for key in ("id", "external_id", "file_path", "filename"):
        if _is_said(item, key):
            for name in (item[key], last_part(item[key])):
                yield name.casefold()
                yield name.casefold().rpartition(".")[0] or name.casefold()


def _is_said(item: dict[str, Any], key: str) -> bool:
    return isinstance(item.get(key), str) and bool(item[key])


def _body(fields: Fields, listed: _Listed) -> str:
    """The content, whichever way it is kept."""
    content = fields.rest.get("content")
    operations = _operations(content)
    if operations is not None:
        delta = _Delta(operations, lambda said: _embedded(said, listed))
        body = delta.markdown()
        if delta.unknown:
            fields.warn(
                _("Parts of the entry could not be read; it is also kept as the editor had it.")
            )
        else:
            del fields.rest["content"]
        return body
    content = fields.read("content", as_words, "")
    text = _SHORTCODE.sub(lambda match: listed.show(match[1]), content)
    return markdown_as_body(text, listed.enclosures)


def _operations(content: Any) -> list[Any] | None:
    """The operations of a Delta, also where it is written as a text."""
    if isinstance(content, str) and content.lstrip().startswith("{"):
        try:
            content = json.loads(content)
        except (ValueError, RecursionError):
            return None
    found = content.get("ops") if isinstance(content, dict) else None
    return found if isinstance(found, list) else None


def _embedded(said: str, listed: _Listed) -> str:
    if said.startswith(("http://", "https://")):
        listed.enclosures.warn(lies_elsewhere())
        return f"<{said}>" if _ADDRESS.fullmatch(said) else _escaped(said)
    return listed.show(said.removeprefix("media:"))


_SHORTCODE = re.compile(r"!\[\[media:([^\]\n]{1,300})\]\]")
_ADDRESS = re.compile(r"[^\s<>]+")


@dataclass
class _Line:
    """A line of a Delta: its kind, its Markdown, and its letters as they are."""

    kind: str
    text: str
    bare: str
    depth: int = 0


class _Delta:
    """The operations of a Quill editor as Markdown.

    A text goes on until the end of its line, and what kind of line it is stands at that end.
    `unknown` says whether there was something that could not be read.
    """

    def __init__(self, operations: list[Any], embed: Callable[[str], str]) -> None:
        self.unknown = False
        self._embed = embed
        self._lines: list[_Line] = []
        self._pieces: list[tuple[str, str]] = []
        for operation in operations:
            self._take(operation)
        if self._pieces:
            self._end_line({})

    def markdown(self) -> str:
        """All lines; a blank one where a list, a quote or the like begins or ends."""
        blocks: list[str] = []
        for kind, lines in groupby(self._lines, key=lambda line: _GROUPS.get(line.kind, line.kind)):
            if kind == "code":
                block = _fenced([line.bare for line in lines])
            elif kind == "list":
                block = _numbered(list(lines))
            else:
                block = "\n".join(line.text for line in lines)
            if kind == "text":
                block = block.strip("\n")
            if block:
                blocks.append(block)
        return "\n\n".join(blocks)

    def _take(self, operation: Any) -> None:
        inserted = operation.get("insert") if isinstance(operation, dict) else None
        attributes = operation.get("attributes") if isinstance(operation, dict) else None
        attributes = attributes if isinstance(attributes, dict) else {}
        if isinstance(inserted, str):
            first, *others = clean(inserted).split("\n")
            self._write(first, attributes)
            for text in others:
                self._end_line(attributes)
                self._write(text, attributes)
        elif isinstance(inserted, dict) and len(inserted) == 1:
            [(kind, said)] = inserted.items()
            self._put(kind, said)
        else:
            self.unknown = True

    def _write(self, text: str, attributes: dict[str, Any]) -> None:
        if text:
            self._pieces.append((_marked(text, attributes), text))

    def _put(self, kind: str, said: Any) -> None:
        """Something other than text, in its place."""
        if isinstance(said, dict):
            said = next((said[key] for key in ("id", "source", "url", "src") if key in said), None)
        if kind in ("divider", "hr"):
            if self._pieces:
                self._end_line({})
            self._lines.append(_Line("rule", "---", ""))
        elif kind in ("image", "video", "audio", "media", "file") and isinstance(said, str):
            self._pieces.append((self._embed(clean(said)), ""))
        else:
            self.unknown = True

    def _end_line(self, attributes: dict[str, Any]) -> None:
        text = "".join(marked for marked, _bare in self._pieces)
        bare = "".join(bare for _marked_, bare in self._pieces)
        self._pieces = []
        kind = _kind(attributes)
        if kind == "header":
            text = f"{'#' * _level(attributes.get('header'), 6)} {text.strip()}".rstrip()
        elif kind == "quote":
            text = f"> {_begun(text)}".rstrip()
        else:
            text = _begun(text)
        self._lines.append(_Line(kind, text, bare, _level(attributes.get("indent"), 8, least=0)))


# Kinds of lines that make one block together.
_GROUPS = {"bullet": "list", "ordered": "list", "checked": "list", "unchecked": "list"}
_MARKS = {"bullet": "- ", "checked": "- [x] ", "unchecked": "- [ ] "}
_STYLES = (("strike", "~~"), ("italic", "*"), ("bold", "**"))


def _kind(attributes: dict[str, Any]) -> str:
    listed = attributes.get("list")
    if isinstance(listed, str) and listed in _GROUPS:
        return listed
    for name, kind in (("header", "header"), ("blockquote", "quote"), ("code-block", "code")):
        if attributes.get(name):
            return kind
    return "text"


def _level(value: Any, most: int, least: int = 1) -> int:
    try:
        return min(most, max(least, as_whole(value)))
    except (ValueError, TypeError, OverflowError):
        return least


def _marked(text: str, attributes: dict[str, Any]) -> str:
    """A text in its styles, which Markdown only takes close to the words."""
    words = text.strip()
    if not words:
        return text
    before, after = text[: text.index(words[0])], text[len(text.rstrip()) :]
    if attributes.get("code"):
        ticks = "`" * (_longest(words) + 1)
        marked = f"{ticks} {words} {ticks}" if "`" in words else f"`{words}`"
    else:
        marked = _escaped(words)
        for name, mark in _STYLES:
            if attributes.get(name):
                marked = f"{mark}{marked}{mark}"
    link = attributes.get("link")
    if isinstance(link, str) and _ADDRESS.fullmatch(link):
        marked = f"[{marked}](<{link}>)"
    return before + marked + after


def _escaped(text: str) -> str:
    """Letters that mean themselves."""
    return _MEANT.sub(r"\\\g<0>", text)


def _begun(text: str) -> str:
    """A line that begins no list, heading, rule or code, as it was only text."""
    text = _BLANKS.sub(lambda match: "\xa0" * len(match[0].expandtabs(4)), text)
    return _COUNTS.sub(r"\1\\\2", _BEGINS.sub(r"\1\\\2", text))


def _fenced(lines: list[str]) -> str:
    fence = "`" * max(3, _longest("\n".join(lines)) + 1)
    return "\n".join([fence, *lines, fence])


def _longest(text: str) -> int:
    return max((len(run[0]) for run in _TICKS.finditer(text)), default=0)


_TICKS = re.compile(r"`+")


def _numbered(lines: list[_Line]) -> str:
    """The items of a list, with numbers where they have some."""
    counts: dict[int, int] = {}
    out = []
    for line in lines:
        counts = {depth: count for depth, count in counts.items() if depth <= line.depth}
        counts[line.depth] = counts.get(line.depth, 0) + 1 if line.kind == "ordered" else 0
        mark = _MARKS.get(line.kind) or f"{counts[line.depth]}. "
        out.append(f"{'    ' * line.depth}{mark}{line.text}".rstrip())
    return "\n".join(out)


_MEANT = re.compile(r"[\\`*_\[\]<>~|]|&(?=[#a-zA-Z])")
_BLANKS = re.compile(r"^[ \t]{4,}|^ {0,3}\t[ \t]*")
_BEGINS = re.compile(r"^(\s{0,3})(#{1,6}(?=\s|$)|[+-](?=\s|$)|(?:[-=][ \t]*){2,}$)")
_COUNTS = re.compile(r"^(\s{0,3}\d{1,9})([.)])(?=\s|$)")
