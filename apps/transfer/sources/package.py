"""A file somebody brings: a ZIP, a folder or a single file, read without trusting a word of it.

Nothing is written under a name from inside. Names are put in order, and what cannot be is refused
with a sentence; so are bombs, by what is really read and not by what the archive says (T-16).
"""

import json
import os
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO

import ijson
from django.utils.translation import gettext as _


class Refused(Exception):
    """The package cannot be taken; the sentence says what is wrong, and where."""


@dataclass(frozen=True)
class Limits:
    """What a package may hold; sizes in bytes."""

    members: int = 200_000
    name: int = 1_000
    # Of a single text that is read as a whole.
    text: int = 32 * 1024**2
    # Of one member, of all that is read, and how many times larger than packed.
    member: int = 4 * 1024**3
    whole: int = 40 * 1024**3
    ratio: int = 250
    # Below this a ratio says nothing: a page of blanks packs to nearly nothing.
    small: int = 4 * 1024**2
    # Of the list of names at the end of a ZIP.
    directory: int = 64 * 1024**2
    # How deep lists and objects of JSON may lie within each other.
    depth: int = 200


LIMITS = Limits()
PIECE = 256 * 1024
MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# What systems leave behind, and nobody wrote.
LITTER = {".ds_store", "thumbs.db", "desktop.ini", "__macosx"}
# Folders that say something even where everything lies in one of them.
TELLING = {"journals", "pages", "entries", "assets", "photos", "media", "files", "attachments"}


