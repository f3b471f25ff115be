"""jrnl's export as JSON."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.transfer.sources import jrnl_json
from apps.transfer.sources.plain import PlainEntry, Unreadable
from tests.transfer.sources.brought import alone, few, known, outcomes, packed


def entry(**fields) -> dict:
    """An entry as jrnl writes it."""
    return {
        "title": "A title",
        "body": "With @tag.",
        "date": "2024-06-16",
        "time": "09:05",
        "tags": ["@tag", "@Other"],
        "starred": False,
        **fields,
    }


def read(tmp_path, *entries) -> list:
    """What is read from an export with these entries."""
    content = {"tags": {"@tag": 1}, "entries": entries}
    return outcomes(jrnl_json, alone(tmp_path / "work.json", content))


def test_it_knows_an_export_by_its_fields(tmp_path) -> None:
    def is_known(content: object) -> bool:
        return known(jrnl_json, alone(tmp_path / "a.json", content))

    assert is_known({"tags": {}, "entries": [entry()]})
    assert is_known(entry())
    assert not is_known({"metadata": {}, "entries": [{"creationDate": "x", "text": "a"}]})
    assert not is_known({"entries": [{"date": "2024-06-16", "title": "a", "text": "b"}]})
    assert not is_known([entry()])


def test_it_reads_an_entry(tmp_path) -> None:
    [one] = read(tmp_path, entry(starred=True))
    assert (one.local_date, one.wall_time, one.moment) == (date(2024, 6, 16), time(9, 5), None)
    assert (one.title, one.body, one.notebook) == ("A title", "With @tag.", "work")
    assert (one.tags, one.starred, one.warnings) == (("tag", "Other"), True, ())


def test_a_body_may_be_empty_and_a_long_title_is_not_cut(tmp_path) -> None:
    long = "word " * 60
    empty, both = read(tmp_path, entry(body=""), entry(title=long))
    assert (empty.title, empty.body) == ("A title", "")
    assert (both.title, both.body) == ("", f"{long.strip()}\nWith @tag.")


def test_a_uuid_is_the_key_and_the_creator_is_kept(tmp_path) -> None:
    creator = {"device_agent": "a", "generation_date": "b"}
    one, two, again = read(tmp_path, entry(uuid="ABC", creator=creator), entry(), entry())
    assert (one.key, one.rest) == ("ABC", {"creator": creator})
    assert two.key == again.key
    assert len(two.key) == 32


def test_bad_fields_are_warnings(tmp_path) -> None:
    [one] = read(tmp_path, entry(time="25:00", tags=["@a", 1], title=5, starred="x", uuid=[1]))
    assert (one.wall_time, one.tags, one.title, one.starred) == (None, ("a",), "", False)
    assert one.rest == {
        "time": "25:00",
        "tags": ["@a", 1],
        "title": 5,
        "starred": "x",
        "uuid": [1],
    }
    assert len(one.warnings) == 3


@pytest.mark.parametrize("bad", [None, 1, "x", [], entry(date=None), entry(date="2024-02-30")])
def test_one_bad_entry_leaves_the_others(tmp_path, bad) -> None:
    one, other, two = read(tmp_path, entry(), bad, entry())
    assert isinstance(other, Unreadable)
    assert other.key == "work.json#2"
    assert one.title == two.title == "A title"


def test_a_folder_has_one_file_an_entry(tmp_path) -> None:
    files = {
        "2024-06-16_a.json": entry(),
        "2024-06-17_b.json": entry(title="B"),
        "other.json": [],
    }
    found = outcomes(jrnl_json, packed(tmp_path / "a.zip", files))
    assert [one.title for one in found] == ["A title", "B"]


values = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=9) | st.lists(st.none())


@few
@given(values | st.dictionaries(st.sampled_from(sorted(jrnl_json.PLACED)), values))
def test_whatever_one_entry_is_the_others_come_through(tmp_path, garbage) -> None:
    fields = entry(**garbage) if isinstance(garbage, dict) else garbage
    found = read(tmp_path, entry(), fields, entry())
    assert len(found) == 3
    assert isinstance(found[2], PlainEntry)
