"""The embedded PostgreSQL: the programs of a Python wheel, run by hand.

One folder holds one cluster:

    postgres/data        the cluster, made elsewhere and renamed into place when complete
    postgres/programs    the servers that this data was written with (config.local.moving)
    postgres/run         its socket (no TCP), unless the path is too long for one
    postgres/alive.lock  held by the server itself, inherited from whoever started it: the kernel
                         lets go of it when the last server process is gone, however it died. A
                         process id could by then belong to a stranger, so ids are never trusted.
    postgres/users.lock  shared by everybody who uses the server; the last to leave stops it
    postgres/change.lock held while starting, joining, leaving and stopping
    postgres.log         what the server has to say; never the text of a statement
"""

import hashlib
import locale
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from config.local import locks, programs
from config.local.folders import private_folder, sync_folder
from config.local.problems import Problem
from config.local.programs import MAJOR
from config.local.unprivileged import Nobody

ROLE = DATABASE = "throughline"
SOCKET = ".s.PGSQL.5432"
# sun_path holds 104 bytes on macOS and 108 on Linux, the closing NUL included.
LONGEST_SOCKET = 103
# Seconds: between looks at a server that is starting or stopping, and until one says so.
PATIENCE = 0.02
FIRST_WORD = 3.0
NEXT_WORD = 30.0
LOG_LIMIT = 4 * 1024 * 1024

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "min_wal_size": "32MB",
    "max_wal_size": "256MB",
    "io_method": "sync",
    "jit": "off",
    # Systemd removes a user's shared memory at log-out (RemoveIPC): keep ours in the data folder.
    "dynamic_shared_memory_type": "mmap",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # Errors quote what people wrote (values in a failed cast, keys in a conflict): only what the
    # server says about itself, and what ends a connection, is logged.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
}
# What servers before this one do not know.
NEW = {"io_method"}
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
FLEETING = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "100",
    # Rows come and go by the hundred thousand, and nothing of it stays: nobody need tidy up.
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}

# Servers that are children of this process, which has to bury them.
_started_here: list[subprocess.Popen[bytes]] = []


