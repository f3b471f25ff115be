"""What time does to promises: lapse, fall due, close unheard, break by long silence.

Run every hour. Each is looked at again under its lock, so that two runs at once make one event;
all instants were made from a day and a zone when they were agreed, so that no change of clocks
moves them. Nothing is done to promises of who is leaving.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import models

from apps.promises import changing, handing_on
from apps.promises.models import Amendment, Invitation, Notice, Promise
from apps.promises.models.invitation import MOST_NUDGES
from apps.promises.moving import CLOCK, Turn, locked
from apps.promises.states import Illegal, Move, State

GRACE = timedelta(hours=24)
SILENCE = timedelta(days=60)
# The owner is told twice before silence breaks a promise.
NOTICES = {1: timedelta(days=30), 2: timedelta(days=53)}
BATCH = 500


@dataclass(frozen=True)
class Passed:
    """How many of each the clock moved."""

    lapsed: int
    refused: int
    overdue: int
    unheard: int
    let_go_on: int
    noticed: int
    broken: int


def pass_time(now: datetime) -> Passed:
    """Do whatever is due by now."""
    return Passed(
        let_go_on=_let_go_on(now),
        lapsed=_each(_unanswered(now), _lapse, now),
        refused=_each(_unagreed(now), _refuse, now),
        overdue=_each(_falling_due(now), _fall_due, now),
        unheard=_each(_unassessed(now), _close_unheard, now),
        noticed=_each(_silent(now, NOTICES[1]), _notice, now),
        broken=_each(_silent(now, SILENCE), _break, now),
    )


def _unanswered(now: datetime) -> models.QuerySet[Promise]:
    open_too_long = models.Q(state__in=[State.REQUESTED, State.OFFERED], answer_by__lt=now - GRACE)
    expired = models.Q(
        state=State.CONDITIONAL,
        all_terms__number=models.F("version"),
        all_terms__condition_expires_at__lt=now - GRACE,
    )
    return Promise.objects.filter(open_too_long | expired)


def _unagreed(now: datetime) -> models.QuerySet[Promise]:
    return Promise.objects.filter(
        amendments__status=Amendment.Status.OPEN, amendments__answer_by__lt=now
    )


def _falling_due(now: datetime) -> models.QuerySet[Promise]:
    return Promise.objects.filter(state=State.ACTIVE, due_at__lt=now)


def _unassessed(now: datetime) -> models.QuerySet[Promise]:
    return Promise.objects.filter(state=State.DELIVERED, assess_by__lt=now)


def _silent(now: datetime, since: timedelta) -> models.QuerySet[Promise]:
    return Promise.objects.filter(
        state=State.OVERDUE, due_at__lt=now - since, moved_at__lt=now - since
    )


def _lapse(turn: Turn) -> bool:
    """M12: nobody answered, or what it waited for did not come about. Nobody's fault."""
    if turn.state is State.CONDITIONAL:
        passed = turn.current.condition_expires_at
    else:
        passed = turn.promise.answer_by
    if passed is None or turn.now <= passed + GRACE:
        return False
    turn.say(Move.LAPSE, passed=passed.isoformat())
    return True


def _refuse(turn: Turn) -> bool:
    """M17: silence is no yes."""
    if turn.amendment is None or turn.now <= turn.amendment.answer_by:
        return False
    changing.refuse(turn)
    return True


def _fall_due(turn: Turn) -> bool:
    """M19: the due moment passed with nothing delivered. It is still owed."""
    if turn.state is not State.ACTIVE or not turn.promise.is_due(turn.now):
        return False
    turn.say(Move.FALL_DUE, due=turn.promise.due_at.isoformat() if turn.promise.due_at else "")
    return True


def _close_unheard(turn: Turn) -> bool:
    """M23: nobody answered; two nudges went out, or there was no way to send any."""
    promise = turn.promise
    if promise.assess_by is None or turn.now <= promise.assess_by:
        return False
    nudges = _nudges_left(promise, turn.now)
    if nudges:
        return False
    sent = promise.invitations.filter(letters__number__gte=1).count()
    turn.say(Move.CLOSE_UNHEARD, nudges=sent)
    return True


def _nudges_left(promise: Promise, now: datetime) -> bool:
    """Whether a letter is still to go out about what was delivered."""
    open_by_mail = Invitation.objects.filter(
        promise=promise, by_mail=True, revoked_at=None, expires_at__gt=now, purpose="assess"
    )
    return any(
        row.letters.filter(number__gte=1).count() < MOST_NUDGES
        for row in open_by_mail.order_by("id")
    )


def _notice(turn: Turn) -> bool:
    """Tell the owner, at most twice for one silence (shown on Today)."""
    promise = turn.promise
    quiet = turn.now - max(promise.moved_at, promise.due_at or promise.moved_at)
    given = set(
        Notice.objects.filter(promise=promise, after_seq=promise.seq).values_list(
            "number", flat=True
        )
    )
    due = [number for number, after in NOTICES.items() if quiet > after and number not in given]
    if turn.state is not State.OVERDUE or not due:
        return False
    Notice.objects.create(
        owner_id=promise.owner_id,
        promise=promise,
        after_seq=promise.seq,
        number=due[0],
        given_at=turn.now,
    )
    return True


def _break(turn: Turn) -> bool:
    """M26: sixty days of silence, after the owner was told twice; a week after the second time."""
    promise = turn.promise
    told = Notice.objects.filter(promise=promise, after_seq=promise.seq)
    enough = told.filter(number=2, given_at__lte=turn.now - (SILENCE - NOTICES[2])).exists()
    quiet = turn.now - max(promise.moved_at, promise.due_at or promise.moved_at)
    if turn.state is not State.OVERDUE or quiet <= SILENCE or not enough:
        return False
    turn.say(Move.BREAK, reason="", silence=True)
    return True


def _let_go_on(now: datetime) -> int:
    """What waits for a promise that has come about, where that was missed at the time."""
    waiting = Promise.objects.filter(
        links_back__kind="depends_on",
        links_back__source__state=State.CONDITIONAL,
        state__in=[State.DELIVERED, State.KEPT],
        owner__deletion_asked_at=None,
    )
    return sum(handing_on.let_go_on(done, now) for done in waiting.distinct()[:BATCH])


def _each(rows: models.QuerySet[Promise], move: Callable[[Turn], bool], now: datetime) -> int:
    """Do it to each, under its own lock; one that cannot be moved stops no other."""
    found: Iterable[tuple[UUID, UUID]] = (
        rows.filter(owner__deletion_asked_at=None)
        .order_by("pk")
        .distinct()
        .values_list("owner_id", "pk")
    )
    done = 0
    for owner, pk in list(found):
        try:
            with locked(owner, pk) as row:
                done += move(Turn(row, CLOCK, now))
        except (Promise.DoesNotExist, Illegal):
            continue
    return done
