"""Searching through the API, and the tags and notebooks there are."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from apps.accounts.models import User
from apps.journal import sorting
from apps.journal.settling import settle
from tests.capture.conftest import Program
from tests.factories import NOW, TODAY, make_entry


def written(owner: User, count: int, **over: object) -> list[str]:
    """So many entries that search knows."""
    made = [
        make_entry(owner, local_date=TODAY - timedelta(days=number), **over)
        for number in range(count)
    ]
    for entry in made:
        settle(owner, entry.pk)
    return [str(entry.pk) for entry in made]


def test_it_finds_by_the_words_of_the_page(alice: User, program: Program) -> None:
    (pk,) = written(alice, 1, title="The release", body="We waited, and **Ana** was right.")
    found = program.get(f"search?q={quote('wait -tag:work mood:<2 OR ana')}")
    assert found["count"] == 1
    (row,) = found["entries"]
    assert row["id"] == pk
    assert {"text": "Ana", "found": True} in row["excerpt"]
    assert "".join(piece["text"] for piece in row["excerpt"]).startswith("We waited")


def test_what_it_does_not_understand_is_explained(alice: User, program: Program) -> None:
    written(alice, 1, body="a quiet morning")
    found = program.get(f"search?q={quote('quiet mood:9 before:soon tag:nowhere')}")
    assert [problem["piece"] for problem in found["problems"]] == [
        "mood:9",
        "before:soon",
        "tag:nowhere",
    ]
    assert all(problem["why"].endswith(".") for problem in found["problems"])


@pytest.mark.parametrize(
    "q", ["", "   ", "mood:9", "*", '"', "\x00", "-", "a" * 2_000, "(((", "&|!"]
)
def test_what_asks_for_nothing_finds_nothing_and_is_no_error(program: Program, q: str) -> None:
    assert program.get(f"search?q={quote(q)}")["entries"] == []


@pytest.mark.parametrize("sort", ["newest", "best"])
def test_every_page_follows_the_one_before(alice: User, program: Program, sort: str) -> None:
    made = written(alice, 25, body="the river again")
    first = program.get(f"search?q=river&sort={sort}")
    second = program.get(first["next"])
    assert first["count"] == 25
    assert second["next"] is None
    found = [row["id"] for page in (first, second) for row in page["entries"]]
    assert sorted(found) == sorted(made)


def test_it_finds_nothing_of_anybody_else(bob: User, program: Program) -> None:
    written(bob, 1, body="the river again")
    assert program.get("search?q=river")["count"] == 0


def test_it_lists_tags_with_how_many_entries_have_them(alice: User, program: Program) -> None:
    kept = make_entry(alice)
    sorting.pick_tags(alice, kept, ["Work", "apart"])
    sorting.pick_tags(alice, make_entry(alice, trashed_at=NOW), ["work"])
    assert [(row["name"], row["entries"]) for row in program.get("tags")["tags"]] == [
        ("apart", 1),
        ("Work", 1),
    ]


def test_it_lists_notebooks_the_journal_first(alice: User, program: Program) -> None:
    pks = [sorting.add_notebook(alice, name).pk for name in ("Work", "éclairs")]
    assert program.get("notebooks")["notebooks"] == [
        {"id": None, "name": "Journal"},
        {"id": str(pks[1]), "name": "éclairs"},
        {"id": str(pks[0]), "name": "Work"},
    ]


def test_it_says_what_the_token_may_do(alice: User, make_program) -> None:
    token = make_program(alice, name="Phone", can_write=False).get("token")
    assert (token["name"], token["scopes"], token["expires_at"]) == ("Phone", ["read"], None)
    assert token["time_zone"] == "Europe/Vienna"
