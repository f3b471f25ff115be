"""What other pages show of people."""

from datetime import date

from django import template

from apps.accounts.models import User
from apps.people.today import Line, lines_of

register = template.Library()


@register.simple_tag
def lines_of_today(user: User, day: date) -> list[Line]:
    """What the page of today says of people, at most two lines; one query."""
    return lines_of(user, day)
