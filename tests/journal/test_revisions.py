"""Earlier texts: when they are made, how they compare, and that they stay."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from apps.core.models import new_id
from apps.journal import drafting
from apps.journal.models import Entry, Revision
from tests.factories import NOW, make_draft, make_entry, make_hand
from tests.htmx import soup


def rewrite(entry, body, *, after=timedelta(0), writer=None, sequence=1) -> None:
    """The entry as it is after another save."""
    entry.refresh_from_db()
    hand = make_hand(writer=writer or new_id(), expected_version=entry.version, sequence=sequence)
    drafting.save(
        owner=entry.owner,
        entry_id=entry.pk,
        draft=make_draft(body=body),
        hand=hand,
        now=entry.saved_at + after,
    )


def test_it_makes_none_within_a_sitting(alice) -> None:
    entry = make_entry(alice, body="One.")
    writer = Entry.objects.get().writer
    for number in range(2, 6):
        rewrite(entry, f"One. {number}", writer=writer, sequence=number)
    assert not Revision.objects.exists()


def test_it_makes_one_after_ten_minutes(alice) -> None:
    entry = make_entry(alice, body="One.")
    writer = Entry.objects.get().writer
    rewrite(entry, "Two.", after=timedelta(minutes=10), writer=writer, sequence=2)
    assert Revision.objects.get().body == "One."


def test_it_makes_one_when_another_page_writes(alice) -> None:
    rewrite(make_entry(alice, body="One."), "Two.")
    assert Revision.objects.get().body == "One."


def test_it_makes_one_before_most_of_a_text_goes(alice) -> None:
    long = "A sentence worth keeping. " * 20
    entry = make_entry(alice, body=long)
    rewrite(entry, "", writer=Entry.objects.get().writer, sequence=2)
    assert Revision.objects.get().body == long


def test_it_brings_a_text_back_and_keeps_the_one_it_replaces(alice_client, alice) -> None:
    entry = make_entry(alice, body="One.")
    rewrite(entry, "Two.")
    first = Revision.objects.get()
    url = reverse("journal:revision_restore", args=[entry.pk, first.pk])
    assert alice_client.post(url).status_code == 302
    entry.refresh_from_db()
    assert (entry.body, entry.version) == ("One.", 3)
    assert entry.body_html == "<p>One.</p>\n"
    assert set(Revision.objects.values_list("body", flat=True)) == {"One.", "Two."}


def test_it_compares_word_by_word(alice_client, alice) -> None:
    entry = make_entry(alice, body="The first page is done.")
    rewrite(entry, "The second page is done.")
    url = reverse("journal:revision_detail", args=[entry.pk, Revision.objects.get().pk])
    page = soup(alice_client.get(url))
    assert page.select_one("del").get_text().endswith("first")
    assert page.select_one("ins").get_text().endswith("second")


def test_it_is_not_there_below_another_entry(alice_client, alice) -> None:
    entry, other = make_entry(alice, body="One."), make_entry(alice)
    rewrite(entry, "Two.")
    url = reverse("journal:revision_detail", args=[other.pk, Revision.objects.get().pk])
    assert alice_client.get(url).status_code == 404


def test_it_cannot_be_changed(alice) -> None:
    rewrite(make_entry(alice, body="One."), "Two.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.update(body="never said")


def test_it_cannot_belong_to_somebody_else(alice, bob) -> None:
    entry = make_entry(alice)
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.create(owner=bob, entry=entry, version=1, saved_at=NOW)
