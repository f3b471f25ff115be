"""What time does to promises: lapse, fall due, close unheard, break by long silence.

Run every hour. Each is looked at again under its lock, so that two runs at once make one event;
all instants were made from a day and a zone when they were agreed, so that no change of clocks
moves them. Nothing is done to promises of who is leaving.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
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
# However late the clock comes, this lies between one word to the owner and what follows it.
APART = timedelta(days=7)
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


def pass_time(now: datetime, of: UUID | None = None) -> Passed:
    """Do whatever is due by now, in the order in which it would have come.

    To promises of everybody, or only of the owner `of`.
    """
    each = partial(_each, now=now, of=of)
    return Passed(
        let_go_on=_let_go_on(now, of),
        refused=each(_unagreed(now), _refuse),
        lapsed=each(_unanswered(now), _lapse),
        overdue=each(_falling_due(now), _fall_due),
        unheard=each(_unassessed(now), _close_unheard),
        noticed=each(_silent(now, NOTICES[1]), _notice),
        broken=each(_silent(now, SILENCE), _break),
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
    turn.say(Move.LAPSE, said_at=passed + GRACE, passed=passed.isoformat())
    return True


def _refuse(turn: Turn) -> bool:
    """M17: silence is no yes."""
    if turn.amendment is None or turn.now <= turn.amendment.answer_by:
        return False
    changing.refuse(turn, said_at=turn.amendment.answer_by)
    return True


def _fall_due(turn: Turn) -> bool:
    """M19: the due moment passed with nothing delivered. It is still owed."""
    due = turn.promise.due_at
    if turn.state is not State.ACTIVE or due is None or turn.now <= due:
        return False
    turn.say(Move.FALL_DUE, said_at=due, due=due.isoformat())
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
    last = promise.notices.filter(after_seq=promise.seq).order_by("-number").first()
    number = last.number + 1 if last else 1
    if turn.state is not State.OVERDUE or number not in NOTICES or quiet <= NOTICES[number]:
        return False
    if last and turn.now - last.given_at < APART:
        return False
    Notice.objects.create(
        owner_id=promise.owner_id,
        promise=promise,
        after_seq=promise.seq,
        number=number,
        given_at=turn.now,
    )
    return True


def _break(turn: Turn) -> bool:
    """M26: sixty days of silence, after the owner was told twice; a week after the second time."""
    promise = turn.promise
    told = Notice.objects.filter(promise=promise, after_seq=promise.seq)
    enough = told.filter(number=2, given_at__lte=turn.now - APART).exists()
    quiet = turn.now - max(promise.moved_at, promise.due_at or promise.moved_at)
    if turn.state is not State.OVERDUE or quiet <= SILENCE or not enough:
        return False
    turn.say(Move.BREAK, reason="", silence=True)
    return True


def _let_go_on(now: datetime, of: UUID | None) -> int:
    """What waits for a promise that has come about, where that was missed at the time."""
    done = models.Q(state__in=[State.DELIVERED, State.UNHEARD], links_back__until="delivered")
    waiting = Promise.objects.filter(
        done | models.Q(state=State.KEPT),
        links_back__kind="depends_on",
        links_back__source__state=State.CONDITIONAL,
        owner__deletion_asked_at=None,
    )
    moved = 0
    for batch in _batches(waiting, of):
        rows = Promise.objects.filter(pk__in=[pk for _, pk in batch]).order_by("pk")
        moved += sum(handing_on.let_go_on(row, now) for row in rows)
    return moved


def _each(
    rows: models.QuerySet[Promise],
    move: Callable[[Turn], bool],
    *,
    now: datetime,
    of: UUID | None,
) -> int:
    """Do it to each, under its own lock; one that cannot be moved stops no other."""
    done = 0
    for batch in _batches(rows.filter(owner__deletion_asked_at=None), of):
        for owner, pk in batch:
            try:
                with locked(owner, pk) as row:
                    done += move(Turn(row, CLOCK, now))
            except (Promise.DoesNotExist, Illegal):
                continue
    return done


def _batches(rows: models.QuerySet[Promise], of: UUID | None) -> Iterator[list[tuple[UUID, UUID]]]:
    """Owners and ids of these, so many at a time, each once, whatever becomes of them meanwhile."""
    if of is not None:
        rows = rows.filter(owner=of)
    rows = rows.order_by("pk").distinct()
    batch = list(rows.values_list("owner_id", "pk")[:BATCH])
    while batch:
        yield batch
        batch = list(rows.filter(pk__gt=batch[-1][1]).values_list("owner_id", "pk")[:BATCH])
