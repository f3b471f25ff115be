"""The past at the right moment: what was written on this day, and one old entry to look at again.

Days are the person's own, never instants: what was written on the evening of 20 November comes
back on 20 November, wherever they live by then.
"""

from calendar import isleap
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef

from apps.accounts.models import User
from apps.core.statements import Statement
from apps.journal.models import Entry, EntryQuerySet

# After so many days an entry may come back, and after that on its day of each year.
DISTANCES = (7, 30, 90)
# Of one day of the year, Today looks at so many entries, the latest ones.
SEEN = 60
LAYERS_SHOWN = 50


def month_days(day: date) -> list[int]:
    """The days of the year that are looked back on from this day, as `Entry.month_day` has them.

    29 February has a day of its own every fourth year. In the years between, what was written on
    it is looked back on from the 28th, so that it is not away for four years (T24).
    """
    own = day.month * 100 + day.day
    return [own, 229] if is_leap_host(day) else [own]


def is_leap_host(day: date) -> bool:
    """Whether this is a 28 February that takes in the 29th, which its year does not have."""
    return (day.month, day.day) == (2, 28) and not isleap(day.year)


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
    is_its_day = written.month * 100 + written.day in month_days(today)
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


def past_of(user: User, today: date) -> Past:
    """What of the past comes up today; two queries, both of a few days only (three on a leap host).

    Nothing that was asked not to be brought back. Once the entry has been answered today it has had
    its moment, and no other takes its place.
    """
    week, month, quarter = (today - timedelta(days=days) for days in DISTANCES)
    recent = _recent(owner=user.pk, week=week, month=month, quarter=quarter, today=today)
    # One day of the year at a time, so that its index gives them in the order of the journal.
    yearly = [
        entry
        for month_day in month_days(today)
        for entry in _yearly(owner=user.pk, month_day=month_day, today=today)
    ]
    yearly.sort(key=lambda entry: entry.local_date, reverse=True)
    again = _chosen([*recent, *yearly], today)
    others = (entry for entry in yearly if not again or entry.pk != again.entry.pk)
    return Past(again=again, same_day=next(others, None))


def _may_return(owner: Any, today: Any) -> EntryQuerySet:
    journal = Entry.objects.filter(owner=owner).kept()
    answers = journal.filter(answers=OuterRef("pk"), local_date=today)
    mine = journal.filter(comes_back=True).as_rows("comes_back")
    return mine.annotate(is_answered=Exists(answers)).newest_first()


@Statement
def _recent(owner: Any, week: Any, month: Any, quarter: Any, today: Any) -> EntryQuerySet:
    days = [week, month, quarter]
    return _may_return(owner, today).filter(local_date__in=days)[:SEEN]


@Statement
def _yearly(owner: Any, month_day: Any, today: Any) -> EntryQuerySet:
    return _may_return(owner, today).filter(month_day=month_day, local_date__lt=today)[:SEEN]


def _chosen(entries: list[Entry], today: date) -> Returning | None:
    found: dict[Distance, list[Entry]] = {}
    for day, written in groupby(entries, key=lambda entry: entry.local_date):
        if away := distance(day, today):
            found.setdefault(away, []).extend(written)
    if not found:
        return None
    away = turn(found, today)
    entry = max(found[away], key=lambda entry: (entry.starred, entry.word_count, entry.pk))
    return None if entry.is_answered else Returning(entry, away)  # type: ignore[attr-defined]


@Statement
def layers(owner: Any, entry: Any) -> EntryQuerySet:
    """What was written about this entry later, oldest first."""
    about = Entry.objects.filter(owner=owner).kept().filter(answers=entry).as_rows()
    return about.order_by("local_date", "occurred_at", "id")[:LAYERS_SHOWN]
