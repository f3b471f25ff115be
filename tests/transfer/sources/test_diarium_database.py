"""A .diary file: what is in it comes through, and what it would do does not happen."""

import sqlite3
from contextlib import closing, suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apps.transfer.sources import diarium_database as source
from apps.transfer.sources.enclosures import Files
from apps.transfer.sources.package import LIMITS, Limits, Package, Refused
from apps.transfer.sources.plain import PlainEntry, Unreadable
from tests.transfer.sources.brought import BERLIN, alone, few, known, outcomes, packed

TABLES = """
CREATE TABLE Entries (DiaryEntryId INTEGER PRIMARY KEY, Heading TEXT, Text TEXT, Rating INTEGER,
                      Latitude REAL);
CREATE TABLE Media (MediaId INTEGER PRIMARY KEY, DiaryEntryId INTEGER, Type INTEGER, Data BLOB,
                    "Index" INTEGER);
CREATE TABLE Tags (DiaryTagId INTEGER PRIMARY KEY, Type INTEGER, Value TEXT, Color TEXT);
CREATE TABLE EntryTags (DiaryEntryId INTEGER, DiaryTagId INTEGER, TrackingValue TEXT);
CREATE TABLE Events (DiaryEntryId INTEGER, Title TEXT);
"""
JPEG = b"\xff\xd8\xff\xe0"


def ticks(when: datetime) -> int:
    """The number .NET has for a time."""
    return (when - datetime(1, 1, 1)) // timedelta(microseconds=1) * 10


FIRST, SECOND = ticks(datetime(2024, 3, 9, 21, 4, 55, 488280)), ticks(datetime(2024, 3, 10, 8))


