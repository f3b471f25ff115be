"""What this machine is called, and where others find it."""

import socket
from contextlib import suppress

# What a server listens on that is there for all of them.
EVERYWHERE = {"0.0.0.0", "::"}
# Kept for documentation (RFC 5737, RFC 3849): asking for the way there sends nothing.
SOMEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def own_names() -> list[str]:
    """The names and addresses by which other machines may ask for this one, for ALLOWED_HOSTS.

    Not any name at all: a page elsewhere could then make a name of its own lead here, and read
    what a browser in this network may read (DNS rebinding).
    """
    name = socket.gethostname().lower()
    names = [name, f"{name.partition('.')[0]}.local"]
    for family, address in SOMEWHERE:
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as way:
            way.connect((address, 9))
            found = way.getsockname()[0]
            names.append(f"[{found}]" if family == socket.AF_INET6 else found)
    return names
