"""What the ledger says of a promise, worked out anew: its row is a cache of that.

Only the order, the kinds and the moments of events are read, never their words, so that it holds
for a ledger whose words were erased.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from apps.promises.closing import SITTING
from apps.promises.making import RETRO_AFTER
from apps.promises.models import Event, Promise, Terms
from apps.promises.moving import locked
from apps.promises.states import ENDED, Illegal, Move, Role, State, replayed

BATCH = 200
AGREES = {Move.RECORD, Move.PROMISE, Move.ACCEPT, Move.AGREE}
PUTS = {Move.DRAFT, Move.ASK, Move.OFFER, Move.COUNTER}
CLOSES = {Move.AGREE, Move.REFUSE, Move.DROP}


def told_by(events: Sequence[Event]) -> dict[str, Any]:
    """The fields of a promise that its events determine. Raises Illegal for a broken ledger."""
    if [it.seq for it in events] != list(range(1, len(events) + 1)):
        raise Illegal("a hole in the ledger")
    state = replayed(
        (Move(it.move), Role(it.role), _state(it.from_state), State(it.to_state)) for it in events
    )
    if state is None:
        raise Illegal("no ledger at all")
    told: dict[str, Any] = {
        "state": state.value,
        "seq": len(events),
        "version": 1,
        "agreed_version": None,
        "agreed_at": None,
        "amendment_by": "",
        "holds": 0,
        "delivered_at": None,
        "ended_at": None,
        "moved_at": events[0].recorded_at,
        "is_retro": False,
    }
    recorded_at = None
    for event in events:
        move = Move(event.move)
        if move in AGREES | PUTS:
            told["version"] = event.terms_version
        if move in AGREES:
            told["agreed_version"] = event.terms_version
            agreed_at = event.said_at if move is Move.RECORD else event.recorded_at
            told["agreed_at"] = told["agreed_at"] or agreed_at
        if move is Move.PROPOSE:
            told["amendment_by"] = event.role
        elif move in CLOSES or event.to_state in {*ENDED, State.DELIVERED}:
            told["amendment_by"] = ""
        if move in {Move.HOLD, Move.COUNTER}:
            told["holds"] = told["holds"] + 1 if move is Move.HOLD else 0
        if move is Move.RECORD:
            recorded_at = event.recorded_at
            told["is_retro"] = event.recorded_at - event.said_at > RETRO_AFTER
        if move is Move.DELIVER:
            told["delivered_at"] = event.said_at
            if recorded_at and event.recorded_at - recorded_at < SITTING:
                told["is_retro"] = True
        if event.to_state not in ENDED:
            told["ended_at"] = None
        elif event.to_state != event.from_state:
            told["ended_at"] = event.recorded_at
        by_clock = event.role == Role.CLOCK
        moved_at = event.said_at if by_clock else event.recorded_at
        told["moved_at"] = max(told["moved_at"], moved_at) if by_clock else moved_at
    return told


def differing(
    owner: UUID | None = None, among: Collection[UUID] | None = None
) -> Iterator[tuple[UUID, UUID, list[str]]]:
    """Owner, id and the names of the fields that are not what the ledger says; `ledger` where the
    ledger itself does not hold together. Each is looked at again under its lock.

    Of everybody, of one owner, or of some promises of theirs.
    """
    rows = Promise.objects.order_by("pk")
    if owner is not None:
        rows = rows.filter(owner=owner)
    if among is not None:
        rows = rows.filter(pk__in=among)
    batch = list(rows[:BATCH])
    while batch:
        events = _events(batch)
        terms = _terms(batch)
        for row in batch:
            if _compare(row, events.get(row.pk, []), terms):
                names = _again(row)
                if names:
                    yield row.owner_id, row.pk, names
        batch = list(rows.filter(pk__gt=batch[-1].pk)[:BATCH])


def repair(owner: UUID, pk: UUID) -> bool:
    """Make the row what its ledger says; whether that could be done."""
    with locked(owner, pk) as row:
        names = _again(row)
        if "ledger" in names:
            return False
        told = _told(row, _events([row]).get(row.pk, []), _terms([row]))
        for name in names:
            setattr(row, name, told[name])
        row.save(update_fields=[*names, "updated_at"])
        return True


def made_again(owner: UUID, among: Collection[UUID]) -> Iterator[UUID]:
    """Make these rows what their ledgers say; the ids of those whose ledger says what cannot be."""
    for _owner, pk, names in differing(owner, among):
        try:
            is_repaired = "ledger" not in names and repair(owner, pk)
        except IntegrityError:
            is_repaired = False
        if not is_repaired:
            yield pk


def _again(row: Promise) -> list[str]:
    with locked(row.owner_id, row.pk) as fresh:
        return _compare(fresh, _events([fresh]).get(fresh.pk, []), _terms([fresh]))


def _compare(
    row: Promise, events: Sequence[Event], terms: dict[tuple[UUID, int], Terms]
) -> list[str]:
    try:
        told = _told(row, events, terms)
    except Illegal:
        return ["ledger"]
    return [name for name, value in told.items() if getattr(row, name) != value]


def _told(
    row: Promise, events: Sequence[Event], terms: dict[tuple[UUID, int], Terms]
) -> dict[str, Any]:
    told = told_by(events)
    stands_on = terms.get((row.pk, told["version"]))
    if stands_on is None:
        raise Illegal("terms that are not there")
    return told | {"what": stands_on.what, "due_at": stands_on.due_at}


def _events(rows: Sequence[Promise]) -> dict[UUID, list[Event]]:
    found: dict[UUID, list[Event]] = {}
    events = Event.objects.filter(promise__in=[row.pk for row in rows])
    for event in events.defer("note", "private_note", "payload").order_by("promise_id", "seq"):
        found.setdefault(event.promise_id, []).append(event)
    return found


def _terms(rows: Sequence[Promise]) -> dict[tuple[UUID, int], Terms]:
    terms = Terms.objects.filter(promise__in=[row.pk for row in rows])
    found = terms.only("promise_id", "number", "what", "due_at")
    return {(it.promise_id, it.number): it for it in found}


def _state(name: str) -> State | None:
    return State(name) if name else None
