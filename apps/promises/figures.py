"""What the register adds up to: rows in, figures out. Pure.

Every figure is defined in docs/promise-figures.md. None of them is a score of a person: they are
counts of what was said and done, shown as "7 of 9", with what they leave out beside them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from statistics import median
from typing import NamedTuple
from uuid import UUID

from apps.promises.states import State

# Who heard of it themselves: what is reported of them counts as kept, and not as confirmed.
CONFIRMING = ("account", "link")


# Seconds since 1970: rows are many, and numbers are compared in no time.
Instant = float


class Handed(NamedTuple):
    """A delivery. `is_accepted` is None as long as nobody has answered it."""

    delivered_at: Instant
    answered_at: Instant | None
    is_accepted: bool | None


class Change(NamedTuple):
    """A change that was proposed, the due moment it met, and what became of it.

    `agreed_at` is None unless both agreed; `due_after` is the due moment from then on.
    """

    by_promiser: bool
    proposed_at: Instant
    due_before: Instant
    agreed_at: Instant | None
    due_after: Instant


class Row(NamedTuple):
    """One promise, as much of it as figures need. Retrospective ones are never read."""

    pk: UUID
    side: str
    kind: str
    state: str
    person: UUID | None = None
    is_chosen: bool | None = None
    agreed_at: Instant | None = None
    due_at: Instant | None = None
    ended_at: Instant | None = None
    # When it was asked for, and when the promiser first said yes, no, or something else.
    asked_at: Instant | None = None
    answered_at: Instant | None = None
    revoked_at: Instant | None = None
    # It lapsed while it waited for the promiser's answer.
    is_unanswered: bool = False
    # How the word that kept it reached the ledger.
    heard_via: str = ""
    fell_due: tuple[Instant, ...] = ()
    deliveries: tuple[Handed, ...] = ()
    changes: tuple[Change, ...] = ()
    size: int | None = None
    reach: int | None = None


class End(StrEnum):
    """How a promise that bound somebody came to an end."""

    ON_TIME = "on_time"
    LATE = "late"
    UNHEARD = "unheard"
    RELEASED = "released"
    REVOKED_EARLY = "revoked_early"
    REVOKED_LATE = "revoked_late"
    BROKEN = "broken"


KEPT = (End.ON_TIME, End.LATE)
NOT_KEPT = (End.REVOKED_EARLY, End.REVOKED_LATE, End.BROKEN)
# Never bound anybody, or bind somebody else now.
UNCOUNTED = (
    State.DRAFT,
    State.REQUESTED,
    State.OFFERED,
    State.DECLINED,
    State.WITHDRAWN,
    State.LAPSED,
    State.SUPERSEDED,
)


class Share(NamedTuple):
    """So many of so many."""

    some: int
    of: int


class Due(NamedTuple):
    """A due moment, from when it was agreed until another took its place."""

    since: Instant
    due_at: Instant
    until: Instant | None


@dataclass(frozen=True)
class Figures:
    """The figures of a set of promises of one side."""

    kept: Share
    on_time: Share
    released: int
    unheard: int
    confirmed: int
    reported: int
    first_word: Share
    notice: timedelta | None
    accepted_first: Share
    heard_after: timedelta | None
    going_on: int

    @property
    def is_empty(self) -> bool:
        """Whether none of them has come to an end yet."""
        return not (self.kept.of or self.released or self.unheard)


@dataclass(frozen=True)
class Answers:
    """What became of requests: answered, or lapsed without an answer; and how long it took."""

    given: int
    lapsed: int
    after: timedelta | None


@dataclass(frozen=True)
class Mix:
    """Of which sorts they are."""

    to_self: int
    to_others: int
    reaching_several: int
    chosen: int
    owed: int
    kinds: tuple[tuple[str, int], ...]


def dues_of(row: Row) -> list[Due]:
    """Every due moment that was ever agreed, in order; a change of something else makes none."""
    if row.agreed_at is None or row.due_at is None:
        return []
    found: list[Due] = []
    since, due_at = row.agreed_at, row.due_at
    for it in row.changes:
        if it.agreed_at is None:
            continue
        if it.due_after != it.due_before:
            found.append(Due(since, it.due_before, it.agreed_at))
            since = it.agreed_at
        due_at = it.due_after
    return [*found, Due(since, due_at, None)]


def lasting_due(row: Row) -> Instant | None:
    """`due*`: of the last terms agreed before the then-current due moment had passed.

    A change agreed in time moves it; once it has passed unchanged, nothing does any more.
    """
    for due in dues_of(row):
        if due.until is None or due.until > due.due_at:
            return due.due_at
    return None


def end_of(row: Row) -> End | None:
    """How it ended; None while it goes on, and for what never bound anybody."""
    match row.state:
        case State.KEPT:
            due = lasting_due(row)
            accepted = [it.delivered_at for it in row.deliveries if it.is_accepted]
            in_time = due is not None and bool(accepted) and accepted[-1] <= due
            return End.ON_TIME if in_time else End.LATE
        case State.UNHEARD:
            return End.UNHEARD
        case State.RELEASED:
            return End.RELEASED
        case State.REVOKED:
            early = row.revoked_at is not None and row.revoked_at < (row.due_at or 0)
            return End.REVOKED_EARLY if early else End.REVOKED_LATE
        case State.BROKEN:
            return End.BROKEN
        case _:
            return None


def trouble_of(row: Row) -> Iterator[float | None]:
    """Each due moment that was in trouble: how many seconds before it the promiser spoke, or None.

    At most one for each due moment: a change proposed before it, else taken back before it, else
    that it passed with nothing delivered.
    """
    for due in dues_of(row):
        spoke = [
            it.proposed_at
            for it in row.changes
            if it.by_promiser
            and it.due_before == due.due_at
            and due.since <= it.proposed_at <= due.due_at
        ]
        is_last = due.until is None
        if is_last and row.revoked_at is not None and row.revoked_at < due.due_at:
            spoke.append(row.revoked_at)
        if spoke:
            yield due.due_at - min(spoke)
        elif _went_by(row, due):
            yield None


def figures_of(rows: Iterable[Row]) -> Figures:
    """The figures of these promises, which are all of one side. The order does not matter."""
    ends: Counter[End] = Counter()
    confirmed = going_on = 0
    notices: list[float] = []
    troubles = 0
    first, answered = 0, 0
    waits: list[float] = []
    for row in rows:
        if row.state in UNCOUNTED:
            continue
        end = end_of(row)
        if end is None:
            going_on += 1
        else:
            ends[end] += 1
            confirmed += end in KEPT and row.heard_via in CONFIRMING
        for notice in trouble_of(row):
            troubles += 1
            if notice is not None:
                notices.append(notice)
        was_returned = False
        for it in row.deliveries:
            if it.is_accepted is None:
                continue
            answered += 1
            first += it.is_accepted and not was_returned
            was_returned = was_returned or not it.is_accepted
            if it.answered_at is not None:
                waits.append(it.answered_at - it.delivered_at)
    kept = sum(ends[it] for it in KEPT)
    of = kept + sum(ends[it] for it in NOT_KEPT)
    return Figures(
        kept=Share(kept, of),
        on_time=Share(ends[End.ON_TIME], of),
        released=ends[End.RELEASED],
        unheard=ends[End.UNHEARD],
        confirmed=confirmed,
        reported=kept - confirmed,
        first_word=Share(len(notices), troubles),
        notice=_middle(notices),
        accepted_first=Share(first, answered),
        heard_after=_middle(waits),
        going_on=going_on,
    )


def answers_of(rows: Iterable[Row]) -> Answers:
    """How requests were answered by who was asked; whether by yes, no or something else."""
    times: list[float] = []
    lapsed = 0
    for row in rows:
        lapsed += row.is_unanswered
        if row.asked_at is not None and row.answered_at is not None:
            times.append(row.answered_at - row.asked_at)
    return Answers(len(times), lapsed, _middle(times))


def mix_of(rows: Iterable[Row]) -> Mix:
    """Shares of what the owner has promised."""
    counted = [row for row in rows if row.state not in UNCOUNTED]
    own = sum(row.side == "own" for row in counted)
    kinds = Counter(row.kind for row in counted)
    return Mix(
        to_self=own,
        to_others=len(counted) - own,
        reaching_several=sum((row.reach or 0) >= REACHES_SEVERAL for row in counted),
        chosen=sum(row.is_chosen is True for row in counted),
        owed=sum(row.is_chosen is False for row in counted),
        kinds=tuple(sorted(kinds.items(), key=lambda item: (-item[1], item[0]))),
    )


# Of how many it reaches: me, one, a few, many, everybody.
REACHES_SEVERAL = 2


class Dot(NamedTuple):
    """A promise in the picture of sizes."""

    pk: UUID
    at: Instant
    size: int
    is_kept: bool


@dataclass(frozen=True)
class Sizes:
    """The picture of sizes: every promise that ended and has a size, and where the line rose.

    `steps` are the kept ones that were larger than all kept before; the line is drawn from them.
    """

    dots: tuple[Dot, ...]
    steps: tuple[Dot, ...]

    @property
    def largest(self) -> int:
        """The largest size kept so far; 0 before the first."""
        return self.steps[-1].size if self.steps else 0


def sizes_of(rows: Iterable[Row]) -> Sizes:
    """What ended, by the day it ended, with its size; what goes on is no dot yet."""
    found = [
        Dot(row.pk, row.ended_at, row.size, row.state == State.KEPT)
        for row in rows
        if row.size is not None and row.ended_at is not None and row.state not in UNCOUNTED
    ]
    dots = sorted(found, key=lambda dot: (dot.at, dot.size, dot.pk))
    steps: list[Dot] = []
    for dot in dots:
        if dot.is_kept and (not steps or dot.size > steps[-1].size):
            steps.append(dot)
    return Sizes(tuple(dots), tuple(steps))


SMALL, MIDDLING, LARGE = 3, 6, 9


def band_of(size: int) -> str:
    """What a size of 1 to 14 is called: ours (docs/promise-figures.md)."""
    if size <= SMALL:
        return "small"
    if size <= MIDDLING:
        return "middling"
    return "large" if size <= LARGE else "very_large"


def _went_by(row: Row, due: Due) -> bool:
    """Whether this due moment passed with nothing delivered that stood."""
    if any(_stood(it, due.due_at) for it in row.deliveries):
        return False
    fell = any(due.since <= at and (due.until is None or at < due.until) for at in row.fell_due)
    if fell:
        return True
    if due.until is not None:
        return due.until > due.due_at
    late = any(it.delivered_at > due.due_at for it in row.deliveries)
    taken_back = row.revoked_at is not None and row.revoked_at >= due.due_at
    return late or taken_back or row.state in {State.BROKEN, State.OVERDUE}


def _stood(it: Handed, moment: Instant) -> bool:
    """Whether it was delivered by then, and not returned by then."""
    returned = it.is_accepted is False and it.answered_at is not None and it.answered_at <= moment
    return it.delivered_at <= moment and not returned


def _middle(seconds: Sequence[float]) -> timedelta | None:
    return timedelta(seconds=median(seconds)) if seconds else None
