"""The journal as a reader turns its pages: by month, a screenful at a time."""

import hashlib
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from apps.accounts.models import User
from apps.core.http import first_or_404
from apps.core.periods import Month, week_start
from apps.core.statements import KeyedStatement, Reading, Statement, Steps
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

    def latest(self, most: int) -> list[Entry]:
        """The first entries of the page, at most so many."""
        return [entry for month in self.months for entry in month.entries][:most]


def next_page(entries: EntryQuerySet, after: Entry | None) -> Page:
    """The entries that follow `after` in the journal's order, or its first; one query."""
    rows = entries.as_rows().newest_first()
    if after is not None:
        rows = rows.before(after)
    return page_of(list(rows[: PAGE + 1]))


def next_page_of_all(user: User, after: Entry | None) -> Page:
    """The same of the whole journal, which is opened far more often than anything else."""
    if after is None:
        return page_of(_newest(owner=user.pk))
    return page_of(
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


def page_of(found: list[Entry]) -> Page:
    """The page that these entries make, the last of which only says that more follow."""
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


@KeyedStatement
def _to_read(owner: Any, pk: Any) -> EntryQuerySet:
    return Entry.objects.filter(owner=owner, pk=pk).with_answered().select_related("notebook")


# What a device keeps for writing without a network. A longer text stays on the server.
RECENT = 30
LONGEST_RECENT = 50_000


def recent_mark(user: User) -> str:
    """A short text that changes whenever `recent_texts` does; one query, of ids and versions."""
    rows = "".join(f"{pk}{version}" for pk, version in _recent_versions(owner=user.pk))
    return hashlib.sha256(f"{user.pk}{rows}".encode()).hexdigest()[:32]


@Statement
def _recent_versions(owner: Any) -> QuerySet[Entry, Any]:
    newest = Entry.objects.filter(owner=owner).kept().newest_first()
    return newest.values_list("pk", "version")[:RECENT]


def recent_texts(user: User) -> list[Entry]:
    """The newest entries with their texts, but for very long ones."""
    newest = Entry.objects.for_user(user).kept().newest_first()
    rows = newest.defer("body_html", "opening_html")[:RECENT]
    return [entry for entry in rows if len(entry.body) <= LONGEST_RECENT]


@KeyedStatement
def of_day(owner: Any, day: Any) -> EntryQuerySet:
    """The latest entries of a day, with what they answer and whether their sitting goes on."""
    journal = Entry.objects.filter(owner=owner).kept().on(day)
    return journal.as_rows("saved_at", "closed_at", "answers_id").newest_first()[:OF_DAY]


@dataclass(frozen=True)
class Weeks:
    """The last weeks, day by day from a whole week to today: 0 to 3 entries, 3 for more."""

    shades: str

    @property
    def written(self) -> int:
        """On how many days something was written."""
        return len(self.shades) - self.shades.count("0")


@Reading
def last_weeks(user: User, today: date) -> Steps[Weeks]:
    """The last 18 weeks to today; one query, of days only."""
    begin = week_start(today, user.first_weekday)
    first = date.fromordinal(begin.toordinal() - 7 * (WEEKS - 1))
    shades = ["0"] * (today - first).days + ["0"]
    for day, count in (yield from _days_written.begun(owner=user.pk, first=first, last=today)):
        shades[(day - first).days] = str(min(count, 3))
    return Weeks("".join(shades))


@KeyedStatement
def _days_written(owner: Any, first: Any, last: Any) -> QuerySet[Entry, Any]:
    journal = Entry.objects.filter(owner=owner).kept().within(first, last)
    return journal.values_list("local_date").annotate(count=Count("pk")).order_by()
