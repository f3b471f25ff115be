"""Where files lie: a folder that only its owner may enter (or a bucket: config.buckets).

Both are Django's storages, and both can read a part of a file without reading the rest: recordings
are heard from the middle, and no file is ever held in memory whole.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage

CHUNK = 64 * 1024
# What is still being written is called so, beside its place.
PART = ".part"


class Folder(FileSystemStorage):
    """Files in MEDIA_ROOT. What was saved outlasts a power cut, as a committed row does."""

    def read_part(self, name: str, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from `start` up to `stop`. Raises FileNotFoundError before any is read."""
        path = Path(self.path(name))
        path.stat()
        return self._read(path, start, stop)

    def _read(self, path: Path, start: int, stop: int) -> Iterator[bytes]:
        with path.open("rb") as opened:
            opened.seek(start)
            left = stop - start
            while left > 0 and (chunk := opened.read(min(CHUNK, left))):
                left -= len(chunk)
                yield chunk

    def keep(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file piece by piece; it is there under its name once it is whole, and not before.

        Raises what making the pieces raises, and OSError; then nothing of it is left.
        """
        path, part = Path(self.path(name)), Path(self.path(name + PART))
        part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                for piece in pieces:
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
            _sync(path.parent)
        finally:
            part.unlink(missing_ok=True)

    @contextmanager
    def on_disk(self, name: str) -> Iterator[Path]:
        """The path of a file, for what reads here and there in it. Raises FileNotFoundError."""
        path = Path(self.path(name))
        path.stat()
        yield path

    def forget(self, name: str) -> None:
        """Delete a file, and what a writer that was killed has left of it."""
        self.delete(name)
        self.delete(name + PART)

    def _save(self, name: str, content: File) -> str:  # type: ignore[type-arg]
        path = Path(self.path(name))
        try:
            saved: str = super()._save(name, content)  # type: ignore[misc]
            for target in (path, path.parent):
                _sync(target)
        except OSError:
            # What was written of it is of no use to anybody, and the disk may be full of it.
            with suppress(OSError):
                path.unlink()
            raise
        return saved


def _sync(path: Path) -> None:
    """Let what was written there outlast a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
