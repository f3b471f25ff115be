"""When a care was touched, by period. A rule without a database; journal.caring reads the rows.

A care is touched by what somebody does for it: an entry about it, on the day it is of; a promise
about it, on each day it was made or somebody moved it. The clock touches nothing. What touched the
cares that went on as this one has touched it too. A touch is a fact, not a merit: nothing is due.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from apps.core.periods import Month

# A year, month by month, is what pictures show.
MONTHS = 12
# A care that nothing touched for so long is one that a question may remember.
QUIET_AFTER = timedelta(weeks=3)
WEEK = timedelta(weeks=1)


class Touch(NamedTuple):
    """What touched a care in a month, or in all of a period: so many entries, so many promises.

    A promise counts once, however often it moved.
    """

    care: UUID
    month: Month
    entries: int
    promises: int
    last_on: date

    @property
    def total(self) -> int:
        """All of it."""
        return self.entries + self.promises


class InMonth(NamedTuple):
    """What touched a care in a month; nothing in most."""

    month: Month
    entries: int = 0
    promises: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return self.entries + self.promises


def month_by_month(touches: Iterable[Touch], last: Month, count: int = MONTHS) -> list[InMonth]:
    """So many months until `last`, the oldest first, each with what touched one care in it."""
    by_month = {touch.month: touch for touch in touches}
    months = [last.plus(step) for step in range(1 - count, 1)]
    return [
        InMonth(month, by_month[month].entries, by_month[month].promises)
        if month in by_month
        else InMonth(month)
        for month in months
    ]


@dataclass(frozen=True)
class Period:
    """Some days until today, under a name that its address has."""

    key: str
    first: date
    last: date


def period(key: str, today: date) -> Period:
    """The last three weeks, or the last three or twelve months, the one that goes on included.

    Raises KeyError for any other name.
    """
    month = Month.of(today)
    firsts = {
        "weeks": today - QUIET_AFTER + timedelta(days=1),
        "quarter": month.plus(-2).first,
        "year": month.plus(1 - MONTHS).first,
    }
    return Period(key, firsts[key], today)


PERIODS = ("weeks", "quarter", "year")


@dataclass(frozen=True)
class Parted:
    """The cares that something touched in a period, and those that nothing did."""

    touched: list[tuple[UUID, Touch]] = field(default_factory=list)
    untouched: list[UUID] = field(default_factory=list)


def parted(cares: Sequence[UUID], touches: Iterable[Touch]) -> Parted:
    """Part cares by whether something touched them, each in the order they came in."""
    found = {touch.care: touch for touch in touches if touch.total}
    return Parted(
        [(pk, found[pk]) for pk in cares if pk in found],
        [pk for pk in cares if pk not in found],
    )


def weeks_quiet(days: Iterable[date | None], today: date) -> int:
    """For how many whole weeks nothing was said or done; 0 as long as that is less than three.

    `days` are those on which something was: it was put into words, it still held or was taken up
    again, something touched it. So what was stated yesterday is not quiet, though it is old.
    """
    latest = max((day for day in days if day is not None), default=today)
    return (today - latest) // WEEK if today - latest >= QUIET_AFTER else 0
