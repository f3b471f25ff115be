"""Mini Diary: entries by their day."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.transfer.sources import minidiary
from apps.transfer.sources.plain import PlainEntry, Unreadable
from tests.transfer.sources.brought import alone, anything, few, known, outcomes, written

ENTRY = {
    "dateUpdated": "Sun Feb 15 2026 15:15:14 GMT+0100 (Central European Standard Time)",
    "title": "A day",
    "text": "One **two**\n\nC:\\temp \\d+ 1 < 2",
}


def read(tmp_path, entries) -> list[PlainEntry | Unreadable]:
    """What is read from a diary with these entries, as an object or as JSON."""
    said = written(entries).decode()
    content = f'{{"metadata": {{"application": "Mini Diary"}}, "entries": {said}}}'
    path = alone(tmp_path / "diary.json", content)
    assert known(minidiary, path)
    return outcomes(minidiary, path)


def test_it_knows_its_own_by_what_is_in_it(tmp_path) -> None:
    for content in ('{"entries": []}', '{"entries": {"a": 1}}', "no", '{"2024-03-09": {}}'):
        assert not known(minidiary, alone(tmp_path / "diary.json", content))


def test_it_reads_an_entry(tmp_path) -> None:
    [entry] = read(tmp_path, {"2024-03-09": ENTRY | {"mood": 3}})
    assert (entry.key, entry.local_date) == ("2024-03-09", date(2024, 3, 9))
    assert (entry.title, entry.body) == ("A day", ENTRY["text"])
    assert (entry.rest, entry.warnings, entry.wall_time) == ({"mood": 3}, (), None)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (ENTRY["dateUpdated"], datetime(2026, 2, 15, 14, 15, 14, tzinfo=UTC)),
        ("Fri May 01 2020 00:00:00 GMT-0730", datetime(2020, 5, 1, 7, 30, tzinfo=UTC)),
        ("2020-05-01T07:30:00Z", datetime(2020, 5, 1, 7, 30, tzinfo=UTC)),
    ],
)
def test_it_reads_dates_of_javascript(tmp_path, said, expected) -> None:
    [entry] = read(tmp_path, {"2024-03-09": ENTRY | {"dateUpdated": said}})
    assert entry.modified_at == expected


@pytest.mark.parametrize("said", ["yesterday", "Fri May 41 2020 00:00:00 GMT+0000", 5.5, []])
def test_a_date_that_is_none_is_a_warning(tmp_path, said) -> None:
    [entry] = read(tmp_path, {"2024-03-09": ENTRY | {"dateUpdated": said}})
    assert (entry.modified_at, entry.rest["dateUpdated"]) == (None, said)
    assert entry.warnings


def test_html_becomes_markdown(tmp_path) -> None:
    [entry] = read(tmp_path, {"2024-03-09": {"text": "<p>One <strong>two</strong></p><p>b</p>"}})
    assert entry.body == "One **two**\n\nb"


def test_a_day_that_comes_twice_stays_two(tmp_path) -> None:
    said = '{"2024-03-09": {"text": "a"}, "2024-03-09": {"text": "b"}}'
    found = read(tmp_path, said)
    assert [entry.body for entry in found] == ["a", "b"]
    assert len({entry.key for entry in found}) == 2


def test_what_is_no_entry_does_not_stop_the_others(tmp_path) -> None:
    found = read(tmp_path, {"2024-02-31": ENTRY, "x": ENTRY, "2024-03-08": 5, "2024-03-09": ENTRY})
    assert [type(entry) for entry in found] == [Unreadable, Unreadable, Unreadable, PlainEntry]


@few
@given(garbage=st.dictionaries(st.sampled_from([*ENTRY]), anything) | anything)
def test_whatever_one_entry_is_the_others_come_through(tmp_path, garbage) -> None:
    found = read(tmp_path, {"2024-03-08": garbage, "2024-03-09": ENTRY})
    assert len(found) == 2
    assert found[1].title == "A day"
