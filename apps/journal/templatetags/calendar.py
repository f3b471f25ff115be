"""A calendar's days as links with whole words, its weeks and months in the person's language."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache, reduce
from operator import add
from typing import NamedTuple

from babel.dates import format_date, format_skeleton
from django import template
from django.urls import get_script_prefix, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, to_locale
from django.utils.translation import gettext as _

from apps.core.templatetags.core import icon, number, whole_day
from apps.journal.calendar import Day, Held, MonthOfDays, YearOfDays
from apps.journal.calendar import week_days as days_of_week
from apps.journal.forms import MOODS
from apps.journal.looking_back import Distance
from apps.journal.templatetags.journal import MOOD_ICONS

register = template.Library()

# More entries than these look the same in a year.
DEEPEST = 3
_ANY = date(1000, 1, 1)
_YEAR = str(_ANY.year)


class WeekDay(NamedTuple):
    """A weekday in a column's head: its letter, its short name, and its whole one."""

    letter: str
    short: str
    name: str


@register.filter
def week_days(first_weekday: int) -> list[WeekDay]:
    """The seven weekdays in the order of this person's week."""
    return _week_days(first_weekday, get_language() or "en")


@lru_cache(maxsize=64)
def _week_days(first_weekday: int, language: str) -> list[WeekDay]:
    locale = to_locale(language)
    return [
        WeekDay(*(format_date(day, form, locale) for form in ("EEEEE", "EEE", "EEEE")))
        for day in days_of_week(first_weekday)
    ]


@register.simple_tag
def month_names() -> list[tuple[int, str]]:
    """The twelve months with their names, as they stand alone."""
    locale = to_locale(get_language() or "en")
    return [(at, format_date(date(2024, at, 1), "LLLL", locale)) for at in range(1, 13)]


@register.filter
def month_name(day: date) -> str:
    """The month a day lies in, without its year: "November"."""
    return format_date(day, "LLLL", to_locale(get_language() or "en"))


@register.filter
def month_and_day(day: date) -> str:
    """A day of any year: "November 20"."""
    return format_skeleton("MMMMd", day, locale=to_locale(get_language() or "en"))


@register.simple_tag
def years_to(years: Iterable[int], here: int | None) -> SafeString:
    """Years as links to their pages, the one of this page among them."""
    url = _address("journal:calendar_year", _ANY.year)
    return format_html_join(
        "",
        '<a class="chip" href="{}"{}>{}</a>',
        ((url.replace(_YEAR, str(year)), _HERE if year == here else "", year) for year in years),
    )


@register.filter
def weeks_of_month(page: MonthOfDays) -> SafeString:
    """The rows of a month's table: what each day holds, as words and as marks."""
    return _rows(page, _cell)


@register.filter
def weeks_of_year(page: MonthOfDays) -> SafeString:
    """The rows of one month on the page of a year: each day a number, deeper with more entries."""
    return _rows(page, _small_cell)


def _rows(page: MonthOfDays, cell: "Cell") -> SafeString:
    read = _address("journal:day_detail", _ANY)
    write = f"{_address('journal:entry_create')}?date={_ANY.isoformat()}"
    language = get_language() or "en"
    weeks = ([cell(day, read, write, language) for day in week] for week in page.weeks)
    # Adding is a tenth of what putting them into a pattern would be.
    return reduce(add, [reduce(add, week, _BEGIN) + _END for week in weeks])


def _address(view: str, *given: date | int) -> str:
    """An address that is looked up once: each look-up costs as much as a small query."""
    return _addresses(get_script_prefix(), view, given)


@lru_cache(maxsize=16)
def _addresses(_prefix: str, view: str, given: tuple[date | int, ...]) -> str:
    return reverse(view, args=given)


Cell = Callable[[Day | None, str, str, str], SafeString]
# Cells say days and numbers and nobody's words, so they are kept and shown to everybody alike. A
# year has 365, and would be slow to look at if each was put together anew.
_kept = lru_cache(maxsize=8192)


@_kept
def _cell(day: Day | None, read: str, write: str, language: str) -> SafeString:
    if day is None:
        return _BLANK
    inside = format_html('<span class="date">{}</span>{}', day.day.day, _marks(day.held))
    return _table_cell(day, inside, read, write, language)


