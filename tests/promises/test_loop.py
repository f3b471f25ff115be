"""The loop from a request to a word that it was of worth, by the verbs alone."""

from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from apps.accounts.models import User
from apps.promises import answering, changing, closing, making
from apps.promises.models import Event, Promise
from apps.promises.moving import Turn, as_owner, turn
from apps.promises.states import Illegal, Move, Role, State
from tests.factories import NOW, make_person, make_promise, make_promise_draft, make_wanted

pytestmark = pytest.mark.django_db
P, R = Role.PROMISER, Role.RECIPIENT
DAY = timedelta(days=1)


def act(promise: Promise, role: Role, now=NOW) -> AbstractContextManager[Turn]:
    return turn(promise.owner_id, promise.pk, as_owner(promise, role), now)


def moves(promise: Promise) -> list[str]:
    return list(
        Event.objects.filter(promise=promise).order_by("seq").values_list("move", flat=True)
    )


def test_it_goes_all_the_way(alice: User) -> None:
    promise = making.ask(
        owner=alice.pk,
        side="given",
        person=make_person(alice),
        wanted=make_wanted(due_at=None, conditions=[]),
        answer_by=NOW + 3 * DAY,
        words="Could you write something for new people?",
        now=NOW,
    )
    with act(promise, P) as it:
        answering.counter(it, wanted=make_wanted(), answer_by=NOW + 5 * DAY)
    with act(promise, R) as it:
        answering.accept(it, version=2)
    with act(promise, P, NOW + DAY) as it:
        changing.propose(it, wanted=make_wanted(due_at=NOW + 20 * DAY), reason="estimate")
    with act(promise, R, NOW + 2 * DAY) as it:
        changing.agree(it, version=3)
    with act(promise, P, NOW + 12 * DAY) as it:
        closing.deliver(it, claims=[{"met": True}, {"met": False}])
    with act(promise, R, NOW + 13 * DAY) as it:
        closing.not_yet(it, findings=[False, True], remains="The map is missing.")
    with act(promise, P, NOW + 14 * DAY) as it:
        closing.deliver(it, claims=[{"met": True}, {"met": True}])
    with act(promise, R, NOW + 15 * DAY) as it:
        closing.satisfied(it, worth=closing.Worth(made_possible="I stopped dreading Mondays."))
    promise.refresh_from_db()
    assert promise.state == State.KEPT
    assert promise.due_at == NOW + 20 * DAY
    assert [d.is_accepted for d in promise.deliveries.order_by("number")] == [False, True]
    assert moves(promise) == [
        "ask",
        "counter",
        "accept",
        "propose",
        "agree",
        "deliver",
        "not_yet",
        "deliver",
        "satisfied",
    ]


def test_an_offer_is_explicit(alice: User) -> None:
    promise = make_promise_draft(alice)
    with act(promise, P) as it:
        making.offer(it, answer_by=NOW + 3 * DAY)
    promise.refresh_from_db()
    assert promise.state == State.OFFERED
    with pytest.raises(Illegal), act(promise, P) as it:
        answering.accept(it, version=1)


def test_nothing_is_written_by_what_is_refused(alice: User) -> None:
    promise = make_promise(alice)
    before = moves(promise)
    with pytest.raises(Illegal), act(promise, P) as it:
        closing.release(it, because="forgiven")
    assert moves(promise) == before
    assert Move.RELEASE not in before
