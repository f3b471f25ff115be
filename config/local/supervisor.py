"""bin/serve: PostgreSQL, the web server and the worker, under one parent."""

import argparse
import errno
import http.client
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import psycopg

from config.local import locks
from config.local.children import GRACE, Child
from config.local.database import database_url
from config.local.freshness import Database, StaticFiles
from config.local.postgres import Cluster, path_with_programs
from config.local.problems import Problem
from config.local.secrets import secret_key

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
EVERYWHERE = {"0.0.0.0", "::"}
# Seconds: between looks at the children, between attempts to bring PostgreSQL back, and for the
# first answer of the web server.
TICK = 0.5
RETRY = 5
PATIENCE = 120
LOG_LIMIT = 4 * 1024 * 1024
NAMES = {"web": "web server", "worker": "background worker"}
DEMO = "demo@throughline.local"


def run(root: Path, home: Path, arguments: Sequence[str]) -> int:
    """Run the journal of `home` with the code in `root` until SIGINT or SIGTERM.

    Returns the exit status: 0 when everything was stopped cleanly. Raises Problem when it cannot
    start.
    """
    wanted = _parse(arguments)
    secret_key(home)
    host, port = wanted.host, free_port(wanted.host, wanted.port)
    os.environ.update(THROUGHLINE_HOST=host, THROUGHLINE_PORT=str(port))
    return Supervisor(root, home, host, port, demo=wanted.demo).run()


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/serve", description="Run the journal on this machine until Ctrl-C."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", default=8000, type=int, help="port to listen on (%(default)s)")
    parser.add_argument(
        "--demo",
        action="store_true",
        help="add the demo person and print how to log in",
    )
    return parser.parse_args(arguments)


def free_port(host: str, port: int) -> int:
    """`port`, or the next free one if the person agrees; Problem when nobody can be asked."""
    if not 0 < port < 65536:
        raise Problem(f"{port} is not a port: it should be between 1 and 65535.")
    if _is_free(host, port):
        return port
    offered = next((p for p in range(port + 1, min(port + 100, 65536)) if _is_free(host, p)), None)
    if offered is None:
        raise Problem(f"Port {port} is already in use, and so are the next ones. Try --port.")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Problem(
            f"Port {port} is already in use. The next free one is {offered}: "
            f"bin/serve --port {offered}"
        )
    answer = input(f"Port {port} is already in use. Use {offered} instead? [Y/n] ")
    if answer.strip().lower() not in {"", "y", "yes"}:
        raise Problem("Nothing was started.")
    return offered


def _is_free(host: str, port: int) -> bool:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return False
        raise Problem(f"Cannot listen on {host} port {port}: {error.strerror}.") from error
    return True


class _Stopped(BaseException):
    """A signal came while something was being waited for."""


