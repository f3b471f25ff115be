"""What Day One's texts lead to, in each of its forms: media by their numbers, and other entries."""

import re
from base64 import urlsafe_b64decode
from binascii import Error as NoBase64
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.utils.translation import gettext as _

from apps.core.text import clean
from apps.transfer.sources.bodies import unescaped
from apps.transfer.sources.package import Package, Refused
from apps.transfer.sources.plain import Media, led_to, shown
from apps.transfer.sources.sentences import lacking

# The lists of media of an entry, and the folder each kind lies in.
LISTS = {
    "photos": "photo",
    "videos": "video",
    "audios": "audio",
    "pdfAttachments": "pdf",
    "pdfs": "pdf",
}
FOLDERS = {"photo": "photos", "video": "videos", "audio": "audios", "pdf": "pdfs"}


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
                known = (kind, words_of(item.get("md5")), file_name(item))
                before = self._items.get(identifier.casefold())
                # One of two entries may know the file, and the other only that it shows it.
                if before is None or (known[1] and not self._file(before[1], kind)):
                    self._items[identifier.casefold()] = known

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


def words_of(value: object) -> str:
    """A text, or nothing where there is none or only a word for that."""
    return value.strip() if isinstance(value, str) and value.strip() != "(null)" else ""


def file_name(item: dict[str, Any]) -> str:
    for key in ("filename", "pdfName"):
        name = PurePosixPath(clean(words_of(item.get(key))).replace("\\", "/")).name
        if name:
            return name
    return ""


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
            alt = unescaped(alt).strip()
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
