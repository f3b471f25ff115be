"""One person's page, and their row of the list."""

from uuid import uuid4

from django.urls import reverse

from tests.factories import make_person
from tests.htmx import one, soup


def test_it_shows_what_is_noted(alice_client, alice) -> None:
    person = make_person(alice, name="Ana", how_known="team", notes="First line.\n\nSecond.")
    page = soup(alice_client.get(person.get_absolute_url()))
    assert one(page, "h1").get_text() == "Ana"
    assert [p.get_text() for p in page.select(".prose p")] == ["First line.", "Second."]


def test_it_says_when_nothing_is_noted(alice_client, alice) -> None:
    page = soup(alice_client.get(make_person(alice).get_absolute_url()))
    assert not page.select("main .prose")
    assert page.select("main .quiet")


def test_the_title_of_the_page_names_nobody(alice_client, alice) -> None:
    page = soup(alice_client.get(make_person(alice, name="Ana").get_absolute_url()))
    assert "Ana" not in page.title.get_text()


def test_it_gives_the_row_to_whoever_asks_for_the_row(htmx_client, alice) -> None:
    person = make_person(alice)
    headers = {"HX-Request": "true", "HX-Target": f"li#person-{person.pk}-row"}
    row = soup(htmx_client.get(person.get_absolute_url(), headers=headers))
    assert one(row, "li")["id"] == f"person-{person.pk}-row"
    assert not row.select("html")


def test_it_is_not_there_for_a_stranger(bob_client, alice) -> None:
    assert bob_client.get(make_person(alice).get_absolute_url()).status_code == 404


def test_nobody_is_not_there(alice_client) -> None:
    assert alice_client.get(reverse("people:person_detail", args=[uuid4()])).status_code == 404
    assert alice_client.get("/people/nobody/").status_code == 404
