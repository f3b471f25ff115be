"""Whether the database and the static files are as this code wants them, without asking Django.

Asking Django takes a second of every start. A stamp beside the data says for which code they were
last made ready; any doubt, and the answer is no.
"""

import hashlib
from pathlib import Path

import psycopg

from config.local.problems import Problem

OLDEST = 15


class Database:
    """The migrations of the database at `url`, for the code in `root`."""

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
        """Note that all migrations are applied."""
        self.stamp.write_text(self._state(), encoding="ascii")

    def _state(self) -> str:
        files = (self.root / "apps").glob("*/migrations/*.py")
        return f"{_digest([self.root / 'uv.lock', *sorted(files)], self.root)} {self._applied()}"

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


class StaticFiles:
    """The collected static files, for the sources in `root`."""

    def __init__(self, root: Path, home: Path) -> None:
        """The stamp is kept in `home`, where the files are collected."""
        self.root = root
        self.stamp = home / "staticfiles.stamp"
        self.collected = home / "staticfiles"

    def is_fresh(self) -> bool:
        """Whether no source changed since the last `settle`, and the files are still there."""
        try:
            return self.collected.is_dir() and self.stamp.read_text() == self._state()
        except FileNotFoundError:
            return False

    def settle(self) -> None:
        """Note that all static files are collected."""
        self.stamp.write_text(self._state())

    def _state(self) -> str:
        digest = hashlib.sha256((self.root / "uv.lock").read_bytes())
        for name in ("settings.py", "staticfiles.py"):
            digest.update((self.root / "config" / name).read_bytes())
        folders = [self.root / "static", *sorted((self.root / "apps").glob("*/static"))]
        for path in sorted(path for folder in folders for path in folder.rglob("*")):
            found = path.stat()
            digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
        return digest.hexdigest()


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
