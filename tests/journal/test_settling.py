"""What follows from a text: its tags, the people it names, its words; never at a save's expense."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.journal import drafting, settling
from apps.journal.models import Entry, EntryPerson, EntryTag, EntryWords, Tag, Unsettled
from apps.journal.query import parse
from apps.journal.searching import search
from tests.factories import NOW, TODAY, form_data, make_draft, make_entry, make_hand, make_person

JSON = {"Accept": "application/json"}


def tags(entry: Entry) -> set[str]:
    return set(EntryTag.objects.filter(entry=entry).values_list("tag__name", flat=True))


def people(entry: Entry) -> set[str]:
    return set(EntryPerson.objects.filter(entry=entry).values_list("person__name", flat=True))


def test_it_links_what_the_text_names(alice) -> None:
    make_person(alice, name="Jonas Berg")
    make_person(alice, name="Ana")
    entry = make_entry(alice, body="#Release with @jonas and @Ana, and @Nobody.")
    settling.settle(alice, entry.pk)
    assert tags(entry) == {"Release"}
    assert people(entry) == {"Jonas Berg", "Ana"}
    assert EntryWords.objects.get(entry=entry).version == entry.version
    assert not Unsettled.objects.exists()


def test_a_name_that_two_people_share_names_neither(alice) -> None:
    make_person(alice, name="Jonas Berg")
    make_person(alice, name="Jonas Holm")
    entry = make_entry(alice, body="@Jonas said, and @“Jonas Holm” agreed.")
    settling.settle(alice, entry.pk)
    assert people(entry) == {"Jonas Holm"}


def test_case_and_accents_make_no_second_tag(alice) -> None:
    first, second = make_entry(alice, body="#Café"), make_entry(alice, body="#cafe")
    for entry in (first, second):
        settling.settle(alice, entry.pk)
    assert Tag.objects.get().name == "Café"
    assert tags(second) == {"Café"}


def test_what_the_text_no_longer_names_is_let_go_and_what_was_picked_stays(alice) -> None:
    entry = make_entry(alice, body="#one #two")
    settling.settle(alice, entry.pk)
    picked = Tag.objects.create(owner=alice, name="picked", key="picked")
    EntryTag.objects.create(owner=alice, entry=entry, tag=picked)
    Entry.objects.filter(pk=entry.pk).update(body="#two", version=entry.version + 1)
    settling.settle(alice, entry.pk)
    assert tags(entry) == {"two", "picked"}


def test_nobody_elses_people_are_named(alice, bob) -> None:
    make_person(bob, name="Jonas")
    entry = make_entry(alice, body="@Jonas")
    settling.settle(alice, entry.pk)
    assert people(entry) == set()


def test_a_page_settles_when_it_rests(alice_client, alice) -> None:
    data = form_data(alice, body="#resting", sequence="1")
    entry_id = data["writer"]
    address = reverse("journal:entry_save", args=[entry_id])
    alice_client.post(address, data, headers=JSON)
    assert Unsettled.objects.count() == 1
    assert not Tag.objects.exists(), "nobody wants half a word for a tag"
    response = alice_client.post(reverse("journal:entry_settle", args=[entry_id]), headers=JSON)
    assert response.status_code == 204
    assert Tag.objects.get().name == "resting"
    assert not Unsettled.objects.exists()


@pytest.mark.parametrize("more", [{}, {"sequence": "1", "then": "rest"}])
def test_a_save_that_is_the_last_settles(alice_client, alice, more) -> None:
    """A form without a script, and a page that is left."""
    data = form_data(alice, body="#leaving", **more)
    alice_client.post(reverse("journal:entry_save", args=[data["writer"]]), data)
    assert Tag.objects.get().name == "leaving"


def test_a_failure_loses_nothing(alice_client, alice, monkeypatch) -> None:
    def broken(entries: object) -> None:
        raise ValueError

    monkeypatch.setattr(settling, "index", broken)
    data = form_data(alice, body="#kept all the same")
    response = alice_client.post(reverse("journal:entry_save", args=[data["writer"]]), data)
    assert response.status_code == 302
    assert Entry.objects.get().body == "#kept all the same"
    assert Unsettled.objects.count() == 1
    monkeypatch.undo()
    assert settling.settle_left_behind(timezone.now() + timedelta(minutes=1)) == 1
    assert Tag.objects.get().name == "kept"


def test_the_queue_leaves_open_pages_alone(alice) -> None:
    make_entry(alice, body="#now")
    assert settling.settle_left_behind(timezone.now()) == 0
    assert settling.settle_left_behind(timezone.now() + timedelta(minutes=1)) == 1


def test_what_is_changed_outside_the_writer_is_found_at_once(alice_client, alice) -> None:
    """A text that was brought back, and a tag that was picked (no page is there to rest)."""
    entry = make_entry(alice, body="The lighthouse was dark.")
    drafting.save(
        owner=alice,
        entry_id=entry.pk,
        draft=make_draft(body="Something else."),
        hand=make_hand(expected_version=1),
        now=NOW + timedelta(hours=1),
    )
    kept = entry.revisions.get()
    alice_client.post(reverse("journal:revision_restore", args=[entry.pk, kept.pk]))
    assert found(alice, "lighthouse") == [entry]
    alice_client.post(reverse("journal:entry_sort", args=[entry.pk]), {"tags": "harbour"})
    assert found(alice, "tag:harbour lighthouse") == found(alice, "harbour") == [entry]


def found(owner, text: str) -> list:
    return [each.entry for each in search(owner, parse(text, TODAY)).found]
