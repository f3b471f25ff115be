"""Who somebody is, what may be known of them, and what the database refuses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from apps.people.models import Card, Contact, Person
from tests.factories import (
    TODAY,
    make_circle,
    make_concern,
    make_contact,
    make_date,
    make_person,
)
from tests.htmx import one, soup

NEW = reverse("people:person_create")


def test_it_keeps_all_that_is_asked(alice_client) -> None:
    data = {
        "name": "Ana",
        "kind": "group",
        "also_called": " Annie ,, Ana  R. , Annie",
        "works_well_when": "Early.",
        "careful_with": "Dates.",
        "rhythm_weeks": "6",
        "email": "ana@example.org",
        "language": "de",
        "time_zone": "Asia/Tokyo",
    }
    assert alice_client.post(NEW, data).status_code == 302
    person = Person.objects.get()
    kept = {name: str(getattr(person, name)) for name in data}
    assert kept == data | {"also_called": "Annie, Ana R."}
    page = soup(alice_client.get(person.get_absolute_url()))
    text = page.get_text()
    for words in ("A group", "Annie, Ana R.", "Early.", "Deutsch", "Asia/Tokyo", "every 6 weeks"):
        assert words in text


@pytest.mark.parametrize(
    "over",
    [
        {"kind": "friend"},
        {"rhythm_weeks": "0"},
        {"rhythm_weeks": "105"},
        {"email": "nobody"},
        {"language": "xx"},
        {"time_zone": "Mars/Base"},
        {"kind": "pictured", "email": "ana@example.org"},
        {"kind": "pictured", "rhythm_weeks": "6"},
        {"works_well_when": "x" * 2_001},
    ],
)
def test_it_says_what_cannot_be(alice_client, over) -> None:
    response = alice_client.post(NEW, {"name": "Ana"} | over)
    assert response.status_code == 422
    assert soup(response).select("main [role=alert]")
    assert not Person.objects.exists()


def test_nothing_can_be_heard_from_somebody_pictured(alice_client, alice) -> None:
    person = make_person(alice, kind="pictured")
    page = soup(alice_client.get(person.get_absolute_url()))
    assert "Pictured, not met" in page.get_text()
    assert not page.select("#heard")
    url = reverse("people:contact_create", args=[person.pk])
    assert alice_client.get(url).status_code == 404
    assert alice_client.post(url, {"day": TODAY.isoformat()}).status_code == 404


def test_whoever_becomes_pictured_is_not_put_off_any_more(alice_client, alice) -> None:
    person = make_person(alice, name="Ana", snoozed_until=TODAY)
    url = reverse("people:person_edit", args=[person.pk])
    assert alice_client.post(url, {"name": "Ana", "kind": "pictured"}).status_code == 302
    person.refresh_from_db()
    assert (person.kind, person.snoozed_until) == ("pictured", None)


def test_the_list_says_the_kind_quietly(alice_client, alice) -> None:
    make_person(alice, name="Ana", kind="pictured", how_known="on nights")
    page = soup(alice_client.get(reverse("people:person_list")))
    assert one(page, ".person-row .quiet").get_text() == "Pictured, not met · on nights"


BREAK = {
    "kind": lambda p: make_person(p.owner, kind="friend"),
    "rhythm": lambda p: make_person(p.owner, rhythm_weeks=105),
    "no rhythm": lambda p: make_person(p.owner, rhythm_weeks=0),
    "pictured address": lambda p: make_person(p.owner, kind="pictured", email="a@example.org"),
    "pictured rhythm": lambda p: make_person(p.owner, kind="pictured", rhythm_weeks=6),
    "circle rhythm": lambda p: make_circle(p.owner, rhythm_weeks=0),
    "circle without a name": lambda p: make_circle(p.owner, name=""),
    "twice in a circle": lambda p: make_circle(p.owner, p, p),
    "no words": lambda p: make_concern(p, words=""),
    "over before said": lambda p: make_concern(p, settled_on=TODAY - timedelta(days=1)),
    "how": lambda p: make_contact(p, how="dream"),
    "30 February": lambda p: make_date(p, month=2, day=30),
    "31 June": lambda p: make_date(p, month=6, day=31),
    "month 13": lambda p: make_date(p, month=13, day=1),
    "day 0": lambda p: make_date(p, day=0),
    "year 0": lambda p: make_date(p, year=0),
    "no label": lambda p: make_date(p, label=""),
    "no uid": lambda p: Card.objects.create(owner=p.owner, person=p, uid=""),
}


@pytest.mark.parametrize("name", BREAK)
def test_the_database_refuses(alice, name) -> None:
    person = make_person(alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        BREAK[name](person)


def test_a_card_leads_to_one_person(alice, bob) -> None:
    for owner in (alice, bob):
        Card.objects.create(owner=owner, person=make_person(owner), uid="1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Card.objects.create(owner=alice, person=make_person(alice), uid="1")


def test_nothing_is_noted_of_another_owners_person(alice, bob) -> None:
    person = make_person(bob)
    with pytest.raises(IntegrityError):
        note(alice, person)


@transaction.atomic
def note(owner, person) -> None:
    """Add to the log, and let the database look at once."""
    Contact.objects.create(owner=owner, person=person, day=TODAY)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
