"""Entries and cares: written about, tied by hand from both ends, found, and never across owners."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.cares import joining, letting_go
from apps.core.models import new_id
from apps.journal.models import Entry, EntryCare
from apps.journal.reading import PAGE
from tests.factories import NOW, TODAY, form_data, make_care, make_entry
from tests.htmx import one, soup

pytestmark = pytest.mark.django_db


def tie(care, *entries: Entry) -> None:
    for entry in entries:
        EntryCare.objects.create(owner=care.owner, care=care, entry=entry)


def test_writing_about_a_care_ties_the_entry_to_it(alice: User, alice_client: Client) -> None:
    care = make_care(alice, label="Ways in")
    page = soup(alice_client.get(f"/journal/new/?care={care.pk}"))
    assert one(page, "[name=care]")["value"] == str(care.pk)
    assert "Ways in" in one(page, "main").get_text()
    pk = new_id()
    data = form_data(alice, body="I showed her the door.", care=str(care.pk))
    alice_client.post(reverse("journal:entry_save", args=[pk]), data)
    assert EntryCare.objects.get().care == care
    assert "I showed her the door." in alice_client.get(care.get_absolute_url()).content.decode()
    entry = Entry.objects.get(pk=pk)
    tags = one(soup(alice_client.get(entry.get_absolute_url())), ".tags")
    assert one(tags, ".care")["href"] == care.get_absolute_url()


def test_a_page_that_is_not_about_a_care_has_no_field_for_one(alice_client: Client) -> None:
    page = soup(alice_client.get("/journal/new/"))
    assert page.select("[name=care]") == []


def test_somebody_elses_care_is_not_written_about(
    alice: User, alice_client: Client, bob: User
) -> None:
    theirs = make_care(bob)
    assert alice_client.get(f"/journal/new/?care={theirs.pk}").status_code == 404
    assert alice_client.get("/journal/new/?care=x").status_code == 404
    for said in (str(theirs.pk), "x"):
        alice_client.post(
            reverse("journal:entry_save", args=[new_id()]), form_data(alice, care=said)
        )
    assert Entry.objects.for_user(alice).count() == 2
    assert not EntryCare.objects.exists()


def test_search_finds_what_was_written_about_a_care(alice: User, alice_client: Client) -> None:
    care = make_care(alice, label="Ways in, for all")
    tie(care, make_entry(alice, body="I showed her the door."))
    make_entry(alice, body="Something else.")
    found = alice_client.get("/journal/search/", {"q": 'care:"in ways"'}).content.decode()
    assert "I showed her the door." in found
    assert "Something else." not in found
    nothing = alice_client.get("/journal/search/", {"q": "care:nonsense"}).content.decode()
    assert "No care of yours has this name." in nothing


def test_what_was_written_about_the_old_ones_is_found_with_the_new(
    alice: User, alice_client: Client
) -> None:
    care = make_care(alice, label="Both")
    tie(care, make_entry(alice, body="Long ago."))
    parts = [joining.Part("One", "First"), joining.Part("Two", "Second")]
    first, _second = joining.split(owner=alice, care=care.pk, parts=parts, now=NOW)
    for address in (
        "/journal/search/?q=care:first",
        reverse("journal:care_entries", args=[first.pk]),
    ):
        assert "Long ago." in alice_client.get(address).content.decode()
    assert "Long ago." in alice_client.get(first.get_absolute_url()).content.decode()


def test_it_is_tied_and_let_go_by_hand(alice: User, alice_client: Client) -> None:
    care, entry = make_care(alice), make_entry(alice)
    url = reverse("journal:entry_sort", args=[entry.pk])
    alice_client.post(url, {"tags": "", "notebook": "", "cares": [str(care.pk)]})
    assert EntryCare.objects.get().care == care
    assert one(soup(alice_client.get(url)), "[name=cares]").has_attr("checked")
    alice_client.post(url, {"tags": "", "notebook": ""})
    assert not EntryCare.objects.exists()


def test_only_own_cares_that_go_on_are_offered(
    alice: User, alice_client: Client, bob: User
) -> None:
    gone, theirs = make_care(alice), make_care(bob)
    letting_go.let_go(owner=alice, care=gone.pk, now=NOW)
    entry = make_entry(alice)
    url = reverse("journal:entry_sort", args=[entry.pk])
    assert soup(alice_client.get(url)).select("[name=cares]") == []
    make_care(alice)
    for pk in (gone.pk, theirs.pk):
        answer = alice_client.post(url, {"tags": "", "notebook": "", "cares": [str(pk)]})
        assert answer.status_code == 422
    assert not EntryCare.objects.exists()


def test_the_tie_to_a_care_that_was_let_go_waits_for_it(alice: User, alice_client: Client) -> None:
    care, entry = make_care(alice, label="Ways in"), make_entry(alice)
    tie(care, entry)
    letting_go.let_go(owner=alice, care=care.pk, now=NOW)
    assert "Ways in" not in alice_client.get(entry.get_absolute_url()).content.decode()
    url = reverse("journal:entry_sort", args=[entry.pk])
    alice_client.post(url, {"tags": "", "notebook": ""})
    letting_go.take_back(owner=alice, care=care.pk)
    assert "Ways in" in alice_client.get(entry.get_absolute_url()).content.decode()


def test_entries_are_chosen_on_a_page_of_the_care(
    alice: User, alice_client: Client, bob: User
) -> None:
    care = make_care(alice)
    tied, other, unseen = (make_entry(alice, body=word) for word in ("tied", "other", "unseen"))
    tie(care, tied)
    url = reverse("journal:care_choose", args=[care.pk])
    page = soup(alice_client.get(url))
    checked = [box["value"] for box in page.select("[name=entries][checked]")]
    assert checked == [str(tied.pk)]
    tie(care, unseen)
    theirs = make_entry(bob)
    shown = [str(tied.pk), str(other.pk)]
    data = {"shown": shown, "entries": [str(other.pk), str(theirs.pk), "x"]}
    answer = alice_client.post(url, data)
    assert answer.headers["Location"] == care.get_absolute_url()
    assert {link.entry for link in EntryCare.objects.all()} == {other, unseen}


def test_all_about_a_care_is_a_page_at_a_time(alice: User, alice_client: Client) -> None:
    care = make_care(alice)
    for number in range(PAGE + 1):
        day = TODAY - timedelta(days=number)
        tie(care, make_entry(alice, body=f"number {number}.", local_date=day))
    tie(care, make_entry(alice, body="thrown away", trashed_at=NOW))
    url = reverse("journal:care_entries", args=[care.pk])
    page = soup(alice_client.get(url))
    assert len(page.select("article")) == PAGE
    assert "thrown away" not in page.get_text()
    older = soup(alice_client.get(one(page, "a[rel=next]")["href"]))
    assert [f"number {PAGE}." in article.get_text() for article in older.select("article")] == [
        True
    ]


@pytest.mark.parametrize("name", ["journal:care_entries", "journal:care_choose"])
def test_a_stranger_learns_nothing(name, alice: User, alice_client: Client, bob: User) -> None:
    gone = make_care(alice)
    letting_go.let_go(owner=alice, care=gone.pk, now=NOW)
    for care in (make_care(bob), gone):
        assert alice_client.get(reverse(name, args=[care.pk])).status_code == 404


def test_no_tie_crosses_owners(alice: User, bob: User) -> None:
    def crossing(owner: User, care, entry: Entry) -> None:
        EntryCare.objects.create(owner=owner, care=care, entry=entry)
        connection.check_constraints()

    def cross(owner: User, care, entry: Entry) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            crossing(owner, care, entry)

    cross(alice, make_care(bob), make_entry(alice))
    cross(alice, make_care(alice), make_entry(bob))
    cross(bob, make_care(alice), make_entry(alice))
    care, entry = make_care(alice), make_entry(alice)
    tie(care, entry)
    with pytest.raises(IntegrityError), transaction.atomic():
        tie(care, entry)
