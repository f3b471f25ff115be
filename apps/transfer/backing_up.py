"""Backing the whole installation up: the database as it is at one moment, and its files.

Files are written once, under names that are never used again. So those that the moment knows are
still there afterwards, or were deleted since: the copy is as consistent as the dump. What is
written has another name until all of it was read again; whoever is killed leaves no backup behind.
"""

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from errno import EDQUOT, EFBIG, ENOSPC
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Sum

from apps.accounts import leaving
from apps.accounts.keys import key_for
from apps.accounts.models import Session, User
from apps.journal.models import Attachment
from apps.journal.models.attachment import keys_of
from apps.transfer.backup import (
    DATABASE,
    FILES,
    MANIFEST,
    NAME,
    PIECE,
    Manifest,
    Refused,
    made,
    opened,
)
from apps.transfer.exporting import one_moment
from config.local import locks
from config.local.dumping import counted, dumped
from config.local.folders import sync_folder

# What people are told when they leave is 35 days (docs/accounts.md); a day for being late.
LONGEST_KEPT = timedelta(days=34)
# So much of the disk stays free: below it the journal itself says that it is not ready.
RESERVE = 0.05
# Packed, a database takes less than a third of itself.
PACKED = 0.3
NIGHT = 2
NIGHTLY = timedelta(hours=12)
DAILY = timedelta(hours=26)
PURPOSE = "telling which key a backup was made with"
DATABASE_SIZE = "SELECT pg_database_size(current_database())"


def is_due(last: datetime | None, now: datetime) -> bool:
    """Whether another backup should be made, asked once an hour.

    At night; and whenever none was made for more than a day, for where nothing runs at night.
    """
    if last is None or now - last >= DAILY:
        return True
    return now.hour == NIGHT and now - last >= NIGHTLY


