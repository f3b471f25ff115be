"""Which sessions fit a day, and why. Pure: it is told everything, and asks nothing.

Offered is not pushed: an offer is a line on a page, it does not come back when it was taken, and it
is gone when its days are over.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

from apps.core.periods import Month, week_start
from apps.sittings.sessions import Moment, Session

# What closed is looked back on while it is fresh.
FRESH = timedelta(days=7)
# Days around a landmark on which it is one.
AROUND = timedelta(days=2)
# A month's end: its last days, and the first of the next.
LAST_DAYS, FIRST_DAYS = 3, 2
# From this day of a week on, counted from 0, it comes to its end: for a week from Monday, Friday.
WEEKS_END = 4
WEEKS_BEGIN = 1
MOST = 4


class Why(StrEnum):
    """The reason of an offer."""

    WEEK_BEGIN = "week_begin"
    WEEK_END = "week_end"
    MONTH_END = "month_end"
    QUARTER_END = "quarter_end"
    YEAR_END = "year_end"
    LANDMARK = "landmark"
    PROMISE_CLOSED = "promise_closed"
    SORE_DAY = "sore_day"
    DAY = "day"


# The rarer the moment, the sooner its offer is named.
ORDER = (
    Why.PROMISE_CLOSED,
    Why.SORE_DAY,
    Why.YEAR_END,
    Why.LANDMARK,
    Why.QUARTER_END,
    Why.MONTH_END,
    Why.WEEK_BEGIN,
    Why.WEEK_END,
    Why.DAY,
)


@dataclass(frozen=True)
class Closed:
    """A promise that came to an end lately, and was not looked back on yet."""

    pk: UUID
    what: str
    on: date


@dataclass(frozen=True)
class Landmark:
    """A day of somebody's own: a name for it, and when it was first."""

    name: str
    on: date


@dataclass(frozen=True)
class Lately:
    """What an offer depends on."""

    day: date
    first_weekday: int = 0
    closed: Collection[Closed] = ()
    landmarks: Collection[Landmark] = ()
    is_sore: bool = False
    # Of each session, the last day it was sat on.
    done: Mapping[str, date] | None = None


@dataclass(frozen=True)
class Offer:
    """A session for today, and why: about a promise, or at a landmark, where that is the reason."""

    session: Session
    why: Why
    closed: Closed | None = None
    landmark: str = ""


def offers(lately: Lately, sessions: Collection[Session]) -> list[Offer]:
    """What is offered on this day, at most four, the rarest moment first."""
    found = [offer for session in sessions if session.stands for offer in _of(session, lately)[:1]]
    found.sort(key=lambda offer: (ORDER.index(offer.why), offer.session.number))
    return found[:MOST]


def _of(session: Session, lately: Lately) -> list[Offer]:
    """Why this session fits, the rarest reason first."""
    last = (lately.done or {}).get(session.key)
    found = []
    if Moment.PROMISE_CLOSED in session.moments:
        fresh = [it for it in lately.closed if it.on > lately.day - FRESH]
        fresh.sort(key=lambda it: it.on, reverse=True)
        found += [Offer(session, Why.PROMISE_CLOSED, closed=it) for it in fresh]
    if Moment.SORE_DAY in session.moments and lately.is_sore and not _since(last, lately.day):
        found.append(Offer(session, Why.SORE_DAY))
    if Moment.LANDMARK in session.moments:
        found += [
            Offer(session, Why.LANDMARK, landmark=it.name)
            for it in lately.landmarks
            if (near := nearest(it.on, lately.day)) and not _since(last, near - AROUND)
        ]
    for moment, why, begins in _windows(lately.day, lately.first_weekday):
        if moment in session.moments and not _since(last, begins):
            found.append(Offer(session, why))
    return sorted(found, key=lambda offer: ORDER.index(offer.why))


@lru_cache(maxsize=64)
def _windows(day: date, first_weekday: int) -> list[tuple[Moment, Why, date]]:
    """The moments of this day by the calendar, each with the day from which it is their turn."""
    monday = week_start(day, first_weekday)
    number = (day - monday).days
    windows = [(Moment.DAY, Why.DAY, day)]
    if ends := month_ending(day):
        begins = ends.last - timedelta(days=LAST_DAYS - 1)
        windows.append((Moment.MONTH_END, Why.MONTH_END, begins))
        if not ends.number % 3:
            windows.append((Moment.QUARTER_END, Why.QUARTER_END, begins))
        if ends.number == 12:
            windows.append((Moment.YEAR_END, Why.YEAR_END, begins))
    if number <= WEEKS_BEGIN:
        windows.append((Moment.WEEK_BEGIN, Why.WEEK_BEGIN, monday))
    if number >= WEEKS_END:
        windows.append((Moment.WEEK_END, Why.WEEK_END, monday + timedelta(days=WEEKS_END)))
    return windows


def month_ending(day: date) -> Month | None:
    """The month that ends about this day; None in the midst of one."""
    month = Month.of(day)
    if day > month.last - timedelta(days=LAST_DAYS):
        return month
    return month.plus(-1) if day.day <= FIRST_DAYS else None


def nearest(first: date, day: date) -> date | None:
    """The return of a day that is a year or more ago, where it is about now."""
    for year in (day.year - 1, day.year, day.year + 1):
        try:
            again = first.replace(year=year)
        except ValueError:
            again = date(year, 2, 28)
        if year > first.year and abs(again - day) <= AROUND:
            return again
    return None


def _since(last: date | None, begins: date) -> bool:
    """Whether it was done since its turn began."""
    return last is not None and last >= begins
