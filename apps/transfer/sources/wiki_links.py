"""Links and files in notes of Markdown, of both kinds: `[[note|words]]` and `[words](path)`.

They are found by path, and then by a name that only one file has, as Obsidian and Logseq do. Code
is left as it is.
"""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import unquote

from apps.transfer.sources import days
from apps.transfer.sources.package import Package
from apps.transfer.sources.plain import Media, led_to, shown
from apps.transfer.sources.sentences import lacking

NOTES = (".md", ".markdown")
# What a link means to show even where the file is not there.
FILES = (
    *(".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".heic", ".avif", ".tif", ".tiff"),
    *(".mp3", ".m4a", ".wav", ".ogg", ".flac", ".aac", ".mp4", ".mov", ".webm", ".mkv", ".pdf"),
)


@dataclass
class Body:
    """A text with its links resolved, and what they were."""

    text: str
    media: list[Media] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    # Links that are now only their words.
    plain: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    places: dict[tuple[str, str], int] = field(default_factory=dict)


class Links:
    """The links of a folder of notes. Of its files, `keys` names those that are entries."""

    def __init__(
        self,
        package: Package,
        names: list[str],
        keys: Mapping[str, str],
        by_day: Mapping[date, str],
    ) -> None:
        self.package, self.keys, self.by_day = package, keys, by_day
        self.names = set(names)
        self.by_base: dict[str, list[str]] = {}
        for name in names:
            base = posixpath.basename(name).casefold()
            self.by_base.setdefault(base, []).append(name)
            if base.endswith(NOTES):
                self.by_base.setdefault(posixpath.splitext(base)[0], []).append(name)

    def resolved(self, text: str, name: str) -> Body:
        """The text of the note of this name."""
        body = Body("")

        def put(match: re.Match[str]) -> str:
            return self._put(match, posixpath.dirname(name), body)

        def outside(piece: str) -> str:
            piece = _LINK.sub(put, piece)
            body.tags += [tag for tag in _TAG.findall(piece) if not tag.isdecimal()]
            return piece

        body.text = outside_code(text, outside)
        return body

    def find(self, target: str, folder: str = "") -> str:
        """The file that a link in a note of this folder leads to; "" where there is none."""
        tried = dict.fromkeys((target, unquote(target)))
        for path in (path.strip().replace("\\", "/") for path in tried):
            for start in (folder, ""):
                whole = posixpath.normpath(posixpath.join(start, path.lstrip("/")))
                for end in ("", *NOTES):
                    found = self.package.find(whole + end)
                    if found in self.names:
                        return found
        for path in tried:
            alike = self.by_base.get(posixpath.basename(path.strip()).casefold(), [])
            if len(alike) == 1:
                return alike[0]
        day = days.said(target)
        return self.by_day.get(day.day, "") if day else ""

    def _put(self, match: re.Match[str], folder: str, body: Body) -> str:
        sign, inner, shows, words, target, image = match.groups()
        if inner is not None:
            target, _bar, words = inner.partition("|")
            target = target.strip()
            if sign == "#":
                body.tags.append(target)
                return target
            return self._wiki(match[0], target, words, folder, body)
        if image is not None:
            source = _SOURCE.search(image)
            alt = _ALT.search(image)
            if source is None:
                return match[0]
            shows, target = "!", source[2].strip()
            words = alt[2] if alt else ""
        return self._marked(match[0], bool(shows), target, words, folder, body)

    def _wiki(self, link: str, target: str, words: str, folder: str, body: Body) -> str:
        path, _hash, heading = target.partition("#")
        path = path.partition("^")[0].strip()
        # A block has a name that says nothing; a heading has words.
        heading = "" if heading.startswith("^") else heading.strip()
        found = self.find(path, folder) if path else ""
        if (found and not found.endswith(NOTES)) or (not found and _is_file(path)):
            return _media(body, found, path, _without_size(words))
        words = words.strip() or " > ".join(filter(None, (path, heading))) or target
        if found in self.keys:
            return led_to(words, self.keys[found])
        body.plain.append(link)
        return words

    def _marked(
        self, link: str, shows: bool, target: str, words: str, folder: str, body: Body
    ) -> str:
        path = _without_title(target)
        if _SCHEME.match(path):
            # What would be taken for a place of ours is only its words.
            return words if path.casefold().startswith(("media:", "entry:")) else link
        path = path.partition("#")[0].partition("?")[0] if not self.find(path, folder) else path
        found = self.find(path, folder) if path else ""
        if found and found.casefold().endswith(NOTES):
            if found in self.keys:
                return led_to(words or posixpath.splitext(found)[0], self.keys[found])
            body.plain.append(link)
            return words
        if found or (path and shows) or _is_file(path):
            return _media(body, found, unquote(path), _without_size(words))
        if path.casefold().endswith(NOTES):
            body.plain.append(link)
            return words
        return link


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """The text with all of it changed that is no code."""
    return "".join(
        piece if is_code else "".join(_around_spans(piece, change))
        for is_code, piece in outside_fences(text)
    )


def outside_fences(text: str) -> Iterator[tuple[bool, str]]:
    """The text in pieces of whole lines; of each, whether it is a block of code."""
    piece: list[str] = []
    fence = ""
    for line in _LINE.findall(text):
        if fence:
            piece.append(line)
            bare = line.strip()
            if bare.startswith(fence) and not bare.strip(fence[0]):
                yield True, "".join(piece)
                piece, fence = [], ""
        elif (match := _FENCE.match(line)) and not (match[1][0] == "`" and "`" in match[2]):
            yield False, "".join(piece)
            piece, fence = [line], match[1]
        else:
            piece.append(line)
    yield bool(fence), "".join(piece)


# All are bounded: a bracket that never ends costs a thousand letters, not the whole text.
_LINK = re.compile(
    r"(?<!\\)(?:"
    r"([!#]?)\[\[([^\[\]\n]{1,1000})\]\]"
    r"|(!?)\[((?:\\.|[^\[\]\\\n]){0,1000})\]"
    r"\(([^()\n]{0,1000}(?:\([^()\n]{0,200}\)[^()\n]{0,1000}){0,5})\)(?:\{:[^{}\n]{0,200}\})?"
    r"|<img\b([^<>]{0,2000})>)",
    re.I,
)
_SOURCE = re.compile(r"""\bsrc\s*=\s*(["'])(.*?)\1""", re.I | re.S)
_ALT = re.compile(r"""\balt\s*=\s*(["'])(.*?)\1""", re.I | re.S)
# Of other addresses, only those that begin with a scheme or a machine lead elsewhere.
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:|//|www\.", re.I)
_SIZE = re.compile(r"\s*[0-9]{1,5}(?:x[0-9]{1,5})?\s*")
_TAG = re.compile(r"""(?<!\S)#(?!/)([^\s#,.;:!?()\[\]{}'"“”‘’„«»*`<>|\\^~=+&@$%]+)(?<!/)""")
_FENCE = re.compile(r"[ \t]*(?:(?:[-*+>]|[0-9]{1,9}[.)])[ \t]+)*(`{3,}|~{3,})(.*)", re.S)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_TICKS = re.compile(r"`+")
_BLANK = re.compile(r"(\n[ \t]*\n)")


def _media(body: Body, member: str, path: str, alt: str) -> str:
    """The place of a file among those of the entry; a file shown twice has one."""
    name = posixpath.basename(member or path.strip()) or path
    if (member, name) in body.places:
        return shown(body.places[member, name])
    if not member:
        body.warnings.append(lacking(name))
    body.places[member, name] = len(body.media)
    body.media.append(Media(member, name, alt))
    return shown(body.places[member, name])


def _is_file(path: str) -> bool:
    return path.casefold().endswith(FILES)


def _without_size(words: str) -> str:
    """A description without the width that Obsidian writes into it."""
    parts = [part for part in words.split("|") if not _SIZE.fullmatch(part)]
    return "|".join(parts).strip()


def _without_title(target: str) -> str:
    target = target.strip()
    if target[-1:] in ('"', "'") and (at := target.rfind(target[-1], 0, -1)) > 0:
        target = target[:at].rstrip() if target[at - 1].isspace() else target
    return target[1:-1] if target.startswith("<") and target.endswith(">") else target


def _around_spans(text: str, change: Callable[[str], str]) -> Iterator[str]:
    """The text changed but for what stands between backticks, which end with their paragraph."""
    for paragraph in _BLANK.split(text):
        at = 0
        for start, end in _spans(paragraph):
            yield change(paragraph[at:start])
            yield paragraph[start:end]
            at = end
        yield change(paragraph[at:])


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where code stands between two equal runs of backticks; each run is looked at once."""
    runs = [match.span() for match in _TICKS.finditer(text)]
    following: dict[int, int] = {}
    partner = [0] * len(runs)
    for number in range(len(runs) - 1, -1, -1):
        length = runs[number][1] - runs[number][0]
        partner[number] = following.get(length, 0)
        following[length] = number
    number = 0
    while number < len(runs):
        if partner[number]:
            yield runs[number][0], runs[partner[number]][1]
            number = partner[number]
        number += 1
