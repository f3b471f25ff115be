"""bin/manage: any management command, against the same database as bin/serve."""

import os
import runpy
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from config.local.children import leave_properly
from config.local.database import database_url
from config.local.moving import bring_over
from config.local.postgres import running
from config.local.programs import path_with_programs
from config.local.secrets import secret_key


def run(root: Path, home: Path, arguments: Sequence[str]) -> int:
    """Run manage.py with `arguments`, starting PostgreSQL for it if it is not up."""
    secret_key(home)
    signal.signal(signal.SIGTERM, leave_properly)
    if database_url():
        return _manage(root, arguments)
    bring_over(home)
    with running(home) as url:
        os.environ.update(DATABASE_URL=url, PATH=path_with_programs())
        return _manage(root, arguments)


def _manage(root: Path, arguments: Sequence[str]) -> int:
    program = str(root / "manage.py")
    sys.argv = [program, *arguments]
    runpy.run_path(program, run_name="__main__")
    return 0
