"""Diaro: tables in XML, days by the clocks of the entry, moods of which 1 is the best."""

from datetime import UTC, date, datetime
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.transfer.sources import diaro
from apps.transfer.sources.package import Refused
from apps.transfer.sources.plain import PlainEntry, Unreadable
from tests.transfer.sources.brought import alone, few, known, outcomes, packed

LATE = "1710027000000"  # 2024-03-09 23:30 UTC
ENTRY = {
    "uid": "e1",
    "date": LATE,
    "tz_offset": "-08:00",
    "title": "A day",
    "text": "One\n  two & C:\\temp <b>",
    "folder_uid": "f1",
    "location_uid": "l1",
    "tags": ",t1,t2,",
    "mood": "1",
    "weather_temperature": "4.5",
}
TABLES = {
    "diaro_tags": [{"uid": "t1", "title": "Two words"}, {"uid": "t2", "title": "b"}],
    "diaro_folders": [{"uid": "f1", "title": "Home"}],
    "diaro_locations": [{"uid": "l1", "lat": "46.9", "lng": "7.4", "title": "Bern"}],
}


def backup(*entries, **tables) -> str:
    """A backup with the entries before all that they name."""
    rows = {"diaro_entries": entries, **TABLES, **tables}
    inner = "".join(
        f'<table name="{name}">'
        + "".join(
            "<r>"
            + "".join(f"<{key}>{escape(value)}</{key}>" for key, value in row.items())
            + "</r>"
            for row in table
        )
        + "</table>"
        for name, table in rows.items()
    )
    return f'<?xml version="1.0" encoding="utf-8"?><data version="2">{inner}</data>'


def read(tmp_path, xml, **files) -> list[PlainEntry | Unreadable]:
    """What is read from a ZIP with this backup and these files."""
    path = packed(tmp_path / "a.zip", {"DiaroBackup.xml": xml, **files})
    assert known(diaro, path)
    return outcomes(diaro, path)


def test_it_knows_its_own_by_what_is_in_it(tmp_path) -> None:
    for files, expected in [
        ({"x/DiaroBackup.xml": backup()}, True),
        ({"DiaroBackup.xml": "<data></data>"}, False),
        ({"journal.xml": backup(), "b.txt": ""}, False),
    ]:
        assert known(diaro, packed(tmp_path / "a.zip", files)) is expected
    assert known(diaro, alone(tmp_path / "b.xml", backup()))


def test_it_reads_an_entry_with_what_it_names(tmp_path) -> None:
    [entry] = read(tmp_path, backup(ENTRY))
    assert (entry.key, entry.title, entry.body) == ("e1", "A day", ENTRY["text"])
    assert (entry.notebook, entry.tags) == ("Home", ("Two words", "b"))
    assert entry.rest == {
        "location_uid": "l1",
        "location": TABLES["diaro_locations"][0],
        "weather_temperature": "4.5",
    }
    assert entry.warnings == ()


@pytest.mark.parametrize(
    ("said", "day"),
    [("-08:00", 9), ("+02:00", 10), ("+0200", 10), ("+00:00", 9), ("", 10), ("soon", 10)],
)
def test_the_day_is_that_of_its_own_clocks(tmp_path, said, day) -> None:
    [entry] = read(tmp_path, backup(ENTRY | {"tz_offset": said}))
    assert entry.local_date == date(2024, 3, day)
    assert entry.moment == datetime(2024, 3, 9, 23, 30, tzinfo=UTC)
    assert bool(entry.warnings) is (said == "soon")


@pytest.mark.parametrize(
    ("said", "mood", "warns"),
    [("1", 2, False), ("3", 0, False), ("5", -2, False), ("0", None, False), ("9", None, True)],
)
def test_the_best_mood_is_one(tmp_path, said, mood, warns) -> None:
    [entry] = read(tmp_path, backup(ENTRY | {"mood": said}))
    assert (entry.mood, bool(entry.warnings)) == (mood, warns)


def test_a_mood_of_ones_own_keeps_its_name(tmp_path) -> None:
    moods = [{"uid": "m7", "title": "Giddy"}]
    [entry] = read(tmp_path, backup(ENTRY | {"mood": "m7"}, diaro_moods=moods))
    assert (entry.mood, entry.rest["mood"], entry.rest["mood_title"]) == (None, "m7", "Giddy")
    assert entry.warnings == ()


def test_its_files_come_in_their_order(tmp_path) -> None:
    attached = [
        {"entry_uid": "e1", "type": "photo", "filename": "b.jpg", "position": "2"},
        {"entry_uid": "e1", "type": "photo", "filename": "a.jpg", "position": "1"},
        {"entry_uid": "e1", "type": "photo", "filename": "gone.jpg", "position": "3"},
        {"entry_uid": "e2", "type": "photo", "filename": "c.jpg"},
        {"entry_uid": "e1", "type": "photo"},
    ]
    files = {f"media/photo/{name}.jpg": b"x" for name in "abc"}
    [entry] = read(tmp_path, backup(ENTRY, diaro_attachments=attached), **files)
    assert [media.name for media in entry.media] == ["a.jpg", "b.jpg", "gone.jpg"]
    assert [bool(media.member) for media in entry.media] == [True, True, False]
    assert len(entry.warnings) == 2


def test_a_tag_without_a_name_is_a_warning(tmp_path) -> None:
    [entry] = read(tmp_path, backup(ENTRY | {"tags": "t1,t9"}))
    assert (entry.tags, entry.rest["tags"]) == (("Two words",), "t1,t9")
    assert entry.warnings


def test_what_has_no_date_does_not_stop_the_others(tmp_path) -> None:
    found = read(
        tmp_path,
        backup({"text": "a"}, ENTRY | {"date": "9" * 30}, ENTRY | {"date": "x"}, {}, ENTRY),
    )
    assert [type(entry) for entry in found] == [*[Unreadable] * 4, PlainEntry]


@pytest.mark.parametrize(
    "xml",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]><data><table name="diaro_entries"/></data>',
        '<data><table name="diaro_entries"><r>',
        '<data><table name="diaro_entries">' + "<r>" * 400 + "</r>" * 400 + "</table></data>",
        '<?xml version="1.0" encoding="nothing"?><data><table name="diaro_entries"/></data>',
    ],
)
def test_xml_that_means_harm_or_is_damaged_is_refused(tmp_path, xml) -> None:
    with pytest.raises(Refused):
        read(tmp_path, xml)


values = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20) | st.sampled_from(
    ["0", "1", "-1", LATE, "-62135596800000", "253402300799999", "+14:00", "-12:00", "true"]
)


@few
@given(garbage=st.dictionaries(st.sampled_from([*ENTRY, "starred"]), values))
def test_whatever_one_entry_is_the_others_come_through(tmp_path, garbage) -> None:
    found = read(tmp_path, backup(garbage, ENTRY))
    assert len(found) == 2
    assert found[1].title == "A day"