class Cluster:
    """The PostgreSQL whose files are in the folder `home`."""

    def __init__(self, home: Path, *, durable: bool = True, server: Path | None = None) -> None:
        """`durable=False` is for tests: faster, and broken by a power cut.

        `server` is the folder of another PostgreSQL than the installed one, to read its data with.
        """
        self.home = home.absolute()
        self.durable = durable
        self.folder = self.home / "postgres"
        self.data = self.folder / "data"
        self.ready = self.folder / "ready"
        self.programs = self.folder / "programs"
        self.log = self.home / "postgres.log"
        self._server = server
        self._nobody = Nobody() if os.geteuid() == 0 else None
        self._place: int | None = None

    def join(self) -> str:
        """Become a user of the server, started (and made) if need be; returns its DATABASE_URL.

        Waits for as long as recovery after a crash takes. Raises Problem when it cannot start.
        """
        private_folder(self.home)
        private_folder(self.folder)
        with locks.alone(self.folder / "change.lock"):
            place = locks.open_lock(self.folder / "users.lock")
            try:
                locks.share(place)
                url = self._running()
            except BaseException:
                self._stop_if_alone(place)
                raise
        self._place = place
        return url

    def revive(self) -> str:
        """Start the server again if it died under its users; returns the same DATABASE_URL."""
        with locks.alone(self.folder / "change.lock"):
            return self._running()

    def is_alive(self) -> bool:
        """Whether a process of the server lives. Asks the kernel, not the server: costs nothing."""
        for server in _started_here[:]:
            if server.poll() is not None:
                _started_here.remove(server)
        return not locks.is_free(self.folder / "alive.lock")

    def leave(self) -> None:
        """Stop being a user; the last one out stops the server. Safe to call twice."""
        if self._place is None:
            return
        with locks.alone(self.folder / "change.lock"):
            place, self._place = self._place, None
            self._stop_if_alone(place)

    def stop_if_unused(self) -> None:
        """Stop a server whose users were all killed."""
        if not self.folder.exists():
            return
        with locks.alone(self.folder / "change.lock"):
            self._stop_if_alone(locks.open_lock(self.folder / "users.lock"))

    # Starting

    def version(self) -> str:
        """The major version of PostgreSQL that wrote the data; empty when there is none."""
        for folder in (self.data, self.ready):
            with suppress(FileNotFoundError):
                return (folder / "PG_VERSION").read_text(encoding="ascii").strip()
        return ""

    def wants_moving(self) -> bool:
        """Whether config.local.moving has something to do here. Looks at names only."""
        is_other = self.version() not in {"", MAJOR}
        return is_other or any(self.folder.glob("former-*"))

    def _running(self) -> str:
        version = self.version()
        if self.ready.exists() and not self.data.exists():
            # The last step of a move (config.local.moving) that was killed before it.
            self.ready.rename(self.data)
        if not version:
            self._make()
        elif version != MAJOR:
            raise Problem(
                f"{self.data} was written by PostgreSQL {version}, but this is {MAJOR}. Nothing "
                "was changed. Start the newer Throughline that wrote it; older data is brought "
                "over by bin/serve. docs/backups.md says more."
            )
        url = self.serving()
        if self.durable:
            programs.keep(self.programs)
        return url

    def serving(self) -> str:
        """Start the server on whatever data there is; for whoever holds the lock for changes."""
        started = False
        say = _Patiently("PostgreSQL is putting its files in order after an unclean stop")
        while True:
            if url := self._ready():
                return url
            alive = locks.open_lock(self.folder / "alive.lock")
            try:
                if locks.try_alone(alive):
                    if started:
                        raise Problem(
                            f"PostgreSQL did not start. {self.log} ends with:\n{self._last()}"
                        )
                    self._start(alive)
                    started = True
            finally:
                os.close(alive)
            say.so_far()
            time.sleep(PATIENCE)

    def _start(self, alive: int) -> None:
        sockets = self._socket_folder()
        # Nobody holds the lock, so no server lives, whoever has the id in these files by now.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        (sockets / f"{SOCKET}.lock").unlink(missing_ok=True)
        settings = SETTINGS | (DURABLE if self.durable else FLEETING)
        if self._server:
            settings = {name: settings[name] for name in settings if name not in NEW}
        settings["unix_socket_directories"] = '"' + str(sockets).replace('"', '""') + '"'
        command = [
            str((self._server or programs.binaries()) / "postgres"),
            "-D",
            str(self.data),
            "-p",
            "5432",
        ]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with _open_log(self.log) as log:
            try:
                server = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=(alive,),
                    **self._childhood(),
                )
            except (OSError, subprocess.SubprocessError) as error:
                raise Problem(f"{command[0]} cannot be run here: {error}") from error
        _started_here.append(server)

    def _ready(self) -> str | None:
        lines = self._pid_file()
        if len(lines) < 8 or lines[7] != "ready" or _owner(Path(lines[4]) / SOCKET) is None:
            return None
        host = urllib.parse.quote(os.fsencode(lines[4]), safe="")
        return f"postgresql://{ROLE}@{host}:5432/{DATABASE}"

    def _pid_file(self) -> list[str]:
        """Its lines: id, data folder, start time, port, socket folder, address, memory, state."""
        try:
            text = (self.data / "postmaster.pid").read_text(errors="surrogateescape")
        except FileNotFoundError:
            return []
        return [line.strip() for line in text.splitlines()]

    def _last(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-8:])

    def _socket_folder(self) -> Path:
        inside = self.folder / "run"
        # A comma would divide hosts in a connection string.
        if len(os.fsencode(inside / SOCKET)) <= LONGEST_SOCKET and "," not in str(inside):
            return private_folder(inside)
        name = hashlib.sha256(os.fsencode(self.folder.resolve())).hexdigest()[:16]
        short = Path("/tmp") / f"throughline-{os.geteuid()}-{name}"
        try:
            return private_folder(short)
        except Problem:
            # Somebody took the name: /tmp belongs to everybody.
            return Path(tempfile.mkdtemp(prefix=f"throughline-{os.geteuid()}-", dir="/tmp"))

    # Making

    def _make(self) -> None:
        for leftover in self.folder.glob("new-*"):
            shutil.rmtree(leftover)
        draft = Path(tempfile.mkdtemp(prefix="new-", dir=self.folder))
        if self._nobody:
            self._nobody.own(draft)
        locales = ["--no-locale", f"--lc-ctype={_ctype()}", "--encoding=UTF8"]
        locales += ["--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST"]
        sync = [] if self.durable else ["--no-sync"]
        options = ["--username=postgres", "--auth=trust", "--no-instructions", *locales, *sync]
        self._run(["initdb", "-D", str(draft), *options])
        # Whoever reaches the socket, in its closed folder, is the owner of the journal. The
        # superuser has no way in: nothing here needs one.
        (draft / "pg_hba.conf").write_text(f"local all {ROLE} trust\n", encoding="ascii")
        unsafe = [] if self.durable else ["-F"]
        self._run(
            ["postgres", "--single", *unsafe, "-D", str(draft), "template1"],
            f"CREATE ROLE {ROLE} LOGIN CREATEDB;\nCREATE DATABASE {DATABASE} OWNER {ROLE};\n",
        )
        if self.durable:
            _sync_file(draft / "pg_hba.conf")
        draft.rename(self.data)
        sync_folder(self.folder)

    def _run(self, command: Sequence[str], words: str = "") -> None:
        """Run one of the programs to its end; raises Problem with what it said if it failed."""
        program = programs.binaries() / command[0]
        try:
            done = subprocess.run(
                [str(program), *command[1:]],
                check=False,
                input=words,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                **self._childhood(),
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise Problem(f"{program} cannot be run here: {error}") from error
        if done.returncode != 0 or "FATAL" in done.stdout or "ERROR" in done.stdout:
            raise Problem(f"PostgreSQL could not make its files:\n{done.stdout.strip()}")

    def _childhood(self) -> dict[str, Any]:
        """How every program of PostgreSQL is started: alone, with no settings of the caller's."""
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PG", "LC_", "LANG"))
        }
        return {
            "env": environment,
            "cwd": "/",
            "umask": 0o077,
            "start_new_session": True,
            "preexec_fn": self._nobody.become() if self._nobody else None,
        }

    # Stopping

    def _stop_if_alone(self, place: int) -> None:
        try:
            if locks.try_alone(place):
                self.stop()
        finally:
            os.close(place)

    def stop(self) -> None:
        """Stop the server, whoever uses it; for whoever holds the lock for changes."""
        lines = self._pid_file()
        if len(lines) < 5:
            return
        sockets = Path(lines[4])
        # The kernel says who listens: only that process is ever sent a signal.
        server = _owner(sockets / SOCKET)
        if server is None or str(server) != lines[0]:
            return
        for request, seconds in ((signal.SIGINT, 30), (signal.SIGQUIT, 30)):
            os.kill(server, request)
            deadline = time.monotonic() + seconds
            while self.is_alive() and time.monotonic() < deadline:
                time.sleep(PATIENCE)
            if not self.is_alive():
                break
        if sockets.parent != self.folder:
            shutil.rmtree(sockets, ignore_errors=True)


