"""What a supervisor may ask: is the process there, and can it keep what is written.

A probe that only reads stays green on a full disk while every save fails (assurance T-23), so
readiness writes. Neither answer has details or a version in it; what is amiss is in the log.
"""

import logging
import shutil
import time
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

PROBE_EVERY = 5.0
LEAST_FREE = 0.05
# A mail may wait for the one before it; after this long nobody works the queue off.
LONGEST_WAIT = timedelta(minutes=30)

log = logging.getLogger("throughline.health")
_last: tuple[float, str] | None = None


@require_safe
@login_not_required
def health_live(request: HttpRequest) -> HttpResponse:
    """200 while the process answers; asks nothing of anybody else."""
    return HttpResponse("live\n", content_type="text/plain; charset=utf-8")


@require_safe
@login_not_required
def health_ready(request: HttpRequest) -> HttpResponse:
    """200 when a save would be kept and the worker does what it is given.

    That is: the database writes to a table and to its log, no migration waits, no job has been due
    for LONGEST_WAIT, and files have room. 503 otherwise, and one line in the log when that changes.
    Probed at most every five seconds in each process, with five queries (7 ms in all, 6 of them for
    the migrations); in between the last answer holds.
    """
    global _last
    now = time.monotonic()
    if _last is None or now - _last[0] >= PROBE_EVERY:
        trouble = _trouble()
        if trouble and (_last is None or trouble != _last[1]):
            log.warning("not ready", extra={"event": f"not ready: {trouble}"})
        _last = (now, trouble)
    is_ready = not _last[1]
    return HttpResponse(
        "ready\n" if is_ready else "not ready\n",
        status=200 if is_ready else 503,
        content_type="text/plain; charset=utf-8",
    )


def _trouble() -> str:
    """What is amiss, in words of ours; empty when nothing is."""
    try:
        _write()
        if _is_behind():
            return "migrations wait"
        if _is_queue_stuck():
            return "jobs wait for a worker"
    except Error:
        return "the database does not write"
    try:
        settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True, mode=0o700)
        usage = shutil.disk_usage(settings.MEDIA_ROOT)
    except OSError:
        return "there is no folder for files"
    return "the disk of the files is full" if usage.free < usage.total * LEAST_FREE else ""


def _write() -> None:
    """Ask for a page of a table and take it back, then commit to the log of the database.

    The first fails on a disk that is full, where the log still has room of its own; the second
    waits for the disk as a save does.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO \"probe\" (filler) VALUES (repeat('.', 8000))")
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_logical_emit_message(true, 'throughline', 'probe')")


def _is_behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _is_queue_stuck() -> bool:
    """Whether a job has been due for too long: since its time, or else since it was queued."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_jobs AS job WHERE status = 'todo'"
            " AND coalesce(scheduled_at, (SELECT min(at) FROM procrastinate_events"
            " WHERE job_id = job.id AND type = 'deferred')) < now() - make_interval(secs => %s))",
            [LONGEST_WAIT.total_seconds()],
        )
        return bool(cursor.fetchone()[0])
