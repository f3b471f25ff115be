"""Changing what was agreed: proposed by one, agreed by the other. Until then the old terms bind."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from apps.promises.answering import put
from apps.promises.models import Amendment
from apps.promises.models.event import Via
from apps.promises.models.terms import CHANGEABLE, SIZE
from apps.promises.moving import Actor, Refused, Turn
from apps.promises.states import Move, State
from apps.promises.wanting import Wanted, difference

MOST_WAIT = timedelta(days=7)


def propose(
    turn: Turn,
    *,
    wanted: Wanted,
    reason: str = "",
    note: str = "",
    private_note: str = "",
    said_at: datetime | None = None,
) -> Amendment:
    """Say openly that it needs to be otherwise (M15). Raises Refused where nothing would change.

    It waits seven days for an answer, or until the due moment if that comes sooner; where that has
    passed, seven days.
    """
    turn.check(Move.PROPOSE)
    promise, before = turn.promise, turn.current
    wanted = wanted.sized_as(before)
    changed = difference(before.said(), wanted.without_size())
    resized = any(getattr(before, name) != getattr(wanted, name) for name in SIZE)
    if not resized and not set(changed) & set(CHANGEABLE):
        raise Refused(_("Nothing would change yet: neither the day, the scope nor a condition."))
    if wanted.due_at is None or promise.due_at is None:
        raise Refused(_("Say by when."))
    if wanted.due_at != promise.due_at and wanted.due_at <= turn.now:
        raise Refused(_("The new day must still be to come."))
    if wanted.condition and "condition" in changed and turn.state is not State.CONDITIONAL:
        raise Refused(_("It is owed already: it cannot wait for something new."))
    limit = turn.now + MOST_WAIT
    soonest = min(limit, promise.due_at) if promise.due_at > turn.now else limit
    terms = put(turn, wanted)
    amendment = Amendment.objects.create(
        owner_id=promise.owner_id,
        promise=promise,
        terms=terms,
        by=turn.actor.role,
        reason=reason,
        proposed_at=turn.now,
        answer_by=soonest,
        lead=promise.due_at - turn.now,
    )
    turn.say(
        Move.PROPOSE,
        note=note,
        private_note=private_note,
        said_at=said_at,
        version=terms.number,
        changed=changed,
        reason=reason,
        lead=amendment.lead.total_seconds(),
    )
    turn.open_amendment(amendment)
    return amendment


def propose_or_change(turn: Turn, **said: Any) -> None:
    """Propose a change; of a promise to oneself, who proposes it agrees to it as well."""
    amendment = propose(turn, **said)
    if turn.promise.is_to_self:
        other = Actor(turn.actor.role.other, Via.ACCOUNT, user_id=turn.promise.owner_id)
        agree(Turn(turn.promise, other, turn.now), version=amendment.terms.number)


def agree(turn: Turn, *, version: int, note: str = "", said_at: datetime | None = None) -> None:
    """Yes to the change (M16). Raises Stale; Refused where the new day is not to come any more."""
    turn.check(Move.AGREE)
    turn.check_version(version)
    terms, promise = turn.table, turn.promise
    if turn.state is State.OVERDUE and terms.due_at is not None and terms.due_at <= turn.now:
        raise Refused(_("The new day has passed as well. Suggest another."))
    in_time = not promise.is_due(turn.now)
    turn.accept(terms, at=said_at)
    turn.agree_on(terms)
    turn.say(Move.AGREE, note=note, said_at=said_at, agreed_before_due=in_time)
    turn.close_amendment(Amendment.Status.AGREED, in_time=in_time)


def refuse(turn: Turn, *, note: str = "", said_at: datetime | None = None) -> None:
    """No to the change, or silence until its day (M17): the old terms go on binding."""
    turn.say(Move.REFUSE, note=note, said_at=said_at)
    turn.close_amendment(Amendment.Status.REFUSED)


def drop(turn: Turn, *, note: str = "", said_at: datetime | None = None) -> None:
    """Take back a change one proposed oneself (M18)."""
    turn.say(Move.DROP, note=note, said_at=said_at)
    turn.close_amendment(Amendment.Status.DROPPED)
