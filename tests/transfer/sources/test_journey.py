"""Journey: a file for each entry, in two schemas, with all that real exports do."""

from base64 import b64encode
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.transfer.sources import journey
from apps.transfer.sources.plain import PlainEntry, Unreadable
from tests.transfer.sources.brought import BERLIN, anything, few, known, outcomes, packed

NOTHING = 1.7976931348623157e308
# 2024-03-09 23:30 UTC
LATE = 1710027000000
OLD = {
    "id": "1710027000000-3ff1",
    "date_modified": LATE + 60_000,
    "date_journal": LATE,
    "timezone": "Asia/Tokyo",
    "text": '<p dir="auto">One</p><p></p><p dir="auto">Two</p>',
    "type": "html",
    "favourite": True,
    "tags": ["Two words", "Ünï"],
    "photos": [],
    "mood": 3,
    "lat": NOTHING,
    "lon": NOTHING,
    "weather": {"id": -1, "degree_c": NOTHING, "description": ""},
    "music_title": "So What",
}


def entries(tmp_path, files, zone=BERLIN) -> list[PlainEntry | Unreadable]:
    """What is read from a ZIP of these files."""
    return outcomes(journey, packed(tmp_path / "journey.zip", files), zone)


def only(tmp_path, raw, **files) -> PlainEntry:
    """The one entry that is read from this."""
    found = entries(tmp_path, {f"{LATE}-3ff1.json": raw, **files})
    assert isinstance(found[0], PlainEntry)
    assert len(found) == 1
    return found[0]


def test_it_knows_its_own_by_what_is_in_it(tmp_path) -> None:
    for files, expected in [
        ({f"{LATE}-3ff1.json": OLD}, True),
        ({f"journey-1/{LATE}-3ff1.json": OLD}, True),
        ({f"{LATE}-3ff1.json": '{"dateOfJournal": "2024-03-09T23:30:00Z"}'}, True),
        ({f"{LATE}-3ff1.json": '{"entries": []}'}, False),
        ({f"{LATE}-3ff1.json": "no"}, False),
        ({"Journal.json": '{"entries": []}'}, False),
    ]:
        assert known(journey, packed(tmp_path / "a.zip", files)) is expected


def test_it_reads_the_old_schema(tmp_path) -> None:
    entry = only(tmp_path, OLD)
    assert entry.key == "1710027000000-3ff1"
    assert (entry.body, entry.starred) == ("One\n\nTwo", True)
    assert entry.tags == ("Two words", "Ünï")
    assert entry.modified_at == datetime(2024, 3, 9, 23, 31, tzinfo=UTC)
    assert entry.warnings == ()


