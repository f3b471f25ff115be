"""Where files lie: a folder that only its owner may enter (or a bucket: config.buckets).

Both are Django's storages, and both can read a part of a file without reading the rest: recordings
are heard from the middle, and no file is ever held in memory whole.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage

CHUNK = 64 * 1024


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

    def _save(self, name: str, content: File) -> str:  # type: ignore[type-arg]
        path = Path(self.path(name))
        try:
            saved: str = super()._save(name, content)  # type: ignore[misc]
            for target in (path, path.parent):
                descriptor = os.open(target, os.O_RDONLY)
                try:
                    os.fsync(descriptor)
                finally:
                    os.close(descriptor)
        except OSError:
            # What was written of it is of no use to anybody, and the disk may be full of it.
            with suppress(OSError):
                path.unlink()
            raise
        return saved
