"""Taking somebody off the list."""

from django.urls import reverse

from apps.journal.models import Entry
from apps.people.models import Person
from tests.factories import make_entry, make_person
from tests.htmx import one, soup


def url(person: Person) -> str:
    return reverse("people:person_delete", args=[person.pk])


def test_it_asks_first(alice_client, alice) -> None:
    person = make_person(alice, name="Ana")
    page = soup(alice_client.get(url(person)))
    assert one(page, "main form")["action"] == url(person)
    assert one(page, "main .acts a")["href"] == person.get_absolute_url()
    assert Person.objects.exists()


def test_it_takes_them_off_and_says_so(alice_client, alice) -> None:
    person, other = make_person(alice, name="Ana"), make_person(alice)
    response = alice_client.post(url(person), follow=True)
    assert response.redirect_chain == [(reverse("people:person_list"), 302)]
    assert "Ana is no longer listed." in one(soup(response), "#messages").get_text()
    assert Person.objects.get() == other


def test_it_leaves_what_was_written(alice_client, alice) -> None:
    make_entry(alice, body="Talked with Ana.")
    alice_client.post(url(make_person(alice, name="Ana")))
    assert Entry.objects.get().body == "Talked with Ana."


def test_it_is_not_there_for_a_stranger(bob_client, alice) -> None:
    person = make_person(alice)
    assert bob_client.get(url(person)).status_code == 404
    assert bob_client.post(url(person)).status_code == 404
    assert Person.objects.exists()
