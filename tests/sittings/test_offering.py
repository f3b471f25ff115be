"""Which sessions fit a day: a rule without a database."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.periods import Month, week_start
from apps.sittings.offering import (
    FRESH,
    MOST,
    ORDER,
    Closed,
    Landmark,
    Lately,
    Why,
    month_ending,
    nearest,
    offers,
)
from apps.sittings.sessions import Moment, standing

DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
SESSIONS = standing()
MONDAY = date(2026, 11, 16)
PK = UUID(int=1)


@st.composite
def lives(draw: st.DrawFn) -> Lately:
    """Any day in any life."""
    day = draw(DAYS)
    ago = st.integers(0, 20).map(lambda days: day - timedelta(days=days))
    return Lately(
        day=day,
        first_weekday=draw(st.sampled_from([0, 5, 6])),
        closed=[
            Closed(UUID(int=n), "x", on) for n, on in enumerate(draw(st.lists(ago, max_size=4)))
        ],
        landmarks=[Landmark("x", on) for on in draw(st.lists(DAYS, max_size=2))],
        is_sore=draw(st.booleans()),
        done={it.key: draw(ago) for it in SESSIONS if draw(st.booleans())},
    )


@given(lives())
def test_it_offers_a_few_that_stand_each_once_and_for_a_moment_of_its_own(lately: Lately) -> None:
    found = offers(lately, SESSIONS)
    assert len(found) <= MOST
    assert len({it.session.key for it in found}) == len(found)
    for offer in found:
        assert offer.session.stands
        assert Moment(str(offer.why)) in offer.session.moments
    places = [ORDER.index(it.why) for it in found]
    assert places == sorted(places)


@given(lives())
def test_what_was_sat_today_is_offered_again_only_about_something_that_ended(lately) -> None:
    done = {it.key: lately.day for it in SESSIONS}
    found = offers(Lately(**{**vars(lately), "done": done}), SESSIONS)
    assert {it.why for it in found} <= {Why.PROMISE_CLOSED}


@given(lives())
def test_an_end_is_looked_back_on_while_it_is_fresh(lately) -> None:
    for offer in offers(lately, SESSIONS):
        if offer.why is Why.PROMISE_CLOSED:
            assert offer.closed is not None
            assert offer.closed.on > lately.day - FRESH


@given(DAYS)
def test_a_month_ends_on_five_days(day: date) -> None:
    ending = month_ending(day)
    if ending is None:
        assert 3 <= day.day <= Month.of(day).last.day - 3
    else:
        assert -2 <= (day - ending.last).days <= 2


@given(DAYS, DAYS)
def test_a_landmark_comes_back_every_year_and_never_in_its_first(first: date, day: date) -> None:
    near = nearest(first, day)
    if near is not None:
        assert near > first
        assert abs((near - day).days) <= 2
        assert (near.month, near.day) in {(first.month, first.day), (2, 28)}


def names(**over: object) -> set[tuple[str, str]]:
    lately = Lately(**({"day": MONDAY + timedelta(days=2)} | over))  # type: ignore[arg-type]
    return {(str(it.why), it.session.key) for it in offers(lately, SESSIONS)}


@pytest.mark.parametrize(
    ("day", "why", "key"),
    [
        (MONDAY, "week_begin", "monday-promises"),
        (MONDAY + timedelta(days=4), "week_end", "week-in-review"),
        (date(2026, 10, 30), "month_end", "month-check"),
        (date(2026, 11, 2), "month_end", "month-check"),
        (date(2026, 9, 29), "quarter_end", "quarter"),
    ],
)
def test_it_offers_by_the_calendar(day: date, why: str, key: str) -> None:
    assert (why, key) in names(day=day)
    assert (why, key) not in names(day=day, done={key: day})
    assert (why, key) in names(day=day, done={key: day - timedelta(days=10)})


def test_a_plain_wednesday_offers_what_is_for_any_day() -> None:
    assert names() == {("day", "day-line")}


def test_after_an_end_it_offers_the_look_back_about_it() -> None:
    lately = Lately(day=MONDAY, closed=[Closed(PK, "Send the plan", MONDAY)])
    first = offers(lately, SESSIONS)[0]
    assert (first.session.key, first.closed) == (
        "after-event-review",
        Closed(PK, "Send the plan", MONDAY),
    )


def test_a_week_begins_when_the_person_says() -> None:
    sunday = week_start(MONDAY, 6)
    assert ("week_begin", "monday-promises") in names(day=sunday, first_weekday=6)
    assert ("week_begin", "monday-promises") not in names(day=sunday, first_weekday=0)


def test_a_hard_day_offers_what_is_for_it_once() -> None:
    day = MONDAY + timedelta(days=2)
    assert ("sore_day", "stepping-back") in names(is_sore=True)
    assert ("sore_day", "stepping-back") not in names(is_sore=True, done={"stepping-back": day})
