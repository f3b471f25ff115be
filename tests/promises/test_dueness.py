"""A day and a time become one instant, and the same day again, whatever clocks do (T-14)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.periods import instant_on, zone_names
from apps.promises.dueness import NoSuchDay, due_moment
from apps.promises.models.terms import day_of_due
from tests.core.test_zones import EPOCH, SKIPPED, changes, seen_on_the_wall, zones

# Around midnight gone, midnight twice, half hours, a day gone; and where nothing ever happens.
SAMPLE = [
    "Europe/Vienna",
    "America/Santiago",
    "Asia/Beirut",
    "Africa/Cairo",
    "America/Havana",
    "Atlantic/Azores",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "America/Scoresbysund",
    "Asia/Gaza",
    "UTC",
]
WALLS = [None, time(0), time(0, 30), time(2, 30), time(12), time(23, 30), time(23, 59, 59)]
SECOND = timedelta(seconds=1)


def wrong_dues(names, moment=due_moment) -> tuple[int, list[str]]:
    """How many days and times around changes of clocks were asked, and those that came out wrong.

    The oracle for the day is what the C library's clock shows.
    """
    asked, wrong = 0, []
    for name in names:
        for change in changes(name):
            seen = (EPOCH + timedelta(seconds=change.at + change.before)).date()
            for day in (seen + timedelta(days=shift) for shift in (-2, -1, 0, 1)):
                for wall in WALLS:
                    asked += 1
                    if not is_right(name, day, wall, moment):
                        wrong.append(f"{name} {day} {wall}")
    return asked, wrong


def is_right(name: str, day: date, wall: time | None, moment) -> bool:
    """Whether the day comes again, and ends in the moment in which the next begins."""
    try:
        due_at, precision = moment(day, wall, name)
    except NoSuchDay:
        return name in SKIPPED.get(day, set())
    at = int(due_at.timestamp())
    if day_of_due(due_at, precision, name) != day:
        return False
    if precision == "time":
        return seen_on_the_wall(name, at, 0) == day
    return seen_on_the_wall(name, at - 1, 0) == day < seen_on_the_wall(name, at, 0)


def own_names(names) -> list[str]:
    """The names under which the tables of changes know these zones."""
    return sorted({own for own, every in zones().items() if set(every) & set(names)})


def test_a_day_ends_when_the_next_begins_around_changes_of_clocks() -> None:
    asked, wrong = wrong_dues(own_names(SAMPLE))
    assert asked > 10_000
    assert wrong == []


@pytest.mark.nightly
def test_it_does_so_in_every_zone_at_every_change() -> None:
    asked, wrong = wrong_dues(zones())
    assert asked > 200_000
    assert wrong == []


def test_it_catches_a_day_that_always_ends_at_midnight() -> None:
    def naive(day: date, wall: time | None, name: str) -> tuple[datetime, str]:
        return instant_on(day, time(23, 59, 59), name) + SECOND, "day"

    def by_hours(day: date, wall: time | None, name: str) -> tuple[datetime, str]:
        return instant_on(day, time.min, name) + timedelta(hours=24), "day"

    assert wrong_dues(own_names(SAMPLE), by_hours)[1]
    assert wrong_dues(["Pacific/Apia"], naive)[1]


@pytest.mark.parametrize(
    ("name", "day", "due"),
    [
        ("Europe/Vienna", date(2026, 11, 20), datetime(2026, 11, 20, 23, tzinfo=UTC)),
        # The next day begins at one o'clock, for there is no midnight.
        ("America/Santiago", date(2026, 9, 5), datetime(2026, 9, 6, 4, tzinfo=UTC)),
        ("Asia/Beirut", date(2026, 3, 28), datetime(2026, 3, 28, 22, tzinfo=UTC)),
        ("Africa/Cairo", date(2026, 4, 23), datetime(2026, 4, 23, 22, tzinfo=UTC)),
        # The hour before midnight comes twice.
        ("America/Santiago", date(2026, 4, 4), datetime(2026, 4, 5, 4, tzinfo=UTC)),
        ("Africa/Cairo", date(2026, 10, 29), datetime(2026, 10, 29, 22, tzinfo=UTC)),
        # 23 and 25 hours long.
        ("Europe/Vienna", date(2026, 3, 29), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        ("Europe/Vienna", date(2026, 10, 25), datetime(2026, 10, 25, 23, tzinfo=UTC)),
        ("Asia/Kathmandu", date(2026, 11, 20), datetime(2026, 11, 20, 18, 15, tzinfo=UTC)),
        ("Australia/Lord_Howe", date(2026, 4, 5), datetime(2026, 4, 5, 13, 30, tzinfo=UTC)),
        # The day after it never came.
        ("Pacific/Apia", date(2011, 12, 29), datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ],
)
def test_a_day_lasts_until_the_next_begins(name, day, due) -> None:
    assert due_moment(day, None, name) == (due, "day")


def test_a_time_is_that_time() -> None:
    day = date(2026, 11, 20)
    assert due_moment(day, time(17), "Europe/Vienna") == (
        datetime(2026, 11, 20, 16, tzinfo=UTC),
        "time",
    )


def test_a_time_that_is_skipped_moves_on_and_one_that_comes_twice_is_the_first() -> None:
    spring = due_moment(date(2026, 3, 29), time(2, 30), "Europe/Vienna")
    autumn = due_moment(date(2026, 10, 25), time(2, 30), "Europe/Vienna")
    assert spring == (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "time")
    assert autumn == (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "time")


def test_a_day_that_never_came_is_no_due_day() -> None:
    for wall in WALLS:
        with pytest.raises(NoSuchDay):
            due_moment(date(2011, 12, 30), wall, "Pacific/Apia")
    with pytest.raises(NoSuchDay):
        due_moment(date.max, None, "UTC")


@given(
    st.dates(date(1971, 1, 1), date(2200, 12, 31)),
    st.none() | st.times(),
    st.sampled_from(zone_names()),
)
def test_the_day_comes_again_in_every_zone(day, wall, name) -> None:
    try:
        due_at, precision = due_moment(day, wall, name)
    except NoSuchDay:
        assert (day, name) in {
            (lost, it) for lost, names in SKIPPED.items() for it in names
        } or day.year < 2000
        return
    assert due_at.tzinfo is not None
    assert day_of_due(due_at, precision, name) == day


@given(
    st.dates(date(2000, 1, 1), date(2037, 12, 1)),
    st.times(),
    st.sampled_from(zone_names()),
)
def test_a_later_day_is_due_later_and_a_time_before_the_end_of_its_day(day, wall, name) -> None:
    try:
        today, _ = due_moment(day, None, name)
        timed, _ = due_moment(day, wall, name)
        tomorrow, _ = due_moment(day + timedelta(days=1), None, name)
    except NoSuchDay:
        return
    assert today < tomorrow
    # Where clocks go back over midnight a time of the old day may come once more after it.
    assert timed <= today + timedelta(hours=1)
