"""The journal as a reader turns its pages: by month, a screenful at a time."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.core.http import first_or_404
from apps.core.periods import Month, days, week_start
from apps.core.statements import Statement
from apps.journal.models import Entry, EntryQuerySet

PAGE = 20
WEEKS = 18
OF_DAY = 50


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
    return _page(list(rows[: PAGE + 1]))


def next_page_of_all(user: User, after: Entry | None) -> Page:
    """The same of the whole journal, which is opened far more often than anything else."""
    if after is None:
        return _page(_newest(owner=user.pk))
    return _page(
        _following(owner=user.pk, day=after.local_date, moment=after.occurred_at, pk=after.pk)
    )


def _thread(owner: Any) -> EntryQuerySet:
    return Entry.objects.filter(owner=owner).kept().as_rows().newest_first()


@Statement
def _newest(owner: Any) -> EntryQuerySet:
    return _thread(owner)[: PAGE + 1]


@Statement
def _following(owner: Any, day: Any, moment: Any, pk: Any) -> EntryQuerySet:
    return _thread(owner).before(Entry(local_date=day, occurred_at=moment, id=pk))[: PAGE + 1]


def _page(found: list[Entry]) -> Page:
    shown = found[:PAGE]
    months = [
        MonthOfEntries(month, list(group))
        for month, group in groupby(shown, key=lambda entry: Month.of(entry.local_date))
    ]
    return Page(months, shown[-1] if len(found) > PAGE else None)


def since(user: User) -> date | None:
    """The day of the oldest entry, or None in an empty journal."""
    return next(iter(_oldest(owner=user.pk)), None)


@Statement
def _oldest(owner: Any) -> QuerySet[Entry, date]:
    days = Entry.objects.filter(owner=owner).kept().order_by("local_date")
    return days.values_list("local_date", flat=True)[:1]


def entry_to_read(user: User, pk: UUID) -> Entry:
    """An entry with its notebook and with what it answers. Raises Http404 for a stranger's."""
    return first_or_404(_to_read(owner=user.pk, pk=pk))


@Statement
def _to_read(owner: Any, pk: Any) -> EntryQuerySet:
    return Entry.objects.filter(owner=owner, pk=pk).with_answered().select_related("notebook")


@Statement
def of_day(owner: Any, day: Any) -> EntryQuerySet:
    """The latest entries of a day as rows that know whether their sitting goes on."""
    journal = Entry.objects.filter(owner=owner).kept().on(day)
    return journal.as_rows("saved_at", "closed_at").newest_first()[:OF_DAY]


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


def last_weeks(user: User, today: date) -> Weeks:
    """The last 18 weeks to today; one query, of days only."""
    begin = week_start(today, user.first_weekday)
    first = date.fromordinal(begin.toordinal() - 7 * (WEEKS - 1))
    counts = Counter(_days_written(owner=user.pk, first=first, last=today))
    return Weeks([WrittenDay(day, min(counts[day], 3), day == today) for day in days(first, today)])


@Statement
def _days_written(owner: Any, first: Any, last: Any) -> QuerySet[Entry, date]:
    journal = Entry.objects.filter(owner=owner).kept().within(first, last)
    return journal.values_list("local_date", flat=True)
