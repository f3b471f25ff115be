"""A backup: one ZIP of the whole installation, and how it is read and doubted.

`database.sql` is what pg_dump wrote, `files/` is what the storage holds, each file under its key.
`backup.json`, the last one, says when and of what it was made, how many rows each table had, and
the SHA-256 of every other file. A backup bears its name only once all of it was read again.
"""

import hashlib
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Self
from zipfile import BadZipFile, ZipFile

from config.local.dumping import END

FORMAT, VERSION = "throughline-backup", 1
MANIFEST, DATABASE, FILES = "backup.json", "database.sql", "files/"
PIECE = 256 * 1024
# Names in a folder of backups: sorted, they stand in the order of time.
NAME = "throughline-%Y%m%d-%H%M%S.zip"


class Refused(Exception):
    """Why a backup was not made or not read, in a sentence; `reason` is a word for the log."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


@dataclass
class Manifest:
    """What a backup says of itself.

    `rows` are the rows of each table, `members` the bytes and SHA-256 of each file in the ZIP.
    `missing` are keys of files that have a row and were not there any more, `damaged` those that
    are not what their row says. `removed` are the ids of accounts that were gone by then.
    `key` tells the secret key from others and says nothing of it.
    """

    made_at: str
    postgresql: int
    key: str
    migrations: list[str]
    with_files: bool
    rows: dict[str, int]
    removed: list[str]
    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    def packed(self) -> bytes:
        """As it stands in the ZIP."""
        said = {"format": FORMAT, "version": VERSION, **asdict(self)}
        return json.dumps(said, indent=1).encode() + b"\n"

    @classmethod
    def read(cls, packed: bytes) -> Self:
        """The same again. Raises Refused for what is none, or of a newer form."""
        try:
            said = json.loads(packed)
            if said.pop("format") != FORMAT:
                raise ValueError
            if said.pop("version") != VERSION:
                raise Refused("newer", "This backup was made by a newer Throughline than this one.")
            return cls(**said)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _damaged(MANIFEST) from error


class Backup:
    """A backup that is open for reading."""

    def __init__(self, zipped: ZipFile) -> None:
        self._zipped = zipped
        self.manifest = Manifest.read(self._bytes(MANIFEST))

    def check(self) -> None:
        """Read all of it. Raises Refused unless every byte is as it was written."""
        names = self._zipped.namelist()
        if sorted(names) != sorted([MANIFEST, *self.manifest.members]):
            raise _damaged("its list of files")
        for name, said in self.manifest.members.items():
            digest, size, end = hashlib.sha256(), 0, b""
            for piece in self.pieces(name):
                digest.update(piece)
                size += len(piece)
                end = (end + piece)[-200:]
            if said != {"bytes": size, "sha256": digest.hexdigest()}:
                raise _damaged(name)
            if name == DATABASE and END not in end:
                raise _damaged(name)

    def files(self) -> Iterator[str]:
        """Where in the storage its files belong."""
        for name in self.manifest.members:
            if name.startswith(FILES):
                yield name.removeprefix(FILES)

    def pieces(self, name: str) -> Iterator[bytes]:
        """What a file in it holds. Raises Refused where it cannot be read."""
        try:
            with self._zipped.open(name) as opened:
                while piece := opened.read(PIECE):
                    yield piece
        except (BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, OSError) as error:
            raise _damaged(name) from error

    def file(self, name: str) -> IO[bytes]:
        """A file in it, opened."""
        return self._zipped.open(name)

    def _bytes(self, name: str) -> bytes:
        return b"".join(self.pieces(name))


@contextmanager
def opened(path: Path) -> Iterator[Backup]:
    """The backup at `path`. Raises Refused for what is none."""
    try:
        zipped = ZipFile(path)
    except FileNotFoundError as error:
        raise Refused("absent", f"There is no file {path}.") from error
    except OSError as error:
        raise Refused("absent", f"{path} cannot be read: {error.strerror}.") from error
    except (BadZipFile, ValueError) as error:
        raise _damaged("the end of it") from error
    with zipped:
        yield Backup(zipped)


def made(folder: Path) -> list[tuple[datetime, Path]]:
    """The backups in a folder with the time in their names, the oldest first."""
    found = []
    for path in folder.glob("throughline-*.zip"):
        try:
            found.append((datetime.strptime(path.name, NAME).replace(tzinfo=UTC), path))
        except ValueError:
            continue
    return sorted(found)


def _damaged(what: str) -> Refused:
    return Refused(
        "damaged",
        f"This is no backup, or it is damaged: {what} is not as it was written. "
        "Nothing was changed.",
    )
