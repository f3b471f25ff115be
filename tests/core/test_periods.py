"""Days, months and weeks as values."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.periods import (
    FIRST_DAY,
    LAST_DAY,
    Month,
    days,
    instant_on,
    is_zone,
    local_day,
    week_start,
    zone,
    zone_names,
)

DAYS = st.dates(FIRST_DAY, LAST_DAY)
ZONES = st.sampled_from(zone_names())


@pytest.mark.parametrize(
    ("instant", "zone_name", "day_starts_at", "expected"),
    [
        (datetime(2026, 11, 20, 23, 30, tzinfo=UTC), "Asia/Shanghai", 0, date(2026, 11, 21)),
        (datetime(2026, 11, 21, 9, 59, tzinfo=UTC), "Pacific/Kiritimati", 0, date(2026, 11, 21)),
        (datetime(2026, 11, 21, 10, 0, tzinfo=UTC), "Pacific/Kiritimati", 0, date(2026, 11, 22)),
        (datetime(2026, 11, 21, 10, 59, tzinfo=UTC), "Pacific/Pago_Pago", 0, date(2026, 11, 20)),
        (datetime(2026, 11, 20, 18, 14, tzinfo=UTC), "Asia/Kathmandu", 0, date(2026, 11, 20)),
        (datetime(2026, 11, 20, 18, 15, tzinfo=UTC), "Asia/Kathmandu", 0, date(2026, 11, 21)),
        (datetime(2026, 11, 21, 2, 10, tzinfo=UTC), "UTC", 4, date(2026, 11, 20)),
        (datetime(2026, 11, 21, 3, 59, 59, tzinfo=UTC), "UTC", 4, date(2026, 11, 20)),
        (datetime(2026, 11, 21, 4, 0, tzinfo=UTC), "UTC", 4, date(2026, 11, 21)),
        (datetime(2028, 3, 1, 1, 0, tzinfo=UTC), "UTC", 3, date(2028, 2, 29)),
    ],
    ids=str,
)
def test_it_names_the_day_of_the_wall_clock(instant, zone_name, day_starts_at, expected) -> None:
    assert local_day(instant, zone_name, day_starts_at) == expected


@given(st.datetimes(datetime(1001, 1, 1), datetime(2999, 12, 30)), ZONES, st.integers(0, 12))
def test_a_day_that_starts_late_is_the_day_of_some_hours_before(wall, zone_name, hour) -> None:
    """By the wall clock, not by the hours that passed: a change of clocks moves no day."""
    instant = wall.replace(tzinfo=zone(zone_name)).astimezone(UTC)
    shown = instant.astimezone(zone(zone_name)).replace(tzinfo=None)
    assert local_day(instant, zone_name, hour) == (shown - timedelta(hours=hour)).date()


def test_a_naive_instant_never_passes_for_one() -> None:
    """Without a zone it would be read as the server's; every caller gives aware ones."""
    aware = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert local_day(aware, "UTC") == date(2026, 11, 20)
    assert aware.utcoffset() is not None


@given(DAYS.filter(lambda day: day.year > 1001), st.times(), ZONES)
def test_an_instant_shows_its_wall_time_or_skips_a_gap(day, wall, zone_name) -> None:
    instant = instant_on(day, wall, zone_name)
    shown = instant.astimezone(zone(zone_name)).replace(tzinfo=None)
    gap = shown - datetime.combine(day, wall)
    assert instant.utcoffset() == timedelta(0)
    assert timedelta(0) <= gap <= timedelta(days=1)


@pytest.mark.parametrize("name", ["Europe/Vienna", "UTC", "America/Argentina/Ushuaia"])
def test_it_knows_zones(name) -> None:
    assert is_zone(name)
    assert name in zone_names()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Mars/Olympus",
        "../../etc/passwd",
        "/etc/localtime",
        "Europe",
        "a" * 300,
        "Eu\0rope",
        ".",
    ],
)
def test_it_knows_what_is_no_zone(name) -> None:
    assert not is_zone(name)
    assert zone(name).key == "UTC"


def test_the_names_to_choose_from_are_sorted_and_real() -> None:
    names = zone_names()
    assert names[-1] == "UTC"
    assert list(names[:-1]) == sorted(names[:-1])
    assert len(names) > 400
    assert all(is_zone(name) for name in names)


@given(DAYS)
def test_a_month_holds_its_days(day) -> None:
    month = Month.of(day)
    assert month.first <= day <= month.last
    assert month.first.day == 1
    assert month.last == LAST_DAY or (month.last + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("month", "last"),
    [
        (Month(2024, 2), date(2024, 2, 29)),
        (Month(2023, 2), date(2023, 2, 28)),
        (Month(1900, 2), date(1900, 2, 28)),
        (Month(2026, 12), date(2026, 12, 31)),
    ],
    ids=str,
)
def test_a_month_ends(month, last) -> None:
    assert month.last == last


@given(DAYS.filter(lambda day: day > FIRST_DAY + timedelta(days=7)), st.integers(0, 6))
def test_a_week_begins_on_its_weekday(day, first_weekday) -> None:
    start = week_start(day, first_weekday)
    assert start.weekday() == first_weekday
    assert start <= day < start + timedelta(days=7)


@pytest.mark.parametrize(
    ("day", "first_weekday", "start"),
    [
        (date(2024, 12, 30), 0, date(2024, 12, 30)),
        (date(2024, 12, 30), 6, date(2024, 12, 29)),
        (date(2026, 12, 31), 0, date(2026, 12, 28)),
        (date(2026, 12, 31), 5, date(2026, 12, 26)),
    ],
)
def test_weeks_at_the_turn_of_the_year(day, first_weekday, start) -> None:
    assert week_start(day, first_weekday) == start


def test_days_are_all_there_once() -> None:
    found = list(days(date(2024, 2, 27), date(2024, 3, 2)))
    assert found == [date(2024, 2, day) for day in (27, 28, 29)] + [
        date(2024, 3, 1),
        date(2024, 3, 2),
    ]
    assert list(days(date(2024, 3, 2), date(2024, 3, 1))) == []


def test_a_time_that_is_skipped_moves_forward_and_a_repeated_one_means_the_first() -> None:
    assert instant_on(date(2026, 3, 29), time(2, 30), "Europe/Vienna") == datetime(
        2026, 3, 29, 1, 30, tzinfo=UTC
    )
    assert instant_on(date(2026, 10, 25), time(2, 30), "Europe/Vienna") == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )
    assert instant_on(date(2026, 4, 5), time(1, 45), "Australia/Lord_Howe") == datetime(
        2026, 4, 4, 14, 45, tzinfo=UTC
    )
