"""Deleting the account, and keeping it after all."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts import leaving
from apps.accounts.confirming import confirmation_required
from apps.accounts.forms import DeleteForm
from apps.accounts.http import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
@confirmation_required
def account_delete(request: SignedInRequest) -> HttpResponse:
    """Say what goes, ask for the address once more, and close the account."""
    form = DeleteForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        leaving.ask(request.user, request, timezone.now())
        return redirect("accounts:account_keep")
    return render(
        request,
        "accounts/account_delete.html",
        {"form": form},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def account_keep(request: SignedInRequest) -> HttpResponse:
    """All that is left of a closed account: when it goes, and the way back."""
    if not request.user.deletion_asked_at:
        return redirect("accounts:settings")
    if request.method == "POST":
        leaving.undo(request.user, request, timezone.now())
        messages.success(request, _("Your account is open again, with everything in it."))
        return redirect("home:today")
    return render(
        request, "accounts/account_keep.html", {"due": leaving.due_in_words(request.user)}
    )
