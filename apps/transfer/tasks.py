"""What is backed up by itself."""

import logging
from datetime import UTC, datetime

from django.conf import settings
from procrastinate.contrib.django import app

from apps.transfer import backing_up
from apps.transfer.backup import Refused, made
from config.local.folders import private_folder
from config.local.problems import Problem

log = logging.getLogger("throughline.backups")


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
