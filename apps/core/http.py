"""Loading what belongs to the person who asks, and answering when something cannot be done."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from apps.core.models import Owned, OwnedQuerySet

Row = TypeVar("Row", bound=Owned)
Found = TypeVar("Found")


def get_owned(
    queryset: OwnedQuerySet[Row], user: AbstractBaseUser | AnonymousUser, pk: UUID
) -> Row:
    """The row `pk` of this person. Raises Http404 for any other: a stranger learns nothing."""
    try:
        return queryset.for_user(user).get(pk=pk)
    except queryset.model.DoesNotExist:
        raise Http404 from None


def first_or_404(rows: Sequence[Found]) -> Found:
    """The first of the rows a statement found for its owner. Raises Http404 when there is none."""
    if not rows:
        raise Http404
    return rows[0]


def wants_json(request: HttpRequest) -> bool:
    """True when a script of ours asks, which must never be answered with a page to log in."""
    return request.headers.get("Accept", "").startswith("application/json")


def is_from_here(request: HttpRequest) -> bool:
    """True when the browser says that no other site had a hand in this request (Fetch Metadata).

    One of our own pages sent it, or ("none") the person did: by the address bar, or by what their
    device shares with an app. No page can make the browser say either.
    """
    return request.headers.get("Sec-Fetch-Site") in {"same-origin", "none"}


SECRET_FIELDS = ("password", "code", "otp", "credential", "csrfmiddlewaretoken")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form whose security token is missing or old; scripts get it as JSON."""
    if wants_json(request):
        return JsonResponse({"error": "csrf"}, status=403)
    return not_taken(request, status=403, template="403_csrf.html")


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer to what makes no sense (400), or is more than is taken at once (413)."""
    is_large = isinstance(exception, RequestDataTooBig)
    status = 413 if is_large else 400
    if wants_json(request):
        told = [{"label": _("All of it"), "errors": [_("It is more than we can take at once.")]}]
        fields = told if is_large else []
        return JsonResponse({"error": "invalid", "fields": fields}, status=status)
    return render(request, "413.html" if is_large else "400.html", status=status)


def not_taken(request: HttpRequest, *, status: int, template: str) -> HttpResponse:
    """A page for a form that could not be taken now: what was typed stands there, to be sent again.

    Only for forms our own pages sent (else anybody could put words into this page), and never
    with passwords or codes in it.
    """
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if not any(secret in name for secret in SECRET_FIELDS)
    ]
    context = {"kept": kept if is_from_here(request) else [], "action": request.get_full_path()}
    return render(request, template, context, status=status)
