"""What a file begins with: enough to know what it is, however long it is."""

from collections.abc import Iterator
from io import BytesIO

from apps.transfer.sources.package import Package, Refused, as_text

# How much of a file is read to know what it is, in bytes.
BEGINNING = 256 * 1024


def first_bytes(package: Package, name: str) -> bytes:
    """The first bytes of a file, without a mark; none where it cannot be read."""
    try:
        with package.opened(name) as file:
            return file.read(BEGINNING).removeprefix(b"\xef\xbb\xbf")
    except Refused:
        return b""


def first_text(package: Package, name: str, most: int = BEGINNING) -> str:
    """The beginning of a file as text. Raises Refused where it cannot be read."""
    with package.opened(name) as file:
        return as_text(file.read(most))


def first_keys(package: Package, name: str, place: str = "") -> set[str]:
    """The keys near the beginning of a JSON file: its own, or those of what lies at a place.

    As far as it is JSON; none where the file cannot be read.
    """
    return {
        key for where, key in _keys(package, name, first_bytes(package, name)) if where == place
    }


def places(package: Package, name: str) -> set[str]:
    """All keys near the beginning of a JSON file, each behind the place it stands at.

    As far as it is JSON. Raises Refused where the file cannot be read.
    """
    content = first_text(package, name).encode("utf-8", "replace")
    return {f"{where}.{key}" if where else key for where, key in _keys(package, name, content)}


def _keys(package: Package, name: str, content: bytes) -> Iterator[tuple[str, str]]:
    try:
        for place, event, value in package.events(name, BytesIO(content)):
            if event == "map_key":
                yield place, value
    except Refused:
        return  # it goes on behind the beginning, or is no JSON
