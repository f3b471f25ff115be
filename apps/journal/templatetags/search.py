"""How what was found is shown: a text with the words marked that were asked for."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.journal.searching import Piece

register = template.Library()

BEGIN, END = format_html("<{}>", "mark"), format_html("</{}>", "mark")


@register.filter
def marked(pieces: Iterable[Piece]) -> SafeString:
    """The pieces one after another, what was asked for as `<mark>`; all of it escaped.

    A page of twenty has a hundred pieces; as a loop they would be a quarter of its cost.
    """
    return format_html_join(
        "",
        "{}{}{}",
        ((BEGIN, text, END) if is_found else ("", text, "") for text, is_found in pieces),
    )
