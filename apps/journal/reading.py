"""The journal as a reader turns its pages: by month, a screenful at a time."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple

from apps.core.periods import Month, days, week_start
from apps.journal.models import Entry, EntryQuerySet

PAGE = 20
WEEKS = 18


@dataclass(frozen=True)
class MonthOfEntries:
    """A heading and what was written under it."""

    month: Month
    entries: list[Entry]


@dataclass(frozen=True)
class Page:
    """Some entries, by month, and the last of them if more follow."""

    months: list[MonthOfEntries]
    last: Entry | None

    @property
    def is_empty(self) -> bool:
        """Nothing to show."""
        return not self.months


def next_page(entries: EntryQuerySet, after: Entry | None) -> Page:
    """The entries that follow `after` in the journal's order, or its first; one query."""
    rows = entries.as_rows().newest_first()
    if after is not None:
        rows = rows.before(after)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    months = [
        MonthOfEntries(month, list(group))
        for month, group in groupby(shown, key=lambda entry: Month.of(entry.local_date))
    ]
    return Page(months, shown[-1] if len(found) > PAGE else None)


def since(entries: EntryQuerySet) -> date | None:
    """The day of the oldest entry, or None in an empty journal."""
    return entries.order_by("local_date").values_list("local_date", flat=True).first()


class WrittenDay(NamedTuple):
    """A square of the weeks. Its shade is the number of entries, 3 for more."""

    day: date
    shade: int
    is_today: bool


@dataclass(frozen=True)
class Weeks:
    """The last weeks, day by day, beginning with a whole week."""

    squares: list[WrittenDay]

    @property
    def written(self) -> int:
        """On how many days something was written."""
        return sum(1 for square in self.squares if square.shade)


def last_weeks(entries: EntryQuerySet, today: date, first_weekday: int) -> Weeks:
    """The last 18 weeks to today; one query, of days only."""
    begin = week_start(today, first_weekday)
    first = date.fromordinal(begin.toordinal() - 7 * (WEEKS - 1))
    counts = Counter(entries.within(first, today).values_list("local_date", flat=True))
    return Weeks([WrittenDay(day, min(counts[day], 3), day == today) for day in days(first, today)])
