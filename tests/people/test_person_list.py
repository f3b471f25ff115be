"""Everybody, by name, as people sort names."""

from django.urls import reverse

from tests.factories import make_person
from tests.htmx import one, soup

LIST = reverse("people:person_list")


def names(response) -> list[str]:
    return [row.get_text(strip=True) for row in soup(response).select(".person-row .name")]


def test_it_says_what_belongs_here_when_empty(alice_client) -> None:
    page = soup(alice_client.get(LIST))
    assert one(page, "main a.go")["href"] == reverse("people:person_create")
    assert not page.select("ul.rows")


def test_it_sorts_by_name_without_regard_to_case_and_accents(alice_client, alice) -> None:
    for name in ("Zoë", "ana", "Émile", "Bea", "Ágnes"):
        make_person(alice, name=name)
    assert names(alice_client.get(LIST)) == ["Ágnes", "ana", "Bea", "Émile", "Zoë"]


def test_it_shows_how_somebody_is_known(alice_client, alice) -> None:
    make_person(alice, name="Ana", how_known="from the night shift")
    assert "from the night shift" in one(soup(alice_client.get(LIST)), ".person-row").get_text()


def test_it_shows_nobody_of_anybody_else(alice_client, alice, bob) -> None:
    make_person(alice, name="Ana")
    make_person(bob, name="Bob's friend")
    assert names(alice_client.get(LIST)) == ["Ana"]


def test_each_row_can_be_changed_without_scripts(alice_client, alice) -> None:
    person = make_person(alice)
    page = soup(alice_client.get(LIST))
    link = one(page, f"#person-{person.pk}-row a[hx-get]")
    assert link["href"] == reverse("people:person_edit", args=[person.pk])


def test_it_takes_no_form(alice_client) -> None:
    assert alice_client.post(LIST).status_code == 405
