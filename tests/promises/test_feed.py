"""The calendar feed: read by a second library, secret, and gone when it is turned off."""

from datetime import timedelta

import pytest
import vobject
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.promises import feeding
from apps.promises.models import CalendarFeed
from apps.promises.states import State
from tests.factories import make_person, make_promise
from tests.promises.building import in_state

pytestmark = pytest.mark.django_db
EDIT = "/promises/calendar/feed/"


def feed(client: Client, owner: User) -> str:
    url = feeding.address_of(owner)
    assert url
    answer = client.get("/calendar/" + url.rsplit("/", 1)[1])
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    return answer.content.decode()


def test_another_library_reads_what_is_due(alice: User, alice_client: Client) -> None:
    now = timezone.now()
    person = make_person(alice, name="Ana Geheim")
    what = "Bread; butter, and “jam”: 漢字 " + "x" * 120
    promise = make_promise(alice, person=person, what=what, due_at=now + timedelta(days=9))
    in_state(alice, State.KEPT, now=now)
    make_promise(alice, due_at=now + timedelta(days=2), due_precision="time")
    alice_client.post(EDIT, {"do": "make"})
    text = feed(Client(), alice)
    events = vobject.readOne(text).vevent_list
    assert len(events) == 2
    day = next(event for event in events if str(promise.pk) in event.uid.value)
    assert day.summary.value == what
    assert day.dtstart.value == promise.due_on
    timed = next(event for event in events if event is not day)
    assert timed.dtstart.value == (now + timedelta(days=2)).replace(microsecond=0)
    assert "Geheim" not in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_the_address_is_kept_as_a_digest_and_can_be_taken_back(
    alice: User, alice_client: Client
) -> None:
    alice_client.post(EDIT, {"do": "make"})
    first = feeding.address_of(alice)
    assert first
    secret = first.rsplit("/", 1)[1].removesuffix(".ics")
    row = CalendarFeed.objects.get()
    assert secret not in row.digest + row.sealed
    alice_client.post(EDIT, {"do": "make"})
    assert Client().get(reverse("calendar_feed", args=[secret])).status_code == 404
    second = feeding.address_of(alice)
    assert second
    alice_client.post(EDIT, {"do": "off"})
    assert Client().get("/calendar/" + second.rsplit("/", 1)[1]).status_code == 404
    assert feeding.address_of(alice) is None


def test_nobody_reads_the_days_of_who_is_leaving(alice: User) -> None:
    secret = feeding.make(alice)
    User.objects.filter(pk=alice.pk).update(deletion_asked_at=timezone.now())
    assert Client().get(reverse("calendar_feed", args=[secret])).status_code == 404
