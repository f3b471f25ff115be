"""A browser, and the real server with real PostgreSQL beneath it."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, Playwright, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from apps.accounts.models import User
from tests.e2e.desk import CANARY, Desk, wait_until
from tests.e2e.server import Server, collect_static, free_port, url_of
from tests.factories import make_user

# Playwright's loop runs in the thread of the tests; Django would refuse its database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# What is waited for comes within a second; on a busy machine, later.
expect.set_options(timeout=15_000)

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# The same without windows, where there is one (config/local/browser.py).
SHELL = os.environ.get("CHROMIUM_SHELL", CHROMIUM)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    # An origin that is not secure, as on a home network; and no other machine (assurance T-33).
    "--host-resolver-rules=MAP journal.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost",
]


USUAL: dict[str, Any] = {
    "locale": "en-GB",
    "timezone_id": "Europe/Vienna",
    "service_workers": "block",
}


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=SHELL, args=ARGUMENTS)
    yield browser
    browser.close()


@contextmanager
def started_chromium(playwright: Playwright, profile: Path) -> Iterator[tuple[Browser, int]]:
    """A Chromium that was started by itself, and the port by which others speak to it."""
    port = free_port()
    process = subprocess.Popen(
        [
            CHROMIUM,
            *ARGUMENTS,
            "--headless=new",
            "--no-first-run",
            f"--remote-debugging-port={port}",
            f"--user-data-dir={profile}",
            "about:blank",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    browser = None

    def connected() -> bool:
        nonlocal browser
        try:
            browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        except PlaywrightError:
            return False
        return True

    try:
        wait_until(connected, within=30)
        assert browser is not None
        yield browser, port
        browser.close()
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="session")
def _running_server(django_db_setup: None) -> Iterator[Server]:
    home = Path(settings.HOME)
    collect_static(home)
    server = Server(home, url_of(connection.settings_dict))
    # Only what is written from here on: other runs may have left their logs in this folder.
    logs = {log: log.stat().st_size for log in home.glob("*.log")}
    server.start()
    yield server
    server.stop()
    for log in [server.log, *server.home.glob("*.log")]:
        said = log.read_bytes()[logs.get(log, 0) :]
        assert CANARY.encode() not in said, f"{log.name} holds what somebody wrote"


@pytest.fixture
def server(_running_server: Server, transactional_db: None) -> Server:
    """The server on an empty database; one for all tests, so whoever kills it starts it again.

    Files of the tests lie where the server looks for them.
    """
    settings.MEDIA_ROOT = Path(settings.HOME) / "media"
    return _running_server


@pytest.fixture
def make_desk(browser: Browser, server: Server) -> Iterator[Callable[..., Desk]]:
    """Makes desks; none of their pages may have broken the content security policy or thrown.

    Their browsers have no worker between page and network, unless a test is about that one.
    """
    desks: list[Desk] = []

    def make(user: User | None = None, **options: Any) -> Desk:
        context = browser.new_context(**USUAL | {"base_url": server.url} | options)
        # How long a page may take to come, with other tests beside it; no bound of the product's.
        context.set_default_timeout(30_000)
        desk = Desk(context, server.url)
        desks.append(desk)
        if user:
            desk.log_in(user)
        return desk

    yield make
    complaints = [complaint for desk in desks for complaint in desk.complaints]
    for desk in desks:
        desk.context.close()
    wait_for_quiet()
    assert complaints == []


def wait_for_quiet() -> None:
    """Wait for what pages still sent while they were closed; else emptying the tables meets it."""
    quiet = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
            quiet = quiet + 1 if cursor.fetchone() == (0,) else 0
            if quiet == 3:
                return
            time.sleep(0.04)


@pytest.fixture
def alice(server: Server) -> User:
    return make_user(email="alice@example.org", name="Alice")


@pytest.fixture
def bob(server: Server) -> User:
    return make_user(email="bob@example.org", name="Bob")


@pytest.fixture
def desk(make_desk: Callable[..., Desk], alice: User) -> Desk:
    """alice at her desk."""
    return make_desk(alice)