def back_up(path: Path, now: datetime, *, with_files: bool = True) -> tuple[Path, Manifest]:
    """Write a backup to `path`, or under the name of this moment if that is a folder.

    Returns where it is, and what it says of itself. Raises Refused, and Problem where there is no
    pg_dump; nothing is left of it then.
    """
    out = path / now.astimezone(UTC).strftime(NAME) if path.is_dir() else path
    if out.exists():
        raise Refused("there", f"{out} is there already. Name a file that is not.")
    if User._meta.db_table not in connection.introspection.table_names():
        raise Refused("empty", "There is no journal in this database yet.")
    if not out.parent.is_dir():
        raise Refused("absent", f"There is no folder {out.parent}.")
    _clear(out.parent)
    needed = room_for(with_files=with_files)
    if not has_room(out.parent, needed):
        raise Refused(
            "no room",
            f"There is no room for a backup in {out.parent}: it takes about "
            f"{needed // 1024**2 + 1} MB, and {RESERVE:.0%} of the disk have to stay free.",
        )
    part = out.with_name(f".{out.name}.part")
    held = locks.open_lock(part)
    if not locks.try_alone(held):
        os.close(held)
        raise Refused("there", f"{out} is just being written by somebody else.")
    try:
        with os.fdopen(os.dup(held), "w+b") as file:
            file.truncate()
            _write(file, now, with_files=with_files)
            file.flush()
            os.fsync(file.fileno())
        with opened(part) as backup:
            backup.check()
            manifest = backup.manifest
        part.rename(out)
        sync_folder(out.parent)
    except OSError as error:
        if error.errno in {ENOSPC, EDQUOT, EFBIG}:
            raise Refused(
                "no room", f"There is no room left for a backup in {out.parent}."
            ) from error
        raise Refused("unwritten", f"{out} could not be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
        os.close(held)
    return out, manifest


def room_for(*, with_files: bool = True) -> int:
    """How many bytes a backup will take, about."""
    with connection.cursor() as cursor:
        cursor.execute(DATABASE_SIZE)
        database = cursor.fetchone()[0]
    files = Attachment.objects.aggregate(size=Sum("size"))["size"] if with_files else 0
    return int(database * PACKED) + (files or 0)


def has_room(folder: Path, needed: int) -> bool:
    """Whether there is room for so many bytes, and some for the journal itself."""
    usage = shutil.disk_usage(folder)
    return usage.free - needed >= usage.total * RESERVE


def rotate(folder: Path, keep: int, now: datetime) -> list[Path]:
    """Delete the backups in a folder that are too many or too old; the newest one stays.

    Every one that bears its name was read again when it was written. Returns those that went.
    """
    backups = made(folder)
    gone = [path for at, path in backups[:-1] if at < now - LONGEST_KEPT]
    rest = [path for _at, path in backups if path not in gone]
    gone += rest[: -max(1, keep)]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def make_room(folder: Path) -> None:
    """Delete the oldest backups in a folder until there is room for another; the newest stays."""
    needed = room_for()
    for _at, path in made(folder)[:-1]:
        if has_room(folder, needed):
            return
        path.unlink(missing_ok=True)


def key_marks() -> list[str]:
    """What tells each secret key from others and says nothing of it, the newest first."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [hashlib.sha256(key_for(PURPOSE, secret)).hexdigest()[:32] for secret in secrets]


def _clear(folder: Path) -> None:
    """Delete what killed backups have left; whoever still writes holds a lock on it."""
    for part in folder.glob(".throughline-*.zip.part"):
        if locks.is_free(part):
            part.unlink(missing_ok=True)


def _write(file: IO[bytes], now: datetime, *, with_files: bool) -> None:
    with ZipFile(file, "w", allowZip64=True) as zipped, one_moment():
        bare: Any = connection.connection
        manifest = Manifest(
            made_at=now.astimezone(UTC).isoformat(timespec="seconds"),
            postgresql=bare.info.server_version // 10_000,
            key=key_marks()[0],
            migrations=sorted(
                f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()
            ),
            with_files=with_files,
            rows=counted(bare) | {Session._meta.db_table: 0},
            removed=sorted(leaving.removed()),
        )
        # Who was logged in then need not be now: a session that was ended would come to life.
        dump = dumped(bare, snapshot=_snapshot(), without=[Session._meta.db_table])
        written = _Written(zipped, manifest, now)
        with closing(dump):
            written.add(DATABASE, dump, ZIP_DEFLATED)
        if with_files:
            _add_files(written)
        zipped.writestr(written.entry(MANIFEST), manifest.packed())


def _snapshot() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        return str(cursor.fetchone()[0])


class _Written:
    """What goes into the ZIP, noted in its manifest."""

    def __init__(self, zipped: ZipFile, manifest: Manifest, now: datetime) -> None:
        self.zipped = zipped
        self.manifest = manifest
        self.now = now.astimezone(UTC)

    def add(self, name: str, pieces: Iterable[bytes], compress: int = ZIP_STORED) -> str:
        """Put a file in; returns its SHA-256."""
        digest, size = hashlib.sha256(), 0
        entry = self.entry(name)
        entry.compress_type = compress
        with self.zipped.open(entry, "w", force_zip64=True) as member:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                member.write(piece)
        self.manifest.members[name] = {"bytes": size, "sha256": digest.hexdigest()}
        return digest.hexdigest()

    def entry(self, name: str) -> ZipInfo:
        """A name in the ZIP, for its owner alone."""
        entry = ZipInfo(name, self.now.timetuple()[:6])
        entry.external_attr = 0o600 << 16
        return entry


def _add_files(written: _Written) -> None:
    """Every file that has a row, with the sizes that were made of it."""
    rows = Attachment.objects.order_by("owner_id", "pk").values_list("key", "sha256", "kind")
    for key, sha256, kind in rows.iterator(chunk_size=500):
        for name in keys_of(key) if kind == Attachment.Kind.PHOTO else [key]:
            try:
                source = default_storage.open(name)
            except FileNotFoundError:
                if name == key:
                    written.manifest.missing.append(key)
                continue
            with source as file:
                found = written.add(f"{FILES}{name}", _pieces(file, name, written.manifest.damaged))
            if name == key and found != sha256 and key not in written.manifest.damaged:
                written.manifest.damaged.append(key)


def _pieces(file: Any, name: str, damaged: list[str]) -> Iterator[bytes]:
    """What can be read of a file: one bad sector is no reason to have no backups any more."""
    while True:
        try:
            piece = file.read(PIECE)
        except OSError:
            damaged.append(name)
            return
        if not piece:
            return
        yield piece
