"""Journals of Day One Classic."""

import plistlib
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.transfer.sources import dayone_classic
from apps.transfer.sources.plain import Media, PlainEntry, Unreadable, led_to
from tests.transfer.sources.brought import few, known, outcomes, packed

UUID = "AB" * 16


def entry(**fields) -> bytes:
    """An entry as Day One Classic wrote it; blanks in keys are underscores here."""
    written = {
        "UUID": UUID,
        "Creation Date": datetime(2013, 5, 17, 23, 30),
        "Time Zone": "America/New_York",
        "Entry Text": "A day.",
        "Starred": False,
        **{key.replace("_", " "): value for key, value in fields.items()},
    }
    return plistlib.dumps({key: value for key, value in written.items() if value is not None})


def read(tmp_path, files, name="a.zip") -> list:
    """What is read from a ZIP of these files."""
    path = packed(tmp_path / name, files)
    assert known(dayone_classic, path)
    return outcomes(dayone_classic, path)


def read_one(tmp_path, **fields) -> PlainEntry:
    """The only entry, with these fields."""
    [one] = read(tmp_path, {f"Journal.dayone/entries/{UUID}.doentry": entry(**fields)})
    return one


def test_it_reads_an_entry(tmp_path) -> None:
    one = read_one(tmp_path, Tags=["Two Words", "🌱"], Starred=True, Entry_Text="# T\n\n\\- a")
    assert (one.key, one.title, one.body) == (UUID, "T", "\\- a")
    assert one.moment == datetime(2013, 5, 17, 23, 30, tzinfo=UTC)
    assert (one.local_date, one.time_zone) == (date(2013, 5, 17), "America/New_York")
    assert (one.tags, one.starred, one.warnings) == (("Two Words", "🌱"), True, ())


def test_the_day_is_that_of_its_zone_or_of_the_person(tmp_path) -> None:
    for zone in (None, "Mars"):
        one = read_one(tmp_path, Time_Zone=zone)
        assert (one.local_date, one.time_zone) == (date(2013, 5, 18), "")
        assert len(one.warnings) == 1


def test_the_photo_of_its_name_is_its_own(tmp_path) -> None:
    [one, two] = read(
        tmp_path,
        {
            f"entries/{UUID}.doentry": entry(),
            "entries/B.doentry": entry(UUID="B"),
            f"photos/{UUID.lower()}.jpg": b"x",
        },
        "Diary.dayone.zip",
    )
    assert one.media == (Media(f"photos/{UUID.lower()}.jpg", f"{UUID.lower()}.jpg"),)
    assert two.media == ()
    assert one.notebook == "Diary"


def test_links_lead_to_entries(tmp_path) -> None:
    one = read_one(tmp_path, Entry_Text=f"[that](dayone://view?entryId={UUID.lower()})")
    assert one.body == led_to("that", UUID)


def test_what_has_no_place_is_kept_as_it_is(tmp_path) -> None:
    one = read_one(
        tmp_path,
        Weather={"Celsius": "12", "Wind Bearing": 360, "Pressure": 1.5},
        Creator={"Generation Date": datetime(2013, 5, 18), "Data": b"ab"},
    )
    assert one.rest == {
        "Weather": {"Celsius": "12", "Wind Bearing": 360, "Pressure": 1.5},
        "Creator": {"Generation Date": "2013-05-18T00:00:00Z", "Data": one.rest["Creator"]["Data"]},
    }


def test_bad_fields_are_warnings(tmp_path) -> None:
    one = read_one(tmp_path, Tags=["a", 5], Entry_Text=["x"], Starred="x", UUID=None)
    assert (one.tags, one.body, one.starred, one.key) == (("a",), "", False, UUID)
    assert len(one.warnings) == 2
    assert one.rest["Tags"] == ["a", 5]


BOMB = b'<!DOCTYPE plist [<!ENTITY a "aaaa">]><plist><dict><key>&a;</key></dict></plist>'
DEEP = b"<plist>" + b"<array>" * 900 + b"</array>" * 900 + b"</plist>"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no xml",
        b"<plist/>",
        b"<plist><array/></plist>",
        BOMB,
        DEEP,
        entry(Creation_Date="x"),
    ],
)
def test_one_bad_entry_leaves_the_others(tmp_path, content) -> None:
    bad, good = read(tmp_path, {"entries/A.doentry": content, "entries/B.doentry": entry()})
    assert isinstance(bad, Unreadable)
    assert good.body == "A day."


@few
@given(st.binary(max_size=60) | st.text(alphabet="<>/dictkeyplstrng ab", max_size=90))
def test_whatever_one_entry_is_the_others_come_through(tmp_path, content) -> None:
    found = read(tmp_path, {"entries/A.doentry": content, "entries/B.doentry": entry()})
    assert len(found) == 2
    assert isinstance(found[1], PlainEntry)
