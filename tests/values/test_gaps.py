"""Where two numbers stand in a picture over time."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from apps.cares.gaps import BOTTOM, CLEAR, LEFT, RIGHT, TOP, course, height_of

FIRST = date(2024, 11, 1)
number = st.none() | st.integers(0, 10)
told = st.lists(st.tuples(st.integers(0, 800), number, number), min_size=1, max_size=20)


def at(days: int) -> date:
    return FIRST + timedelta(days=days)


def test_nought_is_at_the_foot_and_ten_at_the_head() -> None:
    assert (height_of(0), height_of(10)) == (BOTTOM, TOP)


def test_days_stand_as_far_apart_as_they_are() -> None:
    span = (at(0), at(100))
    found = course("x", [(at(days), 5, 5, "") for days in (0, 25, 100)], span)
    first, second, third = (point.x for point in found.points)
    assert abs((second - first) * 4 - (third - first)) <= 4


def test_one_day_alone_has_a_gap_and_no_line() -> None:
    found = course("x", [(FIRST, 8, 2, "")], (FIRST, FIRST))
    assert found.points[0].is_whole
    assert "L" not in found.matters_line


def test_what_was_not_said_is_passed_over() -> None:
    rows = [(at(0), 8, None, ""), (at(1), None, None, "a word"), (at(2), 6, 3, "")]
    found = course("x", rows, (at(0), at(2)))
    assert found.matters_line.count("L") == 1
    assert found.lived_line.count("L") == 0
    assert [point.is_whole for point in found.points] == [False, False, True]


@given(told)
def test_all_stays_in_the_picture(rows) -> None:
    days = [at(days) for days, *_rest in rows]
    found = course("x", [(at(d), a, b, "") for d, a, b in rows], (min(days), max(days)))
    assert [point.day for point in found.points] == sorted(days)
    for point in found.points:
        assert LEFT < point.x < RIGHT
        assert all(y is None or TOP <= y <= BOTTOM for y in (point.y_matters, point.y_lived))
    last = found.last
    if last.is_whole:
        assert abs(found.y_matters_word - found.y_lived_word) >= CLEAR - 1
