"""Promises in every state, reached by the verbs alone, and every move with plausible arguments."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.core.models import new_id
from apps.people.models import Person
from apps.promises import answering, changing, closing, handing_on, making
from apps.promises.models import (
    CalendarFeed,
    Event,
    Invitation,
    Letter,
    Notice,
    PlannedPromise,
    Promise,
    PromiseCare,
    PromiseSettings,
)
from apps.promises.models.promise import Side
from apps.promises.moving import CLOCK, Actor, Turn, as_owner, turn
from apps.promises.states import BINDING, Move, Role, State
from apps.promises.wanting import Wanted
from tests.factories import NOW, make_care, make_person, make_promise_draft, make_wanted

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
P, R, S = Role.PROMISER, Role.RECIPIENT, Role.CLOCK

# How each state is reached: how long before now it is begun, how, and the moves after that.
_WAYS: dict[State, tuple[timedelta, str, tuple[tuple[Move, Role, timedelta], ...]]] = {
    State.DRAFT: (HOUR, "draft", ()),
    State.REQUESTED: (HOUR, "requested", ()),
    State.OFFERED: (HOUR, "offered", ()),
    State.CONDITIONAL: (DAY, "conditional", ()),
    State.ACTIVE: (DAY, "recorded", ()),
    State.OVERDUE: (11 * DAY, "recorded", ((Move.FALL_DUE, S, HOUR),)),
    State.DELIVERED: (2 * DAY, "recorded", ((Move.DELIVER, P, HOUR),)),
    State.KEPT: (2 * DAY, "recorded", ((Move.DELIVER, P, DAY), (Move.SATISFIED, R, HOUR))),
    State.UNHEARD: (
        20 * DAY,
        "recorded",
        ((Move.DELIVER, P, 15 * DAY), (Move.CLOSE_UNHEARD, S, HOUR)),
    ),
    State.DECLINED: (DAY, "offered", ((Move.DECLINE, R, HOUR),)),
    State.WITHDRAWN: (DAY, "offered", ((Move.WITHDRAW, P, HOUR),)),
    State.LAPSED: (9 * DAY, "offered", ((Move.LAPSE, S, HOUR),)),
    State.RELEASED: (2 * DAY, "recorded", ((Move.RELEASE, R, HOUR),)),
    State.REVOKED: (2 * DAY, "recorded", ((Move.REVOKE, P, HOUR),)),
    State.BROKEN: (12 * DAY, "recorded", ((Move.FALL_DUE, S, DAY), (Move.BREAK, P, HOUR))),
    State.SUPERSEDED: (2 * DAY, "recorded", ((Move.SPLIT, P, HOUR),)),
}


def in_state(
    owner: User,
    state: State,
    side: str = Side.GIVEN,
    *,
    now: datetime = NOW,
    amended_by: Role | None = None,
    person: Person | None = None,
    **over: Any,
) -> Promise:
    """A promise that stands in this state at `now`, with a change of `amended_by` open if named.

    `over` are its terms. Raises ValueError for a draft of what somebody else is to promise: the
    owner drafts only what they would promise themselves.
    """
    ago, begin, steps = _WAYS[state]
    if person is None and side != Side.OWN:
        person = make_person(owner)
    promise = _begun(owner, begin, side, person, now - ago, over)
    for move, role, before in steps:
        move_on(promise, move, role, now - before)
    if amended_by is not None:
        move_on(promise, Move.PROPOSE, amended_by, now - timedelta(minutes=1))
    promise.refresh_from_db()
    assert promise.state == state
    return promise


def is_reachable(state: State, side: str) -> bool:
    """Whether a promise on this side can come into this state."""
    return not (state is State.DRAFT and side == Side.ASKED)


def actor_as(promise: Promise, role: Role) -> Actor:
    """The owner in this role, reporting where they are not that party; or the clock."""
    return CLOCK if role is S else as_owner(promise, role)


def moved(promise: Promise, move: Move, role: Role, now: datetime = NOW) -> Event:
    """Make this move, and give its event."""
    move_on(promise, move, role, now)
    return Event.objects.filter(promise=promise).order_by("-seq")[0]


def move_on(promise: Promise, move: Move, role: Role, now: datetime) -> None:
    """Make this move."""
    with turn(promise.owner_id, promise.pk, actor_as(promise, role), now) as it:
        perform(it, move)


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever happens in here has not happened afterwards."""
    mark = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(mark)


def amendment_for(move: Move, role: Role) -> Role | None:
    """Whose change must be open for this move by this role."""
    if move in {Move.AGREE, Move.REFUSE}:
        return P if role is S else role.other
    return role if move is Move.DROP else None