class Supervisor:
    """The parent of everything that bin/serve starts."""

    def __init__(self, root: Path, home: Path, host: str, port: int, *, demo: bool) -> None:
        self.root = root
        self.home = home
        self.host = host
        self.port = port
        self.demo = demo
        self.cluster: Cluster | None = None
        self.children: list[Child] = []
        self._interruptible = True
        self._signals = 0
        self._revive_at = 0.0
        self._wake_reader, self._wake_writer = socket.socketpair()

    def run(self) -> int:
        """Start, watch and stop everything; see `serve`."""
        self._listen_for_signals()
        try:
            try:
                self._start()
            finally:
                self._interruptible = False
            while not self._signals:
                self._tend()
                self._pause()
        except _Stopped:
            pass
        finally:
            self._stop()
        return 0

    # Signals

    def _listen_for_signals(self) -> None:
        for end in (self._wake_reader, self._wake_writer):
            end.setblocking(False)
        signal.set_wakeup_fd(self._wake_writer.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Under nohup, a closed terminal is no reason to stop.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._on_signal)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1
        if self._interruptible:
            self._interruptible = False
            raise _Stopped
        if self._signals > 1:
            for child in self.children:
                child.kill()

    def _pause(self) -> None:
        """Sleep for a moment, or until a signal comes or a child ends."""
        if select.select([self._wake_reader], [], [], TICK)[0]:
            self._wake_reader.recv(4096)

    # Starting

    def _start(self) -> None:
        url = database_url()
        if not url:
            self.cluster = Cluster(self.home)
            url = self.cluster.join()
            os.environ.update(DATABASE_URL=url, PATH=path_with_programs())
        prepare(self.root, self.home, url)
        password = self._add_demo(url) if self.demo else None
        parent = str(os.getpid())
        web = self._child("web", [self.host, str(self.port), parent])
        web.start()
        self._wait_for_answer(web)
        self._child("worker", [parent]).start()
        host = "localhost" if self.host in LOOPBACK | EVERYWHERE else self.host
        print(f"Throughline is ready: http://{_bracketed(host)}:{self.port}/")
        if password:
            print(f"The demo person logs in as {DEMO} with the password {password}")
        if self.host not in LOOPBACK:
            print("Other machines can reach it, and what they send is not encrypted.")
        print("Ctrl-C stops it.", flush=True)

    def _child(self, name: str, arguments: Sequence[str]) -> Child:
        log = self.home / f"{name}.log"
        _put_aside(log)
        command = [sys.executable, str(self.root / "config" / "local"), name, *arguments]
        child = Child(NAMES[name], command, os.environ, log)
        self.children.append(child)
        return child

    def _add_demo(self, url: str) -> str:
        """The demo person's password, after making her if she is missing."""
        path = self.home / "demo.password"
        with psycopg.connect(url) as connection:
            query = "SELECT 1 FROM accounts_user WHERE email = %s"
            found = connection.execute(query, [DEMO]).fetchone()
        if found:
            return path.read_text(encoding="ascii") if path.exists() else "that she was given"
        password = secrets.token_urlsafe(12)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(password)
        print("Writing the demo person's journal …", flush=True)
        _manage(self.root, [["demo", "--email", DEMO, "--password", password]])
        return password

    def _wait_for_answer(self, web: Child) -> None:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        deadline = time.monotonic() + PATIENCE
        while web.is_running() and time.monotonic() < deadline:
            connection = http.client.HTTPConnection(host, self.port, timeout=10)
            try:
                connection.request("GET", "/health/live", headers={"Host": "localhost"})
                # 400 when ALLOWED_HOSTS was given and leaves this name out: an answer, too.
                if connection.getresponse().status < 500:
                    return
            except OSError:
                pass
            finally:
                connection.close()
            time.sleep(0.03)
        ending = web.log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
        raise Problem("\n".join([f"The web server did not start. {web.log} ends with:", *ending]))

    # Watching

    def _tend(self) -> None:
        if self.cluster and time.monotonic() >= self._revive_at and not self.cluster.is_alive():
            _say("PostgreSQL ended and is started again.")
            # However long that takes, a signal ends the wait.
            self._interruptible = True
            try:
                self.cluster.revive()
            except Problem as problem:
                _say(str(problem))
                self._revive_at = time.monotonic() + RETRY
            finally:
                self._interruptible = False
        for child in self.children:
            if news := child.tend():
                _say(news)

    # Stopping

    def _stop(self) -> None:
        if self._signals and self.children:
            _say("Stopping: letting requests finish. Ctrl-C again does not wait for them.")
        for child in self.children:
            child.stop()
        deadline = time.monotonic() + GRACE + 3
        while any(child.is_running() for child in self.children):
            if time.monotonic() > deadline:
                for child in self.children:
                    child.kill()
            self._pause()
        if self.cluster:
            self.cluster.leave()


def prepare(root: Path, home: Path, url: str) -> None:
    """Migrate the database at `url` and collect the static files in `home`, where needed.

    Raises Problem with what Django said when one of them fails.
    """
    with locks.alone(home / "prepare.lock"):
        database, static = Database(url, root, home), StaticFiles(root, home)
        needed = []
        if not database.is_fresh():
            needed.append(["migrate", "--noinput"])
        if not static.is_fresh():
            needed.append(["collectstatic", "--noinput"])
        if needed:
            print("Preparing the journal …", flush=True)
            _manage(root, needed)
            database.settle()
            static.settle()


def _manage(root: Path, commands: Sequence[Sequence[str]]) -> None:
    """Run management commands side by side."""
    under_way = [
        subprocess.Popen(
            [sys.executable, str(root / "manage.py"), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        for command in commands
    ]
    try:
        for command, process in zip(commands, under_way, strict=True):
            output = process.communicate()[0]
            if process.returncode != 0:
                raise Problem(f"manage.py {command[0]} failed:\n{output.strip()}")
    finally:
        for process in under_way:
            if process.poll() is None:
                process.kill()
                process.wait()


def _put_aside(log: Path) -> None:
    """Make the file, closed to others; a long one is kept under another name first."""
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    os.close(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _say(sentence: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {sentence}", flush=True)
