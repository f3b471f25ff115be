"""bin/serve: everything under one parent, and whatever dies comes back."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from config.local.postgres import Cluster
from config.local.problems import Problem
from config.local.supervisor import _parse, free_port

ROOT = Path(__file__).resolve().parents[2]
# Seconds; a machine may have other things to do. A later start takes two on one that has none.
PATIENCE = 180
LATER_START = 10
# An address of this machine that is not the usual one, where there is one.
HOST = "127.0.0.2" if sys.platform == "linux" else "127.0.0.1"


class Served:
    """bin/serve on a port of its own, in the folder `home`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.output = home.parent / "output"
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self.port: int = probe.getsockname()[1]

    def start(self) -> float:
        """Start it, with the demo person, and wait until it says that it is ready; the seconds."""
        began = time.monotonic()
        command = [sys.executable, ROOT / "config" / "local", "serve", "--demo"]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [*command, "--host", HOST, "--port", str(self.port)],
                env={**_environment(), "THROUGHLINE_HOME": str(self.home)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        until(lambda: "ready" in self.said() or self.process.poll() is not None)
        assert self.process.poll() is None, self.said()
        return time.monotonic() - began

    def stop(self) -> int:
        """Ask it to stop; its exit status."""
        self.process.terminate()
        return self.process.wait(timeout=PATIENCE)

    def said(self) -> str:
        return self.output.read_text()

    def answers(self, path: str = "/health/live", host: str = HOST) -> bool:
        connection = HTTPConnection(host, self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def processes(self) -> dict[str, list[int]]:
        """The ids of what it runs now, its own first: serve, web, worker, postgres."""
        listed = subprocess.run(
            ["ps", "-A", "-ww", "-o", "pid=", "-o", "ppid=", "-o", "args="],
            capture_output=True,
            text=True,
            check=True,
        )
        found: dict[str, list[int]] = {"web": [], "worker": [], "postgres": []}
        for line in listed.stdout.splitlines():
            pid, _, command = line.split(None, 2)
            if f"postgres -D {self.home / 'postgres' / 'data'} " in command:
                found["postgres"].append(int(pid))
            elif f"local web {HOST} {self.port} " in command:
                found["web"].append(int(pid))
            elif command.endswith(f"local worker {self.process.pid}"):
                found["worker"].append(int(pid))
        return found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A journal that is up, and is stopped cleanly in the end."""
    served = Served(tmp_path_factory.mktemp("served") / "a home")
    try:
        served.start()
        yield served
    finally:
        status = served.stop()
    assert status == 0
    until(lambda: not any(served.processes().values()))


@pytest.mark.parametrize(
    ("kind", "index"),
    [("postgres", 0), ("web", 0), ("web", -1), ("worker", 0)],
    ids=["postgres", "web server", "one web worker", "background worker"],
)
def test_whatever_is_killed_comes_back(served: Served, kind: str, index: int) -> None:
    until(lambda: len(served.processes()["web"]) == 3 and bool(served.processes()["worker"]))
    before = served.processes()
    os.kill(before[kind][index], signal.SIGKILL)

    def is_whole_again() -> bool:
        after = served.processes()
        counts = {name: len(ids) for name, ids in after.items()}
        return counts == {"web": 3, "worker": 1, "postgres": 1} and after[kind] != before[kind]

    until(is_whole_again)
    until(lambda: served.answers("/health/ready"))


def test_a_killed_parent_takes_its_children_along_and_the_next_start_works(served: Served) -> None:
    served.process.kill()
    served.process.wait()
    until(lambda: not served.processes()["web"] and not served.processes()["worker"])
    (server,) = served.processes()["postgres"]
    served.start()
    assert served.processes()["postgres"] == [server]
    assert "Preparing" not in served.said()


def test_a_request_under_way_is_answered_before_the_end(served: Served) -> None:
    body = b"email=nobody%40example.org&password=a+wrong+one"
    with socket.create_connection((HOST, served.port), timeout=PATIENCE) as connection:
        head = (
            f"POST /accounts/login/ HTTP/1.1\r\nHost: localhost:{served.port}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        connection.sendall(head.encode() + body[:10])
        time.sleep(0.5)
        served.process.terminate()
        until(lambda: "Stopping" in served.said())
        time.sleep(0.5)
        assert served.process.poll() is None
        connection.sendall(body[10:])
        assert connection.recv(100).startswith(b"HTTP/1.1 403")
    assert served.process.wait(timeout=PATIENCE) == 0
    took = served.start()
    print(f"a later start took {took:.1f} s")
    assert took < LATER_START
    assert served.answers("/accounts/login/")


def test_it_listens_where_it_is_told_and_nowhere_else(served: Served) -> None:
    assert f"http://{HOST}:{served.port}/" in served.said()
    assert served.answers()
    assert served.answers(host="127.0.0.1") == (HOST == "127.0.0.1")


def test_it_listens_to_this_machine_alone_unless_told() -> None:
    assert _parse([]).host == "127.0.0.1"


def test_the_demo_person_logs_in_as_it_says(served: Served) -> None:
    said = re.search(r"logs in as (\S+) with the password (\S+)$", served.said(), re.MULTILINE)
    assert said
    cookies = CookieJar()
    browser = build_opener(HTTPCookieProcessor(cookies))
    address = f"http://{HOST}:{served.port}/accounts/login/"
    with browser.open(address):
        (token,) = [cookie.value for cookie in cookies if cookie.name == "csrftoken"]
    form = {"login": said[1], "password": said[2], "csrfmiddlewaretoken": token}
    with browser.open(address, urlencode(form).encode()) as page:
        assert page.geturl() == f"http://{HOST}:{served.port}/today/"
    assert (served.home / "demo.password").stat().st_mode & 0o777 == 0o600


def test_a_taken_port_is_named_with_the_next_free_one(served: Served) -> None:
    serve = [sys.executable, ROOT / "config" / "local", "serve"]
    second = subprocess.run(
        [*serve, "--host", HOST, "--port", str(served.port)],
        env={**_environment(), "THROUGHLINE_HOME": str(served.home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert second.stderr.startswith(f"Port {served.port} is already in use.")
    assert "bin/serve --port " in second.stderr
    assert len(second.stderr.splitlines()) == 1
    assert served.answers()


def test_manage_works_while_the_server_is_up(served: Served) -> None:
    assert _manage(served.home, "migrate", "--check").returncode == 0
    assert served.answers("/health/ready")


def test_manage_works_while_the_server_is_down(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert "Applying contenttypes" in _manage(home, "migrate", "contenttypes").stdout
    assert not Cluster(home).is_alive()


@pytest.mark.parametrize("answer", ["", "y", "Yes "])
def test_somebody_who_can_be_asked_is_offered_the_next_port(
    answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _taken_port(monkeypatch) as port:
        monkeypatch.setattr("builtins.input", lambda _: answer)
        assert free_port("127.0.0.1", port) > port


def test_nothing_is_started_when_the_offer_is_declined(monkeypatch: pytest.MonkeyPatch) -> None:
    with _taken_port(monkeypatch) as port:
        monkeypatch.setattr("builtins.input", lambda _: "n")
        with pytest.raises(Problem, match="Nothing was started"):
            free_port("127.0.0.1", port)


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70000), ("no.such.host.invalid", 8000)])
def test_what_cannot_be_listened_on_is_said(host: str, port: int) -> None:
    with pytest.raises(Problem):
        free_port(host, port)


def _taken_port(monkeypatch: pytest.MonkeyPatch) -> "_Taken":
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    return _Taken()


class _Taken:
    """A port that somebody listens on."""

    def __enter__(self) -> int:
        self.socket = socket.create_server(("127.0.0.1", 0))
        port: int = self.socket.getsockname()[1]
        return port

    def __exit__(self, *error: object) -> None:
        self.socket.close()


def _manage(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "config" / "local", "manage", *arguments],
        env={**_environment(), "THROUGHLINE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


def _environment() -> dict[str, str]:
    """The caller's, without the database that bin/test lent to the tests."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "DATABASE_URL_FILE", "DJANGO_SETTINGS_MODULE"}
    }


def until(true: Callable[[], bool]) -> None:
    """Wait until `true` is; not asked more often, for a list of all processes is work too."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.25)
