"""Searches and calendars beside their own SQL: the same statements, sent bare, in turns.

A page is measured against all that it asks: the rows, how many there are, where the words stand in
them, the searches that are kept. Only who is asking is left out, which the floor asks as well.
"""

import time
from collections.abc import Callable
from datetime import date
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.journal.models import Entry
from tests.bench.load import Connection, request
from tests.bench.report import Beside

SEARCHES = {
    "rare word": "understands",
    "common word": "morning",
    "word of all": "the",
    "phrase": '"the line"',
    "prefix": "gard*",
    "filters": "garden mood:>=0 after:2010 -is:starred in:journal energy:>=-1",
}


# How often a page is asked for in a row, to see what processor time it takes.
IN_A_ROW = 40


def beside_their_sql(
    port: int,
    headers: dict[str, str],
    today: date,
    rounds: int,
    cpu: Callable[[], tuple[float, float]],
) -> dict[str, Beside]:
    """Milliseconds of each page, of its statements alone, and of the floor.

    `cpu` says how many seconds of processor time the web server and PostgreSQL have used so far.
    """
    paths = {
        name: f"/journal/search/?{urlencode({'q': text})}" for name, text in SEARCHES.items()
    } | calendars(today)
    web = Connection(port)
    floor = request("GET", "/floor/", headers)
    pages = {name: request("GET", path, headers) for name, path in paths.items()}
    statements = {name: _statements_of(path, headers) for name, path in paths.items()}
    # Also lets each worker put its statements together before anything is timed.
    used = {name: _used(web, page, cpu) for name, page in (pages | {"floor": floor}).items()}
    found = {
        name: Beside([], [], [], *used[name], used["floor"][0], _read_whole(statements[name]))
        for name in paths
    }
    for _ in range(rounds):
        for name, page in pages.items():
            found[name].floor.append(_asked(web, floor))
            found[name].page.append(_asked(web, page))
            found[name].bare.append(_run(statements[name]))
    return found


def _used(
    web: Connection, page: bytes, cpu: Callable[[], tuple[float, float]]
) -> tuple[float, float]:
    """Milliseconds of processor time that a page takes, of the web server and of PostgreSQL."""
    for _ in range(IN_A_ROW // 2):
        _asked(web, page)
    before = cpu()
    for _ in range(IN_A_ROW):
        _asked(web, page)
    of_web, of_database = ((b - a) * 1000 / IN_A_ROW for a, b in zip(before, cpu(), strict=True))
    return of_web, of_database


def _read_whole(statements: list[str]) -> bool:
    """Whether PostgreSQL would go through all entries for one of these."""
    return any(f"Seq Scan on {Entry._meta.db_table} " in plan for plan in map(_plan, statements))


def _plan(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + statement.replace("%", "%%"))
        return "\n".join(f"{line} " for (line,) in cursor.fetchall())


def calendars(today: date) -> dict[str, str]:
    """The pages that show days: their names and addresses."""
    return {
        "month": f"/journal/calendar/{today:%Y/%m}/",
        "year": f"/journal/year/{today:%Y}/",
        "on this day": "/journal/on-this-day/",
    }


def _statements_of(path: str, headers: dict[str, str]) -> list[str]:
    Client(headers=headers).get(path)  # what is asked only once for a process
    with CaptureQueriesContext(connection) as captured:
        response = Client(headers=headers).get(path)
    if response.status_code != 200:
        raise ValueError(f"answered {response.status_code}")
    asked = [query["sql"] for query in captured.captured_queries]
    return [sql for sql in asked if '"accounts_' not in sql]


def _run(statements: list[str]) -> float:
    began = time.perf_counter()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.replace("%", "%%"))
            cursor.fetchall()
    return (time.perf_counter() - began) * 1000


def _asked(web: Connection, message: bytes) -> float:
    began = time.perf_counter()
    status, _, _ = web.ask(message)
    if status != 200:
        raise ValueError(f"answered {status}")
    return (time.perf_counter() - began) * 1000
