"""A promise that is made of smaller ones: what is covered, what is at risk, what to suggest. Pure.

Ours (docs/promise-figures.md): a part that is only hoped for covers nothing, and one that is
broken breaks nothing but suggests another day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from apps.promises.figures import Share
from apps.promises.states import BOUND, ENDED, State

LEAST_BUFFER = timedelta(days=2)
# A tenth of the time there is from the agreement to the due moment.
SHARE_OF_SPAN = 10
SOON = timedelta(days=14)
DAY = timedelta(days=1)
# Agreed, and not ended otherwise than by being done.
COVERING = (*BOUND, State.KEPT, State.UNHEARD)
DONE = (State.DELIVERED, State.KEPT, State.UNHEARD)
GONE = (State.REVOKED, State.BROKEN)


class Risk(StrEnum):
    """Why a part endangers the whole."""

    PAST = "past"
    UNCOVERED = "uncovered"
    TIGHT = "tight"


@dataclass(frozen=True)
class Part:
    """A promise that serves a bigger one."""

    pk: UUID
    what: str
    state: State
    person: str = ""
    due_at: datetime | None = None
    is_must: bool = True
    is_waived: bool = False

    @property
    def counts(self) -> bool:
        """Whether the whole is not done without it."""
        return self.is_must and not self.is_waived

    @property
    def is_covering(self) -> bool:
        """Whether somebody has agreed to it, and it did not end undone."""
        return self.state in COVERING

    @property
    def is_open(self) -> bool:
        """Whether it has not come to an end."""
        return self.state not in ENDED


@dataclass(frozen=True)
class Whole:
    """The bigger promise."""

    state: State
    agreed_at: datetime | None
    due_at: datetime | None

    @property
    def buffer(self) -> timedelta:
        """The time that is wanted between the last part and the whole: two days, or a tenth."""
        if self.agreed_at is None or self.due_at is None:
            return LEAST_BUFFER
        return max(LEAST_BUFFER, (self.due_at - self.agreed_at) / SHARE_OF_SPAN)


@dataclass(frozen=True)
class RollUp:
    """What the parts say about the whole."""

    parts: tuple[Part, ...]
    covered: Share
    risks: tuple[tuple[Part, Risk], ...]
    # Parts that were taken back or not kept, and by how many days the whole might move for them.
    gone: tuple[Part, ...]
    days_more: int
    suggested_at: datetime | None
    # The whole ended otherwise than kept: who is still working on this?
    still_working: tuple[Part, ...]


def roll_up(whole: Whole, parts: Iterable[Part], now: datetime) -> RollUp:
    """What these parts say about the whole at this moment."""
    found = tuple(sorted(parts, key=lambda part: (not part.counts, str(part.pk))))
    musts = [part for part in found if part.counts]
    goes_on = whole.state not in ENDED
    gone = tuple(part for part in musts if part.state in GONE) if goes_on else ()
    days = days_more(whole, musts, now) if gone and whole.due_at is not None else 0
    return RollUp(
        parts=found,
        covered=Share(sum(part.is_covering for part in musts), len(musts)),
        risks=tuple(_risks(whole, musts, now)) if goes_on else (),
        gone=gone,
        days_more=days,
        suggested_at=whole.due_at + days * DAY if days and whole.due_at else None,
        still_working=()
        if goes_on or whole.state == State.KEPT
        else tuple(part for part in found if part.is_open),
    )


def days_more(whole: Whole, musts: Sequence[Part], now: datetime) -> int:
    """By how many whole days the due moment of the whole might move.

    To the buffer after the due moment of the latest open must-part, or after its own where none is
    later; never into the past, from now on where it went by.
    """
    if whole.due_at is None:
        return 0
    open_parts = [part.due_at for part in musts if part.is_open and part.due_at is not None]
    wanted = max(whole.due_at, now, *open_parts) + whole.buffer
    return -((whole.due_at - wanted) // DAY)


def _risks(whole: Whole, musts: Iterable[Part], now: datetime) -> Iterable[tuple[Part, Risk]]:
    for part in musts:
        risk = _risk(whole, part, now)
        if risk is not None:
            yield part, risk


def _risk(whole: Whole, part: Part, now: datetime) -> Risk | None:
    due = part.due_at or whole.due_at
    if part.state in DONE:
        return None
    if part.state == State.OVERDUE or (part.state == State.ACTIVE and due and now > due):
        return Risk.PAST
    if not part.is_covering and due and due - now <= SOON:
        return Risk.UNCOVERED
    late = part.due_at and whole.due_at and part.due_at > whole.due_at - whole.buffer
    if part.is_open and late:
        return Risk.TIGHT
    return None