def test_the_day_is_that_of_the_zone_it_was_written_in(tmp_path) -> None:
    entry = only(tmp_path, OLD)
    assert (entry.local_date, entry.time_zone) == (date(2024, 3, 10), "Asia/Tokyo")
    assert entry.moment == datetime(2024, 3, 9, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize("zone", [None, "", "Mars/Base", "../../etc/passwd", "Europe", 5, "a\0"])
def test_a_zone_that_is_none_is_the_persons_own(tmp_path, zone) -> None:
    entry = only(tmp_path, OLD | {"timezone": zone})
    assert (entry.local_date, entry.time_zone) == (date(2024, 3, 10), "")
    assert bool(entry.warnings) is bool(zone)


def test_the_largest_number_there_is_stands_for_nothing(tmp_path) -> None:
    entry = only(tmp_path, OLD)
    assert entry.rest == {"mood": 3, "music_title": "So What"}
    entry = only(tmp_path, OLD | {"weather": {"id": 3, "degree_c": NOTHING, "place": "Bern"}})
    assert entry.rest["weather"] == {"id": 3, "place": "Bern"}


def test_it_reads_the_new_schema(tmp_path) -> None:
    entry = only(
        tmp_path,
        {
            "id": "x1",
            "dateOfJournal": "2024-03-09T23:30:00.000Z",
            "createdAt": "2024-03-11T08:00:00.000Z",
            "updatedAt": "2024-03-12T08:00:00.000Z",
            "timezone": "Europe/Berlin",
            "text": "# A *title*\n\nC:\\temp 日本",
            "type": "markdown",
            "favourite": False,
            "sentiment": 0.75,
            "activity": 2,
            "location": {"latitude": 1.5, "longitude": NOTHING, "name": "Bern"},
            "attachments": ["a.jpg", {"name": "b.mp3", "size": 4}],
        },
        **{"a.jpg": b"a", "b.mp3": b"b"},
    )
    assert (entry.local_date, entry.body) == (date(2024, 3, 10), "# A *title*\n\nC:\\temp 日本")
    assert [media.member for media in entry.media] == ["a.jpg", "b.mp3"]
    assert entry.modified_at == datetime(2024, 3, 12, 8, tzinfo=UTC)
    assert entry.rest["location"] == {"latitude": 1.5, "name": "Bern"}
    assert entry.rest["sentiment"] == 0.75
    assert entry.rest["createdAt"] == "2024-03-11T08:00:00.000Z"


def test_without_a_type_a_text_is_looked_at(tmp_path) -> None:
    assert only(tmp_path, {"date_journal": LATE, "text": "<p>a &lt;b&gt;</p>"}).body == "a \\<b\\>"
    assert only(tmp_path, {"date_journal": LATE, "text": "a *b* < c"}).body == "a *b* < c"


def test_entries_of_one_moment_stay_apart(tmp_path) -> None:
    found = entries(
        tmp_path,
        {
            f"{LATE}-{one}.json": {"id": one, "date_journal": LATE, "text": one}
            for one in ("a", "b")
        },
    )
    assert [entry.key for entry in found] == ["a", "b"]


def test_an_entry_without_text_is_an_entry(tmp_path) -> None:
    entry = only(tmp_path, {"id": "a", "date_journal": LATE, "photos": ["a.jpg"]}, **{"a.jpg": b""})
    assert (entry.body, [media.member for media in entry.media]) == ("", ["a.jpg"])


def test_a_file_that_is_listed_and_absent_is_a_warning(tmp_path) -> None:
    entry = only(tmp_path, OLD | {"photos": ["gone.jpg"]})
    assert [(media.member, media.name) for media in entry.media] == [("", "gone.jpg")]
    assert "gone.jpg" in entry.warnings[0]


def test_a_file_that_lies_beside_an_entry_and_is_not_listed_comes_with_it(tmp_path) -> None:
    name = f"{LATE}-3ff1-a77e.jpg"
    entry = only(tmp_path, OLD, **{name: b"x", "other.jpg": b"y"})
    assert [media.member for media in entry.media] == [name]
    assert len(only(tmp_path, OLD | {"photos": [name]}, **{name: b"x"}).media) == 1


def test_pictures_within_a_text_keep_their_place(tmp_path) -> None:
    entry = only(
        tmp_path,
        {
            "date_journal": LATE,
            "type": "markdown",
            "text": "a ![hat](x%20y.jpg) b ![](gone.png) ![](<x y.jpg>) ![](https://a.example/b.png)"
            "\n\n`![](code.png)`\n\n```\n![](code.png)\n```",
            "photos": ["x y.jpg"],
        },
        **{"x y.jpg": b"x"},
    )
    assert entry.body == (
        "a ![](media:0) b ![](media:1) ![](media:0) ![](https://a.example/b.png)"
        "\n\n`![](code.png)`\n\n```\n![](code.png)\n```"
    )
    assert [(media.member, media.alt) for media in entry.media] == [("x y.jpg", "hat"), ("", "")]


def test_pictures_within_a_page_keep_their_place(tmp_path) -> None:
    coded = b64encode(b"\x89PNG").decode()
    entry = only(
        tmp_path,
        {
            "date_journal": LATE,
            "text": f'<p>a <img src="x.jpg" alt="hat"> b</p><img src="https://a.example/b.png">'
            f'<p>c <img alt="in" src="data:image/png;base64,{coded}"> \\d+</p>'
            '<img src="gone.jpg"><script>alert(1)</script>',
        },
        **{"x.jpg": b"x"},
    )
    assert entry.body == (
        "a ![](media:1) b\n\n<https://a.example/b.png>\n\nc ![](media:0) \\\\d\\+\n\n![](media:2)"
    )
    held, here, gone = entry.media
    assert (held.content, held.name, held.alt) == (b"\x89PNG", "picture-1.png", "in")
    assert (here.member, here.alt, gone.member, gone.name) == ("x.jpg", "hat", "", "gone.jpg")
    assert len(entry.warnings) == 2


def test_a_file_that_is_no_entry_does_not_stop_the_others(tmp_path) -> None:
    found = entries(tmp_path, {"1-a.json": "[", "2-b.json": [1], "3-c.json": {}, "4-d.json": OLD})
    assert [type(entry) for entry in found] == [Unreadable, Unreadable, Unreadable, PlainEntry]
    assert [entry.key for entry in found[:3]] == ["1-a.json", "2-b.json", "3-c.json"]
    assert all(entry.reason for entry in found[:3])


def test_the_name_of_a_file_says_when_where_the_entry_does_not(tmp_path) -> None:
    entry = only(tmp_path, {"text": "a", "date_journal": "long ago"})
    assert entry.local_date == date(2024, 3, 10)
    assert entry.rest["date_journal"] == "long ago"
    assert len(entry.warnings) == 2


def test_what_has_no_id_has_a_key_that_stays(tmp_path) -> None:
    raw = {"date_journal": LATE, "text": "a"}
    assert only(tmp_path, raw).key == only(tmp_path, raw).key
    assert only(tmp_path, raw).key != only(tmp_path, raw | {"text": "b"}).key


names = st.sampled_from([*OLD, "dateOfJournal", "attachments", "updatedAt", "location"])


@few
@given(garbage=st.dictionaries(names, anything | st.floats()) | anything)
def test_whatever_one_entry_is_the_others_come_through(tmp_path, garbage) -> None:
    found = entries(tmp_path, {f"{LATE}-a.json": garbage, f"{LATE}-b.json": OLD})
    assert len(found) == 2
    assert found[1].body == "One\n\nTwo"
