"""T-20 and T-21: kill -9 to the web server and to PostgreSQL in the middle of saves loses nothing.

Clients save until each save is acknowledged, repeating what was not answered; meanwhile processes
are killed and started again. Afterwards the set of what was acknowledged is compared with what is
there (after Jepsen's set checker): LOST must be empty, and so must UNEXPECTED. A kill leaves the
operating system's memory alone: a power cut is not covered by this.
"""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from apps.core.models import new_id
from config.local.dumping import dumped, replayed
from config.local.postgres import Cluster
from config.local.secrets import secret_key
from tests.e2e.server import ROOT, Server, collect_static, url_of
from tests.factories import NOW, TODAY

pytestmark = [pytest.mark.browser, pytest.mark.long]

CLIENTS = 8
SAVES_OF_ONE = 60  # a person may save 120 times a minute


@dataclass
class Harness:
    """A durable PostgreSQL and a web server of their own, and a record of what was promised."""

    cluster: Cluster
    server: Server
    url: str
    people: list[dict[str, str]]
    attempted: dict[str, list[str]] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)
    kills: int = 0

    def run(self, saves: int, kill: Callable[[], None], kills: int) -> None:
        """Save from all clients at once and kill now and then, until there was enough of both."""
        lock, left = threading.Lock(), iter(range(saves))

        def client(number: int) -> None:
            writers = [Writer(self.server.port, person) for person in self.people[number::CLIENTS]]
            turn = 0
            while True:
                with lock:
                    if next(left, None) is None and self.kills >= kills:
                        return
                writers[turn % len(writers)].save(self)
                turn += 1

        threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            time.sleep(random.uniform(0.2, 0.7))
            if self.kills < kills:
                kill()
                self.kills += 1
        for thread in threads:
            thread.join()

    def kill_web(self) -> None:
        self.server.kill()
        self.server.start()

    def kill_postgres(self) -> None:
        """The first process and every child of it, none of which gets to say a word."""
        postmaster = int((self.cluster.data / "postmaster.pid").read_text().split()[0])
        for pid in [postmaster, *children_of(postmaster)]:
            os.kill(pid, signal.SIGKILL)
        while self.cluster.is_alive():
            time.sleep(0.02)
        self.cluster.revive()

    def kill_in_turns(self) -> None:
        """The web server first, then PostgreSQL, and so on."""
        (self.kill_postgres if self.kills % 2 else self.kill_web)()

    def check(self) -> tuple[set[str], set[str]]:
        """LOST and UNEXPECTED: ids of entries whose text is older or other than it may be."""
        with psycopg.connect(self.url) as connection:
            rows = connection.execute("SELECT id::text, body FROM journal_entry").fetchall()
        present = dict(rows)
        lost = self.forgotten | {
            entry
            for entry, number in self.acknowledged.items()
            if present.get(entry) not in self.attempted[entry][number - 1 :]
        }
        unexpected = {
            entry for entry, body in present.items() if body not in self.attempted.get(entry, [])
        }
        return lost, unexpected


