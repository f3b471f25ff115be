"""How a thread is shown: where its search is, in how much it stands, and its small picture."""

from collections.abc import Iterable
from datetime import date
from typing import TypedDict
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.templatetags.core import month_of_year, number
from apps.journal.models import Survey, Thread
from apps.journal.query import Phrase, Words

register = template.Library()

# The picture: a column is so wide, with so much air after it, and at most so high.
WIDE, AIR, HIGH = 3, 1, 20


class Row(TypedDict):
    """A thread as the page shows it; a dictionary, because templates look there first.

    `url` its search, `count` in how much it stands, `path` and `width` its picture, `told` what the
    picture shows.
    """

    thread: Thread
    url: str
    count: str
    path: str
    width: int
    told: str


@register.filter
def as_threads(threads: Iterable[Thread], survey: Survey | None) -> list[Row]:
    """Threads ready to be shown one below the other."""
    search = reverse("journal:search")
    return [_row(thread, survey, search) for thread in threads]


def _row(thread: Thread, survey: Survey | None, search: str) -> Row:
    asked = Phrase(thread.words) if " " in thread.key else Words(thread.words)
    entries = ngettext("%(count)s entry", "%(count)s entries", thread.entries)
    weeks = ngettext("%(count)s week", "%(count)s weeks", thread.weeks)
    return {
        "thread": thread,
        "url": f"{search}?{urlencode({'q': str(asked)})}",
        "count": _("%(entries)s in %(weeks)s, %(first)s to %(last)s")
        % {
            "entries": entries % {"count": number(thread.entries)},
            "weeks": weeks % {"count": number(thread.weeks)},
            "first": month_of_year(thread.first_on),
            "last": month_of_year(thread.last_on),
        },
        "path": path_of(thread.columns),
        "width": len(thread.columns) * (WIDE + AIR),
        "told": _("Most of it around %(month)s") % {"month": month_of_year(_peak(thread, survey))},
    }


def path_of(columns: list[int]) -> str:
    """The columns as the outline of an SVG path; the highest fills the picture, none is a dot."""
    most = max(columns, default=0) or 1
    return "".join(
        f"M{at * (WIDE + AIR)} {HIGH}v-{1 + round((HIGH - 1) * count / most, 1):g}h{WIDE}V{HIGH}z"
        for at, count in enumerate(columns)
    )


def _peak(thread: Thread, survey: Survey | None) -> date:
    """The month in the middle of the highest column, of what was looked at as a whole."""
    since = (survey and survey.since) or thread.first_on
    until = (survey and survey.until) or thread.last_on
    columns = thread.columns or [0]
    months = (until.year - since.year) * 12 + until.month - since.month + 1
    width = -(-months // len(columns))
    at = columns.index(max(columns)) * width + width // 2
    month = since.year * 12 + since.month - 1 + min(at, months - 1)
    return date(month // 12, month % 12 + 1, 1)
