"""The past at the right moment: what was written on this day, and one old entry to look at again.

Days are the person's own, never instants: what was written on the evening of 20 November comes
back on 20 November, wherever they live by then.
"""

from calendar import isleap
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.core.models import NO_ID
from apps.core.statements import KeyedStatement, Reading, Statement, Steps
from apps.journal.models import Entry, EntryQuerySet
from apps.journal.reading import PAGE, Page, next_page, page_of

# After so many days an entry may come back, and after that on its day of each year.
DISTANCES = (7, 30, 90)
# Of one day of the year, Today looks at so many entries, the latest ones.
SEEN = 30
LAYERS_SHOWN = 50
# Where there is nothing to show, the last question is asked all the same, of no entry.
NOBODY = NO_ID


def month_days(day: date) -> list[int]:
    """The days of the year that are looked back on from this day, as `Entry.month_day` has them.

    29 February has a day of its own every fourth year. In the years between, what was written on
    it is looked back on from the 28th, so that it is not away for four years (T24).
    """
    own = month_day_of(day)
    return [own, 229] if is_leap_host(day) else [own]


def month_day_of(day: date) -> int:
    """The day of the year, as `Entry.month_day` has it."""
    return day.month * 100 + day.day


def is_leap_host(day: date) -> bool:
    """Whether this is a 28 February that takes in the 29th, which its year does not have."""
    return (day.month, day.day) == (2, 28) and not isleap(day.year)


def page_of_this_day(user: User, day: date, after: Entry | None) -> tuple[Page, int]:
    """What was written on this day of any year and may return, and how much more may not.

    The entries that follow `after`, or the newest; two queries.
    """
    own, *leap = month_days(day)
    if after is None and not leap:
        days = {"owner": user.pk, "month_day": own}
        return page_of(_of_this_day(**days)), _held_back.count(**days)
    entries = on_this_day(Entry.objects.for_user(user).kept(), day)
    held_back = entries.filter(comes_back=False).count()
    return next_page(entries.filter(comes_back=True), after), held_back


# One day of the year, so that its index gives them in the order of the journal. Asked for two, the
# planner goes through all of it.


@Statement
def _of_this_day(owner: Any, month_day: Any) -> EntryQuerySet:
    journal = Entry.objects.filter(owner=owner, month_day=month_day, comes_back=True).kept()
    return journal.as_rows().newest_first()[: PAGE + 1]


@Statement
def _held_back(owner: Any, month_day: Any) -> QuerySet[Entry, Any]:
    away = Entry.objects.filter(owner=owner, month_day=month_day, comes_back=False)
    return away.kept().values("pk")


def on_this_day(entries: EntryQuerySet, day: date) -> EntryQuerySet:
    """What was written on this day of any year."""
    return entries.filter(month_day__in=month_days(day))


class Distance(NamedTuple):
    """How far back an entry lies: some days, or whole years."""

    years: int
    days: int


def distance(written: date, today: date) -> Distance | None:
    """At which of its distances an entry of the day `written` is today; None on most days."""
    ago = (today - written).days
    if ago in DISTANCES:
        return Distance(0, ago)
    is_its_day = month_day_of(written) in month_days(today)
    return Distance(today.year - written.year, 0) if is_its_day and ago > 0 else None


def turn(distances: Collection[Distance], today: date) -> Distance:
    """Whose turn it is: the distances that have something to show take turns, day by day.

    Were it always the oldest, a journal of ten years would show nothing but its first year, and no
    entry would come back after a week. `distances` must not be empty.
    """
    ordered = sorted(distances)
    return ordered[today.toordinal() % len(ordered)]


@dataclass(frozen=True)
class Returning:
    """An old entry that comes back today, and from how far."""

    entry: Entry
    distance: Distance


@dataclass(frozen=True)
class Past:
    """What Today shows of the past: an entry to look at again, and one of this day last time."""

    again: Returning | None
    same_day: Entry | None

    def after(self, answered: Collection[UUID]) -> "Past":
        """The same, once these were answered today: an entry among them has had its moment, and no
        other takes its place."""
        is_answered = self.again is not None and self.again.entry.pk in answered
        return Past(None, self.same_day) if is_answered else self


