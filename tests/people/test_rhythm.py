"""Whose turn it is for a word, and which days are near: rules without a database."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.people.rhythm import (
    AHEAD,
    Known,
    coming,
    days_ahead,
    due_from,
    is_due,
    rhythm_of,
    weeks_between,
)
from tests.factories import TODAY

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


def known(**over) -> Known:
    values = {"weeks": 6, "heard_on": None, "created_on": TODAY} | over
    return Known(person_id=UUID(int=1), name="Ana", **values)


@pytest.mark.parametrize(
    ("own", "circles", "weeks"),
    [(None, [], None), (6, [], 6), (6, [1, 2], 6), (None, [12, 4], 4), (104, [1], 104)],
)
def test_their_own_rhythm_wins_and_else_the_shortest_of_their_circles(own, circles, weeks) -> None:
    assert rhythm_of(own, circles) == weeks


@pytest.mark.parametrize(
    ("over", "days"),
    [
        ({}, 42),
        ({"heard_on": TODAY - timedelta(days=10)}, 32),
        ({"heard_on": TODAY - timedelta(days=100)}, -58),
        ({"snoozed_until": TODAY + timedelta(days=7)}, 42),
        ({"heard_on": TODAY - timedelta(days=42), "snoozed_until": TODAY + timedelta(7)}, 7),
        ({"heard_on": TODAY - timedelta(days=42), "snoozed_until": TODAY - timedelta(7)}, 0),
    ],
)
def test_it_counts_from_the_last_word_and_a_snooze_puts_it_off(over, days) -> None:
    assert due_from(known(**over)) == TODAY + timedelta(days=days)


def test_whoever_has_no_rhythm_is_never_due() -> None:
    assert due_from(known(weeks=None)) is None
    assert not is_due(known(weeks=None, heard_on=date(1999, 1, 1)), TODAY)


@given(DAYS, DAYS, st.integers(1, 104), st.integers(0, 60))
def test_any_word_begins_the_weeks_anew(heard, created, weeks, days) -> None:
    after = known(weeks=weeks, heard_on=heard, created_on=created)
    day = heard + timedelta(days=days)
    assert is_due(after, day) is (days >= 7 * weeks)
    if is_due(after, day):
        assert weeks_between(heard, day) >= weeks


@given(DAYS, st.integers(1, 104), st.integers(0, 800))
def test_once_due_it_stays_so_until_something_happens(created, weeks, days) -> None:
    someone = known(weeks=weeks, created_on=created)
    if is_due(someone, created + timedelta(days=days)):
        assert is_due(someone, created + timedelta(days=days + 1))


@given(st.dates(date(2000, 1, 1), date(2000, 12, 31)), DAYS)
def test_a_day_of_the_year_comes_within_a_year(theirs, today) -> None:
    day = coming(theirs.month, theirs.day, today)
    assert 0 <= (day - today).days <= 366
    assert (day.month, day.day) in {(theirs.month, theirs.day), (2, 28)}


@given(st.dates(date(2000, 1, 1), date(2000, 12, 31)), DAYS)
def test_the_days_ahead_are_those_that_come_within_a_week(theirs, today) -> None:
    near = (coming(theirs.month, theirs.day, today) - today).days <= AHEAD
    assert (theirs.month * 100 + theirs.day in days_ahead(today)) is near
    assert len(days_ahead(today)) == 9
