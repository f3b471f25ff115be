"""What pages show of the answers to a question."""

from datetime import date

from django import template

from apps.accounts.models import User
from apps.journal import answering
from apps.journal.answering import Answers
from apps.prompts.models import Prompt

register = template.Library()


@register.simple_tag
def answers_to(user: User, prompt: Prompt, today: date) -> Answers:
    """Every answer of this person to a question, the oldest first."""
    return answering.answers_to(user, prompt, today)
