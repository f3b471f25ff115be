"""Entries by e-mail: the secret address, and what has come of the last mails."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.confirming import confirmation_required
from apps.accounts.http import SignedInRequest
from apps.capture import addresses
from apps.capture.models import ReceivedMail
from apps.core.periods import zone

SHOWN = 20


@require_safe
def mail_in(request: SignedInRequest) -> HttpResponse:
    """The address, what it is good for, and the last mails; or that no mail arrives here."""
    wall = zone(request.user.time_zone)
    mails = ReceivedMail.objects.for_user(request.user).select_related("entry")
    newest = mails.only("owner_id", "arrived_at", "outcome", "sender", "left_out", "entry__id")
    received = [
        (mail, mail.arrived_at.astimezone(wall).replace(tzinfo=None))
        for mail in newest.order_by("-arrived_at", "-id")[:SHOWN]
    ]
    return render(
        request,
        "capture/mail_in.html",
        {
            "is_on": bool(settings.MAIL_IN_DOMAIN),
            "address": addresses.shown(request.user),
            "received": received,
        },
    )


@require_POST
@confirmation_required
def mail_in_make(request: SignedInRequest) -> HttpResponse:
    """Make an address, or another in the place of the one that is known to somebody."""
    if not settings.MAIL_IN_DOMAIN:
        raise Http404
    addresses.make(request.user, request, timezone.now())
    messages.success(request, _("What you send to this address becomes an entry."))
    return redirect("capture:mail_in")


@require_POST
def mail_in_turn_off(request: SignedInRequest) -> HttpResponse:
    """Let nothing arrive any more. Closing a door needs no confirmation."""
    addresses.turn_off(request.user, request, timezone.now())
    messages.success(request, _("Nothing arrives by mail any more. The entries stay."))
    return redirect("capture:mail_in")
