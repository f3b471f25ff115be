"""What pages say of the question of a day."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from apps.prompts.daily import SWAPS
from apps.prompts.models import Serving
from apps.prompts.models.prompt import Occasion

register = template.Library()


@register.filter
def can_swap(question: Serving) -> bool:
    """Whether the day has room for another."""
    return question.slot < SWAPS


@register.filter
def why_asked(question: Serving) -> str:
    """Why it is this one, in a sentence."""
    said: dict[str, Any] = {"pack": question.prompt.pack.name}
    match question.reason:
        case Serving.Reason.FIRST_DAYS:
            return _("It is one of seven questions for your first days.")
        case Serving.Reason.TRIGGERED:
            said["occasion"] = Occasion(question.occasion).label
            return _("It is asked %(occasion)s. It is from “%(pack)s”.") % said
        case Serving.Reason.ASKED:
            return _("You asked for another, and it was the next: from “%(pack)s”.") % said
    if question.is_kept_free:
        return _("The last days had enough that called. So it is the next from “%(pack)s”.") % said
    return _("Nothing calls for a question of its own. So it is the next from “%(pack)s”.") % said
