"""Tables, whatever divides their cells and in whatever letters."""

import csv
import io
import time as clock
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.transfer.sources import table
from apps.transfer.sources.package import Package, Refused
from apps.transfer.sources.plain import PlainEntry, Unreadable
from tests.transfer.sources.brought import BERLIN, alone, few, known, outcomes, packed

DAY = date(2024, 1, 5)

Reader = Callable[..., list[PlainEntry | Unreadable]]


@pytest.fixture
def rows(tmp_path) -> Reader:
    """Reads a table."""

    def read(text: str | bytes, columns=None) -> list[PlainEntry | Unreadable]:
        with Package(alone(tmp_path / "journal.csv", text)) as package:
            return list(table.read(package, BERLIN, columns))

    return read


@pytest.fixture
def taken_for(tmp_path) -> Callable[[str | bytes], table.Columns]:
    """What a table is taken for."""

    def read(text: str | bytes) -> table.Columns:
        with Package(alone(tmp_path / "journal.csv", text)) as package:
            return table.columns(package)

    return read


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_it_reads_any_delimiter_and_letters(rows, delimiter, encoding) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(["Date", "Title", "Text"])
    writer.writerow(["2024-01-05", "Café", 'One, "two";\nthree | four\tfive'])
    [entry] = rows(text.getvalue().encode(encoding))
    assert (entry.local_date, entry.title) == (DAY, "Café")
    assert entry.body == 'One, "two";\nthree | four\tfive'


def test_it_reads_every_role(rows) -> None:
    [entry] = rows(
        "date,time,title,content,tags,mood,starred,weather\n"
        '2024-01-05,9:30 PM,A walk,words,"one, #Two words",5,yes,wet\n2024-01-06,,,,,1,,\n'
    )[:1]
    assert (entry.local_date, entry.wall_time, entry.moment) == (DAY, time(21, 30), None)
    assert (entry.title, entry.body, entry.tags) == ("A walk", "words", ("one", "Two words"))
    assert (entry.mood, entry.starred, entry.rest) == (2, True, {"weather": "wet"})


def test_it_reads_the_table_of_daylio(rows) -> None:
    [entry] = rows(
        "full_date,date,weekday,time,mood,activities,note_title,note\n"
        '2024-01-05,January 5,Friday,9:30 pm,rad,"work | good meal","A walk","words"\n'
    )
    assert (entry.local_date, entry.wall_time, entry.mood) == (DAY, time(21, 30), 2)
    assert (entry.tags, entry.title, entry.body) == (("work", "good meal"), "A walk", "words")
    assert entry.rest == {"date": "January 5", "weekday": "Friday"}


@pytest.mark.parametrize(
    "heads",
    ["DATE,Content", "Entry Date,Entry", "created_at,Journal-Entry", "Datum,Inhalt", "date,Foo"],
)
def test_it_knows_columns_by_many_heads(rows, heads) -> None:
    [entry] = rows(f"{heads}\n2024-01-05,words\n")
    assert (entry.local_date, entry.body) == (DAY, "words")


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2024-01-04T23:30:00Z", datetime(2024, 1, 4, 23, 30, tzinfo=UTC)),
        ("1704411000", datetime(2024, 1, 4, 23, 30, tzinfo=UTC)),
        ("1704411000000", datetime(2024, 1, 4, 23, 30, tzinfo=UTC)),
        ("2024-01-05 00:30:00+09:00", datetime(2024, 1, 4, 15, 30, tzinfo=UTC)),
    ],
)
def test_an_instant_is_of_the_day_that_it_was(rows, written, moment) -> None:
    [entry] = rows(f"date,text\n{written},words\n")
    assert (entry.local_date, entry.moment, entry.wall_time) == (DAY, moment, None)


# --- What is guessed ------------------------------------------------------------------------


