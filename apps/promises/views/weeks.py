"""A week: what was to be done in it, what of it was done as it was said, and why not."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.http import SignedInRequest
from apps.promises.forms.weeks import ReasonForm
from apps.promises.planning import give_reason, monday_of, weeks_of
from apps.promises.weeks import WEEK, Outcome, Planned, Week

# A picture of so many weeks, the one of the page the last.
SHOWN = 8
EARLIEST = date(2000, 1, 3)


@require_safe
def week_now(request: SignedInRequest) -> HttpResponse:
    """To the week that goes on."""
    monday = monday_of(timezone.now(), request.user.time_zone or "UTC")
    return redirect("promises:week_detail", monday=monday)


@require_safe
def week_detail(request: SignedInRequest, monday: date) -> HttpResponse:
    """One week, and the seven before it in a picture. A week that is still to come is none yet."""
    now = timezone.now()
    return render(request, "promises/week_detail.html", _page(request, monday, now))


@require_POST
def week_reason(request: SignedInRequest, monday: date, pk: UUID) -> HttpResponse:
    """Say why a promise of a week went otherwise."""
    now = timezone.now()
    page = _page(request, monday, now)
    week: Week = page["week"]
    row, outcome = week.find(pk) or (None, None)
    if row is None or outcome is not Outcome.NO or row.is_told:
        raise Http404
    form = ReasonForm(request.POST, auto_id=f"reason-{pk}-%s")
    if not form.is_valid():
        page["forms"] |= {pk: form}
        page["open"] = pk
        return render(request, "promises/week_detail.html", page, status=422)
    data = form.cleaned_data
    give_reason(request.user, week.span, row, reason=data["reason"], note=data["note"])
    messages.success(request, _("The reason is kept."))
    return redirect("promises:week_detail", monday=monday)


def _page(request: SignedInRequest, monday: date, now: datetime) -> dict[str, Any]:
    current = monday_of(now, request.user.time_zone or "UTC")
    if not EARLIEST <= monday <= current:
        raise Http404
    weeks = weeks_of(request.user, monday - (SHOWN - 1) * WEEK, monday, now)
    week = weeks[-1]
    return {
        "week": week,
        "weeks": weeks,
        "is_current": monday == current,
        "before": monday - WEEK,
        "after": monday + WEEK if monday < current else None,
        "forms": {
            row.pk: _form(row)
            for row, outcome in week.rows
            if outcome is Outcome.NO and not row.is_told
        },
        "open": None,
    }


def _form(row: Planned) -> ReasonForm:
    given = {"reason": row.reason, "note": row.note}
    return ReasonForm(initial=given, auto_id=f"reason-{row.pk}-%s")
