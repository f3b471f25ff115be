"""The web server of bin/serve: granian, with the journal in its workers."""

import gc
import importlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from config.local.children import GRACE, end_with

WORKERS = int(os.environ.get("WEB_WORKERS") or 2)
THREADS = int(os.environ.get("WEB_THREADS") or 4)


def run(root: Path, home: Path, arguments: Sequence[str]) -> int:
    """Answer requests until SIGTERM.

    The arguments are host and port; then, if it has a parent to end with, that process's id; and
    `wait` if it should read its code but answer only when standard input is closed.
    """
    host, port, *more = arguments
    if more:
        end_with(int(more[0]))
    # Where workers are forks (Linux, before Python 3.14), they come with the journal in memory:
    # one start instead of one each, and memory that is shared.
    importlib.import_module("config.wsgi")
    gc.collect()
    gc.freeze()
    # A page makes thousands of small objects and drops them: at the default of 700 the collector
    # runs while a page is made, and finds nothing. Some 160 each hang together in a ring until it
    # comes; at 2,500 it comes every fifteen pages and takes a millisecond (docs/speed.md).
    gc.set_threshold(2_500, 10, 10)
    if "wait" in more:
        sys.stdin.read()
    server = Granian(
        "config.wsgi:application",
        address=host,
        port=int(port),
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=GRACE,
    )
    server.serve(target_loader=partial(_load, os.getpid()), wrap_loader=False)
    return 0


def _load(parent: int) -> Callable[..., Any]:
    """In each worker, before its first request."""
    end_with(parent, signal.SIGKILL)
    application: Callable[..., Any] = importlib.import_module("config.wsgi").application
    return application
