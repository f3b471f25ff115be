"""The journal by its days: a month in weeks, a year in months, and what each day holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Max, Min, QuerySet

from apps.accounts.models import User
from apps.core.periods import FIRST_DAY, LAST_DAY, Month, days, week_start
from apps.core.statements import Statement
from apps.journal.models import Entry, EntryQuerySet


class Held(NamedTuple):
    """What one day holds: how many entries, and the lowest and highest mood that was said."""

    entries: int
    lowest: int | None = None
    highest: int | None = None


NOTHING = Held(0)


class Day(NamedTuple):
    """A day as a calendar shows it; `is_ahead` while it is still to come."""

    day: date
    held: Held
    is_today: bool
    is_ahead: bool


@dataclass(frozen=True)
class MonthOfDays:
    """A month in weeks of seven; None where a day of the week belongs to another month."""

    month: Month
    weeks: list[list[Day | None]]

    @property
    def days(self) -> Iterator[Day]:
        """Its days, in order."""
        return (day for week in self.weeks for day in week if day)

    @cached_property
    def entries(self) -> int:
        """How many entries it holds."""
        return sum(day.held.entries for day in self.days)

    @cached_property
    def written(self) -> int:
        """On how many of its days something was written."""
        return sum(1 for day in self.days if day.held.entries)

    @property
    def before(self) -> Month | None:
        """The month before it, as long as the journal knows its year."""
        return _known(self.month.plus(-1))

    @property
    def after(self) -> Month | None:
        """The month after it."""
        return _known(self.month.plus(1))

    @property
    def year_before(self) -> Month | None:
        """The same month a year earlier."""
        return _known(self.month.plus(-12))

    @property
    def year_after(self) -> Month | None:
        """The same month a year later."""
        return _known(self.month.plus(12))


@dataclass(frozen=True)
class YearOfDays:
    """A year in its twelve months."""

    year: int
    months: list[MonthOfDays]

    @property
    def entries(self) -> int:
        """How many entries it holds."""
        return sum(month.entries for month in self.months)

    @property
    def written(self) -> int:
        """On how many of its days something was written."""
        return sum(month.written for month in self.months)

    @property
    def before(self) -> int | None:
        """The year before it, if the journal knows it."""
        return self.year - 1 if self.year > FIRST_DAY.year else None

    @property
    def after(self) -> int | None:
        """The year after it."""
        return self.year + 1 if self.year < LAST_DAY.year else None


def month_of_days(user: User, month: Month, *, today: date, first_weekday: int) -> MonthOfDays:
    """A month and what its days hold; one query. Weekdays count from 0 for Monday."""
    rows = _with_moods(owner=user.pk, first=month.first, last=month.last)
    held = {day: Held(*held) for day, *held in rows}
    return _in_weeks(month, held, today, first_weekday)


def year_of_days(user: User, year: int, *, today: date, first_weekday: int) -> YearOfDays:
    """A year and how many entries its days hold; one query, answered from an index alone."""
    rows = _counted(owner=user.pk, first=date(year, 1, 1), last=date(year, 12, 31))
    held = {day: Held(count) for day, count in rows}
    months = [Month(year, number) for number in range(1, 13)]
    return YearOfDays(year, [_in_weeks(month, held, today, first_weekday) for month in months])


def _days_within(owner: Any, first: Any, last: Any) -> QuerySet[Entry, Any]:
    return Entry.objects.filter(owner=owner).kept().within(first, last).values_list("local_date")


@Statement
def _with_moods(owner: Any, first: Any, last: Any) -> QuerySet[Entry, Any]:
    days_held = _days_within(owner, first, last)
    return days_held.annotate(Count("pk"), Min("mood"), Max("mood")).order_by()


@Statement
def _counted(owner: Any, first: Any, last: Any) -> QuerySet[Entry, Any]:
    # In the order of the index, so that nothing else is read for it.
    return _days_within(owner, first, last).annotate(Count("pk")).order_by("-local_date")


def week_days(first_weekday: int) -> list[date]:
    """Seven days in the order of a week, to be named by."""
    monday = date(2024, 1, 1).toordinal()
    return [date.fromordinal(monday + (first_weekday + offset) % 7) for offset in range(7)]


def years_written(user: User) -> list[int]:
    """The years in which something was written, the latest first; one query.

    From each year the database looks into the index for the latest day of an earlier one: a look a
    year, however many entries there are.
    """
    with connection.cursor() as cursor:
        cursor.execute(YEARS, {"owner": user.pk})
        return [year for (year,) in cursor.fetchall()]


YEARS = """
SELECT extract(year FROM day)::int FROM (
    WITH RECURSIVE latest (day) AS (
        (SELECT local_date FROM "journal_entry"
         WHERE "owner_id" = %(owner)s AND trashed_at IS NULL ORDER BY local_date DESC LIMIT 1)
        UNION ALL
        SELECT (SELECT local_date FROM "journal_entry"
                WHERE "owner_id" = %(owner)s AND trashed_at IS NULL
                AND local_date < make_date(extract(year FROM latest.day)::int, 1, 1)
                ORDER BY local_date DESC LIMIT 1)
        FROM latest WHERE latest.day IS NOT NULL
    )
    SELECT day FROM latest
) AS days WHERE day IS NOT NULL ORDER BY 1 DESC
"""


def neighbours(entries: EntryQuerySet, day: date) -> tuple[date | None, date | None]:
    """The nearest days before and after this one on which something was written; two queries."""
    written = entries.values_list("local_date", flat=True)
    before = written.filter(local_date__lt=day).order_by("-local_date").first()
    after = written.filter(local_date__gt=day).order_by("local_date").first()
    return before, after


def _in_weeks(month: Month, held: dict[date, Held], today: date, first_weekday: int) -> MonthOfDays:
    found = [
        Day(day, held.get(day, NOTHING), day == today, day > today)
        for day in days(month.first, month.last)
    ]
    lead = (month.first - week_start(month.first, first_weekday)).days
    cells: list[Day | None] = [*[None] * lead, *found, *[None] * (-(lead + len(found)) % 7)]
    return MonthOfDays(month, [cells[at : at + 7] for at in range(0, len(cells), 7)])


def _known(month: Month) -> Month | None:
    return month if FIRST_DAY <= month.first <= LAST_DAY else None
