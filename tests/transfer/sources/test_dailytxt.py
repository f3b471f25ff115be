"""DailyTxT: months of days, with tags, files and earlier texts; nothing encrypted as blank."""

from base64 import b64encode
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.transfer.sources import dailytxt
from apps.transfer.sources.package import Refused
from apps.transfer.sources.plain import PlainEntry, Unreadable
from tests.transfer.sources.brought import anything, few, known, outcomes, packed

DAY = {"day": 9, "text": "One **two** C:\\temp", "date_written": "9. März 2024, 21:04"}
SEALED = b64encode(bytes(range(60))).decode()


def read(tmp_path, *days, **files) -> list[PlainEntry | Unreadable]:
    """What is read from a backup with these days in March 2024."""
    path = packed(tmp_path / "a.zip", {"2024/03.json": {"days": days}, **files})
    assert known(dailytxt, path)
    return outcomes(dailytxt, path)


def test_it_knows_its_own_by_what_is_in_it(tmp_path) -> None:
    for files, expected in [
        ({"2024/03.json": '{"days": []}'}, True),
        ({"backup/2024/03.json": '{"days": []}', "backup/tags.json": "{}"}, True),
        ({"2024/03.json": '{"entries": []}'}, False),
        ({"days.json": '{"days": []}'}, False),
    ]:
        assert known(dailytxt, packed(tmp_path / "a.zip", files)) is expected


def test_it_reads_a_day_by_the_month_of_its_file(tmp_path) -> None:
    [entry] = read(tmp_path, DAY | {"isBookmarked": True})
    assert (entry.key, entry.local_date) == ("2024-03-09", date(2024, 3, 9))
    assert (entry.body, entry.starred, entry.wall_time) == (DAY["text"], True, None)
    assert entry.rest == {"date_written": "9. März 2024, 21:04"}


def test_tags_have_their_names(tmp_path) -> None:
    tags = {"tags": [{"id": 1, "name": "Two words", "icon": "x"}, 5, {"id": 2}], "next_id": 3}
    first, second = read(
        tmp_path, DAY | {"tags": [1]}, DAY | {"day": 10, "tags": [1, 7]}, **{"tags.json": tags}
    )
    assert (first.tags, first.warnings) == (("Two words",), ())
    assert (second.tags, second.rest["tags"]) == (("Two words",), [1, 7])
    assert second.warnings


def test_files_come_with_their_day(tmp_path) -> None:
    listed = [{"filename": "a b.jpg", "size": 4}, {"uuid_filename": "u-1"}, {"filename": "gone"}, 5]
    [entry] = read(tmp_path, DAY | {"files": listed}, **{"files/a b.jpg": b"a", "files/u-1": b"b"})
    assert [media.member for media in entry.media] == ["files/a b.jpg", "files/u-1", ""]
    assert entry.rest["files"] == listed
    assert len(entry.warnings) == 2


def test_places_and_what_else_there_is_are_kept(tmp_path) -> None:
    pins = [{"id": 1, "text": "Bern", "lat": 46.9, "lon": 7.4}]
    [entry] = read(tmp_path, DAY | {"pins": pins})
    assert entry.rest["pins"] == pins


def test_earlier_texts_are_versions(tmp_path) -> None:
    history = [
        {"version": 2, "text": "b", "date_written": "x"},
        {"version": 1, "text": "a", "date_written": "y"},
    ]
    [entry] = read(tmp_path, DAY | {"history": history})
    assert [former.body for former in entry.former] == ["a", "b"]
    assert entry.rest["history"][0] == {"version": 2, "date_written": "x"}
    [entry] = read(tmp_path, DAY | {"history": [*history, 5]})
    assert (len(entry.former), len(entry.warnings)) == (2, 1)


def test_an_encrypted_backup_is_refused(tmp_path) -> None:
    with pytest.raises(Refused, match="encrypted"):
        read(tmp_path, DAY | {"text": SEALED}, **{"user.json": {}})


def test_an_encrypted_text_is_never_an_entry(tmp_path) -> None:
    sealed, plain = read(tmp_path, DAY | {"text": SEALED}, DAY | {"day": 10})
    assert isinstance(sealed, Unreadable)
    assert (sealed.key, plain.body) == ("2024-03-09", DAY["text"])
    [entry] = read(tmp_path, DAY | {"text": "https://a.example/" + "a" * 60})
    assert entry.body


def test_a_month_that_is_damaged_is_said(tmp_path) -> None:
    found = read(tmp_path, DAY, **{"2024/04.json": '{"days": [', "2024/05.json": {"days": [DAY]}})
    assert [entry.key for entry in found] == ["2024-03-09", "2024/04.json", "2024-05-09"]
    assert isinstance(found[1], Unreadable)


def test_days_that_no_month_has_are_unreadable(tmp_path) -> None:
    found = read(tmp_path, DAY | {"day": 32}, {"text": "a"}, 5, DAY)
    assert [type(entry) for entry in found] == [Unreadable, Unreadable, Unreadable, PlainEntry]


def test_a_day_that_comes_twice_stays_two(tmp_path) -> None:
    first, second = read(tmp_path, DAY, DAY | {"text": "b"})
    assert first.key != second.key


names = st.sampled_from([*DAY, "tags", "files", "history", "isBookmarked", "pins"])


@few
@given(garbage=st.dictionaries(names, anything) | anything)
def test_whatever_one_entry_is_the_others_come_through(tmp_path, garbage) -> None:
    found = read(tmp_path, garbage, DAY | {"day": 31})
    assert len(found) == 2
    assert found[1].body == DAY["text"]
