"""Every time zone there is, at every change of its clocks from 2000 to 2037 (assurance T-14).

The oracle is the C library's clock: what it shows at an instant is what the person saw on the
wall. Zones that are the same file under several names are walked through once.
"""

import os
import time
import zoneinfo
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import resources
from itertools import pairwise
from operator import attrgetter
from pathlib import Path

import pytest

from apps.core.periods import instant_on, local_day, zone_names

BEGIN = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())
END = int(datetime(2038, 1, 1, tzinfo=UTC).timestamp())
DAY = 86_400
STEP = 2 * DAY  # no zone moved its clocks twice within two days
AROUND = (-12 * 3600, -1, 0, 1, 12 * 3600)
DAY_STARTS = (0, 4)
# Days that a change of the date line took away, by all names of the zone.
SKIPPED = {date(2011, 12, 30): {"Pacific/Apia", "Pacific/Fakaofo"}}
EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True)
class Change:
    """An instant at which clocks were moved: offsets in seconds before and after."""

    at: int
    before: int
    after: int


def zone_file(name: str) -> Path:
    """The file Python reads for this zone."""
    for folder in zoneinfo.TZPATH:
        path = Path(folder, name)
        if path.is_file():
            return path
    return Path(str(resources.files("tzdata") / "zoneinfo" / name))


@contextmanager
def wall_clock(name: str) -> Iterator[None]:
    """The C library's clock set to this zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = f":{zone_file(name)}"
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ")
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()


@cache
def zones() -> dict[str, list[str]]:
    """One name for each different zone, with all its names."""
    files: dict[bytes, list[str]] = {}
    for name in zone_names():
        files.setdefault(zone_file(name).read_bytes(), []).append(name)
    return {names[0]: names for names in files.values()}


@cache
def changes(name: str) -> tuple[Change, ...]:
    """Every change of this zone's offset, found by asking the C library step by step."""
    found = []
    with wall_clock(name):
        steps = range(BEGIN, END + STEP, STEP)
        offsets = [shown.tm_gmtoff for shown in map(time.localtime, steps)]
        for (begin, offset), (end, other) in pairwise(zip(steps, offsets, strict=True)):
            if other != offset:
                low, high = begin, end
                while high - low > 1:
                    middle = (low + high) // 2
                    low, high = (middle, high) if _offset(middle) == offset else (low, middle)
                found.append(Change(high, offset, _offset(high)))
    return tuple(found)


def _offset(at: int) -> int:
    return time.localtime(at).tm_gmtoff


def seen_on_the_wall(name: str, at: int, day_starts_at: int) -> date:
    """The oracle: what the clock shows, less the hours that still belong to the day before."""
    found = changes(name)
    index = bisect_right(found, at, key=attrgetter("at"))
    offset = found[index - 1].after if index else found[0].before
    return (EPOCH + timedelta(seconds=at + offset, hours=-day_starts_at)).date()


@cache
def moments() -> list[tuple[datetime, str, int, date]]:
    """What is asked about: an instant in a zone, when days start, and the day that was seen."""
    return [
        (datetime.fromtimestamp(at, UTC), name, hour, seen_on_the_wall(name, at, hour))
        for name in zones()
        for change in changes(name)
        for at in (change.at + distance for distance in AROUND)
        for hour in DAY_STARTS
    ]


def wrong_days(day_of) -> tuple[int, list[str]]:
    """How many moments were asked about, and those where `day_of` does not say what was seen."""
    wrong = [
        f"{name} {instant:%Y-%m-%d %H:%M:%S} from {hour}"
        for instant, name, hour, seen in moments()
        if day_of(instant, name, hour) != seen
    ]
    return len(moments()), wrong


def test_the_day_is_the_one_on_the_wall_at_every_change_of_clocks() -> None:
    asked, wrong = wrong_days(local_day)
    named = sum(len(changes(name)) * len(names) for name, names in zones().items())
    assert named > 15_000, "the tables of zones are not all here"
    assert asked == len(AROUND) * len(DAY_STARTS) * sum(len(changes(name)) for name in zones())
    assert wrong == []


def test_it_catches_a_day_taken_from_the_servers_clock() -> None:
    _, wrong = wrong_days(lambda instant, _, hour: (instant - timedelta(hours=hour)).date())
    assert len(wrong) > 1_000


def test_it_catches_a_day_start_counted_in_hours_that_passed() -> None:
    """Taking four hours off the instant instead of the wall clock is wrong where clocks move."""
    _, wrong = wrong_days(
        lambda instant, name, hour: local_day(instant - timedelta(hours=hour), name)
    )
    assert wrong


def test_no_day_is_skipped_or_comes_twice() -> None:
    """Around every change: each day has a noon that lies on it, and is about as long as a day."""
    odd = []
    for name, names in zones().items():
        for change in changes(name):
            seen = (EPOCH + timedelta(seconds=change.at + change.before)).date()
            for day in (seen + timedelta(days=shift) for shift in (-1, 0, 1)):
                if SKIPPED.get(day, set()) & set(names):
                    continue
                begins = instant_on(day, datetime.min.time(), name)
                ends = instant_on(day + timedelta(days=1), datetime.min.time(), name)
                noon = instant_on(day, datetime.min.time().replace(hour=12), name)
                is_a_day = timedelta(hours=20) <= ends - begins <= timedelta(hours=28)
                before_skipped = day + timedelta(days=1) in SKIPPED
                if local_day(noon, name) != day or not (is_a_day or before_skipped):
                    odd.append(f"{name} {day}")
    assert odd == []


@pytest.mark.parametrize("name", ["Pacific/Apia", "Pacific/Fakaofo"])
def test_a_day_that_was_taken_away_is_nobodys_day(name) -> None:
    lost = date(2011, 12, 30)
    at = int(datetime(2011, 12, 29, tzinfo=UTC).timestamp())
    seen = {
        local_day(datetime.fromtimestamp(at + hour * 3600, UTC), name) for hour in range(4 * 24)
    }
    assert lost not in seen
    assert {lost - timedelta(days=1), lost + timedelta(days=1)} <= seen


def test_a_wall_time_means_one_instant_in_every_gap_and_fold() -> None:
    """By the old offset: a skipped time moves on by the gap, a repeated one means the first."""
    wrong, without_midnight = [], 0
    for name in zones():
        for change in changes(name):
            first, last = sorted((change.at + change.before, change.at + change.after))
            without_midnight += change.after > change.before and first % DAY == 0
            for seconds in (first, (first + last) // 2, last - 1):
                wall = EPOCH + timedelta(seconds=seconds)
                expected = datetime.fromtimestamp(seconds - change.before, UTC)
                if instant_on(wall.date(), wall.time(), name) != expected:
                    wrong.append(f"{name} {wall}")
    assert without_midnight > 100
    assert wrong == []
