"""The Throughline archive: a ZIP that stands by itself, written and read piece by piece.

`rows/<table>.ndjson` holds a row a line, `files/` what was attached, `schema.json` says what a row
looks like, `README.txt` says so for people. `throughline.json`, the last one, has the numbers and
the SHA-256 of every other file: what is missing, added or changed shows. No judgement here: what
belongs in it says `exporting`, what becomes of it `importing`.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED

from zipstream import ZipStream

Row = dict[str, Any]
FORMAT, VERSION = "throughline", 1
MANIFEST, SCHEMA, README = "throughline.json", "schema.json", "README.txt"
# Lines are put together to so many characters before they are packed.
BLOCK = 64 * 1024
# What is packed already is put in as it is.
PACKED = {
    ".jpg",
    ".jpeg",
    ".png",
    ".webp",
    ".heic",
    ".avif",
    ".gif",
    ".mp3",
    ".m4a",
    ".mp4",
    ".ogg",
    ".zip",
}
ABOUT = """This is an archive of a Throughline journal.

rows/<table>.ndjson   one row a line, as JSON; schema.json says what each holds
files/                what was attached to entries, each named by the id of its row
throughline.json      when this was made, how many rows of each table there are,
                      and the SHA-256 of every other file

Days are days on the writer's own calendar. Instants are in UTC. A field that
names another row holds its id. The words of an entry are Markdown (CommonMark).
Throughline reads this archive again: Settings, or `manage.py import_journal`.
"""


@dataclass(frozen=True)
class Table:
    """A table of an archive: its name, and its rows."""

    name: str
    rows: Iterable[Row]


@dataclass(frozen=True)
class Contents:
    """What an archive is made of. Of each file its name and its bytes in pieces."""

    person: Row
    tables: Iterable[Table]
    files: Iterable[tuple[str, Iterable[bytes]]]


@dataclass
class _Written:
    """What was written so far: bytes and SHA-256 of each file, rows of each table."""

    advance: Callable[[int], None]
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


def packed(
    contents: Contents,
    schema: dict[str, Any],
    now: datetime,
    advance: Callable[[int], None] = lambda _rows: None,
) -> Iterator[bytes]:
    """The archive in pieces, of which none is kept; `advance` hears how many rows more it holds."""
    written = _Written(advance)
    archive = ZipStream(compress_type=ZIP_DEFLATED)
    archive.add(_noted(README, [ABOUT.encode()], written), README)
    archive.add(_noted(SCHEMA, [_json(schema)], written), SCHEMA)
    yield from archive.all_files()
    for table in contents.tables:
        name = f"rows/{table.name}.ndjson"
        archive.add(_noted(name, _lines(table, written), written), name)
        yield from archive.all_files()
    for name, pieces in contents.files:
        kind = ZIP_STORED if PurePosixPath(name).suffix in PACKED else ZIP_DEFLATED
        archive.add(_noted(name, pieces, written), name, compress_type=kind)
        yield from archive.all_files()
    archive.add(_json(_manifest(contents, written, now)), MANIFEST)
    yield from archive.finalize()


def _manifest(contents: Contents, written: _Written, now: datetime) -> Row:
    return {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "person": contents.person,
        "counts": written.counts,
        "files": written.files,
    }


def _lines(table: Table, written: _Written) -> Iterator[bytes]:
    block: list[str] = []
    length = count = 0
    for row in table.rows:
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
        block.append(line)
        length += len(line)
        count += 1
        if length > BLOCK:
            yield "\n".join([*block, ""]).encode()
            written.advance(len(block))
            block, length = [], 0
    if block:
        yield "\n".join([*block, ""]).encode()
        written.advance(len(block))
    written.counts[table.name] = count


def _noted(name: str, pieces: Iterable[bytes], written: _Written) -> Iterator[bytes]:
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
        yield piece
    written.files[name] = {"bytes": size, "sha256": digest.hexdigest()}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
