"""A pointer to the mailbox, and instants as a person's own clock shows them."""

from datetime import datetime

from django import template
from django.template import RequestContext

from apps.accounts.mail import is_mailbox_open
from apps.accounts.models import User
from apps.core.periods import zone

register = template.Library()


@register.inclusion_tag("accounts/_mailbox_notice.html", takes_context=True)
def mailbox_notice(context: RequestContext) -> dict[str, bool]:
    """Where the mail is, when this journal keeps it itself and its owner sits at the machine."""
    return {"is_open": is_mailbox_open(context["request"])}


@register.filter
def wall(instant: datetime, user: User) -> datetime:
    """The instant on this person's clock; UTC for somebody we do not know."""
    name = getattr(user, "time_zone", "") or "UTC"
    return instant.astimezone(zone(name)).replace(tzinfo=None)
