"""The real server, started as bin/serve starts it, and what its processes hold in memory."""

import http.client
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.local.children import Child

ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def serving(home: Path, port: int) -> Iterator[tuple[Child, Child]]:
    """Web server and worker, until the block ends."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
    parent = str(os.getpid())
    children = []
    try:
        for name, arguments in (("web", ["127.0.0.1", str(port), parent]), ("worker", [parent])):
            log = home / f"bench-{name}.log"
            log.write_bytes(b"")
            command = [sys.executable, str(ROOT / "config" / "local"), name, *arguments]
            children.append(Child(name, command, environment, log))
            children[-1].start()
        _wait(children[0], port)
        yield children[0], children[1]
    finally:
        for child in children:
            child.stop()
        for child in children:
            if child.process:
                child.process.wait(30)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def queries_of(child: Child, route: str) -> int:
    """How many queries the last request of this route made, as the server's own log says."""
    for line in reversed(child.log.read_text(encoding="utf-8").splitlines()):
        if f'"route": "{route}"' in line:
            return int(json.loads(line)["queries"])
    raise LookupError(route)


def web_memory(pid: int) -> list[float]:
    """MiB (PSS) of each process of the web server, its workers last."""
    return [pss(pid), *(pss(each) for each in _children(pid))]


def tree_memory(pid: int) -> float:
    """MiB (PSS) of a process and its children together."""
    return pss(pid) + sum(pss(each) for each in _children(pid))


def cpu_seconds(pid: int) -> float:
    """Processor time that a process and its children have used so far (Linux)."""
    total = 0
    for each in [pid, *_children(pid)]:
        fields = _stat(each)
        total += int(fields[11]) + int(fields[12]) if fields else 0
    return total / os.sysconf("SC_CLK_TCK")


def pss(pid: int) -> float:
    """MiB of memory of one process; shared pages count in parts (Linux)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise LookupError(pid)


def _children(pid: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        fields = _stat(int(path.name))
        if fields and int(fields[1]) == pid:
            found.append(int(path.name))
    return sorted(found)


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on; empty when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _wait(web: Child, port: int) -> None:
    deadline = time.monotonic() + 60
    while web.is_running() and time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/health/live", headers={"Host": "localhost"})
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    sys.exit(f"The web server did not start:\n{web.log.read_text(encoding='utf-8')[-4000:]}")
