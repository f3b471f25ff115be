"""The real web server in processes of its own, on the database of the tests.

It is what bin/serve runs: granian with two workers, real settings, static files as they are served.
A test may kill it and start it again at the same address.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from config.local import locks
from config.local.freshness import StaticFiles

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 40


class Server:
    """A web server at `url`, with the database at `database_url` and files in `home`."""

    def __init__(self, home: Path, database_url: str) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.log = home / f"web-{self.port}.log"
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "THROUGHLINE_HOME": str(home),
            "THROUGHLINE_PORT": str(self.port),
            "DATABASE_URL": database_url,
            "ALLOWED_HOSTS": "localhost,127.0.0.1,journal.test",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [sys.executable, str(ROOT / "config" / "local"), "web"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "127.0.0.1", str(self.port), str(os.getpid())],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"no server: {self.log.read_text()[-3000:]}")
            time.sleep(0.05)

    def kill(self) -> None:
        """kill -9 to the server and all its workers."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """Let it finish what it does, and end it."""
        self._signal(signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
        self._process.wait(PATIENCE)
        self._process = None

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health/live", headers={"Host": "localhost"})
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def url_of(settings: dict[str, object]) -> str:
    """The DATABASE_URL of a Django database's settings."""
    user, password = str(settings["USER"] or ""), str(settings["PASSWORD"] or "")
    login = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
    host = quote(str(settings["HOST"] or ""), safe="")
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    return f"postgresql://{login}@{host}{port}/{settings['NAME']}"


def collect_static(home: Path) -> None:
    """Put the static files into `home` as they are served, unless they are there already."""
    static = StaticFiles(ROOT, home)
    with locks.alone(home / "collect.lock"):
        if static.is_fresh():
            return
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
            check=True,
        )
        static.settle()
