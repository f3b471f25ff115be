"""Which cares a promise is about; the promises about a care, and choosing which they are."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.http import SignedInRequest
from apps.cares.models import Care
from apps.cares.reading import lineage_of
from apps.core.http import get_owned
from apps.promises import caring
from apps.promises.forms.care import CaresForm
from apps.promises.models import Promise, PromiseCare
from apps.promises.reading import ROW

# The last that moved and are about it, and the last that are not; others are tied on their pages.
MOST_TIED, MOST_OFFERED = 100, 30


@require_http_methods(["GET", "HEAD", "POST"])
def promise_cares(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Tie a promise to what one looks after oneself, or to nothing."""
    promise = get_owned(Promise.objects.with_person(), request.user, pk)
    form = CaresForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        tied=caring.cares_of(promise),
    )
    if request.method == "POST" and form.is_valid():
        caring.pick_cares(request.user, promise, form.cleaned_data["cares"])
        messages.success(request, _("Saved."))
        return redirect(promise)
    return render(
        request,
        "promises/promise_cares.html",
        {"form": form, "promise": promise},
        status=422 if form.is_bound else 200,
    )


@require_safe
def care_promises(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """All promises about a care and those it came from; `?after=` gives what follows one."""
    care = get_owned(Care.objects.kept(), request.user, pk)
    cares = lineage_of(care.owner_id, care.pk)
    page = caring.page_about(care.owner_id, cares, request.GET.get("after", ""))
    return render(
        request,
        "promises/care_promises.html",
        {"care": care, "page": page, "now": timezone.now()},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def care_choose(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The last promises, each with a box that says whether it is about this care."""
    care = get_owned(Care.objects.kept(), request.user, pk)
    links = PromiseCare.objects.for_user(request.user).filter(care=care).values("promise")
    promises = Promise.objects.for_user(request.user).shown().with_person().only(*ROW)
    rows = promises.order_by("-moved_at", "-id")
    tied = list(rows.filter(pk__in=links)[:MOST_TIED])
    latest = list(rows.exclude(pk__in=links)[:MOST_OFFERED])
    if request.method == "POST":
        # What was shown there and is not chosen any more is let go; what came since stays.
        shown, chosen = (set(request.POST.getlist(name)) for name in ("shown", "promises"))
        mine = [promise.pk for promise in (*tied, *latest)]
        caring.pick_promises_of(
            request.user,
            care,
            offered=[pk for pk in mine if str(pk) in shown],
            chosen=[pk for pk in mine if str(pk) in chosen],
        )
        messages.success(request, _("Saved."))
        return redirect(care)
    context = {"care": care, "tied": tied, "latest": latest}
    return render(request, "promises/care_choose.html", context)
