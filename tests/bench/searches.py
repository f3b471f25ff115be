"""Searches beside their own SQL: the same statements, sent bare, in turns with the page."""

import time
from datetime import date
from urllib.parse import urlencode

from django.db import connection
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
    found = {name: Beside([], [], []) for name in SEARCHES}
    statements = {name: _statements(who, text, today) for name, text in SEARCHES.items()}
    web = Connection(port)
    floor = request("GET", "/floor/", headers)
    for _ in range(rounds):
        for name, text in SEARCHES.items():
            page = request("GET", f"/journal/search/?{urlencode({'q': text})}", headers)
            found[name].floor.append(_asked(web, floor))
            found[name].page.append(_asked(web, page))
            found[name].bare.append(_run(statements[name]))
    return found


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
