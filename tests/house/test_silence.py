"""Nothing of ours talks to another machine, and no test can (assurance T-33)."""

import os
import smtplib
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conftest import attempts
from tests.silent.sitecustomize import leads_out

# Addresses of documentation (RFC 5737, 3849, 2606): nobody is there, should one get out.
ELSEWHERE = "192.0.2.7"
TRIES: dict[str, Callable[[], object]] = {
    "connect": lambda: socket.create_connection((ELSEWHERE, 80), timeout=1),
    "connect by name": lambda: socket.create_connection(("example.org", 80), timeout=1),
    "connect_ex": lambda: _probe().connect_ex((ELSEWHERE, 80)),
    "IPv6": lambda: _probe(socket.AF_INET6).connect(("2001:db8::1", 80)),
    "datagram": lambda: _probe(type=socket.SOCK_DGRAM).sendto(b"a", (ELSEWHERE, 53)),
    "name": lambda: socket.gethostbyname("example.org"),
    "whose address": lambda: socket.gethostbyaddr(ELSEWHERE),
    "a mail server": lambda: smtplib.SMTP("mail.example.org", timeout=1),
}


_probes: list[socket.socket] = []


def _probe(*args: Any, **over: Any) -> socket.socket:
    """A socket that is closed when the test is over."""
    _probes.append(socket.socket(*args, **over))
    return _probes[-1]


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while _probes:
        _probes.pop().close()


@pytest.mark.parametrize("name", TRIES)
def test_it_catches_who_talks_to_another_machine(name) -> None:
    # A Python that was started by another has the class under its own name.
    with pytest.raises(Exception, match=" to ") as stopped:
        TRIES[name]()
    assert stopped.typename == "Outbound"
    assert len(attempts()) == 1


def test_it_catches_programs_that_tests_start() -> None:
    tries = "import socket; socket.create_connection(('192.0.2.7', 80), timeout=1)"
    run = subprocess.run(
        [sys.executable, "-c", tries], env={**os.environ}, capture_output=True, check=False
    )
    assert b"Outbound" in run.stderr
    assert len(attempts()) == 1


def test_it_leaves_alone_what_stays_on_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
    one, other = socket.socketpair()
    one.close()
    other.close()
    assert attempts() == []


@pytest.mark.parametrize(
    ("address", "is_elsewhere"),
    [
        (("127.0.0.1", 80), False),
        (("127.8.9.1", 80), False),
        (("::1", 80, 0, 0), False),
        (("localhost", 80), False),
        ("bucket.localhost", False),
        ("no.such.host.invalid", False),
        ("/run/postgresql/.s.PGSQL.5432", False),
        (None, False),
        (("0.0.0.1", 80), True),
        (("10.0.0.1", 80), True),
        (("169.254.169.254", 80), True),
        (("::ffff:10.0.0.1", 80, 0, 0), True),
        (("fe80::1%eth0", 80, 0, 2), True),
        ("localhost.example.org", True),
        ("example.org", True),
    ],
)
def test_it_knows_which_addresses_are_of_other_machines(address, is_elsewhere) -> None:
    assert leads_out(address) is is_elsewhere
