"""Where people arrive, today, and the way to anywhere else."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.http import SignedInRequest
from apps.core.htmx import page_or_fragment
from apps.core.text import clean
from apps.home.day import day_of
from apps.home.palette import ways_to


@require_safe
@login_not_required
def landing(request: HttpRequest) -> HttpResponse:
    """What this is, for strangers; whoever is logged in goes to today."""
    if request.user.is_authenticated:
        return redirect("home:today")
    return render(request, "home/landing.html")


@require_safe
def palette(request: SignedInRequest) -> HttpResponse:
    """Anywhere in the product by a few letters: `?q=`."""
    text = clean(request.GET.get("q", ""))
    found = ways_to(request.user, text, request.user.today(timezone.now()))
    return page_or_fragment(
        request,
        "home/palette.html",
        "home/_palette_found.html",
        {"palette": found},
        target="palette-found",
    )


@require_safe
def today(request: SignedInRequest) -> HttpResponse:
    """The writer, and below it the thread of the day."""
    return render(request, "home/today.html", {"today": day_of(request.user, timezone.now())})
