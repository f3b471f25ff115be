"""What the register adds up to: an essay of sentences, with a picture."""

from datetime import date, datetime, time

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.http import SignedInRequest
from apps.core.periods import Month, instant_on
from apps.promises import counting
from apps.promises.figures import answers_of, figures_of, mix_of, sizes_of
from apps.promises.models import Promise, PromiseSettings


@require_safe
def figure_list(request: SignedInRequest) -> HttpResponse:
    """All figures of this person's register, in words."""
    now = timezone.now()
    rows = counting.rows_of(request.user.pk)
    chosen = PromiseSettings.objects.for_user(request.user).first()
    is_dwelling = chosen is not None and chosen.is_dwelling
    sizes = None if is_dwelling else sizes_of(rows.promised)
    steps = [dot.pk for dot in sizes.steps] if sizes else []
    quarter, since, until = _quarter(request, now)
    return render(
        request,
        "promises/figure_list.html",
        {
            "given": figures_of(rows.given),
            "own": figures_of(rows.own),
            "asked": figures_of(rows.asked),
            "answers": answers_of(rows.given),
            "mix": mix_of(rows.promised),
            "sizes": sizes,
            "steps": {
                row.pk: row for row in Promise.objects.for_user(request.user).filter(pk__in=steps)
            },
            "is_dwelling": is_dwelling,
            "quarter": quarter,
            "reasons": counting.reasons_of(request.user.pk, since, until),
            "is_empty": not (rows.given or rows.asked or rows.own),
            "most": counting.MOST if len(rows.promised) + len(rows.asked) >= counting.MOST else 0,
        },
    )


@require_POST
def figure_dwell(request: SignedInRequest) -> HttpResponse:
    """Begin or end a season of dwelling, in which the picture of sizes is put away."""
    dwell = request.POST.get("dwelling") == "yes"
    PromiseSettings.objects.update_or_create(owner=request.user, defaults={"is_dwelling": dwell})
    if dwell:
        messages.success(request, _("A season of dwelling: the picture of sizes is put away."))
    else:
        messages.success(request, _("The picture of sizes is here again."))
    return redirect("promises:figure_list")


def _quarter(request: SignedInRequest, now: datetime) -> tuple[date, datetime, datetime]:
    """The first day of the quarter that goes on, and the instants at which it begins and ends."""
    zone_name = request.user.time_zone or "UTC"
    today = request.user.today(now)
    first = Month(today.year, today.month - (today.month - 1) % 3)
    begins = instant_on(first.first, time(0), zone_name)
    return first.first, begins, instant_on(first.plus(3).first, time(0), zone_name)
