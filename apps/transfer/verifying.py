"""Whether an archive is whole, and whether it holds what the journal holds.

First the archive by itself: each file against its SHA-256, each table against its number. Then row
by row against the journal as it is now: the same, changed since, only here, only there.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from uuid import UUID

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.transfer.archive import FORMAT, MANIFEST, VERSION, Row
from apps.transfer.exporting import contents_of
from apps.transfer.sources.package import PIECE, Package, Refused

# Of one row, in bytes; an entry may hold five million letters.
LONGEST_LINE = 64 * 1024**2


@dataclass
class Compared:
    """A table: how many rows are the same in both, changed, only in the archive, only here."""

    name: str
    same: int = 0
    changed: int = 0
    only_there: int = 0
    only_here: int = 0

    @property
    def is_equal(self) -> bool:
        """Whether there is no difference."""
        return not (self.changed or self.only_there or self.only_here)


@dataclass
class Verdict:
    """What was found: sentences about the archive by itself, and each table beside the journal."""

    exported_at: str = ""
    amiss: list[str] = field(default_factory=list)
    tables: list[Compared] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether the archive is as it was made."""
        return not self.amiss

    @property
    def is_equal(self) -> bool:
        """Whether it holds what the journal holds now."""
        return self.is_whole and all(table.is_equal for table in self.tables)


def manifest_of(package: Package) -> Row:
    """What the archive says of itself. Raises Refused where it is none that can be read."""
    if not package.find(MANIFEST):
        raise Refused(_("This is no Throughline archive: throughline.json is not in it."))
    said = package.json(MANIFEST)
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise Refused(_("This is no Throughline archive: throughline.json does not say so."))
    if not isinstance(said.get("version"), int) or not 1 <= said["version"] <= VERSION:
        raise Refused(_("This archive is of a newer Throughline than this one."))
    files, counts = said.get("files"), said.get("counts")
    if not isinstance(files, dict) or not isinstance(counts, dict):
        raise Refused(_("throughline.json in it is damaged."))
    return said


def verify(
    package: Package, user: User, advance: Callable[[int], None] = lambda _rows: None
) -> Verdict:
    """Everything there is to say of this archive beside this person's journal.

    Best asked within `exporting.one_moment`. `advance` hears how many rows more were looked at, of
    either side; 0 while files are.
    """
    said = manifest_of(package)
    verdict = Verdict(exported_at=str(said.get("exported_at", "")))
    verdict.amiss += _files_amiss(package, said["files"], advance)
    contents = contents_of(user, with_files=False)
    for table in contents.tables:
        there = _digests(_counted(rows_in(package, table.name), advance))
        if len(there) != said["counts"].get(table.name, 0):
            verdict.amiss.append(
                _("%(table)s: %(said)s rows were written, %(found)s are there.")
                % {
                    "table": table.name,
                    "said": said["counts"].get(table.name, 0),
                    "found": len(there),
                }
            )
        verdict.tables.append(_compared(table.name, there, _counted(table.rows, advance)))
    return verdict


def rows_in(package: Package, table: str) -> Iterator[Row]:
    """The rows of a table in an archive, one by one. Raises Refused at one that is none."""
    name = package.find(f"rows/{table}.ndjson")
    if name:
        with package.opened(name) as file:
            for line in _lines(name, file):
                yield _row(name, line)


def _lines(name: str, file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file. Raises Refused at one that is too long."""
    # Of a line that goes on: joined only once it ends, as each time costs all there is of it.
    begun: list[bytes] = []
    size = 0
    while piece := file.read(PIECE):
        *ends, rest = piece.split(b"\n")
        for end in ends:
            yield b"".join([*begun, end])
            begun, size = [], 0
        begun.append(rest)
        size += len(rest)
        if size > LONGEST_LINE:
            raise Refused(_("A line of “%(name)s” is too long.") % {"name": name})
    if size:
        yield b"".join(begun)


def _row(name: str, line: bytes) -> Row:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Refused(_("A line of “%(name)s” is not JSON.") % {"name": name}) from error
    if not isinstance(row, dict) or not _is_id(row.get("id")):
        raise Refused(_("A line of “%(name)s” is no row.") % {"name": name})
    return row


def _is_id(said: object) -> bool:
    try:
        return isinstance(said, str) and str(UUID(said)) == said
    except ValueError:
        return False


def _counted(rows: Iterable[Row], advance: Callable[[int], None]) -> Iterator[Row]:
    for row in rows:
        yield row
        advance(1)


def _files_amiss(
    package: Package, files: dict[str, Any], advance: Callable[[int], None]
) -> Iterator[str]:
    known = set()
    for name, said in files.items():
        found = package.find(name)
        if not found:
            yield _("“%(name)s” is missing.") % {"name": name}
            continue
        known.add(found)
        digest = hashlib.sha256()
        with package.opened(found) as file:
            while piece := file.read(PIECE):
                digest.update(piece)
                advance(0)
        if not isinstance(said, dict) or said.get("sha256") != digest.hexdigest():
            yield _("“%(name)s” is not as it was written.") % {"name": name}
    for name in package.names:
        if name not in known and name != MANIFEST:
            yield _("“%(name)s” was added.") % {"name": name}


def _digests(rows: Iterator[Row] | Any) -> dict[str, bytes]:
    return {row["id"]: _digest(row) for row in rows}


def _digest(row: Row) -> bytes:
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).digest()[:16]


def _compared(name: str, there: dict[str, bytes], here: Any) -> Compared:
    found = Compared(name)
    for row in here:
        digest = there.pop(row["id"], None)
        if digest is None:
            found.only_here += 1
        elif digest == _digest(row):
            found.same += 1
        else:
            found.changed += 1
    found.only_there = len(there)
    return found
