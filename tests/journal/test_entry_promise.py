"""Entries and promises: made of a sentence, written about, found, tied by hand."""

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.core.models import new_id
from apps.journal.models import Entry, EntryPromise
from apps.journal.sentences import MOST_SENTENCES, sentences
from apps.promises.models import Promise
from tests.factories import form_data, make_entry, make_person, make_promise
from tests.htmx import one, soup

pytestmark = pytest.mark.django_db
BODY = "I said yes to Ana. **The guide** will be there on Friday! And then?\n\n- a list\n"


def test_a_sentence_becomes_a_promise_that_the_entry_is_about(
    alice: User, alice_client: Client
) -> None:
    entry = make_entry(alice, body=BODY)
    url = reverse("journal:entry_promise", args=[entry.pk])
    page = soup(alice_client.get(url))
    texts = [label.get_text(strip=True) for label in page.select("label:has([name=sentence])")]
    assert texts == [
        "I said yes to Ana.",
        "The guide will be there on Friday!",
        "And then?",
        "a list",
    ]
    form = soup(alice_client.get(f"{url}?how=offer&sentence=1"))
    assert one(form, "[name=what]")["value"] == "The guide will be there on Friday!"
    person = make_person(alice)
    answer = alice_client.post(
        url, {"how": "offer", "what": "The guide", "person": str(person.pk), "kind": "produce"}
    )
    promise = Promise.objects.get()
    assert answer.url == promise.get_absolute_url()
    assert EntryPromise.objects.get().entry_id == entry.pk
    assert promise.what in alice_client.get(entry.get_absolute_url()).content.decode()


@pytest.mark.parametrize("query", ["how=offer&sentence=99", "how=offer&sentence=x", "how=offer"])
def test_no_sentence_leaves_the_words_open(alice: User, alice_client: Client, query) -> None:
    url = reverse("journal:entry_promise", args=[make_entry(alice, body=BODY).pk])
    assert not one(soup(alice_client.get(f"{url}?{query}")), "[name=what]").get("value")


def test_writing_about_a_promise_ties_the_entry_to_it(alice: User, alice_client: Client) -> None:
    promise = make_promise(alice)
    page = alice_client.get(f"/journal/new/?promise={promise.pk}")
    assert one(soup(page), "[name=promise]")["value"] == str(promise.pk)
    pk = new_id()
    alice_client.post(
        reverse("journal:entry_save", args=[pk]),
        form_data(alice, body="Half of it stands.", promise=str(promise.pk)),
    )
    assert EntryPromise.objects.get().promise == promise
    assert "Half of it stands." in alice_client.get(promise.get_absolute_url()).content.decode()


def test_somebody_elses_promise_is_not_written_about(
    alice: User, alice_client: Client, bob: User
) -> None:
    theirs = make_promise(bob)
    assert alice_client.get(f"/journal/new/?promise={theirs.pk}").status_code == 404
    assert alice_client.get("/journal/new/?promise=x").status_code == 404
    alice_client.post(
        reverse("journal:entry_save", args=[new_id()]),
        form_data(alice, promise=str(theirs.pk)),
    )
    assert Entry.objects.for_user(alice).count() == 1
    assert not EntryPromise.objects.exists()


def test_search_finds_what_was_written_about_a_promise(alice: User, alice_client: Client) -> None:
    promise = make_promise(alice, what="A first-day guide")
    entry = make_entry(alice, body="Half of it stands.")
    make_entry(alice, body="Something else.")
    EntryPromise.objects.create(owner=alice, entry=entry, promise=promise)
    found = alice_client.get(
        "/journal/search/", {"q": 'promise:"guide first-day"'}
    ).content.decode()
    assert "Half of it stands." in found
    assert "Something else." not in found
    nothing = alice_client.get("/journal/search/", {"q": "promise:nonsense"}).content.decode()
    assert "No promise of yours says these words." in nothing


def test_it_is_tied_and_let_go_by_hand(alice: User, alice_client: Client) -> None:
    promise, entry = make_promise(alice), make_entry(alice)
    url = reverse("journal:entry_sort", args=[entry.pk])
    alice_client.post(url, {"tags": "", "notebook": "", "promises": [str(promise.pk)]})
    assert EntryPromise.objects.get().promise == promise
    alice_client.post(url, {"tags": "", "notebook": ""})
    assert not EntryPromise.objects.exists()


@given(st.text(max_size=400))
def test_sentences_are_pieces_of_the_text_in_order(text) -> None:
    found = sentences(text)
    assert len(found) <= MOST_SENTENCES
    assert all(piece == " ".join(piece.split()) and len(piece) > 2 for piece in found)
