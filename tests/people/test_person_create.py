"""Adding somebody."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.core.text import clean
from apps.people.models import Person
from tests.factories import make_person
from tests.htmx import one, soup

NEW = reverse("people:person_create")


def test_it_makes_nobody_by_looking(alice_client) -> None:
    page = soup(alice_client.get(NEW))
    assert one(page, "main form")["action"] == NEW
    assert not Person.objects.exists()


def test_it_adds_somebody_and_says_so(alice_client, alice) -> None:
    data = {"name": " Ana Ruiz ", "how_known": "team", "notes": "Likes\r\nshort mails."}
    response = alice_client.post(NEW, data, follow=True)
    person = Person.objects.get()
    assert response.redirect_chain == [(person.get_absolute_url(), 302)]
    assert (person.owner, person.name, person.how_known) == (alice, "Ana Ruiz", "team")
    assert person.notes == "Likes\nshort mails."
    assert "Ana Ruiz is here now." in one(soup(response), "#messages").get_text()


@pytest.mark.parametrize(
    "data",
    [
        {"name": ""},
        {"name": "   "},
        {"name": "x" * 201},
        {"name": "Ana", "how_known": "x" * 201},
        {"name": "Ana", "notes": "x" * 20_001},
    ],
    ids=["empty", "blank", "name", "how-known", "notes"],
)
def test_it_says_what_is_amiss_and_keeps_what_was_typed(alice_client, data) -> None:
    response = alice_client.post(NEW, data)
    assert response.status_code == 422
    page = soup(response)
    assert page.select_one("main [role=alert]")
    assert one(page, "[name=notes]").get_text(strip=True) == data.get("notes", "")
    assert one(page, "[name=name]").get("value", "") == data["name"]
    assert not Person.objects.exists()


def test_it_takes_what_is_just_short_enough(alice_client) -> None:
    data = {"name": "x" * 200, "how_known": "x" * 200, "notes": "x" * 20_000}
    assert alice_client.post(NEW, data).status_code == 302


def test_an_error_is_tied_to_its_field(alice_client) -> None:
    page = soup(alice_client.post(NEW, {"name": ""}))
    field = one(page, "[name=name]")
    assert field["aria-invalid"] == "true"
    described = field["aria-describedby"].split()
    assert any(page.select(f"#{target}[role=alert]") for target in described)


def test_nobody_is_added_to_somebody_elses_people(alice_client, alice, bob) -> None:
    alice_client.post(NEW, {"name": "Ana", "owner": str(bob.pk), "id": str(make_person(bob).pk)})
    assert Person.objects.for_user(alice).get().name == "Ana"
    assert Person.objects.for_user(bob).count() == 1


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_it_keeps_any_name_and_note_to_the_letter(alice_client, text) -> None:
    response = alice_client.post(NEW, {"name": f"x{text}x", "notes": f"x{text}x"})
    assert response.status_code == 302
    person = Person.objects.get(pk=response.headers["Location"].rstrip("/").rpartition("/")[2])
    assert (person.name, person.notes) == (clean(f"x{text}x"), clean(f"x{text}x"))
