"""Cares: list, state, see, write anew, put a slip right, let go."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.http import SignedInRequest
from apps.cares import deck, letting_go, stating
from apps.cares.forms import CareForm, FixForm, VersionForm
from apps.cares.reading import alive, care_to_read, lineage_of, overview, story_of, todays
from apps.cares.touching import PERIODS, period


@require_safe
def care_list(request: SignedInRequest) -> HttpResponse:
    """Those that are alive, those that rest, those set down, and those that went on as others."""
    found = overview(request.user, timezone.now())
    return render(request, "cares/care_list.html", {"overview": found})


@require_safe
def care_touched(request: SignedInRequest) -> HttpResponse:
    """Which cares something touched in a period and which nothing did; `?in=` names another."""
    try:
        shown = period(request.GET.get("in", "quarter"), request.user.today(timezone.now()))
    except KeyError:
        raise Http404 from None
    cares = [said.care for said in alive(todays(request.user))]
    context = {"cares": cares, "period": shown, "periods": PERIODS}
    return render(request, "cares/care_touched.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def care_create(request: SignedInRequest) -> HttpResponse:
    """State a care: a sentence is enough."""
    now = timezone.now()
    # `?card=` names a card that mattered; its name may be the care's, the sentence never is.
    card = deck.card_of(request.user, request.GET.get("card", ""))
    form = CareForm(
        request.POST or None,
        user=request.user,
        today=request.user.today(now),
        initial={"label": card.name} if card else None,
    )
    if request.method == "POST" and form.is_valid():
        care = stating.state(
            owner=request.user,
            said=form.said(),
            label=form.cleaned_data["label"],
            begun_on=form.cleaned_data["begun_on"],
            now=now,
        )
        messages.success(request, _("It is written down. It may change as you do."))
        return redirect(care)
    context = {"form": form, "card": card}
    return render(request, "cares/care_create.html", context, status=422 if form.is_bound else 200)


@require_safe
def care_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What it says now, its versions as a thread, and what hangs on it."""
    story, now = story_of(care_to_read(request.user, pk)), timezone.now()
    return render(
        request,
        "cares/care_detail.html",
        {
            "story": story,
            "can_be_fixed": story.today.can_be_fixed(now),
            "lineage": lineage_of(request.user.pk, pk),
            "now": now,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def care_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Write a new version; the one before stays as it was."""
    before = care_to_read(request.user, pk)
    if before.care.has_ended:
        return redirect(before.care)
    form = VersionForm(request.POST or None, user=request.user, before=before)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                stating.restate(
                    owner=request.user,
                    care=pk,
                    after=form.cleaned_data["after"],
                    said=form.said(),
                    what_changed=form.cleaned_data["what_changed"],
                    now=timezone.now(),
                )
            except stating.Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("The new version holds. The one before is kept."))
                return redirect(before.care)
    context = {"form": form, "care": before.care, "before": before}
    return render(request, "cares/care_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def care_fix(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Put a slip right, on the first day only."""
    last = care_to_read(request.user, pk)
    if request.method != "POST" and not last.can_be_fixed(timezone.now()):
        return redirect("cares:care_edit", pk)
    initial = {"text": last.text, "because": last.because}
    form = FixForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            words = form.cleaned_data
            try:
                stating.fix(owner=request.user, care=pk, now=timezone.now(), **words)
            except stating.Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("Saved."))
                return redirect(last.care)
    return render(request, "cares/care_fix.html", {"form": form, "care": last.care}, status=status)


@require_POST
def care_hold(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Note that it still holds today."""
    today = care_to_read(request.user, pk)
    try:
        stating.still_holds(owner=request.user, care=pk, now=timezone.now())
    except stating.Refused as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, _("Noted: today it still holds."))
    return redirect(today.care)


@require_http_methods(["GET", "HEAD", "POST"])
def care_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then let go of all of it; for 30 days it can be taken back from the list."""
    today = care_to_read(request.user, pk)
    if request.method == "POST":
        letting_go.let_go(owner=request.user, care=pk, now=timezone.now())
        words = _("“%(name)s” is let go of. For 30 days you can take it back, below.")
        messages.success(request, words % {"name": today.care.label})
        return redirect("cares:care_list")
    return render(request, "cares/care_delete.html", {"care": today.care})


@require_POST
def care_take_back(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Have it again, as it was."""
    care = letting_go.take_back(owner=request.user, care=pk)
    messages.success(request, _("It is here again, as it was."))
    return redirect(care)
