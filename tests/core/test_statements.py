"""A statement is put together once, and asked with new values each time."""

from datetime import date, timedelta
from threading import Thread
from typing import Any
from unittest import mock

import pytest
from django.db import DataError, connection, connections, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.core.statements import KeyedStatement, Reading, Statement, Steps, nothing, together
from apps.journal.models import Entry, EntryQuerySet
from tests.factories import TODAY, make_entry

pytestmark = pytest.mark.django_db
times_built: list[None] = []


@Statement
def of_day(owner: Any, day: Any) -> EntryQuerySet:
    """Those of a day, with what they answer."""
    times_built.append(None)
    mine = Entry.objects.filter(owner=owner, local_date=day)
    layers = Entry.objects.filter(owner=owner, answers=OuterRef("pk"))
    return (
        mine.without_text().with_answered().annotate(is_answered=Exists(layers)).order_by("title")
    )


@KeyedStatement
def one(owner: Any, pk: Any) -> EntryQuerySet:
    """One of them, with what it answers."""
    return Entry.objects.filter(owner=owner, pk=pk).with_answered()


@Statement
def days(owner: Any, first: Any, last: Any) -> QuerySet[Entry, date]:
    within = Entry.objects.filter(owner=owner).within(first, last)
    return within.order_by("local_date").values_list("local_date", flat=True)


def test_it_gives_the_rows_of_these_values(alice, bob) -> None:
    first = make_entry(alice, title="a")
    answer = make_entry(alice, title="b", answers=first.pk)
    make_entry(bob, title="c")
    found = of_day(owner=alice.pk, day=TODAY)
    assert found == [first, answer]
    assert [entry.is_answered for entry in found] == [True, False]
    assert of_day(owner=bob.pk, day=TODAY)[0].title == "c"
    assert of_day(owner=alice.pk, day=TODAY - timedelta(days=1)) == []


def test_it_asks_once_also_for_what_is_joined(alice) -> None:
    make_entry(alice, title="b", answers=make_entry(alice, title="a").pk)
    with CaptureQueriesContext(connection) as queries:
        assert of_day(owner=alice.pk, day=TODAY)[1].answers.title == "a"
    assert len(queries) == 1


def test_rows_know_what_was_left_in_the_database(alice) -> None:
    make_entry(alice, body="long")
    [entry] = of_day(owner=alice.pk, day=TODAY)
    assert "body" in entry.get_deferred_fields()
    assert entry.body == "long"


def test_it_gives_values_where_values_were_asked_for(alice) -> None:
    for ago in (0, 3, 9):
        make_entry(alice, local_date=TODAY - timedelta(days=ago))
    assert days(owner=alice.pk, first=TODAY - timedelta(days=5), last=TODAY) == [
        TODAY - timedelta(days=3),
        TODAY,
    ]


def test_it_is_put_together_once(alice) -> None:
    of_day(owner=alice.pk, day=TODAY)
    before = len(times_built)
    of_day(owner=alice.pk, day=TODAY)
    assert len(times_built) == before


def test_it_counts_without_fetching(alice, bob) -> None:
    for owner in (alice, alice, bob):
        make_entry(owner)
    with CaptureQueriesContext(connection) as queries:
        assert of_day.count(owner=alice.pk, day=TODAY) == 2
    assert len(queries) == 1
    assert of_day.count(owner=alice.pk, day=TODAY - timedelta(days=1)) == 0
    with pytest.raises(TypeError):
        of_day.count(owner=alice.pk)


def test_it_may_take_any_values_that_are_named(alice) -> None:
    def titled(**given: Any) -> EntryQuerySet:
        return Entry.objects.filter(owner=given["owner"], title=given["value0"])

    statement = Statement(titled, ("owner", "value0"))
    make_entry(alice, title="a")
    assert [entry.title for entry in statement(owner=alice.pk, value0="a")] == ["a"]
    assert statement(owner=alice.pk, value0="b") == []


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_over_a_connection_of_its_own(alice) -> None:
    make_entry(alice)
    of_day(owner=alice.pk, day=TODAY)
    found: list[int] = []

    def ask() -> None:
        with CaptureQueriesContext(connections["default"]) as queries:
            of_day(owner=alice.pk, day=TODAY)
        found.append(len(queries))
        connections.close_all()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert found == [1]


@pytest.mark.parametrize("values", [{}, {"owner": 1}, {"owner": 1, "day": None}])
def test_it_refuses_to_be_asked_without_a_value(values) -> None:
    with pytest.raises(TypeError):
        of_day(**values)


