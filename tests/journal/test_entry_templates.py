"""Saved beginnings, and entries that begin with them."""

import pytest
from django.urls import reverse

from apps.core.models import new_id
from apps.journal.models import Entry, EntryTemplate
from tests.factories import make_entry
from tests.htmx import fields, one, soup

LIST = reverse("journal:template_list")
NEW = reverse("journal:entry_create")


@pytest.fixture
def template(alice) -> EntryTemplate:
    return EntryTemplate.objects.create(
        owner=alice, name="Friday", title="The week", body="What went well?\n\nFor whom?"
    )


def test_it_is_saved_and_changed(alice_client) -> None:
    sent = {"name": "Friday", "title": "", "body": "What went well?"}
    alice_client.post(reverse("journal:template_create"), sent)
    template = EntryTemplate.objects.get()
    url = reverse("journal:template_edit", args=[template.pk])
    assert "What went well?" in soup(alice_client.get(url)).get_text()
    alice_client.post(url, sent | {"name": "Thursday"})
    assert "Thursday" in soup(alice_client.get(LIST)).get_text()


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "x" * 65}, {"body": "x" * 20_001}])
def test_it_says_what_is_amiss(alice_client, wrong) -> None:
    sent = {"name": "Friday", "title": "", "body": "b"} | wrong
    response = alice_client.post(reverse("journal:template_create"), sent)
    assert response.status_code == 422
    assert one(soup(response), "[aria-invalid=true]")
    assert not EntryTemplate.objects.exists()


def test_an_entry_begins_with_it_and_looking_makes_nothing(alice_client, template) -> None:
    page = soup(alice_client.get(NEW, {"template": template.pk}))
    assert one(page, ".chips [aria-current]").get_text() == "Friday"
    form = one(page, "main form[autocomplete=off]")
    assert not one(page, "tl-writer").has_attr("data-unsaved")
    assert not Entry.objects.exists()
    alice_client.post(str(form["action"]), fields(form))
    entry = Entry.objects.get()
    assert (entry.title, entry.body) == (template.title, template.body)


def test_it_goes_and_its_entries_stay(alice_client, template) -> None:
    form = one(soup(alice_client.get(NEW, {"template": template.pk})), "form[autocomplete=off]")
    alice_client.post(str(form["action"]), fields(form))
    alice_client.post(reverse("journal:template_delete", args=[template.pk]))
    assert not EntryTemplate.objects.exists()
    assert Entry.objects.get().body == template.body


def test_picking_one_forgets_neither_the_day_nor_what_is_answered(
    alice_client, alice, template
) -> None:
    old = make_entry(alice)
    page = soup(alice_client.get(NEW, {"date": "2020-02-29", "answers": old.pk}))
    page = soup(
        alice_client.get(NEW + str(one(page, "a[href*='?template=']")["href"]).removeprefix(NEW))
    )
    assert one(page, "[name=local_date]")["value"] == "2020-02-29"
    assert one(page, "[name=answers]")["value"] == str(old.pk)
    assert "What went well?" in one(page, "[name=body]").get_text()


@pytest.mark.parametrize("asked", ["nonsense", ""])
def test_what_is_no_template_is_an_empty_page(alice_client, asked) -> None:
    page = soup(alice_client.get(NEW, {"template": asked}))
    assert one(page, "[name=body]").get_text().strip() == ""


def test_a_template_of_somebody_else_is_not_there(bob_client, template) -> None:
    for pk in (template.pk, new_id()):
        assert bob_client.get(NEW, {"template": pk}).status_code == 404
    assert "Friday" not in soup(bob_client.get(NEW)).get_text()
