"""Every (state, move, role) there is: what the table allows works by its verb, all else is refused.

Promises in every state, and the moves, are built in tests/promises/building.py.
"""

import pytest

from apps.accounts.models import User
from apps.promises import states
from apps.promises.models import Amendment, Delivery, Event, Promise, PromiseLink, Terms
from apps.promises.models.promise import Side
from apps.promises.moving import CLOCK, turn
from apps.promises.states import BINDING, Illegal, Move, Role, State, is_step, legal
from tests.factories import NOW
from tests.promises.building import (
    actor_as,
    amendment_for,
    in_state,
    is_reachable,
    perform,
    taken_back,
)

pytestmark = pytest.mark.django_db
LEGAL = set(legal())
SIDES = list(Side)
P, R, S = Role


def whole(owner: User) -> list[list[tuple]]:
    """All that is kept about promises, so that nothing can change unseen."""
    tables = (Promise, Event, Terms, Amendment, Delivery, PromiseLink)
    return [list(it.objects.filter(owner=owner).order_by("pk").values_list()) for it in tables]


def refused(promise: Promise, move: Move, role: Role) -> bool:
    """Whether this is refused as what cannot be said here."""
    with (
        pytest.raises(Illegal) as raised,
        turn(promise.owner_id, promise.pk, actor_as(promise, role), NOW) as it,
    ):
        perform(it, move)
    return raised.type is Illegal


def test_all_triples_are_asked() -> None:
    assert len(State) * len(Move) * len(Role) == 1392
    assert len(LEGAL) == 73


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("state", State)
def test_what_the_table_does_not_allow_is_refused_and_leaves_nothing(
    alice: User, state: State, role: Role
) -> None:
    promise = in_state(alice, state)
    before = whole(alice)
    for move in Move:
        if (state, move, role) not in LEGAL:
            assert refused(promise, move, role), move
    assert whole(alice) == before


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("state", State)
def test_what_the_table_allows_works_from_every_side(alice: User, state: State, side: str) -> None:
    """Each promise is led to the state once, and each move taken back before the next."""
    allowed: dict[Role | None, list[tuple[Move, Role]]] = {}
    for source, move, role in sorted(LEGAL):
        if source is state and not (move is Move.ASSIGN and side != Side.GIVEN):
            allowed.setdefault(amendment_for(move, role), []).append((move, role))
    for amended_by, moves in allowed.items() if is_reachable(state, side) else ():
        with taken_back():
            promise = in_state(alice, state, side, amended_by=amended_by)
            for move, role in moves:
                with taken_back():
                    works(promise, move, role)


def works(promise: Promise, move: Move, role: Role) -> None:
    """Make this move, which the table allows here, and look at what it leaves."""
    state = State(promise.state)
    events = Event.objects.filter(promise=promise)
    count = promise.seq
    assert events.count() == count
    with turn(promise.owner_id, promise.pk, actor_as(promise, role), NOW) as it:
        perform(it, move)
    if move is Move.DISCARD:
        assert not Promise.objects.filter(pk=promise.pk).exists()
        return
    after = Promise.objects.get(pk=promise.pk)
    event = events.order_by("-seq")[0]
    assert events.count() == count + 1
    assert (event.move, event.role, event.from_state) == (move, role, state)
    assert event.to_state == after.state
    assert is_step(state, move, role, State(after.state))


@pytest.mark.parametrize("by", [None, P, R])
@pytest.mark.parametrize("state", BINDING)
def test_a_change_is_answered_by_the_other_and_there_is_one(
    alice: User, state: State, by: Role | None
) -> None:
    promise = in_state(alice, state, amended_by=by)
    before = whole(alice)
    allowed = {(Move.PROPOSE, P), (Move.PROPOSE, R)}
    if by is not None:
        allowed = {(Move.AGREE, by.other), (Move.REFUSE, by.other), (Move.REFUSE, S)}
        allowed |= {(Move.DROP, by)}
    for move in (Move.PROPOSE, Move.AGREE, Move.REFUSE, Move.DROP):
        for role in Role:
            if (move, role) not in allowed:
                assert refused(promise, move, role), (move, role)
                assert whole(alice) == before
            else:
                actor = actor_as(promise, role)
                with taken_back(), turn(alice.pk, promise.pk, actor, NOW) as it:
                    perform(it, move)


@pytest.mark.parametrize("side", [Side.ASKED, Side.OWN])
def test_only_what_is_owed_to_somebody_else_is_passed_on(alice: User, side: str) -> None:
    assert refused(in_state(alice, State.ACTIVE, side), Move.ASSIGN, R)


def test_it_catches_a_table_that_allows_too_much(alice: User, monkeypatch) -> None:
    """The planted fault: who promised may say for themselves that they are satisfied."""
    cell = states._BY_CELL[State.DELIVERED, Move.SATISFIED, R]
    monkeypatch.setitem(states._BY_CELL, (State.DELIVERED, Move.SATISFIED, P), cell)
    promise = in_state(alice, State.DELIVERED)
    with pytest.raises(pytest.fail.Exception):
        refused(promise, Move.SATISFIED, P)


def test_the_clock_is_no_party(alice: User) -> None:
    promise = in_state(alice, State.DELIVERED)
    with pytest.raises(Illegal), turn(alice.pk, promise.pk, CLOCK, NOW) as it:
        perform(it, Move.SATISFIED)
