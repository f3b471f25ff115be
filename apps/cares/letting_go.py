"""Letting go of a care as a whole: out of sight at once, gone for good after 30 days."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.http import Http404

from apps.accounts.models import User
from apps.cares.models import Care
from apps.cares.stating import held

KEPT = timedelta(days=30)
BATCH = 200


@transaction.atomic
def let_go(*, owner: User, care: UUID, now: datetime) -> Care:
    """Take a care and all it said out of sight. Links to it stay until it goes for good."""
    row = held(owner, care)
    row.let_go_at = now
    row.save(update_fields=["let_go_at", "updated_at"])
    return row


@transaction.atomic
def take_back(*, owner: User, care: UUID) -> Care:
    """Have it again as it was. Raises Http404 for one that is not there to be taken back."""
    rows = Care.objects.for_user(owner).let_go().select_for_update()
    row = rows.filter(pk=care).first()
    if row is None:
        raise Http404
    row.let_go_at = None
    row.save(update_fields=["let_go_at", "updated_at"])
    return row


def forget_old(now: datetime) -> int:
    """Delete those that were let go of 30 days ago, with all they said. Says how many."""
    count = 0
    due = Care.objects.filter(let_go_at__lte=now - KEPT)
    while batch := list(due.values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            Care.objects.filter(pk__in=batch).delete()
        count += len(batch)
    return count
