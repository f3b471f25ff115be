"""Sorting cards: one at a time or ten, the order of ten, two sorts beside each other."""

from itertools import pairwise
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.http import SignedInRequest
from apps.cares import card_sorting
from apps.cares.deck import deck, own_cards
from apps.cares.models import PairRun, ValueSort
from apps.cares.models.sort import MOST_RANKED
from apps.cares.slopes import compare
from apps.cares.values_forms import PlaceForm, RankForm, SortBeginForm, TenForm
from apps.core.htmx import page_or_fragment, target_of
from apps.core.http import get_owned

AT_ONCE = 10
# More sorts than anybody makes, and as many as a page shows.
MOST_SORTS = 60


@require_safe
def sort_list(request: SignedInRequest) -> HttpResponse:
    """Every sort, the latest first, and what was thrown away and can be taken back."""
    sorts = ValueSort.objects.for_user(request.user).order_by("-begun_on", "-id")[:MOST_SORTS]
    found = list(sorts)
    kept = [sort for sort in found if sort.thrown_at is None]
    finished = [sort for sort in kept if sort.is_finished]
    context = {
        "open": [sort for sort in kept if not sort.is_finished],
        "finished": finished,
        "pairs": list(pairwise(finished)),
        "thrown": [sort for sort in found if sort.thrown_at is not None],
        "own": own_cards(request.user),
    }
    return render(request, "values/sort_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def sort_create(request: SignedInRequest) -> HttpResponse:
    """Begin, with the forty cards or with all."""
    form = SortBeginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        subset = form.cleaned_data["subset"]
        return redirect(card_sorting.begin(owner=request.user, subset=subset, now=timezone.now()))
    context = {"form": form, "own": own_cards(request.user), "count": len(deck())}
    return render(request, "values/sort_create.html", context, status=422 if form.errors else 200)


@require_safe
def sort_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The table with one card in front, that `?card=` names; of a finished sort what came of it."""
    sort = get_owned(ValueSort.objects.filter(thrown_at=None), request.user, pk)
    table = card_sorting.lay_out(sort, request.user)
    if sort.is_finished:
        others = ValueSort.objects.for_user(request.user).filter(
            thrown_at=None, finished_at__isnull=False
        )
        runs = PairRun.objects.for_user(request.user).filter(sort=sort)
        context = {
            "sort": sort,
            "table": table,
            "others": others.exclude(pk=pk).order_by("-finished_at")[:12],
            "runs": runs.order_by("-begun_on", "-id")[:12],
        }
        return render(request, "values/sort_finished.html", context)
    context = _in_front(table, request.GET.get("card", ""))
    return page_or_fragment(
        request, "values/sort_detail.html", "values/_table.html", context, target="table"
    )


@require_POST
def sort_place(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Put a card on a pile, or back among those not looked at."""
    sort = get_owned(ValueSort.objects.filter(thrown_at=None), request.user, pk)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        raise Http404
    card_id, pile = form.cleaned_data["card"], form.cleaned_data["pile"]
    try:
        card_sorting.place(
            owner=request.user, sort_id=pk, piles={card_id: pile}, now=timezone.now()
        )
    except card_sorting.Finished:
        return _is_finished(request, sort)
    table = card_sorting.lay_out(sort, request.user)
    context = _in_front(table, card_id if pile is None else "")
    context |= {"said": table.find(card_id), "pile": pile}
    if target_of(request) != "table":
        again = f"?{urlencode({'card': card_id})}" if pile is None else ""
        return redirect(f"{sort.get_absolute_url()}{again}")
    return render(request, "values/_placed.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def sort_ten(request: SignedInRequest, pk: UUID, number: int) -> HttpResponse:
    """Ten cards of the sort as a plain form; sent, the next ten."""
    sort = get_owned(ValueSort.objects.filter(thrown_at=None), request.user, pk)
    if sort.is_finished:
        return _is_finished(request, sort)
    table = card_sorting.lay_out(sort, request.user)
    every = table.cards
    cards = every[(number - 1) * AT_ONCE : number * AT_ONCE]
    if not cards:
        raise Http404
    last = -(-len(every) // AT_ONCE)
    form = TenForm(request.POST or None, table=table, cards=cards)
    if request.method == "POST" and form.is_valid():
        try:
            card_sorting.place(owner=request.user, sort_id=pk, piles=form.piles, now=timezone.now())
        except card_sorting.Finished:
            return _is_finished(request, sort)
        if number < last:
            return redirect("values:sort_ten", pk, number + 1)
        return redirect("values:sort_top", pk)
    context = {"sort": sort, "form": form, "number": number, "last": last}
    return render(request, "values/sort_ten.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def sort_top(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The ten that matter most, in their order; each button says where a card is to stand."""
    sort = get_owned(ValueSort.objects.filter(thrown_at=None), request.user, pk)
    if sort.is_finished:
        return _is_finished(request, sort)
    if request.method == "POST":
        form = RankForm(request.POST)
        if not form.is_valid():
            raise Http404
        try:
            _rank(request, pk, form.card_and_rank)
        except card_sorting.Finished:
            return _is_finished(request, sort)
    table = card_sorting.lay_out(sort, request.user)
    context = {"sort": sort, "table": table, "is_full": len(table.ranked) >= MOST_RANKED}
    if request.method == "POST" and target_of(request) != "top":
        return redirect("values:sort_top", pk)
    return page_or_fragment(
        request, "values/sort_top.html", "values/_top.html", context, target="top"
    )


def _rank(request: SignedInRequest, pk: UUID, asked: tuple[str, int] | None) -> None:
    if asked is None:
        card_sorting.fill(owner=request.user, sort_id=pk)
        return
    card_id, to = asked
    if not card_sorting.rank(owner=request.user, sort_id=pk, card_id=card_id, to=to):
        messages.info(request, _("There are ten already. Take one out, and this one can come in."))


@require_http_methods(["GET", "HEAD", "POST"])
def sort_finish(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then let the sort be as it is, for good."""
    sort = get_owned(ValueSort.objects.filter(thrown_at=None), request.user, pk)
    if sort.is_finished:
        return redirect(sort)
    if request.method == "POST":
        try:
            done = card_sorting.finish(owner=request.user, sort_id=pk, now=timezone.now())
        except card_sorting.Finished:
            return redirect(sort)
        if done:
            messages.success(request, _("Finished. From now on it stays as it is."))
            return redirect(sort)
        messages.info(request, _("Put at least one card first, then it can be finished."))
        return redirect("values:sort_top", pk)
    table = card_sorting.lay_out(sort, request.user)
    return render(request, "values/sort_finish.html", {"sort": sort, "table": table})


@require_safe
def sort_compare(request: SignedInRequest, pk: UUID, other: UUID) -> HttpResponse:
    """Two finished sorts beside each other, the earlier on the left."""
    sorts = ValueSort.objects.filter(thrown_at=None, finished_at__isnull=False)
    pair = [get_owned(sorts, request.user, each) for each in (pk, other)]
    earlier, later = sorted(pair, key=lambda sort: (sort.finished_at, sort.pk))
    found = [card_sorting.lay_out(sort, request.user).ranked for sort in (earlier, later)]
    orders = [[(card.id, card.name) for card in cards] for cards in found]
    context = {"earlier": earlier, "later": later, "found": compare(*orders)}
    return render(request, "values/sort_compare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def sort_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then throw a sort away; it can be taken back for thirty days."""
    sort = get_owned(ValueSort.objects.filter(thrown_at=None), request.user, pk)
    if request.method == "POST":
        card_sorting.throw_away(sort, timezone.now())
        messages.success(
            request, _("The sort is thrown away. For thirty days you can take it back, below.")
        )
        return redirect("values:sort_list")
    return render(request, "values/sort_delete.html", {"sort": sort})


@require_POST
def sort_restore(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take back a sort that was thrown away."""
    sort = get_owned(ValueSort.objects.exclude(thrown_at=None), request.user, pk)
    card_sorting.take_back(sort)
    messages.success(request, _("The sort is there again, as it was."))
    return redirect(sort)


def _in_front(table: card_sorting.Table, asked: str) -> dict[str, object]:
    """What the table shows: the card that was asked for, or the next that was not looked at."""
    front = table.find(asked) if asked else None
    if front is None:
        front = next(iter(table.left), None)
    is_left = front in table.left
    return {
        "sort": table.sort,
        "table": table,
        "front": front,
        "lies_on": next((it.pile for it in table.lying if it.card == front), None),
        "later": table.after(front) if front and is_left else None,
    }


def _is_finished(request: SignedInRequest, sort: ValueSort) -> HttpResponse:
    messages.info(request, _("This sort is finished, and stays as it is."))
    return redirect(sort)
