"""Closing the loop: done, satisfied or not yet, and every honest way out.

That it is done is asserted by who promised (`Delivery`); what it was worth is said by who received
it (`ValueAssessment`). They are two tables, and never averaged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.promises import changing, handing_on
from apps.promises.models import Delivery, PromiseLink, ValueAssessment
from apps.promises.models.assessment import Sharing
from apps.promises.models.event import Via
from apps.promises.moving import Refused, Turn
from apps.promises.states import ENDED, Illegal, Move, Role, State
from apps.promises.wanting import Wanted

ASSESS_WITHIN = timedelta(days=14)
# What is recorded and delivered within this was done already when it was written down (M13).
SITTING = timedelta(minutes=10)
CORRECT_WITHIN = timedelta(days=7)
# After "delivered, not heard" a late word still counts.
HEARD_WITHIN = timedelta(days=180)
ASK_AGAIN_AFTER = timedelta(days=90)
RELEASED_BECAUSE = ("no_longer_needed", "forgiven", "replaced")


@dataclass(frozen=True)
class Worth:
    """What the other party says it was worth to them."""

    made_possible: str = ""
    took_care: str = ""
    for_the_sake_of: str = ""
    standard: str = ""
    grounds: str = ""
    sharing: str = Sharing.BETWEEN_US

    def says_something(self) -> bool:
        """Whether any of it was filled in."""
        return any(value for name, value in asdict(self).items() if name != "sharing")


def deliver(
    turn: Turn,
    *,
    claims: Sequence[Mapping[str, Any]],
    handed_over: str = "",
    link: str = "",
    note: str = "",
    waived: Mapping[UUID, str] | None = None,
    said_at: datetime | None = None,
) -> Delivery:
    """It is done (M20). Each must-condition is met or excepted with a note, each must-part closed
    or waived with one. Raises Refused.

    `claims` says for each condition of the agreed terms, in their order, `met` and `note`.
    """
    turn.check(Move.DELIVER)
    _waive(turn, waived or {})
    conditions = turn.current.conditions
    if len(claims) != len(conditions):
        raise Refused(_("Say for each condition whether it is met."))
    told = [
        {**condition, "met": bool(claim["met"]), "note": str(claim.get("note", ""))}
        for condition, claim in zip(conditions, claims, strict=True)
    ]
    if any(it["must"] and not it["met"] and not it["note"] for it in told):
        raise Refused(_("Say in a line why a condition that must be met is not."))
    promise = turn.promise
    at = min(said_at or turn.now, turn.now)
    promise.delivered_at = at
    promise.assess_by = turn.now + ASSESS_WITHIN
    if promise.events.filter(move=Move.RECORD, recorded_at__gt=turn.now - SITTING).exists():
        promise.is_retro = True
    event = turn.say(Move.DELIVER, note=note, said_at=at)
    last = turn.delivery
    turn.delivery = Delivery.objects.create(
        owner_id=promise.owner_id,
        promise=promise,
        number=(last.number if last else 0) + 1,
        delivered_at=event.said_at,
        handed_over=handed_over,
        link=link,
        claims=told,
    )
    handing_on.let_go_on(promise, turn.now)
    return turn.delivery


def satisfied(
    turn: Turn,
    *,
    findings: Sequence[bool] = (),
    worth: Worth | None = None,
    note: str = "",
    ask_again: bool = False,
    said_at: datetime | None = None,
) -> None:
    """They are satisfied (M21); with what it makes possible, if they say so."""
    turn.check(Move.SATISFIED)
    _check_heard(turn)
    promise, delivery = turn.promise, turn.delivery
    if ask_again:
        promise.ask_again_on = (turn.now + ASK_AGAIN_AFTER).date()
    promise.assess_by = None
    turn.say(Move.SATISFIED, note=note, said_at=said_at)
    if delivery:
        _answer(turn, delivery, findings or [True] * len(delivery.claims), accepted=True)
    if worth and worth.says_something():
        assess(turn, worth=worth, said_at=said_at)
    handing_on.let_go_on(promise, turn.now)


def not_yet(
    turn: Turn,
    *,
    findings: Sequence[bool],
    remains: str = "",
    wanted: Wanted | None = None,
    said_at: datetime | None = None,
) -> None:
    """Not yet (M22): at least one condition is named, or what remains where there are none.

    Another day than agreed is a change they propose, for the other to agree to. Raises Refused.
    """
    turn.check(Move.NOT_YET)
    _check_heard(turn)
    if all(findings) and not remains:
        raise Refused(_("Say which condition is not met, or what remains."))
    promise, delivery = turn.promise, turn.delivery
    promise.assess_by = None
    unmet = [index for index, found in enumerate(findings) if not found]
    turn.say(Move.NOT_YET, note=remains, said_at=said_at, unmet=unmet)
    if delivery:
        _answer(turn, delivery, findings, accepted=False, remains=remains)
    if wanted is not None and wanted.due_at != promise.due_at:
        changing.propose(turn, wanted=wanted, note=remains, said_at=said_at)


def correct(turn: Turn, *, note: str = "", said_at: datetime | None = None) -> None:
    """They take their word back within seven days (M30): a slip, or they looked again."""
    turn.check(Move.CORRECT)
    last = turn.promise.events.filter(move=Move.SATISFIED).order_by("-seq").first()
    if last is None or turn.now - last.recorded_at > CORRECT_WITHIN:
        raise Illegal("seven days are over")
    turn.promise.assess_by = turn.now + ASSESS_WITHIN
    turn.promise.ask_again_on = None
    turn.say(Move.CORRECT, note=note, said_at=said_at)
    if turn.delivery:
        turn.delivery.answered_at = turn.delivery.is_accepted = None
        turn.delivery.findings, turn.delivery.remains = [], ""
        turn.delivery.save()


def release(turn: Turn, *, because: str, note: str = "", said_at: datetime | None = None) -> None:
    """They let the other off (M24): it is no longer needed, forgiven, or replaced."""
    turn.check(Move.RELEASE)
    if because not in RELEASED_BECAUSE:
        raise Refused(_("Say why: no longer needed, forgiven, or replaced."))
    turn.say(Move.RELEASE, note=note, said_at=said_at, because=because)


def revoke(
    turn: Turn,
    *,
    reason: str,
    note: str = "",
    cost: str = "",
    private_note: str = "",
    offers_repair: bool = False,
    said_at: datetime | None = None,
) -> None:
    """Take a promise back openly (M25). How long before it was due is kept with it."""
    turn.check(Move.REVOKE)
    due = turn.promise.due_at
    at = min(said_at or turn.now, turn.now)
    turn.say(
        Move.REVOKE,
        note=note,
        private_note=private_note,
        said_at=at,
        reason=reason,
        cost=cost,
        notice=(due - at).total_seconds() if due else None,
        offers_repair=offers_repair,
    )


def break_off(
    turn: Turn,
    *,
    reason: str = "",
    note: str = "",
    cost: str = "",
    private_note: str = "",
    said_at: datetime | None = None,
) -> None:
    """Say that it was not kept (M26)."""
    turn.say(
        Move.BREAK,
        note=note,
        private_note=private_note,
        said_at=said_at,
        reason=reason,
        cost=cost,
    )


def assess(turn: Turn, *, worth: Worth, said_at: datetime | None = None) -> ValueAssessment:
    """What it was worth to the other party; may be said again later. Raises Illegal before it is
    delivered: there is nothing to judge yet.
    """
    if turn.state not in {State.DELIVERED, State.KEPT, State.UNHEARD}:
        raise Illegal("nothing was delivered")
    if turn.actor.role is not Role.RECIPIENT:
        raise Illegal("worth is said by who received it")
    promise = turn.promise
    if promise.ask_again_on is not None and promise.ask_again_on <= turn.now.date():
        # They were asked again, and have said it.
        promise.ask_again_on = None
        promise.save(update_fields=["ask_again_on", "updated_at"])
    mine = turn.actor.via is Via.ACCOUNT
    return ValueAssessment.objects.create(
        owner_id=turn.promise.owner_id,
        promise=turn.promise,
        by_owner=False,
        person_id=None if mine else turn.promise.person_id,
        via=turn.actor.via,
        said_at=min(said_at or turn.now, turn.now),
        **asdict(worth),
    )


def assess_own(
    turn: Turn,
    *,
    aliveness: int | None = None,
    meaning: str = "",
    cost: str = "",
    would_again: bool | None = None,
) -> ValueAssessment:
    """How the owner themselves sees it: beside the other's word, never merged with it."""
    if turn.state not in {State.DELIVERED, *ENDED}:
        raise Illegal("it goes on")
    return ValueAssessment.objects.create(
        owner_id=turn.promise.owner_id,
        promise=turn.promise,
        by_owner=True,
        via=Via.ACCOUNT,
        said_at=turn.now,
        aliveness=aliveness,
        meaning=meaning,
        cost=cost,
        would_again=would_again,
    )


