"""What follows from a text once its writer rests: tags, people, highlights, words for search.

Never done in a save (docs/writing.md): a save notes that the entry is unsettled, and settling
happens some seconds later, when the page is left or done with, or by the job queue as a net. A
failure here loses nothing but time: the note stays, and the next one tries again.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

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
# How long it waits for somebody: what cannot be settled now is settled a little later.
PATIENCE = "500ms"


@transaction.atomic
def settle(owner: User, entry_id: UUID) -> None:
    """Bring all that follows up to what the entry says now. Nothing where there is none.

    Raises OperationalError where something else is at it for longer than PATIENCE.
    """
    with connection.cursor() as cursor:
        # Well before PostgreSQL looks for who waits for each other, and picks one to fail.
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
    # Held before its note, as by a save, which would wait for the note while this waits for it.
    rows = Entry.objects.for_user(owner).select_for_update(no_key=True)
    entry = rows.filter(pk=entry_id).first()
    if entry is None:
        return
    # A save from here on makes a new note, and what it saved is not missed.
    Unsettled.objects.for_user(owner).filter(entry=entry_id).delete()
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
