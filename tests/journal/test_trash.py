"""The trash: in, out, and gone for good."""

from django.urls import reverse

from apps.journal.models import Entry, Revision
from tests.factories import NOW, make_entry
from tests.htmx import one, soup


def test_it_asks_before_it_takes(alice_client, alice) -> None:
    entry = make_entry(alice)
    url = reverse("journal:entry_delete", args=[entry.pk])
    assert soup(alice_client.get(url)).select_one("main form button")
    assert Entry.objects.kept().exists()
    alice_client.post(url)
    assert not Entry.objects.kept().exists()


def test_it_gives_back_what_it_took_as_it_was(alice_client, alice) -> None:
    entry = make_entry(alice, title="A title", mood=1)
    before = Entry.objects.values().get()
    alice_client.post(reverse("journal:entry_delete", args=[entry.pk]))
    alice_client.post(reverse("journal:entry_take_back", args=[entry.pk]))
    after = Entry.objects.values().get()
    assert after == before


def test_what_it_took_comes_back_by_the_button_beside_the_words(alice_client, alice) -> None:
    entry = make_entry(alice)
    url = reverse("journal:entry_delete", args=[entry.pk])
    page = soup(alice_client.post(url, follow=True))
    alice_client.post(str(one(page, "#messages form")["action"]))
    assert Entry.objects.kept().exists()


def test_it_lists_what_it_holds(alice_client, alice) -> None:
    make_entry(alice, title="Thrown away", trashed_at=NOW)
    make_entry(alice, title="Kept")
    page = alice_client.get(reverse("journal:trash_list")).content.decode()
    assert "Thrown away" in page
    assert "Kept</a>" not in page


def test_it_lets_one_entry_go_with_its_earlier_texts(alice_client, alice) -> None:
    entry = make_entry(alice, trashed_at=NOW)
    Revision.objects.create(owner=alice, entry=entry, version=1, body="before", saved_at=NOW)
    alice_client.post(reverse("journal:entry_erase", args=[entry.pk]))
    assert not Entry.objects.exists()
    assert not Revision.objects.exists()


def test_it_lets_nothing_go_that_is_not_in_the_trash(alice_client, alice) -> None:
    entry = make_entry(alice)
    response = alice_client.post(reverse("journal:entry_erase", args=[entry.pk]))
    assert response.status_code == 404
    assert Entry.objects.exists()


def test_it_empties_only_what_is_in_it_and_mine(alice_client, alice, bob) -> None:
    make_entry(alice, trashed_at=NOW)
    kept = make_entry(alice)
    his = make_entry(bob, trashed_at=NOW)
    alice_client.post(reverse("journal:trash_empty"))
    assert set(Entry.objects.values_list("pk", flat=True)) == {kept.pk, his.pk}
