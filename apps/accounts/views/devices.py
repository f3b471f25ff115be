"""Where somebody is logged in, and how to end it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts import events, sessions
from apps.accounts.confirming import confirmation_required
from apps.accounts.http import SignedInRequest
from apps.accounts.models import SecurityEvent, Session
from apps.core.periods import zone

Kind = SecurityEvent.Kind


@dataclass(frozen=True)
class Device:
    """A browser that is logged in, as its owner is shown it; never with the key of its session."""

    id: UUID
    name: str
    network: str
    began_on: date
    seen_on: date
    is_here: bool


@require_safe
def device_list(request: SignedInRequest) -> HttpResponse:
    """The browsers that are logged in, this one first, then by when they were last used."""
    wall = zone(request.user.time_zone)
    here = request.session.session_key
    devices = [
        Device(
            id=row.id,
            name=row.device,
            network=row.network,
            began_on=row.began_at.astimezone(wall).date(),
            seen_on=row.seen_at.astimezone(wall).date(),
            is_here=row.session_key == here,
        )
        for row in _live(request).order_by("-seen_at")
    ]
    devices.sort(key=lambda device: not device.is_here)
    return render(request, "accounts/device_list.html", {"devices": devices})


@require_POST
@confirmation_required
def device_end(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Log one other browser out."""
    row = _live(request).exclude(session_key=request.session.session_key).filter(id=pk)
    if not row.exists():
        raise Http404
    row.delete()
    events.record(Kind.SESSION_ENDED, request.user, request, timezone.now())
    messages.success(request, _("That device is logged out."))
    return redirect("accounts:device_list")


@require_POST
@confirmation_required
def device_end_others(request: SignedInRequest) -> HttpResponse:
    """Log out every browser but this one."""
    if sessions.end_others(request, request.user):
        events.record(Kind.SESSION_ENDED, request.user, request, timezone.now())
    messages.success(request, _("Only this device is logged in now."))
    return redirect("accounts:device_list")


def _live(request: SignedInRequest) -> QuerySet[Session]:
    return Session.objects.filter(owner=request.user, expire_date__gt=timezone.now())
