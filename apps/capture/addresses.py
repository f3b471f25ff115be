"""Secret addresses for mail: making, showing, finding and turning off.

`journal-` and 26 letters of a random number of 130 bits, in letters that survive whatever mail
does to capitals. Whoever knows the address can add entries to the journal, and read nothing.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from apps.accounts import events
from apps.accounts.keys import InvalidToken, is_newest, reseal, seal, unseal
from apps.accounts.mail import send_letter
from apps.accounts.models import SecurityEvent, User
from apps.capture.models import MailAddress

PURPOSE = "mail address"
PREFIX = "journal-"
# Without what is taken for something else when read aloud or copied: 0 and o, 1 and l.
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
LENGTH = 26
# A mail to more people than this is not for a journal.
MOST_RECIPIENTS = 100


@transaction.atomic
def make(owner: User, request: HttpRequest, now: datetime) -> None:
    """A new address, in the place of the one there was; noted, and told by mail."""
    local = PREFIX + "".join(secrets.choice(LETTERS) for _letter in range(LENGTH))
    MailAddress.objects.update_or_create(
        owner=owner, defaults={"digest": digest_of(local), "sealed": seal(PURPOSE, local)}
    )
    if event := events.record(SecurityEvent.Kind.MAIL_MADE, owner, request, now):
        send_letter("mail_made", owner, events.told(event, owner))


@transaction.atomic
def turn_off(owner: User, request: HttpRequest, now: datetime) -> None:
    """Let nothing arrive any more; noted, and told by mail. Nothing where there is no address."""
    gone, _rows = MailAddress.objects.for_user(owner).delete()
    event = events.record(SecurityEvent.Kind.MAIL_REMOVED, owner, request, now) if gone else None
    if event:
        send_letter("mail_removed", owner, events.told(event, owner))


def shown(owner: User) -> str | None:
    """The address as its owner writes to it; "" when it cannot be read; None where there is none.

    It cannot be read once the secret key it was sealed with is gone. It still works.
    """
    row = MailAddress.objects.for_user(owner).first()
    if row is None:
        return None
    try:
        return f"{unseal(PURPOSE, row.sealed)}@{settings.MAIL_IN_DOMAIN}"
    except InvalidToken:
        return ""


def owners_of(recipients: Iterable[str]) -> list[User]:
    """Whose addresses these are, of those who are there; one query."""
    digests = {digest_of(local) for local in _locals(recipients)}
    if not digests:
        return []
    rows = MailAddress.objects.filter(
        digest__in=digests, owner__is_active=True, owner__deletion_asked_at=None
    )
    return [row.owner for row in rows.select_related("owner").order_by("pk")]


def digest_of(local: str) -> str:
    """What is kept of an address to find it by."""
    return hashlib.sha256(local.encode()).hexdigest()


def reseal_all() -> int:
    """Seal with the newest key what an older one sealed; says how many."""
    done = 0
    for row in MailAddress.objects.iterator():
        try:
            if is_newest(PURPOSE, row.sealed):
                continue
            row.sealed = reseal(PURPOSE, row.sealed)
        except InvalidToken:
            continue
        row.save(update_fields=["sealed", "updated_at"])
        done += 1
    return done


def _locals(recipients: Iterable[str]) -> Iterable[str]:
    """What stands before the @ of addresses at our domain, without what some add after a plus."""
    for recipient in list(recipients)[:MOST_RECIPIENTS]:
        local, _at, domain = recipient.strip().lower().rpartition("@")
        if domain == settings.MAIL_IN_DOMAIN and local.startswith(PREFIX):
            yield local.partition("+")[0]
