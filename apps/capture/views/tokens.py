"""Access tokens: the list, making one, taking one back."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.confirming import confirmation_required
from apps.accounts.http import SignedInRequest
from apps.capture import tokens
from apps.capture.examples import examples
from apps.capture.forms import TokenForm
from apps.capture.models import AccessToken
from apps.core.http import get_owned
from apps.core.periods import zone


@require_safe
def token_list(request: SignedInRequest) -> HttpResponse:
    """Every token, the newest first, never with its secret; and how to use one."""
    now, wall = timezone.now(), zone(request.user.time_zone)
    rows = AccessToken.objects.for_user(request.user).order_by("-created_at", "-id")
    shown = [
        {
            "token": row,
            "made_on": row.created_at.astimezone(wall).date(),
            "expires_on": row.expires_at.astimezone(wall).date() if row.expires_at else None,
            "is_expired": row.is_expired(now),
        }
        for row in rows
    ]
    context = {"tokens": shown, "examples": examples(settings.SITE_URL)}
    return render(request, "capture/token_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@confirmation_required
def token_create(request: SignedInRequest) -> HttpResponse:
    """Make a token, and show it once: in the answer to the form, and nowhere ever again."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            token, secret = tokens.make(
                owner=request.user, request=request, now=timezone.now(), **form.wanted
            )
        except tokens.TooMany:
            form.add_error(
                None, _("There are fifty already. Take back one that you no longer need.")
            )
        else:
            made = {"token": token, "secret": secret}
            return render(request, "capture/token_create.html", made)
    return render(
        request,
        "capture/token_create.html",
        {"form": form},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def token_revoke(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then let a token open nothing any more. Closing a door needs no confirmation."""
    token = get_owned(AccessToken.objects.all(), request.user, pk)
    if request.method == "POST":
        tokens.revoke(token, request, timezone.now())
        messages.success(request, _("The token is taken back: it opens nothing any more."))
        return redirect("capture:token_list")
    return render(request, "capture/token_revoke.html", {"token": token})
