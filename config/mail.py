"""The address of a mail server as one setting, in the ways people write it."""

import re
from typing import Any

import dj_email_url
from django.core.exceptions import ImproperlyConfigured

# Names that other projects use, and what dj_email_url calls the same thing. "ssl" is TLS from the
# first byte (port 465), "tls" begins in the clear and changes over (port 587).
ALIASES = {"smtp+tls": ("submission", ""), "smtp+ssl": ("smtp", "ssl=1")}
EXAMPLE = "EMAIL_URL=smtp+tls://user:password@mail.example.org:587"


def mail_settings(url: str) -> dict[str, Any]:
    """The EMAIL_ settings of `smtp+tls://user:password@host:587` and its like.

    Raises ImproperlyConfigured, without repeating the password, when it names no kind of server.
    """
    scheme, mark, rest = url.partition("://")
    scheme, more = ALIASES.get(scheme, (scheme, ""))
    if more:
        rest += ("&" if "?" in rest else "?") + more
        if not re.search(r":\d+(/|\?|$)", rest.rpartition("@")[2]):
            rest = re.sub(r"(?=/|\?|$)", ":465", rest, count=1)
    try:
        found: dict[str, Any] = dj_email_url.parse(f"{scheme}{mark}{rest}")
    except ValueError:
        found = {}
    if "EMAIL_BACKEND" not in found or ("smtp" in found["EMAIL_BACKEND"] and not mark):
        raise ImproperlyConfigured(f"EMAIL_URL is not understood. Write it like {EXAMPLE}")
    return found
