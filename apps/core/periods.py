"""Days, weeks and months as the person's wall clock has them. No database, no hidden clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

FIRST_DAY = date(1000, 1, 1)
LAST_DAY = date(2999, 12, 31)


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """The names of all time zones a person may live in, sorted."""
    names = (
        name
        for name in available_timezones()
        if "/" in name and not name.startswith(("Etc/", "posix/", "right/", "SystemV/"))
    )
    return (*sorted(names), "UTC")


def is_zone(name: str) -> bool:
    """Whether a time zone of this name exists here."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def zone(name: str) -> ZoneInfo:
    """The time zone of this name; UTC where it is unknown, so that old data stays readable."""
    return ZoneInfo(name if is_zone(name) else "UTC")


def local_day(instant: datetime, zone_name: str, day_starts_at: int = 0) -> date:
    """The day the person's wall clock gives this instant, for a day that begins at that hour.

    Only chooses the *default* day of new writing; a stored day is never computed again
    (failure stories Z1 to Z9). `instant` must be aware; `day_starts_at` is 0 to 12.
    """
    wall = instant.astimezone(zone(zone_name)).replace(tzinfo=None)
    return (wall - timedelta(hours=day_starts_at)).date()


def instant_on(day: date, wall: time, zone_name: str) -> datetime:
    """The instant at which the wall clock shows this time on this day, in UTC.

    A time that a change of clocks skips moves forward by the gap; one that comes twice means the
    first (PEP 495, fold 0).
    """
    from_wall = datetime.combine(day, wall, tzinfo=zone(zone_name))
    return from_wall.astimezone(ZoneInfo("UTC"))


@dataclass(frozen=True, order=True)
class Month:
    """A month of a year: `Month(2026, 11)`."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month this day lies in."""
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        following = date(self.year + self.number // 12, self.number % 12 + 1, 1)
        return following - timedelta(days=1)

    def plus(self, months: int) -> "Month":
        """The month so many months later, or earlier where it is negative."""
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1)


def week_start(day: date, first_weekday: int) -> date:
    """The first day of the week this day lies in; weekdays count from 0 for Monday to 6."""
    return day - timedelta(days=(day.weekday() - first_weekday) % 7)


def days(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)
