"""Letting a care rest, taking it up again, and giving it another name."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cares.models import Care
from apps.cares.stating import Kind, Refused, held, note_event


@transaction.atomic
def rest(*, owner: User, care: UUID, note: str = "", now: datetime) -> Care:
    """Let it rest: it is kept as it is, and asks for nothing. Nothing happens where it rests."""
    row = held(owner, care)
    if row.has_ended:
        raise Refused(_("It goes on as others."))
    if not row.is_resting:
        today = owner.today(now)
        row.rested_on = max(today, row.begun_on)
        row.save(update_fields=["rested_on", "updated_at"])
        note_event(row, Kind.REST, today, now, note=note)
    return row


@transaction.atomic
def resume(*, owner: User, care: UUID, note: str = "", now: datetime) -> Care:
    """Take it up again, after it rested or had gone on as others; those stay as well."""
    row = held(owner, care)
    if row.is_resting or row.has_ended:
        row.rested_on = row.ended_on = None
        row.save(update_fields=["rested_on", "ended_on", "updated_at"])
        note_event(row, Kind.RESUME, owner.today(now), now, note=note)
    return row


@transaction.atomic
def rename(*, owner: User, care: UUID, label: str, now: datetime) -> Care:
    """Give it another name; the one before stays in its history. What it says is not touched."""
    row = held(owner, care)
    if row.label != label:
        was, row.label = row.label, label
        row.save(update_fields=["label", "updated_at"])
        note_event(row, Kind.RENAME, owner.today(now), now, was=was)
    return row
