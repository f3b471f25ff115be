"""Mail by environment: the server that sends it, in the ways people write its address, and the
service that hands over what arrives."""

import re
from dataclasses import dataclass, field
from typing import Any

import dj_email_url
from django.core.exceptions import ImproperlyConfigured

from config import environment

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


# The services whose deliveries are tried in tests/capture; each with what signs them, if anything.
SERVICES = {"mailgun": "MAILGUN_WEBHOOK_SIGNING_KEY", "postmark": ""}
SHORTEST_SECRET = 24


@dataclass(frozen=True)
class MailIn:
    """Where mail for entries arrives, and which service hands it over; all empty when none does."""

    domain: str = ""
    service: str = ""
    anymail: dict[str, Any] = field(default_factory=dict)


def mail_in_settings() -> MailIn:
    """Mail that arrives, by environment: MAIL_IN_DOMAIN, MAIL_IN_SERVICE, ANYMAIL_WEBHOOK_SECRET.

    Raises ImproperlyConfigured, without repeating a secret, where something is missing or weak:
    whoever guesses it could hand over mail as if it had arrived.
    """
    domain = environment.text("MAIL_IN_DOMAIN").strip().lower()
    if not domain:
        return MailIn()
    service = environment.required("MAIL_IN_SERVICE", example="postmark").strip().lower()
    if service not in SERVICES:
        known = ", ".join(sorted(SERVICES))
        raise ImproperlyConfigured(f"MAIL_IN_SERVICE should be one of: {known}.")
    secret = environment.required("ANYMAIL_WEBHOOK_SECRET", example="a-name:a-long-random-word")
    if ":" not in secret or len(secret) < SHORTEST_SECRET:
        raise ImproperlyConfigured(
            "ANYMAIL_WEBHOOK_SECRET should be a name, a colon and a long random word."
        )
    anymail = {"WEBHOOK_SECRET": secret}
    if key := SERVICES[service]:
        anymail[key] = environment.required(key, example="(from the settings of the service)")
    return MailIn(domain, service, anymail)
