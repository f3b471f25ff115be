"""Notebooks: added, renamed, let go, and what is in them."""

import pytest
from django.urls import reverse

from apps.journal import sorting
from apps.journal.models import Entry, Notebook
from tests.factories import make_entry
from tests.htmx import one, soup

LIST = reverse("journal:notebook_list")


@pytest.fixture
def notebook(alice) -> Notebook:
    return sorting.add_notebook(alice, "Night shifts")


def test_it_adds_one(alice_client) -> None:
    page = soup(alice_client.post(LIST, {"name": " Night  shifts "}, follow=True))
    assert one(page, "h1").get_text() == "Night shifts"


@pytest.mark.parametrize("name", ["", "NIGHT SHIFTS", "x" * 65])
def test_it_says_what_is_amiss_with_a_name(alice_client, notebook, name) -> None:
    response = alice_client.post(LIST, {"name": name})
    assert response.status_code == 422
    assert one(soup(response), "[aria-invalid=true]")
    assert Notebook.objects.count() == 1


def test_it_shows_what_is_in_it_and_how_much(alice_client, alice, notebook) -> None:
    inside, _ = make_entry(alice, body="Inside."), make_entry(alice, body="Outside.")
    sorting.move_entries(alice, [inside.pk], notebook)
    assert "1 entry" in soup(alice_client.get(LIST)).get_text()
    page = soup(alice_client.get(notebook.get_absolute_url())).get_text()
    assert "Inside." in page
    assert "Outside." not in page


def test_the_journal_shows_entries_of_all_notebooks(alice_client, alice, notebook) -> None:
    entry = make_entry(alice, body="Inside.")
    sorting.move_entries(alice, [entry.pk], notebook)
    assert "Inside." in soup(alice_client.get(reverse("journal:entry_list"))).get_text()


def test_it_is_renamed(alice_client, notebook) -> None:
    url = reverse("journal:notebook_rename", args=[notebook.pk])
    assert one(soup(alice_client.get(url)), "[name=name]")["value"] == "Night shifts"
    alice_client.post(url, {"name": "Nights"})
    notebook.refresh_from_db()
    assert notebook.name == "Nights"
    sorting.add_notebook(notebook.owner, "Days")
    assert alice_client.post(url, {"name": "days"}).status_code == 422


def test_it_goes_and_its_entries_stay(alice_client, alice, notebook) -> None:
    entry = make_entry(alice)
    sorting.move_entries(alice, [entry.pk], notebook)
    url = reverse("journal:notebook_delete", args=[notebook.pk])
    assert "Its entries stay" in soup(alice_client.get(url)).get_text()
    page = soup(alice_client.post(url, follow=True))
    assert Entry.objects.get().notebook is None
    alice_client.post(str(one(page, "#messages form")["action"]))
    assert Entry.objects.get().notebook == Notebook.objects.get(name="Night shifts")


def test_an_entry_cannot_be_put_into_a_notebook_of_somebody_else(alice_client, alice, bob) -> None:
    theirs, entry = sorting.add_notebook(bob, "His"), make_entry(alice)
    url = reverse("journal:entry_sort", args=[entry.pk])
    assert alice_client.post(url, {"tags": "", "notebook": str(theirs.pk)}).status_code == 422
    assert Entry.objects.get().notebook is None
