"""The calendar feed: what is due, at a secret address that its owner may take back.

Whoever has the address reads what is promised and when, and nothing else: no names of others, no
words but the promise itself. The address is kept as a digest to find it by, and sealed to be shown.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from apps.accounts.keys import InvalidToken, seal, unseal
from apps.accounts.models import User
from apps.promises.models import CalendarFeed, Promise
from apps.promises.models.promise import Side
from apps.promises.states import BINDING, State

PURPOSE = "calendar feed"
BYTES = 32
# A calendar shows what is near: this far back, and all that is to come.
PAST = timedelta(days=90)
MOST = 500
END = b"END:VCALENDAR\r\n"


def make(owner: User) -> str:
    """A new address in the place of the one there was; its secret part."""
    secret = secrets.token_urlsafe(BYTES)
    CalendarFeed.objects.update_or_create(
        owner=owner, defaults={"digest": digest_of(secret), "sealed": seal(PURPOSE, secret)}
    )
    return secret


def turn_off(owner: User) -> None:
    """Let nobody read it any more."""
    CalendarFeed.objects.for_user(owner).delete()


def address_of(owner: User) -> str | None:
    """The whole address; "" when it cannot be read any more; None where there is none."""
    row = CalendarFeed.objects.for_user(owner).first()
    if row is None:
        return None
    try:
        secret = unseal(PURPOSE, row.sealed)
    except InvalidToken:
        return ""
    return settings.SITE_URL + reverse("calendar_feed", args=[secret])


def owner_of(secret: str) -> User | None:
    """Whose feed this is; None where it opens nothing."""
    rows = CalendarFeed.objects.filter(
        digest=digest_of(secret), owner__is_active=True, owner__deletion_asked_at=None
    )
    row = rows.select_related("owner").first()
    return row.owner if row else None


def digest_of(secret: str) -> str:
    """What is kept of it to find it by."""
    return hashlib.sha256(secret.encode()).hexdigest()


def calendar_of(owner: User, now: datetime) -> bytes:
    """What is owed and due, as iCalendar (RFC 5545); one query."""
    rows = Promise.objects.for_user(owner).shown()
    due = rows.filter(state__in=[*BINDING, State.DELIVERED], due_at__gt=now - PAST)
    with translation.override(owner.language or settings.LANGUAGE_CODE):
        return written(due.order_by("due_at", "id")[:MOST], now)


def written(promises: Iterable[Promise], now: datetime) -> bytes:
    """These promises as a calendar: a day where a day was said, an instant where a time was."""
    return b"".join(pieces(promises, now))


def pieces(promises: Iterable[Promise], now: datetime) -> Iterator[bytes]:
    """The same piece by piece, for calendars of any length."""
    calendar = Calendar()
    calendar.add("prodid", "-//Throughline//promises//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Promises"))
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    begins, _end, _rest = calendar.to_ical().partition(END)
    yield begins
    for promise in promises:
        yield _event(promise, now).to_ical()
    yield END


def _event(promise: Promise, now: datetime) -> Event:
    event = Event()
    event.add("uid", _uid(promise.pk))
    event.add("dtstamp", now)
    event.add("last-modified", promise.moved_at)
    event.add("sequence", promise.seq)
    asked = promise.side == Side.ASKED
    event.add("summary", _("Promised to me: %s") % promise.what if asked else promise.what)
    event.add("url", settings.SITE_URL + promise.get_absolute_url())
    event.add("transp", "TRANSPARENT")
    if promise.due_at is not None and promise.due_wall is not None:
        event.add("dtstart", promise.due_at)
        event.add("dtend", promise.due_at)
    elif promise.due_on is not None:
        event.add("dtstart", promise.due_on)
        event.add("dtend", promise.due_on + timedelta(days=1))
    return event


def _uid(pk: UUID) -> str:
    return f"promise-{pk}@throughline"
