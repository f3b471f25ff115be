"""Sittings in words, and the two lines that other pages may have of them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import template
from django.forms import BaseForm
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.models import address
from apps.core.shipped import in_language
from apps.core.text import to_html
from apps.journal.models import Entry
from apps.promises.models import Promise
from apps.sittings.offered import LOOKED_BACK_ON
from apps.sittings.offering import Offer, Why
from apps.sittings.reading import sittings_of_entry
from apps.sittings.sessions import Session, Step, numbered

register = template.Library()
register.filter("in_language", in_language)
AFTER_EVENT = 10

WORDS: dict[Why, Any] = {
    Why.WEEK_BEGIN: gettext_lazy("a week begins"),
    Why.WEEK_END: gettext_lazy("the week comes to its end"),
    Why.MONTH_END: gettext_lazy("the month comes to its end"),
    Why.QUARTER_END: gettext_lazy("the quarter comes to its end"),
    Why.YEAR_END: gettext_lazy("the year comes to its end"),
    Why.SORE_DAY: gettext_lazy("after a hard day"),
    Why.DAY: gettext_lazy("for any day"),
}


@register.filter
def offer_words(offer: Offer) -> str:
    """Why it is offered."""
    if offer.closed:
        return _("“%(what)s” came to an end") % {"what": offer.closed.what}
    return offer.landmark or str(WORDS.get(offer.why, ""))


@register.filter
def offer_url(offer: Offer) -> str:
    """Where it begins."""
    url = address("sittings:sitting_begin", offer.session.key)
    return f"{url}?{urlencode({'promise': offer.closed.pk})}" if offer.closed else url


@register.filter
def minutes_words(session: Session) -> str:
    """How long it takes."""
    low, high = session.minutes
    if low == high:
        return ngettext("%(high)s minute", "%(high)s minutes", high) % {"high": high}
    return _("%(low)s to %(high)s minutes") % {"low": low, "high": high}


@register.filter
def question_words(step: Step) -> str:
    """A question before anything was answered."""
    return step.asked("…")


@register.filter
def as_prose(markdown: str) -> SafeString:
    """An answer, to be shown."""
    return to_html(markdown)


@register.filter
def at(rows: Mapping[str, Any], key: str) -> Any:
    """What is there under this key."""
    return rows.get(key, "")


@register.inclusion_tag("sittings/_of_entry.html")
def sitting_of_entry(entry: Entry) -> dict[str, Any]:
    """On the page of an entry: the sitting it came of, with its answers one by one. One statement,
    whose plan is kept."""
    return {"sittings": sittings_of_entry(owner=entry.owner_id, entry=entry.pk)}


@register.inclusion_tag("sittings/_look_back.html")
def look_back_on(promise: Promise) -> dict[str, Any]:
    """On the page of a promise that ended: the way to look back on it. Asks nothing."""
    session = numbered(AFTER_EVENT) if promise.state in LOOKED_BACK_ON else None
    return {"session": session, "promise": promise}


@register.simple_tag
def hidden_fields(form: BaseForm) -> SafeString:
    """The fields of a form that nobody sees, without the templates of their widgets."""
    return format_html_join(
        "",
        '<input type="hidden" name="{}" id="{}" value="{}">',
        (
            (field.html_name, field.id_for_label, "" if value is None else value)
            for field in form.hidden_fields()
            for value in [field.value()]
        ),
    )
