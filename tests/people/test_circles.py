"""Circles: one name each, who is in them, and the list by circle."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from apps.people.models import Circle, CircleMember
from tests.factories import make_circle, make_person
from tests.htmx import one, soup

LIST = reverse("people:circle_list")
NEW = reverse("people:circle_create")


def test_it_begins_one(alice_client, alice) -> None:
    response = alice_client.post(NEW, {"name": "  First   readers ", "rhythm_weeks": "6"})
    assert response.status_code == 302
    circle = Circle.objects.get()
    assert (circle.owner, circle.name, circle.rhythm_weeks) == (alice, "First readers", 6)
    assert "a word every 6 weeks" in soup(alice_client.get(LIST)).get_text()


@pytest.mark.parametrize("name", ["team", "TEAM", "Téam", " team "])
def test_there_is_one_of_each_name(alice_client, alice, name) -> None:
    make_circle(alice, name="Team")
    response = alice_client.post(NEW, {"name": name, "rhythm_weeks": ""})
    assert response.status_code == 422
    assert "There is a circle of that name already." in soup(response).get_text()


@pytest.mark.parametrize("weeks", ["0", "105", "-1", "x"])
def test_it_takes_no_rhythm_that_is_none(alice_client, weeks) -> None:
    response = alice_client.post(NEW, {"name": "Team", "rhythm_weeks": weeks})
    assert response.status_code == 422


def test_another_persons_circle_may_have_the_name(alice_client, bob) -> None:
    make_circle(bob, name="Team")
    assert alice_client.post(NEW, {"name": "Team", "rhythm_weeks": ""}).status_code == 302


def test_it_keeps_its_own_name(alice_client, alice) -> None:
    circle = make_circle(alice, name="Team")
    url = reverse("people:circle_edit", args=[circle.pk])
    assert alice_client.post(url, {"name": "team", "rhythm_weeks": "2"}).status_code == 302
    circle.refresh_from_db()
    assert (circle.name, circle.rhythm_weeks) == ("team", 2)


def test_letting_it_go_leaves_the_people(alice_client, alice) -> None:
    person = make_person(alice)
    circle = make_circle(alice, person)
    url = reverse("people:circle_delete", args=[circle.pk])
    assert one(soup(alice_client.get(url)), "main form")["action"] == url
    alice_client.post(url)
    assert not Circle.objects.exists()
    person.refresh_from_db()


def test_somebody_is_put_into_circles_on_their_own_form(alice_client, alice, bob) -> None:
    person = make_person(alice, name="Ana")
    old, kept, new = (make_circle(alice, name=name) for name in "abc")
    for circle in (old, kept):
        CircleMember.objects.create(owner=alice, circle=circle, person=person)
    url = reverse("people:person_edit", args=[person.pk])
    page = soup(alice_client.get(url))
    checked = {box["value"] for box in page.select("[name=circles][checked]")}
    assert checked == {str(old.pk), str(kept.pk)}
    alice_client.post(url, {"name": "Ana", "circles": [kept.pk, new.pk]})
    assert set(person.memberships.values_list("circle", flat=True)) == {kept.pk, new.pk}
    theirs = make_circle(bob)
    assert alice_client.post(url, {"name": "Ana", "circles": [theirs.pk]}).status_code == 422


def test_the_row_of_the_list_changes_no_circle_and_no_rhythm(htmx_client, alice) -> None:
    person = make_person(alice, name="Ana", rhythm_weeks=6, careful_with="dates")
    make_circle(alice, person)
    page = htmx_client.page(reverse("people:person_list"))
    row = f"#person-{person.pk}-row"
    htmx_client.follow(page, f"{row} a[hx-get]")
    htmx_client.submit(page, f"{row} form", name="Ana Ruiz")
    # The same form, sent by a browser in which the script stopped in between.
    url = reverse("people:person_edit", args=[person.pk])
    htmx_client.post(url, {"name": "Ana R.", "how_known": "", "notes": "", "part": "row"})
    person.refresh_from_db()
    assert (person.name, person.rhythm_weeks, person.careful_with) == ("Ana R.", 6, "dates")
    assert person.memberships.count() == 1


def test_the_list_shows_those_of_a_circle(alice_client, alice) -> None:
    ana = make_person(alice, name="Ana")
    make_person(alice, name="Ben")
    circle = make_circle(alice, ana, name="Team")
    page = soup(alice_client.get(circle.get_absolute_url()))
    assert [row.get_text() for row in page.select(".person-row .name")] == ["Ana"]
    assert one(page, ".cluster [aria-current]").get_text() == "Team"


@pytest.mark.parametrize("asked", ["", "x", "0192f0c1-2b3c-7d4e-8f50-61728394a5b6"])
def test_a_circle_that_is_not_there_is_everybody(alice_client, alice, asked) -> None:
    make_circle(alice, make_person(alice))
    page = soup(alice_client.get(reverse("people:person_list"), {"circle": asked}))
    assert len(page.select(".person-row")) == 1


def test_it_is_not_there_for_a_stranger(bob_client, alice) -> None:
    circle = make_circle(alice)
    for name in ("circle_edit", "circle_delete"):
        url = reverse(f"people:{name}", args=[circle.pk])
        assert bob_client.get(url).status_code == 404
        assert bob_client.post(url, {"name": "Mine"}).status_code == 404


def test_no_place_in_a_circle_crosses_owners(alice, bob) -> None:
    for circle, person in (
        (make_circle(alice), make_person(bob)),
        (make_circle(bob), make_person(alice)),
    ):
        with pytest.raises(IntegrityError):
            join(alice, circle, person)


@transaction.atomic
def join(owner, circle, person) -> None:
    """Put somebody into a circle, and let the database look at once."""
    CircleMember.objects.create(owner=owner, circle=circle, person=person)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
