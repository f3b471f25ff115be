"""Exports: asking for one, making it in the job queue, and letting it go again.

The file is written beside its place and gets its name once it is whole, and its row says "ready"
after that: what is offered is never half of something.
"""

import hashlib
import logging
import secrets
from collections.abc import Callable, Generator
from contextlib import closing
from datetime import datetime, timedelta
from errno import EDQUOT, EFBIG, ENOSPC
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import translation

from apps.accounts.mail import send_letter
from apps.accounts.models import User
from apps.transfer import running
from apps.transfer.choosing import Gone, read
from apps.transfer.exporting import one_moment
from apps.transfer.forms import FORMS, Progress
from apps.transfer.models import OPEN, Export, State
from apps.transfer.running import CalledOff, Run

log = logging.getLogger("throughline.transfer")
KEPT = timedelta(days=7)
# Of one person, those that are made and those that are kept.
MOST = 5
Reason = Export.Reason


class TooMany(Exception):
    """There are as many exports as somebody may have at once."""


@transaction.atomic
def ask(*, owner: User, form: str, choice: dict[str, Any], by_mail: bool) -> Export:
    """Ask for an export; `choice` is what `choosing.kept` made. Raises TooMany."""
    # Two that are asked for at once are counted one after the other.
    User.objects.select_for_update().get(pk=owner.pk)
    here = Export.objects.for_user(owner).filter(state__in=[*OPEN, State.READY])
    if here.count() >= MOST:
        raise TooMany
    row = Export.objects.create(owner=owner, form=form, choice=choice, by_mail=by_mail)
    running.ask(row)
    return row


def make(owner: UUID, pk: UUID, clock: Callable[[], datetime]) -> None:
    """Make the file of an export. Whatever comes in between, nothing half-made stays."""
    row = running.begin(Export, owner, pk, clock())
    if not isinstance(row, Export):
        return
    # What a run before this one has left.
    _forget_file(row)
    key = f"{owner}/exports/{secrets.token_hex(16)}"
    with Run(row) as run:
        try:
            run.tell(at_once=True, key=key)
            row.key = key
            with translation.override(row.owner.language or settings.LANGUAGE_CODE):
                _write(row, run, clock())
            _finish(row, run, clock())
        except CalledOff:
            _forget_file(row)
        except Exception as error:
            _give_up(row, run, error)


def _write(row: Export, run: Run, now: datetime) -> None:
    digest = hashlib.sha256()
    size = 0

    def pieces() -> Generator[bytes, None, None]:
        nonlocal size
        form = FORMS[row.form]
        progress = Progress(tell=lambda progress: run.tell(done=progress.done))
        with one_moment():
            choice = read(row.owner, row.choice)
            run.tell(at_once=True, total=form.count(row.owner, choice))
            for piece in form.write(row.owner, choice, now, progress):
                digest.update(piece)
                size += len(piece)
                run.tell(bytes=size)
                yield piece

    with closing(pieces()) as made:
        cast(Any, default_storage).keep(row.key, made)
    run.said |= {"bytes": size, "sha256": digest.hexdigest()}


@transaction.atomic
def _finish(row: Export, run: Run, now: datetime) -> None:
    run.settle(State.READY, ready_at=now, expires_at=now + KEPT)
    _write_letter(row, is_ready=True)


def _give_up(row: Export, run: Run, error: Exception) -> None:
    """Say that it could not be made, and why, as far as that is for the person to know."""
    no_room = isinstance(error, OSError) and error.errno in {ENOSPC, EDQUOT, EFBIG}
    reason = Reason.CHOICE if isinstance(error, Gone) else Reason.BROKEN
    if no_room:
        reason = Reason.ROOM
    elif reason == Reason.BROKEN:
        log.exception("an export was not made")
    _forget_file(row)
    try:
        with transaction.atomic():
            run.said.pop("sha256", None)
            run.settle(State.FAILED, reason=reason, key="")
            _write_letter(row, is_ready=False)
    except CalledOff:
        return


def _write_letter(row: Export, *, is_ready: bool) -> None:
    if row.by_mail:
        told = {"is_ready": is_ready, "path": row.get_absolute_url()}
        send_letter("export_ended", row.owner, told)


def _forget_file(row: Export) -> None:
    if row.key:
        cast(Any, default_storage).forget(row.key)


def let_go(row: Export) -> None:
    """Delete an export now, with its file."""
    running.call_off(row)
    _forget_file(row)
    Export.objects.filter(owner=row.owner_id, pk=row.pk).delete()


def forget_old(now: datetime) -> int:
    """Delete what is older than it is kept, and what others left of theirs. Says how many."""
    over = Export.objects.filter(state=State.READY, expires_at__lte=now)
    ended = Export.objects.filter(state__in=[State.FAILED, State.OFF], created_at__lt=now - KEPT)
    gone = [*over, *ended]
    for row in gone:
        let_go(row)
    for row in Export.objects.filter(state__in=[State.FAILED, State.OFF]).exclude(key=""):
        _forget_file(row)
        Export.objects.filter(pk=row.pk).exclude(state__in=OPEN).update(key="")
    return len(gone)
