"""Until both agree: counter, promise, accept, hold, decline, withdraw; and a condition that is met.

Silence is never agreement.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.promises.models import Terms
from apps.promises.moving import Refused, Turn
from apps.promises.states import Move, Role
from apps.promises.wanting import Wanted, difference

MOST_HOLDS = 2


def counter(turn: Turn, *, wanted: Wanted, answer_by: datetime, note: str = "") -> None:
    """Other terms instead (M05 and M06). Raises Refused where they are the same."""
    turn.check(Move.COUNTER)
    before = turn.current
    changed = difference(before.said(), wanted.without_size())
    if not changed:
        raise Refused(_("Nothing is different yet: change at least one thing, or say yes."))
    if wanted.due_at is None:
        raise Refused(_("Say by when."))
    terms = put(turn, wanted.sized_as(before))
    turn.stand_on(terms)
    turn.promise.answer_by = answer_by
    turn.promise.holds = 0
    turn.say(Move.COUNTER, note=note, changed=changed)


def promise(
    turn: Turn,
    *,
    version: int,
    confidence: int | None = None,
    is_chosen: bool | None = None,
    if_then: str = "",
    note: str = "",
    said_at: datetime | None = None,
) -> None:
    """Yes, I will (M07). Raises Stale for terms that are not on the table any more."""
    turn.check(Move.PROMISE)
    _agree(turn, version, said_at)
    turn.promise.confidence = confidence
    turn.promise.is_chosen = is_chosen
    turn.promise.if_then = if_then
    turn.say(Move.PROMISE, note=note, said_at=said_at)


def accept(turn: Turn, *, version: int, note: str = "", said_at: datetime | None = None) -> None:
    """Yes, please (M08). Raises Stale for terms that are not on the table any more."""
    turn.check(Move.ACCEPT)
    _agree(turn, version, said_at)
    turn.say(Move.ACCEPT, note=note, said_at=said_at)


def hold(turn: Turn, *, answer_by: datetime, note: str = "") -> None:
    """I will answer by then (M09): later than now, and twice at most. Raises Refused."""
    turn.check(Move.HOLD)
    if turn.promise.holds >= MOST_HOLDS:
        raise Refused(_("It was put off twice already. Say yes, no, or something else instead."))
    if answer_by <= turn.now:
        raise Refused(_("Choose a day that is still to come."))
    turn.promise.holds += 1
    turn.promise.answer_by = answer_by
    turn.say(Move.HOLD, note=note, answer_by=answer_by.isoformat())


def decline(
    turn: Turn, *, note: str = "", private_note: str = "", said_at: datetime | None = None
) -> None:
    """No (M10). A reason may be shared, and the owner may keep another to themselves."""
    turn.say(Move.DECLINE, note=note, private_note=private_note, said_at=said_at)


def withdraw(
    turn: Turn, *, note: str = "", private_note: str = "", said_at: datetime | None = None
) -> None:
    """Take one's own terms back before they were answered (M11)."""
    turn.say(Move.WITHDRAW, note=note, private_note=private_note, said_at=said_at)


def condition_met(
    turn: Turn, *, evidence: str = "", said_at: datetime | None = None, **because: Any
) -> None:
    """What it waited for has come about (M14): it is owed from now on."""
    turn.say(Move.CONDITION_MET, note=evidence, said_at=said_at, **because)


def put(turn: Turn, wanted: Wanted) -> Terms:
    """New terms on the table, agreed to by whoever lays them; numbered after all there were."""
    last = turn.promise.all_terms.order_by("-number").values_list("number", flat=True).first() or 0
    terms = Terms(
        owner_id=turn.promise.owner_id,
        promise=turn.promise,
        number=last + 1,
        made_by=turn.actor.role,
        put_at=turn.now,
        **wanted.values(),
    )
    if turn.actor.role is Role.PROMISER:
        terms.p_accepted_at = turn.now
    else:
        terms.r_accepted_at = turn.now
    terms.save()
    return terms


def _agree(turn: Turn, version: int, said_at: datetime | None) -> None:
    turn.check_version(version)
    terms = turn.current
    if terms.due_at is None:
        raise Refused(_("No day was named. Say by when, as a suggestion of yours."))
    turn.accept(terms, at=said_at)
    turn.agree_on(terms)
