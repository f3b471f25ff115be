"""The words and shapes of an entry's marks."""

from typing import Any

from django import template

from apps.journal.forms import ENERGIES, MOODS
from apps.journal.models import Entry

register = template.Library()

MOOD_ICONS = ("frown", "annoyed", "meh", "smile", "laugh")
ENERGY_ICONS = ("battery", "battery-low", "battery-medium", "battery-full", "zap")


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


def _step(value: int | None) -> int:
    return (value or 0) + 2
