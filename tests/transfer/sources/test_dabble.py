"""dabble.me, OhLife, Trailmix and Ahhlife."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.transfer.sources import dabble
from apps.transfer.sources.plain import PlainEntry, Unreadable
from tests.transfer.sources.brought import anything, few, known, outcomes, packed


def read(tmp_path, files) -> list[PlainEntry | Unreadable]:
    """What is read from a ZIP of these files."""
    return outcomes(dabble, packed(tmp_path / "a.zip", files))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.json": '[{"date": "2024-03-09T00:00:00Z", "body": "<p>a</p>"}]'}, True),
        ({"a.json": '{"u": {"e1": {"content": "a", "timestamp": 1}}}'}, True),
        ({"a.txt": "## 2024-03-09\na\n\n"}, True),
        ({"a.txt": "\n2024-03-09\n\na"}, True),
        ({"a.json": '[{"date": "2024-03-09", "html": "a"}]'}, False),
        ({"a.json": '{"entries": [{"x": {"content": "a", "timestamp": 1}}]}'}, False),
        ({"a.json": '{"entries": {"2024-03-09": {"title": "a", "text": "b"}}}'}, False),
        ({"a.txt": "Dear diary, 2024-03-09"}, False),
        ({"a.txt": "## 2024-13-09"}, False),
        ({"a.txt": "[2024-03-09 10:00] Title"}, False),
    ],
)
def test_it_knows_its_own_by_what_is_in_it(tmp_path, files, expected) -> None:
    assert known(dabble, packed(tmp_path / "a.zip", files)) is expected


def test_it_reads_a_list_by_its_days_only(tmp_path) -> None:
    found = read(
        tmp_path,
        {
            "a.json": [
                {"date": "2024-03-10T00:00:00.000Z", "body": "<p>Later</p>"},
                {"date": "2024-03-09T23:59:00-08:00", "body": "<p>a<hr>b</p>", "mood": 1},
            ]
        },
    )
    assert [entry.local_date.day for entry in found] == [10, 9]
    assert found[1].body == "a\n\n---\n\nb"
    assert (found[1].rest, found[1].moment, found[1].wall_time) == ({"mood": 1}, None, None)


def test_a_picture_elsewhere_is_kept_as_a_link(tmp_path) -> None:
    entry, other = read(
        tmp_path,
        {
            "a.json": [
                {"date": "2024-03-09", "body": "<p>a</p>", "image": "https://a.example/b.jpg?c=1"},
                {"date": "2024-03-09", "body": "", "image": "file:///etc/passwd"},
            ]
        },
    )
    assert (entry.body, entry.media) == ("a\n\n<https://a.example/b.jpg?c=1>", ())
    assert len(entry.warnings) == 1
    assert (other.body, other.rest["image"]) == ("", "file:///etc/passwd")


def test_a_text_that_is_no_page_stays_as_it_is(tmp_path) -> None:
    [entry] = read(tmp_path, {"a.json": [{"date": "2024-03-09", "body": "a < b & *c*\nC:\\d"}]})
    assert entry.body == "a < b & *c*\nC:\\d"


def test_it_reads_what_lies_two_objects_deep(tmp_path) -> None:
    late = 1710027000000  # 2024-03-09 23:30 UTC
    data = {
        "u1": {"e1": {"content": "a", "timestamp": late, "x": [1]}, "e2": 5, "e3": [{"a": 1}]},
        "version": 3,
        "u2": {"e4": {"content": "<p>b</p>", "timestamp": str(late)}, "e5": {"content": "c"}},
    }
    first, *bad, fourth, fifth = read(tmp_path, {"a.json": data})
    assert (first.key, first.body, first.local_date) == ("e1", "a", date(2024, 3, 10))
    assert first.rest == {"x": [1]}
    assert [entry.key for entry in bad] == ["e2", "e3"]
    assert (fourth.key, fourth.body) == ("e4", "b")
    assert isinstance(fifth, Unreadable)


def test_only_a_line_that_is_a_day_begins_an_entry(tmp_path) -> None:
    text = (
        "## 2024-03-09\r\nOn 2024-01-01 we\r\n2024-01-02\r\n## 2024-01-03 was\r\n"
        "### 2024-01-04\r\n## 2024-13-01\r\n\r\n## 2024-03-08\r\n  b\r\n\r\n"
    )
    first, second = read(tmp_path, {"a.txt": text})
    assert first.body == (
        "On 2024-01-01 we\n2024-01-02\n## 2024-01-03 was\n### 2024-01-04\n## 2024-13-01"
    )
    assert (first.local_date, second.local_date) == (date(2024, 3, 9), date(2024, 3, 8))
    assert second.body == "  b"


def test_ohlife_has_its_pictures_beside_it(tmp_path) -> None:
    found = read(
        tmp_path,
        {
            "ohlife.txt": "2012-05-01\n\nOne\n2012-01-01\nmore\n\n"
            "2012-05-02\n\nTwo\n\n2012-05-02\n\nB",
            "img_2012-05-02-0.jpg": b"a",
            "img_2012-05-02-1.PNG": b"b",
            "img_2012-07-07-0.jpg": b"c",
        },
    )
    assert [entry.body for entry in found] == ["One\n2012-01-01\nmore", "Two", "B", ""]
    assert [len(entry.media) for entry in found] == [0, 2, 0, 1]
    assert (found[3].local_date, len(found[3].warnings)) == (date(2012, 7, 7), 1)


def test_two_entries_of_a_day_stay_apart(tmp_path) -> None:
    found = read(tmp_path, {"a.txt": "## 2024-03-09\na\n\n## 2024-03-09\nb\n"})
    assert len({entry.key for entry in found}) == 2


@few
@given(garbage=st.dictionaries(st.sampled_from(["date", "body", "image"]), anything) | anything)
def test_whatever_one_entry_is_the_others_come_through(tmp_path, garbage) -> None:
    good = {"date": "2024-03-09", "body": "<p>a</p>"}
    found = read(tmp_path, {"a.json": [good, garbage, good]})
    assert len(found) == 3
    assert (found[0].body, found[2].body) == ("a", "a")


@few
@given(garbage=st.dictionaries(st.sampled_from(["content", "timestamp"]), anything) | anything)
def test_whatever_one_nested_entry_is_the_others_come_through(tmp_path, garbage) -> None:
    good = {"content": "a", "timestamp": 0}
    data = {"u": {"1": good, "2": garbage, "3": good}}
    found = read(tmp_path, {"a.json": data})
    assert [entry.key for entry in found] == ["1", "2", "3"]
