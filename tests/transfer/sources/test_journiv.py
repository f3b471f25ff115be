"""Journiv: journals of entries, days that are said, files that are checked, and Deltas."""

import hashlib
import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.text import to_plain
from apps.transfer.sources import journiv
from apps.transfer.sources.plain import PlainEntry, Unreadable
from tests.transfer.sources.brought import anything, few, known, outcomes, packed

ENTRY = {
    "external_id": "e1",
    "title": "A day",
    "content": "One **two** C:\\temp",
    "entry_date": "2024-03-09",
    "entry_datetime_utc": "2024-03-09T23:30:00Z",
    "entry_timezone": "America/New_York",
    "is_pinned": True,
    "tags": ["two words", "b"],
    "mood_log": {"mood_name": "Happy", "note": "sun"},
    "prompt_text": "What was good?",
    "media": [],
    "updated_at": "2024-03-10T08:00:00",
    "word_count": 3,
}


def exported(*entries, **more) -> dict:
    """A whole export with one journal of these entries."""
    return {
        "export_version": "1.0",
        "mood_definitions": [
            {"name": "happy", "category": "positive"},
            {"name": "sad", "category": "negative"},
        ],
        "journals": [{"entries": list(entries), "title": "Home"}],
        **more,
    }


def read(tmp_path, data, name="data.json", **files) -> list[PlainEntry | Unreadable]:
    """What is read from a ZIP with this data and these files."""
    path = packed(tmp_path / "a.zip", {name: data, **files})
    assert known(journiv, path)
    return outcomes(journiv, path)


def only(tmp_path, raw, **files) -> PlainEntry:
    """The one entry that is read from this."""
    [entry] = read(tmp_path, exported(raw), **files)
    assert isinstance(entry, PlainEntry)
    return entry


def test_it_knows_its_own_by_what_is_in_it(tmp_path) -> None:
    for files, expected in [
        ({"data.json": '{"entries": [], "export_version": 1}'}, False),
        ({"journiv.json": exported()}, True),
        ({"x/data.json": exported(), "y.txt": ""}, True),
        ({"other.json": exported(), "y.txt": ""}, False),
    ]:
        assert known(journiv, packed(tmp_path / "a.zip", files)) is expected


def test_it_reads_an_entry(tmp_path) -> None:
    entry = only(tmp_path, ENTRY)
    assert (entry.key, entry.title, entry.body) == ("e1", "A day", "One **two** C:\\temp")
    assert (entry.notebook, entry.question) == ("Home", "What was good?")
    assert (entry.tags, entry.mood, entry.starred) == (("two words", "b"), 1, False)
    assert entry.modified_at == datetime(2024, 3, 10, 8, tzinfo=UTC)
    assert entry.rest == {
        "is_pinned": True,
        "media": [],
        "mood_log": ENTRY["mood_log"],
        "word_count": 3,
    }
    assert entry.warnings == ()


@pytest.mark.parametrize("day", ["2024-03-09", "2024-03-08", "2024-03-10"])
def test_the_day_is_the_one_that_is_said(tmp_path, day) -> None:
    entry = only(tmp_path, ENTRY | {"entry_date": day})
    assert entry.local_date == date.fromisoformat(day)
    assert entry.moment == datetime(2024, 3, 9, 23, 30, tzinfo=UTC)
    assert entry.time_zone == "America/New_York"


def test_without_a_day_it_is_that_of_its_moment_there(tmp_path) -> None:
    assert only(tmp_path, ENTRY | {"entry_date": None}).local_date == date(2024, 3, 9)
    nowhere = ENTRY | {"entry_date": "?", "entry_timezone": "Mars/Base"}
    entry = only(tmp_path, nowhere)
    assert (entry.local_date, entry.time_zone) == (date(2024, 3, 10), "")
    assert len(entry.warnings) == 2


def test_journals_keep_their_entries_wherever_their_title_stands(tmp_path) -> None:
    journals = [
        {"entries": [ENTRY, 5, ENTRY], "title": "One"},
        {"title": "None"},
        {"title": "Two", "entries": [ENTRY]},
        7,
    ]
    found = read(tmp_path, exported() | {"journals": journals}, name="journiv.json")
    assert [getattr(entry, "notebook", entry.key) for entry in found] == [
        "One",
        "One#2",
        "One",
        "Two",
    ]


def test_files_are_shown_where_their_id_stands_and_checked(tmp_path) -> None:
    content = b"\xff\xd8"
    media = [
        {
            "id": "m1",
            "filename": "a.jpg",
            "file_path": "media/e1/a.jpg",
            "checksum": hashlib.sha256(content).hexdigest(),
            "alt_text": "hat",
        },
        {"filename": "b.jpg", "file_path": "media/e1/b.jpg", "checksum": "0" * 64},
        {"filename": "gone.jpg"},
        {"external_url": "https://a.example/x"},
        "strange",
    ]
    entry = only(
        tmp_path,
        ENTRY | {"content": "a ![[media:m1]] b ![[media:zz]] ![](media/e1/b.jpg)", "media": media},
        **{"media/e1/a.jpg": content, "media/e1/b.jpg": b"x"},
    )
    assert entry.body == "a ![](media:0) b ![](media:1) ![](media:2)"
    assert [(one.member, one.name, one.alt) for one in entry.media] == [
        ("media/e1/a.jpg", "a.jpg", "hat"),
        ("", "zz", ""),
        ("media/e1/b.jpg", "b.jpg", ""),
        ("", "gone.jpg", ""),
    ]
    assert entry.rest["media"] == media
    assert len(entry.warnings) == 4


