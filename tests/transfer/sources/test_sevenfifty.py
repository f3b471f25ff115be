"""Months of 750words, old and new."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.transfer.sources import sevenfifty
from apps.transfer.sources.plain import PlainEntry, Unreadable
from tests.transfer.sources.brought import alone, few, known, outcomes, packed


def old(day="2019-11-24", body="Words.") -> str:
    """An entry in the old form."""
    return f"------ ENTRY ------\nDate:    {day}\nWords:   752\nMinutes: 18\n\n{body}\n\n"


def new(day="2023-01-01", body="Words.", title="A title") -> str:
    """An entry in the new form."""
    return (
        f"===== ENTRY =====\n=== DATE: {day} ===\n=== TITLE: {title} ===\n"
        f"=== WORDS: 752 ===\n=== MINUTES: 18 ===\n=== BODY ===\n{body}\n\n"
    )


def read(tmp_path, text: str) -> list:
    """What is read from one month."""
    return outcomes(sevenfifty, alone(tmp_path / "a.txt", text))


@pytest.mark.parametrize(
    ("text", "is_known"),
    [
        (old(), True),
        (new(), True),
        ("------ ENTRY ------\n\na", False),
        ("Date: 2019-11-24", False),
    ],
)
def test_it_knows_a_month_by_the_head_of_an_entry(tmp_path, text, is_known) -> None:
    assert known(sevenfifty, alone(tmp_path / "a.txt", text)) is is_known


def test_it_reads_the_old_form(tmp_path) -> None:
    one, two = read(tmp_path, old(body="One\n\nTwo\nWords: 3") + old("2019-11-25"))
    assert (one.local_date, one.moment, one.wall_time) == (date(2019, 11, 24), None, None)
    assert (one.title, one.body) == ("", "One\n\nTwo\nWords: 3")
    assert one.rest == {"words": "752", "minutes": "18"}
    assert two.local_date == date(2019, 11, 25)


def test_it_reads_the_new_form(tmp_path) -> None:
    one, two, three = read(
        tmp_path,
        new(body="=== WORDS: 5 ===\nOne") + new("2023-01-02", title="") + new(title="w" * 201),
    )
    assert (one.local_date, one.title) == (date(2023, 1, 1), "A title")
    assert one.body == "=== WORDS: 5 ===\nOne"
    assert one.rest == {"words": "752", "minutes": "18"}
    assert (two.local_date, two.title) == (date(2023, 1, 2), "")
    assert (three.title, three.body) == ("", f"{'w' * 201}\n\nWords.")


def test_months_are_files(tmp_path) -> None:
    files = {"2019-11.txt": old().replace("\n", "\r\n"), "2023-01.txt": new(), "readme.txt": "no"}
    path = packed(tmp_path / "a.zip", files)
    assert known(sevenfifty, path)
    assert [one.body for one in outcomes(sevenfifty, path)] == ["Words.", "Words."]


def test_only_a_line_with_a_date_below_parts_entries(tmp_path) -> None:
    body = "a\n------ ENTRY ------\nb\n ------ ENTRY ------\nDate: 2019-11-24"
    [one] = read(tmp_path, old(body=body))
    assert one.body == body


def test_what_stands_before_the_first_date_is_kept(tmp_path) -> None:
    before, one = read(tmp_path, f"My words\n\n{old()}")
    assert (before.body, before.local_date) == ("My words", date(2019, 11, 24))
    assert len(before.warnings) == 1
    assert one.body == "Words."


@pytest.mark.parametrize("day", ["", "24.11.2019", "2019-02-30"])
def test_one_bad_date_leaves_the_others(tmp_path, day) -> None:
    for form in (old, new):
        one, bad, two = read(tmp_path, form() + form(day) + form(body="B"))
        assert isinstance(bad, Unreadable)
        assert bad.key == "a.txt#2"
        assert (one.body, two.body) == ("Words.", "B")


def test_two_entries_of_one_day_have_two_keys(tmp_path) -> None:
    one, two, again = read(tmp_path, old(body="A") + old(body="B") + old(body="A"))
    assert one.key == again.key != two.key


@few
@given(st.text(alphabet="=- ENTRYDATE:\n2019", max_size=60))
def test_whatever_stands_before_it_an_entry_comes_through(tmp_path, garbage) -> None:
    found = read(tmp_path, f"{garbage}\n{old(body='Good')}")
    assert isinstance(found[-1], PlainEntry)
    assert found[-1].body == "Good"
