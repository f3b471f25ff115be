"""When a promise is due: a day and perhaps a time on somebody's calendar, as one instant. Pure."""

from datetime import UTC, date, datetime, time, timedelta

from apps.core.periods import instant_on, zone

DAY, TIME = "day", "time"
HALF = timedelta(hours=12)


class NoSuchDay(ValueError):
    """The calendar of that zone went from the day before to the day after."""


def due_moment(day: date, wall: time | None, zone_name: str) -> tuple[datetime, str]:
    """The instant by which it is due, in UTC, and how exactly that was said.

    A time is that time: one that a change of clocks skips moves on by the gap, of one that comes
    twice the first is meant. A day without a time, or with one whose gap leads into the next day,
    lasts until the next one begins, whether or not that begins at midnight. `day_of_due` gives the
    day again. Raises NoSuchDay for a day that a change of the date line took away, and for the
    last of all days.
    """
    if wall is not None:
        due_at = instant_on(day, wall, zone_name)
        if day_of_due(due_at, TIME, zone_name) == day:
            return due_at, TIME
    due_at = _end_of(day, zone_name)
    if day_of_due(due_at, DAY, zone_name) != day:
        raise NoSuchDay(day)
    return due_at, DAY


def _end_of(day: date, zone_name: str) -> datetime:
    """The first instant that lies on a later day than this one."""
    try:
        following = instant_on(day + timedelta(days=1), time.min, zone_name)
    except OverflowError:
        raise NoSuchDay(day) from None
    here = zone(zone_name)

    def is_over(at: datetime) -> bool:
        return at.astimezone(here).date() > day

    # Mostly this is the instant. Where midnight is skipped, comes twice, or the whole next day is
    # missing, the day ends within some hours of it: halve the time between until it is found.
    if is_over(following) and not is_over(following - timedelta(seconds=1)):
        return following
    low, high = int((following - 3 * HALF).timestamp()), int((following + 3 * HALF).timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (
            (low, middle) if is_over(datetime.fromtimestamp(middle, UTC)) else (middle, high)
        )
    return datetime.fromtimestamp(high, UTC)


def day_of_due(due_at: datetime | None, precision: str, zone_name: str) -> date | None:
    """The day a due moment lies on: the one that ends with it, where a day was said."""
    if due_at is None:
        return None
    inside = due_at - timedelta(microseconds=1) if precision == DAY else due_at
    return inside.astimezone(zone(zone_name)).date()


def wall_of_due(due_at: datetime | None, precision: str, zone_name: str) -> datetime | None:
    """What the clock of its zone shows at the due moment; None where only a day was said."""
    if due_at is None or precision == DAY:
        return None
    return due_at.astimezone(zone(zone_name)).replace(tzinfo=None)
