"""The other person's way in without an account: links, made, found and taken back.

The address carries 32 random bytes, signed; the database has their SHA-256, and the bytes
themselves only sealed, so that the owner can copy the link again. Each purpose signs with a salt of
its own, so that no link can be passed off as another. What no key of ours has signed is turned away
before the database is asked (docs/promise-links.md).
"""

import base64
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.keys import InvalidToken, is_newest, reseal, seal, unseal
from apps.promises import opting_out
from apps.promises.models import Invitation, Promise
from apps.promises.models.invitation import Purpose
from apps.promises.moving import Refused, Turn, as_guest, locked
from apps.promises.states import BINDING, BOUND, Role, State

SEALED_FOR = "promise link"
SEALED_EMAIL = "promise letter"
SALT = "promises.inviting."
# A dot parts the number from its signature: no mail program ends a link before one inside a word.
BETWEEN = "."
ANSWER_KEPT = timedelta(days=14)
AMEND_KEPT = timedelta(days=60)
ASSESS_KEPT = timedelta(days=180)
# 43 letters of the number, 43 of its signature, the dot; with room for other digests.
LONGEST = 200


@dataclass(frozen=True)
class Post:
    """That letters go out with a link: where to, in which language, and whether replies go to the
    owner's own address.
    """

    email: str
    language: str = ""
    names_owner: bool = False


class Closed(Exception):
    """The link was real and lets nobody in any more: taken back, expired, or its account closes."""


def purposes(promise: Promise) -> list[Purpose]:
    """What a link could be for now, the likeliest first; none where there is nobody to send it."""
    state = State(promise.state)
    if promise.guest_role is None or promise.person_id is None:
        return []
    found = []
    if promise.guest_role is Role.RECIPIENT and state in HEARD:
        found.append(Purpose.ASSESS)
    if state in (State.REQUESTED, State.OFFERED) and promise.answer_by:
        found.append(Purpose.ANSWER)
    if state in BINDING or (state in BOUND and promise.guest_role is Role.PROMISER):
        found.append(Purpose.AMEND)
    return found


HEARD = (State.DELIVERED, State.KEPT, State.UNHEARD)


def ends_at(promise: Promise, purpose: str, now: datetime) -> datetime:
    """Until when a link made now lets somebody in."""
    if purpose == Purpose.ANSWER:
        return max(promise.answer_by or now, now) + ANSWER_KEPT
    if purpose == Purpose.AMEND:
        return max(promise.due_at or now, now) + AMEND_KEPT
    return now + ASSESS_KEPT


def make(
    promise: Promise, purpose: str, by_mail: Post | None, now: datetime
) -> tuple[Invitation, str]:
    """A new link, and the secret in its address. One of this purpose that was there is closed.

    With `by_mail` letters may go out with it (`apps.promises.letters`). Raises Refused where such a
    link would be for nothing, and where no letter is wanted.
    """
    with locked(promise.owner_id, promise.pk) as row:
        if purpose not in purposes(row):
            raise Refused(_("There is nothing to ask them by such a link now."))
        if by_mail and (opting_out.is_out(by_mail.email) or opting_out.wants_none(row.person_id)):
            raise Refused(
                _(
                    "No letter goes there: they asked not to be written to from here. "
                    "You can still copy the link and send it yourself."
                )
            )
        _revoke(row, now, purpose=purpose)
        number = secrets.token_bytes(32)
        secret = base64.urlsafe_b64encode(number).rstrip(b"=").decode()
        invitation = Invitation(
            owner_id=row.owner_id,
            promise=row,
            person_id=row.person_id,
            purpose=purpose,
            digest=digest_of(secret),
            sealed=seal(SEALED_FOR, secret),
            expires_at=ends_at(row, purpose, now),
        )
        if by_mail:
            invitation.by_mail = True
            invitation.sealed_email = seal(SEALED_EMAIL, by_mail.email)
            invitation.email_digest = opting_out.digest_of(by_mail.email)
            invitation.language = by_mail.language
            invitation.names_owner = by_mail.names_owner
        invitation.save()
    return invitation, secret


def revoke(invitation: Invitation, now: datetime) -> None:
    """Close one link at once, wherever somebody still has it open."""
    with locked(invitation.owner_id, invitation.promise_id):
        Invitation.objects.filter(
            owner=invitation.owner_id, pk=invitation.pk, revoked_at=None
        ).update(revoked_at=now, by_mail=False)


def disown(invitation: Invitation, now: datetime) -> None:
    """It is not meant for whoever opened it: all links of this promise are closed, and the one
    that was used says why, so that its owner learns it. The promise itself stays as it is.
    """
    with locked(invitation.owner_id, invitation.promise_id) as promise:
        Invitation.objects.filter(owner=invitation.owner_id, pk=invitation.pk).update(
            disowned_at=now, last_used_at=now
        )
        _revoke(promise, now)