def diary(path, statements: str = "", rows=(), tables: str = TABLES) -> Path:
    """A database with these statements and rows, each of them a question and its values."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(tables + statements)
        for question, values in rows:
            database.execute(question, values)
        database.commit()
    return path


def rows_of(*entries) -> list[tuple[str, tuple]]:
    """Rows of entries."""
    return [("INSERT INTO Entries VALUES (?, ?, ?, ?, ?)", entry) for entry in entries]


def read(path, limits=LIMITS) -> list[PlainEntry | Unreadable]:
    """What is read from it."""
    return outcomes(source, path, limits=limits)


ENTRY = (FIRST, "A day", "<p>One <b>two</b></p>", 5, 47.1)
LATER = (SECOND, "", "<p>Later</p>", 0, None)


def test_it_knows_its_own_by_what_is_in_it(tmp_path) -> None:
    path = diary(tmp_path / "a.diary")
    files = {"x/a.diary": path.read_bytes(), "b.txt": "b"}
    assert known(source, path)
    assert known(source, packed(tmp_path / "a.zip", files))
    assert not known(source, diary(tmp_path / "b.diary", tables="CREATE TABLE Entries (a)"))
    assert not known(source, alone(tmp_path / "c.diary", "DiaryEntryId"))


def test_it_reads_entries_by_ticks_on_the_clocks_there(tmp_path) -> None:
    first, second = read(diary(tmp_path / "a.diary", rows=rows_of(ENTRY, LATER)))
    assert (first.key, first.title, first.body) == (str(FIRST), "A day", "One **two**")
    assert (first.local_date, first.wall_time) == (date(2024, 3, 9), time(21, 4, 55, 488280))
    assert (first.mood, first.moment, first.rest) == (2, None, {"Latitude": 47.1})
    assert (second.mood, second.body, second.warnings) == (None, "Later", ())


def test_its_files_come_with_it_in_their_order(tmp_path) -> None:
    rows = [
        *rows_of(ENTRY),
        *(
            ("INSERT INTO Media VALUES (?, ?, ?, ?, ?)", (number, FIRST, kind, content, index))
            for number, kind, content, index in [
                (1, 0, b"\x89PNG", 1),
                (2, 0, JPEG, 0),
                (3, 9, b"strange", 2),
                (4, 0, None, 3),
            ]
        ),
    ]
    [entry] = read(diary(tmp_path / "a.diary", rows=rows))
    assert [(media.name, media.content) for media in entry.media] == [
        ("diarium-1.jpg", JPEG),
        ("diarium-2.png", b"\x89PNG"),
        ("diarium-3", b"strange"),
    ]
    assert len(entry.warnings) == 1


def test_tags_people_and_what_was_tracked_are_told_apart(tmp_path) -> None:
    rows = [
        *rows_of(ENTRY),
        *(
            ("INSERT INTO Tags VALUES (?, ?, ?, NULL)", tag)
            for tag in [(1, 0, "Two words"), (2, 1, "Ada"), (3, 2, "sleep")]
        ),
        *(
            ("INSERT INTO EntryTags VALUES (?, ?, ?)", (FIRST, *link))
            for link in [(1, None), (2, None), (3, "7.5"), (99, None)]
        ),
        ("INSERT INTO Events VALUES (?, ?)", (FIRST, "Dentist")),
    ]
    [entry] = read(diary(tmp_path / "a.diary", rows=rows))
    assert (entry.tags, entry.people) == (("Two words",), ("Ada",))
    assert entry.rest["trackers"] == [
        {"DiaryTagId": 3, "Type": 2, "Value": "sleep", "Color": None, "TrackingValue": "7.5"}
    ]
    assert entry.rest["Events"] == [{"Title": "Dentist"}]


def test_tables_that_are_not_there_are_not_needed(tmp_path) -> None:
    [entry] = read(
        diary(
            tmp_path / "a.diary",
            tables="CREATE TABLE Entries (DiaryEntryId INTEGER, Text TEXT);",
            rows=[("INSERT INTO Entries VALUES (?, ?)", (FIRST, "<p>a</p>"))],
        )
    )
    assert (entry.body, entry.tags, entry.media, entry.rest) == ("a", (), (), {})


def test_a_view_in_place_of_a_table_is_never_asked(tmp_path) -> None:
    endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n FROM c) SELECT n"
    path = diary(
        tmp_path / "a.diary",
        tables=f"CREATE VIEW Entries AS {endless} AS DiaryEntryId FROM c;",
    )
    with pytest.raises(Refused):
        read(path)
    tables = TABLES.replace(
        "CREATE TABLE Tags (DiaryTagId INTEGER PRIMARY KEY, Type INTEGER, Value TEXT, Color TEXT);",
        f"CREATE VIEW Tags AS {endless} AS DiaryTagId, n AS Value FROM c;",
    )
    [entry] = read(diary(tmp_path / "b.diary", rows=rows_of(ENTRY), tables=tables))
    assert entry.tags == ()


def test_what_a_table_would_compute_is_not_computed(tmp_path) -> None:
    tables = TABLES.replace("Latitude REAL", "Latitude REAL, big AS (hex(zeroblob(9000000)))")
    rows = [("INSERT INTO Entries (DiaryEntryId, Text) VALUES (?, ?)", (FIRST, "<p>a</p>"))]
    [entry] = read(diary(tmp_path / "a.diary", rows=rows, tables=tables))
    assert (entry.body, "big" in entry.rest) == ("a", False)


def test_a_question_that_takes_too_long_is_stopped(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(source, "MOST_STEPS", 20_000)
    path = diary(
        tmp_path / "a.diary",
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 20000)"
        " INSERT INTO Entries (DiaryEntryId) SELECT n FROM c;",
    )
    with pytest.raises(Refused):
        read(path)


def test_more_entries_than_a_life_has_are_refused(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(source, "MOST_ROWS", 1)
    with pytest.raises(Refused, match="more entries"):
        read(diary(tmp_path / "a.diary", rows=rows_of(ENTRY, LATER)))


def test_what_is_too_long_or_too_large_stays_and_the_rest_comes(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(source, "LONGEST_TEXT", 100)
    monkeypatch.setattr(source, "LARGEST_FILE", 500)
    rows = [
        *rows_of(ENTRY, (FIRST + 10, "", "x" * 200, 0, None), LATER),
        ("INSERT INTO Media VALUES (1, ?, 0, ?, 0)", (FIRST, b"x" * 600)),
    ]
    first, long, later = read(diary(tmp_path / "a.diary", rows=rows))
    assert (first.media, len(first.warnings)) == ((), 1)
    assert isinstance(long, Unreadable)
    assert later.body == "Later"


def test_the_files_of_one_entry_and_of_all_are_only_so_large(tmp_path) -> None:
    rows = [
        *rows_of(ENTRY, LATER),
        *(
            ("INSERT INTO Media VALUES (?, ?, 0, ?, 0)", (number, when, b"x" * 600))
            for number, when in enumerate([FIRST, FIRST, SECOND])
        ),
    ]
    path = diary(tmp_path / "a.diary", rows=rows)
    first, later = read(path, Limits(held=1_000))
    assert ([len(one.content) for one in first.media], len(first.warnings)) == ([600], 1)
    assert ([len(one.content) for one in later.media], later.warnings) == ([600], ())
    # The database itself, what is looked at to know it, and two of the three files.
    with pytest.raises(Refused, match="larger"):
        read(path, Limits(whole=path.stat().st_size + 1_500))


@pytest.mark.parametrize(
    "statement",
    [
        "ATTACH '/tmp/other.db' AS other",
        "SELECT load_extension('x')",
        "SELECT randomblob(10)",
        "PRAGMA writable_schema = ON",
        "DELETE FROM Entries",
        "CREATE TABLE a (b)",
        "SELECT * FROM pragma_database_list",
    ],
)
def test_nothing_can_be_done_but_read(tmp_path, statement) -> None:
    path = diary(tmp_path / "a.diary", rows=rows_of(ENTRY))
    with Package(path) as package, pytest.raises(Refused):
        _done(package, statement)


def _done(package, statement) -> None:
    with source._opened(package, "a.diary") as database:
        source._Diary(database, Files(package))
        database.execute(statement)


def test_the_file_itself_is_not_touched_and_no_copy_is_left(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "copies"))
    (tmp_path / "copies").mkdir()
    path = diary(tmp_path / "a.diary", rows=rows_of(ENTRY, LATER))
    before = path.read_bytes()
    with Package(path) as package:
        found = source.read(package, BERLIN)
        next(found)
        assert list((tmp_path / "copies").iterdir())
        found.close()
    assert path.read_bytes() == before
    assert not list((tmp_path / "copies").iterdir())


def test_times_that_no_calendar_has_are_unreadable(tmp_path) -> None:
    found = read(diary(tmp_path / "a.diary", rows=rows_of((2**62, "", "", 0, 0), ENTRY, LATER)))
    assert [type(entry) for entry in found] == [PlainEntry, PlainEntry, Unreadable]


@few
@given(
    values=st.tuples(
        *[
            st.none()
            | st.integers(-(2**63), 2**63 - 1)
            | st.floats()
            | st.text(max_size=20)
            | st.binary(max_size=20)
        ]
        * 5
    )
)
def test_whatever_one_entry_is_the_others_come_through(tmp_path_factory, values) -> None:
    tables = TABLES.replace(
        "DiaryEntryId INTEGER PRIMARY KEY, Heading TEXT", "DiaryEntryId, Heading"
    )
    path = tmp_path_factory.mktemp("a") / "a.diary"
    found = read(diary(path, rows=rows_of(values, LATER), tables=tables))
    assert len(found) == 2
    assert found[1].body == "Later"


@few
@example(at=[(3560, 128)])
@given(at=st.lists(st.tuples(st.integers(0, 28_000), st.integers(0, 255)), max_size=40))
def test_whatever_is_damaged_it_refuses_or_reads(tmp_path_factory, at) -> None:
    path = diary(tmp_path_factory.mktemp("a") / "a.diary", rows=rows_of(ENTRY, LATER))
    content = bytearray(path.read_bytes())
    for place, byte in at:
        content[place % len(content)] = byte
    path.write_bytes(content)
    with Package(path) as package, suppress(Refused):
        for entry in source.read(package, BERLIN):
            assert isinstance(entry, PlainEntry | Unreadable)
