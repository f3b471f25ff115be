"""The newest entries for a device that writes without a network."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.journal import drafting, reading
from apps.journal.models import Entry
from tests.factories import NOW, TODAY, make_draft, make_entry, make_hand

URL = "/journal/recent/"
SCRIPT = {"accept": "application/json"}


def bodies(answer) -> list[str]:
    return [entry["body"] for entry in answer.json()["entries"]]


def test_it_gives_the_newest_with_all_that_a_writer_needs(alice, alice_client) -> None:
    old = make_entry(alice, body="before", local_date=TODAY - timedelta(1))
    new = make_entry(alice, title="A day", body="now", mood=1)
    first, second = alice_client.get(URL).json()["entries"]
    assert (first["id"], second["id"]) == (str(new.pk), str(old.pk))
    form = alice_client.get(reverse("journal:entry_edit", args=[new.pk])).context["form"]
    for name, value in first.items():
        if name not in {"id", "version"}:
            shown = form[name].value()
            assert value == str(shown if shown is not None else ""), name
    assert first["version"] == form["expected_version"].value()


def test_it_says_whose_they_are(alice, alice_client) -> None:
    """A page whose person is no longer logged in must not keep them as its own."""
    assert alice_client.get(URL).json()["person"] == str(alice.pk)


def test_it_leaves_out_the_trash_others_and_what_is_very_long(alice, bob, alice_client) -> None:
    make_entry(alice, body="kept")
    make_entry(alice, body="gone", trashed_at=NOW)
    make_entry(alice, body="x" * (reading.LONGEST_RECENT + 1))
    make_entry(bob, body="another's")
    assert bodies(alice_client.get(URL)) == ["kept"]


def test_it_gives_no_more_than_it_says(alice, alice_client) -> None:
    for number in range(reading.RECENT + 2):
        make_entry(alice, body=str(number))
    assert len(bodies(alice_client.get(URL))) == reading.RECENT


def test_what_has_not_changed_is_not_sent_again(alice, alice_client) -> None:
    entry = make_entry(alice, body="one")
    mark = alice_client.get(URL).headers["ETag"]
    again = alice_client.get(URL, headers={"if-none-match": mark})
    assert (again.status_code, again.content) == (304, b"")
    drafting.save(
        owner=alice,
        entry_id=entry.pk,
        draft=make_draft(body="two"),
        hand=make_hand(expected_version=1),
        now=NOW,
    )
    assert bodies(alice_client.get(URL, headers={"if-none-match": mark})) == ["two"]


@pytest.mark.parametrize("change", ["trash", "add"])
def test_every_change_of_what_is_there_changes_the_mark(alice, change) -> None:
    entry = make_entry(alice)
    before = reading.recent_mark(alice)
    if change == "trash":
        Entry.objects.filter(pk=entry.pk).update(trashed_at=NOW)
    else:
        make_entry(alice)
    assert reading.recent_mark(alice) != before


def test_a_mark_is_good_for_one_person(alice, bob) -> None:
    assert reading.recent_mark(alice) != reading.recent_mark(bob)


def test_whoever_is_logged_out_is_told_so(db) -> None:
    assert Client().get(URL, headers=SCRIPT).status_code == 401


def test_it_is_kept_nowhere_on_the_way(alice_client) -> None:
    assert alice_client.get(URL).headers["Cache-Control"] == "no-store, private"
