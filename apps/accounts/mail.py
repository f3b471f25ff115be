"""Mail leaves through the job queue, so that no page waits for a mail server or tells how long.

A message is sealed before it lies in the queue (it may hold a code to log in with), and its job is
deleted once it was sent. In a local journal without a mail server the worker puts it into a folder
that the mailbox page shows.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage as ParsedMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.db import connection
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from apps.accounts.keys import digest, seal, unseal
from apps.accounts.models import User

PURPOSE = "mail"
MAILBOX_SHOWS = 50
KEPT = timedelta(days=7)
# What a file of Django's file backend has between two messages.
RULE = b"-" * 79
FORWARDING = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "Via")
LOOPBACK = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}


class QueuedBackend(BaseEmailBackend):
    """Hands each message to the worker (settings, EMAIL_BACKEND)."""

    def send_messages(self, email_messages: Iterable[EmailMessage]) -> int:
        """Queue the messages; says how many.

        Raises BadHeaderError here, not in the worker, for a header with a line break in it.
        """
        count = 0
        for message in email_messages:
            if message.recipients():
                message.message()
                deliver.defer(sealed=seal(PURPOSE, packed(message)), to=addressees(message))
                count += 1
        return count


@app.task(
    name="accounts.deliver", queue="mail", retry=RetryStrategy(max_attempts=9, exponential_wait=3)
)
def deliver(*, sealed: str, to: list[str]) -> None:
    """Hand a queued message to the mail server; tried again for some hours when that fails.

    `to` is not needed for that: it is how the mail of a deleted account is found (`forget`).
    """
    del to
    if settings.MAILBOX:
        settings.MAILBOX.mkdir(mode=0o700, parents=True, exist_ok=True)
    transport = get_connection(settings.EMAIL_TRANSPORT)
    transport.send_messages([unpacked(unseal(PURPOSE, sealed))])


def send_letter(
    template: str, user: User, context: dict[str, Any], language: str | None = None
) -> None:
    """Queue a mail of our own to this person, in their language.

    `template` names two files of `templates/accounts/mail`: `…_subject.txt` and `…_message.txt`.
    `language` is for whoever has chosen none: that of the page, if it was they who acted. What
    somebody else may have set off is not written in the language of their browser.
    """
    context = {"site_url": settings.SITE_URL, "email": user.email, **context}
    with translation.override(user.language or language or settings.LANGUAGE_CODE):
        subject = render_to_string(f"accounts/mail/{template}_subject.txt", context)
        body = render_to_string(f"accounts/mail/{template}_message.txt", context)
    EmailMessage(" ".join(subject.split()), body.strip() + "\n", to=[user.email]).send()


def forget(addresses: Iterable[str]) -> int:
    """Delete what the queue still holds for these addresses; says how many jobs went."""
    names = [_name(address) for address in addresses]
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs"
            " WHERE task_name = 'accounts.deliver' AND args -> 'to' ?| %s",
            [names],
        )
        return int(cursor.rowcount)


def packed(message: EmailMessage) -> str:
    """The message as text. Raises ValueError for attachments, which no mail of ours has."""
    if message.attachments:
        raise ValueError("mails with attachments are not queued")
    alternatives = getattr(message, "alternatives", None) or []
    return json.dumps(
        {
            "subject": str(message.subject),
            "body": str(message.body),
            "from_email": message.from_email,
            "to": list(message.to),
            "cc": list(message.cc),
            "bcc": list(message.bcc),
            "reply_to": list(message.reply_to),
            "headers": dict(message.extra_headers),
            "alternatives": [[str(text), kind] for text, kind in alternatives],
            "subtype": message.content_subtype,
        }
    )


def unpacked(text: str) -> EmailMessage:
    """The message that `packed` made text of."""
    parts = json.loads(text)
    subtype = parts.pop("subtype")
    parts["alternatives"] = [tuple(pair) for pair in parts["alternatives"]]
    message = EmailMultiAlternatives(**parts)
    message.content_subtype = subtype
    return message


def addressees(message: EmailMessage) -> list[str]:
    """Names for whom the message is for, from which no address can be had."""
    return sorted({_name(address) for address in message.recipients()})


def _name(address: str) -> str:
    return digest(PURPOSE, address.casefold())


@dataclass(frozen=True)
class Letter:
    """A mail that waits in the mailbox."""

    subject: str
    to: str
    sent_at: datetime | None
    text: str


def is_mailbox_open(request: HttpRequest) -> bool:
    """Whether this journal keeps its mail itself and whoever asks sits at the same machine.

    A forwarding header means that a proxy asks for somebody else, who could be anywhere.
    """
    return (
        settings.MAILBOX is not None
        and request.META.get("REMOTE_ADDR") in LOOPBACK
        and not any(name in request.headers for name in FORWARDING)
    )


def letters() -> list[Letter]:
    """The latest mails in the mailbox, newest first."""
    folder = settings.MAILBOX
    files = sorted(folder.glob("*.log"), reverse=True) if folder else []
    found: list[Letter] = []
    for path in files[:MAILBOX_SHOWS]:
        messages = path.read_bytes().split(b"\n" + RULE + b"\n")
        found += [_letter(raw) for raw in reversed(messages) if raw.strip()]
    return found[:MAILBOX_SHOWS]


def purge(now: datetime) -> None:
    """Delete mails that lie in the mailbox, or in vain in the queue, longer than they are kept."""
    oldest = now - KEPT
    for path in settings.MAILBOX.glob("*.log") if settings.MAILBOX else ():
        if path.stat().st_mtime < oldest.timestamp():
            path.unlink()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs AS job"
            " WHERE task_name = 'accounts.deliver' AND status <> 'doing' AND NOT EXISTS"
            " (SELECT FROM procrastinate_events WHERE job_id = job.id AND at >= %s)",
            [oldest],
        )


def _letter(raw: bytes) -> Letter:
    message = BytesParser(_class=ParsedMessage, policy=policy.default).parsebytes(raw)
    body = message.get_body(("plain",))
    date = message["Date"]
    return Letter(
        subject=str(message["Subject"] or ""),
        to=str(message["To"] or ""),
        sent_at=parsedate_to_datetime(str(date)) if date else None,
        text=str(body.get_content()) if body else "",
    )
