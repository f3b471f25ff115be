"""Diarium: JSON in one file or many, files by time, and pages for each day."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.transfer.sources import diarium
from apps.transfer.sources.package import Package
from apps.transfer.sources.plain import PlainEntry, Unreadable
from tests.transfer.sources.brought import anything, few, known, outcomes, packed

ENTRY = {
    "date": "2024-03-09T21:04:55.48828",
    "heading": "A day",
    "html": "<p>One <b>two</b></p><p>C:\\temp</p>",
    "rating": 5,
    "tags": ["Two words", "Ünï"],
    "people": ["Ada"],
    "tracker": {"sleep": 7},
    "location": [47.1, 8.2],
    "weather": "☁️ 4°C",
    "sun": "☀️ Sunrise: 7:16 AM Sunset: 7:56 PM",
    "lunar": "🌖 Waning gibbous",
}


def entries(tmp_path, files) -> list[PlainEntry | Unreadable]:
    """What is read from a ZIP of these files."""
    return outcomes(diarium, packed(tmp_path / "diarium.zip", files))


def test_it_knows_its_own_by_what_is_in_it(tmp_path) -> None:
    for files, expected in [
        ({"Diarium.json": [ENTRY]}, True),
        ({"2024-03-09.json": ENTRY}, True),
        ({"2024-03-09/a.html": '<p class="Header">A</p><p class="Content">B</p>'}, True),
        ({"a.json": '[{"date": "2024-03-09", "body": "x"}]'}, False),
        ({"a.json": "[1"}, False),
        ({"a.html": "<p>no</p>"}, False),
    ]:
        assert known(diarium, packed(tmp_path / "a.zip", files)) is expected


def test_it_reads_little_to_know_its_own(tmp_path) -> None:
    with Package(packed(tmp_path / "a.zip", {"a.json": [ENTRY] * 20_000})) as package:
        assert diarium.recognises(package)
        assert package._read < 600_000


def test_it_reads_a_list(tmp_path) -> None:
    [entry] = entries(tmp_path, {"Diarium.json": [ENTRY]})
    assert (entry.title, entry.body) == ("A day", "One **two**\n\nC:\\\\temp")
    assert (entry.local_date, entry.wall_time) == (date(2024, 3, 9), time(21, 4, 55, 488280))
    assert (entry.mood, entry.tags, entry.people) == (2, ("Two words", "Ünï"), ("Ada",))
    assert entry.rest == {
        name: ENTRY[name] for name in ("tracker", "location", "weather", "sun", "lunar")
    }
    assert (entry.moment, entry.warnings) == (None, ())


def test_it_reads_a_file_for_each_day(tmp_path) -> None:
    found = entries(
        tmp_path, {"2024-03-09.json": ENTRY, "2024-03-10.json": ENTRY | {"date": "2024-03-10"}}
    )
    assert [entry.local_date.day for entry in found] == [9, 10]
    assert found[1].wall_time is None


@pytest.mark.parametrize(
    ("said", "microsecond"),
    [
        ("", 0),
        (".", 0),
        (".4", 400_000),
        (".48828", 488_280),
        (".488281", 488_281),
        (".4882817", 488_281),
    ],
)
def test_a_second_has_any_number_of_digits(tmp_path, said, microsecond) -> None:
    [entry] = entries(tmp_path, {"a.json": [ENTRY | {"date": f"2024-03-09T21:04:55{said}"}]})
    assert entry.wall_time == time(21, 4, 55, microsecond)


@pytest.mark.parametrize(
    ("rating", "mood", "warns"), [(1, -2, False), (0, None, False), (9, None, True)]
)
def test_a_rating_is_a_mood(tmp_path, rating, mood, warns) -> None:
    [entry] = entries(tmp_path, {"a.json": [ENTRY | {"rating": rating}]})
    assert (entry.mood, bool(entry.warnings)) == (mood, warns)
    assert ("rating" in entry.rest) is warns


def test_files_belong_to_the_entry_of_their_millisecond_or_second(tmp_path) -> None:
    found = entries(
        tmp_path,
        {
            "a.json": [
                ENTRY | {"date": "2024-03-09T21:04:55.48828"},
                ENTRY | {"date": "2024-03-09T21:04:55.9"},
                ENTRY | {"date": "2024-03-10T08:00:00"},
            ],
            "media/2024-03-09_210455488/a.jpg": b"a",
            "media/2024-03-09_210456100/b.jpg": b"b",
            "media/2024-03-10_080000000/c.jpg": b"c",
            "media/2024-03-10_080000000/d.jpg": b"d",
        },
    )
    assert [[media.name for media in entry.media] for entry in found] == [
        ["a.jpg"],
        ["b.jpg"],
        ["c.jpg", "d.jpg"],
    ]
    assert not any(entry.warnings for entry in found)


def test_files_without_an_entry_are_not_lost_in_silence(tmp_path) -> None:
    first, left = entries(
        tmp_path,
        {
            "a.json": [ENTRY],
            "media/2024-03-09_080000000/a.jpg": b"a",
            "media/2024-05-05_080000000/b.jpg": b"b",
        },
    )
    assert ([media.name for media in first.media], len(first.warnings)) == (["a.jpg"], 1)
    assert isinstance(left, Unreadable)
    assert left.key == "media/2024-05-05_080000000"


def test_entries_of_one_day_and_second_stay_apart(tmp_path) -> None:
    found = entries(tmp_path, {"a.json": [ENTRY, ENTRY | {"html": "<p>Other</p>"}]})
    assert len({entry.key for entry in found}) == 2


def test_it_reads_pages_in_whatever_language(tmp_path) -> None:
    page = (
        '<html><body><p class="Header">Ein Tag &amp; mehr</p><p class="Content">Eins</p>'
        '<p class="Content">Zwei <img src="a.jpg"></p><p class="TagsLocation">Tags: Zwei Worte, B'
        '</p><p class="TagsLocation">Personen: Ada</p><p class="TagsLocation">Ort: 9.7, 4.0</p>'
    )
    [entry, other] = entries(
        tmp_path,
        {
            "2017-07-27/x.html": page,
            "2017-07-27/a.jpg": b"a",
            "2017-07-27/b.jpg": b"b",
            "2017-07-28/x.html": '<div class="Content">Later</div>',
        },
    )
    assert (entry.local_date, entry.wall_time) == (date(2017, 7, 27), None)
    assert (entry.title, entry.body) == ("Ein Tag & mehr", "Eins\n\nZwei ![](media:0)")
    assert (entry.tags, entry.people) == (("Zwei Worte", "B"), ("Ada",))
    assert entry.rest == {"TagsLocation": ["Ort: 9.7, 4.0"]}
    assert [media.member for media in entry.media] == ["2017-07-27/a.jpg", "2017-07-27/b.jpg"]
    assert (other.body, other.media) == ("Later", ())


def test_the_only_page_has_the_day_of_its_folder(tmp_path) -> None:
    [entry] = entries(tmp_path, {"2017-07-27/x.html": '<p class="Content">Words</p>'})
    assert (entry.local_date, entry.body) == (date(2017, 7, 27), "Words")


def test_what_is_no_entry_does_not_stop_the_others(tmp_path) -> None:
    found = entries(tmp_path, {"a.json": [5, {"html": "x"}, ENTRY], "b.json": "[", "c.json": ENTRY})
    kinds = [type(entry) for entry in found]
    assert kinds == [Unreadable, Unreadable, PlainEntry, Unreadable, PlainEntry]


@few
@given(garbage=st.dictionaries(st.sampled_from([*ENTRY]), anything) | anything)
def test_whatever_one_entry_is_the_others_come_through(tmp_path, garbage) -> None:
    found = entries(tmp_path, {"a.json": [garbage, ENTRY]})
    assert len(found) == 2
    assert found[1].title == "A day"
