"""Reading a backup back: all of it is doubted first, and a killed try leaves nothing halfway.

The database changes in one transaction. What belongs to older code is migrated, whoever was removed
since is removed again, and files are put where their rows look for them; a try that was killed
among these is made good by the same command once more.
"""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from apps.accounts import leaving
from apps.accounts.models import User
from apps.prompts import loading
from apps.transfer import backing_up
from apps.transfer.backup import DATABASE, FILES, Backup, Manifest, Refused, opened
from apps.transfer.soundness import sha256_of
from config.local.dumping import counted, replayed
from config.local.folders import private_folder

# Seconds until a connection that was closed is gone.
PATIENCE = 2.0
# Sessions of others: ours, and what PostgreSQL itself does, are none.
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
# Letters that waited were sent since, or are too old; what comes by the clock comes again; what was
# being done is done again.
FORGET_JOBS = """
DELETE FROM procrastinate_jobs
WHERE task_name = 'accounts.deliver' OR (status = 'doing' AND queueing_lock IS NOT NULL)
"""
DO_AGAIN = """
UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL, abort_requested = false
WHERE status = 'doing'
"""


@dataclass
class Restored:
    """What came back."""

    manifest: Manifest
    kept: Path | None
    files: int = 0
    removed: int = 0
    has_key: bool = True


def look(path: Path, *, replace: bool) -> Manifest:
    """Everything that speaks against reading this backup. Raises Refused; changes nothing."""
    with opened(path) as backup:
        backup.check()
        _refuse_newer(backup.manifest)
        _refuse_occupied(replace=replace)
        return backup.manifest


def restore(
    path: Path, now: datetime, *, replace: bool = False, say: Callable[[str], None]
) -> Restored:
    """Make this installation what it was when the backup at `path` was made.

    With `replace`, what is there is backed up first, beside the backup or where backups are kept.
    `say` hears what is done. Raises Refused before anything is changed, and Problem when the
    database does not take it, which leaves it as it was.
    """
    manifest = look(path, replace=replace)
    found = Restored(manifest, kept=None, has_key=manifest.key in backing_up.key_marks())
    if replace and _has_journal():
        say("Backing up what is here …")
        folder = private_folder(settings.BACKUPS) if settings.BACKUPS else path.parent
        found.kept, _said = backing_up.back_up(folder, now, with_files=manifest.with_files)
    with opened(path) as backup:
        say("Reading the database …")
        _replay(backup)
        call_command("migrate", interactive=False, verbosity=0)
        loading.load(loading.FOLDER, now)
        if manifest.postgresql != _version():
            # Each version of PostgreSQL has stems of its own.
            call_command("index_again", stdout=StringIO())
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(FORGET_JOBS)
            cursor.execute(DO_AGAIN)
        say("Reading the files …")
        found.files = _put_files(backup)
    found.removed = _remove_again(manifest.removed)
    return found


def _refuse_newer(manifest: Manifest) -> None:
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    # Libraries put old migrations together to new ones; ours stay what they are.
    ours = {name.rpartition(".")[2] for name in settings.THROUGHLINE_APPS}
    unknown = {
        name for name in manifest.migrations if name not in known and name.partition(".")[0] in ours
    }
    if unknown:
        raise Refused(
            "newer",
            "This backup was made by a newer Throughline than this one, or by another: it knows "
            f"{len(unknown)} migrations that are not here, such as {min(unknown)}. Bring "
            "Throughline to that version first. Nothing was changed.",
        )
    server = _version()
    if manifest.postgresql > server:
        raise Refused(
            "newer",
            f"This backup is of PostgreSQL {manifest.postgresql}, and the server here is "
            f"{server}, which may not understand it. Nothing was changed.",
        )


def _refuse_occupied(*, replace: bool) -> None:
    tables = connection.introspection.table_names()
    if tables and User._meta.db_table not in tables:
        raise Refused(
            "occupied",
            "There is something else in this database. Name an empty one. Nothing was changed.",
        )
    if _has_journal() and not replace:
        raise Refused(
            "occupied",
            "There is a journal in this database. With --replace it is backed up, and what is in "
            "the backup comes in its place. Nothing was changed.",
        )
    _refuse_in_use()


def _refuse_in_use() -> None:
    info = _bare().info
    name, password = info.dsn, info.password
    # A pool has sessions of its own, and what was closed is there for a moment still.
    _let_go()
    deadline = time.monotonic() + PATIENCE
    with closing(psycopg.connect(name, password=password, autocommit=True)) as alone:
        while alone.execute(OTHERS).fetchone() != (0,):
            if time.monotonic() > deadline:
                raise Refused(
                    "occupied",
                    "Somebody else is connected to this database. Stop the journal and its worker "
                    "first. Nothing was changed.",
                )
            time.sleep(0.05)


def _has_journal() -> bool:
    """Whether there is anybody whose rows would be lost."""
    tables = connection.introspection.table_names()
    return User._meta.db_table in tables and User.objects.exists()


def _bare() -> Any:
    connection.ensure_connection()
    return connection.connection


def _version() -> int:
    """The major version of the server."""
    return int(_bare().info.server_version) // 10_000


def _let_go() -> None:
    """Close what this process holds of the database, but for the next query."""
    database: Any = connection
    database.close()
    database.close_pool()


def _replay(backup: Backup) -> None:
    replayed(_bare(), backup.pieces(DATABASE))
    # What was prepared or cached belongs to tables that are gone.
    _let_go()
    ContentType.objects.clear_cache()
    here = counted(_bare())
    if here != backup.manifest.rows:
        differing = {name for name in here if here[name] != backup.manifest.rows.get(name)}
        raise Refused("damaged", f"Not every row came back: {', '.join(sorted(differing))}.")


def _put_files(backup: Backup) -> int:
    """Put each file where it belongs, unless the same is there. Returns how many were put."""
    put = 0
    for key in backup.files():
        name = f"{FILES}{key}"
        if sha256_of(key) == backup.manifest.members[name]["sha256"]:
            continue
        default_storage.delete(key)
        with backup.file(name) as content:
            default_storage.save(key, File(content, key))
        put += 1
    return put


def _remove_again(told: list[str]) -> int:
    """Remove whoever was removed, before the backup or since. Returns how many were there."""
    gone = leaving.removed()
    for pk in set(told) - gone:
        leaving.note_removed(pk)
    back = list(User.objects.filter(pk__in=gone | set(told)))
    for user in back:
        leaving.remove(user)
    return len(back)
