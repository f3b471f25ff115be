"""What follows from a text once its writer rests: tags, people, highlights, words for search.

Never done in a save (docs/writing.md): a save notes that the entry is unsettled, and settling
happens some seconds later, when the page is left or done with, or by the job queue as a net. A
failure here loses nothing but time: the note stays, and the next one tries again.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.journal.indexing import index
from apps.journal.marking import place_again
from apps.journal.mentions import mentions
from apps.journal.models import Entry, Unsettled
from apps.journal.sorting import link_typed, people_named, tags_named

log = logging.getLogger("throughline.settling")
BATCH = 200
# A page that is still open settles by itself. What is left after this is looked after by the queue.
LEFT_BEHIND = timedelta(seconds=30)


@transaction.atomic
def settle(owner: User, entry_id: UUID) -> None:
    """Bring all that follows up to what the entry says now. Nothing where there is none."""
    # The note goes first: a save from here on makes a new one, and what it saved is not missed.
    Unsettled.objects.for_user(owner).filter(entry=entry_id).delete()
    entry = Entry.objects.for_user(owner).filter(pk=entry_id).first()
    if entry is None:
        return
    said = mentions(entry.body)
    link_typed(entry, tags_named(owner, said.tags, typed=True), people_named(owner, said.people))
    place_again(entry)
    index([entry])


def try_to_settle(owner: User, entry_id: UUID) -> bool:
    """Settle; what cannot be settled now waits for the job queue, and keeps nobody from saving."""
    try:
        settle(owner, entry_id)
    except Exception:
        log.exception("unsettled")
        return False
    return True


def settle_left_behind(now: datetime) -> int:
    """Settle what pages have left behind, the oldest first. Says how many entries."""
    waiting = Unsettled.objects.filter(created_at__lt=now - LEFT_BEHIND).order_by("created_at")
    links = list(waiting.select_related("owner").only("owner", "entry_id")[:BATCH])
    return sum(try_to_settle(link.owner, link.entry_id) for link in links)
