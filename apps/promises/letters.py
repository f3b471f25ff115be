"""Letters to the other person: one that brings the link, and two reminders at the very most.

Only where the owner ticked it, never to an address that wants none; asked again each time one
goes out. The note that a letter went out and its job in the queue are one transaction, so that
neither is there without the other. A letter holds no word of the promise but what it is about.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from apps.core.periods import zone
from apps.core.templatetags.core import whole_day
from apps.promises import inviting, opting_out
from apps.promises.closing import ASSESS_WITHIN
from apps.promises.models import Invitation, Letter, Promise
from apps.promises.models.invitation import MOST_NUDGES, Purpose
from apps.promises.models.terms import day_of_due
from apps.promises.moving import locked
from apps.promises.states import Role, State

# After a delivery; towards the day of an answer they lie half-way, and on the day before.
ASSESS_NUDGES = (timedelta(days=5), timedelta(days=10))
LAST_DAY = timedelta(days=1)
# However the days fall, two letters keep this distance.
APART = timedelta(days=1)
# What mail programs take as the address of a new letter.
LONGEST_MAILTO = 1_900
MOST_SAID = 120


@dataclass(frozen=True)
class Written:
    """A letter before it is sent: what the owner may copy, and what goes out."""

    subject: str
    body: str

    @property
    def mailto(self) -> str:
        """An address that opens this letter in one's own mail program; "" where it is too long."""
        address = f"mailto:?subject={quote(self.subject)}&body={quote(self.body_lines)}"
        return address if len(address) <= LONGEST_MAILTO else ""

    @property
    def body_lines(self) -> str:
        """The body with the line ends that mail has (RFC 6068)."""
        return self.body.replace("\n", "\r\n")


def written(
    promise: Promise, invitation: Invitation, *, number: int = 0, by_owner: bool = False
) -> Written:
    """The letter with this link, in the language of the link. `number` counts reminders.

    `by_owner` is the letter the owner sends from their own address: it speaks as they do.
    """
    with translation.override(invitation.language or translation.get_language()):
        context = {
            "owner": promise.owner.name,
            "what": shortened(promise.what),
            "url": inviting.url_of(invitation),
            "purpose": invitation.purpose,
            "guest_promises": promise.guest_role is Role.PROMISER,
            "until": _day(promise, invitation),
            "number": number,
            "no_more": never_url(invitation),
            "expires": whole_day(
                invitation.expires_at.astimezone(zone(promise.owner.time_zone)).date()
            ),
        }
        if by_owner:
            subject = render_to_string("promises/mail/own_subject.txt", context)
            body = render_to_string("promises/mail/own_message.txt", context)
        else:
            subject = render_to_string("promises/mail/invitation_subject.txt", context)
            body = render_to_string("promises/mail/invitation_message.txt", context)
    return Written(" ".join(subject.split()), _tidy(body))


def send_first(invitation: Invitation, now: datetime) -> bool:
    """Send the letter that brings the link; says whether it went out. Never twice."""
    with locked(invitation.owner_id, invitation.promise_id) as promise:
        return _send(promise, invitation, 0, now)


def send_nudges(now: datetime) -> int:
    """Send the reminders whose time has come; says how many. Twice at once sends each once."""
    waiting = Invitation.objects.filter(
        by_mail=True,
        revoked_at=None,
        expires_at__gt=now,
        purpose__in=[Purpose.ANSWER, Purpose.ASSESS],
        owner__deletion_asked_at=None,
        owner__is_active=True,
    )
    still = waiting.filter(
        promise__state__in=[State.OFFERED, State.REQUESTED, State.DELIVERED]
    ).exclude(letters__number=MOST_NUDGES)
    found = still.order_by("pk").values_list("owner_id", "promise_id", "pk")
    return sum(
        _nudge(owner, promise, pk, now) for owner, promise, pk in found.iterator(chunk_size=500)
    )


def never_url(invitation: Invitation) -> str:
    """Where whoever is written to says that they want no more letters."""
    signed = inviting.again(invitation)
    path = reverse("promise_links:link_never", args=[signed]) if signed else ""
    return settings.SITE_URL + path if path else ""


def shortened(what: str) -> str:
    """What it is about, short enough for a line."""
    line = " ".join(what.split())
    return line if len(line) <= MOST_SAID else f"{line[:MOST_SAID].rstrip()}…"


def _nudge(owner: UUID, promise: UUID, pk: UUID, now: datetime) -> bool:
    with locked(owner, promise) as row:
        invitation = (
            Invitation.objects.filter(owner=owner, pk=pk, by_mail=True, revoked_at=None)
            .prefetch_related("letters")
            .first()
        )
        if invitation is None or not invitation.is_open(now):
            return False
        sent = sorted(invitation.letters.all(), key=lambda letter: letter.number)
        number = len(sent)
        due = _nudge_at(row, invitation.purpose, sent)
        if not sent or due is None or now < max(due, sent[-1].sent_at + APART):
            return False
        return _send(row, invitation, number, now)


def _nudge_at(promise: Promise, purpose: str, sent: list[Letter]) -> datetime | None:
    """When the next reminder goes out; None where none does: it is not theirs to speak now."""
    nudge = len(sent) - 1
    if not 0 <= nudge < MOST_NUDGES:
        return None
    state = State(promise.state)
    if purpose == Purpose.ASSESS:
        asked = state is State.DELIVERED and promise.guest_role is Role.RECIPIENT
        if not asked or promise.assess_by is None:
            return None
        return promise.assess_by - ASSESS_WITHIN + ASSESS_NUDGES[nudge]
    theirs = State.OFFERED if promise.guest_role is Role.RECIPIENT else State.REQUESTED
    if purpose != Purpose.ANSWER or state is not theirs or promise.answer_by is None:
        return None
    half = sent[0].sent_at + (promise.answer_by - sent[0].sent_at) / 2
    return (half, max(half, promise.answer_by - LAST_DAY))[nudge]


@transaction.atomic
def _send(promise: Promise, invitation: Invitation, number: int, now: datetime) -> bool:
    """Queue one letter and note that it went out. Whoever wants none gets none."""
    address = inviting.address_of(invitation)
    refused = opting_out.is_out(address) or invitation.no_letters_at is not None
    if not invitation.by_mail or not address or refused or not inviting.again(invitation):
        Invitation.objects.filter(owner=invitation.owner_id, pk=invitation.pk).update(by_mail=False)
        return False
    _letter, is_new = Letter.objects.get_or_create(
        owner_id=invitation.owner_id,
        invitation=invitation,
        number=number,
        defaults={"sent_at": now},
    )
    if not is_new:
        return False
    letter = written(promise, invitation, number=number)
    EmailMessage(
        letter.subject,
        letter.body,
        to=[address],
        reply_to=[promise.owner.email] if invitation.names_owner else None,
        headers={
            "List-Unsubscribe": f"<{never_url(invitation)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    ).send()
    return True


def _day(promise: Promise, invitation: Invitation) -> str:
    """By which day an answer is asked for, on the owner's calendar; "" where none is."""
    at = promise.answer_by if invitation.purpose == Purpose.ANSWER else None
    at = promise.assess_by if invitation.purpose == Purpose.ASSESS else at
    day = day_of_due(at, "day", promise.owner.time_zone or "UTC")
    return whole_day(day) if day else ""


def _tidy(body: str) -> str:
    """Without the empty lines that parts of a template leave behind."""
    blocks = [block.strip("\n").rstrip() for block in body.strip().split("\n\n")]
    return "\n\n".join(block for block in blocks if block) + "\n"
