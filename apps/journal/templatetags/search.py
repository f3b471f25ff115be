"""How what was found is shown: a text with the words marked that were asked for."""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypedDict
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from apps.core.templatetags.core import dom_id, icon, whole_day
from apps.core.text import shown
from apps.journal.models import Entry
from apps.journal.query import Named, parse
from apps.journal.searching import Found, Piece

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
    (["in:…"], gettext_lazy("a notebook")),
    (["year:2026", "on:2026-03", "after:yesterday"], gettext_lazy("years, months, days")),
    (["mood:>0", "energy:<=-1"], gettext_lazy("from -2 to 2")),
    (["is:starred", "is:draft"], gettext_lazy("with a star; not yet closed")),
    (["has:photo", "has:file"], gettext_lazy("with something attached")),
]
# Of an entry without a title, so many words of its opening stand for it.
MOST_WORDS = 16
BEGIN, END = format_html("<{}>", "mark"), format_html("</{}>", "mark")


class Row(TypedDict):
    """An entry that was found, as the page shows it; a dictionary, because templates look there."""

    id: str
    url: str
    when: SafeString
    title: SafeString
    text: SafeString


@register.filter
def as_found(found: Iterable[Found]) -> list[Row]:
    """What was found, ready to be shown one below the other."""
    starred = icon("star", gettext("Starred"))
    return [
        {
            "id": dom_id(each.entry, "row"),
            "url": (url := each.entry.get_absolute_url()),
            "when": format_html(
                '<a href="{}"><time datetime="{}">{}</time></a>{}',
                url,
                each.entry.local_date.isoformat(),
                whole_day(each.entry.local_date),
                starred if each.entry.starred else "",
            ),
            "title": marked(each.title),
            "text": marked(each.text),
        }
        for each in found
    ]


@register.filter
def about_person(name: str) -> str:
    """The address of the search for entries about somebody; "" where no search can say the name."""
    query = str(Named("person", name))
    if str(parse(query, date.min)) != query:
        return ""
    return f"{reverse('journal:search')}?{urlencode({'q': query})}"


@register.filter
def as_ways(found: Iterable[Found]) -> list[dict[str, Any]]:
    """What was found, each on one line: its title, or else the text around what was asked for."""
    return [
        {
            "url": each.entry.get_absolute_url(),
            "text": marked(each.title) or marked(each.text) or _opening(each.entry),
            "day": each.entry.local_date,
        }
        for each in found
    ]


def _opening(entry: Entry) -> str:
    return Truncator(shown(entry.opening)).words(MOST_WORDS) or gettext("No text")


def marked(pieces: Iterable[Piece]) -> SafeString:
    """The pieces one after another, what was asked for as `<mark>`; all of it escaped.

    A page of twenty has a hundred pieces; as a loop they would be a quarter of its cost.
    """
    return format_html_join(
        "",
        "{}{}{}",
        ((BEGIN, text, END) if is_found else ("", text, "") for text, is_found in pieces),
    )


@register.simple_tag
def ways_to_ask() -> list[tuple[list[Any], Any]]:
    """Searches as they are typed, and what each is for."""
    return WAYS
