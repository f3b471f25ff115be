"""A file somebody brings: a ZIP, a folder or a single file, read without trusting a word of it.

Nothing is written under a name from inside. Names are put in order, and what cannot be is refused
with a sentence; so are bombs, by what is really read and not by what the archive says (T-16).
"""

import json
import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, Protocol

import ijson
from django.utils.translation import gettext as _

from apps.transfer.sources import days
from apps.transfer.sources.sentences import damaged


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
    # Of the files that stand within one entry, which are held together.
    held: int = 256 * 1024**2
    # Below this a ratio says nothing: a page of blanks packs to nearly nothing. Of one member, and
    # of all of them together.
    small: int = 4 * 1024**2
    small_whole: int = 32 * 1024**2
    # Of the list of names at the end of a ZIP.
    directory: int = 64 * 1024**2
    # How deep lists and objects of JSON may lie within each other, and the names that lead there.
    depth: int = 200
    place: int = 10_000


LIMITS = Limits()
PIECE = 256 * 1024
# Of JSON at a time: how deep it lies is only seen once all of a piece is taken in, with the names
# of all places in it, which is much for a piece of nothing but brackets.
SIP = 4 * 1024
MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# What a damaged archive makes of the standard library: it checks some of what it reads.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
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
        self._far: dict[str, int] = {}
        # The bytes of an archive; 0 where nothing is packed.
        self._packed = 0
        self._zip: zipfile.ZipFile | None = None
        self._members: dict[str, Any] = {}
        if path.is_dir():
            self._members = dict(self._in_folder(path))
        elif path.is_file() and _is_archive(path):
            self._packed = path.stat().st_size
            self._zip = self._opened(path)
        else:
            self._members = {_in_order(self.name, limits): path}
        try:
            if self._zip:
                self._members = dict(self._in_zip(self._zip))
            self._folded = {name.casefold(): name for name in self._members}
            if len(self._folded) < len(self._members):
                raise Refused(_("Two files in it have the same name but for capitals."))
        except Refused:
            self.__exit__()
            raise

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
        with _whole(name):
            source: IO[bytes] = self._zip.open(member) if self._zip else member.open("rb")
        with source:
            yield _Measured(self, name, source, packed)  # type: ignore[misc]

    def count_held(self, size: int) -> None:
        """Count a file that stood within another, by its bytes. Raises Refused as for others."""
        self._read += size
        if self._read > self.limits.whole or size > self.limits.member:
            raise Refused(_("Unpacked, it is larger than can be taken."))

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
            yield from ijson.items(self.events(name, file, prefix), prefix)

    def pairs(self, name: str, place: str) -> Iterator[tuple[str, Any]]:
        """The keys and values of an object in a JSON file one by one. Raises Refused."""
        with self.opened(name) as file:
            yield from ijson.kvitems(self.events(name, file), place)

    def top(self, name: str) -> str:
        """What a JSON file begins as: "{", "[", or "" for anything else."""
        with self.opened(name) as file:
            begins = as_text(file.read(64)).lstrip()[:1]
        return begins if begins in ("{", "[") else ""

    def events(
        self, name: str, file: "Readable", prefix: str | None = None
    ) -> Iterator[tuple[str, str, Any]]:
        """What a JSON file consists of. Nothing at `prefix` is larger than a text may be.

        Raises Refused where it is no JSON, and at what is too large or lies too deep.
        """
        depth = held = 0
        bytes_of = _Unmarked(name, file, self.limits.text)
        for place, event, value in _parsed(name, bytes_of):
            bytes_of.quiet = 0
            if event.startswith("start"):
                depth += 1
            elif event.startswith("end"):
                depth -= 1
            if depth > self.limits.depth or len(place) > self.limits.place:
                raise Refused(_("“%(name)s” in it lies too deep.") % {"name": name})
            if place == prefix and event != "map_key":
                held = 0
            elif prefix is not None and place.startswith(prefix):
                # What is made of it takes more than what is in it.
                held += 64 + (len(value) if isinstance(value, str) else 0)
                if held > 2 * self.limits.text:
                    raise Refused(_("An entry in “%(name)s” is too large.") % {"name": name})
            yield place, event, value

    def _opened(self, path: Path) -> zipfile.ZipFile:
        if _listed(path, self.limits) > self.limits.members:
            raise Refused(_("It holds more files than can be looked through."))
        try:
            return zipfile.ZipFile(path)
        except DAMAGE as error:
            raise Refused(_("The archive is damaged.")) from error

    def _in_zip(self, archive: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
        found: dict[str, zipfile.ZipInfo] = {}
        end = 0
        for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
            if info.header_offset < end:
                raise Refused(_("Files in the archive lie over each other."))
            end = info.header_offset + 30 + len(info.filename) + info.compress_size
            mode = info.external_attr >> 16
            # As it stands there: the standard library ends a name where it holds a zero.
            name = info.orig_filename if info.flag_bits & 0x800 else _lettered(info.orig_filename)
            if name.endswith("/") or _is_litter(name):
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

    def _counted(self, name: str, size: int, packed: int) -> None:
        """Note what was read: how much of this file so far. To read it again costs nothing."""
        self._read += max(0, size - self._far.get(name, 0))
        self._far[name] = max(size, self._far.get(name, 0))
        if self._read > self.limits.whole or size > self.limits.member:
            raise Refused(_("Unpacked, it is larger than can be taken."))
        if (size > self.limits.small and size > packed * self.limits.ratio) or (
            self._packed
            and self._read > self.limits.small_whole
            and self._read > self._packed * self.limits.ratio
        ):
            raise Refused(_("“%(name)s” in it unpacks to nothing but itself.") % {"name": name})


class Readable(Protocol):
    """Something to be read in pieces."""

    def read(self, most: int = -1, /) -> bytes:
        """So many bytes, or all."""


class _Measured:
    """A file that notes how much of it was read."""

    def __init__(self, package: Package, name: str, source: IO[bytes], packed: int) -> None:
        self.package, self.name, self.source, self.packed = package, name, source, packed
        self.size = 0

    def read(self, most: int = -1) -> bytes:
        """So many bytes, or all; in pieces, so that a bomb is noticed on the way."""
        pieces, left = [], most
        while left != 0:
            with _whole(self.name):
                piece = self.source.read(PIECE if left < 0 else min(PIECE, left))
            if not piece:
                break
            self.size += len(piece)
            self.package._counted(self.name, self.size, self.packed)
            pieces.append(piece)
            left -= len(piece) if left > 0 else 0
        return b"".join(pieces)


class _Unmarked:
    """A JSON file without the mark that some programs put before UTF-8.

    `quiet` is how much was read since anything came of it: a single string is held until its end.
    """

    def __init__(self, name: str, file: Readable, most: int) -> None:
        self.name, self.file, self.most = name, file, most
        self.is_first, self.quiet = True, 0

    def read(self, most: int = -1) -> bytes:
        """So many bytes, or all."""
        piece = self.file.read(most)
        self.quiet += len(piece)
        if self.quiet > self.most:
            raise Refused(_("An entry in “%(name)s” is too large.") % {"name": self.name})
        if piece and self.is_first:
            self.is_first = False
            piece = piece.removeprefix(b"\xef\xbb\xbf") or self.file.read(most)
        return piece


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


@contextmanager
def _whole(name: str) -> Iterator[None]:
    """Raises Refused where a file turns out damaged."""
    try:
        yield
    except DAMAGE as error:
        raise Refused(damaged(name)) from error


def _parsed(name: str, file: _Unmarked) -> Iterator[tuple[str, str, Any]]:
    """What a file consists of. Raises Refused where it turns out not to be JSON."""
    try:
        yield from ijson.parse(file, use_float=True, buf_size=SIP)
    except (ijson.JSONError, ValueError, OverflowError, RecursionError) as error:
        raise Refused(_("“%(name)s” in it is not JSON.") % {"name": name}) from error


def _is_archive(path: Path) -> bool:
    """Whether a file is a ZIP. Raises Refused for one that only begins as such."""
    with path.open("rb") as file:
        begins = file.read(4)
    try:
        if zipfile.is_zipfile(path):
            return True
    except DAMAGE as error:
        raise Refused(_("The archive is damaged.")) from error
    if begins == b"PK\x03\x04":
        raise Refused(_("The archive is damaged: its end is missing."))
    return False


def _listed(path: Path, limits: Limits) -> int:
    """How many files a ZIP holds, one more than may be at most.

    Counted in the list itself, before anything is made of it: what the archive says of its number
    is not what the standard library goes by.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _TAIL))
        tail = file.read(_TAIL)
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) < at + 22:
            raise Refused(_("The archive is damaged."))
        [length] = struct.unpack("<I", tail[at + 12 : at + 16])
        end = max(0, size - _TAIL) + at
        file.seek(max(0, end - 76))
        before = file.read(min(76, end))
        if before[-20:-16] == b"PK\x06\x07":
            # The record must be where it is said to be: readers differ in where they look.
            said = struct.unpack("<Q", before[-12:-4])[0]
            if said != end - 76 or not before.startswith(b"PK\x06\x06"):
                raise Refused(_("The archive is damaged."))
            [length] = struct.unpack("<Q", before[40:48])
            end -= 76
        if length > end:
            raise Refused(_("The archive is damaged."))
        if length > limits.directory:
            raise Refused(_("It holds more files than can be looked through."))
        file.seek(end - length)
        listed = file.read(length)
    count = at = 0
    while at + 46 <= len(listed) and count <= limits.members:
        name, extra, comment = struct.unpack_from("<HHH", listed, at + 28)
        at += 46 + name + extra + comment
        count += 1
    return count


# The longest comment, and the record before it.
_TAIL = 65_536 + 22


def _lettered(name: str) -> str:
    """A name that does not say it is UTF-8: mostly it is all the same, or else CP437."""
    try:
        return name.encode("cp437").decode()
    except (UnicodeEncodeError, UnicodeDecodeError):
        return name


def _is_litter(name: str) -> bool:
    parts = [part.casefold() for part in name.replace("\\", "/").split("/")]
    return any(part in LITTER for part in parts) or parts[-1].startswith("._")


def _in_order(name: str, limits: Limits) -> str:
    """A name as it is asked for. Raises Refused for one that leads out of the package."""
    if len(name) > limits.name or _NO_NAME.search(name):
        raise Refused(_("“%(name)s” in it is no name for a file.") % _said(name))
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or ".." in parts or (parts and parts[0][1:2] == ":"):
        raise Refused(_("“%(name)s” in it leads out of the archive.") % _said(name))
    if not parts:
        raise Refused(_("“%(name)s” in it is no name for a file.") % _said(name))
    return unicodedata.normalize("NFC", "/".join(parts))


def _said(name: str) -> dict[str, str]:
    return {"name": name[:80].encode("ascii", "backslashreplace").decode()}


# Backslashes, zeros, and bytes that are no letters.
_NO_NAME = re.compile("[\\\\\\x00\ud800-\udfff]")


def _unwrapped(found: dict[str, Any]) -> dict[str, Any]:
    """The same without the one folder that everything lies in, unless it says something."""
    tops = {name.partition("/")[0] for name in found}
    if len(tops) != 1 or any("/" not in name for name in found):
        return found
    [top] = tops
    if top.casefold() in TELLING or days.is_period(top):
        return found
    return {name.partition("/")[2]: member for name, member in found.items()}
