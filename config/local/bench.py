"""bin/bench: measuring, on a cluster that is kept between runs so that it is filled once."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from config.local.database import database_url
from config.local.postgres import running
from config.local.secrets import secret_key


def run(root: Path, home: Path, arguments: Sequence[str]) -> int:
    """Run tests.bench with `arguments` in a home of its own, with a durable PostgreSQL."""
    bench = home / "bench"
    secret_key(home)
    secret_key(bench)
    os.environ["THROUGHLINE_HOME"] = str(bench)
    if database_url():
        return _bench(root, arguments)
    with running(bench) as url:
        os.environ["DATABASE_URL"] = url
        return _bench(root, arguments)


def _bench(root: Path, arguments: Sequence[str]) -> int:
    return subprocess.call([sys.executable, "-m", "tests.bench", *arguments], cwd=root)