@contextmanager
def running(home: Path, *, durable: bool = True) -> Iterator[str]:
    """The DATABASE_URL of the cluster in `home`, which runs at least until the block ends."""
    cluster = Cluster(home, durable=durable)
    url = cluster.join()
    try:
        yield url
    finally:
        cluster.leave()


def _owner(path: Path) -> int | None:
    """The id of the process that listens on the socket `path`, in the kernel's own words."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        try:
            connection.connect(str(path))
            if sys.platform == "darwin":
                # SOL_LOCAL, LOCAL_PEERPID of <sys/un.h>
                return struct.unpack("i", connection.getsockopt(0, 2, 4))[0] or None
            found = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
            return struct.unpack("3i", found)[0] or None
        except OSError:
            return None


def _ctype() -> str:
    """A locale of the system that knows letters outside ASCII: full-text search asks it."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "C.utf8", "en_US.UTF-8"):
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return name
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


def _open_log(path: Path) -> BinaryIO:
    """The log at `path` for appending, mode 0600; a long one is put aside first."""
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.fdopen(os.open(path, flags, 0o600), "ab")


def _sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Patiently:
    """Says why one is waiting, after a while and then now and again."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        self.next = time.monotonic() + FIRST_WORD

    def so_far(self) -> None:
        if time.monotonic() > self.next:
            print(f"{self.sentence}. Still waiting.", file=sys.stderr, flush=True)
            self.next += NEXT_WORD