def close_all(promise: Promise, now: datetime) -> None:
    """Close every link of a promise that is locked by whoever calls."""
    _revoke(promise, now)


def find(signed: str, now: datetime, *, even_closed: bool = False) -> Invitation | None:
    """The invitation this address belongs to, with its promise and owner; None for any other.

    One query for whatever we signed ourselves, none for the rest. Raises Closed for a link that was
    real; `even_closed` hands that one out as well, for whoever only wants to be left in peace.
    """
    read = _read(signed)
    if read is None:
        return None
    purpose, secret = read
    found = (
        Invitation.objects.filter(digest=digest_of(secret), purpose=purpose)
        .select_related("promise__owner", "promise__person")
        .first()
    )
    if found is None or found.promise.state == State.DRAFT:
        return None
    owner = found.promise.owner
    is_dead = not owner.is_active or owner.deletion_asked_at is not None
    # A promise that was passed on is somebody else's now; one whose words were erased, nobody's.
    is_theirs = found.person_id is not None and found.person_id == found.promise.person_id
    if not even_closed and (is_dead or not is_theirs or not found.is_open(now)):
        raise Closed
    return found


@contextmanager
def turn_of_guest(invitation: Invitation, now: datetime) -> Iterator[Turn]:
    """A turn of the other person's at their promise. Raises Closed where the link was closed since
    the page was opened: it is looked at again under the lock.
    """
    with locked(invitation.owner_id, invitation.promise_id) as promise:
        used = Invitation.objects.filter(
            owner=invitation.owner_id, pk=invitation.pk, revoked_at=None, expires_at__gt=now
        ).update(last_used_at=now)
        if not used:
            raise Closed
        yield Turn(promise, as_guest(promise, invitation), now)


def signed_of(purpose: str, secret: str) -> str:
    """What stands in the address: the secret and its signature."""
    return _signer(purpose).sign(secret)


def url_of(invitation: Invitation) -> str:
    """The whole address to send, "" when the key that could read it is gone. It still works."""
    signed = again(invitation)
    if not signed:
        return ""
    return settings.SITE_URL + reverse("promise_links:link_open", args=[signed])


def again(invitation: Invitation) -> str:
    """The signed secret of a link once more; "" when it cannot be read any more."""
    try:
        return signed_of(invitation.purpose, unseal(SEALED_FOR, invitation.sealed))
    except InvalidToken:
        return ""


def address_of(invitation: Invitation) -> str:
    """Where letters go; "" where none do, or nobody can read it any more."""
    try:
        return unseal(SEALED_EMAIL, invitation.sealed_email) if invitation.sealed_email else ""
    except InvalidToken:
        return ""


def digest_of(secret: str) -> str:
    """What is kept of a secret to find it by."""
    return hashlib.sha256(secret.encode()).hexdigest()


def reseal_all() -> int:
    """Seal with the newest key what an older one sealed; says how many."""
    sealed = {"sealed": SEALED_FOR, "sealed_email": SEALED_EMAIL}
    done = 0
    for row in Invitation.objects.exclude(sealed="").iterator():
        changed = {}
        for name, purpose in sealed.items():
            text = getattr(row, name)
            try:
                if text and not is_newest(purpose, text):
                    changed[name] = reseal(purpose, text)
            except InvalidToken:
                continue
        if changed:
            Invitation.objects.filter(owner=row.owner_id, pk=row.pk).update(**changed)
            done += 1
    return done


def of_promise(owner: UUID, promise: UUID) -> list[Invitation]:
    """Every link there was for a promise, the newest first, with how many letters went out."""
    rows = Invitation.objects.filter(owner=owner, promise=promise)
    return list(rows.prefetch_related("letters").order_by("-created_at", "-id"))


def _revoke(promise: Promise, now: datetime, **only: str) -> None:
    open_ones = Invitation.objects.filter(
        owner=promise.owner_id, promise=promise, revoked_at=None, **only
    )
    open_ones.update(revoked_at=now, by_mail=False)


def _read(signed: str) -> tuple[Purpose, str] | None:
    """The purpose a text was signed for, and the secret in it; None for whatever we did not sign.

    Every purpose is tried each time, so that it takes as long whichever it was.
    """
    found = None
    if not signed.isascii() or len(signed) > LONGEST:
        return None
    for purpose in Purpose:
        try:
            secret = _signer(purpose).unsign(signed)
        except signing.BadSignature:
            continue
        found = (purpose, secret)
    return found


def _signer(purpose: str) -> signing.Signer:
    return signing.Signer(sep=BETWEEN, salt=SALT + str(purpose))
