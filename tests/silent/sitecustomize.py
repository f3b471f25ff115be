"""No test talks to another machine: whatever tries is stopped and written down (assurance T-33).

Loaded by tests/conftest.py, and by its name by every Python that a test starts, the server of the
browser tests among them. What is not Python, such as the browser, is watched where it is started.
"""

import ipaddress
import os
import socket
import sys
from typing import Any

# Where attempts are written down, a line each; set by the first Python of a run for all below it.
NOTES = "THROUGHLINE_ATTEMPTS"
# What Python says before it talks to somebody (the table of audit events in its documentation), and
# which of the values it says it with is the address.
EVENTS = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
}


class Outbound(Exception):
    """Something wanted to talk to another machine."""


def leads_out(address: Any) -> bool:
    """Whether this address, or name, is of another machine."""
    if isinstance(address, tuple):  # an address of a family with hosts; a path has none
        address = address[0] if address else ""
    elif address is None or isinstance(address, bytes | int):
        return False
    host = str(address).strip("[]").partition("%")[0]
    if host in {"", "localhost", socket.gethostname()} or host.startswith("/"):
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        # Of names by RFC 6761 these are of this machine, and of none.
        return not host.endswith((".localhost", ".invalid"))


def _listen(event: str, values: tuple[Any, ...]) -> None:
    place = EVENTS.get(event)
    if place is None or not leads_out(values[place]):
        return
    if place and getattr(values[0], "family", None) not in {socket.AF_INET, socket.AF_INET6}:
        return
    with open(os.environ[NOTES], "a", encoding="utf-8") as notes:  # noqa: PTH123
        notes.write(f"{event} {values[place]}\n")
    raise Outbound(f"{event} to {values[place]}")


def begin() -> None:
    """Stop whoever tries, from now on until this Python ends."""
    sys.addaudithook(_listen)


if __name__ == "sitecustomize" and os.environ.get(NOTES):
    begin()
