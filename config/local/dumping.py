"""A database as text and back, by PostgreSQL's own pg_dump and psql.

As text because text outlasts programs: any psql of the same or a later version reads it, with
Throughline or without. Passwords go by the environment, which no list of processes shows. Nothing
that psql says of an error is repeated: it quotes what people wrote.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterable, Sequence
from contextlib import suppress
from typing import IO, Any, cast

import psycopg
from psycopg import sql

from config.local.problems import Problem

PIECE = 256 * 1024
# The last line but some empty ones of every dump that was not cut off.
END = b"-- PostgreSQL database dump complete"
# What pg_dump says from version 17 on and older servers do not know. It is so anyway.
NEWER = b"SET transaction_timeout = 0;\n"
TABLES = """
SELECT relname FROM pg_catalog.pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relpersistence = 'p'
ORDER BY relname
"""


# What programs hear of a connection, and by which variable; newer options old programs do not know.
VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}


def dumped(
    connection: psycopg.Connection[Any], *, snapshot: str = "", without: Sequence[str] = ()
) -> Generator[bytes, None, None]:
    """The database of this connection in pieces, as it was when `snapshot` was exported.

    To be closed: until then pg_dump waits, and what it reads is locked against changes of tables.
    Of the tables `without` and of unlogged ones it holds no rows. Raises Problem when there is no
    pg_dump, or one that is too old for the server.
    """
    command = [_program("pg_dump"), "--no-owner", "--no-privileges", "--no-comments"]
    command += ["--no-unlogged-table-data", "--encoding=UTF8"]
    command += [f"--snapshot={snapshot}"] if snapshot else []
    command += [f"--exclude-table-data=public.{table}" for table in without]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            command,
            env=_environment(connection),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
        ) as process,
    ):
        stream = cast(IO[bytes], process.stdout)
        try:
            while piece := stream.read(PIECE):
                yield piece
            if process.wait() != 0:
                raise Problem(f"pg_dump could not read the database: {_first_line(said)}")
        finally:
            process.kill()


def replayed(connection: psycopg.Connection[Any], pieces: Iterable[bytes]) -> None:
    """Make the database of this connection what the dump in `pieces` says, instead of what it is.

    In one transaction, which ends only with its last word: whatever goes wrong or is killed on the
    way changes nothing. Raises Problem.
    """
    command = [_program("psql"), "--no-psqlrc", "--quiet"]
    command += ["--set=ON_ERROR_STOP=1", "--set=VERBOSITY=sqlstate", "--file=-"]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            command,
            env=_environment(connection),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
        ) as process,
    ):
        stream = cast(IO[bytes], process.stdin)
        try:
            stream.write(b"BEGIN;\nDROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n")
            is_first = True
            for piece in pieces:
                stream.write(piece.replace(NEWER, b"", 1) if is_first else piece)
                is_first = False
            stream.write(b"\nCOMMIT;\n")
            stream.close()
            process.wait()
        except BrokenPipeError:
            # It has said why before it left.
            process.wait()
        finally:
            process.kill()
            with suppress(BrokenPipeError):
                stream.close()
        if process.returncode != 0:
            raise Problem(
                f"The database did not take the backup, and is as it was ({_error_code(said)})."
            )


def counted(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """How many rows each table has; none for what is not kept, as the cache."""
    names = [name for (name,) in connection.execute(TABLES).fetchall()]
    if not names:
        return {}
    counts = [
        sql.SQL("SELECT {}, count(*) FROM public.{}").format(
            sql.Literal(name), sql.Identifier(name)
        )
        for name in names
    ]
    return dict(connection.execute(sql.SQL(" UNION ALL ").join(counts)).fetchall())


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Problem(
            f"{name} is not on this machine, or not in PATH. It belongs to PostgreSQL and must be "
            "at least as new as the server: on Debian, apt install postgresql-client."
        )
    return found


def _environment(connection: psycopg.Connection[Any]) -> dict[str, str]:
    info = connection.info
    given = {name: text for name, text in os.environ.items() if not name.startswith("PG")}
    given |= {
        VARIABLES[name]: text for name, text in info.get_parameters().items() if name in VARIABLES
    }
    return given | ({"PGPASSWORD": info.password} if info.password else {})


def _first_line(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read(4096).decode("utf-8", "replace").splitlines()
    return lines[0] if lines else "it did not say why"


def _error_code(said: IO[bytes]) -> str:
    """The code that PostgreSQL gives the first error, and nothing else of what it says."""
    said.seek(0)
    for line in said:
        _, is_error, code = line.decode("ascii", "replace").partition("ERROR:  ")
        if is_error:
            return f"SQLSTATE {code.strip()}"
    return "psql did not say why"
