"""What an entry is found by: the vector of its words."""

from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.journal import tasks
from apps.journal.indexing import BODY, LAST_POSITION, NAMES, TITLE, index, stems_of
from apps.journal.models import Entry, EntryWords
from apps.journal.sorting import pick_tags
from tests.factories import make_entry

pytestmark = pytest.mark.django_db


def vector(entry: Entry) -> dict[str, Any]:
    """The lexemes of an entry as PostgreSQL has them, with positions and weights."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lexeme, positions, weights FROM journal_entrywords, unnest(vector)"
            " WHERE entry_id = %s",
            [entry.pk],
        )
        return {lexeme: (positions, weights) for lexeme, positions, weights in cursor.fetchall()}


def indexed(owner: User, **over: Any) -> dict[str, Any]:
    """The lexemes of a new entry."""
    entry = make_entry(owner, **over)
    index([entry])
    return vector(entry)


def test_it_holds_words_as_they_stand_their_stems_and_whose_they_are(alice) -> None:
    found = indexed(alice, title="Running", body="The **houses** ran")
    assert found == {
        f"u:{alice.pk}": (None, None),
        "=running": ([TITLE], ["A"]),
        "run": ([TITLE], ["A"]),
        "=the": ([BODY], ["D"]),
        "=houses": ([BODY + 1], ["D"]),
        "hous": ([BODY + 1], ["D"]),
        "=ran": ([BODY + 2], ["D"]),
        "ran": ([BODY + 2], ["D"]),
    }


def test_it_holds_the_names_of_tags(alice) -> None:
    entry = make_entry(alice, body="x")
    pick_tags(alice, entry, ["Long walks", "Ana"])
    index([entry])
    found = vector(entry)
    assert found["=ana"] == ([NAMES], ["B"])
    assert found["=walks"] == ([NAMES + 4], ["B"])


def test_it_stems_in_the_language_of_the_person(alice) -> None:
    User.objects.filter(pk=alice.pk).update(writes_in="german")
    assert "haus" in indexed(alice, body="Häuser")


def test_it_takes_the_language_of_the_pages_where_none_was_chosen(alice) -> None:
    User.objects.filter(pk=alice.pk).update(language="de")
    assert "haus" in indexed(alice, body="Häuser")


def test_words_in_another_writing_have_the_stems_of_that(alice) -> None:
    assert {"дом", "run"} <= indexed(alice, body="дома running").keys()


def test_codes_and_numbers_are_found_as_they_stand(alice) -> None:
    found = indexed(alice, body="CVE-2026-0042 v1.2.3 a/b")
    assert {"=cve", "=2026", "=0042", "=v1", "=a", "=b"} <= found.keys()


def test_indexing_again_replaces(alice) -> None:
    entry = make_entry(alice, body="before")
    index([entry])
    Entry.objects.filter(pk=entry.pk).update(body_html="<p>after</p>", version=2)
    entry.refresh_from_db()
    index([entry])
    assert "=after" in vector(entry)
    assert "=before" not in vector(entry)
    assert EntryWords.objects.get(entry=entry).version == 2


def test_an_old_text_does_not_replace_a_newer_one(alice) -> None:
    entry = make_entry(alice, body="old")
    newer = Entry.objects.get(pk=entry.pk)
    newer.version, newer.body_html = 2, "<p>new</p>"
    index([newer])
    index([entry])
    assert "=new" in vector(entry)


@pytest.mark.parametrize("count", [1, 30])
def test_it_takes_as_many_queries_for_many_as_for_one(
    alice, bob, django_assert_num_queries, count
) -> None:
    entries = [make_entry(owner, body="A line") for _ in range(count) for owner in (alice, bob)]
    with django_assert_num_queries(7):
        index(entries)
    assert EntryWords.objects.count() == len(entries)
    with django_assert_num_queries(0):
        index([])


@pytest.mark.parametrize(
    "body",
    [
        "word " * 40_000,
        "x" * 200_000,
        " ".join(str(number) for number in range(34_000)),
        "".join(chr(0x20000 + number % 42_000) for number in range(180_000)),
        "' \\ '' \\' : * & | !",
        "\u0301" * 10_000,
    ],
    ids=["many", "long", "distinct", "han", "marks of PostgreSQL", "accents"],
)
def test_nothing_that_can_be_written_makes_it_fail(alice, body) -> None:
    found = indexed(alice, body=body)
    assert all(max(places or [0]) <= LAST_POSITION for places, _ in found.values())


@given(st.text(max_size=300))
def test_any_text_can_be_indexed(alice, text) -> None:
    entry = Entry(owner=alice, title=text[:200], body_html=text, version=1)
    entry.pk = make_entry(alice).pk if not hasattr(alice, "row") else alice.row
    alice.row = entry.pk
    index([entry])


def test_a_word_all_texts_have_has_no_stem(alice) -> None:
    assert stems_of([("the", "english"), ("houses", "english"), ("the", "simple")]) == {
        ("houses", "english"): "hous"
    }


def test_a_language_the_server_does_not_know_has_no_stems(alice) -> None:
    assert stems_of([("houses", "klingon")]) == {}


def test_a_journal_is_indexed_again_in_another_language(alice, bob, monkeypatch) -> None:
    monkeypatch.setattr(tasks, "INDEXED_AT_ONCE", 2)
    mine = [make_entry(alice, body="Häuser") for _ in range(5)]
    other = make_entry(bob, body="Häuser")
    index([*mine, other])
    User.objects.update(writes_in="german")
    assert tasks.index_again(str(alice.pk)) == 5
    assert all("haus" in vector(entry) for entry in mine)
    assert "haus" not in vector(other)
