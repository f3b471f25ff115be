"""What pages show of people."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from django import template
from django.urls import get_script_prefix, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, to_locale
from django.utils.translation import gettext as _

from apps.core.models import NO_ID
from apps.core.templatetags.core import day_of_year, plain_day
from apps.core.text import Markup
from apps.people.models import PersonDate
from apps.people.today import Line

register = template.Library()


@register.simple_tag
def people_lines(lines: Iterable[Line], day: date, csrf_token: str) -> SafeString:
    """The lines as items of a list; as a fragment they cost a tenth of Today."""
    return ITEM.each((_line(line, day, csrf_token),) for line in lines)


ITEM = Markup("<li>{}</li>")


def _line(line: Line, day: date, csrf_token: str) -> SafeString:
    said = {"url": line.url, "name": line.name}
    if line.label and line.on:
        on = _("Today") if line.on == day else day_of_year(line.on)
        return _about_day(get_language())(label=line.label, on=on, **said)
    words = _about_word(line.weeks, get_language(), get_script_prefix())
    return words(pk=str(line.person_id), token=str(csrf_token), **said)


def _blanks(words: str) -> str:
    """A translated sentence, with its places left open."""
    return words % {name: f"{{{name}}}" for name in ("label", "name", "url")}


@lru_cache(maxsize=16)
def _about_day(_language: str | None) -> Markup:
    words = _blanks(_('%(label)s: <a href="%(url)s">%(name)s</a>'))
    return Markup(f'<p>{words} <span class="quiet">{{on}}</span></p>')


@lru_cache(maxsize=512)
def _about_word(weeks: int | None, _language: str | None, _prefix: str) -> Markup:
    if weeks is None:
        words = _('You have not noted a word from <a href="%(url)s">%(name)s</a> yet.')
    elif weeks == 0:
        words = _('It has been a few days since you heard from <a href="%(url)s">%(name)s</a>.')
    else:
        words = ngettext(
            'It has been %(weeks)s week since you heard from <a href="%(url)s">%(name)s</a>.',
            'It has been %(weeks)s weeks since you heard from <a href="%(url)s">%(name)s</a>.',
            weeks,
        )
        words = words.replace("%(weeks)s", str(weeks))
    heard = _act("people:person_heard", "heard", "", _("I heard from them"))
    snooze = _act("people:person_snooze", "snooze", " ghost", _("Not this week"))
    return Markup(f'<p>{_blanks(words)}</p><div class="acts">{heard} {snooze}</div>')


ACT = """<form method="post" action="{url}" hx-post="{url}" hx-target="#people-today" \
hx-swap="outerHTML" hx-sync="drop"><input type="hidden" name="csrfmiddlewaretoken" \
value="{{token}}"><button class="btn{look} small" id="{part}-{{pk}}">{word}\
<span class="visually-hidden"> {{name}}</span></button></form>"""


def _act(view: str, part: str, look: str, word: str) -> str:
    url = reverse(view, args=[NO_ID]).replace(str(NO_ID), "{pk}")
    return ACT.format(url=url, part=part, look=look, word=word)


@register.filter
def day_of_theirs(row: PersonDate) -> str:
    """A day of the year, with its year where that is known: "November 20", "November 20, 1980"."""
    if row.year:
        return plain_day(date(row.year, row.month, row.day))
    # A year that has every day.
    day = date(2000, row.month, row.day)
    locale = to_locale(get_language() or "en")
    return format_date(day, Locale.parse(locale).datetime_skeletons["MMMMd"].pattern, locale)
