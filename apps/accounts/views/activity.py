"""What happened around the account."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.events import SHOWN
from apps.accounts.http import SignedInRequest
from apps.accounts.models import SecurityEvent
from apps.core.periods import zone

PER_PAGE = 50


@require_safe
def activity(request: SignedInRequest) -> HttpResponse:
    """Log-ins, changes and refusals of the last ninety days, newest first, by their own clock."""
    rows = SecurityEvent.objects.for_user(request.user)
    rows = rows.filter(happened_at__gt=timezone.now() - SHOWN).order_by("-happened_at", "-id")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    wall = zone(request.user.time_zone)
    happened = [(event, event.happened_at.astimezone(wall).replace(tzinfo=None)) for event in page]
    return render(request, "accounts/activity.html", {"page": page, "happened": happened})
