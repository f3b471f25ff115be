"""Days and times as people and programs write them."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.transfer.sources import days
from tests.transfer.sources.brought import few

DAY = date(2024, 1, 5)


@pytest.mark.parametrize(
    "text",
    [
        *("2024-01-05", "2024/1/5", "2024.01.05", "2024_01_05", "20240105", "05.01.2024"),
        *("5/1/2024", "5-1-24", "Jan 5th, 2024", "January 5, 2024", "5-Jan-2024", "5. Jan. 2024"),
        *("Friday, 5 January 2024", "Fr., 5. Januar 2024", "5 de enero de 2024", "5 janvier 2024"),
        *("venerdì 5 gennaio 2024", "5 januari 2024", "5 de janeiro de 2024"),
    ],
)
def test_it_reads_a_day(text) -> None:
    assert days.said(text) == days.Said(DAY)


@pytest.mark.parametrize(
    ("text", "clock", "offset"),
    [
        ("2024-01-05T21:30:05Z", time(21, 30, 5), 0),
        ("2024-01-05 21:30:05.5 +0130", time(21, 30, 5, 500_000), 90),
        ("20240105T213005-0800", time(21, 30, 5), -480),
        ("2024-01-05T21:04:55.4882812", time(21, 4, 55, 488_281), None),
        ("January 5, 2024 at 12:00:00 AM EST", time(0), None),
        ("Fri Jan 05 2024 15:15:14 GMT+0100 (Central Time)", time(15, 15, 14), 60),
        ("5.1.2024, 9.30", time(9, 30), None),
        ("5/1/2024 9:30 p.m.", time(21, 30), None),
    ],
)
def test_it_reads_a_day_with_its_time(text, clock, offset) -> None:
    said = days.said(text)
    assert (said.day, said.clock) == (DAY, clock)
    away = said.offset.utcoffset(None) if said.offset else None
    assert away == (None if offset is None else timedelta(minutes=offset))


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "2024-13-01", "2024-02-30", "0000-00-00", "0001-01-01", "202401051", "5"),
        *("2024-01-05 and more", "2024-01-05-06", "13/13/2024", "5 Foo 2024", "9" * 5_000),
    ],
)
def test_it_does_not_guess(text) -> None:
    assert days.said(text) is None


@pytest.mark.parametrize(("text", "expected"), [("9:30", time(9, 30)), ("12:05 am", time(0, 5))])
def test_it_reads_a_time(text, expected) -> None:
    assert days.clock(text) == expected
    assert days.clock("25:00") is days.clock("13:00 pm") is days.clock("x") is None


def test_one_day_that_is_sure_says_the_order_of_all() -> None:
    assert days.order(["1/2/2024", "13/2/2024"]) == "day"
    assert days.order(["1/2/2024", "2/13/2024"]) == "month"
    assert days.order(["1/2/2024", "x"]) is None
    assert days.said("1/5/2024", "month") == days.Said(DAY)
    assert days.is_either("1/2/2024")
    assert not days.is_either("2/2/2024")


@few
@given(st.text(max_size=90), st.sampled_from(["day", "month"]))
def test_it_never_fails(text, order) -> None:
    days.said(text, order)
    days.begins(text, order)
    days.clock(text)
    days.order([text])


@few
@given(st.datetimes())
def test_it_reads_back_what_iso_says(moment) -> None:
    said = days.said(moment.isoformat())
    if moment.year < days.EARLIEST:
        assert said is None
    else:
        assert (said.day, said.clock) == (moment.date(), moment.time())
