"""What a supervisor may ask: is the process there, and can it keep what is written.

A probe that only reads stays green on a full disk while every save fails (assurance T-23), so
readiness writes. Neither answer has details or a version in it.
"""

import shutil
import time

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

PROBE_EVERY = 5.0
LEAST_FREE = 0.05

_last: tuple[float, bool] | None = None


@require_safe
@login_not_required
def health_live(request: HttpRequest) -> HttpResponse:
    """200 while the process answers; asks nothing of anybody else."""
    return HttpResponse("live\n", content_type="text/plain; charset=utf-8")


@require_safe
@login_not_required
def health_ready(request: HttpRequest) -> HttpResponse:
    """200 when a save would be kept: a write is committed, no migration waits, the disk has room.

    503 otherwise. Probed at most every five seconds; in between the last answer holds.
    """
    global _last
    now = time.monotonic()
    if _last is None or now - _last[0] >= PROBE_EVERY:
        _last = (now, _can_keep())
    is_ready = _last[1]
    return HttpResponse(
        "ready\n" if is_ready else "not ready\n",
        status=200 if is_ready else 503,
        content_type="text/plain; charset=utf-8",
    )


def _can_keep() -> bool:
    try:
        _commit()
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
    except DatabaseError:
        return False
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True, mode=0o700)
    usage = shutil.disk_usage(settings.MEDIA_ROOT)
    return usage.free >= usage.total * LEAST_FREE


def _commit() -> None:
    """Write to the database's log as a save does, without a table that would need sweeping."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_logical_emit_message(true, 'throughline', 'probe')")
