"""Bringing the data of an older PostgreSQL over to the installed one (docs/adr/0019).

The older server, kept beside its data, is started once more; what is in it is backed up, written
into a new cluster as text, and counted there. Only then do the two change places, by renaming: the
old data stays as `former-<version>` for a while. Whatever goes wrong before leaves it as it was.
"""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import psycopg

from config.local import locks, programs
from config.local.children import leave_properly
from config.local.dumping import counted, dumped, replayed
from config.local.folders import private_folder, sync_folder
from config.local.postgres import Cluster
from config.local.prepare import INDEX_AGAIN
from config.local.problems import Problem
from config.local.programs import MAJOR

ROOT = Path(__file__).resolve().parent.parent.parent
# Seconds for which the old data is kept after a move: long enough to find that something is amiss.
FORMER_KEPT = 14 * 24 * 3600
# A new cluster is about as large as the old one; what is written on the way to it comes on top.
ROOM = 2.5


def run(root: Path, home: Path, arguments: Sequence[str]) -> int:
    """Bring the data in `home` over, if need be."""
    signal.signal(signal.SIGTERM, leave_properly)
    bring_over(home)
    return 0


def bring_over(home: Path, back_up: Callable[[str, Path], None] | None = None) -> None:
    """Move the data in `home` to the installed PostgreSQL, if an older one wrote it.

    `back_up` is given the address of the old database, and the home. Raises Problem, with what can
    be done, when it cannot be moved; it is then as it was.
    """
    cluster = Cluster(home)
    if not cluster.folder.exists():
        return
    private_folder(cluster.folder)
    with locks.alone(cluster.folder / "change.lock"):
        version = cluster.version()
        if not version.isdigit() or int(version) > int(MAJOR):
            return
        if version == MAJOR:
            _forget_former(cluster)
            return
        place = locks.open_lock(cluster.folder / "users.lock")
        try:
            if not locks.try_alone(place):
                raise Problem(
                    f"The journal still runs with PostgreSQL {version}. "
                    "Stop it, and start this again: its data is then brought over."
                )
            _move(cluster, version, back_up or _back_up)
        finally:
            os.close(place)


def _move(cluster: Cluster, version: str, back_up: Callable[[str, Path], None]) -> None:
    server = programs.kept(version, cluster.programs)
    if server is None:
        aside = shlex.quote(str(cluster.data))
        raise Problem(
            f"{cluster.data} was written by PostgreSQL {version}. This Throughline brings {MAJOR}, "
            f"which cannot read it, and the server of {version} is not in {cluster.programs}. "
            "Nothing was changed. Go back to the Throughline that wrote it; or put the data aside "
            f"and read your last backup:\n  mv {aside} {aside}-{version}\n"
            f"  bin/manage restore {shlex.quote(str(cluster.home / 'backups'))}/throughline-….zip"
        )
    _refuse_without_room(cluster)
    print(f"Bringing the journal from PostgreSQL {version} to {MAJOR} …", flush=True)
    draft = cluster.folder / "next"
    new = Cluster(draft)
    new.stop_if_unused()
    for leftover in (draft, cluster.ready):
        shutil.rmtree(leftover, ignore_errors=True)
    with programs.reachable(server) as found:
        old = Cluster(cluster.home, server=found)
        try:
            address = old.serving()
            back_up(address, cluster.home)
            _copy(address, new.join())
        finally:
            new.leave()
            old.stop()
    # Each version has stems of its own: search learns all entries anew (config.local.prepare).
    (cluster.home / INDEX_AGAIN).touch()
    new.data.rename(cluster.ready)
    former = cluster.folder / f"former-{version}"
    shutil.rmtree(former, ignore_errors=True)
    cluster.data.rename(former)
    cluster.ready.rename(cluster.data)
    os.utime(former)
    sync_folder(cluster.folder)
    shutil.rmtree(draft)
    print(f"Done. The old data is kept in {former} for two weeks.", flush=True)


def _copy(old: str, new: str) -> None:
    """Write all that is in the old database into the new one. Raises Problem unless all came."""
    with (
        closing(psycopg.connect(old, autocommit=True)) as there,
        closing(psycopg.connect(new, autocommit=True)) as here,
    ):
        with closing(dumped(there)) as pieces:
            replayed(here, pieces)
        if counted(there) != counted(here):
            raise Problem(
                "Not every row came over to the new PostgreSQL. The old data is as it was: "
                "go back to the Throughline that you had, and tell us, please."
            )
        here.execute("ANALYZE")


def _back_up(address: str, home: Path) -> None:
    """Make an ordinary backup, as the new code does it of the old database."""
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        if "django_migrations" not in counted(connection):
            return
    settings = {
        "DATABASE_URL": address,
        "THROUGHLINE_HOME": str(home),
        "PATH": programs.path_with_programs(),
    }
    command = [sys.executable, str(ROOT / "manage.py"), "backup"]
    done = subprocess.run(
        command,
        check=False,
        env=os.environ | settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode != 0:
        raise Problem(
            "The data was not brought over to the new PostgreSQL, because it could not be backed "
            f"up first. It is as it was.\n{done.stdout.strip()}"
        )


def _refuse_without_room(cluster: Cluster) -> None:
    size = sum(path.stat().st_size for path in cluster.data.rglob("*") if path.is_file())
    free = shutil.disk_usage(cluster.folder).free
    if free < size * ROOM:
        raise Problem(
            f"Bringing the data over to PostgreSQL {MAJOR} takes {_gigabytes(size * ROOM)} GB, and "
            f"{_gigabytes(free)} are free. Nothing was changed. Make room, and start this again."
        )


def _gigabytes(size: float) -> str:
    return f"{size / 1024**3:.1f}"


def _forget_former(cluster: Cluster) -> None:
    """Delete what a move has left behind once it has been kept for long enough."""
    for former in cluster.folder.glob("former-*"):
        if former.stat().st_mtime < time.time() - FORMER_KEPT:
            shutil.rmtree(former)
            version = former.name.removeprefix("former-")
            shutil.rmtree(cluster.programs / version, ignore_errors=True)
