"""Bigger promises: parts, delegation, waiting, handing on, splitting, merging, making good."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.people.models import Person
from apps.promises import answering, making
from apps.promises.models import Promise, PromiseLink
from apps.promises.models.promise import Side
from apps.promises.moving import CLOCK, Refused, Turn, locked
from apps.promises.states import BOUND, Illegal, Move, Role, State
from apps.promises.wanting import Wanted

Kind = PromiseLink.Kind


class Circle(Refused):
    """The link would lead back to where it began. Nothing was written."""


def link(
    source: Promise,
    kind: str,
    target: Promise,
    *,
    is_must: bool = True,
    until: str = "",
    note: str = "",
    cost: str = "",
) -> PromiseLink:
    """Tie two promises of one owner together. Raises Circle, and Illegal across owners."""
    if source.owner_id != target.owner_id:
        raise Illegal("promises of two people")
    try:
        with transaction.atomic():
            return PromiseLink.objects.create(
                owner_id=source.owner_id,
                kind=kind,
                source=source,
                target=target,
                is_must=is_must,
                until=until,
                note=note,
                cost=cost,
            )
    except IntegrityError:
        raise Circle(
            _("That would lead in a circle, or is noted already: nothing was changed.")
        ) from None


def unlink(row: PromiseLink) -> None:
    """Take a link away that says only how two promises hang together. What happened stays."""
    if row.kind in {Kind.SUCCEEDS, Kind.REPAIRS}:
        raise Illegal("this link is part of what happened")
    row.delete()


def wait_for(turn: Turn, other: Promise, *, until: str) -> PromiseLink:
    """Let a promise that is agreed under a condition wait for another one (depends on)."""
    if turn.state not in {State.DRAFT, State.REQUESTED, State.OFFERED, State.CONDITIONAL}:
        raise Illegal("it is owed already")
    return link(turn.promise, Kind.DEPENDS_ON, other, until=until)


def hand_over(
    turn: Turn,
    *,
    successor: Promise,
    consent_words: str,
    consent_at: datetime,
    why: str = "",
) -> None:
    """Somebody else takes the promiser's place (M27). Raises Refused.

    They have accepted (`successor` binds them) and the recipient has agreed to it, which the owner
    reports with the day and the words.
    """
    turn.check(Move.HAND_OVER)
    if State(successor.state) not in BOUND:
        raise Refused(_("They have not said yes yet. Nothing is handed on before that."))
    if not consent_words:
        raise Refused(_("Say in which words the other agreed to it."))
    link(successor, Kind.SUCCEEDS, turn.promise, note=why)
    turn.say(
        Move.HAND_OVER,
        note=why,
        successors=[str(successor.pk)],
        consent={"words": consent_words, "at": min(consent_at, turn.now).isoformat()},
    )


def assign(turn: Turn, *, person: Person, note: str = "", said_at: datetime | None = None) -> None:
    """The recipient passes it to somebody else (M28): who promised owes it to them from now on.

    Links of the former recipient open nothing any more.
    """
    turn.check(Move.ASSIGN)
    promise = turn.promise
    if promise.side != Side.GIVEN:
        raise Illegal("only what is owed to somebody else is passed on by them")
    if person.pk == promise.person_id or person.owner_id != promise.owner_id:
        raise Refused(_("Choose somebody else than now."))
    former = promise.person_id
    promise.invitations.filter(revoked_at=None).update(revoked_at=turn.now)
    promise.person = person
    turn.say(Move.ASSIGN, note=note, said_at=said_at, former=str(former or ""), new=str(person.pk))


def split(
    turn: Turn,
    *,
    successors: Sequence[Promise],
    consent_words: str,
    consent_at: datetime,
    why: str = "",
) -> None:
    """Others take its place (M29): several, or one that it shares with others. Raises Refused."""
    turn.check(Move.SPLIT)
    if not successors:
        raise Refused(_("Name at least one promise that takes its place."))
    if not consent_words and not turn.promise.is_to_self:
        raise Refused(_("Say in which words the other agreed to it."))
    for successor in successors:
        link(successor, Kind.SUCCEEDS, turn.promise, note=why)
    turn.say(
        Move.SPLIT,
        note=why,
        successors=[str(successor.pk) for successor in successors],
        consent={"words": consent_words, "at": min(consent_at, turn.now).isoformat()},
    )


def repair(
    broken: Promise,
    *,
    acknowledgement: str,
    cost: str,
    wanted: Wanted | None = None,
    now: datetime,
) -> Promise:
    """A new draft that makes good what was not kept, or not in time; the old one stays as it is.

    Not a change of state. Raises Illegal where there is nothing to make good.
    """
    if not needs_repair(broken):
        raise Illegal("nothing to make good")
    if not acknowledgement:
        raise Refused(_("Say in your own words what was not kept."))
    draft = making.draft(
        owner=broken.owner_id,
        person=broken.person,
        kind=broken.kind,
        wanted=wanted or Wanted(what=broken.what),
        now=now,
    )
    link(draft, Kind.REPAIRS, broken, note=acknowledgement, cost=cost)
    return draft


def needs_repair(promise: Promise) -> bool:
    """Whether it was given by its owner and taken back, broken, or kept late."""
    if Role.PROMISER not in promise.owner_roles:
        return False
    late = (
        promise.state == State.KEPT
        and promise.delivered_at is not None
        and promise.due_at is not None
        and promise.delivered_at > promise.due_at
    )
    return late or promise.state in {State.REVOKED, State.BROKEN}


def let_go_on(done: Promise, now: datetime) -> int:
    """What waited for this promise is owed from now on (M14 by the clock); says how many.

    A chain: each is answered for by its own promiser.
    """
    reached = {
        State.DELIVERED: ["delivered"],
        State.UNHEARD: ["delivered"],
        State.KEPT: ["delivered", "kept"],
    }
    waiting = done.links_back.filter(
        kind=Kind.DEPENDS_ON,
        until__in=reached.get(State(done.state), []),
        source__state=State.CONDITIONAL,
    )
    moved = 0
    for pk in waiting.values_list("source_id", flat=True):
        moved += _detach(done, pk, now)
    return moved


def _detach(done: Promise, waiting: UUID, now: datetime) -> bool:
    with locked(done.owner_id, waiting) as row:
        if row.state != State.CONDITIONAL:
            return False
        came_about = (done.ended_at if done.state == State.KEPT else done.delivered_at) or now
        answering.condition_met(
            Turn(row, CLOCK, now), said_at=max(row.moved_at, came_about), because=str(done.pk)
        )
        return True
