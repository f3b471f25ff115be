"""Imports: a file that somebody brings, and its steps in the job queue.

Looked at, read, let in, taken back: each step is a job, and says in one transaction what it did and
that it is done. Called off or killed, it leaves the journal as it was; the file is kept until it
came in, for seven days at the most.
"""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from errno import EDQUOT, EFBIG, ENOSPC
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation

from apps.accounts.models import User
from apps.core.text import clean
from apps.transfer import bringing, running, undoing
from apps.transfer.archive import FORMAT, MANIFEST
from apps.transfer.choosing import Choice
from apps.transfer.exporting import one_moment
from apps.transfer.forms import throughline
from apps.transfer.importing import Report, bring_in
from apps.transfer.models import NAME_LENGTH, OPEN, Import, State, Upload
from apps.transfer.running import CalledOff, Run
from apps.transfer.sources import table
from apps.transfer.sources.package import Package, Refused
from apps.transfer.sources.recognising import recognised
from apps.transfer.verifying import Verdict, manifest_of, verify

log = logging.getLogger("throughline.transfer")
KEPT = timedelta(days=7)
# Of one person, files that are kept because they have not come in yet.
MOST = 3
# Of an archive: sentences of what is amiss, and rows that could not come in.
MOST_TOLD = 50
# Of a table whose columns can be chosen: how many, and how long their names are together.
MOST_COLUMNS, MOST_LETTERS = 100, 10_000
Reason, Step = Upload.Reason, Upload.Step
# Where it stands again when a step is called off that left the journal as it was.
BACK = {Step.APPLY: Step.READ, Step.UNDO: Step.APPLY}


class TooMany(Exception):
    """There are as many files waiting as somebody may have at once."""


def take(*, owner: User, file: File) -> Upload:  # type: ignore[type-arg]
    """Keep a file until it came in, and have it looked at. Raises TooMany, and OSError."""
    key = f"{owner.pk}/imports/{secrets.token_hex(16)}"
    with transaction.atomic():
        # Two that are handed in at once are counted one after the other.
        User.objects.select_for_update().get(pk=owner.pk)
        if Upload.objects.for_user(owner).exclude(key="").count() >= MOST:
            raise TooMany
        row = Upload.objects.create(
            owner=owner,
            # Its end says what it is.
            name=clean(file.name or "")[-NAME_LENGTH:],
            key=key,
            bytes=file.size,
            zone=owner.time_zone or "UTC",
        )
    # With its row first, a file is never without one.
    try:
        default_storage.save(key, file)
    except BaseException:
        row.delete()
        raise
    running.ask(row)
    return row


@transaction.atomic
def ask(row: Upload, step: str, **said: Any) -> bool:
    """Let the next step be done; `said` are fields. False where it is at another one by now."""
    held = Upload.objects.filter(owner=row.owner_id, pk=row.pk).select_for_update().first()
    if held is None or not held.may(step):
        return False
    beginning = {"step": step, "state": State.WAITING, "run": 0, "done": 0, "total": 0}
    for name, value in {**beginning, "reason": "", "refused": "", **said}.items():
        setattr(held, name, value)
    held.save()
    running.ask(held)
    return True


def call_off(row: Upload) -> bool:
    """Say that a step is not wanted; False where it had come to its end already.

    What was to come in or to be taken back waits as it did before; a file that was only to be read
    is let go of.
    """
    back = BACK.get(Step(row.step))
    if back is None:
        is_off = running.call_off(row)
        _forget_file(row)
        return is_off
    rows = Upload.objects.filter(owner=row.owner_id, pk=row.pk, state__in=OPEN, step=row.step)
    # Whoever is at it finds that it runs no more.
    return bool(rows.update(step=back, state=State.READY, run=F("run") + 1))


def work(owner: UUID, pk: UUID, clock: Callable[[], datetime]) -> None:
    """Do the step that is asked for. Whatever comes in between, nothing half-done stays."""
    row = running.begin(Upload, owner, pk, clock())
    if not isinstance(row, Upload):
        return
    with Run(row) as run:
        try:
            with translation.override(row.owner.language or settings.LANGUAGE_CODE):
                STEPS[Step(row.step)](row, run, clock())
        except CalledOff:
            pass
        except Refused as refused:
            _give_up(run, Reason.REFUSED, str(refused))
        except bringing.NotNow:
            _give_up(run, Reason.MOVED)
        except Exception as error:
            no_room = isinstance(error, OSError) and error.errno in {ENOSPC, EDQUOT, EFBIG}
            if not no_room:
                log.exception("an import came to no end")
            _give_up(run, Reason.ROOM if no_room else Reason.BROKEN)
    _forget_file(row)


def _look(row: Upload, run: Run, now: datetime) -> None:
    """What it could be; where that is one thing only, it is read at once."""
    with _opened(row) as package:
        is_own = bool(package.find(MANIFEST))
        forms = [FORMAT] if is_own else [source.KEY for source in recognised(package)]
    if len(forms) > 1:
        run.settle(State.READY, forms=forms)
    elif forms:
        row.form = forms[0]
        run.tell(at_once=True, forms=forms, form=row.form, step=Step.READ)
        _read(row, run, now)
    else:
        _give_up(run, Reason.UNKNOWN)


