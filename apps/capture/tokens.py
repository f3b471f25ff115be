"""Access tokens: what they are made of, making, finding and taking them back.

A token is `tl_`, 43 letters of a random number of 256 bits, and six letters of checksum, all of
base 62: scanners for leaked secrets know it by `tl_[0-9A-Za-z]{49}`, and a typing error is told
from a token without asking the database. Its SHA-256 is kept and nothing else: a random number of
256 bits needs no slow hash (NIST SP 800-63B 5.1.1.2 is about what people choose).
"""

import hashlib
import re
import secrets
import string
import zlib
from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest

from apps.accounts import events
from apps.accounts.mail import send_letter
from apps.accounts.models import SecurityEvent, User
from apps.capture.models import AccessToken

PREFIX = "tl_"
LETTERS = string.digits + string.ascii_uppercase + string.ascii_lowercase
BITS = 256
LENGTH, CHECKSUM_LENGTH = 43, 6
SHOWN = len(PREFIX) + 4
# More are not made: whoever needs as many has lost count of them.
MOST = 50
_FORM = re.compile(rf"{PREFIX}([0-9A-Za-z]{{{LENGTH}}})([0-9A-Za-z]{{{CHECKSUM_LENGTH}}})")


class TooMany(Exception):
    """There are as many tokens as somebody may have. Nothing was made."""


def new_secret() -> str:
    """A fresh token, as it is shown once."""
    body = _base62(secrets.randbits(BITS), LENGTH)
    return f"{PREFIX}{body}{_checksum(body)}"


def is_well_formed(secret: str) -> bool:
    """Whether a text could be a token at all: its letters and its checksum."""
    match = _FORM.fullmatch(secret)
    return match is not None and _checksum(match[1]) == match[2]


def digest_of(secret: str) -> str:
    """What is kept of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make(
    *,
    owner: User,
    name: str,
    can_read: bool,
    can_write: bool,
    lasts: timedelta | None,
    request: HttpRequest,
    now: datetime,
) -> tuple[AccessToken, str]:
    """A new token and its secret, which nobody can show again; noted, and told by mail.

    `lasts` is None for one that does not expire. Raises TooMany.
    """
    # Two that are made at the same moment would each be the last that may be.
    User.objects.select_for_update().get(pk=owner.pk)
    if AccessToken.objects.for_user(owner).count() >= MOST:
        raise TooMany
    secret = new_secret()
    token = AccessToken.objects.create(
        owner=owner,
        name=name,
        shown=secret[:SHOWN],
        digest=digest_of(secret),
        can_read=can_read,
        can_write=can_write,
        expires_at=now + lasts if lasts else None,
    )
    if event := events.record(SecurityEvent.Kind.TOKEN_MADE, owner, request, now):
        send_letter("token_made", owner, events.told(event, owner))
    return token, secret


@transaction.atomic
def revoke(token: AccessToken, request: HttpRequest, now: datetime) -> None:
    """Let a token open nothing from here on; noted, and told by mail."""
    token.delete()
    if event := events.record(SecurityEvent.Kind.TOKEN_REVOKED, token.owner, request, now):
        send_letter("token_revoked", token.owner, events.told(event, token.owner))


def find(secret: str) -> AccessToken | None:
    """The token with this secret and its owner, expired or not; None where there is none."""
    if not is_well_formed(secret):
        return None
    tokens = AccessToken.objects.select_related("owner")
    return tokens.filter(digest=digest_of(secret)).first()


def note_use(token: AccessToken, now: datetime) -> None:
    """Remember on which of the owner's days it was last used: one write a day at most."""
    today = token.owner.today(now)
    if token.used_on is None or token.used_on < today:
        AccessToken.objects.for_user(token.owner).filter(pk=token.pk).update(used_on=today)


def _base62(number: int, length: int) -> str:
    letters = []
    for _place in range(length):
        number, letter = divmod(number, len(LETTERS))
        letters.append(LETTERS[letter])
    return "".join(reversed(letters))


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), CHECKSUM_LENGTH)
