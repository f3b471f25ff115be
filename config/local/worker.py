"""The background worker of bin/serve."""

import runpy
import sys
from collections.abc import Sequence
from pathlib import Path

from config.local.children import GRACE, end_with


def run(root: Path, home: Path, arguments: Sequence[str]) -> int:
    """Work through the job queue until SIGTERM; ends with the process arguments[0], if given."""
    if arguments:
        end_with(int(arguments[0]))
    program = str(root / "manage.py")
    sys.argv = [
        program,
        "procrastinate",
        "worker",
        f"--shutdown-graceful-timeout={GRACE}",
    ]
    runpy.run_path(program, run_name="__main__")
    return 0
