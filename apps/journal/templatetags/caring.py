"""What touched cares, on their pages: months as pictures and as tables, and who waits."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from babel.dates import format_date
from django import template
from django.utils.translation import get_language, ngettext, to_locale
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cares.models import Care
from apps.cares.pictures import bars_of, dots_of
from apps.cares.reading import lineages_of
from apps.cares.touching import MONTHS, Period, Touch, month_by_month, parted
from apps.core.periods import Month
from apps.core.templatetags.core import number
from apps.journal.caring import touches, touches_in_all

register = template.Library()


@register.inclusion_tag("journal/_care_months.html")
def months_of_care(user: User, care: Care, lineage: list[UUID], now: datetime) -> dict[str, Any]:
    """How a care was touched in the last twelve months, as SVG and as a table."""
    last = Month.of(user.today(now))
    found = touches(user, {care.pk: lineage}, last.plus(1 - MONTHS).first, last.last)
    months = month_by_month(found, last)
    return {
        "care": care,
        "months": months,
        "picture": bars_of(months),
        "any": bool(found),
        "touched": sum(bool(month.total) for month in months),
    }


@register.inclusion_tag("journal/_cares_touched.html")
def cares_touched(user: User, cares: list[Care], period: Period) -> dict[str, Any]:
    """Which of these cares something touched in a period, each with its last twelve months."""
    last = Month.of(period.last)
    lineages = lineages_of(user.pk, [care.pk for care in cares])
    year = touches(user, lineages, last.plus(1 - MONTHS).first, last.last)
    in_period = touches_in_all(user, lineages, period.first, period.last)
    by_care: dict[Any, list[Touch]] = {}
    for touch in year:
        by_care.setdefault(touch.care, []).append(touch)
    months = {pk: month_by_month(by_care.get(pk, ()), last) for pk in lineages}
    named = {care.pk: care for care in cares}
    parts = parted(list(lineages), in_period)
    return {
        "touched": [(named[pk], dots_of(months[pk]), touch) for pk, touch in parts.touched],
        "untouched": [
            (named[pk], dots_of(months[pk]), _last_of(by_care.get(pk, ())))
            for pk in parts.untouched
        ],
        "months": [month.month.first for month in next(iter(months.values()), ())],
        "rows": [(named[pk], months[pk]) for pk in lineages],
    }


def _last_of(touches: Any) -> date | None:
    return max((touch.last_on for touch in touches), default=None)


@register.filter
def touch_words(touch: Any) -> str:
    """What touched a care: "3 entries, 1 promise"."""
    said = []
    if touch.entries:
        words = ngettext("%(count)s entry", "%(count)s entries", touch.entries)
        said.append(words % {"count": number(touch.entries)})
    if touch.promises:
        words = ngettext("%(count)s promise", "%(count)s promises", touch.promises)
        said.append(words % {"count": number(touch.promises)})
    return ", ".join(said) or _("nothing")


@register.filter
def short_month(day: date) -> str:
    """A month in few letters: "Nov"."""
    return format_date(day, "LLL", locale=to_locale(get_language() or "en"))


@register.filter
def period_words(key: str) -> str:
    """The name of a period."""
    return {
        "weeks": _("The last three weeks"),
        "quarter": _("The last three months"),
        "year": _("The last twelve months"),
    }[key]
