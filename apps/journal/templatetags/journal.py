"""The words and shapes of an entry's marks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Any
from uuid import UUID

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from apps.cares.models import Care
from apps.core.templatetags.core import NOTHING, clock, day_of_year, dom_id, icon, number
from apps.core.text import Markup
from apps.journal.forms import ENERGIES, MOODS, NOT_SAID
from apps.journal.models import Entry
from apps.journal.reading import Weeks
from apps.journal.sorting import ABOUT_SHOWN, entries_about, entries_about_cares
from apps.journal.templatetags.attachments import attached_to
from apps.promises.models import Promise

register = template.Library()

MOOD_ICONS = ("frown", "annoyed", "meh", "smile", "laugh")
ENERGY_ICONS = ("battery", "battery-low", "battery-medium", "battery-full", "zap")


# Its day and hour, which lead to it, star and mood; its title; its opening; its first pictures and
# how many files; and what leads from the opening to all of it, where that is more.
ROW = Markup("""<article class="knot done entry-row" id="{}">
<p class="when"><a href="{}">{}{}{}</a>{}{}</p>
{}
<div class="prose" dir="auto">{}</div>
{}{}
</article>""")
TITLE = Markup('<h3 dir="auto"><a class="open" href="{}">{}</a></h3>')
MORE = Markup('<p><a class="more quiet" href="{}">{}</a></p>')
BETWEEN, LINE_END = format_html("{}", " · "), format_html("{}", "\n")


@register.simple_tag
def about_promise(promise: Promise) -> list[Entry]:
    """The newest entries about a promise."""
    return entries_about(promise)


@register.simple_tag
def about_care(care: Care, lineage: list[UUID]) -> list[Entry]:
    """The newest entries about a care and those it came from, which `lineage` names."""
    return list(entries_about_cares(care.owner_id, lineage).as_rows().newest_first()[:ABOUT_SHOWN])


@register.filter
def rows_of_thread(entries: Iterable[Entry], show_day: bool) -> SafeString:
    """The entries one below the other.

    A page of the journal has twenty; put together by the template, with all that is looked up for
    each one anew, they would cost as much as all the rest of the page.
    """
    language = get_language()
    return ROW.each(_row(entry, show_day, language) for entry in entries)


def _row(entry: Entry, show_day: bool, language: str | None) -> tuple[object, ...]:
    url = format_html("{}", entry.get_absolute_url())
    wall = entry.wall_time
    day = _day(entry.local_date, language) if show_day else NOTHING
    hour = _hour(wall.hour, wall.minute, language) if wall else NOTHING
    attached = attached_to(entry)
    return (
        dom_id(entry, "row"),
        url,
        day,
        BETWEEN if day and hour else NOTHING,
        hour or (NOTHING if day else _("Open")),
        icon("star", _("Starred")) if entry.starred else NOTHING,
        NOTHING if entry.mood is None else _feeling(entry.mood, language),
        TITLE(url, entry.title) if entry.title else NOTHING,
        entry.opening,
        attached + LINE_END if attached else NOTHING,
        NOTHING if entry.is_whole else MORE(url, _read_on(entry.word_count, language)),
    )


@lru_cache(maxsize=1024)
def _day(day: date, _language: str | None) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), day_of_year(day))


@lru_cache(maxsize=4096)
def _hour(hour: int, minute: int, _language: str | None) -> SafeString:
    return format_html("<span>{}</span>", clock(time(hour, minute)))


@lru_cache(maxsize=64)
def _feeling(mood: int, _language: str | None) -> SafeString:
    step = _step(mood)
    return format_html('<span class="feeling">{}{}</span>', icon(MOOD_ICONS[step]), MOODS[step][1])


@lru_cache(maxsize=1024)
def _read_on(count: int, _language: str | None) -> SafeString:
    words = ngettext("Read on, %(shown)s word", "Read on, %(shown)s words", count)
    return format_html("{}", words % {"shown": number(count)})


@dataclass(frozen=True)
class Step:
    """A mark of a scale as a form offers it: its place among the choices, and how it is shown."""

    number: int
    value: str
    word: Any
    icon: str


@register.filter
def steps(kind: str) -> list[Step]:
    """The five marks of "mood" or "energy", lowest first, and then the one for not saying."""
    marks, icons = (MOODS, MOOD_ICONS) if kind == "mood" else (ENERGIES, ENERGY_ICONS)
    said = [
        Step(at, value, word, shape)
        for at, ((value, word), shape) in enumerate(zip(marks, icons, strict=True), start=1)
    ]
    return [*said, Step(0, "", NOT_SAID, "x")]


@register.filter
def mood_word(entry: Entry) -> Any:
    """The mood in a word; the entry must have one."""
    return MOODS[_step(entry.mood)][1]


@register.filter
def mood_icon(entry: Entry) -> str:
    """The icon that goes with the word."""
    return MOOD_ICONS[_step(entry.mood)]


@register.filter
def energy_word(entry: Entry) -> Any:
    """The energy in a word; the entry must have one."""
    return ENERGIES[_step(entry.energy)][1]


@register.filter
def energy_icon(entry: Entry) -> str:
    """The icon that goes with the word."""
    return ENERGY_ICONS[_step(entry.energy)]


@register.filter
def days_written(weeks: Weeks) -> str:
    """On how many of their days something was written; before the first, what a square means."""
    count = weeks.written
    if not count:
        return _("Each day you write on has a square here.")
    words = ngettext("%(days)s day written in 18 weeks", "%(days)s days written in 18 weeks", count)
    return words % {"days": count}


@register.filter
def squares(weeks: Weeks) -> SafeString:
    """The days of the weeks, one after another; as a loop they would be half of the page's cost."""
    return _squares(weeks.shades)


@lru_cache(maxsize=256)
def _squares(shades: str) -> SafeString:
    before = format_html_join("", '<i data-n="{}"></i>', ((shade,) for shade in shades[:-1]))
    return before + format_html('<i data-n="{}" class="today"></i>', shades[-1])


def _step(value: int | None) -> int:
    return (value or 0) + 2
