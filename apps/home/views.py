"""Where people arrive: the landing page for strangers, today for everybody else."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.http import SignedInRequest
from apps.home.day import day_of


@require_safe
@login_not_required
def landing(request: HttpRequest) -> HttpResponse:
    """What this is, for strangers; whoever is logged in goes to today."""
    if request.user.is_authenticated:
        return redirect("home:today")
    return render(request, "home/landing.html")


@require_safe
def today(request: SignedInRequest) -> HttpResponse:
    """The writer, and below it the thread of the day."""
    return render(request, "home/today.html", {"today": day_of(request.user, timezone.now())})
