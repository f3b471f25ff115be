"""Settings, and the two questions of the first run."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from procrastinate.contrib.django import app

from apps.accounts.forms import SettingsForm, WelcomeForm
from apps.accounts.http import SignedInRequest
from apps.accounts.models import User


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: SignedInRequest) -> HttpResponse:
    """Name, days and looks, in one form; the way to everything else about the account."""
    form = SettingsForm(request.POST or None, instance=_copy(request.user))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            user = form.save()
            if user.words_language != request.user.words_language:
                # The journal's own job (apps.journal.tasks); accounts know no journal.
                app.configure_task("journal.index_again").defer(owner=str(user.pk))
        translation.activate(user.language or translation.get_language())
        messages.success(request, _("Saved."))
        return redirect("accounts:settings")
    return render(request, "accounts/settings.html", {"form": form}, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: SignedInRequest) -> HttpResponse:
    """The first run: where they live and what to call them, and nothing else."""
    form = WelcomeForm(request.POST or None, instance=_copy(request.user))
    onward = request.POST.get("next") or request.GET.get("next") or ""
    # What does not begin like a path would be looked up as the name of a view.
    if not (onward.startswith("/") and url_has_allowed_host_and_scheme(onward, None)):
        onward = ""
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect(onward or "home:today")
    return render(
        request, "accounts/welcome.html", {"form": form, "onward": onward}, status=_status(form)
    )


def _copy(user: User) -> User:
    """The person apart from the one the page is drawn for, which a refused form must not change."""
    return User.objects.get(pk=user.pk)


def _status(form: SettingsForm | WelcomeForm) -> int:
    return 422 if form.is_bound else 200