@dataclass
class Writer:
    """One person's script: saves an entry some times, then begins another."""

    port: int
    person: dict[str, str]
    token: str = ""
    cookie: str = ""
    entry: str = ""
    writer: str = ""
    number: int = 0
    version: int = 0

    def save(self, harness: Harness) -> None:
        """The next text, sent until somebody says that it is there."""
        if self.number % 4 == 0:
            self.entry, self.writer = str(new_id()), str(new_id())
            self.number = self.version = 0
        self.number += 1
        text = f"{self.entry} says {self.number} " + "word " * random.randrange(60)
        harness.attempted.setdefault(self.entry, []).append(text)
        fields = {
            "title": "",
            "body": text,
            "local_date": TODAY.isoformat(),
            "occurred_at": NOW.isoformat(),
            "time_zone": "Europe/Vienna",
            "person": self.person["person"],
            "writer": self.writer,
            "sequence": self.number,
            "expected_version": self.version,
        }
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            answer = self._post(f"/journal/{self.entry}/save/", fields)
            if answer and answer.get("error") == "conflict":
                # Nobody else writes here: the server no longer knows what it acknowledged.
                harness.forgotten.add(self.entry)
                self.number = 0
                return
            if answer and answer.get("sequence") == self.number:
                self.version = answer["version"]
                harness.acknowledged[self.entry] = self.number
                return
            time.sleep(0.05)
        raise AssertionError("never acknowledged")

    def _post(self, path: str, fields: dict[str, object]) -> dict[str, Any] | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        session = f"{settings.SESSION_COOKIE_NAME}={self.person['session']}"
        headers = {"Host": f"localhost:{self.port}", "Accept": "application/json"}
        try:
            if not self.token:
                connection.request("GET", "/journal/token/", headers=headers | {"Cookie": session})
                response = connection.getresponse()
                found = json.loads(response.read())
                self.cookie = response.headers["Set-Cookie"].split(";")[0]
                self.token = found["csrf"]
            headers |= {
                "Cookie": f"{session}; {self.cookie}",
                "X-CSRFToken": self.token,
                "Content-Type": "application/x-www-form-urlencoded",
            }
            connection.request("POST", path, body=urlencode(fields), headers=headers)
            response = connection.getresponse()
            body = response.read()
            assert response.status in {200, 409, 500, 503}, (response.status, body[:200])
            return json.loads(body) if response.status in {200, 409} else None
        except (OSError, http.client.HTTPException, json.JSONDecodeError, KeyError):
            return None
        finally:
            connection.close()


@pytest.fixture
def make_harness(tmp_path: Path, django_db_setup: None) -> Iterator[Callable[..., Harness]]:
    home = tmp_path / "home"
    secret_key(home)
    (home / "staticfiles").symlink_to(Path(settings.HOME) / "staticfiles")
    collect_static(Path(settings.HOME))
    cluster = Cluster(home, durable=True)
    url = cluster.join()
    server = Server(home, url)

    def manage(*command: str) -> str:
        return subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=server.environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def make(saves: int) -> Harness:
        # The tables of the tests, which migrations made: making them again takes ten times as long.
        with psycopg.connect(url_of(connection.settings_dict)) as made, psycopg.connect(url) as new:
            replayed(new, dumped(made))
        crowd = max(CLIENTS, saves // SAVES_OF_ONE + 1)
        people = [
            json.loads(line) for line in manage("-m", "tests.e2e.crowd", f"{crowd}").splitlines()
        ]
        server.start()
        return Harness(cluster, server, url, people)

    yield make
    server.stop()
    cluster.leave()


def test_nothing_acknowledged_is_lost_when_processes_are_killed(
    make_harness: Callable[..., Harness],
) -> None:
    """Each of them twice; the night kills fifty times."""
    harness = make_harness(600)
    harness.run(600, harness.kill_in_turns, kills=4)
    assert sum(harness.acknowledged.values()) >= 600
    assert harness.check() == (set(), set())


@pytest.mark.nightly
def test_nothing_is_lost_in_a_long_night(make_harness: Callable[..., Harness]) -> None:
    """Fifty kills, web and PostgreSQL in turns, and 20,000 saves."""
    harness = make_harness(20_000)
    harness.run(20_000, harness.kill_in_turns, kills=50)
    assert harness.kills == 50
    assert harness.check() == (set(), set())


@pytest.mark.nightly
def test_the_harness_sees_a_loss_where_there_is_one(make_harness: Callable[..., Harness]) -> None:
    """The control: a database that says yes before it has written loses some, and it is seen."""
    harness = make_harness(2_000)
    with psycopg.connect(harness.url, autocommit=True) as connection:
        connection.execute("ALTER ROLE CURRENT_USER SET synchronous_commit = off")
    harness.kill_web()
    harness.run(2_000, harness.kill_postgres, kills=12)
    lost, _ = harness.check()
    assert lost


def children_of(parent: int) -> list[int]:
    """The processes that this one started."""
    if Path("/proc/self/stat").exists():
        stats = [path.read_text() for path in Path("/proc").glob("[0-9]*/stat") if path.exists()]
        pairs = [(stat.split()[0], stat.rpartition(")")[2].split()[1]) for stat in stats]
    else:
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, check=True)
        pairs = [tuple(line.split()) for line in listed.stdout.decode().splitlines()]
    return [int(pid) for pid, ppid in pairs if int(ppid) == parent]
