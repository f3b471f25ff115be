"""Changing what is written about somebody, on a page of its own and in the row of the list."""

from django.urls import reverse

from apps.people.models import Person
from tests.factories import make_person
from tests.htmx import same


def test_it_changes_by_a_plain_form(alice_client, alice) -> None:
    ana = make_person(alice, name="Ana")
    url = reverse("people:person_edit", args=[ana.pk])
    response = alice_client.post(url, {"name": "Ana Ruiz", "how_known": "team", "notes": ""})
    assert response.status_code == 302
    ana.refresh_from_db()
    assert (ana.name, ana.how_known) == ("Ana Ruiz", "team")


def test_it_changes_the_row_as_a_reload_would(htmx_client, alice) -> None:
    ana = make_person(alice, name="Ana")
    listing = reverse("people:person_list")
    page = htmx_client.page(listing)
    row = f"#person-{ana.pk}-row"
    htmx_client.follow(page, f"{row} a[hx-get]")
    response = htmx_client.submit(page, f"{row} form", name="Ana Ruiz")
    assert response.headers["HX-Trigger"] == '{"personChanged": {}}'
    same(page, htmx_client.page(listing))


def test_it_leaves_the_row_as_it_was(htmx_client, alice) -> None:
    ana = make_person(alice)
    page = htmx_client.page(reverse("people:person_list"))
    before = str(page.select_one("main"))
    htmx_client.follow(page, f"#person-{ana.pk}-row a[hx-get]")
    assert page.select("form[hx-post]")
    htmx_client.follow(page, f"#person-{ana.pk}-row form a[hx-get]")
    assert str(page.select_one("main")) == before


def test_it_says_what_is_missing(htmx_client, alice) -> None:
    ana = make_person(alice, name="Ana")
    page = htmx_client.page(reverse("people:person_list"))
    htmx_client.follow(page, f"#person-{ana.pk}-row a[hx-get]")
    response = htmx_client.submit(page, f"#person-{ana.pk}-row form", name="  ")
    assert response.status_code == 422
    assert page.select_one(f"#person-{ana.pk}-row [role=alert]")
    assert Person.objects.get().name == "Ana"


def test_it_is_not_there_for_a_stranger(bob_client, alice) -> None:
    url = reverse("people:person_edit", args=[make_person(alice).pk])
    assert bob_client.get(url).status_code == 404
    assert bob_client.post(url, {"name": "Mine"}).status_code == 404


def test_it_gives_a_whole_page_when_history_is_restored(htmx_client, alice) -> None:
    ana = make_person(alice)
    url = reverse("people:person_edit", args=[ana.pk])
    response = htmx_client.get(
        url, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )
    assert response.content.lstrip().lower().startswith(b"<!doctype")
