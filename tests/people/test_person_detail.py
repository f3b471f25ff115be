"""One person's page, and their row of the list."""

from uuid import uuid4

import pytest
from django.urls import reverse

from apps.journal import sorting
from tests.factories import make_entry, make_person
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


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("Ana", "@Ana"),
        ("Ana Marić", '@"Ana Marić"'),
        ("-ana:OR", "@-ana:OR"),
        ("R&D #1", '@"R&D #1"'),
    ],
)
def test_it_leads_to_what_was_written_about_them(alice_client, alice, name, query) -> None:
    person = make_person(alice, name=name)
    entry = make_entry(alice, body="About somebody.")
    sorting.pick_people(alice, entry, [person.pk])
    page = soup(alice_client.get(person.get_absolute_url()))
    found = soup(alice_client.get(str(one(page, "[aria-labelledby=written] a.btn")["href"])))
    assert one(found, "#q")["value"] == query
    assert [row["id"] for row in found.select(".entry-row")] == [f"entry-{entry.pk}-row"]


def test_it_leads_nowhere_when_no_search_can_say_the_name(alice_client, alice) -> None:
    page = soup(alice_client.get(make_person(alice, name='Ana "Nan" M').get_absolute_url()))
    assert not page.select("[aria-labelledby=written] a.btn")


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
