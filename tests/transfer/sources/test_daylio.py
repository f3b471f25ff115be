"""Daylio: JSON in Base64, months from 0, moods of one's own."""

import json
from base64 import b64encode, encodebytes
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.transfer.sources import daylio
from apps.transfer.sources.package import Refused
from apps.transfer.sources.plain import PlainEntry, Unreadable
from tests.transfer.sources.brought import anything, few, known, outcomes, packed

ENTRY = {
    "id": 7,
    "year": 2024,
    "month": 2,
    "day": 9,
    "hour": 15,
    "minute": 30,
    "datetime": 1710027000000,  # 2024-03-09 23:30 UTC
    "timeZoneOffset": -28_800_000,
    "mood": 1,
    "note": "One<br>two <b>three</b>",
    "note_title": "A day",
    "tags": [1, 2],
    "assets": [],
    "isFavorite": True,
}
BACKUP = {
    "version": 15,
    "customMoods": [
        {"id": 1, "custom_name": "", "mood_group_id": 1},
        {"id": 8, "custom_name": "Giddy", "mood_group_id": 2},
    ],
    "tags": [{"id": 1, "name": "Two words"}, {"id": 2, "name": "b"}, {"id": 3}],
    "assets": [{"id": 4, "checksum": "abc123", "type": 1}, {"id": 5, "checksum": "gone"}],
}


def read(tmp_path, *entries, coded=b64encode, **files) -> list[PlainEntry | Unreadable]:
    """What is read from a backup with these entries and files."""
    said = json.dumps({"dayEntries": list(entries), **BACKUP}).encode()
    path = packed(tmp_path / "a.daylio", {"backup.daylio": coded(said), **files})
    assert known(daylio, path)
    return outcomes(daylio, path)


def test_it_knows_its_own_by_what_is_in_it(tmp_path) -> None:
    for files, expected in [
        ({"backup.daylio": b64encode(b'{"dayEntries": []}')}, True),
        ({"backup.daylio": b'{"dayEntries": []}'}, False),
        ({"backup.daylio": b64encode(b"no")}, False),
        ({"backup.json": b64encode(b'{"dayEntries": []}')}, False),
    ]:
        path = packed(tmp_path / "a.zip", {**files, "assets/x": "x"})
        assert known(daylio, path) is expected


def test_it_reads_an_entry(tmp_path) -> None:
    [entry] = read(tmp_path, ENTRY | {"scale": [3]})
    assert (entry.key, entry.title, entry.body) == ("7", "A day", "One\\\ntwo **three**")
    assert entry.local_date == date(2024, 3, 9)
    assert entry.moment == datetime(2024, 3, 9, 23, 30, tzinfo=UTC)
    assert (entry.mood, entry.tags, entry.starred) == (2, ("Two words", "b"), True)
    assert entry.rest == {"scale": [3], "mood": BACKUP["customMoods"][0]}
    assert entry.warnings == ()


@pytest.mark.parametrize("coded", [b64encode, encodebytes])
def test_it_reads_base64_of_any_length_in_lines_or_not(tmp_path, coded) -> None:
    notes = [ENTRY | {"id": number, "note": "x" * number} for number in range(600)]
    assert [len(entry.body) for entry in read(tmp_path, *notes, coded=coded)] == [*range(600)]


def test_the_day_is_the_one_its_clocks_said(tmp_path) -> None:
    [entry] = read(tmp_path, ENTRY | {"day": 8})
    assert entry.local_date == date(2024, 3, 8)
    [entry] = read(tmp_path, {"year": 2024, "month": 11, "day": 31, "hour": 8, "minute": 5})
    assert (entry.local_date, entry.wall_time) == (date(2024, 12, 31), time(8, 5))
    [entry] = read(tmp_path, {"datetime": ENTRY["datetime"], "timeZoneOffset": 32_400_000})
    assert entry.local_date == date(2024, 3, 10)


@pytest.mark.parametrize(
    ("mood", "expected", "warns"),
    [(8, 1, False), (5, -2, False), (3, 0, False), (None, None, False), (99, None, True)],
)
def test_moods_count_by_their_group(tmp_path, mood, expected, warns) -> None:
    [entry] = read(tmp_path, ENTRY | {"mood": mood})
    assert (entry.mood, bool(entry.warnings)) == (expected, warns)
    assert (entry.rest.get("mood") == 99) is warns


def test_files_are_found_by_their_sum(tmp_path) -> None:
    [entry] = read(tmp_path, ENTRY | {"assets": [4, 5, 6]}, **{"assets/photos/2024/3/abc123": b"x"})
    assert [media.member for media in entry.media] == ["assets/photos/2024/3/abc123", ""]
    assert entry.rest["assets"] == [4, 5, 6]
    assert len(entry.warnings) == 2


def test_a_tag_without_a_name_is_a_warning(tmp_path) -> None:
    [entry] = read(tmp_path, ENTRY | {"tags": [1, 3, 99]})
    assert (entry.tags, entry.rest["tags"]) == (("Two words",), [1, 3, 99])
    assert entry.warnings


def test_an_entry_is_a_mood_without_a_note(tmp_path) -> None:
    [entry] = read(tmp_path, {**ENTRY, "note": "", "note_title": ""})
    assert (entry.body, entry.title, entry.mood) == ("", "", 2)


def test_plain_notes_stay_as_they_are(tmp_path) -> None:
    [entry] = read(tmp_path, ENTRY | {"note": "a < b\n*c* C:\\d"})
    assert entry.body == "a < b\n*c* C:\\d"


def test_what_is_no_entry_does_not_stop_the_others(tmp_path) -> None:
    found = read(tmp_path, 5, {}, ENTRY | {"month": 12, "datetime": None}, ENTRY)
    assert [type(entry) for entry in found] == [Unreadable, Unreadable, Unreadable, PlainEntry]


def test_base64_that_is_damaged_is_refused(tmp_path) -> None:
    with pytest.raises(Refused):
        read(tmp_path, ENTRY, coded=lambda said: b64encode(said)[:4_000] + b"*")
    with pytest.raises(Refused):
        read(tmp_path, ENTRY, coded=lambda said: b64encode(said[:-20]))


@few
@given(garbage=st.dictionaries(st.sampled_from([*ENTRY]), anything) | anything)
def test_whatever_one_entry_is_the_others_come_through(tmp_path, garbage) -> None:
    found = read(tmp_path, garbage, ENTRY)
    assert len(found) == 2
    assert found[1].title == "A day"
