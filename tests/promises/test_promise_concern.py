"""What a promise takes care of, parts that are asked for, and what Today says of silence."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.promises import closing, reading
from apps.promises.models import Promise, PromiseLink
from apps.promises.states import Role, State
from apps.promises.telling import silence_in_words
from tests.factories import make_concern, make_person, make_promise
from tests.promises.building import in_state
from tests.promises.test_loop import act

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_it_is_tied_to_something_they_said(alice: User, alice_client: Client) -> None:
    ana = make_person(alice)
    concern = make_concern(ana, words="New people feel useful in week one")
    promise = make_promise(alice, person=ana)
    url = reverse("promises:promise_concern", args=[promise.pk])
    alice_client.post(url, {"concern": str(concern.pk)})
    assert concern.words in alice_client.get(promise.get_absolute_url()).content.decode()
    concern.delete()
    promise.refresh_from_db()
    assert promise.concern is None


def test_what_others_care_about_is_not_offered(alice: User, alice_client: Client) -> None:
    other = make_concern(make_person(alice))
    promise = make_promise(alice)
    url = reverse("promises:promise_concern", args=[promise.pk])
    assert alice_client.post(url, {"concern": str(other.pk)}).status_code == 422


def test_a_concern_of_another_owner_is_refused_by_the_database(alice: User, bob: User) -> None:
    theirs = make_concern(make_person(bob))
    promise = make_promise(alice)

    def cross() -> None:
        with transaction.atomic():
            Promise.objects.filter(pk=promise.pk).update(concern=theirs)
            connection.check_constraints()

    with pytest.raises(IntegrityError):
        cross()


def test_somebody_is_asked_for_a_part(alice: User, alice_client: Client, bob: User) -> None:
    whole = make_promise(alice)
    url = reverse("promises:promise_create", args=["ask"])
    data = {
        "what": "The drawings",
        "new_person": "Felix",
        "answer_on": "2098-01-01",
        "kind": "produce",
        "part_of": str(whole.pk),
    }
    assert whole.what in alice_client.get(f"{url}?part_of={whole.pk}").content.decode()
    assert alice_client.post(url, data).status_code == 302
    link = PromiseLink.objects.get()
    assert (link.kind, link.target, link.source.what) == ("part_of", whole, "The drawings")
    theirs = make_promise(bob)
    assert alice_client.post(url, data | {"part_of": str(theirs.pk)}).status_code == 404


def test_who_agreed_is_asked_again_and_not_a_second_time(alice: User) -> None:
    now = timezone.now()
    promise = in_state(alice, State.DELIVERED, now=now)
    with act(promise, Role.RECIPIENT, now) as it:
        closing.satisfied(it, ask_again=True)
    later = now + 91 * DAY
    assert promise in reading.wanted_today(alice, alice.today(later))
    assert promise not in reading.wanted_today(alice, alice.today(now))
    with act(promise, Role.RECIPIENT, later) as it:
        closing.assess(it, worth=closing.Worth(made_possible="It lasted."))
    assert promise not in reading.wanted_today(alice, alice.today(later))


def test_silence_is_said_twice_before_it_breaks_anything(alice: User) -> None:
    promise = in_state(alice, State.OVERDUE, now=timezone.now())
    since = max(promise.moved_at, promise.due_at or promise.moved_at)
    assert silence_in_words(promise, since + 29 * DAY) == ""
    assert "A month" in silence_in_words(promise, since + 31 * DAY)
    assert "two months" in silence_in_words(promise, since + 54 * DAY)
    assert silence_in_words(make_promise(alice), since + 54 * DAY) == ""


def test_what_waits_is_tied_under_its_lock_and_goes_on_when_the_other_is_done(
    alice: User, alice_client: Client
) -> None:
    now = timezone.now()
    other = in_state(alice, State.ACTIVE, now=now)
    waiting = in_state(alice, State.CONDITIONAL, now=now)
    url = reverse("promises:link_create", args=[waiting.pk])
    alice_client.post(url, {"how": "waits_delivered", "other": str(other.pk)})
    with act(other, Role.PROMISER, now) as it:
        closing.deliver(it, claims=[{"met": True}, {"met": True}])
    waiting.refresh_from_db()
    assert waiting.state == State.ACTIVE
    owed = reverse("promises:link_create", args=[other.pk])
    data = {"how": "waits_kept", "other": str(waiting.pk)}
    assert alice_client.post(owed, data).status_code == 422
