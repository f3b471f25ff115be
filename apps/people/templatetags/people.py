"""What pages show of people."""

from datetime import date

from babel import Locale
from babel.dates import format_date
from django import template
from django.utils.translation import get_language, to_locale

from apps.accounts.models import User
from apps.core.templatetags.core import plain_day
from apps.people.models import PersonDate
from apps.people.today import Line, lines_of

register = template.Library()


@register.simple_tag
def lines_of_today(user: User, day: date) -> list[Line]:
    """What the page of today says of people, at most two lines; one query."""
    return lines_of(user, day)


@register.filter
def day_of_theirs(row: PersonDate) -> str:
    """A day of the year, with its year where that is known: "November 20", "November 20, 1980"."""
    if row.year:
        return plain_day(date(row.year, row.month, row.day))
    # A year that has every day.
    day = date(2000, row.month, row.day)
    locale = to_locale(get_language() or "en")
    return format_date(day, Locale.parse(locale).datetime_skeletons["MMMMd"].pattern, locale)
