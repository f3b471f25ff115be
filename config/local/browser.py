"""Finding a Chromium for the browser tests, and getting one where that is allowed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/usr/bin/chromium",
    "/usr/lib/chromium/chromium",
    "/opt/google/chrome/chrome",
    "/snap/bin/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# The same browser without windows: a page is there in a third of the time.
SHELL = "chromium-headless-shell"
# Where `playwright install` puts browsers, and what they are called in there.
DOWNLOADS = ("~/.cache/ms-playwright", "~/Library/Caches/ms-playwright")
DOWNLOADED = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")
# Seconds: a download on a slow line, and a first start on a slow machine.
INSTALL_PATIENCE = 600
START_PATIENCE = 60


def chromium() -> str | None:
    """The path of a Chromium that starts, installed if there was none; None if none can be had."""
    if given := os.environ.get("CHROMIUM"):
        return given if _starts(given) else None
    if found := _find():
        return found
    print("No Chromium was found: trying to install one.", flush=True)
    for command in _ways_to_install():
        if _run(command, INSTALL_PATIENCE) and (found := _find()):
            return found
    return None


def shell(chromium: str) -> str:
    """The path of a Chromium without windows, or else that of this one.

    It stands beside the other where both were installed. It keeps no pages for Back, so whatever
    is asked about that needs the other.
    """
    beside = shutil.which(SHELL)
    return beside if beside and _starts(beside) else chromium


def _find() -> str | None:
    return next((path for path in _candidates() if _starts(path)), None)


def _candidates() -> Iterator[str]:
    for name in NAMES:
        if found := shutil.which(name):
            yield found
    yield from (path for path in PLACES if Path(path).exists())
    chosen = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    for folder in (chosen,) if chosen else DOWNLOADS:
        for pattern in DOWNLOADED:
            for download in sorted(Path(folder).expanduser().glob(pattern), reverse=True):
                yield str(download)


def _starts(path: str) -> bool:
    """Whether it runs: Ubuntu has a script of that name which only tells where to get one."""
    return _run([path, "--version"], START_PATIENCE, quiet=True)


def _ways_to_install() -> Iterator[Sequence[str]]:
    """Commands, the most orderly first. Only root may touch the system's packages."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install = ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]
        quietly = ["env", "DEBIAN_FRONTEND=noninteractive"]
        for wanted in ([*install, SHELL], install):
            yield [*quietly, *wanted]
            yield [*quietly, "sh", "-c", f"apt-get update && {' '.join(wanted)}"]
        yield [sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"]
    yield [sys.executable, "-m", "playwright", "install", "chromium"]


def _run(command: Sequence[str], seconds: int, *, quiet: bool = False) -> bool:
    output = subprocess.DEVNULL if quiet else None
    try:
        done = subprocess.run(
            command,
            check=False,
            timeout=seconds,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
