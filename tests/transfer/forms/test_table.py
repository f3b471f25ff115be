"""A journal as tables, and back from them."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.cares import stating
from apps.journal.models import Entry
from apps.journal.query import parse
from apps.journal.sorting import pick_tags
from apps.promises.models import Promise
from apps.transfer.choosing import Choice
from apps.transfer.forms import Progress
from apps.transfer.forms import table as form
from apps.transfer.sources import table
from apps.transfer.telling import Told, told
from tests.factories import (
    NOW,
    TODAY,
    make_attachment,
    make_care,
    make_entry,
    make_person,
    make_promise,
    picture,
)
from tests.transfer.forms.writing import TITLES, WORDS, members, read_back, written

pytestmark = pytest.mark.django_db
FORMULA = tuple("=+-@\t\r")


def rows(content: bytes) -> list[dict[str, str]]:
    """The rows of a table, as Python reads it."""
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    assert "\n" not in text.replace("\r\n", "") or '"' in text
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_an_entry_is_a_row_and_its_files_lie_beside(alice) -> None:
    entry = make_entry(alice, title="=1+1", body="- a list", mood=-1, energy=2, starred=True)
    pick_tags(alice, entry, ["a, b", "sea"])
    make_attachment(entry, name="The sea.png")
    held = members(written(alice, "csv"))
    [row] = rows(held["entries.csv"])
    assert row == {
        "Local date": "2026-11-20",
        "Time": "19:30",
        "Title": "'=1+1",
        "Text": "'- a list",
        "Tags": "a, b\nsea",
        "Mood": "2",
        "Energy": "5",
        "Starred": "yes",
        "Notebook": "",
        "Question": "",
        "People": "",
        "Promises": "",
        "Cares": "",
        "Files": "files/2026-11-20-The-sea.png",
        "Written at": "2026-11-20T19:30:00+01:00",
        "Time zone": "Europe/Vienna",
        "Changed at": row["Changed at"],
        "Id": str(entry.pk),
        "Answers": "",
    }
    assert held["files/2026-11-20-The-sea.png"] == picture()
    assert "files/2026-11-20-The-sea.png" not in members(written(alice, "csv", with_files=False))


def test_promises_and_cares_come_with_everything_and_with_nothing_less(alice) -> None:
    promise = make_promise(alice, person=make_person(alice, name="Ana"), what="+ A guide")
    care = make_care(alice, text="That they find their way", label="New people")
    said = stating.Said("That they stay")
    stating.restate(
        owner=alice,
        care=care.pk,
        after=1,
        said=said,
        what_changed="More",
        now=NOW + timedelta(days=2),
    )
    held = members(written(alice, "csv"))
    [row] = rows(held["promises.csv"])
    assert (row["Person"], row["What"], row["State"]) == ("Ana", "'+ A guide", "active")
    assert (
        row["Satisfied when"] == "A new colleague finds their desk with it\nIt fits on four pages"
    )
    assert row["Due"] == Promise.objects.get(pk=promise.pk).due_on.isoformat()
    [row] = rows(held["cares.csv"])
    assert (row["Name"], row["What you look after"]) == ("New people", "That they stay")
    some = members(written(alice, "csv", query=parse("is:starred", TODAY)))
    assert list(some) == ["entries.csv"]


def test_it_comes_back_beside_promises_cares_and_files(alice, tmp_path) -> None:
    entry = make_entry(alice, title="'=1", body="@Ana\n\n- a", mood=1)
    pick_tags(alice, entry, ["a, b", "sea"])
    Entry.objects.filter(pk=make_entry(alice, body="later").pk).update(
        local_date=TODAY + timedelta(days=5)
    )
    make_attachment(entry, b"date,text\n2020-01-01,no entry\n", name="table.csv")
    make_promise(alice)
    make_care(alice)
    [one, two] = read_back(table, written(alice, "csv"), tmp_path, ".zip")
    assert (one.title, one.body, one.mood) == ("'=1", "@Ana\n\n- a", 1)
    assert (one.local_date, one.tags) == (TODAY, ("a, b", "sea"))
    assert one.wall_time == datetime(2026, 11, 20, 19, 30, tzinfo=UTC).time()
    assert (two.local_date, two.wall_time) == (TODAY + timedelta(days=5), None)


@pytest.fixture
def one(alice) -> Told:
    """An entry, to be changed without the database."""
    make_entry(alice)
    return next(told(alice, Choice()))


CELLS = st.one_of(WORDS, st.text(st.sampled_from("'=+-@\t ＝a\n"), max_size=6))


@given(
    title=TITLES,
    body=CELLS,
    day=st.dates(date(1000, 1, 1), date(2999, 12, 31)),
    mood=st.sampled_from([None, -2, -1, 0, 1, 2]),
    starred=st.booleans(),
    tags=st.lists(CELLS.map(lambda tag: " ".join(tag.split()).strip("# ")), max_size=3),
)
def test_no_cell_is_a_formula_and_all_come_back(
    one, tmp_path, title, body, day, mood, starred, tags
) -> None:
    tags = tuple(dict.fromkeys(filter(None, tags)))
    entry = replace(
        one, title=title, body=body, local_date=day, mood=mood, starred=starred, tags=tags
    )
    text = "".join(form._table(form._ENTRY, [(entry, [])], Progress()))
    [cells] = rows(text.encode())
    assert not any(cell.startswith(FORMULA) for cell in cells.values())
    [back] = read_back(table, text.encode(), tmp_path, ".csv")
    assert (back.local_date, back.mood, back.starred) == (day, mood, starred)
    assert (back.title, back.body) == (" ".join(title.split()), body.strip())
    assert back.tags == tags


def test_tables_of_others_keep_their_apostrophes(tmp_path) -> None:
    [back] = read_back(table, b"date,text\n2020-01-01,'-ish'\n", tmp_path, ".csv")
    assert back.body == "'-ish'"
