"""The load: a process of its own that sends requests over loopback and notes how long each took.

It reads one job a line from its input (JSON) and writes one result a line. Each connection is a
thread with a socket; a thread spends its time in the kernel, so that one process keeps far ahead
of a Django server.
"""

import json
import socket
import sys
import threading
import time
from dataclasses import asdict, dataclass
from itertools import count

HOST = "127.0.0.1"
MOST_REQUESTS = 50_000


@dataclass
class Variant:
    """A kind of request. In bodies `{n}` counts the requests; each connection has its own body."""

    method: str
    paths: list[str]
    headers: dict[str, str]
    bodies: list[str]


@dataclass
class Job:
    """What to send: each connection goes through the variants in turn until the time is over."""

    port: int
    connections: int
    seconds: float
    variants: list[Variant]


@dataclass
class Result:
    """Seconds of each answer, by variant, how long it all took, and answers other than 200."""

    seconds: list[list[float]]
    elapsed: float
    wrong: list[str]


class Connection:
    """A kept-alive connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Send, and wait for all of the answer: its status, its head and its body."""
        self.socket.sendall(request)
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, body = received.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next((int(h[15:]) for h in lines if h.startswith(b"content-length:")), None)
        if length is None:
            raise ValueError("an answer without a length")
        while len(body) < length:
            body += self._more()
        return int(head[9:12]), head, body

    def _more(self) -> bytes:
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError("the server closed the connection")
        return data


def request(method: str, path: str, headers: dict[str, str], body: str = "") -> bytes:
    """The bytes of a request."""
    content = body.encode()
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if method == "POST":
        lines += [
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(content)}",
        ]
    return "\r\n".join([*lines, "", ""]).encode() + content


def run(job: Job) -> Result:
    """Ask on all connections at once until the time is over."""
    numbers = count(time.monotonic_ns() // 1_000_000 % 10**9)
    found: list[list[float]] = [[] for _ in job.variants]
    wrong: list[str] = []
    failures: list[Exception] = []
    start = threading.Barrier(job.connections + 1)

    def ask(number: int) -> None:
        connection = Connection(job.port)
        start.wait()
        deadline = time.perf_counter() + job.seconds
        for turn in range(MOST_REQUESTS // job.connections):
            which = turn % len(job.variants)
            if which == 0 and time.perf_counter() >= deadline:
                return
            message = _message(job.variants[which], number, next(numbers))
            began = time.perf_counter()
            status, head, _ = connection.ask(message)
            found[which].append(time.perf_counter() - began)
            if status != 200:
                wrong.append(head.partition(b"\r\n")[0].decode())

    def guarded(number: int) -> None:
        try:
            ask(number)
        except Exception as error:
            failures.append(error)
            start.abort()

    threads = [threading.Thread(target=guarded, args=[n]) for n in range(job.connections)]
    for thread in threads:
        thread.start()
    try:
        start.wait()
    except threading.BrokenBarrierError:
        raise failures[0] from None
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return Result(found, time.perf_counter() - began, wrong)


def _message(variant: Variant, connection: int, number: int) -> bytes:
    if not variant.bodies:
        path = variant.paths[number % len(variant.paths)]
        return request(variant.method, path, variant.headers)
    path = variant.paths[connection % len(variant.paths)]
    body = variant.bodies[connection % len(variant.bodies)].replace("{n}", str(number))
    return request(variant.method, path, variant.headers, body)


def _job(line: str) -> Job:
    fields = json.loads(line)
    variants = [Variant(**variant) for variant in fields.pop("variants")]
    return Job(**fields, variants=variants)


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(asdict(run(_job(line)))), flush=True)
