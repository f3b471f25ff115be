"""What the journal does by itself: letting go of old trash, settling, threads, files."""

from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from apps.accounts.models import User
from apps.journal import settling, sorting, threads, uploads
from apps.journal.indexing import index
from apps.journal.models import Entry
from apps.journal.models.entry import TRASH_KEPT

BATCH = 500
INDEXED_AT_ONCE = 200


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="let_go_of_old_trash", pass_context=False)
def let_go_of_old_trash(timestamp: int) -> int:
    """Delete for good what was thrown away more than 30 days before `timestamp` (seconds, UTC).

    In batches, so that no transaction is long. Returns how many entries went.
    """
    now = datetime.fromtimestamp(timestamp, UTC)
    sorting.forget_old(now)
    return purge(now)


def purge(now: datetime) -> int:
    """The same, told the time."""
    gone = 0
    old = Entry.objects.filter(trashed_at__lt=now - TRASH_KEPT).order_by("trashed_at")
    while batch := list(old.values_list("pk", flat=True)[:BATCH]):
        gone += uploads.erase(Entry.objects.filter(pk__in=batch))
    return gone


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="settle_left_behind", pass_context=False)
def settle_left_behind(timestamp: int) -> int:
    """Settle entries whose pages are gone without having done so. Returns how many."""
    return settling.settle_left_behind(datetime.fromtimestamp(timestamp, UTC))


@app.task(name="journal.index_again", pass_context=False)
def index_again(owner: str) -> int:
    """Write the words of all of a person's entries anew, once they write in another language.

    In batches; until it is done, words are found as they stand. Returns how many entries.
    """
    done = 0
    last = UUID(int=0)
    entries = Entry.objects.filter(owner=UUID(owner)).order_by("pk")
    while batch := list(entries.filter(pk__gt=last)[:INDEXED_AT_ONCE]):
        index(batch)
        done += len(batch)
        last = batch[-1].pk
    return done


@app.task(name="journal.work_out_threads", pass_context=False, lock="threads")
def work_out_threads(owner: str) -> int:
    """Find a person's threads anew. One person at a time: it takes the database seconds."""
    user = User.objects.filter(pk=UUID(owner)).first()
    return threads.work_out(user, timezone.now()) if user else 0


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="look_for_threads", pass_context=False)
def look_for_threads(timestamp: int) -> int:
    """Ask for the threads of who has written much; at night of who has written at all.

    The night is the run that begins at half past two (UTC). Returns for how many it was asked.
    """
    at = datetime.fromtimestamp(timestamp, UTC)
    is_night = (at.hour, at.minute // 10) == (2, 3)
    whose = threads.anything_was_written() if is_night else threads.much_was_written()
    return sum(_ask_for_threads(owner) for owner in whose)


def _ask_for_threads(owner: UUID) -> bool:
    """Whether it had not been asked for yet."""
    task = app.configure_task("journal.work_out_threads", queueing_lock=f"threads of {owner}")
    try:
        with transaction.atomic():
            task.defer(owner=str(owner))
    except AlreadyEnqueued:
        return False
    return True


# What storages cannot do now they can do later: after 4, 16, 64 seconds and so on, for a day.
PATIENT = RetryStrategy(max_attempts=9, exponential_wait=4)


@app.task(name="journal.make_sizes", pass_context=False, lock="pictures", retry=PATIENT)
def make_sizes(owner: str, attachment: str) -> None:
    """Make what pages show of a picture. One at a time: each may take a lot of memory."""
    uploads.make_sizes(UUID(owner), UUID(attachment))


@app.task(name="journal.forget_files", pass_context=False, retry=PATIENT)
def forget_files(keys: list[str]) -> None:
    """Delete files whose rows are gone."""
    uploads.forget_files(keys)


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="look_after_files", pass_context=False)
def look_after_files(timestamp: int) -> int:
    """Let go of what was removed a day ago, and ask again for pictures that were not made."""
    now = datetime.fromtimestamp(timestamp, UTC)
    uploads.ask_again(now)
    return uploads.forget_removed(now)


@app.periodic(cron="47 3 * * *")
@app.task(queueing_lock="sweep_files", pass_context=False)
def sweep_files(timestamp: int) -> int:
    """Delete files that belong to nothing. Returns how many."""
    return uploads.sweep(datetime.fromtimestamp(timestamp, UTC))
