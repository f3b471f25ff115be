"""The calendar feed: its page, and the feed itself for who has the secret address."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.http import SignedInRequest
from apps.promises import feeding


@require_http_methods(["GET", "HEAD", "POST"])
def feed_edit(request: SignedInRequest) -> HttpResponse:
    """Make an address, make another in its place, or turn it off."""
    if request.method == "POST":
        if request.POST.get("do") == "off":
            feeding.turn_off(request.user)
            messages.success(request, _("The address is off. Calendars read nothing any more."))
        else:
            feeding.make(request.user)
            messages.success(request, _("Here is the address. An earlier one opens nothing now."))
        return redirect("promises:feed_edit")
    return render(request, "promises/feed_edit.html", {"address": feeding.address_of(request.user)})


@require_safe
@login_not_required
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """What is due, as iCalendar. 404 for an address that opens nothing, or not any more."""
    owner = feeding.owner_of(secret)
    if owner is None:
        raise Http404
    content = feeding.calendar_of(owner, timezone.now())
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="promises.ics"'
    answer["X-Robots-Tag"] = "noindex"
    return answer
