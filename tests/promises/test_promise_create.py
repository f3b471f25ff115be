"""The six ways in which a promise begins."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.people.models import Person
from apps.promises.models import Event, Promise
from tests.factories import make_person

pytestmark = pytest.mark.django_db
TERMS = {
    "what": "A first-day guide",
    "musts": "It is read\n\nNobody asks",
    "nices": "It fits on four pages",
    "due_on": "2099-02-01",
    "kind": "produce",
}


def url(how: str) -> str:
    return reverse("promises:promise_create", args=[how])


@pytest.mark.parametrize(
    ("how", "over", "side", "state", "move", "via"),
    [
        ("asked", {"answer_on": "2098-01-01"}, "given", "requested", "ask", "reported"),
        ("offer", {}, "given", "draft", "draft", "account"),
        ("said", {"said_on": "2026-01-02"}, "given", "active", "record", "account"),
        ("ask", {"answer_on": "2098-01-01"}, "asked", "requested", "ask", "account"),
        ("promised-me", {"said_on": "2026-01-02"}, "asked", "active", "record", "reported"),
        ("myself", {}, "own", "active", "record", "account"),
    ],
)
def test_it_begins_in_each_way(
    alice: User, alice_client: Client, how, over, side, state, move, via
) -> None:
    person = make_person(alice)
    whom = {} if side == "own" else {"person": str(person.pk)}
    assert alice_client.get(url(how)).status_code == 200
    answer = alice_client.post(url(how), TERMS | whom | over)
    promise = Promise.objects.get()
    assert answer.url == promise.get_absolute_url()
    assert (promise.side, promise.state) == (side, state)
    assert promise.person == (None if side == "own" else person)
    event = Event.objects.get()
    assert (event.move, event.via) == (move, via)
    terms = promise.all_terms.get()
    assert [(it["text"], it["must"]) for it in terms.conditions] == [
        ("It is read", True),
        ("Nobody asks", True),
        ("It fits on four pages", False),
    ]
    assert str(promise.due_on) == "2099-02-01"


def test_somebody_new_is_added_with_it(alice: User, alice_client: Client) -> None:
    alice_client.post(url("offer"), TERMS | {"new_person": "Ana Marić"})
    assert Promise.objects.get().person == Person.objects.get(owner=alice, name="Ana Marić")


def test_what_was_said_long_ago_is_in_no_figure(alice: User, alice_client: Client) -> None:
    over = {"new_person": "Ana", "said_on": "2020-01-02"}
    alice_client.post(url("said"), TERMS | over)
    assert Promise.objects.get().is_retro


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"what": ""}, "required"),
        ({"new_person": ""}, "Say who is at the other end"),
        ({"due_on": "never"}, "valid date"),
        ({"due_on": "0001-01-01"}, "no such day"),
        ({"due_time": "09:00", "due_on": ""}, "on which day"),
        ({"condition": "The budget comes"}, "until when"),
        ({"novelty": "1"}, "all four"),
        ({"musts": "\n".join(map(str, range(30)))}, "Twenty conditions"),
        ({"musts": "x" * 301}, "at most 300"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_made(
    alice: User, alice_client: Client, over, said
) -> None:
    answer = alice_client.post(url("offer"), TERMS | {"new_person": "Ana"} | over)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Promise.objects.exists()
    assert not Person.objects.exists()


def test_somebody_elses_person_is_nobody(alice: User, alice_client: Client, bob: User) -> None:
    theirs = make_person(bob)
    answer = alice_client.post(url("offer"), TERMS | {"person": str(theirs.pk)})
    assert answer.status_code == 422
    assert alice_client.get(f"{url('offer')}?person={theirs.pk}").status_code == 404


def test_there_is_no_seventh_way(alice_client: Client) -> None:
    assert alice_client.get(url("shout")).status_code == 404


def test_a_draft_is_rewritten_until_it_is_offered(alice: User, alice_client: Client) -> None:
    alice_client.post(url("offer"), TERMS | {"new_person": "Ana"})
    promise = Promise.objects.get()
    edit = reverse("promises:promise_edit", args=[promise.pk])
    again = TERMS | {"what": "A shorter guide", "person": str(promise.person_id)}
    assert alice_client.post(edit, again).status_code == 302
    promise.refresh_from_db()
    assert (promise.what, promise.seq) == ("A shorter guide", 1)
    move = reverse("promises:promise_move", args=[promise.pk, "offer"])
    alice_client.post(move, {"seq": "1", "answer_on": "2098-01-01"})
    assert alice_client.post(edit, again | {"what": "A longer one"}).status_code == 302
    promise.refresh_from_db()
    assert promise.what == "A shorter guide"
