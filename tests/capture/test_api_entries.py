"""Entries through the API: add, list, read, change, put into the trash."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.core.models import new_id
from apps.journal import drafting, sorting
from apps.journal.models import Entry, EntryTag, Revision, Tag, Unsettled
from tests.capture.conftest import Program, problem
from tests.factories import NOW, TODAY, make_draft, make_entry, make_hand

WORDS = "Ana liked the plan. #release"


# --- adding ---------------------------------------------------------------------------------


def test_a_text_is_all_it_needs(alice: User, program: Program) -> None:
    receipt = program.post("entries", {"body": WORDS})
    entry = Entry.objects.get()
    assert (entry.owner, entry.body) == (alice, WORDS)
    assert entry.local_date == alice.today(timezone.now())
    assert entry.time_zone == "Europe/Vienna"
    assert receipt["id"] == str(entry.pk)
    assert receipt["outcome"] == "created"
    assert receipt["version"] == entry.version
    assert receipt["url"].endswith(entry.get_absolute_url())


def test_the_answer_repeats_nothing_of_what_was_said(program: Program) -> None:
    """So that a token that may only write reads nothing, and a kept answer holds no words."""
    receipt = program.post("entries", {"title": "Zymurgy", "body": WORDS, "tags": ["zymurgy"]})
    assert set(receipt) == {
        "id",
        "outcome",
        "version",
        "local_date",
        "word_count",
        "saved_at",
        "url",
    }
    assert "ymurgy" not in json.dumps(receipt)


@pytest.mark.parametrize("kind", ["text/markdown", "text/plain; charset=utf-8"])
def test_a_text_as_it_is(program: Program, kind: str) -> None:
    text = 'Quotes " and \\ and $ and a\nsecond line — 日本語\r\n'
    answer = program.send("POST", "entries", text.encode(), kind)
    assert answer.status_code == 201, answer.content
    assert Entry.objects.get().body == text.replace("\r\n", "\n")


def test_all_that_can_be_said(alice: User, program: Program) -> None:
    notebook = sorting.add_notebook(alice, "Apart")
    said = {
        "title": "The release",
        "body": WORDS,
        "local_date": "2026-11-19",
        "occurred_at": "2026-11-19T21:15:00+01:00",
        "time_zone": "Europe/Lisbon",
        "mood": 1,
        "energy": -2,
        "starred": True,
        "notebook": str(notebook.pk),
        "tags": ["Work", "release"],
    }
    pk = program.post("entries", said)["id"]
    read = program.get(f"entries/{pk}")
    assert {name: read[name] for name in said if name not in {"occurred_at", "tags"}} == {
        name: said[name] for name in said if name not in {"occurred_at", "tags"}
    }
    assert read["occurred_at"] == "2026-11-19T20:15:00Z"
    assert read["time_known"] is True
    Entry.objects.filter(pk=pk).update(time_known=False)
    assert program.get(f"entries/{pk}")["time_known"] is False
    assert sorted(read["tags"]) == ["Work", "release"]


def test_it_is_settled_at_once(program: Program) -> None:
    program.post("entries", {"body": WORDS})
    assert EntryTag.objects.get().tag.name == "release"
    assert not Unsettled.objects.exists()
    assert program.get("search?q=plan")["count"] == 1


def test_today_goes_on_with_a_page_of_its_own(alice: User, program: Program) -> None:
    program.post("entries", {"body": WORDS})
    assert not Entry.objects.get().is_open(timezone.now())


@pytest.mark.parametrize(
    ("clock", "starts_at", "day"),
    [
        (datetime(2026, 11, 20, 23, 30, tzinfo=UTC), 0, "2026-11-21"),  # half past midnight there
        (datetime(2026, 11, 20, 23, 30, tzinfo=UTC), 4, "2026-11-20"),  # a night owl
        (datetime(2026, 11, 20, 22, 30, tzinfo=UTC), 0, "2026-11-20"),
    ],
)
def test_the_day_is_that_of_the_person(
    alice: User, program: Program, monkeypatch, clock: datetime, starts_at: int, day: str
) -> None:
    User.objects.filter(pk=alice.pk).update(day_starts_at=starts_at)
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock)
    assert program.post("entries", {"body": WORDS})["local_date"] == day


def test_a_day_that_is_named_takes_the_hour_of_now(program: Program, monkeypatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    pk = program.post("entries", {"body": WORDS, "local_date": "2024-02-29"})["id"]
    entry = Entry.objects.get(pk=pk)
    assert str(entry.local_date) == "2024-02-29"
    assert entry.occurred_at == datetime(2024, 2, 29, 18, 30, tzinfo=UTC)


def test_a_mood_alone_is_something(program: Program) -> None:
    assert program.post("entries", {"mood": -1})["word_count"] == 0


@pytest.mark.parametrize("body", [{}, {"body": " \n"}, {"tags": ["a"]}, {"starred": True}])
def test_nothing_is_made_of_nothing(program: Program, body: dict[str, object]) -> None:
    told = problem(program.send("POST", "entries", body), 422, "invalid")
    assert "nothing in it" in told["errors"][0]["what"]
    assert not Entry.objects.exists()


def test_somebody_elses_notebook_is_not_there(bob: User, program: Program) -> None:
    notebook = sorting.add_notebook(bob, "Apart")
    answer = program.send("POST", "entries", {"body": WORDS, "notebook": str(notebook.pk)})
    problem(answer, 404, "not-found")
    assert not Entry.objects.exists()


def test_a_token_that_may_only_write_adds_and_reads_nothing(alice: User, make_program) -> None:
    phone = make_program(alice, can_read=False)
    pk = phone.post("entries", {"body": WORDS})["id"]
    for path in ("entries", f"entries/{pk}", "search?q=plan", "tags", "notebooks", "token"):
        told = problem(phone.send("GET", path), 403, "scope")
        assert told["scope"] == "read"


# --- listing --------------------------------------------------------------------------------


def test_it_lists_by_day_newest_first_without_texts(alice: User, program: Program) -> None:
    old = make_entry(alice, local_date=TODAY - timedelta(days=3))
    new = make_entry(alice, local_date=TODAY)
    make_entry(alice, trashed_at=NOW)
    page = program.get("entries")
    assert [row["id"] for row in page["entries"]] == [str(new.pk), str(old.pk)]
    assert "body" not in page["entries"][0]
    assert page["next"] is None
    assert program.get("entries?body=true")["entries"][0]["body"] == new.body


def test_every_page_follows_the_one_before(alice: User, program: Program) -> None:
    made = [
        make_entry(alice, local_date=TODAY - timedelta(days=number // 3), now=NOW)
        for number in range(10)
    ]
    seen: list[str] = []
    path: str | None = "entries?limit=3"
    while path:
        page = program.get(path)
        seen += [row["id"] for row in page["entries"]]
        path = page["next"]
    assert sorted(seen) == sorted(str(entry.pk) for entry in made)
    assert len(seen) == 10


def test_a_page_follows_even_when_its_entry_is_gone(alice: User, program: Program) -> None:
    entries = [make_entry(alice, local_date=TODAY - timedelta(days=n)) for n in range(4)]
    onward = program.get("entries?limit=2")["next"]
    entries[1].delete()
    assert [row["id"] for row in program.get(onward)["entries"]] == [
        str(entry.pk) for entry in entries[2:]
    ]


def test_it_lists_what_is_asked_for(alice: User, program: Program) -> None:
    notebook = sorting.add_notebook(alice, "Apart")
    apart = make_entry(alice, local_date=TODAY - timedelta(days=5))
    Entry.objects.filter(pk=apart.pk).update(notebook=notebook)
    tagged = make_entry(alice, local_date=TODAY)
    sorting.pick_tags(alice, tagged, ["Héllo wörld"])

    def ids(query: str) -> list[str]:
        return [row["id"] for row in program.get(f"entries?{query}")["entries"]]

    assert ids(f"since={TODAY}") == [str(tagged.pk)]
    assert ids(f"until={TODAY - timedelta(days=1)}") == [str(apart.pk)]
    assert ids(f"tag={quote('hello world')}") == [str(tagged.pk)]
    assert ids("tag=nowhere") == []
    assert ids(f"notebook={notebook.pk}") == [str(apart.pk)]
    assert ids("notebook=journal") == [str(tagged.pk)]


def test_what_is_asked_for_is_asked_for_on_the_next_page(alice: User, program: Program) -> None:
    for number in range(3):
        entry = make_entry(alice, local_date=TODAY - timedelta(days=number))
        sorting.pick_tags(alice, entry, ["a & b=c"])
        make_entry(alice, local_date=TODAY)
    page = program.get("entries?limit=2&body=true&tag=a%20%26%20b%3Dc")
    follows = program.get(page["next"])
    assert len(follows["entries"]) == 1
    assert follows["entries"][0]["body"]


def test_a_tag_is_found_by_the_name_it_had(alice: User, program: Program) -> None:
    entry = make_entry(alice)
    sorting.pick_tags(alice, entry, ["before"])
    sorting.rename_tag(Tag.objects.get(name="before"), "after")
    assert len(program.get("entries?tag=before")["entries"]) == 1


@pytest.mark.parametrize("cursor", ["x", "AAAA", "%00", "MjAyNg", "a" * 200, "🌙"])
def test_a_cursor_that_is_none_is_explained(program: Program, cursor: str) -> None:
    problem(program.send("GET", f"entries?after={quote(cursor)}"), 422, "invalid")


# --- reading --------------------------------------------------------------------------------


def test_it_reads_one_with_its_version(alice: User, program: Program) -> None:
    entry = make_entry(alice, body=WORDS)
    answer = program.send("GET", f"entries/{entry.pk}")
    assert answer.headers["ETag"] == f'"{entry.version}"'
    assert json.loads(answer.content)["body"] == WORDS
    assert json.loads(answer.content)["trashed_at"] is None


def test_it_reads_from_the_trash_and_says_so(alice: User, program: Program) -> None:
    entry = make_entry(alice, trashed_at=NOW)
    assert program.get(f"entries/{entry.pk}")["trashed_at"] == "2026-11-20T18:30:00Z"


# --- changing -------------------------------------------------------------------------------


def test_a_change_keeps_what_was_there(alice: User, program: Program) -> None:
    entry = make_entry(alice, title="A title", body=WORDS, mood=1)
    change = {"version": entry.version, "body": "Another text."}
    answer = program.send("PATCH", f"entries/{entry.pk}", change)
    assert answer.status_code == 200, answer.content
    entry.refresh_from_db()
    assert (entry.title, entry.body, entry.mood) == ("A title", "Another text.", 1)
    assert Revision.objects.get(entry=entry).body == WORDS
    assert json.loads(answer.content)["version"] == entry.version
    assert answer.headers["ETag"] == f'"{entry.version}"'


def test_no_word_is_lost_of_changes_that_follow_each_other(alice: User, program: Program) -> None:
    """Each request is a hand of its own: within ten minutes, too, each text is kept."""
    entry = make_entry(alice, body="one")
    for text in ("two", "three", "four"):
        version = program.get(f"entries/{entry.pk}")["version"]
        program.send("PATCH", f"entries/{entry.pk}", {"version": version, "body": text})
    kept = Revision.objects.filter(entry=entry).order_by("version").values_list("body", flat=True)
    assert list(kept) == ["one", "two", "three"]


@pytest.mark.parametrize("header", ['"{}"', 'W/"{}"'])
def test_the_version_can_stand_in_if_match(alice: User, program: Program, header: str) -> None:
    entry = make_entry(alice)
    headers = {"if-match": header.format(entry.version)}
    answer = program.send("PATCH", f"entries/{entry.pk}", {"body": "x"}, **headers)
    assert answer.status_code == 200


def test_whichever_version_it_is_can_be_said(alice: User, program: Program) -> None:
    entry = make_entry(alice, body=WORDS)
    answer = program.send("PATCH", f"entries/{entry.pk}", {"body": "x"}, **{"if-match": "*"})
    assert answer.status_code == 200
    assert Revision.objects.get().body == WORDS


def test_a_change_without_a_version_is_not_made(alice: User, program: Program) -> None:
    entry = make_entry(alice, body=WORDS)
    problem(program.send("PATCH", f"entries/{entry.pk}", {"body": "x"}), 428, "version-required")
    entry.refresh_from_db()
    assert entry.body == WORDS


def test_a_version_that_is_no_longer_the_latest_changes_nothing(
    alice: User, program: Program
) -> None:
    entry = make_entry(alice, body="one")
    before = entry.version
    drafting.save(
        owner=alice,
        entry_id=entry.pk,
        draft=make_draft(body="two"),
        hand=make_hand(expected_version=before),
        now=NOW,
    )
    change = {"version": before, "body": "mine", "starred": True, "tags": ["a"]}
    told = problem(program.send("PATCH", f"entries/{entry.pk}", change), 409, "conflict")
    entry.refresh_from_db()
    assert told["version"] == entry.version == before + 1
    assert (entry.body, entry.starred) == ("two", False)
    assert not EntryTag.objects.exists()
    assert "two" not in json.dumps(told)


def test_the_same_change_sent_again_is_done(alice: User, program: Program) -> None:
    entry = make_entry(alice, body="one")
    change = {"version": entry.version, "body": "two"}
    program.send("PATCH", f"entries/{entry.pk}", change)
    again = program.send("PATCH", f"entries/{entry.pk}", change)
    assert again.status_code == 200
    assert json.loads(again.content)["outcome"] == "unchanged"


def test_where_it_belongs_needs_no_version(alice: User, program: Program) -> None:
    entry, notebook = make_entry(alice), sorting.add_notebook(alice, "Apart")
    change = {"starred": True, "notebook": str(notebook.pk), "tags": ["a", "b"]}
    answer = program.send("PATCH", f"entries/{entry.pk}", change)
    assert answer.status_code == 200, answer.content
    read = program.get(f"entries/{entry.pk}")
    assert (read["starred"], read["notebook"], read["tags"]) == (True, str(notebook.pk), ["a", "b"])
    assert read["version"] == entry.version
    program.send("PATCH", f"entries/{entry.pk}", {"notebook": None, "tags": []})
    read = program.get(f"entries/{entry.pk}")
    assert (read["notebook"], read["tags"], read["starred"]) == (None, [], True)


def test_what_is_null_is_taken_away_where_it_may_be(alice: User, program: Program) -> None:
    entry = make_entry(alice, mood=2, body=WORDS)
    change = {"version": entry.version, "mood": None}
    program.send("PATCH", f"entries/{entry.pk}", change)
    entry.refresh_from_db()
    assert (entry.mood, entry.body) == (None, WORDS)
    answer = program.send("PATCH", f"entries/{entry.pk}", {"version": 2, "body": None})
    problem(answer, 422, "invalid")


def test_a_day_that_is_moved_takes_its_moment_along(alice: User, program: Program) -> None:
    entry = make_entry(alice)
    change = {"version": entry.version, "local_date": "2026-01-02"}
    program.send("PATCH", f"entries/{entry.pk}", change)
    entry.refresh_from_db()
    assert str(entry.local_date) == "2026-01-02"
    assert entry.occurred_at == datetime(2026, 1, 2, 18, 30, tzinfo=UTC)


def test_somebody_elses_entry_cannot_be_changed(bob: User, program: Program) -> None:
    entry = make_entry(bob, body=WORDS)
    change = {"version": entry.version, "body": "mine"}
    problem(program.send("PATCH", f"entries/{entry.pk}", change), 404, "not-found")
    problem(program.send("DELETE", f"entries/{entry.pk}"), 404, "not-found")
    entry.refresh_from_db()
    assert (entry.body, entry.trashed_at) == (WORDS, None)


# --- the trash ------------------------------------------------------------------------------


def test_it_goes_into_the_trash_and_no_further(alice: User, program: Program) -> None:
    entry = make_entry(alice)
    for _time in range(2):
        answer = program.send("DELETE", f"entries/{entry.pk}")
        assert (answer.status_code, answer.content) == (204, b"")
    entry.refresh_from_db()
    assert entry.trashed_at is not None
    assert program.get("entries")["entries"] == []


def test_what_is_not_there_cannot_be_thrown_away(program: Program) -> None:
    problem(program.send("DELETE", f"entries/{new_id()}"), 404, "not-found")
