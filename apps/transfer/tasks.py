"""What takes longer than a page may: exports, imports, comparing archives, backups; clearing up."""

import logging
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from apps.transfer import arriving, backing_up, checking, making, running
from apps.transfer.backup import Refused, made
from config.local.folders import private_folder
from config.local.problems import Problem

log = logging.getLogger("throughline.backups")


@app.task(name="transfer.make_export", queue="transfer", lock="transfer")
def make_export(owner: str, row: str) -> None:
    """Make a person's export. One at a time: each reads a whole life."""
    making.make(UUID(owner), UUID(row), timezone.now)


@app.task(name="transfer.compare_archive", queue="transfer", lock="transfer")
def compare_archive(owner: str, row: str) -> None:
    """Compare an archive with a person's journal."""
    checking.compare(UUID(owner), UUID(row), timezone.now)


@app.task(name="transfer.bring_in", queue="transfer", lock="transfer")
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


@app.periodic(cron="37 * * * *")
@app.task(name="transfer.back_up", queueing_lock="transfer.back_up", pass_context=False)
def back_up(timestamp: int) -> bool:
    """Back up if it is time to, and delete what is too old; whether it was.

    The oldest go first where there is no room for another. Why there is none is one line in the
    log; it is tried again an hour later.
    """
    now = datetime.fromtimestamp(timestamp, UTC)
    if settings.BACKUPS is None or not settings.BACKUPS_KEPT:
        return False
    folder = private_folder(settings.BACKUPS)
    there = made(folder)
    if not backing_up.is_due(there[-1][0] if there else None, now):
        return False
    backing_up.make_room(folder)
    try:
        _out, manifest = backing_up.back_up(folder, now)
    except Refused as refused:
        log.error("not backed up", extra={"event": f"not backed up: {refused.reason}"})
        return False
    except Problem:
        log.error("not backed up: pg_dump")
        return False
    backing_up.rotate(folder, settings.BACKUPS_KEPT, now)
    if manifest.missing or manifest.damaged:
        log.error("files are missing or damaged: manage.py verify names them")
    return True
