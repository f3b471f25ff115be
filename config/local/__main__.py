"""What the scripts in bin/ call, in the project's own environment: `serve`, `manage`, …"""

import importlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
COMMANDS = {
    "move": "config.local.moving",
    "prepare": "config.local.prepare",
    "serve": "config.local.supervisor",
    "web": "config.local.web",
    "worker": "config.local.worker",
    "manage": "config.local.manage",
    "test": "config.local.suite",
    "bench": "config.local.bench",
}
# Where these run by themselves, the settings are a server's: there is no home.
FOR_SERVERS = {"web", "worker"}

if __name__ == "__main__":
    # Python put this folder in front, where its `secrets` would hide the standard library's.
    sys.path[0] = str(ROOT)
    command, *arguments = sys.argv[1:]
    home = Path(os.environ.get("THROUGHLINE_HOME") or ROOT / "var").absolute()
    if command not in FOR_SERVERS:
        os.environ["THROUGHLINE_HOME"] = str(home)
    problem = importlib.import_module("config.local.problems").Problem
    try:
        sys.exit(importlib.import_module(COMMANDS[command]).run(ROOT, home, arguments))
    except problem as sentence:
        sys.exit(str(sentence))
    except KeyboardInterrupt:
        sys.exit(130)
