"""Mail that arrives: whose it is, and what becomes of it.

The address it came to decides, and nothing else: From can be written by anybody. What comes to an
address that is nobody's is dropped without a word, so that nobody learns which ones there are.
"""

import hashlib
import logging
from datetime import datetime, timedelta
from email.message import Message
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from apps.accounts import limits
from apps.accounts.models import User
from apps.capture import addresses, letters, writing
from apps.capture.letters import Enclosed, Letter
from apps.capture.models import ReceivedMail
from apps.core.models import new_id
from apps.core.text import clean
from apps.journal import drafting, uploads
from apps.journal.drafting import Draft, Hand
from apps.journal.models import Entry
from apps.journal.settling import try_to_settle

log = logging.getLogger("throughline.mail")
Outcome = ReceivedMail.Outcome

# A mail that was long on its way belongs to the day on which it was sent. What says it was sent
# earlier than this was sent anew, or by a clock that is wrong.
LONG_ON_ITS_WAY = timedelta(days=3)
CLOCKS_DIFFER = timedelta(minutes=10)
SENDER_LENGTH = ReceivedMail._meta.get_field("sender").max_length


def take_from_service(sender: Any, event: Any, **more: Any) -> None:
    """What anymail's signal calls for each mail that a service hands over.

    What it raises, the service hears as "try again later".
    """
    message = event.message
    envelope = getattr(message, "envelope_recipient", None)
    recipients = envelope.split(",") if envelope else named_in(message)
    take(message, recipients, timezone.now())


def named_in(message: Message) -> list[str]:
    """The addresses that the mail itself says it is for."""
    names = ("Delivered-To", "X-Original-To", "To", "Cc", "Bcc")
    text = " ".join(letters.header(message, name) for name in names)
    return [word.strip("<>,;:\"'()[]") for word in text.replace(",", " ").split() if "@" in word]


def take(message: Message, recipients: list[str], now: datetime) -> None:
    """Make an entry of a mail in the journal of each whose secret address it came to."""
    owners = addresses.owners_of(recipients)
    if not owners:
        return
    try:
        letter = letters.read(message)
    except Exception:
        log.exception("unreadable mail")
        letter = letters.unread(message)
    for owner in owners:
        with translation.override(owner.language or settings.LANGUAGE_CODE):
            _take_for(owner, letter, _digest(letter), now)


def _take_for(owner: User, letter: Letter, digest: str, now: datetime) -> None:
    mine = ReceivedMail.objects.for_user(owner).filter(digest=digest)
    if mine.exclude(outcome=Outcome.TOO_MANY).exists():
        return
    note = ReceivedMail(
        owner=owner,
        digest=digest,
        arrived_at=now,
        sender=clean(letter.sender)[:SENDER_LENGTH],
    )
    if limits.is_over("mail", str(owner.pk), now):
        note.outcome = Outcome.TOO_MANY
        ReceivedMail.objects.bulk_create([note], ignore_conflicts=True)
        return
    try:
        entry = _keep(owner, letter, note, now)
    except IntegrityError:
        if not mine.exists():
            raise
        return  # it came twice at the same moment
    if entry is not None:
        try_to_settle(owner, entry.pk)


@transaction.atomic
def _keep(owner: User, letter: Letter, note: ReceivedMail, now: datetime) -> Entry | None:
    """The entry, its files and the note of it, all or nothing: what is handed over again later
    finds either everything or nothing.
    """
    ReceivedMail.objects.for_user(owner).filter(
        digest=note.digest, outcome=Outcome.TOO_MANY
    ).delete()
    note.outcome = Outcome.EMPTY
    note.save(force_insert=True)
    title, whole, rest = writing.fitted(letter.title, letter.text)
    files = [*letter.files, *([Enclosed("mail.txt", rest.encode())] if rest else [])]
    moment = _moment(letter.sent_at, now)
    draft = writing.draft_of(owner, moment, title=title, body=whole)
    has_files = bool(files)
    saved = writing.create(owner, new_id(), draft, writing.Sorted(), now, even_empty=has_files)
    if saved.entry is None:
        return None
    entry = saved.entry
    if letter.written != letter.text and not rest:
        entry = _without_quotes(owner, entry, letter, draft, now)
    for file in files:
        if why := writing.attach(owner, entry, file.name, file.content, now):
            note.left_out.append([uploads.clean_name(file.name), why])
    note.entry = entry
    note.outcome = Outcome.PARTLY if note.left_out else Outcome.KEPT
    note.save(update_fields=["entry", "outcome", "left_out", "updated_at"])
    return entry


def _without_quotes(
    owner: User, entry: Entry, letter: Letter, draft: Draft, now: datetime
) -> Entry:
    """The entry without what was quoted and signed. All of it is the first of its earlier texts."""
    title, body, _rest = writing.fitted(letter.title, letter.written)
    shorter = writing.draft_of(
        owner,
        draft.occurred_at,
        title=title,
        body=body,
        local_date=draft.local_date,
        occurred_at=draft.occurred_at,
    )
    hand = Hand(new_id(), None, entry.version)
    saved = drafting.save(owner=owner, entry_id=entry.pk, draft=shorter, hand=hand, now=now)
    drafting.close(entry, now)
    return saved.entry or entry


def _moment(sent_at: datetime | None, now: datetime) -> datetime:
    if sent_at is None or not now - LONG_ON_ITS_WAY <= sent_at <= now + CLOCKS_DIFFER:
        return now
    return sent_at


def _digest(letter: Letter) -> str:
    """A name for a mail: its Message-ID, or all of it where it has none."""
    whole = [letter.message_id]
    if not letter.message_id:
        files = (hashlib.sha256(file.content).hexdigest() for file in letter.files)
        whole = [str(letter.sent_at), letter.sender, letter.title, letter.text, *files]
    return hashlib.sha256("\0".join(whole).encode()).hexdigest()
