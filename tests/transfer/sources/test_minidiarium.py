"""Mini Diarium: a list of entries in HTML, with their pictures in it."""

from base64 import b64encode
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.transfer.sources import minidiarium
from apps.transfer.sources.package import Limits, Refused
from apps.transfer.sources.plain import PlainEntry, Unreadable
from tests.transfer.sources.brought import alone, anything, few, known, outcomes

ENTRY = {
    "id": 42,
    "date": "2024-03-09",
    "title": "A day",
    "text": "<p>One <strong>two</strong></p>",
    "dateUpdated": "2024-03-10T08:00:00+00:00",
}


def read(tmp_path, *entries) -> list[PlainEntry | Unreadable]:
    """What is read from a diary with these entries."""
    diary = {"metadata": {"version": "1"}, "entries": entries}
    return outcomes(minidiarium, alone(tmp_path / "diary.json", diary))


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([ENTRY], True),
        ([{"creationDate": "2024-03-09T00:00:00Z", "text": "a"}], False),
        ([{"date": "2024-03-09", "time": "10:00", "title": "a", "body": "b"}], False),
        ({"2024-03-09": {"text": "a", "dateUpdated": "b"}}, False),
        ([{"id": 1, "date": "2024-03-09", "title": "a", "text": "b", "other": 1}], False),
    ],
)
def test_it_knows_its_own_by_what_is_in_it(tmp_path, entries, expected) -> None:
    path = alone(tmp_path / "diary.json", {"entries": entries})
    assert known(minidiarium, path) is expected


def test_it_reads_an_entry(tmp_path) -> None:
    [entry] = read(tmp_path, ENTRY | {"journal": "x"})
    assert (entry.key, entry.local_date) == ("42", date(2024, 3, 9))
    assert (entry.title, entry.body) == ("A day", "One **two**")
    assert entry.modified_at == datetime(2024, 3, 10, 8, tzinfo=UTC)
    assert (entry.rest, entry.warnings) == ({"journal": "x"}, ())


def test_entries_of_one_day_stay_apart(tmp_path) -> None:
    found = read(tmp_path, ENTRY, ENTRY | {"id": 43}, {"date": "2024-03-09", "text": "a"})
    assert len({entry.key for entry in found}) == 3


def test_pictures_in_the_text_are_files_however_long(tmp_path) -> None:
    content = b"\x89PNG" + b"\x07" * 2_000_000
    picture = f'<img src="data:image/png;base64,{b64encode(content).decode()}" alt="a hat">'
    [entry] = read(tmp_path, ENTRY | {"text": f"<p>a</p>{picture}<p>b</p>"})
    assert entry.body == "a\n\n![](media:0)\n\nb"
    [media] = entry.media
    assert (media.member, media.name, media.alt) == ("", "picture-1.png", "a hat")
    assert media.content == content


def test_pictures_in_the_text_are_only_so_large_together(tmp_path) -> None:
    picture = f'<img src="data:image/png;base64,{b64encode(b"x" * 600).decode()}">'
    path = alone(tmp_path / "diary.json", {"entries": [ENTRY | {"text": picture * 2}]})
    [entry] = outcomes(minidiarium, path, limits=Limits(held=1_000))
    assert ([len(media.content) for media in entry.media], len(entry.warnings)) == ([600], 1)
    with pytest.raises(Refused, match="larger"):
        outcomes(minidiarium, path, limits=Limits(whole=path.stat().st_size + 1_000))


def test_a_picture_that_is_damaged_is_a_warning(tmp_path) -> None:
    [entry] = read(tmp_path, ENTRY | {"text": '<p>a <img src="data:image/png;base64,A"> b</p>'})
    assert (entry.body, entry.media) == ("a  b", ())
    assert len(entry.warnings) == 1


def test_a_page_that_is_too_long_keeps_its_words_and_itself(tmp_path) -> None:
    [entry] = read(tmp_path, ENTRY | {"text": "<p>word</p>" * 6_000})
    assert entry.body.startswith("word\nword")
    assert [media.name for media in entry.media] == ["entry.html"]
    assert entry.warnings


def test_what_is_no_entry_does_not_stop_the_others(tmp_path) -> None:
    found = read(tmp_path, 5, {"text": "a"}, ENTRY | {"date": "2024-02-31"}, ENTRY)
    assert [type(entry) for entry in found] == [Unreadable, Unreadable, Unreadable, PlainEntry]


@few
@given(garbage=st.dictionaries(st.sampled_from([*ENTRY]), anything) | anything)
def test_whatever_one_entry_is_the_others_come_through(tmp_path, garbage) -> None:
    found = read(tmp_path, garbage, ENTRY)
    assert len(found) == 2
    assert found[1].title == "A day"


@few
@given(
    page=st.lists(
        st.sampled_from(
            [
                "<img src=",
                '"',
                "'",
                "data:image/png;base64,",
                "AAAA",
                ">",
                "<",
                "a",
                "x.jpg",
                "</p>",
            ]
        ),
        max_size=12,
    )
)
def test_whatever_a_page_is_it_is_read(tmp_path, page) -> None:
    [entry] = read(tmp_path, ENTRY | {"text": "".join(page)})
    assert isinstance(entry, PlainEntry)
