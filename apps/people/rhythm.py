"""Whether it is time for a word with somebody, and which days of theirs are near. No database.

A rhythm is a wish ("about every six weeks"), so nothing is ever late: from a day on there is a
gentle line, until one heard from them or says "not this week".
"""

from calendar import isleap
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

WEEK = timedelta(weeks=1)
# From so many days before a date there is a line about it.
AHEAD = 7


@dataclass(frozen=True)
class Known:
    """What the rule needs of somebody. `weeks` is None for whom no rhythm is wished."""

    person_id: UUID
    name: str
    weeks: int | None
    heard_on: date | None
    created_on: date
    snoozed_until: date | None = None


def rhythm_of(own: int | None, circles: list[int]) -> int | None:
    """The rhythm that counts, in weeks: their own, or else the shortest of their circles'."""
    return own if own is not None else min(circles, default=None)


def due_from(known: Known) -> date | None:
    """The day from which a line is shown; None without a rhythm.

    The weeks run from the last time one heard from them, or from when they were added. A snooze
    only ever puts the day off.
    """
    if known.weeks is None:
        return None
    begin = known.heard_on or known.created_on
    day = begin + known.weeks * WEEK
    return max(day, known.snoozed_until) if known.snoozed_until else day


def is_due(known: Known, day: date) -> bool:
    """Whether it is time for a word with them on this day."""
    first = due_from(known)
    return first is not None and first <= day


def weeks_between(earlier: date, day: date) -> int:
    """How many whole weeks lie between two days."""
    return max(0, (day - earlier).days) // 7


def coming(month: int, day: int, today: date) -> date:
    """The next time this day of the year comes, today included.

    29 February comes on the 28th in years that do not have it (as looking back has it).
    """
    this_year = _in_year(today.year, month, day)
    return this_year if this_year >= today else _in_year(today.year + 1, month, day)


def days_ahead(today: date) -> list[int]:
    """The days of the year from today to a week ahead, as `PersonDate.month_day` has them.

    Always nine, so that one statement serves every day: 229 is among them where 28 February
    takes it in, and else the last stands twice.
    """
    days = [today + timedelta(days=number) for number in range(AHEAD + 1)]
    found = [day.month * 100 + day.day for day in days]
    is_host = any((day.month, day.day) == (2, 28) and not isleap(day.year) for day in days)
    return [*found, 229 if is_host else found[-1]]


def _in_year(year: int, month: int, day: int) -> date:
    if (month, day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return date(year, month, day)