@Reading
def past_of(user: User, today: date) -> Steps[Past]:
    """What of the past comes up today; two queries of a few days (three on a leap host).

    Nothing that was asked not to be brought back.
    """
    week, month, quarter = (today - timedelta(days=days) for days in DISTANCES)
    own, *leap = month_days(today)
    rows = yield from _candidates.begun(
        owner=user.pk,
        today=today,
        week=week,
        month=month,
        quarter=quarter,
        of_week=month_day_of(week),
        of_month=month_day_of(month),
        of_quarter=month_day_of(quarter),
        month_day=own,
    )
    for month_day in leap:
        rows += yield from _of_leap_day.begun(owner=user.pk, today=today, month_day=month_day)
    candidates = sorted(map(_Candidate._make, rows), key=attrgetter("day"), reverse=True)
    chosen, away = _chosen(candidates, today)
    last = next((row.pk for row in candidates if _is_other_year(row, today, chosen)), NOBODY)
    shown = yield from _shown.begun(owner=user.pk, again=chosen, last=last)
    entries = {entry.pk: entry for entry in shown}
    again = entries.get(chosen)
    return Past(
        again=Returning(again, away) if again and away else None, same_day=entries.get(last)
    )


class _Candidate(NamedTuple):
    """What choosing needs to know of an entry."""

    day: date
    pk: UUID
    starred: bool
    words: int


def _newest(owner: Any) -> QuerySet[Entry, Any]:
    mine = Entry.objects.filter(owner=owner, comes_back=True).kept().newest_first()
    return mine.values_list("local_date", "pk", "starred", "word_count")


@Statement
def _of_leap_day(owner: Any, today: Any, month_day: Any) -> QuerySet[Entry, Any]:
    return _newest(owner).filter(month_day=month_day, local_date__lt=today)[:SEEN]


@KeyedStatement
def _candidates(
    owner: Any,
    today: Any,
    week: Any,
    month: Any,
    quarter: Any,
    of_week: Any,
    of_month: Any,
    of_quarter: Any,
    month_day: Any,
) -> QuerySet[Entry, Any]:
    # With their days of the year, which say nothing new: the index of those has the days as well,
    # and a plan that is kept goes through all of it where it is given days alone.
    recent = _newest(owner).filter(
        local_date__in=[week, month, quarter], month_day__in=[of_week, of_month, of_quarter]
    )[:SEEN]
    # One day of the year at a time, so that its index gives them in the order of the journal.
    yearly = _newest(owner).filter(month_day=month_day, local_date__lt=today)[:SEEN]
    return recent.union(yearly, all=True)


@KeyedStatement
def _shown(owner: Any, again: Any, last: Any) -> EntryQuerySet:
    return Entry.objects.filter(owner=owner, pk__in=[again, last]).as_rows("comes_back")


def _chosen(candidates: list[_Candidate], today: date) -> tuple[UUID, Distance | None]:
    found: dict[Distance, list[_Candidate]] = {}
    for day, written in groupby(candidates, key=lambda row: row.day):
        if away := distance(day, today):
            found.setdefault(away, []).extend(written)
    if not found:
        return NOBODY, None
    away = turn(found, today)
    return max(found[away], key=lambda row: (row.starred, row.words, row.pk)).pk, away


def _is_other_year(row: _Candidate, today: date, chosen: UUID) -> bool:
    away = distance(row.day, today)
    return away is not None and away.years > 0 and row.pk != chosen


@KeyedStatement
def layers(owner: Any, entry: Any) -> EntryQuerySet:
    """What was written about this entry later, oldest first."""
    about = Entry.objects.filter(owner=owner).kept().filter(answers=entry).as_rows()
    return about.order_by("local_date", "occurred_at", "id")[:LAYERS_SHOWN]