def test_one_day_that_is_sure_decides_for_the_whole_column(rows, taken_for) -> None:
    text = "date,text\n1/2/2024,a\n13/2/2024,b\n"
    assert (taken_for(text).first, taken_for(text).guessed) == ("day", ())
    assert [entry.local_date.month for entry in rows(text)] == [2, 2]
    text = "date,text\n1/2/2024,a\n2/13/2024,b\n"
    assert (taken_for(text).first, taken_for(text).guessed) == ("month", ())
    assert [entry.local_date.month for entry in rows(text)] == [1, 2]


def test_days_that_could_be_either_are_asked_about(rows, taken_for) -> None:
    text = "date,text\n1/2/2024,a\n"
    found = taken_for(text)
    assert (found.first, found.guessed) == ("day", ("first",))
    assert "day first" in rows(text)[0].warnings[0]
    [entry] = rows(text, replace(found, first="month", guessed=()))
    assert (entry.local_date, entry.warnings) == (date(2024, 1, 2), ())


def test_letters_that_are_not_unicode_are_asked_about(rows, taken_for) -> None:
    read = "date,text\n2024-01-05,привет\n".encode("cp1251")
    assert taken_for(read).guessed == ("encoding",)
    assert rows(read, replace(taken_for(read), encoding="cp1251"))[0].body == "привет"
    with pytest.raises(Refused, match="foo"):
        rows(read, replace(taken_for(read), encoding="foo"))


def test_columns_without_heads_are_known_by_what_is_in_them(rows, taken_for) -> None:
    text = "7,2024-01-05,some words\n8,2024-01-06,other words\n"
    found = taken_for(text)
    assert (found.has_heads, found.date, found.body) == (False, 1, 2)
    assert found.guessed == ("date", "body")
    assert [entry.rest for entry in rows(text)] == [{"7": "7"}, {"7": "8"}]


def test_heads_in_an_unknown_language_are_heads(rows, taken_for) -> None:
    text = "päivä,teksti\n2024-01-05,words\n"
    assert taken_for(text).has_heads
    assert [entry.body for entry in rows(text)] == ["words"]


@pytest.mark.parametrize(
    ("written", "moods", "best"),
    [
        ("-2 0 2", [-2, 0, 2], 2),
        ("1 3 5", [-2, 0, 2], 5),
        ("1 10 5.5", [-2, 2, 0], 10),
        ("0 50 100", [-2, 0, 2], 100),
        ("Good awful meh", [1, -2, 0], 0),
        ("fishy 7000 9999", [None, None, None], 0),
    ],
)
def test_moods_are_on_the_scale_of_their_column(rows, taken_for, written, moods, best) -> None:
    text = "date,text,mood\n" + "".join(f"2024-01-05,x,{mood}\n" for mood in written.split())
    assert taken_for(text).best == best
    found = rows(text)
    assert [entry.mood for entry in found] == moods
    if moods[0] is None:
        assert found[0].rest == {"mood": "fishy"}


# --- Rows of all kinds ----------------------------------------------------------------------


def test_a_row_without_a_day_is_named_and_the_others_come_through(rows) -> None:
    found = rows("date,text\n2024-01-05,a\nsoon,b\n,c\n\n2024-01-07,d\n")
    assert [entry.body for entry in found if isinstance(entry, PlainEntry)] == ["a", "d"]
    assert [entry.key for entry in found if isinstance(entry, Unreadable)] == [
        "journal.csv:3",
        "journal.csv:4",
    ]
    assert "soon" in found[1].reason


def test_a_row_with_nothing_but_its_day_is_named(rows) -> None:
    [found] = rows("date,text\n2024-01-05,\n")
    assert isinstance(found, Unreadable)


def test_cells_too_many_are_kept_and_cells_too_few_are_empty(rows) -> None:
    first, second = rows("date,text,title\n2024-01-05,a,b,c\n2024-01-06,d\n")
    assert (first.rest, second.title, second.body) == ({"column 4": "c"}, "", "d")


