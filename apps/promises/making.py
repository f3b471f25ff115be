"""How a promise begins: a thought, an offer, a request, or a word that was given aloud."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.people.models import Person
from apps.promises.models import Promise, Terms
from apps.promises.models.event import Via
from apps.promises.models.promise import Kind, Side
from apps.promises.moving import Actor, Refused, Turn
from apps.promises.states import Illegal, Move, Role, State
from apps.promises.wanting import Wanted

# What was said longer ago than this before it was entered is in no figure (M13).
RETRO_AFTER = timedelta(days=7)


@transaction.atomic
def draft(
    *,
    owner: UUID,
    person: Person | None,
    kind: str = Kind.PRODUCE,
    wanted: Wanted,
    now: datetime,
) -> Promise:
    """A thought of an offer, seen by nobody else; to oneself where `person` is None (M01)."""
    turn = _begin(owner, Side.GIVEN if person else Side.OWN, person, kind, wanted, now)
    turn.actor = Actor(Role.PROMISER, Via.ACCOUNT, user_id=owner)
    turn.say(Move.DRAFT)
    return turn.promise


@transaction.atomic
def ask(
    *,
    owner: UUID,
    side: str,
    person: Person,
    kind: str = Kind.PRODUCE,
    wanted: Wanted,
    answer_by: datetime,
    words: str = "",
    said_at: datetime | None = None,
    now: datetime,
) -> Promise:
    """A request (M03): of the owner to somebody, or of somebody to the owner, as they report it.

    `words` are those that were spoken. The request may leave the due moment open.
    """
    if side == Side.OWN:
        raise Illegal("nobody asks themselves: write it down as given")
    turn = _begin(owner, side, person, kind, wanted, now)
    reported = side == Side.GIVEN
    turn.actor = Actor(
        Role.RECIPIENT,
        Via.REPORTED if reported else Via.ACCOUNT,
        user_id=owner,
        person_id=person.pk if reported else None,
    )
    turn.promise.answer_by = answer_by
    _put(turn, turn.current)
    turn.say(Move.ASK, said_at=said_at, note=words)
    return turn.promise


@transaction.atomic
def recorded(
    *,
    owner: UUID,
    side: str,
    person: Person | None,
    kind: str = Kind.PRODUCE,
    wanted: Wanted,
    said_at: datetime,
    where: str = "",
    words: str = "",
    now: datetime,
) -> Promise:
    """A promise already made aloud (M13), entered as owed at once."""
    turn = _begin(owner, side, person, kind, wanted, now)
    _speak_as_promiser(turn, owner)
    _record(turn, said_at=said_at, where=where, words=words)
    return turn.promise


def record(turn: Turn, *, said_at: datetime, where: str = "", words: str = "") -> None:
    """The same, of a draft."""
    turn.check(Move.RECORD)
    _record(turn, said_at=said_at, where=where, words=words)


def offer(turn: Turn, *, answer_by: datetime, note: str = "") -> None:
    """Put a draft on the table (M04). Raises Refused where it is not explicit."""
    turn.check(Move.OFFER)
    terms = turn.current
    if terms.due_at is None:
        raise Refused(_("Say by when: an offer without a day cannot be answered."))
    if not terms.conditions:
        raise Refused(_("Say how they will know that it is done, in one line at least."))
    turn.promise.answer_by = answer_by
    _put(turn, terms)
    turn.say(Move.OFFER, note=note)


def rewrite(turn: Turn, *, person: Person | None, kind: str, wanted: Wanted) -> None:
    """Change a draft: nobody has seen it, so nothing is noted. Raises Illegal for anything else."""
    if turn.state is not State.DRAFT:
        raise Illegal("only a draft is rewritten")
    promise, terms = turn.promise, turn.current
    promise.person = person
    promise.side = Side.GIVEN if person else Side.OWN
    promise.kind = kind
    for name, value in wanted.values().items():
        setattr(terms, name, value)
    terms.save()
    turn.stand_on(terms)
    promise.save()


def discard(turn: Turn) -> None:
    """Let go of a draft that nobody has seen; nothing of it is kept (M02)."""
    turn.check(Move.DISCARD)
    turn.promise.delete()


def _begin(
    owner: UUID, side: str, person: Person | None, kind: str, wanted: Wanted, now: datetime
) -> Turn:
    promise = Promise.objects.create(
        owner_id=owner,
        side=side,
        kind=kind,
        person=person,
        state=State.DRAFT,
        what=wanted.what,
        due_at=wanted.due_at,
        due_precision=wanted.due_precision,
        due_zone=wanted.due_zone,
        moved_at=now,
    )
    turn = Turn(promise, Actor(Role.PROMISER, Via.ACCOUNT, user_id=owner), now)
    turn.current = Terms.objects.create(
        owner_id=owner, promise=promise, number=1, made_by=Role.PROMISER, **wanted.values()
    )
    return turn


def _speak_as_promiser(turn: Turn, owner: UUID) -> None:
    reported = turn.promise.side == Side.ASKED
    turn.actor = Actor(
        Role.PROMISER,
        Via.REPORTED if reported else Via.ACCOUNT,
        user_id=owner,
        person_id=turn.promise.person_id if reported else None,
    )


def _put(turn: Turn, terms: Terms) -> None:
    """Lay terms on the table, agreed to by whoever lays them."""
    terms.put_at = turn.now
    terms.made_by = turn.actor.role
    if turn.actor.role is Role.PROMISER:
        terms.p_accepted_at = turn.now
    else:
        terms.r_accepted_at = turn.now
    terms.save()


def _record(turn: Turn, *, said_at: datetime, where: str, words: str) -> None:
    terms, promise = turn.current, turn.promise
    if terms.due_at is None:
        raise Refused(_("Say by when it is due."))
    said_at = min(said_at, turn.now)
    terms.put_at = turn.now
    terms.made_by = Role.PROMISER
    terms.p_accepted_at = terms.r_accepted_at = said_at
    terms.save()
    turn.agree_on(terms)
    promise.agreed_at = said_at
    promise.is_retro = turn.now - said_at > RETRO_AFTER
    turn.say(Move.RECORD, said_at=said_at, note=words, where=where)
