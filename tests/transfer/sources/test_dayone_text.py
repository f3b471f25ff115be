"""Journals of Day One in plain text."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.transfer.sources import dayone_text
from apps.transfer.sources.plain import PlainEntry, Unreadable
from tests.transfer.sources.brought import alone, few, known, outcomes


def read(tmp_path, text: str | bytes) -> list:
    """What is read from a text."""
    return outcomes(dayone_text, alone(tmp_path / "Journal.txt", text))


def test_it_knows_a_text_by_its_lines_of_dates(tmp_path) -> None:
    for text, is_known in [
        ("\tDate:\t15 January 2024\n\nA", True),
        ("\ufeffx\n\tDate:\t1 May 2020\n", True),
        ("Date:\t15 January 2024\n\nA", False),
        (" \tDate:\t15 January 2024\n\nA", False),
    ]:
        assert known(dayone_text, alone(tmp_path / "a.txt", text)) is is_known


def test_it_reads_entries(tmp_path) -> None:
    one, two = read(
        tmp_path,
        "\tDate:\tDecember 5, 2019 at 12:00:00 AM EST\r\n\tWeather:\t5°C Clear\r\n"
        "\tLocation:\tMain St, Town: Here\r\n\r\n# Title\r\n\r\nText\r\n\r\n\r\n"
        "\tDate:\t15 January 2024\r\n\r\nMore \\- text",
    )
    assert (one.local_date, one.wall_time, one.moment) == (date(2019, 12, 5), time(0), None)
    assert (one.title, one.body, one.notebook) == ("Title", "Text", "Journal")
    assert one.rest == {
        "Date": "December 5, 2019 at 12:00:00 AM EST",
        "Weather": "5°C Clear",
        "Location": "Main St, Town: Here",
    }
    assert (two.local_date, two.wall_time) == (date(2024, 1, 15), None)
    assert two.body == "More \\- text"
    assert one.key != two.key


@pytest.mark.parametrize(
    ("said", "day", "clock"),
    [
        ("15 January 2024", date(2024, 1, 15), None),
        ("01 January 2019 at 00:00:00 GMT", date(2019, 1, 1), time(0)),
        ("March 9, 2024 at 9:04:05\u202fPM GMT+1", date(2024, 3, 9), time(21, 4, 5)),
        ("9. März 2024 um 21:04:05 MEZ", date(2024, 3, 9), time(21, 4, 5)),
        ("9 mars 2024 à 21:04 UTC+1", date(2024, 3, 9), time(21, 4)),
        ("9 de marzo de 2024, 21:04", date(2024, 3, 9), time(21, 4)),
        ("9 марта 2024 г. в 21:04", date(2024, 3, 9), time(21, 4)),
        ("2024年3月9日 21:04:05", date(2024, 3, 9), time(21, 4, 5)),
        ("2024-03-09 21:04", date(2024, 3, 9), time(21, 4)),
        ("1 listopada 2024", date(2024, 11, 1), None),
    ],
)
def test_dates_are_read_as_systems_write_them(said, day, clock) -> None:
    assert (dayone_text.day_in(said), dayone_text.time_in(said)) == (day, clock)


@pytest.mark.parametrize("said", ["", "x", "31 February 2024", "3/9/2024", "9 2024", "May"])
def test_a_date_that_may_be_several_is_none(tmp_path, said) -> None:
    bad, good = read(tmp_path, f"\tDate:\t{said}\n\nA\n\tDate:\t1 May 2024\n\nB")
    assert isinstance(bad, Unreadable)
    assert bad.key == "Journal.txt#1"
    assert (good.local_date, good.body) == (date(2024, 5, 1), "B")


def test_dates_within_a_text_part_nothing(tmp_path) -> None:
    body = "Date: 1 May 2024\n\n> \tDate:\t2 May 2024\n15 January 2024"
    [one] = read(tmp_path, f"\tDate:\t1 May 2024\n\n{body}\n")
    assert one.body == body


def test_what_stands_before_the_first_date_is_kept(tmp_path) -> None:
    before, one = read(tmp_path, "My diary\n\n\tDate:\t1 May 2024\n\nA")
    assert (before.body, before.local_date, len(before.warnings)) == (
        "My diary",
        date(2024, 5, 1),
        1,
    )
    assert one.body == "A"


@few
@given(st.text(alphabet="\tDate:\n 1May20 x", max_size=60))
def test_whatever_stands_before_it_an_entry_comes_through(tmp_path, text) -> None:
    found = read(tmp_path, f"{text}\n\tDate:\t1 May 2024\n\nGood")
    assert isinstance(found[-1], PlainEntry)
    assert found[-1].body == "Good"