@_kept
def _small_cell(day: Day | None, read: str, write: str, language: str) -> SafeString:
    if day is None:
        return _BLANK
    return _table_cell(day, format_html("{}", day.day.day), read, write, language)


def _table_cell(day: Day, inside: SafeString, read: str, write: str, language: str) -> SafeString:
    iso = day.day.isoformat()
    words = f"{whole_day(day.day)}, {_words(day.held, day.is_today, day.is_ahead, language)}"
    shade = min(day.held.entries, DEEPEST)
    if day.is_ahead and not shade:
        return format_html(
            '<td class="ahead" data-day="{}" aria-label="{}">{}</td>', iso, words, inside
        )
    return format_html(
        '<td data-day="{0}" data-n="{1}">'
        '<a href="{2}" title="{3}" aria-label="{3}"{4}>{5}</a></td>',
        iso,
        shade,
        (read if shade else write).replace(_ANY.isoformat(), iso),
        words,
        _TODAY if day.is_today else "",
        inside,
    )


_BEGIN, _END = format_html("\n<{}>", "tr"), format_html("</{}>", "tr")
_BLANK = format_html("<{0}></{0}>", "td")
_TODAY = format_html(' aria-current="{}"', "date")
_HERE = format_html(' aria-current="{}"', "page")


@lru_cache(maxsize=1024)
def _words(held: Held, is_today: bool, is_ahead: bool, _language: str) -> str:
    """What a cell says after its day: whether that is today, and what it holds."""
    said = [_("today")] if is_today else []
    if held.entries:
        entries = ngettext("%(count)s entry", "%(count)s entries", held.entries)
        said.append(entries % {"count": number(held.entries)})
    elif is_ahead:
        said.append(_("still to come"))
    else:
        said += [_("nothing written"), _("write for this day")]
    if held.lowest is not None and held.lowest == held.highest:
        said.append(_("mood: %(mood)s") % {"mood": _mood(held.lowest)})
    elif held.lowest is not None and held.highest is not None:
        moods = {"lowest": _mood(held.lowest), "highest": _mood(held.highest)}
        said.append(_("mood: from %(lowest)s to %(highest)s") % moods)
    return ", ".join(said)


def _mood(value: int) -> str:
    return str(MOODS[value + 2][1])


_MORE = format_html("<{0}>+</{0}>", "b")


@lru_cache(maxsize=256)
def _marks(held: Held) -> SafeString:
    """A dot an entry, and the shapes of the moods; the words say the same."""
    moods = sorted({mood for mood in (held.lowest, held.highest) if mood is not None})
    return format_html(
        '<span class="dots">{}{}</span><span class="moods">{}</span>',
        format_html_join("", "<{0}></{0}>", [("i",)] * min(held.entries, DEEPEST)),
        _MORE if held.entries > DEEPEST else "",
        format_html_join("", "{}", [(icon(MOOD_ICONS[mood + 2]),) for mood in moods]),
    )


@register.filter
def held_in(page: MonthOfDays | YearOfDays) -> str:
    """How much a month or a year holds, in a sentence."""
    return _held_in(page.entries, page.written, get_language() or "en")


@lru_cache(maxsize=1024)
def _held_in(entries: int, written: int, _language: str) -> str:
    if not entries:
        return _("Nothing is written here yet.")
    of_entries = ngettext("%(count)s entry", "%(count)s entries", entries)
    on_days = ngettext("on %(count)s day", "on %(count)s days", written)
    return _("%(entries)s %(on_days)s") % {
        "entries": of_entries % {"count": number(entries)},
        "on_days": on_days % {"count": number(written)},
    }


@register.filter
def ago(distance: Distance) -> str:
    """How far back an entry lies: "A week ago", "90 days ago", "3 years ago"."""
    if distance.years:
        words = ngettext("A year ago today", "%(count)s years ago today", distance.years)
        return words % {"count": distance.years}
    if distance.days == 7:
        return _("A week ago")
    return ngettext("%(count)s day ago", "%(count)s days ago", distance.days) % {
        "count": distance.days
    }
