"""This or that: begin, one question at a time, the last taken back, the order, two orders."""

from itertools import pairwise
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.http import SignedInRequest
from apps.cares import choosing, pairing
from apps.cares.models import OwnCard, PairRun
from apps.cares.slopes import compare
from apps.cares.values_forms import RunBeginForm
from apps.core.htmx import target_of
from apps.core.http import get_owned
from apps.core.models import OwnedQuerySet

MOST_RUNS = 60


class ChooseForm(forms.Form):
    """The two that were asked about, and the one that was chosen, or nothing."""

    a = forms.UUIDField()
    b = forms.UUIDField()
    chosen = forms.UUIDField(required=False)


class PickForm(forms.Form):
    """The choice that is taken back."""

    pick = forms.UUIDField()


@require_safe
def run_list(request: SignedInRequest) -> HttpResponse:
    """Every run, the latest first."""
    runs = list(_runs().for_user(request.user).order_by("-begun_on", "-id")[:MOST_RUNS])
    finished = [run for run in runs if run.is_finished]
    context = {
        "open": [run for run in runs if not run.is_finished],
        "finished": finished,
        "pairs": list(pairwise(finished)),
        "sort": choosing.last_finished(request.user),
    }
    return render(request, "values/run_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def run_create(request: SignedInRequest) -> HttpResponse:
    """Begin a run with the cards of the sort that was finished last."""
    sort = choosing.last_finished(request.user)
    cards = choosing.cards_of(sort, request.user) if sort else []
    form = RunBeginForm(request.POST or None)
    is_enough = len(cards) >= choosing.FEWEST
    if request.method == "POST" and form.is_valid() and sort and is_enough:
        kind = form.cleaned_data["kind"]
        return redirect(
            choosing.begin(owner=request.user, sort=sort, kind=kind, now=timezone.now())
        )
    context = {
        "form": form,
        "sort": sort,
        "cards": [it.card for it in cards],
        "is_enough": is_enough,
        "short": pairing.most_of_short(len(cards)),
        "round": pairing.most_of_round(len(cards)),
    }
    is_bad = request.method == "POST"
    return render(request, "values/run_create.html", context, status=422 if is_bad else 200)


@require_safe
def run_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The next question; when nothing is left to ask, the order and how settled it is."""
    run = get_owned(_runs(), request.user, pk)
    return _shown(request, run)


@require_POST
def run_choose(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """This, that, or neither."""
    run = get_owned(_runs(), request.user, pk)
    form = ChooseForm(request.POST)
    if not form.is_valid():
        raise Http404
    data = form.cleaned_data
    try:
        choosing.choose(
            owner=request.user,
            run_id=pk,
            pair=(data["a"], data["b"]),
            chosen=data["chosen"],
            now=timezone.now(),
        )
    except choosing.Finished:
        messages.info(request, _("This order is kept, and stays as it is."))
    return _next(request, run)


@require_POST
def run_undo(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take the last choice back."""
    run = get_owned(_runs(), request.user, pk)
    form = PickForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        choosing.take_back(
            owner=request.user, run_id=pk, pick_id=form.cleaned_data["pick"], now=timezone.now()
        )
    except choosing.Finished:
        messages.info(request, _("This order is kept, and stays as it is."))
    return _next(request, run)


@require_POST
def run_finish(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Keep the order, for good."""
    run = get_owned(_runs(), request.user, pk)
    try:
        done = choosing.finish(owner=request.user, run_id=pk, now=timezone.now())
    except choosing.Finished:
        return redirect(run)
    if done:
        messages.success(request, _("Kept. From now on it stays as it is."))
    return redirect(run)


@require_safe
def run_compare(request: SignedInRequest, pk: UUID, other: UUID) -> HttpResponse:
    """Two orders beside each other, the earlier on the left."""
    runs = {run.pk: run for run in _finished().for_user(request.user).filter(pk__in=(pk, other))}
    if runs.keys() != {pk, other}:
        raise Http404
    earlier, later = sorted((runs[pk], runs[other]), key=lambda run: (run.finished_at, run.pk))
    own = list(OwnCard.objects.for_user(request.user))
    found = [choosing.lay_out(run, request.user, own).order for run in (earlier, later)]
    orders = [[(it.card.id, it.card.name) for it in order] for order in found]
    context = {"earlier": earlier, "later": later, "found": compare(*orders)}
    return render(request, "values/run_compare.html", context)


def _runs() -> OwnedQuerySet[PairRun]:
    return PairRun.objects.filter(sort__thrown_at=None).select_related("sort")


def _finished() -> OwnedQuerySet[PairRun]:
    return _runs().filter(finished_at__isnull=False)


def _next(request: SignedInRequest, run: PairRun) -> HttpResponse:
    """The next question in the place of the last one; the whole page where none is left."""
    found = choosing.lay_out(run, request.user)
    if target_of(request) != "question" or found.question is None:
        return redirect(run)
    context = {"run": run, "found": found, "question": found.question, "is_answer": True}
    return render(request, "values/_question.html", context)


def _shown(request: SignedInRequest, run: PairRun) -> HttpResponse:
    found = choosing.lay_out(run, request.user)
    if found.question is None:
        others = _finished().for_user(request.user).exclude(pk=run.pk)
        context = {"run": run, "found": found, "others": others.order_by("-finished_at")[:12]}
        return render(request, "values/run_order.html", context)
    context = {"run": run, "found": found, "question": found.question}
    return render(request, "values/run_detail.html", context)
