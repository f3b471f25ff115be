"""Files on their way out of a package and into the journal."""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import Any

from django.core.files.base import File

from apps.transfer.sources.package import Package

PIECE = 256 * 1024
IN_MEMORY = 4 * 1024**2


@contextmanager
def taken_out(package: Package, name: str) -> Iterator["File[Any]"]:
    """A file of a package, to be read as often as one likes. Raises Refused where it is damaged."""
    with SpooledTemporaryFile(IN_MEMORY) as spool, package.opened(name) as file:
        while piece := file.read(PIECE):
            spool.write(piece)
        spool.seek(0)
        yield File(spool, name="file")
