"""A calendar of what was promised (RFC 5545), written as the feed of promises is.

It holds what was owed to its end or still is: what was taken back, released or never agreed to is
no date. The same promise has the same number in the feed, so that no calendar shows it twice.
"""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.promises import feeding
from apps.promises.models import Promise
from apps.promises.models.promise import PromiseQuerySet
from apps.promises.states import BINDING, State
from apps.transfer.choosing import Choice, masked
from apps.transfer.commitments import AT_ONCE
from apps.transfer.forms.form import Progress

KEY, NAME = "ical", _("Calendar of promises (iCalendar)")
ABOUT = _("What was promised and when it is due, for a calendar.")
SUFFIX, CONTENT_TYPE = ".ics", "text/calendar; charset=utf-8"
SHOWN = (*BINDING, State.DELIVERED, State.KEPT, State.UNHEARD, State.BROKEN)


def count(user: User, choice: Choice) -> int:
    """Promises."""
    return sum(1 for _promise in _due(user, choice))


def write(user: User, choice: Choice, now: datetime, progress: Progress) -> Iterator[bytes]:
    """The promises, what is due first before the rest."""
    return feeding.pieces(_told(user, choice, progress), now)


def _told(user: User, choice: Choice, progress: Progress) -> Iterator[Promise]:
    for promise in _due(user, choice):
        if choice.is_masked:
            promise.what = masked(promise.what)
        yield promise
        progress.advance()


def _due(user: User, choice: Choice) -> Iterator[Promise]:
    """Of a choice its period, its person and its promise count; the rest is about entries."""
    for promise in _wanted(user, choice).iterator(chunk_size=AT_ONCE):
        day = promise.due_on
        if day and (choice.first or day) <= day <= (choice.last or day):
            yield promise


def _wanted(user: User, choice: Choice) -> PromiseQuerySet:
    rows = Promise.objects.for_user(user).shown().in_states(*SHOWN).exclude(due_at=None)
    if choice.person:
        rows = rows.filter(person=choice.person)
    if choice.promise:
        rows = rows.filter(pk=choice.promise)
    return rows.order_by("due_at", "id")
