"""Run the measurement and print it: `python -m tests.bench`; bin/bench calls this."""

import argparse
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import django

from config.local.database import database_url
from config.local.postgres import running
from config.local.prepare import prepare
from config.local.secrets import secret_key
from tests.bench.server import ROOT


def main() -> int:
    """Measure, print, and say with the exit status whether every figure kept its bound."""
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measure the pages.")
    parser.add_argument("--quick", action="store_true", help="under a minute, coarser")
    parser.add_argument("--transfer", action="store_true", help="a whole journal out and in")
    asked = parser.parse_args()
    with _home() as home:
        prepare(ROOT, home, os.environ["DATABASE_URL"])
        django.setup()
        # What is asked within this process is no request of the server's.
        logging.disable(logging.INFO)
        # Models can be imported only from here on.
        from tests.bench import measuring, transferring

        now = datetime.now(UTC)
        if asked.transfer:
            return transferring.measure(now)
        return measuring.measure(home, now, quick=asked.quick)


@contextmanager
def _home() -> Iterator[Path]:
    """A home and its database: those that are given, or durable ones that are gone afterwards."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as folder:
        is_given = bool(database_url() and os.environ.get("THROUGHLINE_HOME"))
        home = Path(os.environ["THROUGHLINE_HOME"] if is_given else folder)
        os.environ["THROUGHLINE_HOME"] = str(home)
        secret_key(home)
        if database_url():
            yield home
        else:
            with running(home) as url:
                os.environ["DATABASE_URL"] = url
                yield home


if __name__ == "__main__":
    sys.exit(main())
