"""Days and times as people and programs write them, in files that name no format.

ISO 8601 and its relatives, days by number in either order, and months by name in the languages of
`LANGUAGES` (their names are those of the CLDR). What cannot be read is never guessed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import get_day_names, get_month_names

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")
# Languages in which programs that know their person's write months.
MORE_LANGUAGES = (
    *LANGUAGES,
    *("sv", "da", "nb", "fi", "pl", "cs", "hu", "ro", "ca", "tr", "ru", "uk", "el", "id"),
)
# No journal is older; what programs write for "never" is.
EARLIEST = 1000
LONGEST = 80

Order = Literal["day", "month"]


@dataclass(frozen=True)
class Said:
    """A day as it was written; the time on its clock, and how far that clock was from UTC."""

    day: date
    clock: time | None = None
    offset: timezone | None = None

    @property
    def moment(self) -> datetime | None:
        """The instant, where a time and its distance from UTC were written."""
        if self.clock is None or self.offset is None:
            return None
        return datetime.combine(self.day, self.clock, self.offset)

    def day_in(self, zone: ZoneInfo) -> date:
        """The local day: in `zone` for an instant in UTC, which is nobody's clock, else as said."""
        if self.moment is None or self.offset != UTC:
            return self.day
        try:
            return self.moment.astimezone(zone).date()
        except OverflowError:
            return self.day


def said(text: str, first: Order = "day") -> Said | None:
    """What a text says that is a day and nothing else; None where it is not.

    `first` is what stands first in days by number such as 3/4/2024.
    """
    text = text.strip()
    found = begins(text, first) if len(text) <= LONGEST else None
    if found is None or not _LEFT_OVER.fullmatch(found[1]):
        return None
    return found[0]


def begins(text: str, first: Order = "day") -> tuple[Said, str] | None:
    """The day that a text begins with, and the words that follow it."""
    text = _without_weekday(text.strip())
    found = _day(text, first)
    if found is None:
        return None
    day, rest = found
    clock, offset, rest = _time_and_offset(rest)
    return Said(day, clock, offset), rest


def clock(text: str) -> time | None:
    """The time that a text says, on 12 or 24 hours; None where it says none."""
    match = _CLOCK.fullmatch(text.strip())
    return _time(match) if match else None


def is_period(text: str) -> bool:
    """Whether a text says a day, a month or a year by number, and nothing else.

    So do names of folders that say more of what lies in them: 2024, 2024-03, 2024-03-09, 03.
    """
    return text.isdecimal() or bool(_MONTH.fullmatch(text)) or said(text) is not None


def order(texts: Iterable[str]) -> Order | None:
    """What stands first in the days by number of one hand; None where all could be either."""
    for text in texts:
        match = _NUMBERS.match(_without_weekday(text.strip()[:LONGEST]))
        if match and int(match[1]) > 12 >= int(match[3]):
            return "day"
        if match and int(match[3]) > 12 >= int(match[1]):
            return "month"
        if match and match[2] == ".":
            return "day"
    return None


def is_either(text: str) -> bool:
    """Whether a day could be read with the day or with the month first."""
    match = _NUMBERS.match(_without_weekday(text.strip()[:LONGEST]))
    return bool(
        match and match[2] != "." and int(match[1]) <= 12 >= int(match[3]) and match[1] != match[3]
    )


