"""Checks: an archive that somebody hands in, compared with their journal in the job queue."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import translation

from apps.accounts.models import User
from apps.transfer import running
from apps.transfer.choosing import Choice
from apps.transfer.exporting import one_moment
from apps.transfer.forms import throughline
from apps.transfer.models import OPEN, Check, State
from apps.transfer.running import CalledOff, Run
from apps.transfer.sources.package import Package, Refused
from apps.transfer.verifying import Verdict, manifest_of, verify

log = logging.getLogger("throughline.transfer")
KEPT = timedelta(days=1)
# Sentences of what is amiss; an archive in which nothing is as it was would have thousands.
MOST_TOLD = 50
Reason = Check.Reason


def ask(*, owner: User, archive: File) -> Check:  # type: ignore[type-arg]
    """Keep an archive until it was compared; one that waits already is not compared any more."""
    key = f"{owner.pk}/checks/{secrets.token_hex(16)}"
    with transaction.atomic():
        Check.objects.for_user(owner).filter(state__in=OPEN).update(state=State.OFF)
        row = Check.objects.create(owner=owner, key=key, bytes=archive.size)
    # With its row first, a file is never without one.
    try:
        default_storage.save(key, archive)
    except BaseException:
        row.delete()
        raise
    running.ask(row)
    return row


def compare(owner: UUID, pk: UUID, clock: Callable[[], datetime]) -> None:
    """Compare an archive with the journal as it is now, and let go of the archive."""
    row = running.begin(Check, owner, pk, clock())
    if not isinstance(row, Check):
        return
    with Run(row) as run:
        try:
            with translation.override(row.owner.language or settings.LANGUAGE_CODE):
                verdict = _look(row, run)
            run.settle(State.READY, verdict=said(verdict))
        except CalledOff:
            pass
        except Refused as refused:
            _give_up(run, Reason.REFUSED, str(refused))
        except Exception:
            log.exception("an archive was not compared")
            _give_up(run, Reason.BROKEN)
    _forget_file(row)


def _look(row: Check, run: Run) -> Verdict:
    done = 0

    def advance(rows: int) -> None:
        nonlocal done
        done += rows
        run.tell(done=done)

    with (
        cast(Any, default_storage).on_disk(row.key) as path,
        Package(path, "archive.zip") as package,
        one_moment(),
    ):
        counts = manifest_of(package)["counts"].values()
        there = sum(count for count in counts if isinstance(count, int) and 0 < count < 10**9)
        run.tell(at_once=True, total=there + throughline.count(row.owner, Choice()))
        return verify(package, row.owner, advance)


def said(verdict: Verdict) -> dict[str, Any]:
    """A verdict as JSON: when the archive was made, what is amiss in it, and each table."""
    return {
        "exported_at": verdict.exported_at[:40],
        "amiss": [sentence[:400] for sentence in verdict.amiss[:MOST_TOLD]],
        "more": max(0, len(verdict.amiss) - MOST_TOLD),
        "tables": [asdict(table) for table in verdict.tables],
    }


def _give_up(run: Run, reason: Check.Reason, refused: str = "") -> None:
    try:
        run.settle(State.FAILED, reason=reason, refused=refused)
    except CalledOff:
        return


def _forget_file(row: Check) -> None:
    """Delete the archive, unless somebody is still to read it."""
    done = Check.objects.filter(owner=row.owner_id, pk=row.pk).exclude(state__in=OPEN)
    if row.key and done.exists():
        cast(Any, default_storage).forget(row.key)
        done.update(key="")


def forget_old(now: datetime) -> int:
    """Delete checks of a day ago, and archives that nobody waits for. Says how many checks."""
    for row in Check.objects.exclude(state__in=OPEN).exclude(key=""):
        _forget_file(row)
    old = Check.objects.exclude(state__in=OPEN).filter(created_at__lt=now - KEPT)
    return old.delete()[0]
