"""When things are written: which days, how often, at what hour, in which time zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from apps.core.periods import days, instant_on
from apps.home.demo.chance import Chance
from apps.home.demo.texts import Journey, journeys

HOME_ZONE = "Europe/Vienna"
# Hour the day starts: what Mira writes before it belongs to the evening before.
DAY_STARTS_AT = 4

# When writing happens on a day of each kind: first minute, last minute, how often.
HOURS = {
    "work": [(385, 500, 30), (725, 800, 17), (1020, 1170, 33), (1260, 1430, 17), (1450, 1540, 3)],
    "rest": [(480, 690, 30), (720, 900, 20), (960, 1200, 34), (1260, 1430, 14), (1450, 1540, 2)],
}
HOURS |= {"holiday": HOURS["rest"], "journey": HOURS["rest"]}
APART = 35
# Public holidays of Austria with a fixed date.
FREE_DAYS = {(5, 1), (8, 15), (10, 26), (11, 1), (12, 8)}
OFTEN = {"work": 1.0, "rest": 0.55, "holiday": 0.5, "journey": 1.5}


@dataclass(frozen=True)
class Moment:
    """A time of writing: the person's day, the instant, where, and what kind of day it was."""

    day: date
    instant: datetime
    zone: str
    kind: str  # work, rest, holiday, journey
    part: str  # morning, midday, evening, late
    journey: Journey | None


def moments(first: date, last: date, count: int, chance: Chance) -> Iterator[Moment]:
    """`count` moments from `first` to `last`, in order; none when there is no day between them.

    Some weeks are full and some are silent, as it is with journals.
    """
    span = list(days(first, last))
    if not span or not count:
        return
    kinds = [_kind(day) for day in span]
    shares = [OFTEN[kind] for kind, _ in kinds]
    habit = 0.0
    for number in range(len(span)):
        if number % 7 == 0:
            habit = 0.6 * habit + chance.around(0, 0.35)
        shares[number] *= max(0.15, 1 + habit)
    counts = [0] * len(span)
    for number in chance.random.choices(range(len(span)), shares, k=count):
        counts[number] += 1
    for day, (kind, journey), number in zip(span, kinds, counts, strict=True):
        for minute in _minutes(kind, number, chance):
            yield _moment(day, minute, kind, journey, chance)


def wall_instant(day: date, minute: int, zone: str) -> datetime:
    """The instant when the wall clock shows this minute of the day; past 1440, of the next day."""
    later = day + timedelta(days=minute // 1440)
    return instant_on(later, time(minute % 1440 // 60, minute % 60), zone)


def part_of(minute: int) -> str:
    """The part of the day that a minute lies in."""
    if minute < 690:
        return "morning"
    if minute < 945:
        return "midday"
    return "evening" if minute < 1240 else "late"


def _moment(day: date, minute: int, kind: str, journey: Journey | None, chance: Chance) -> Moment:
    zone = journey.zone if journey else HOME_ZONE
    instant = wall_instant(day, minute, zone) + timedelta(seconds=chance.between(0, 59))
    return Moment(day, instant, zone, kind, part_of(minute), journey)


def _minutes(kind: str, number: int, chance: Chance) -> list[int]:
    """So many minutes of the day, in order, with some time between them where there is room."""
    hours = HOURS[kind]
    found: list[int] = []
    for _ in range(number):
        for _ in range(8):
            first, last, _ = chance.pick_by(hours, [often for _, _, often in hours])
            minute = chance.between(first, last)
            if all(abs(minute - other) >= APART for other in found):
                break
        found.append(minute)
    return sorted(found)


def _kind(day: date) -> tuple[str, Journey | None]:
    for journey in journeys():
        month, number = map(int, journey.begins.split("-"))
        begins = date(day.year, month, number)
        is_year = day.year % journey.every == journey.offset % journey.every
        if is_year and 0 <= (day - begins).days < journey.days:
            return "journey", journey
    if _is_holiday(day):
        return "holiday", None
    is_rest = day.weekday() >= 5 or (day.month, day.day) in FREE_DAYS
    return ("rest" if is_rest else "work"), None


def _is_holiday(day: date) -> bool:
    """The two long rests of the year."""
    christmas = (day.month, day.day) >= (12, 24) or (day.month, day.day) <= (1, 6)
    summer = date(day.year, 7, 24) <= day <= date(day.year, 8, 9)
    return christmas or summer
