"""Processes that live and die with the one that started them."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

PR_SET_PDEATHSIG = 1
FIRST_DELAY = 0.2
LONGEST_DELAY = 30.0
SETTLED = 60.0
# Seconds that requests and jobs under way are given to finish in.
GRACE = 25


class Child:
    """A program that is started again whenever it ends, until it is told to stop."""

    def __init__(
        self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path
    ) -> None:
        """`name` is for messages; what the program prints goes to the end of `log`."""
        self.name = name
        self.command = command
        self.env = env
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._delay = FIRST_DELAY
        self._due: float | None = None

    def start(self, stdin: int = subprocess.DEVNULL) -> None:
        """Start it now. With a pipe for `stdin` it can be made to wait, see `release`."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.env,
                stdin=stdin,
                stdout=log,
                stderr=log,
                # A group of its own: Ctrl-C in the terminal reaches only the parent, who decides.
                process_group=0,
            )
        self._started = time.monotonic()
        self._due = None

    def release(self) -> None:
        """Close its standard input, which it waits for."""
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()

    def tend(self) -> str | None:
        """Start it again if it ended, later each time; returns a sentence when there is news."""
        if self.process is None or (code := self.process.poll()) is None:
            return None
        now = time.monotonic()
        if self._due is None:
            if now - self._started > SETTLED:
                self._delay = FIRST_DELAY
            self._due = now + self._delay
            self._delay = min(self._delay * 2, LONGEST_DELAY)
            return f"The {self.name} ended ({describe(code)}) and is started again."
        if now >= self._due:
            self.start()
        return None

    def stop(self) -> None:
        """Ask it to finish what it does and end; does not wait."""
        if self.process is not None:
            self.process.terminate()

    def kill(self) -> None:
        """End it and its own children at once."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)

    def is_running(self) -> bool:
        """Whether it runs at this moment."""
        return self.process is not None and self.process.poll() is None


def describe(code: int) -> str:
    """An exit status in words: the signal's name, or the number."""
    if code >= 0:
        return f"status {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def end_with(parent: int, how: int = signal.SIGTERM) -> None:
    """From inside a child of the process `parent`: get the signal `how` when that process ends.

    Where handlers of the parent's may still be in place, as after a fork, it should be SIGKILL:
    they would swallow anything else.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, how, 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), how)
        return

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), how)

    threading.Thread(target=watch, daemon=True).start()


def leave_properly(number: int, frame: FrameType | None) -> NoReturn:
    """A signal handler: unwind the stack, so that whatever was started is stopped."""
    sys.exit(128 + number)
