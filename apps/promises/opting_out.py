"""Addresses that are never written to again from here, whoever asks.

What is kept is a keyed digest, from which no address can be had. It is made with the secret key:
while that is being changed, the old one is looked at as well (docs/promise-links.md).
"""

import hashlib
import hmac
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import models, transaction

from apps.accounts.keys import digest, key_for
from apps.promises.models import Invitation, OptOut

PURPOSE = "opted out"


def digest_of(address: str) -> str:
    """The name under which an address is kept: the same however its letters are written."""
    return digest(PURPOSE, _plain(address))


def is_out(address: str) -> bool:
    """Whether this address wants no letters from here."""
    return OptOut.objects.filter(digest__in=_digests(address)).exists()


def wants_none(person_id: UUID | None) -> bool:
    """Whether this person said so by a link for which no address was known."""
    if person_id is None:
        return False
    return Invitation.objects.filter(person_id=person_id, no_letters_at__isnull=False).exists()


@transaction.atomic
def opt_out(invitation: Invitation, now: datetime) -> None:
    """No letter any more to whom this link belongs: to their address, where one is known, for all
    accounts; and for this account in any case. Links stay open. Saying it twice changes nothing.
    """
    links = models.Q(owner=invitation.owner_id, pk=invitation.pk)
    if invitation.person_id:
        links |= models.Q(owner=invitation.owner_id, person=invitation.person_id)
    if invitation.email_digest:
        OptOut.objects.get_or_create(digest=invitation.email_digest, defaults={"made_at": now})
        links |= models.Q(email_digest=invitation.email_digest)
    Invitation.objects.filter(links).update(by_mail=False)
    Invitation.objects.filter(
        links, owner=invitation.owner_id, revoked_at=None, no_letters_at=None
    ).update(no_letters_at=now)
    Invitation.objects.filter(pk=invitation.pk, no_letters_at=None).update(no_letters_at=now)


def _digests(address: str) -> list[str]:
    """With each secret key there is: those that were made with an older one count."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    text = _plain(address).encode()
    return [
        hmac.new(key_for(PURPOSE, secret), text, hashlib.sha256).hexdigest()[:32]
        for secret in secrets
    ]


def _plain(address: str) -> str:
    return address.strip().casefold()
