"""Files of entries on their way into a ZIP."""

from collections.abc import Iterator
from itertools import chain
from pathlib import PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED

from apps.transfer.archive import PACKED


def begun(pieces: Iterator[bytes]) -> Iterator[bytes] | None:
    """The bytes of a file with its first ones read; None where the storage has lost it.

    A file that is lost must be known before anything names it.
    """
    try:
        first = next(pieces, b"")
    except OSError:
        return None
    return chain((first,), pieces)


def packing(name: str) -> int:
    """How a file of this name goes into a ZIP: what is packed already is put in as it is."""
    return ZIP_STORED if PurePosixPath(name).suffix in PACKED else ZIP_DEFLATED
