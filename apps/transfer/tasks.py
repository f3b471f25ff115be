"""What takes longer than a page may: making exports, comparing archives, looking after both."""

from datetime import UTC, datetime
from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from apps.transfer import arriving, checking, making, running


@app.task(name="transfer.make_export", pass_context=False, lock="transfer")
def make_export(owner: str, row: str) -> None:
    """Make a person's export. One at a time: each reads a whole life."""
    making.make(UUID(owner), UUID(row), timezone.now)


@app.task(name="transfer.compare_archive", pass_context=False, lock="transfer")
def compare_archive(owner: str, row: str) -> None:
    """Compare an archive with a person's journal."""
    checking.compare(UUID(owner), UUID(row), timezone.now)


@app.task(name="transfer.bring_in", pass_context=False, lock="transfer")
def bring_in(owner: str, row: str) -> None:
    """Do the next step of a file that somebody brings."""
    arriving.work(UUID(owner), UUID(row), timezone.now)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="look_after_transfers", pass_context=False)
def look_after_transfers(timestamp: int) -> int:
    """Let what a killed worker left be begun anew. Says how much."""
    return running.look_after(datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="53 * * * *")
@app.task(queueing_lock="let_go_of_old_transfers", pass_context=False)
def let_go_of_old_transfers(timestamp: int) -> int:
    """Delete exports and what never came in after seven days, checks after one: so many."""
    now = datetime.fromtimestamp(timestamp, UTC)
    return making.forget_old(now) + checking.forget_old(now) + arriving.forget_old(now)
