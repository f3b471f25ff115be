"""T-11: fifty who speak at the same moment about one promise, each on a connection of their own."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction

from apps.promises import answering, changing, closing, handing_on, moving
from apps.promises.models import Amendment, Delivery, Event, Promise, Terms
from apps.promises.moving import Refused, Stale, Turn, turn
from apps.promises.replaying import differing
from apps.promises.states import Illegal, Move, Role, State
from tests.factories import NOW, make_promise, make_user, make_wanted
from tests.journal.test_parallel_saves import at_once
from tests.promises.building import DAY, actor_as, in_state, other_terms, perform

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 50
P, R, S = Role


def speak(promise: Promise, role: Role, verb: Callable[[Turn], object]) -> str:
    """One who speaks, and what came of it: nothing but a yes and the three ways to be refused."""
    try:
        with turn(promise.owner_id, promise.pk, actor_as(promise, role), NOW) as it:
            verb(it)
    except (Illegal, Stale, Refused) as refusal:
        return type(refusal).__name__
    return "said"


def is_whole(promise: Promise) -> bool:
    """The ledger has no hole, and the row is what it says."""
    seqs = list(Event.objects.filter(promise=promise).order_by("seq").values_list("seq", flat=True))
    promise.refresh_from_db()
    return seqs == list(range(1, promise.seq + 1)) and list(differing()) == []


ENDING = [
    (State.REQUESTED, [(Move.PROMISE, P), (Move.DECLINE, P), (Move.WITHDRAW, R)], {}),
    (State.OFFERED, [(Move.ACCEPT, R), (Move.DECLINE, R), (Move.WITHDRAW, P)], {}),
    (State.DRAFT, [(Move.OFFER, P), (Move.RECORD, P)], {}),
    (State.ACTIVE, [(Move.DELIVER, P), (Move.DELIVER, P)], {}),
    (State.ACTIVE, [(Move.PROPOSE, P), (Move.PROPOSE, R)], {}),
    (State.ACTIVE, [(Move.AGREE, R), (Move.REFUSE, R), (Move.DROP, P)], {"amended_by": P}),
    (State.OVERDUE, [(Move.BREAK, P), (Move.REVOKE, P), (Move.RELEASE, R)], {}),
    (State.DELIVERED, [(Move.SATISFIED, R), (Move.NOT_YET, R)], {}),
    (State.DELIVERED, [(Move.SATISFIED, R), (Move.RELEASE, R)], {}),
    (State.UNHEARD, [(Move.SATISFIED, R), (Move.NOT_YET, R)], {}),
    (State.KEPT, [(Move.CORRECT, R)], {}),
]


@pytest.mark.parametrize(("state", "said", "over"), ENDING)
def test_of_fifty_at_once_exactly_one_is_heard(state, said, over) -> None:
    """Each of these leaves nothing for the others to say."""
    promise = in_state(make_user(), state, **over)
    before = Event.objects.filter(promise=promise).count()

    def one(number: int) -> str:
        move, role = said[number % len(said)]
        return speak(promise, role, lambda it: perform(it, move))

    answers = Counter(at_once(one, CROWD))
    assert answers.pop("said") == 1
    assert set(answers) <= {"Illegal", "Stale"}
    assert Event.objects.filter(promise=promise).count() == before + 1
    assert is_whole(promise)


def test_fifty_changes_at_once_are_one() -> None:
    promise = make_promise(make_user())
    answers = at_once(
        lambda number: speak(
            promise, (P, R)[number % 2], lambda it: changing.propose(it, wanted=other_terms(it))
        ),
        CROWD,
    )
    assert Counter(answers) == {"said": 1, "Illegal": CROWD - 1}
    assert Amendment.objects.filter(status="open").count() == 1
    assert Terms.objects.filter(promise=promise).count() == 2
    assert is_whole(promise)


def test_fifty_deliveries_at_once_are_one() -> None:
    promise = make_promise(make_user())
    claims = [{"met": True}, {"met": True}]
    answers = at_once(
        lambda _: speak(promise, P, lambda it: closing.deliver(it, claims=claims)), CROWD
    )
    assert Counter(answers) == {"said": 1, "Illegal": CROWD - 1}
    assert Delivery.objects.count() == 1
    assert is_whole(promise)


def test_fifty_countering_and_accepting_say_yes_only_to_what_lies_on_the_table() -> None:
    promise = in_state(make_user(), State.OFFERED)

    def one(number: int) -> str:
        if number % 2:
            return speak(promise, R, lambda it: answering.accept(it, version=1))
        wanted = make_wanted(what=f"Another {number}", due_at=NOW + 9 * DAY)
        return speak(
            promise, R, lambda it: answering.counter(it, wanted=wanted, answer_by=NOW + DAY)
        )

    answers = Counter(at_once(one, CROWD))
    assert answers == {"said": 1, "Illegal": CROWD - 1}
    assert is_whole(promise)


def test_a_hold_is_counted_however_many_hold_at_once() -> None:
    promise = in_state(make_user(), State.REQUESTED)

    def one(number: int) -> str:
        until = NOW + timedelta(days=2 + number)
        return speak(promise, P, lambda it: answering.hold(it, answer_by=until))

    assert Counter(at_once(one, CROWD)) == {"said": 2, "Refused": CROWD - 2}
    assert is_whole(promise)


def test_a_ring_of_promises_handed_on_at_once_waits_for_nobody_for_ever() -> None:
    """Each turn locks one promise and ties it to the next, which another turn has locked."""
    alice = make_user()
    ring = [make_promise(alice) for _ in range(6)]

    def one(number: int) -> str:
        successor = ring[(number + 1) % len(ring)]
        return speak(
            ring[number],
            P,
            lambda it: handing_on.split(
                it, successors=[successor], consent_words="Fine.", consent_at=NOW
            ),
        )

    answers = [answer for _ in range(3) for answer in at_once(one, len(ring))]
    assert set(answers) <= {"said", "Circle", "Illegal"}
    assert all(is_whole(it) for it in ring)
    states = Counter(Promise.objects.values_list("state", flat=True))
    assert states == {State.SUPERSEDED: len(ring) - 1, State.ACTIVE: 1}


def test_what_waits_for_two_that_are_done_at_once_goes_on_once() -> None:
    alice = make_user()
    waiting = in_state(alice, State.CONDITIONAL)
    done = [make_promise(alice) for _ in range(4)]
    for it in done:
        handing_on.link(waiting, "depends_on", it, until="delivered")
    claims = [{"met": True}, {"met": True}]
    answers = at_once(
        lambda number: speak(done[number], P, lambda it: closing.deliver(it, claims=claims)), 4
    )
    assert answers == ["said"] * 4
    assert Event.objects.filter(promise=waiting, move="condition_met").count() == 1
    assert is_whole(waiting)


def test_it_catches_a_turn_without_a_lock(monkeypatch) -> None:
    """The planted fault: the row is read before anybody waits for anybody."""

    @contextmanager
    def unlocked(owner, promise) -> Iterator[Promise]:
        with transaction.atomic():
            yield Promise.objects.get(owner=owner, pk=promise)

    monkeypatch.setattr(moving, "locked", unlocked)
    promise = make_promise(make_user())
    claims = [{"met": True}, {"met": True}]
    faults = []

    def one(_: int) -> None:
        try:
            speak(promise, P, lambda it: closing.deliver(it, claims=claims))
        except Exception as fault:
            faults.append(fault)

    at_once(one, 12)
    assert faults, "two of them read the same row, and the ledger refuses the second"