_WORD = re.compile(r"[^\W\d_]+")
_ISO = re.compile(r"([0-9]{4})([-/._])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])")
_MONTH = re.compile(r"[0-9]{4}[-/._ ][0-9]{1,2}|[0-9]{1,2}[-/._ ][0-9]{4}")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?![0-9])")
_NUMBERS = re.compile(r"([0-9]{1,2})([-/.])\s?([0-9]{1,2})\2\s?([0-9]{4}|[0-9]{2})(?![0-9])")
_DAY_FIRST = re.compile(
    r"([0-9]{1,2})(?:st|nd|rd|th|er|\.|º)?[ -](?:de |of )?"
    r"([^\W\d_]{3,12})\.?,?[ -](?:de )?([0-9]{4})(?![0-9])"
)
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,12})\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})(?![0-9])")
_WEEKDAY = re.compile(r"([^\W\d_]{2,14}(?:-feira)?)\.?,? +(?=[\w])")
_CLOCK = re.compile(
    r"([0-9]{1,2})[:.h]([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?"
    r"(?:\s?([ap])\.?m\b\.?)?(?![0-9:])",
    re.I,
)
_COMPACT_CLOCK = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})()()(?![0-9])")
_BETWEEN = re.compile(r"(?:T(?=[0-9])|,? (?:at|um|à|kl\.?) |[ ,]+)", re.I)
_OFFSET = re.compile(r"\s?(?:(?:GMT|UTC)?([+-])([0-9]{2}):?([0-9]{2})(?![0-9])|Z\b|(?:UTC|GMT)\b)")
# Letters for a zone stand for several; the clock is what is kept.
_LEFT_OVER = re.compile(r"\s*[A-Z]{0,5}\s*(?:\([^()]*\))?")


def _day(text: str, first: Order) -> tuple[date, str] | None:
    if match := _ISO.match(text) or _COMPACT.match(text):
        year, (month, day) = match[1], match.groups()[-2:]
    elif match := _NUMBERS.match(text):
        day, month, year = match[1], match[3], match[4]
        swap = first == "month" and match[2] != "."
        # What can be no month is none, whatever stands first elsewhere.
        if int(match[3]) > 12:
            swap = True
        elif int(match[1]) > 12:
            swap = False
        day, month = (month, day) if swap else (day, month)
    elif match := _DAY_FIRST.match(text):
        day, month, year = match[1], _months().get(match[2].casefold(), ""), match[3]
    elif match := _MONTH_FIRST.match(text):
        month, day, year = _months().get(match[1].casefold(), ""), match[2], match[3]
    else:
        return None
    return _dated(year, month, day, text[match.end() :])


def _dated(year: str, month: str, day: str, rest: str) -> tuple[date, str] | None:
    full = int(year) + (0 if len(year) == 4 else 2000 if int(year) < 69 else 1900)
    try:
        return (date(full, int(month), int(day)), rest) if full >= EARLIEST else None
    except ValueError:
        return None


def _time_and_offset(rest: str) -> tuple[time | None, timezone | None, str]:
    between = _BETWEEN.match(rest)
    after = rest[between.end() :] if between else rest
    match = _CLOCK.match(after) or (between and _COMPACT_CLOCK.match(after)) or None
    clock = _time(match) if match and between else None
    if match is None or clock is None:
        return None, None, rest
    offset = _OFFSET.match(after, match.end())
    if offset is None:
        return clock, None, after[match.end() :]
    if not offset[1]:
        return clock, UTC, after[offset.end() :]
    away = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
    if away >= timedelta(hours=24):
        return clock, None, after[offset.end() :]
    away = -away if offset[1] == "-" else away
    return clock, timezone(away) if away else UTC, after[offset.end() :]


def _time(match: re.Match[str]) -> time | None:
    hour, half = int(match[1]), (match[5] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    try:
        fraction = int((match[4] or "")[:6].ljust(6, "0"))
        return time(hour, int(match[2]), int(match[3] or 0), fraction)
    except ValueError:
        return None


def _without_weekday(text: str) -> str:
    match = _WEEKDAY.match(text)
    return text[match.end() :] if match and match[1].casefold() in _weekdays() else text


@cache
def months() -> dict[str, int]:
    """Months by their names in many languages; a word that is another in another is none."""
    found: dict[str, set[int]] = {}
    for language in MORE_LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    for word in _WORD.findall(name.casefold()):
                        found.setdefault(word, set()).add(number)
    return {word: numbers.pop() for word, numbers in found.items() if len(numbers) == 1}


@cache
def _months() -> dict[str, str]:
    return {
        name.casefold().rstrip("."): str(number)
        for language in reversed(LANGUAGES)
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for number, name in get_month_names(width, context, language).items()
    } | {"sept": "9"}


@cache
def _weekdays() -> frozenset[str]:
    return frozenset(
        name.casefold().rstrip(".")
        for language in LANGUAGES
        for width in ("wide", "abbreviated", "short")
        for name in get_day_names(width, "format", language).values()
    )
