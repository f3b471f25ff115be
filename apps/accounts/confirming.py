"""Before something dangerous: show once more that it is you (assurance O-11).

The confirmation holds for ACCOUNT_REAUTHENTICATION_TIMEOUT from the moment it was given and is not
prolonged by use. A password, a passkey or an authenticator will do; a mailed code never.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts import events, sessions
from apps.accounts.mail import send_letter
from apps.accounts.models import SecurityEvent, User

View = Callable[..., HttpResponse]
Kind = SecurityEvent.Kind


def confirmation_required(view: View) -> View:
    """Ask for the confirmation unless it was just given; a form that was sent goes on afterwards.

    Whoever has nothing to confirm with, because they always log in by mail, sets a password first.
    """
    confirmed_view = reauthentication_required(app="apps.accounts")(view)

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not get_adapter(request).get_reauthentication_methods(request.user):
            messages.info(request, _("Set a password first: it is asked for before you go on."))
            return redirect("account_set_password")
        response: HttpResponse = confirmed_view(request, *args, **kwargs)
        return response

    return wrapped


def confirmed(request: HttpRequest, user: User) -> None:
    """Somebody has shown that it is them: note it, and give the session a new key."""
    now = timezone.now()
    is_first = not events.has_happened(Kind.REAUTHENTICATED, user, since=now - events.QUIET)
    event = events.record(Kind.REAUTHENTICATED, user, request, now)
    sessions.rotate(request)
    if is_first and event:
        send_letter("reauthenticated", user, events.told(event, user))
