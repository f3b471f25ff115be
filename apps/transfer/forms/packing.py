"""What forms out are written with: pieces of text put together, and a ZIP made while it is sent."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED

from django.utils.translation import gettext as _
from zipstream import ZipStream

from apps.transfer.forms.naming import Names
from apps.transfer.telling import File, Told

# Texts are put together to so many characters before they are sent or packed.
BLOCK = 64 * 1024
# What is small already, and is put in as it is.
PACKED = ("image/", "audio/", "video/")


def blocks(texts: Iterable[str]) -> Iterator[bytes]:
    """Texts as UTF-8, some of them at once."""
    waiting: list[str] = []
    length = 0
    for text in texts:
        waiting.append(text)
        length += len(text)
        if length > BLOCK:
            yield "".join(waiting).encode()
            waiting, length = [], 0
    if waiting:
        yield "".join(waiting).encode()


class Packing:
    """A ZIP of which nothing is held but the names of its members."""

    def __init__(self) -> None:
        self._zip = ZipStream(compress_type=ZIP_DEFLATED)
        self._lost: list[str] = []

    def text(self, name: str, texts: Iterable[str]) -> Iterator[bytes]:
        """A member made of texts, and before it all that was put in since the last one."""
        self.add(name, blocks(texts))
        yield from self._zip.all_files()

    def file(self, name: str, file: File) -> Iterator[bytes]:
        """A file as a member. One that the storage has lost is named at the end, and stops none."""
        self.take(name, file)
        yield from self._zip.all_files()

    def take(self, name: str, file: File) -> bool:
        """Put a file in, to be read in its turn. False where the storage has lost it."""
        if not file.is_kept:
            self._lost.append(name)
            return False
        self.add(name, file.pieces(), is_packed=file.content_type.startswith(PACKED))
        return True

    def add(self, name: str, pieces: Iterable[bytes], *, is_packed: bool = False) -> None:
        """Put a member in, to be written in its turn."""
        self._zip.add(pieces, name, compress_type=ZIP_STORED if is_packed else ZIP_DEFLATED)

    def end(self) -> Iterator[bytes]:
        """What stands at the end of a ZIP."""
        if self._lost:
            said = [_("These files are no longer in the journal’s storage:"), "", *self._lost, ""]
            self._zip.add("\n".join(said).encode(), "MISSING.txt")
        yield from self._zip.finalize()


class Placed(NamedTuple):
    """A file of an entry, and where it lies in a ZIP."""

    path: str
    file: File


def placed(entries: Iterable[Told]) -> Iterator[tuple[Told, list[Placed]]]:
    """Entries with the places of their files: of the same entries the same ones, each time."""
    name_of = Names()
    for entry in entries:
        files = []
        for file in entry.files:
            name = PurePosixPath(file.name)
            path = name_of(f"{entry.local_date} {name.stem}", name.suffix)
            files.append(Placed(f"files/{path}", file))
        yield entry, files