def test_a_keyed_one_gives_the_same_before_and_after_its_plan_is_kept(alice, bob) -> None:
    first = make_entry(alice, title="a", body="Ça, “quoted” 100% ✓")
    answer = make_entry(alice, title="b", answers=first.pk)
    for _ in range(8):
        [found] = one(owner=alice.pk, pk=answer.pk)
        assert (found, found.answers, found.answers.body) == (answer, first, first.body)
        assert one(owner=bob.pk, pk=answer.pk) == []


def test_a_keyed_one_is_prepared_and_a_plain_one_is_not(alice) -> None:
    for _ in range(4):
        one(owner=alice.pk, pk=alice.pk)
        of_day(owner=alice.pk, day=TODAY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        kept = [statement for [statement] in cursor.fetchall()]
    assert len([sql for sql in kept if '"answers_id"' in sql and "$2" in sql]) == 1
    assert not [sql for sql in kept if '"is_answered"' in sql]


def test_a_keyed_one_is_seen_by_whoever_counts_queries(alice) -> None:
    with CaptureQueriesContext(connection) as queries:
        one(owner=alice.pk, pk=alice.pk)
    assert len(queries) == 1


# --- Several at once --------------------------------------------------------------------------


@Reading
def titles(user: User, day: date) -> Steps[list[str]]:
    """The titles of a day, asked for in two steps."""
    found = yield from keyed_days.begun(owner=user.pk, first=day, last=day)
    rows: list[Entry] = []
    for pk in found:
        rows += yield from one.begun(owner=user.pk, pk=pk)
    return [entry.title for entry in rows]


@KeyedStatement
def keyed_days(owner: Any, first: Any, last: Any) -> QuerySet[Entry, Any]:
    within = Entry.objects.filter(owner=owner).within(first, last)
    return within.order_by("title").values_list("pk", flat=True)


def test_several_are_asked_together_each_with_its_own_rows(alice, bob) -> None:
    first = make_entry(alice, title="a")
    answer = make_entry(alice, title="b", answers=first.pk)
    make_entry(bob, title="c")
    for _ in range(8):
        ours, theirs, none, [found] = together(
            titles.begun(alice, TODAY),
            titles.begun(bob, TODAY),
            nothing(),
            one.begun(owner=alice.pk, pk=answer.pk),
        )
        assert (ours, theirs, none) == (["a", "b"], ["c"], [])
        assert (found, found.answers) == (answer, first)
    assert titles(alice, TODAY) == ["a", "b"]
    assert together() == []


def test_what_is_asked_together_wakes_the_database_once_a_step(alice) -> None:
    make_entry(alice, title="a")
    wakings: list[None] = []

    def pipeline(*_: Any) -> Any:
        wakings.append(None)
        return opened()

    titles(alice, TODAY)
    opened = connection.connection.pipeline
    with (
        mock.patch.object(connection.connection, "pipeline", pipeline),
        CaptureQueriesContext(connection) as queries,
    ):
        together(titles.begun(alice, TODAY), titles.begun(alice, TODAY))
    assert (len(wakings), len(queries)) == (2, 4)


def test_a_plain_one_is_not_prepared_among_others_either(alice) -> None:
    for _ in range(8):
        together(
            of_day.begun(owner=alice.pk, day=TODAY),
            of_day.begun(owner=alice.pk, day=TODAY),
            one.begun(owner=alice.pk, pk=alice.pk),
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        kept = [statement for [statement] in cursor.fetchall()]
    assert not [sql for sql in kept if '"is_answered"' in sql]
    assert [sql for sql in kept if '"answers_id"' in sql]


def test_one_that_goes_wrong_takes_the_others_with_it(alice) -> None:
    wrong = KeyedStatement(
        lambda owner: Entry.objects.filter(owner=owner).extra(where=["1 / 0 = 1"])
    )
    make_entry(alice)
    with pytest.raises(DataError), transaction.atomic():
        together(
            one.begun(owner=alice.pk, pk=alice.pk),
            wrong.begun(owner=alice.pk),
            titles.begun(alice, TODAY),
        )
    assert titles(alice, TODAY) == [""]


def test_one_that_stops_is_not_asked_on(alice) -> None:
    @Reading
    def gone(user: User) -> Steps[None]:
        yield from one.begun(owner=user.pk, pk=user.pk)
        raise Http404

    with pytest.raises(Http404):
        together(titles.begun(alice, TODAY), gone.begun(alice))