class Package:
    """The files of a package by name: forward slashes, composed letters, no wrapping folder."""

    def __init__(self, path: Path, name: str = "", limits: Limits = LIMITS) -> None:
        """`path` is the file or folder; `name` what it was called. Raises Refused."""
        self.name = name or path.name
        self.limits = limits
        self._read = 0
        self._zip: zipfile.ZipFile | None = None
        self._members: dict[str, Any] = {}
        if path.is_dir():
            self._members = dict(self._in_folder(path))
        elif path.is_file() and zipfile.is_zipfile(path):
            self._zip = self._opened(path)
            self._members = dict(self._in_zip(self._zip))
        else:
            self._members = {_in_order(self.name, limits): path}
        self._folded = {name.casefold(): name for name in self._members}
        if len(self._folded) < len(self._members):
            raise Refused(_("Two files in it have the same name but for capitals."))

    def __enter__(self) -> "Package":
        return self

    def __exit__(self, *_: object) -> None:
        if self._zip:
            self._zip.close()

    @property
    def names(self) -> list[str]:
        """All files, in order."""
        return sorted(self._members)

    @property
    def is_single(self) -> bool:
        """Whether it is one file, and no archive or folder."""
        return len(self._members) == 1 and isinstance(next(iter(self._members.values())), Path)

    def find(self, name: str) -> str:
        """The file of this name, whatever its capitals; "" where there is none."""
        return self._folded.get(unicodedata.normalize("NFC", name).casefold(), "")

    def ending(self, *ends: str) -> list[str]:
        """The files whose names end in one of these, whatever their capitals."""
        return [name for name in self.names if name.casefold().endswith(ends)]

    def beginning(self, start: str) -> list[str]:
        """The files whose names begin like this."""
        return [name for name in self._members if name.startswith(start)]

    def size(self, name: str) -> int:
        """The bytes of a file, as the package says."""
        member = self._members[name]
        size: int = member.stat().st_size if isinstance(member, Path) else member.file_size
        return size

    @contextmanager
    def opened(self, name: str) -> Iterator[BinaryIO]:
        """A file, to be read in pieces. Raises Refused once it turns out larger than may be."""
        member = self._members[name]
        packed = self.size(name) if isinstance(member, Path) else member.compress_size
        try:
            source: IO[bytes] = self._zip.open(member) if self._zip else member.open("rb")
            with source:
                yield _Measured(self, name, source, packed)  # type: ignore[misc]
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise Refused(_("“%(name)s” in it is damaged.") % {"name": name}) from error

    def bytes(self, name: str, most: int = 0) -> bytes:
        """A whole file; refused above `most` bytes (those of a text, unless said)."""
        most = most or self.limits.text
        with self.opened(name) as file:
            read = file.read(most + 1)
        if len(read) > most:
            raise Refused(_("“%(name)s” in it is too large.") % {"name": name})
        return read

    def text(self, name: str, most: int = 0) -> str:
        """A whole file as text: UTF-8 or UTF-16 as it says, or else as old programs wrote."""
        return as_text(self.bytes(name, most))

    def json(self, name: str, most: int = 0) -> Any:
        """A whole file as JSON. Raises Refused where it is none."""
        try:
            return json.loads(self.text(name, most))
        except (ValueError, RecursionError) as error:
            raise Refused(_("“%(name)s” in it is not JSON.") % {"name": name}) from error

    def items(self, name: str, prefix: str) -> Iterator[Any]:
        """The items of a list in a JSON file one by one, as `ijson` names their place.

        A journal of any length is read this way without holding it.
        """
        with self.opened(name) as file:
            try:
                events = self._shallow(name, ijson.parse(file, use_float=True))
                yield from ijson.items(events, prefix)
            except (ijson.JSONError, ValueError, RecursionError) as error:
                raise Refused(_("“%(name)s” in it is not JSON.") % {"name": name}) from error

    def top(self, name: str) -> str:
        """What a JSON file begins as: "{", "[", or "" for anything else."""
        with self.opened(name) as file:
            begins = as_text(file.read(64)).lstrip()[:1]
        return begins if begins in ("{", "[") else ""

    def keys(self, name: str, most: int = 40) -> list[str]:
        """The first keys of the object a JSON file is; nothing where it is none."""
        found: list[str] = []
        with self.opened(name) as file:
            try:
                for place, event, value in self._shallow(name, ijson.parse(file, use_float=True)):
                    if place == "" and event == "map_key":
                        found.append(value)
                    if (event == "start_array" and place == "") or len(found) == most:
                        break
            except (ijson.JSONError, ValueError):
                return found
        return found

    def _shallow(self, name: str, events: Any) -> Iterator[tuple[str, str, Any]]:
        depth = 0
        for place, event, value in events:
            if event.startswith("start"):
                depth += 1
                if depth > self.limits.depth:
                    raise Refused(_("“%(name)s” in it lies too deep.") % {"name": name})
            elif event.startswith("end"):
                depth -= 1
            yield place, event, value

    def _opened(self, path: Path) -> zipfile.ZipFile:
        count, size = _directory(path)
        if count > self.limits.members or size > self.limits.directory:
            raise Refused(_("It holds more files than can be looked through."))
        try:
            return zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
            raise Refused(_("The archive is damaged.")) from error

    def _in_zip(self, archive: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
        found: dict[str, zipfile.ZipInfo] = {}
        end = 0
        for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
            if info.header_offset < end:
                raise Refused(_("Files in the archive lie over each other."))
            end = info.header_offset + 30 + len(info.filename) + info.compress_size
            mode = info.external_attr >> 16
            name = info.filename if info.flag_bits & 0x800 else _lettered(info)
            if info.is_dir() or _is_litter(name):
                continue
            if info.flag_bits & 0x1:
                raise Refused(_("The archive is locked with a password. Bring one without."))
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Refused(_("The archive is packed in a way that is not read here."))
            if mode and not (stat.S_ISREG(mode) or stat.S_IFMT(mode) == 0):
                raise Refused(_("“%(name)s” in it is not a plain file.") % {"name": name[:80]})
            name = _in_order(name, self.limits)
            if name in found:
                raise Refused(_("“%(name)s” is in it twice.") % {"name": name[:80]})
            found[name] = info
        yield from _unwrapped(found).items()

    def _in_folder(self, root: Path) -> Iterator[tuple[str, Path]]:
        found: dict[str, Path] = {}
        for folder, _folders, names in os.walk(root, followlinks=False):
            for name in names:
                path = Path(folder) / name
                inside = path.relative_to(root).as_posix()
                if _is_litter(inside) or path.is_symlink() or not path.is_file():
                    continue
                if len(found) == self.limits.members:
                    raise Refused(_("It holds more files than can be looked through."))
                found[_in_order(inside, self.limits)] = path
        yield from found.items()

    def _counted(self, name: str, read: int, size: int, packed: int) -> None:
        """Note what was read; `size` is how much of this file so far."""
        self._read += read
        if self._read > self.limits.whole or size > self.limits.member:
            raise Refused(_("Unpacked, it is larger than can be taken."))
        if size > self.limits.small and size > packed * self.limits.ratio:
            raise Refused(_("“%(name)s” in it unpacks to nothing but itself.") % {"name": name})


class _Measured:
    """A file that notes how much of it was read."""

    def __init__(self, package: Package, name: str, source: IO[bytes], packed: int) -> None:
        self.package, self.name, self.source, self.packed = package, name, source, packed
        self.size = 0

    def read(self, most: int = -1) -> bytes:
        """So many bytes, or all; in pieces, so that a bomb is noticed on the way."""
        pieces, left = [], most
        while left != 0:
            piece = self.source.read(PIECE if left < 0 else min(PIECE, left))
            if not piece:
                break
            self.size += len(piece)
            self.package._counted(self.name, len(piece), self.size, self.packed)
            pieces.append(piece)
            left -= len(piece) if left > 0 else 0
        return b"".join(pieces)


def as_text(read: bytes) -> str:
    """Bytes as text, without a byte order mark, and with plain line ends."""
    for mark, encoding in MARKS.items():
        if read.startswith(mark):
            text = read.decode(encoding, "replace").removeprefix("\ufeff")
            break
    else:
        try:
            text = read.decode()
        except UnicodeDecodeError:
            text = read.decode("cp1252", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _directory(path: Path) -> tuple[int, int]:
    """How many files a ZIP says it holds, and the bytes of its list, before that list is read."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 65_557))
        tail = file.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) < at + 22:
            raise Refused(_("The archive is damaged."))
        count, length = struct.unpack("<HI", tail[at + 10 : at + 16])
        if count == 0xFFFF or length == 0xFFFFFFFF:
            locator = tail.rfind(b"PK\x06\x07", 0, at)
            if locator < 0:
                return count, length
            [offset] = struct.unpack("<Q", tail[locator + 8 : locator + 16])
            if offset > size:
                raise Refused(_("The archive is damaged."))
            file.seek(offset)
            record = file.read(56)
            if len(record) < 56 or not record.startswith(b"PK\x06\x06"):
                raise Refused(_("The archive is damaged."))
            count, length = struct.unpack("<QQ", record[32:48])
    return count, length


def _lettered(info: zipfile.ZipInfo) -> str:
    """A name that does not say it is UTF-8: mostly it is all the same, or else CP437."""
    try:
        return info.filename.encode("cp437").decode()
    except (UnicodeEncodeError, UnicodeDecodeError):
        return info.filename


def _is_litter(name: str) -> bool:
    parts = [part.casefold() for part in name.replace("\\", "/").split("/")]
    return any(part in LITTER for part in parts) or parts[-1].startswith("._")


def _in_order(name: str, limits: Limits) -> str:
    """A name as it is asked for. Raises Refused for one that leads out of the package."""
    said = {"name": name[:80].encode("ascii", "backslashreplace").decode()}
    if "\\" in name or "\x00" in name or len(name) > limits.name:
        raise Refused(_("“%(name)s” in it is no name for a file.") % said)
    path = PurePosixPath(unicodedata.normalize("NFC", name))
    if path.is_absolute() or ".." in path.parts or (path.parts[:1] and path.parts[0][1:2] == ":"):
        raise Refused(_("“%(name)s” in it leads out of the archive.") % said)
    return path.as_posix()


def _unwrapped(found: dict[str, Any]) -> dict[str, Any]:
    """The same without the one folder that everything lies in, unless it says something."""
    tops = {name.partition("/")[0] for name in found}
    if len(tops) != 1 or any("/" not in name for name in found):
        return found
    [top] = tops
    if top.casefold() in TELLING or top.isdecimal():
        return found
    return {name.partition("/")[2]: member for name, member in found.items()}