def perform(it: Turn, move: Move) -> None:
    """Make this move with plausible arguments, by its verb; raises what the verb raises."""
    now = it.now
    match move:
        case Move.DISCARD:
            making.discard(it)
        case Move.OFFER:
            making.offer(it, answer_by=now + 3 * DAY)
        case Move.RECORD:
            making.record(it, said_at=now)
        case Move.COUNTER:
            answering.counter(it, wanted=other_terms(it), answer_by=now + 3 * DAY)
        case Move.PROMISE:
            answering.promise(it, version=it.table.number, confidence=4, is_chosen=True)
        case Move.ACCEPT:
            answering.accept(it, version=it.table.number)
        case Move.HOLD:
            answering.hold(it, answer_by=now + 4 * DAY)
        case Move.DECLINE:
            answering.decline(it, note="Not this month.")
        case Move.WITHDRAW:
            answering.withdraw(it, note="It is settled already.")
        case Move.CONDITION_MET:
            answering.condition_met(it, evidence="The budget is there.")
        case Move.PROPOSE:
            changing.propose(it, wanted=other_terms(it), reason="estimate")
        case Move.AGREE:
            changing.agree(it, version=it.table.number)
        case Move.REFUSE:
            changing.refuse(it)
        case Move.DROP:
            changing.drop(it)
        case Move.DELIVER:
            closing.deliver(it, claims=[{"met": True} for _ in it.current.conditions])
        case Move.SATISFIED:
            closing.satisfied(it)
        case Move.NOT_YET:
            closing.not_yet(it, findings=[False], remains="The map is missing.")
        case Move.CORRECT:
            closing.correct(it)
        case Move.RELEASE:
            closing.release(it, because="forgiven")
        case Move.REVOKE:
            closing.revoke(it, reason="estimate")
        case Move.BREAK:
            closing.break_off(it, reason="forgot")
        case Move.HAND_OVER:
            handing_on.hand_over(
                it, successor=another(it), consent_words="Fine with me.", consent_at=now
            )
        case Move.SPLIT:
            handing_on.split(
                it, successors=[another(it)], consent_words="Fine with me.", consent_at=now
            )
        case Move.ASSIGN:
            handing_on.assign(it, person=make_person(it.promise.owner))
        case _:
            # What only begins a promise, and what only the clock says, has no verb here.
            it.say(move)


def other_terms(it: Turn) -> Wanted:
    """Terms that differ from those it stands on by what, and by the day."""
    before = it.current
    said = {name: value for name, value in before.said().items() if name != "what"}
    due = max(before.due_at or it.now, it.now) + 5 * DAY
    return Wanted(**said | {"what": f"{before.what[:200]} and a map", "due_at": due})


def another(it: Turn) -> Promise:
    """A promise that somebody else made to the same owner, and owes."""
    owner = it.promise.owner
    return making.recorded(
        owner=owner.pk,
        side=Side.ASKED,
        person=make_person(owner),
        wanted=make_wanted(due_at=it.now + 10 * DAY),
        said_at=it.now,
        now=it.now,
    )


def _begun(
    owner: User, how: str, side: str, person: Person | None, at: datetime, over: dict[str, Any]
) -> Promise:
    terms = {"due_at": at + 10 * DAY} | over
    if how == "conditional":
        waits = {"condition": "The budget comes through", "condition_expires_at": at + 8 * DAY}
        terms = waits | terms
    wanted = make_wanted(**terms)
    if how in {"recorded", "conditional"}:
        return making.recorded(
            owner=owner.pk, side=side, person=person, wanted=wanted, said_at=at, now=at
        )
    if how == "draft" and side == Side.ASKED:
        raise ValueError("nobody drafts what another promises")
    if side == Side.ASKED or (how == "requested" and side == Side.GIVEN):
        assert person is not None
        promise = making.ask(
            owner=owner.pk, side=side, person=person, wanted=wanted, answer_by=at + 3 * DAY, now=at
        )
        if how == "offered":
            move_on(promise, Move.COUNTER, P, at)
        return promise
    promise = making.draft(owner=owner.pk, person=person, wanted=wanted, now=at)
    if how != "draft":
        move_on(promise, Move.OFFER, P, at)
    if how == "requested":
        move_on(promise, Move.COUNTER, R, at)
    return promise


def promises_of_all_kinds(owner: User) -> dict[str, Any]:
    """A promise in every state on every side, and a row in every other table."""
    for state in State:
        for side in ("given", "asked", "own"):
            if is_reachable(state, side):
                in_state(owner, state, side)
    for state in BINDING:
        for role in (P, R):
            in_state(owner, state, amended_by=role)
    promise = in_state(owner, State.KEPT)
    draft = make_promise_draft(owner)
    with turn(owner.pk, promise.pk, as_owner(promise, R), NOW) as it:
        assessment = closing.assess(it, worth=closing.Worth(made_possible="Quiet Mondays"))
    handing_on.link(draft, "part_of", promise)
    given = {"owner": owner, "promise": promise}
    invitation = Invitation.objects.create(
        **given,
        person=promise.person,
        purpose="assess",
        digest=new_id().hex * 2,
        sealed="",
        expires_at=NOW + DAY,
    )
    return {
        "promise": promise,
        "draft": draft,
        "assessment": assessment,
        "invitation": invitation,
        "person": make_person(owner),
        "letter": Letter.objects.create(owner=owner, invitation=invitation, number=0, sent_at=NOW),
        "notice": Notice.objects.create(**given, after_seq=3, number=1, given_at=NOW),
        "planned": PlannedPromise.objects.create(
            **given, week_on=NOW.date() - timedelta(days=4), due_at=NOW
        ),
        "settings": PromiseSettings.objects.create(owner=owner, planned_on=None),
        "care": PromiseCare.objects.create(**given, care=make_care(owner)),
        "feed": CalendarFeed.objects.create(owner=owner, digest=new_id().hex, sealed=""),
    }
