"""Weeks: what was to be done in each, and what of it was done as it was said. Pure.

After the Last Planner's "percent plan complete": yes or no, late is no, and the reason is the
point of it. It is shown as "3 of 5", without a percentage, a target or a mark.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from apps.core.periods import instant_on
from apps.promises.figures import Share
from apps.promises.states import State

WEEK = timedelta(days=7)


class Span(NamedTuple):
    """A week on somebody's calendar, from one midnight to another.

    What is due by the end of a Sunday is due at the very moment the next week begins, and belongs
    to the week that ends with it: the beginning is no part of a week, the end is.
    """

    monday: date
    begins_at: datetime
    ends_at: datetime

    def holds(self, instant: datetime) -> bool:
        """Whether it lies in this week."""
        return self.begins_at < instant <= self.ends_at


def span_of(monday: date, zone_name: str) -> Span:
    """The week that begins on this Monday, by the clock of a zone, however long its days are."""
    ends = instant_on(monday + WEEK, time(0), zone_name)
    return Span(monday, instant_on(monday, time(0), zone_name), ends)


def spans(first: date, last: date, zone_name: str) -> list[Span]:
    """The weeks from one Monday to another, both included."""
    count = (last - first) // WEEK + 1
    return [span_of(first + index * WEEK, zone_name) for index in range(count)]


class Outcome(StrEnum):
    """What became of a promise in its week. OUT: on neither side of the count."""

    YES = "yes"
    NO = "no"
    OPEN = "open"
    OUT = "out"


class Handed(NamedTuple):
    """A delivery, and whether it was accepted; None as long as nobody has said."""

    delivered_at: datetime
    is_accepted: bool | None


@dataclass(frozen=True)
class Planned:
    """A promise that was due in a week, by the terms the week began with.

    `due_at` is that due moment, `due_now` the one that holds today. `reason` is what was said when
    it was changed, taken back or not kept (`is_told`), or what the owner said of the week.
    """

    pk: UUID
    what: str
    person: str
    is_own: bool
    state: str
    due_at: datetime
    due_now: datetime | None
    ended_at: datetime | None
    deliveries: tuple[Handed, ...] = ()
    reason: str = ""
    note: str = ""
    is_told: bool = False


def outcome_of(row: Planned, span: Span, now: datetime) -> Outcome:
    """Whether it was done as it was said when the week began.

    Yes: delivered by then, and not returned. Released within the week, or lapsed because what it
    waited for did not come about: on neither side. Anything else is no, a change that was agreed
    during the week included; as long as its day is to come, it is open.
    """
    let_off = row.state in {State.RELEASED, State.LAPSED}
    if let_off and row.ended_at is not None and row.ended_at <= span.ends_at:
        return Outcome.OUT
    if any(it.delivered_at <= row.due_at and it.is_accepted is not False for it in row.deliveries):
        return Outcome.YES
    given_up = row.state in {State.REVOKED, State.BROKEN, State.SUPERSEDED}
    moved = row.due_now is not None and row.due_now > row.due_at
    if given_up or moved or now > row.due_at:
        return Outcome.NO
    return Outcome.OPEN


@dataclass(frozen=True)
class Week:
    """A week with what was due in it, each with what became of it."""

    span: Span
    rows: tuple[tuple[Planned, Outcome], ...]

    @property
    def monday(self) -> date:
        """The day it begins."""
        return self.span.monday

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.span.monday + timedelta(days=6)

    @property
    def given(self) -> list[tuple[Planned, Outcome]]:
        """What was promised to others."""
        return [row for row in self.rows if not row[0].is_own]

    @property
    def own(self) -> list[tuple[Planned, Outcome]]:
        """What the owner promised themselves: counted apart."""
        return [row for row in self.rows if row[0].is_own]

    @property
    def share(self) -> Share:
        """So many of those promised to others were done as they were said."""
        return share_of(outcome for _, outcome in self.given)

    @property
    def own_share(self) -> Share:
        """The same for promises to oneself."""
        return share_of(outcome for _, outcome in self.own)

    @property
    def open(self) -> int:
        """How many of those to others are still to come."""
        return sum(outcome is Outcome.OPEN for _, outcome in self.given)

    def find(self, pk: UUID) -> tuple[Planned, Outcome] | None:
        """What became of this promise in the week; None where it was not due in it."""
        return next((row for row in self.rows if row[0].pk == pk), None)


def share_of(outcomes: Iterable[Outcome]) -> Share:
    """So many yes of so many that count."""
    counted = [outcome for outcome in outcomes if outcome is not Outcome.OUT]
    return Share(counted.count(Outcome.YES), len(counted))


def week_of(span: Span, rows: Sequence[Planned], now: datetime) -> Week:
    """The week with these promises, soonest first."""
    ordered = sorted(rows, key=lambda row: (row.due_at, row.pk))
    return Week(span, tuple((row, outcome_of(row, span, now)) for row in ordered))
