"""The words and shapes of an entry's marks."""

from dataclasses import dataclass
from functools import cache, reduce
from operator import add
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.journal.forms import ENERGIES, MOODS, NOT_SAID
from apps.journal.models import Entry
from apps.journal.reading import Weeks

register = template.Library()

MOOD_ICONS = ("frown", "annoyed", "meh", "smile", "laugh")
ENERGY_ICONS = ("battery", "battery-low", "battery-medium", "battery-full", "zap")


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
        Step(number, value, word, icon)
        for number, ((value, word), icon) in enumerate(zip(marks, icons, strict=True), start=1)
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
