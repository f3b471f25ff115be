"""bin/test: every check and every test, on a PostgreSQL of their own that is thrown away."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from config.local import locks
from config.local.browser import chromium, shell
from config.local.children import describe, leave_properly
from config.local.database import database_url
from config.local.folders import private_folder
from config.local.postgres import Cluster, running
from config.local.programs import path_with_programs
from config.local.secrets import secret_key

PUBLIC_HOSTS = {"pypi.org", "files.pythonhosted.org"}


def run(root: Path, home: Path, arguments: Sequence[str]) -> int:
    """Run the checks and tests, or only pytest when `arguments` name what it should run.

    `--nightly` takes the long profile and the tests marked nightly. Returns 0 when all is well.
    """
    signal.signal(signal.SIGTERM, leave_properly)
    nightly = "--nightly" in arguments
    chosen = [argument for argument in arguments if argument != "--nightly"]
    if nightly:
        os.environ["HYPOTHESIS_PROFILE"] = "nightly"
    with ThreadPoolExecutor() as beside:
        # It may have to come over the network; meanwhile the processors have other things to do.
        coming = beside.submit(chromium)
        failed = [] if chosen else [name for name, is_well in _checks(root) if not is_well]
        with _cluster(root, home):
            browser = coming.result()
            if browser:
                os.environ["CHROMIUM"] = browser
                os.environ["CHROMIUM_SHELL"] = shell(browser)
            elif os.environ.get("THROUGHLINE_DEMAND_BROWSER"):
                print("The browser tests must run here, and no Chromium could be had.")
                return 1
            status = _pytest(root, chosen, nightly=nightly, browser=bool(browser))
    if status < 0:
        print(f"THE TESTS DID NOT END BY THEMSELVES: {describe(status)}.")
    if failed:
        print(f"Before the tests, these checks failed: {', '.join(failed)}. See above.")
    if not browser:
        print(
            "THE BROWSER TESTS DID NOT RUN: no Chromium was found or could be installed.\n"
            "Install one, or name one: CHROMIUM=/path/to/chromium bin/test"
        )
    return abs(status) or int(bool(failed))


def _checks(root: Path) -> Iterator[tuple[str, bool]]:
    for arguments in (["check"], ["format", "--check"]):
        command = [sys.executable, "-m", "ruff", *arguments]
        yield f"ruff {arguments[0]}", subprocess.call(command, cwd=root) == 0
    strangers = other_hosts((root / "uv.lock").read_text(encoding="utf-8"))
    if strangers:
        print(f"uv.lock names other hosts than the public index: {', '.join(strangers)}")
    yield "hosts in uv.lock", not strangers


def other_hosts(lock: str) -> list[str]:
    """The hosts in the text of a uv.lock that are not the public package index."""
    hosts = {urlsplit(url).hostname or url for url in re.findall(r'"([a-z+]+://[^"]*)"', lock)}
    return sorted(hosts - PUBLIC_HOSTS)


def _pytest(root: Path, chosen: Sequence[str], *, nightly: bool, browser: bool) -> int:
    unwanted = [name for name, wanted in (("nightly", nightly), ("browser", browser)) if not wanted]
    # Three on two processors, for browser tests wait a lot; whoever is done takes from the others.
    command = [sys.executable, "-m", "pytest", "-n", "3", "--dist", "worksteal"]
    if unwanted:
        command += ["-m", " and ".join(f"not {name}" for name in unwanted)]
    process = subprocess.Popen([*command, *chosen], cwd=root)
    try:
        return _wait(process)
    finally:
        process.terminate()
        _wait(process)


def _wait(process: subprocess.Popen[bytes]) -> int:
    """Its exit status. Ctrl-C is for the process to answer: it has words of its own to say."""
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


@contextmanager
def _cluster(root: Path, home: Path) -> Iterator[None]:
    """A folder and a PostgreSQL for one run, set in the environment; those of killed runs go."""
    secret_key(home)
    folder = private_folder(home / "test")
    with locks.alone(folder / "change.lock"):
        for leftover in folder.glob("run-*"):
            _clear_if_unused(leftover)
        fleeting = Path(tempfile.mkdtemp(prefix="run-", dir=folder))
        in_use = locks.open_lock(fleeting / "in-use.lock")
        locks.share(in_use)
    os.environ["THROUGHLINE_HOME"] = str(fleeting)
    secret_key(fleeting)
    try:
        if database_url():
            yield
        else:
            with running(fleeting, durable=False) as url:
                os.environ.update(DATABASE_URL=url, PATH=path_with_programs())
                _make_tables(root)
                yield
    finally:
        shutil.rmtree(fleeting, ignore_errors=True)
        os.close(in_use)


def _make_tables(root: Path) -> None:
    """All migrations once; the databases of the processes that test are copies (tests.settings)."""
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    settings = {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    if subprocess.call(command, cwd=root, env=os.environ | settings) == 0:
        os.environ["THROUGHLINE_TABLES"] = "made"


def _clear_if_unused(folder: Path) -> None:
    lock = locks.open_lock(folder / "in-use.lock")
    try:
        if locks.try_alone(lock):
            Cluster(folder, durable=False).stop_if_unused()
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)