def test_heads_that_stand_twice_keep_both(rows) -> None:
    [entry] = rows("date,text,x,x,\n2024-01-05,a,1,2,3\n")
    assert entry.rest == {"x": "1", "x (4)": "2", "column 5": "3"}


def test_a_time_that_is_none_is_kept(rows) -> None:
    [entry] = rows("date,time,text\n2024-01-05,noonish,a\n")
    assert (entry.wall_time, entry.rest) == (None, {"time": "noonish"})
    assert "noonish" in entry.warnings[0]


def test_it_follows_what_the_first_line_says_divides_cells(rows) -> None:
    [entry] = rows("sep=^\ndate^text\n2024-01-05^a,b,c\n")
    assert entry.body == "a,b,c"


def test_a_quotation_mark_that_is_not_closed_swallows_no_other_row(rows) -> None:
    found = rows('date,text\n2024-01-05,"a\nmore\n2024-01-06,b\n2024-01-07,c\n')
    assert [entry.body for entry in found] == ["a\nmore", "b", "c"]
    assert "quotation mark" in found[0].warnings[0]


def test_the_same_row_twice_is_two_entries_with_keys_that_stay(rows) -> None:
    text = "date,text\n2024-01-05,a\n2024-01-05,a\n2024-01-05,b\n"
    keys = [entry.key for entry in rows(text)]
    assert len(set(keys)) == 3
    assert keys == [entry.key for entry in rows(text)]


def test_a_long_entry_is_read_whole(rows) -> None:
    [entry] = rows(f"date,text\n2024-01-05,{'word ' * 100_000}end\n")
    assert len(entry.body) == 500_003


def test_it_reads_a_table_in_an_archive(tmp_path) -> None:
    files = {"export/journal.csv": "date,text\n2024-01-05,a\n", "export/readme.txt": "x"}
    path = packed(tmp_path / "a.zip", files)
    assert known(table, path)
    assert [entry.body for entry in outcomes(table, path)] == ["a"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("[2024-01-05 09:00] A title\nwords, and more", "a.txt"),
        ('{"date": "2024-01-05", "text": "a"}', "a.csv"),
        ("name,age\nAnna,7\n", "a.csv"),
        ("", "a.csv"),
        ("2024-01-05\n", "a.csv"),
    ],
)
def test_it_does_not_take_other_things_for_a_table(tmp_path, text, name) -> None:
    assert not known(table, alone(tmp_path / name, text))


def test_it_refuses_a_table_without_days(rows) -> None:
    with pytest.raises(Refused, match="No column"):
        rows("name,age\nAnna,7\n")


@pytest.mark.parametrize(
    "piece",
    ['"', '2024-01-05,"', '2024-01-05,"\n', '2024-01-05,"\nx\n', "\n", ",", "2024-01-05,a\n"],
)
def test_it_takes_no_time_with_tables_that_are_none(rows, piece) -> None:
    began = clock.perf_counter()
    rows("date,text\n2024-01-05,a\n" + piece * (200_000 // len(piece)))
    assert clock.perf_counter() - began < 3


@few
@given(
    st.one_of(
        st.binary(max_size=300), st.text(',;"\n\r\t|0129-/aé\0', max_size=300).map(str.encode)
    )
)
def test_whatever_is_in_a_row_the_rows_before_come_through(tmp_path, garbage) -> None:
    content = b"date,text\n2024-01-05,a\n2024-01-06,b\n" + garbage
    found = outcomes(table, alone(tmp_path / "a.csv", content))
    assert [entry.body for entry in found[:2]] == ["a", "b"]


@few
@given(st.binary(max_size=400))
def test_whatever_a_file_is_nothing_but_refused_leaves(tmp_path, garbage) -> None:
    path = alone(tmp_path / "a.csv", garbage)
    with suppress(Refused):
        known(table, path)
        outcomes(table, path)
