"""When something is due: a day, or a time of it, on the clock of a zone. No database."""

from datetime import date, datetime, time, timedelta

from apps.core.periods import instant_on, zone

DAY, TIME = "day", "time"


def due_moment(day: date, wall: time | None, zone_name: str) -> tuple[datetime, str]:
    """The instant until which it is in time, and whether a day or a time was said.

    A day is over when the next one begins on the clock of its zone, however long it was.
    """
    if wall is not None:
        return instant_on(day, wall, zone_name), TIME
    return instant_on(day + timedelta(days=1), time(0), zone_name), DAY


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