def _read(row: Upload, run: Run, now: datetime) -> None:
    """What would come in."""
    if row.form == FORMAT:
        _read_archive(row, run, now)
        return
    with _opened(row) as package:
        found = _table(row, package)
        with transaction.atomic():
            brought = row.brought or bringing.begin(
                row.owner, source=row.form, name=row.name, zone=row.zone, now=now
            )
            Import.objects.filter(owner=row.owner_id, pk=brought.pk).update(
                source=row.form, zone=row.zone, columns=row.columns
            )
            bringing.read_plan(brought, package, lambda done: run.tell(done=done))
            run.settle(State.READY, brought=brought, table=found)


def _table(row: Upload, package: Package) -> dict[str, Any] | None:
    """What the columns of a table are taken for, with its first rows, for its owner to say."""
    if row.form != table.KEY:
        return None
    guessed = table.columns(package)
    columns = table.told(row.columns) if row.columns else guessed
    is_plain = len(guessed.heads) <= MOST_COLUMNS and len("".join(guessed.heads)) <= MOST_LETTERS
    if guessed.is_own or not is_plain:
        return None
    return {"columns": asdict(columns), "rows": table.sample(package, columns)}


def _read_archive(row: Upload, run: Run, now: datetime) -> None:
    advance = _counting(run)
    with _opened(row) as package:
        there = _rows_of(package)
        here = throughline.count(row.owner, Choice())
        run.tell(at_once=True, total=2 * there + here)
        with one_moment():
            verdict = verify(package, row.owner, advance)
        report = bring_in(row.owner, package, now, is_trial=True, advance=advance)
    run.settle(State.READY, told=said(verdict, report))


def _apply(row: Upload, run: Run, now: datetime) -> None:
    """Let it in."""
    with _opened(row) as package:
        if row.brought is None:
            run.tell(at_once=True, total=_rows_of(package))
            with transaction.atomic():
                report = bring_in(row.owner, package, now, advance=_counting(run))
                run.settle(State.READY, told=(row.told or {}) | _came(report))
            return
        run.tell(at_once=True, total=row.brought.total)
        with transaction.atomic():
            bringing.apply(row.brought, package, now, lambda done: run.tell(done=done))
            run.settle(State.READY)


def _undo(row: Upload, run: Run, now: datetime) -> None:
    """Take it back."""
    brought = row.brought
    if brought is None:
        raise bringing.NotNow
    run.tell(at_once=True, total=brought.created + brought.updated)
    with transaction.atomic():
        undoing.undo(brought, now, lambda done: run.tell(done=done))
        run.settle(State.READY)


STEPS = {Step.LOOK: _look, Step.READ: _read, Step.APPLY: _apply, Step.UNDO: _undo}


@contextmanager
def _opened(row: Upload) -> Iterator[Package]:
    with (
        cast(Any, default_storage).on_disk(row.key) as path,
        Package(path, row.name) as package,
    ):
        yield package


def _rows_of(package: Package) -> int:
    counts = manifest_of(package)["counts"].values()
    return sum(count for count in counts if isinstance(count, int) and 0 < count < 10**9)


def _counting(run: Run) -> Callable[[int], None]:
    done = 0

    def advance(rows: int) -> None:
        nonlocal done
        done += rows
        run.tell(done=done)

    return advance


def said(verdict: Verdict, report: Report) -> dict[str, Any]:
    """What is known of an archive as JSON: when it was made, what is amiss, what would come in."""
    return {
        "exported_at": verdict.exported_at[:40],
        "amiss": [sentence[:400] for sentence in verdict.amiss[:MOST_TOLD]],
        "more": max(0, len(verdict.amiss) - MOST_TOLD),
        **_came(report),
    }


def _came(report: Report) -> dict[str, Any]:
    names = {**report.created, **report.unchanged}
    failed = [(row.partition(" ")[0], reason) for row, reason in report.failed[:MOST_TOLD]]
    return {
        "tables": [[name, report.created[name], report.unchanged[name]] for name in names],
        "failed": failed,
        "failed_count": len(report.failed),
    }


def _give_up(run: Run, reason: Upload.Reason, refused: str = "") -> None:
    try:
        run.settle(State.FAILED, reason=reason, refused=refused)
    except CalledOff:
        return


def _forget_file(row: Upload) -> None:
    """Delete the file, unless somebody is still to read it."""
    rows = Upload.objects.filter(owner=row.owner_id, pk=row.pk).exclude(state__in=OPEN)
    stored = rows.exclude(key="").first()
    if stored and not (stored.may(Step.READ) or stored.may(Step.APPLY)):
        cast(Any, default_storage).forget(stored.key)
        rows.update(key="")


def let_go(row: Upload) -> None:
    """Delete a file now, with what was noted about it; what came in stays."""
    running.call_off(row)
    if row.key:
        cast(Any, default_storage).forget(row.key)
    Upload.objects.filter(owner=row.owner_id, pk=row.pk).delete()
    if row.brought_id:
        Import.objects.filter(owner=row.owner_id, pk=row.brought_id).delete()


def forget_old(now: datetime) -> int:
    """Delete what did not come in within seven days, and files nobody waits for. Says how many."""
    for row in Upload.objects.exclude(state__in=OPEN).exclude(key=""):
        _forget_file(row)
    over = Upload.objects.exclude(state__in=OPEN).filter(created_at__lt=now - KEPT)
    never = Q(step__in=[Step.LOOK, Step.READ]) | Q(step=Step.APPLY, state=State.FAILED)
    gone = list(over.filter(never))
    for row in gone:
        let_go(row)
    return len(gone)
