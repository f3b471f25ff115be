"""The cards: all of the deck, and those somebody wrote themselves."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.http import SignedInRequest
from apps.cares.deck import deck
from apps.cares.models import OwnCard
from apps.cares.values_forms import OwnCardForm
from apps.core.http import get_owned


@require_safe
def card_list(request: SignedInRequest) -> HttpResponse:
    """Every card: one's own first, then the deck by name."""
    own = list(OwnCard.objects.for_user(request.user).order_by("id"))
    context = {
        "own": [card for card in own if card.set_aside_at is None],
        "set_aside": [card for card in own if card.set_aside_at is not None],
        "deck": sorted(deck(), key=lambda card: card.name),
        "first": {card.id for card in deck(only_first=True)},
    }
    return render(request, "values/card_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def card_create(request: SignedInRequest) -> HttpResponse:
    """Write a card of one's own. It comes into every open sort."""
    form = OwnCardForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The card is there, and comes along in every sort."))
        return redirect("values:card_list")
    context = {"form": form}
    return render(request, "values/card_create.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def card_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Put a card of one's own better."""
    card = get_owned(OwnCard.objects.all(), request.user, pk)
    keeps = card.places.filter(owner=request.user, sort__finished_at__isnull=False).exists()
    form = OwnCardForm(request.POST or None, user=request.user, instance=card, keeps_name=keeps)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("values:card_list")
    context = {"form": form, "card": card}
    return render(request, "values/card_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def card_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then let a card go; one that lies in a sort is set aside and stays there."""
    card = get_owned(OwnCard.objects.all(), request.user, pk)
    lies = card.places.filter(owner=request.user).exists()
    if request.method == "POST":
        if lies:
            card.set_aside_at = timezone.now()
            card.save()
            messages.success(request, _("The card is set aside. It stays where it was sorted."))
        else:
            card.delete()
            messages.success(request, _("The card is gone."))
        return redirect("values:card_list")
    return render(request, "values/card_delete.html", {"card": card, "lies": lies})


@require_http_methods(["POST"])
def card_restore(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A card that was set aside comes along again."""
    card = get_owned(OwnCard.objects.all(), request.user, pk)
    card.set_aside_at = None
    card.save()
    return redirect("values:card_list")
