"""The rule of touches: months, periods, and since when nothing was."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.cares.pictures import COLUMN, HIGH, TOP, bars_of, dots_of
from apps.cares.touching import (
    MONTHS,
    PERIODS,
    InMonth,
    Touch,
    month_by_month,
    parted,
    period,
    weeks_quiet,
)
from apps.core.periods import Month
from tests.factories import TODAY

NOVEMBER = Month(2026, 11)
days = st.dates(date(2000, 1, 1), date(2026, 11, 20))
counts = st.lists(
    st.builds(InMonth, st.just(NOVEMBER), st.integers(0, 900), st.integers(0, 40)),
    min_size=1,
    max_size=24,
)


def touch(care: UUID, month: Month = NOVEMBER, entries: int = 1, promises: int = 0) -> Touch:
    return Touch(care, month, entries, promises, month.first)


def test_every_month_has_its_place_and_most_are_empty() -> None:
    care = uuid4()
    touches = [touch(care, Month(2026, 2), 2, 1), touch(care), touch(care, Month(2025, 11))]
    months = month_by_month(touches, NOVEMBER)
    assert [month.month for month in months] == [NOVEMBER.plus(-11 + i) for i in range(MONTHS)]
    assert [month.total for month in months] == [0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("key", "first"),
    [("weeks", date(2026, 10, 31)), ("quarter", date(2026, 9, 1)), ("year", date(2025, 12, 1))],
)
def test_periods_end_today(key, first) -> None:
    found = period(key, TODAY)
    assert (found.first, found.last) == (first, TODAY)


def test_there_is_no_other_period() -> None:
    with pytest.raises(KeyError):
        period("decade", TODAY)
    assert all(period(key, TODAY).key == key for key in PERIODS)


def test_cares_are_parted_in_their_order() -> None:
    one, other, third = uuid4(), uuid4(), uuid4()
    found = parted([third, one, other], [touch(other), touch(third), touch(one, entries=0)])
    assert [pk for pk, _ in found.touched] == [third, other]
    assert found.untouched == [one]


@given(st.lists(days | st.none(), max_size=6))
def test_quiet_is_counted_from_the_last_day_of_all(said) -> None:
    known = [day for day in said if day]
    weeks = weeks_quiet(said, TODAY)
    assert weeks == 0 or weeks >= 3
    if not known:
        assert weeks == 0
    else:
        since = TODAY - max(known)
        assert (weeks == 0) == (since < timedelta(days=21))
        assert weeks in {0, since.days // 7}


@given(counts)
def test_no_column_leaves_the_picture(months) -> None:
    picture = bars_of(months)
    for place, bar in enumerate(picture.bars):
        assert place * COLUMN < bar.x < bar.x + picture.thick < (place + 1) * COLUMN
        assert TOP - 0.2 <= bar.promises_at <= bar.entries_at <= picture.foot
        assert bar.entries_high + bar.promises_high <= HIGH + 0.2
        assert (bar.count == 0) == (not months[place].total)


@given(counts)
def test_every_month_is_one_dot(months) -> None:
    dots = dots_of(months)
    drawn = dots.empty + "".join(path for _, path in dots.paths)
    assert drawn.count("M") == len(months)
    assert dots.empty.count("M") == sum(not month.total for month in months)
    assert all(1 <= size <= 3 for size, _ in dots.paths)