def open_parts(turn: Turn) -> list[PromiseLink]:
    """The parts without which it is not done, that have not come to an end."""
    parts = turn.promise.links_back.filter(
        kind=PromiseLink.Kind.PART_OF, is_must=True, is_waived=False
    )
    return list(parts.exclude(source__state__in=ENDED).select_related("source").order_by("id"))


def _waive(turn: Turn, waived: Mapping[UUID, str]) -> None:
    still = open_parts(turn)
    for part in still:
        note = waived.get(part.pk, "")
        if not note:
            raise Refused(
                _("A part is still open: %(part)s. Close it first, or say in a line why it may be.")
                % {"part": part.source.what}
            )
        part.is_waived, part.note = True, note
        part.save(update_fields=["is_waived", "note", "updated_at"])


def _check_heard(turn: Turn) -> None:
    """A word long after "not heard" comes too late (180 days)."""
    ended = turn.promise.ended_at
    if turn.state is State.UNHEARD and ended and turn.now - ended > HEARD_WITHIN:
        raise Illegal("180 days are over")


def _answer(
    turn: Turn, delivery: Delivery, findings: Sequence[bool], *, accepted: bool, remains: str = ""
) -> None:
    delivery.answered_at = turn.now
    delivery.is_accepted = accepted
    delivery.findings = [
        {"text": claim["text"], "must": claim["must"], "met": bool(found)}
        for claim, found in zip(delivery.claims, findings, strict=False)
    ]
    delivery.remains = remains
    delivery.save()