def test_a_file_that_is_not_as_it_was_is_said(tmp_path) -> None:
    media = [{"filename": "a.jpg", "file_path": "media/a.jpg", "checksum": "0" * 64}]
    entry = only(tmp_path, ENTRY | {"media": media}, **{"media/a.jpg": b"x"})
    assert entry.media[0].member == "media/a.jpg"
    assert "a.jpg" in entry.warnings[0]


def delta(*operations) -> dict:
    """An entry with these operations."""
    return ENTRY | {"content": {"ops": list(operations)}}


def line(text, **attributes) -> list[dict]:
    """A line of a kind."""
    return [{"insert": text}, {"insert": "\n", "attributes": attributes}]


def test_a_delta_becomes_markdown(tmp_path) -> None:
    raw = delta(
        *line("Head", header=2),
        {"insert": "One "},
        {"insert": " two ", "attributes": {"bold": True}},
        {"insert": "and"},
        {"insert": "three", "attributes": {"italic": True, "link": "https://a.example/_b_"}},
        {"insert": "x`y", "attributes": {"code": True}},
        {"insert": "\nplain\n\nafter\n"},
        *line("a", list="bullet"),
        *line("b", list="bullet", indent=1),
        *line("done", list="checked"),
        *line("first", list="ordered"),
        *line("second", list="ordered"),
        *line("said", blockquote=True),
        *line("if *a*:", **{"code-block": True}),
        *line("  b", **{"code-block": "plain"}),
        {"insert": {"divider": True}},
        {"insert": "end"},
    )
    assert only(tmp_path, raw).body == (
        "## Head\n\nOne  **two** and[*three*](<https://a.example/_b_>)`` x`y ``\nplain\n\nafter\n\n"
        "- a\n    - b\n- [x] done\n1. first\n2. second\n\n> said\n\n"
        "```\nif *a*:\n  b\n```\n\n---\n\nend"
    )
    assert "content" not in only(tmp_path, raw).rest


@pytest.mark.parametrize(
    "text",
    [
        "# no head",
        "- no list",
        "1. no list",
        "    no code",
        "a*b*c_d_ [x](y) <b> &amp; `c` ~~d~~",
        "C:\\temp \\d+",
        "---",
        "> no quote",
        "日本 👩‍👩‍👧",
        "| a | b |",
    ],
)
def test_letters_in_a_delta_mean_themselves(tmp_path, text) -> None:
    body = only(tmp_path, delta({"insert": f"{text}\n"})).body
    assert to_plain(body).replace("\xa0", " ").strip() == text.strip()


def test_a_delta_shows_files(tmp_path) -> None:
    raw = delta(
        {"insert": "a "},
        {"insert": {"image": "m1"}},
        {"insert": {"media": {"id": "m1"}}},
        {"insert": {"image": "https://a.example/b.png"}},
        {"insert": "\n"},
    ) | {"media": [{"id": "m1", "file_path": "media/a.jpg"}]}
    entry = only(tmp_path, raw, **{"media/a.jpg": b"x"})
    assert entry.body == "a ![](media:0)![](media:0)<https://a.example/b.png>"
    assert len(entry.warnings) == 1


def test_what_a_delta_has_that_is_not_known_is_kept_and_said(tmp_path) -> None:
    raw = delta({"insert": "a"}, {"insert": {"formula": "x"}}, 5, {"retain": 4}, {"insert": "b\n"})
    entry = only(tmp_path, raw)
    assert (entry.body, entry.rest["content"]) == ("ab", raw["content"])
    assert entry.warnings


def test_a_delta_may_be_written_as_a_text(tmp_path) -> None:
    raw = ENTRY | {"content": json.dumps({"ops": [{"insert": "a\n"}]})}
    assert only(tmp_path, raw).body == "a"
    assert only(tmp_path, ENTRY | {"content": '{"not": "ops"}'}).body == '{"not": "ops"}'


deltas = st.fixed_dictionaries(
    {
        "ops": st.lists(
            st.fixed_dictionaries(
                {"insert": anything},
                optional={
                    "attributes": st.dictionaries(
                        st.sampled_from(["list", "header", "bold", "link", "indent", "code-block"]),
                        anything,
                    )
                },
            )
            | anything
        )
    }
)


@few
@given(
    garbage=st.dictionaries(st.sampled_from([*ENTRY]), anything)
    | anything
    | st.fixed_dictionaries({"content": deltas, "entry_date": st.just("2024-03-09")})
)
def test_whatever_one_entry_is_the_others_come_through(tmp_path, garbage) -> None:
    found = read(tmp_path, exported(garbage, ENTRY))
    assert len(found) == 2
    assert found[1].key == "e1"
