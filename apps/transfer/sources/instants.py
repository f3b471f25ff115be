"""Instants and time zones as programs write them; of people's days see `days`."""

import math
import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from apps.transfer.sources.fields import as_whole, as_words

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def instant(value: Any) -> datetime:
    """An instant: milliseconds since 1970, or an ISO date with its zone. Raises ValueError."""
    if isinstance(value, str) and not re.fullmatch(r"-?\d{9,16}", value, re.ASCII):
        found = datetime.fromisoformat(value.strip())
        if found.tzinfo is None:
            raise ValueError
        return found.astimezone(UTC)
    milliseconds = as_whole(math.floor(value) if isinstance(value, float) else value)
    found_or_none = from_milliseconds(milliseconds)
    if found_or_none is None:
        raise ValueError
    return found_or_none


def in_utc(value: Any) -> datetime:
    """An instant in any way ISO 8601 has to say it; without a zone it is UTC. Raises ValueError."""
    found = datetime.fromisoformat(as_words(value).strip())
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def of_script(value: Any) -> datetime:
    """An instant as JavaScript writes it, or as `instant` reads it. Raises ValueError."""
    match = _SCRIPT.match(as_words(value))
    if match is None:
        return instant(value)
    ahead = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"]))
    there = timezone(-ahead if match["sign"] == "-" else ahead)
    month = MONTHS.index(match["month"]) + 1
    day = date(int(match["year"]), month, int(match["day"]))
    clock = time.fromisoformat(match["clock"])
    return datetime.combine(day, clock, tzinfo=there).astimezone(UTC)


def from_milliseconds(value: int) -> datetime | None:
    """An instant from milliseconds since 1970; None where no calendar has it."""
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=value)
    except (OverflowError, ValueError):
        return None


def in_zone(moment: datetime | None, zone: tzinfo) -> datetime | None:
    """An instant on the clocks of a zone; None where it lies before or after all calendars."""
    try:
        return moment.astimezone(zone) if moment else None
    except (OverflowError, ValueError):
        return None


def zone_named(value: Any) -> ZoneInfo:
    """The zone of an IANA name. Raises ValueError, KeyError or OSError where there is none."""
    name = as_words(value).strip()
    if len(name) > 64:
        raise ValueError
    return ZoneInfo(name)


_SCRIPT = re.compile(
    rf"[A-Z][a-z]{{2}} (?P<month>{'|'.join(MONTHS)}) (?P<day>\d\d) (?P<year>\d{{4}}) "
    r"(?P<clock>\d\d:\d\d:\d\d) (?:GMT|UTC)(?P<sign>[+-])(?P<hours>\d\d)(?P<minutes>\d\d)",
    re.ASCII,
)
