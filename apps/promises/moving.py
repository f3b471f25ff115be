"""Moving a promise: under a lock, by the table, with one event, in one transaction.

Every verb (`making`, `answering`, `changing`, `closing`, `handing_on`, `clock`) takes a `Turn` and
goes through `Turn.say`. Nothing else writes the state of a promise or a row of its ledger.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.promises.models import Amendment, Delivery, Event, Invitation, Promise, Terms
from apps.promises.models.event import Via
from apps.promises.states import ENDED, Facts, Illegal, Move, Role, State, after, first


class Stale(Exception):
    """What was answered is no longer on the table. Nothing was written."""


class Refused(Exception):
    """The move is allowed, but something it needs is missing. `str()` says what, for the page."""


@dataclass(frozen=True)
class Actor:
    """Who speaks, as which party, and how it reaches the ledger."""

    role: Role
    via: Via
    user_id: UUID | None = None
    person_id: UUID | None = None
    invitation_id: UUID | None = None


CLOCK = Actor(Role.CLOCK, Via.SYSTEM)


def as_owner(promise: Promise, role: Role) -> Actor:
    """The owner of the record: as the party they are, or reporting what the other one said."""
    if role in promise.owner_roles:
        return Actor(role, Via.ACCOUNT, user_id=promise.owner_id)
    return Actor(role, Via.REPORTED, user_id=promise.owner_id, person_id=promise.person_id)


def as_guest(promise: Promise, invitation: Invitation) -> Actor:
    """The other person, by a link of theirs."""
    role = promise.guest_role
    if role is None:
        raise Illegal("a promise to oneself has no guest")
    if (invitation.promise_id, invitation.person_id) != (promise.pk, promise.person_id):
        raise Illegal("a link of somebody else, or to something else")
    return Actor(role, Via.LINK, person_id=invitation.person_id, invitation_id=invitation.pk)


class Turn:
    """A promise under a lock, who moves it, and the time."""

    def __init__(self, promise: Promise, actor: Actor, now: datetime) -> None:
        self.promise = promise
        self.actor = actor
        self.now = now

    @property
    def state(self) -> State:
        """Where it stands."""
        return State(self.promise.state)

    @property
    def table(self) -> Terms:
        """The terms on the table: of the change that is open, else the current ones."""
        return self.amendment.terms if self.amendment else self.current

    @cached_property
    def current(self) -> Terms:
        """The terms it stands on: those both agreed to, before that the last that were put."""
        return self.promise.all_terms.get(number=self.promise.version)

    @cached_property
    def amendment(self) -> Amendment | None:
        """The change that is open."""
        if not self.promise.amendment_by:
            return None
        return self.promise.amendments.select_related("terms").get(status=Amendment.Status.OPEN)

    @cached_property
    def delivery(self) -> Delivery | None:
        """What was delivered last."""
        return self.promise.deliveries.order_by("-number").first()

    @property
    def facts(self) -> Facts:
        """What decides besides the state."""
        return self.promise.facts(self.now, waits=bool(self.current.condition))

    def check(self, move: Move) -> State:
        """The state this move leads to. Raises Illegal."""
        if (self.actor.role is Role.CLOCK) is not (self.actor.via is Via.SYSTEM):
            raise Illegal("a party speaks for itself, and only the clock for the clock")
        return after(self.state, move, self.actor.role, self.facts)

    def check_version(self, number: int | None) -> None:
        """That the terms somebody answers are those on the table. Raises Stale."""
        if number != self.table.number:
            raise Stale

    def say(
        self,
        move: Move,
        *,
        note: str = "",
        private_note: str = "",
        said_at: datetime | None = None,
        version: int | None = None,
        **payload: Any,
    ) -> Event:
        """Write one event and take the promise to where it leads. Raises Illegal.

        `said_at` is for what is reported, never later than now, and for the clock the moment that
        passed: a clock that comes late moves a promise from when it should have. `version` names
        the terms it is about, those of the promise where it is left out.
        """
        promise = self.promise
        before = promise.state if promise.seq else ""
        if promise.seq:
            reached = self.check(move)
        else:
            reached = first(move, self.actor.role, self.facts)
        if reached in ENDED or reached is State.DELIVERED:
            self._overtake()
        promise.state = reached
        promise.seq += 1
        said_at = min(said_at or self.now, self.now)
        if self.actor.role is Role.CLOCK:
            promise.moved_at = max(promise.moved_at, said_at)
        else:
            promise.moved_at = self.now
        if reached in ENDED:
            promise.ended_at = promise.ended_at if before == reached else self.now
        else:
            promise.ended_at = None
        promise.save()
        return Event.objects.create(
            owner_id=promise.owner_id,
            promise=promise,
            seq=promise.seq,
            move=move,
            from_state=before,
            to_state=reached,
            role=self.actor.role,
            actor_user_id=self.actor.user_id,
            actor_person_id=self.actor.person_id,
            via=self.actor.via,
            said_at=said_at,
            recorded_at=self.now,
            terms_version=version or promise.version,
            invitation_id=self.actor.invitation_id,
            note=note,
            private_note=private_note,
            payload=payload,
        )

    def stand_on(self, terms: Terms) -> None:
        """Take these terms as the promise's own. The row is saved with the next event."""
        self.promise.version = terms.number
        self.promise.what = terms.what
        self.promise.due_at = terms.due_at
        self.promise.due_precision = terms.due_precision
        self.promise.due_zone = terms.due_zone
        self.current = terms

    def agree_on(self, terms: Terms) -> None:
        """Both have said yes to these terms."""
        self.stand_on(terms)
        self.promise.agreed_version = terms.number
        self.promise.agreed_at = self.promise.agreed_at or self.now
        self.promise.answer_by = None

    def accept(self, terms: Terms, *, at: datetime | None = None) -> None:
        """Note that the party who acts says yes to these terms."""
        said = min(at or self.now, self.now)
        if self.actor.role is Role.PROMISER:
            terms.p_accepted_at = terms.p_accepted_at or said
        else:
            terms.r_accepted_at = terms.r_accepted_at or said
        terms.save(update_fields=["p_accepted_at", "r_accepted_at", "updated_at"])

    def open_amendment(self, amendment: Amendment) -> None:
        """Note that a change waits for the other party."""
        self.amendment = amendment
        self.promise.amendment_by = amendment.by
        self.promise.save(update_fields=["amendment_by", "updated_at"])

    def close_amendment(self, status: str, *, in_time: bool | None = None) -> None:
        """Close the change that is open; `in_time` for one that was agreed to."""
        amendment = self.amendment
        if amendment is None:
            raise Illegal("no change is open")
        amendment.status = status
        amendment.closed_at = self.now
        amendment.agreed_before_due = in_time
        amendment.save()
        self.amendment = None
        self.promise.amendment_by = ""
        self.promise.save(update_fields=["amendment_by", "updated_at"])

    def _overtake(self) -> None:
        """Whatever ends the promise, or delivers it, leaves no change open."""
        if self.amendment:
            self.close_amendment(Amendment.Status.OVERTAKEN)


@contextmanager
def turn(owner: UUID, promise: UUID, actor: Actor, now: datetime) -> Iterator[Turn]:
    """A turn at a promise of this owner, locked until it ends. Raises Promise.DoesNotExist."""
    with locked(owner, promise) as row:
        yield Turn(row, actor, now)


@contextmanager
def locked(owner: UUID, promise: UUID) -> Iterator[Promise]:
    """The row itself, in a transaction, before it is known who acts on it.

    Its key is not locked: a link to it may be written by another turn meanwhile, which would
    otherwise wait for this one, as this one may wait for that.
    """
    with transaction.atomic():
        rows = Promise.objects.select_for_update(of=("self",), no_key=True)
        yield rows.get(owner=owner, pk=promise)
