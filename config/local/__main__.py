"""What the scripts in bin/ call, in the project's own environment: `serve`, `manage`, …"""

import importlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
COMMANDS = {
    "serve": "config.local.supervisor",
    "web": "config.local.web",
    "worker": "config.local.worker",
    "manage": "config.local.manage",
    "test": "config.local.suite",
    "bench": "config.local.bench",
}

if __name__ == "__main__":
    # Python put this folder in front, where its `secrets` would hide the standard library's.
    sys.path[0] = str(ROOT)
    os.environ.setdefault("THROUGHLINE_HOME", str(ROOT / "var"))
    home = Path(os.environ["THROUGHLINE_HOME"]).absolute()
    problem = importlib.import_module("config.local.problems").Problem
    try:
        sys.exit(importlib.import_module(COMMANDS[sys.argv[1]]).run(ROOT, home, sys.argv[2:]))
    except problem as sentence:
        sys.exit(str(sentence))
    except KeyboardInterrupt:
        sys.exit(130)
