"""Promises in words, for any page."""

from datetime import datetime

from django import template
from django.utils.translation import gettext_lazy as _

from apps.promises import handing_on, telling
from apps.promises.models import Promise, PromiseLink, Terms
from apps.promises.models.amendment import Reason
from apps.promises.needs import Need
from apps.promises.reading import Button, Story, buttons_of
from apps.promises.states import Move, Role
from apps.promises.wording import NEEDS

register = template.Library()

register.filter("other_end", telling.other_end)
register.filter("name_of", telling.name_of)
register.filter("state_words", telling.state_in_words)
register.filter("due_words", telling.due_in_words)
register.filter("is_soon", telling.is_soon)
register.filter("due_of_terms", telling.due_of_terms)
register.filter("loop_of", telling.loop_of)
register.filter("ledger_of", telling.ledger_of)


@register.filter
def need_words(need: Need | str) -> str:
    """The name of a group of the register."""
    return str(NEEDS[str(need)])


@register.filter
def reason_words(code: str) -> str:
    """A reason for what went otherwise."""
    return str(Reason(code).label) if code in Reason.values else ""


@register.filter
def first_moves(promise: Promise, now: datetime) -> list[Button]:
    """What its owner would most likely say next: two at most."""
    quick = {
        Move.OFFER,
        Move.PROMISE,
        Move.ACCEPT,
        Move.AGREE,
        Move.DELIVER,
        Move.SATISFIED,
        Move.NOT_YET,
        Move.COUNTER,
    }
    if Role.PROMISER in promise.owner_roles:
        quick.add(Move.PROPOSE)
    own, _reports = buttons_of(promise, now)
    return [button for button in own if button.move in quick][:2]


@register.filter
def can_be_repaired(promise: Promise) -> bool:
    """Whether it was not kept, or late, and may be made good."""
    return handing_on.needs_repair(promise)


@register.filter
def seen_from_there(link: PromiseLink) -> str:
    """What the other one is to this, where the link begins at the other."""
    return str(BACK[PromiseLink.Kind(link.kind)])


BACK = {
    PromiseLink.Kind.PART_OF: _("has as a part"),
    PromiseLink.Kind.DELEGATED_FROM: _("led to asking for"),
    PromiseLink.Kind.DEPENDS_ON: _("is waited for by"),
    PromiseLink.Kind.SUCCEEDS: _("its place was taken by"),
    PromiseLink.Kind.REPAIRS: _("is made good by"),
    PromiseLink.Kind.ENABLES: _("was made possible by"),
}


@register.filter
def changes_of(story: Story) -> list[str]:
    """What the change that is open would change."""
    if story.amendment is None:
        return []
    return telling.changes_between(story.terms, story.amendment.terms)


@register.filter
def must_first(terms: Terms) -> list[dict[str, object]]:
    """The conditions, those that must be met first."""
    return sorted(terms.conditions, key=lambda it: not it["must"])
