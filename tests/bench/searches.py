"""Searches and calendars beside their own SQL: the same statements, sent bare, in turns."""

import time
from datetime import date
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.journal import tasks
from apps.journal.models import Entry
from apps.journal.query import parse
from apps.journal.searching import search
from tests.bench.load import Connection, request
from tests.bench.report import Beside
from tests.bench.seeding import Measured

SEARCHES = {
    "rare word": "understands",
    "common word": "morning",
    "word of all": "the",
    "phrase": '"the line"',
    "prefix": "gard*",
    "filters": "garden mood:>=0 after:2010 -is:starred in:journal energy:>=-1",
}


def index_all(who: Measured) -> None:
    """Let search know the journal, if it does not yet."""
    if Entry.objects.for_user(who.user).filter(words=None).exists():
        tasks.index_again(str(who.user.pk))
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def beside_their_sql(
    port: int, who: Measured, headers: dict[str, str], today: date, rounds: int
) -> dict[str, Beside]:
    """Milliseconds of each search as a page, of its statements alone, and of the floor."""
    paths = {
        name: f"/journal/search/?{urlencode({'q': text})}" for name, text in SEARCHES.items()
    } | calendars(today)
    found = {name: Beside([], [], []) for name in paths}
    statements = {name: _statements(who, text, today) for name, text in SEARCHES.items()} | {
        name: _statements_of(path, headers) for name, path in calendars(today).items()
    }
    web = Connection(port)
    floor = request("GET", "/floor/", headers)
    for _ in range(rounds):
        for name, path in paths.items():
            page = request("GET", path, headers)
            found[name].floor.append(_asked(web, floor))
            found[name].page.append(_asked(web, page))
            found[name].bare.append(_run(statements[name]))
    return found


def calendars(today: date) -> dict[str, str]:
    """The pages that show days: their names and addresses."""
    return {
        "month": f"/journal/calendar/{today:%Y/%m}/",
        "year": f"/journal/year/{today:%Y}/",
        "on this day": "/journal/on-this-day/",
    }


def _statements_of(path: str, headers: dict[str, str]) -> list[str]:
    """What a page asks beside who is asking, which the floor asks as well."""
    with CaptureQueriesContext(connection) as captured:
        response = Client(headers=headers).get(path)
    if response.status_code != 200:
        raise ValueError(f"answered {response.status_code}")
    asked = [query["sql"] for query in captured.captured_queries]
    return [sql for sql in asked if '"accounts_' not in sql]


def _statements(who: Measured, text: str, today: date) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        search(who.user, parse(text, today))
    return [query["sql"] for query in captured.captured_queries]


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
