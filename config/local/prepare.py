"""Making a home ready to be served: migrations, shipped texts, static files, the demo person."""

import hashlib
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psycopg

from config.local import locks
from config.local.children import leave_properly
from config.local.database import database_url
from config.local.freshness import StaticFiles
from config.local.problems import Problem

OLDEST = 15
# In a home whose database another PostgreSQL has taken over.
INDEX_AGAIN = "index-again"
DEMO = "demo@throughline.local"


def run(root: Path, home: Path, arguments: Sequence[str]) -> int:
    """Prepare the database that is meant and the files of `home`; with `--demo`, the person too."""
    signal.signal(signal.SIGTERM, leave_properly)
    url = database_url()
    prepare(root, home, url)
    if "--demo" in arguments:
        _add_demo(root, home, url)
    return 0


def prepare(root: Path, home: Path, url: str) -> None:
    """Migrate the database at `url` and collect the static files in `home`, where needed.

    Raises Problem with what Django said when one of them fails.
    """
    with locks.alone(home / "prepare.lock"):
        database, static = Database(url, root, home), StaticFiles(root, home)
        needed = []
        if not database.is_fresh():
            needed.append(["migrate", "--noinput"])
        if not static.is_fresh():
            needed.append(["collectstatic", "--noinput"])
        if needed:
            print("Preparing the journal …", flush=True)
            _manage(root, needed)
            # What is shipped as data goes into the tables that are there now.
            _manage(root, [["load_prompts"]])
            database.settle()
            static.settle()
        if (home / INDEX_AGAIN).exists():
            _manage(root, [["index_again"]])
            (home / INDEX_AGAIN).unlink()


def _add_demo(root: Path, home: Path, url: str) -> None:
    """Add the demo person if she is missing, and say how to log in as her."""
    kept = home / "demo.password"
    with psycopg.connect(url) as connection:
        query = "SELECT 1 FROM accounts_user WHERE email = %s"
        is_there = connection.execute(query, [DEMO]).fetchone() is not None
    if not is_there:
        print("Writing the demo person's journal …", flush=True)
        password = secrets.token_urlsafe(12)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        with os.fdopen(os.open(kept, flags, 0o600), "w", encoding="ascii") as file:
            file.write(password)
        _manage(root, [["demo", "--email", DEMO, "--password", password]])
    password = kept.read_text(encoding="ascii") if kept.exists() else "that she was given"
    print(f"The demo person logs in as {DEMO} with the password {password}", flush=True)


def _manage(root: Path, commands: Sequence[Sequence[str]]) -> None:
    """Run management commands side by side."""
    under_way = [
        subprocess.Popen(
            [sys.executable, str(root / "manage.py"), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        for command in commands
    ]
    try:
        for command, process in zip(commands, under_way, strict=True):
            output = process.communicate()[0]
            if process.returncode != 0:
                raise Problem(f"manage.py {command[0]} failed:\n{output.strip()}")
    finally:
        for process in under_way:
            if process.poll() is None:
                process.kill()
                process.wait()


class Database:
    """The migrations and shipped texts in the database at `url`, for the code in `root`."""

    def __init__(self, url: str, root: Path, home: Path) -> None:
        """The stamp is kept in `home`."""
        self.url = url
        self.root = root
        self.stamp = home / "migrated.stamp"

    def is_fresh(self) -> bool:
        """Whether neither the code nor the database changed since the last `settle`.

        Raises Problem when the database does not answer or is too old.
        """
        try:
            return self.stamp.read_text(encoding="ascii") == self._state()
        except FileNotFoundError:
            self._state()
            return False

    def settle(self) -> None:
        """Note that all migrations are applied and all texts loaded."""
        self.stamp.write_text(self._state(), encoding="ascii")

    def _state(self) -> str:
        apps = self.root / "apps"
        files = sorted([*apps.glob("*/migrations/*.py"), *apps.glob("prompts/packs/*.toml")])
        return f"{_digest([self.root / 'uv.lock', *files], self.root)} {self._applied()}"

    def _applied(self) -> str:
        try:
            with psycopg.connect(self.url, connect_timeout=10) as connection:
                if connection.info.server_version < OLDEST * 10_000:
                    raise Problem(
                        f"DATABASE_URL names PostgreSQL {connection.info.server_version // 10_000}"
                        f"; Throughline needs {OLDEST} or newer."
                    )
                if not _one(connection, "SELECT to_regclass('django_migrations')"):
                    return "none"
                return str(
                    _one(
                        connection,
                        "SELECT md5(string_agg(app || ' ' || name, ',' ORDER BY app, name))"
                        " FROM django_migrations",
                    )
                )
        except psycopg.OperationalError as error:
            raise Problem(f"The database does not answer: {str(error).strip()}") from error
        except psycopg.ProgrammingError as error:
            raise Problem(
                "DATABASE_URL cannot be understood. "
                "It should look like postgresql://user:password@host:5432/throughline"
            ) from error


def _digest(paths: list[Path], root: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root)}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _one(connection: psycopg.Connection[tuple[object, ...]], query: str) -> object:
    row = connection.execute(query).fetchone()
    return row[0] if row else None
