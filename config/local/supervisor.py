"""bin/serve: PostgreSQL, the web server and the worker, under one parent."""

import argparse
import errno
import http.client
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from config.local.addresses import EVERYWHERE
from config.local.children import GRACE, Child
from config.local.database import database_url
from config.local.freshness import StaticFiles
from config.local.postgres import Cluster
from config.local.problems import Problem
from config.local.programs import path_with_programs
from config.local.secrets import secret_key

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# Seconds: between looks at the children, between attempts to bring PostgreSQL back, and for the
# first answer of the web server.
TICK = 0.5
RETRY = 5
PATIENCE = 120
# So many backups are kept of a database that is ours, unless the variable says otherwise.
BACKUPS_KEPT = "30"
LOG_LIMIT = 4 * 1024 * 1024
NAMES = {"web": "web server", "worker": "background worker"}


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
        if not database_url():
            self.cluster = Cluster(self.home)
            if self.cluster.wants_moving():
                self._run_to_end("move")
            url = self.cluster.join()
            os.environ.update(DATABASE_URL=url, PATH=path_with_programs())
            os.environ.setdefault("THROUGHLINE_BACKUPS", BACKUPS_KEPT)
        parent = str(os.getpid())
        web = self._child("web", [self.host, str(self.port), parent, "wait"])
        # Most of a start is spent reading code: the web server begins with that while the
        # database is looked at, unless it would also read static files that are about to change.
        are_fresh = StaticFiles(self.root, self.home).is_fresh()
        if are_fresh:
            web.start(stdin=subprocess.PIPE)
        self._run_to_end("prepare", *(["--demo"] if self.demo else []))
        if are_fresh:
            web.release()
        else:
            web.start()
        self._wait_for_answer(web)
        self._child("worker", [parent]).start()
        host = "localhost" if self.host in LOOPBACK | EVERYWHERE else self.host
        print(f"Throughline is ready: http://{_bracketed(host)}:{self.port}/")
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

    def _run_to_end(self, *command: str) -> None:
        """Run one of our commands to its end, in a process of its own: this one stays small.

        Raises SystemExit when it failed: why has then been said.
        """
        program = [sys.executable, str(self.root / "config" / "local")]
        with subprocess.Popen([*program, *command]) as process:
            try:
                status = process.wait()
            except BaseException:
                process.terminate()
                raise
        if status != 0:
            sys.exit(status)

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


def _put_aside(log: Path) -> None:
    """Make the file, closed to others; a long one is kept under another name first."""
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    os.close(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _say(sentence: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {sentence}", flush=True)
