"""What is kept of the other person's side of a promise, shown to them and erased when they ask.

After that nobody is at the other end: their words are gone, whom rows point at as well, and their
links are closed. What was agreed, that it was said and on which day stay: they are the owner's own
record as much (docs/promise-links.md; specification 1.9, rule 4).
"""

from dataclasses import dataclass
from datetime import datetime

from apps.promises import inviting
from apps.promises.models import (
    Amendment,
    Delivery,
    Event,
    Invitation,
    Letter,
    Promise,
    ValueAssessment,
)
from apps.promises.states import Role


@dataclass(frozen=True)
class Word:
    """Something they said: when, and in which words."""

    at: datetime
    words: str


@dataclass(frozen=True)
class Kept:
    """All that is kept of their side of one promise."""

    name: str
    email: str
    words: list[Word]
    letters: int
    links: int
    last_answer_at: datetime | None


def kept(invitation: Invitation) -> Kept:
    """What is stored from their side of the promise this link is for. Six queries at most."""
    promise, owner = invitation.promise, invitation.owner_id
    links = list(
        Invitation.objects.filter(owner=owner, promise=promise, person=invitation.person_id)
    )
    used = [link.last_used_at for link in links if link.last_used_at]
    return Kept(
        name=invitation.promise.person.name if invitation.promise.person else "",
        email=next((said for link in links if (said := inviting.address_of(link))), ""),
        words=sorted(_words(promise), key=lambda word: word.at),
        letters=Letter.objects.filter(
            owner=owner, invitation__in=[link.pk for link in links]
        ).count(),
        links=len(links),
        last_answer_at=max(used, default=None),
    )


def erase(invitation: Invitation, now: datetime) -> None:
    """Erase their words and let go of who they were; raises inviting.Closed for a dead link."""
    with inviting.turn_of_guest(invitation, now) as turn:
        promise = turn.promise
        owner, role = promise.owner_id, promise.guest_role
        Event.objects.filter(owner=owner, promise=promise, role=role).update(
            note="", payload={}, erased_at=now, actor_person=None
        )
        Event.objects.filter(owner=owner, promise=promise).update(actor_person=None)
        Amendment.objects.filter(owner=owner, promise=promise, by=role).update(reason="")
        ValueAssessment.objects.filter(owner=owner, promise=promise, by_owner=False).update(
            for_the_sake_of="",
            standard="",
            grounds="",
            made_possible="",
            took_care="",
            sharing="between",
            person=None,
        )
        for delivery in Delivery.objects.filter(owner=owner, promise=promise):
            _erase_delivery(delivery, theirs=role is Role.PROMISER)
        inviting.close_all(promise, now)
        Invitation.objects.filter(owner=owner, promise=promise).update(
            person=None, sealed="", sealed_email="", email_digest="", language=""
        )
        promise.person = None
        promise.erased_at = now
        promise.ask_again_on = None
        promise.save(update_fields=["person", "erased_at", "ask_again_on", "updated_at"])


def _erase_delivery(delivery: Delivery, *, theirs: bool) -> None:
    """What they found of it; and what they handed over themselves."""
    delivery.remains = ""
    delivery.findings = [{**found, "text": ""} for found in delivery.findings]
    if theirs:
        delivery.handed_over = delivery.link = ""
        delivery.claims = [{**claim, "note": ""} for claim in delivery.claims]
    delivery.save()


def _words(promise: Promise) -> list[Word]:
    owner, role = promise.owner_id, promise.guest_role
    found = [
        Word(event.said_at, event.note)
        for event in Event.objects.filter(owner=owner, promise=promise, role=role).exclude(note="")
    ]
    told = ValueAssessment.objects.filter(owner=owner, promise=promise, by_owner=False)
    for row in told:
        said = (row.made_possible, row.for_the_sake_of, row.standard, row.grounds)
        chosen = row.get_took_care_display() if row.took_care else ""
        found += [Word(row.said_at, text) for text in (*said, chosen) if text]
    if role is Role.PROMISER:
        for delivery in Delivery.objects.filter(owner=owner, promise=promise).order_by("number"):
            notes = [claim["note"] for claim in delivery.claims]
            texts = (delivery.handed_over, delivery.link, *notes)
            found += [Word(delivery.delivered_at, text) for text in texts if text]
    return found
