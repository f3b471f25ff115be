"""The words and shapes of an entry's marks."""

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache, reduce
from operator import add
from typing import Any

from django import template
from django.forms import BaseForm
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from apps.core.templatetags.core import clock, day_of_year, icon, number
from apps.journal.forms import ENERGIES, MOODS, NOT_SAID
from apps.journal.models import Entry
from apps.journal.reading import Weeks

register = template.Library()

MOOD_ICONS = ("frown", "annoyed", "meh", "smile", "laugh")
ENERGY_ICONS = ("battery", "battery-low", "battery-medium", "battery-full", "zap")


@register.simple_tag
def when(entry: Entry, show_day: bool) -> SafeString:
    """The line above an entry in a list: its day and hour, which lead to it, its star, its mood.

    A page of the journal has twenty of these; as a template they cost as much as all the rest.
    """
    wall, language = entry.wall_time, get_language()
    day = _day(entry.local_date, language) if show_day else ""
    hour = _hour(clock(wall)) if wall else ""
    return format_html(
        '<a href="{}">{}{}{}</a>{}{}',
        entry.get_absolute_url(),
        day,
        " · " if day and hour else "",
        hour or ("" if day else _("Open")),
        icon("star", _("Starred")) if entry.starred else "",
        "" if entry.mood is None else _feeling(entry.mood, language),
    )


@lru_cache(maxsize=1024)
def _day(day: date, _language: str | None) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), day_of_year(day))


@lru_cache(maxsize=4096)
def _hour(clock: str) -> SafeString:
    return format_html("<span>{}</span>", clock)


@lru_cache(maxsize=64)
def _feeling(mood: int, _language: str | None) -> SafeString:
    step = _step(mood)
    return format_html('<span class="feeling">{}{}</span>', icon(MOOD_ICONS[step]), MOODS[step][1])


@register.filter
def read_on(entry: Entry) -> str:
    """What leads from the opening of an entry to all of it."""
    count = entry.word_count
    words = ngettext("Read on, %(shown)s word", "Read on, %(shown)s words", count)
    return words % {"shown": number(count)}


@register.simple_tag
def hidden_fields(form: BaseForm) -> SafeString:
    """The fields of a form that nobody sees, without the templates of their widgets."""
    return format_html_join(
        "",
        '<input type="hidden" name="{}" id="{}" value="{}">',
        (
            (field.html_name, field.id_for_label, "" if field.value() is None else field.value())
            for field in form.hidden_fields()
        ),
    )


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
def squares(weeks: Weeks) -> SafeString:
    """The days of the weeks, one after another; as a loop they would be half of the page's cost."""
    return reduce(add, [_square(day.shade, day.is_today) for day in weeks.squares])


@cache
def _square(shade: int, is_today: bool) -> SafeString:
    return format_html(
        '<i data-n="{}"{}></i>', shade, format_html(' class="{}"', "today") if is_today else ""
    )


def _step(value: int | None) -> int:
    return (value or 0) + 2
