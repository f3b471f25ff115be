"""Make .venv hold what uv.lock names. Run by _environment with any Python 3.11, nothing else.

uv is fetched into .tools by the machine's own pip, which needs no rights there and is allowed to
even where the system's packages are not pip's to change.
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
UV = TOOLS / "bin" / "uv"


def main(group: str) -> None:
    """Bring .venv up to date with `group` ("local" or "dev"), one process at a time."""
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = (ROOT / "uv.lock").read_bytes()
        # Once the tools for testing are there, they stay.
        dev = group == "dev" or (VENV / "bin" / "pytest").exists()
        stamp = VENV / ("synced-dev" if dev else "synced-local")
        if stamp.exists() and stamp.read_bytes() == wanted and works(VENV / "bin" / "python"):
            return
        print("Making Throughline's own environment, from the network …", file=sys.stderr)
        if not works(UV):
            fetch_uv()
        sync(dev=dev)
        stamp.write_bytes(wanted)


def works(program: Path) -> bool:
    """Whether `program` is there and runs."""
    try:
        return succeeds([program, "--version"], stdout=subprocess.DEVNULL)
    except OSError:
        return False


def fetch_uv() -> None:
    """Install uv into .tools."""
    pip = [sys.executable, "-m", "pip"]
    if not succeeds([*pip, "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        own = TOOLS / "pip"
        if not succeeds([sys.executable, "-m", "venv", "--clear", own]):
            sys.exit(
                "This Python has neither pip nor a working venv. "
                "On Debian or Ubuntu: apt install python3-venv"
            )
        pip = [str(own / "bin" / "python"), "-m", "pip"]
    command = [*pip, "install", "--quiet", "--upgrade", "--target", str(TOOLS), "uv>=0.8,<1"]
    # A "user" setting in pip's configuration would contradict --target.
    settings = {"PIP_USER": "0", "PIP_ROOT_USER_ACTION": "ignore"}
    if not succeeds(command, env=os.environ | settings) or not works(UV):
        sys.exit("uv could not be installed: see above. Is there a network?")


def sync(*, dev: bool) -> None:
    """Make .venv exactly what uv.lock names."""
    settings = {
        "UV_PROJECT_ENVIRONMENT": str(VENV),
        "UV_PYTHON": sys.executable,
        "UV_PYTHON_DOWNLOADS": "never",
    }
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    command = [UV, "sync", "--quiet", "--frozen", *(["--group", "dev"] if dev else [])]
    if not succeeds(command, cwd=ROOT, env=environment | settings):
        sys.exit("The environment could not be made: see above. Is there a network?")


def succeeds(command: Sequence[str | Path], **how: Any) -> bool:
    """Run `command`, as subprocess.run would, and say whether it ended well."""
    return subprocess.run(command, check=False, **how).returncode == 0


if __name__ == "__main__":
    main(sys.argv[1])
