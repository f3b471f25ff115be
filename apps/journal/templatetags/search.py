"""How what was found is shown: a text with the words marked that were asked for."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_lazy, pgettext_lazy

from apps.core.templatetags.core import NOTHING, dom_id, icon, whole_day
from apps.core.text import marked_text
from apps.journal.query import Named, parse
from apps.journal.searching import Found

register = template.Library()

# How to ask, with words of nobody's; what the examples do not show.
WAYS: list[tuple[list[Any], Any]] = [
    (
        [pgettext_lazy("search for exact words", '"small steps"')],
        gettext_lazy("exactly these words"),
    ),
    ([pgettext_lazy("search without a word", "-rain")], gettext_lazy("without the word")),
    (
        [pgettext_lazy("search for either word; keep OR", "tea OR coffee")],
        gettext_lazy("one of the two"),
    ),
    (
        [pgettext_lazy("search for a beginning", "light*")],
        gettext_lazy("words that begin like this"),
    ),
    (["#…", "@…"], gettext_lazy("a tag, a person")),
    (["in:…", "promise:…", "care:…"], gettext_lazy("a notebook, a promise, a care")),
    (["year:2026", "on:2026-03", "after:yesterday"], gettext_lazy("years, months, days")),
    (["mood:>0", "energy:<=-1"], gettext_lazy("from -2 to 2")),
    (["is:starred", "is:draft"], gettext_lazy("with a star; not yet closed")),
    (["has:photo", "has:file"], gettext_lazy("with something attached")),
]


ROW = """<article class="knot done entry-row" id="{}">
<p class="when"><a href="{}">{}</a>{}</p>
{}<p class="excerpt" dir="auto">{}</p>
</article>"""
TITLE = '<h2 dir="auto"><a class="open" href="{}">{}</a></h2>\n'


@register.filter
def rows_found(found: Iterable[Found]) -> SafeString:
    """What was found, one below the other; as a loop it would cost as much as looking for it."""
    starred = icon("star", gettext("Starred"))
    language = get_language()
    return format_html_join("", ROW, (_row(each, starred, language) for each in found))


def _row(found: Found, starred: SafeString, language: str | None) -> tuple[object, ...]:
    entry, title = found.entry, marked_text(found.title)
    url = format_html("{}", entry.get_absolute_url())
    return (
        dom_id(entry, "row"),
        url,
        _day(entry.local_date, language),
        starred if entry.starred else NOTHING,
        format_html(TITLE, url, title) if title else NOTHING,
        marked_text(found.text),
    )


@lru_cache(maxsize=4096)
def _day(day: date, _language: str | None) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), whole_day(day))


@register.filter
def about_person(name: str) -> str:
    """The address of the search for entries about somebody; "" where no search can say the name."""
    query = str(Named("person", name))
    if str(parse(query, date.min)) != query:
        return ""
    return f"{reverse('journal:search')}?{urlencode({'q': query})}"


@register.filter
def as_ways(found: Iterable[Found]) -> list[dict[str, Any]]:
    """What was found, each on one line: its title, or else its text."""
    return [
        {
            "url": each.entry.get_absolute_url(),
            "text": marked_text(each.title) or marked_text(each.text) or gettext("No text"),
            "day": each.entry.local_date,
        }
        for each in found
    ]


@register.simple_tag
def ways_to_ask() -> list[tuple[list[Any], Any]]:
    """Searches as they are typed, and what each is for."""
    return WAYS
