"""Promises in words, for any page."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache, lru_cache
from uuid import UUID

from django import template
from django.template.defaultfilters import linebreaksbr
from django.urls import get_script_prefix, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from apps.cares.models import Care
from apps.core.models import NO_ID
from apps.core.templatetags.core import NOTHING, dom_id, icon, moment
from apps.core.text import Markup
from apps.promises import caring, handing_on, telling
from apps.promises.models import Promise, PromiseLink, Terms
from apps.promises.models.amendment import Reason
from apps.promises.needs import Need, need_of
from apps.promises.reading import Button, Story, buttons_of
from apps.promises.states import Move, Role, State
from apps.promises.wording import NEEDS

register = template.Library()

register.filter("other_end", telling.other_end)
register.filter("name_of", telling.name_of)
register.filter("state_words", telling.state_in_words)
register.filter("due_words", telling.due_in_words)
register.filter("silence_words", telling.silence_in_words)
register.filter("is_soon", telling.is_soon)
register.filter("due_of_terms", telling.due_of_terms)
register.filter("loop_of", telling.loop_of)


@register.filter
def need_words(need: Need | str) -> str:
    """The name of a group of the register."""
    return str(NEEDS[str(need)])


@register.simple_tag
def promises_about(care: Care, lineage: list[UUID]) -> list[Promise]:
    """The last that moved of the promises about a care and those it came from (`lineage`)."""
    return caring.latest_about(care.owner_id, lineage)


# What it is and to whom, by when, where it stands, and what is likely said next.
ROW = Markup("""<li class="promise-row" id="{}">
<div><a class="name" dir="auto" href="{}">{}</a><span class="quiet">{}{}</span></div>
<span class="tag {}">{}</span>{}
</li>
""")
ACTS = Markup('<div class="acts">{}</div>')
ACT = Markup('<a class="btn{}" href="{}">{}{}<span class="visually-hidden">: {}</span></a>')


@register.simple_tag
def promise_rows(promises: Iterable[Promise], now: datetime, acts: bool = True) -> SafeString:
    """Promises one below the other; as a loop over a fragment they cost half of the page."""
    return ROW.each(_row(promise, now, acts) for promise in promises)


def _row(promise: Promise, now: datetime, acts: bool) -> tuple[object, ...]:
    due = telling.due_in_words(promise, now)
    return (
        dom_id(promise, "row"),
        promise.get_absolute_url(),
        promise.what,
        telling.other_end(promise),
        f" · {due}" if due else "",
        tone(promise, now),
        telling.state_in_words(promise),
        ACTS(buttons(promise)) if acts else NOTHING,
    )


# When and to whom, what, and what is likely said next: on the thread of the day.
KNOT = Markup("""<article class="knot promise" id="{}">
<p class="when">{}<span class="tag promise">{}</span>{}</p>
<h2 dir="auto"><a class="open" href="{}">{}</a></h2>
{}<div class="acts">{}{}</div>
</article>
""")
WORD, QUIET = Markup("<span>{}</span>"), Markup('<p class="quiet">{}</p>')
AGAIN = Markup("""<a class="btn" href="{}">{} {}<span class="visually-hidden">: {}</span></a>""")


@register.simple_tag
def promise_knots(promises: Iterable[Promise], now: datetime) -> SafeString:
    """Promises that want something today."""
    return KNOT.each(_knot(promise, now) for promise in promises)


def _knot(promise: Promise, now: datetime) -> tuple[object, ...]:
    due = telling.due_in_words(promise, now)
    is_kept = promise.state == State.KEPT
    said = telling.silence_in_words(promise, now)
    if is_kept:
        said = _("They agreed to be asked again what it made possible.")
    again = NOTHING
    if is_kept:
        url = reverse("promises:invitation_list", args=[promise.pk])
        again = AGAIN(url, icon("link"), _("Ask them again"), promise.what)
    return (
        dom_id(promise, "knot"),
        WORD(due) if due else NOTHING,
        telling.other_end(promise),
        NOTHING if promise.state == State.ACTIVE else WORD(telling.state_in_words(promise)),
        promise.get_absolute_url(),
        promise.what,
        QUIET(said) if said else NOTHING,
        again,
        buttons(promise, with_icon=True),
    )


# When, and how it came here; what happened, what changed, in whose words, and what is not shared.
LINE = Markup("""<div class="knot promise done">
<p class="when"><span>{}</span>{}</p>
<p>{}.</p>
{}{}{}</div>
""")
DETAILS = Markup('<ul class="conditions quiet">{}</ul>\n')
DETAIL = Markup('<li dir="auto">{}</li>')
SAID = Markup('<div class="prose" dir="auto"><p>{}</p></div>\n')
UNSHARED = Markup('<div class="private"><p class="quiet">{} {}</p>{}</div>')


@register.simple_tag
def ledger_lines(story: Story) -> SafeString:
    """The ledger, the newest first."""
    return LINE.each(_ledger_line(line) for line in telling.ledger_of(story))


def _ledger_line(line: telling.Line) -> tuple[object, ...]:
    details = DETAIL.each((detail,) for detail in line.details)
    return (
        moment(localtime(line.when)),
        WORD(line.how) if line.how else NOTHING,
        line.text,
        DETAILS(details) if line.details else NOTHING,
        SAID(linebreaksbr(line.words)) if line.words else NOTHING,
        UNSHARED(
            icon("eye"),
            _("for yourself"),
            SAID(linebreaksbr(line.private)),
        )
        if line.private
        else NOTHING,
    )


def buttons(promise: Promise, *, with_icon: bool = False) -> SafeString:
    """What is likely said next, as links to its pages: two at most.

    Which they are depends on where it stands and on nothing else, so their markup is kept.
    """
    kind = (promise.side, promise.state, promise.amendment_by, promise.due_at is not None)
    acts = _acts(*kind, with_icon, get_language(), get_script_prefix())
    return acts(pk=str(promise.pk), what=promise.what)


@lru_cache(maxsize=1024)
def _acts(
    side: str,
    state: str,
    amendment_by: str,
    has_due: bool,
    with_icon: bool,
    _language: str | None,
    _prefix: str,
) -> Markup:
    """The links for any promise that stands like this, with places for its id and its words."""
    due_at = datetime.max.replace(tzinfo=UTC) if has_due else None
    like = Promise(side=side, state=state, amendment_by=amendment_by, due_at=due_at)
    acts = (
        ACT(
            " ghost" if number else "",
            move_address("{pk}", button.move),
            _icon(button) if with_icon and not number else NOTHING,
            button.words.label,
            "{what}",
        )
        for number, button in enumerate(first_moves(like, datetime.max.replace(tzinfo=UTC)))
    )
    return Markup(" ".join(acts))


def _icon(button: Button) -> SafeString:
    return format_html("{} ", icon(button.words.icon)) if button.words.icon else NOTHING


@register.filter
def tone(promise: Promise, now: datetime) -> str:
    """The colour of its state: it wants attention, it was kept, or it is a promise."""
    if telling.is_soon(promise, now):
        return "due"
    return "care" if promise.state == State.KEPT else "promise"


def move_address(pk: UUID | str, move: Move) -> str:
    """The address of a move: put together once for each move, as `core.models.address` does."""
    return _move_address(move, get_script_prefix()).replace(str(NO_ID), str(pk))


@cache
def _move_address(move: Move, _prefix: str) -> str:
    return reverse("promises:promise_move", args=[NO_ID, move])


@register.filter
def reason_words(code: str) -> str:
    """A reason for what went otherwise."""
    return str(Reason(code).label) if code in Reason.values else ""


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
def waits_for_them(promise: Promise) -> bool:
    """Whether the other one is wanted: to answer, to agree, or to say whether it helped."""
    return need_of(promise.side, promise.state, promise.amendment_by) is Need.WAITING or bool(
        promise.amendment_by and promise.amendment_by in promise.owner_roles
    )


@register.filter
def can_be_repaired(promise: Promise) -> bool:
    """Whether it was not kept, or late, and may be made good."""
    return handing_on.needs_repair(promise)


@register.filter
def seen_from_there(link: PromiseLink) -> str:
    """What the other one is to this, where the link begins at the other."""
    return str(BACK[PromiseLink.Kind(link.kind)])


BACK = {
    PromiseLink.Kind.PART_OF: gettext_lazy("has as a part"),
    PromiseLink.Kind.DELEGATED_FROM: gettext_lazy("led to asking for"),
    PromiseLink.Kind.DEPENDS_ON: gettext_lazy("is waited for by"),
    PromiseLink.Kind.SUCCEEDS: gettext_lazy("its place was taken by"),
    PromiseLink.Kind.REPAIRS: gettext_lazy("is made good by"),
    PromiseLink.Kind.ENABLES: gettext_lazy("was made possible by"),
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
