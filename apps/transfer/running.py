"""What takes longer than a page may, in the job queue: begun, told while it runs, called off.

A row says how far it is. Whoever works at it reads in a transaction of one moment that may write
nothing, so what is told goes through a connection of its own. Each time a row is begun it counts
its runs, and a run writes only while it is the latest: a worker that was thought dead and is not
finds its row in other hands and stops. What has several steps counts anew for each.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.transfer.models import OPEN, Check, Export, State, Upload

Row = Export | Check | Upload
# Seconds between two words about how far it is.
TELL_EVERY = 0.5
MOST_RUNS = 3
# A worker says every ten seconds that it is there; a job that waits is in the queue at once.
SILENT = timedelta(seconds=40)
ASKED = timedelta(minutes=1)
TASKS: dict[type[Row], str] = {
    Export: "transfer.make_export",
    Check: "transfer.compare_archive",
    Upload: "transfer.bring_in",
}


class CalledOff(Exception):
    """Whoever asked for it wants it no more, or somebody else is at it."""


def ask(row: Row) -> None:
    """Put a row into the queue; to be called in the transaction that made it."""
    app.configure_task(TASKS[type(row)]).defer(owner=str(row.owner_id), row=str(row.pk))


@transaction.atomic
def begin(model: type[Row], owner: UUID, pk: UUID, now: datetime) -> Row | None:
    """The row, to be worked at; None where nobody waits for it any more.

    One that was begun several times and never came to its end is not begun again.
    """
    row = model.objects.filter(owner=owner, pk=pk, state__in=OPEN).select_for_update().first()
    if row is None:
        return None
    if row.run >= MOST_RUNS:
        row.state, row.reason = State.FAILED, "tried"
        row.save(update_fields=["state", "reason", "updated_at"])
        return None
    row.state, row.run, row.begun_at, row.done = State.RUNNING, row.run + 1, now, 0
    row.save(update_fields=["state", "run", "begun_at", "done", "updated_at"])
    return row


def call_off(row: Row) -> bool:
    """Say that it is not wanted any more; False where it had come to its end already."""
    rows = type(row).objects.filter(owner=row.owner_id, pk=row.pk, state__in=OPEN)
    return bool(rows.update(state=State.OFF))


class Run:
    """A row while it is worked at. A context, so that its second connection is closed again."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.said: dict[str, Any] = {}
        self._told = 0.0
        self._beside = ThreadPoolExecutor(max_workers=1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._beside.submit(_close).result()
        self._beside.shutdown()

    def tell(self, *, at_once: bool = False, **said: Any) -> None:
        """Let the row say how far it is, not more often than somebody can read it.

        Raises CalledOff.
        """
        self.said |= said
        now = time.monotonic()
        if at_once or now - self._told >= TELL_EVERY:
            self._told = now
            if not self._beside.submit(self._update, self.said).result():
                raise CalledOff

    def settle(self, state: State, **said: Any) -> None:
        """Write down what came of it. Raises CalledOff, and then nothing is written.

        By the usual connection, so that it is one with whatever else its transaction does.
        """
        if not self._update(self.said | said | {"state": state}):
            raise CalledOff

    def _update(self, said: dict[str, Any]) -> int:
        row = self.row
        rows = type(row).objects.filter(owner=row.owner_id, pk=row.pk)
        runs = rows.filter(state=State.RUNNING, run=row.run, begun_at=row.begun_at)
        return runs.update(**said)


def _close() -> None:
    """Give back the connection of this thread: which one that is, is only known in it."""
    connection.close()


def look_after(now: datetime) -> int:
    """Let what a worker left behind be begun anew. Says how much was left.

    A worker that is killed leaves its job as if it still did it; one that is told to stop and
    cannot wait gives it up.
    """
    doing = ProcrastinateJob.objects.filter(task_name__in=TASKS.values(), status="doing")
    stalled = list(doing.exclude(worker__last_heartbeat__gte=now - SILENT))
    for job in stalled:
        app.job_manager.retry_job_by_id(job.pk, retry_at=now)
    return len(stalled) + sum(_ask_again(model, now) for model in TASKS)


def _ask_again(model: type[Row], now: datetime) -> int:
    """Ask for the rows that are open and in no queue."""
    jobs = ProcrastinateJob.objects.filter(task_name=TASKS[model], status__in=["todo", "doing"])
    known = {said["row"] for said in jobs.values_list("args", flat=True)}
    rows = model.objects.filter(state__in=OPEN, updated_at__lt=now - ASKED)
    left = [row for row in rows if str(row.pk) not in known]
    for row in left:
        ask(row)
    return len(left)
