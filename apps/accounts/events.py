"""What happened around an account, written down for its owner (assurance O-13).

Called by allauth's hooks (adapter.py), by our own views and by the middleware. A row says what,
when, from which network and with what kind of device; never a name, a code or a full address.
"""

import ipaddress
import re
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from apps.accounts.models import SecurityEvent, User
from apps.core.periods import zone

SHOWN = timedelta(days=90)
KEPT = timedelta(days=180)
# Mails about what somebody else may have done come once in this time, however often they try.
QUIET = timedelta(days=1)
Kind = SecurityEvent.Kind


def record(
    kind: SecurityEvent.Kind,
    user: User,
    request: HttpRequest,
    now: datetime,
    *,
    once_in: timedelta | None = None,
) -> SecurityEvent | None:
    """Write it down; with `once_in`, only when nothing of the kind was written that recently."""
    if once_in and has_happened(kind, user, since=now - once_in):
        return None
    return SecurityEvent.objects.create(
        owner=user,
        kind=kind,
        happened_at=now,
        network=network_of(request),
        device=device_of(request),
        request=_request_id(request),
    )


def has_happened(kind: SecurityEvent.Kind, user: User, *, since: datetime, **where: str) -> bool:
    """Whether something of this kind happened since then (`where`: network, device)."""
    events = SecurityEvent.objects.for_user(user)
    return events.filter(kind=kind, happened_at__gt=since, **where).exists()


def network_of(request: HttpRequest) -> str:
    """The network the request came from, cut to what tells a place and not a household.

    "203.0.113.0/24" or "2001:db8:1::/48"; "" for the machine itself, and when the server was not
    told an address.
    """
    try:
        address = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
    except (PermissionDenied, ValueError):
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_loopback:
        return ""
    bits = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{bits}", strict=False))


def device_of(request: HttpRequest) -> str:
    """The browser and system that the request names, in two words: "Firefox, Linux"; "" if none."""
    agent = request.headers.get("User-Agent", "")
    browser = next((name for pattern, name in _BROWSERS if pattern.search(agent)), "")
    system = next((name for pattern, name in _SYSTEMS if pattern.search(agent)), "")
    return ", ".join(name for name in (browser, system) if name)


def told(event: SecurityEvent, user: User) -> dict[str, str]:
    """What a mail says about an event: when by the person's clock, from where, with what."""
    wall = event.happened_at.astimezone(zone(user.time_zone or "UTC"))
    return {
        "when": f"{wall:%Y-%m-%d %H:%M} ({user.time_zone or 'UTC'})",
        "network": event.network,
        "device": event.device,
    }


def purge(now: datetime) -> int:
    """Delete what is older than it is kept; says how many rows went."""
    return SecurityEvent.objects.filter(happened_at__lt=now - KEPT).delete()[0]


def _request_id(request: HttpRequest) -> UUID | None:
    found = getattr(request, "id", None)
    return UUID(found) if found else None


def _named(*pairs: tuple[str, str]) -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern), name) for pattern, name in pairs]


# In this order: each browser also calls itself what comes after it.
_BROWSERS = _named(
    (r"Edg(e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|Chromium/|CriOS/", "Chrome"),
    (r"Safari/", "Safari"),
)
_SYSTEMS = _named(
    (r"iPhone|iPad", "iOS"),
    (r"Android", "Android"),
    (r"CrOS", "ChromeOS"),
    (r"Windows", "Windows"),
    (r"Mac OS X|Macintosh", "macOS"),
    (r"Linux|X11", "Linux"),
)
