"""Letting people come in from an address book: a file, a look at what it would do, and then yes."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from apps.accounts.http import SignedInRequest
from apps.core.http import get_owned
from apps.people import cards, importing
from apps.people.forms import TOO_LARGE, CardFileForm
from apps.people.models import CardImport

NOT_CARDS: dict[str, Any] = {
    "large": TOO_LARGE,
    "many": _("There are more than 5,000 cards in this file. Export it in parts."),
    "none": _("There is no card in this file. Export your contacts as vCard (.vcf)."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def import_create(request: SignedInRequest) -> HttpResponse:
    """Hand in a file of cards. Nothing comes in before its owner has looked at it."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CardFileForm(*sent)
    if request.method == "POST" and form.is_valid():
        try:
            found = cards.read(form.cleaned_data["file"])
        except cards.NotCards as problem:
            form.add_error("file", NOT_CARDS[problem.reason])
        else:
            return redirect(importing.keep(owner=request.user, found=found))
    return render(
        request, "people/import_create.html", {"form": form}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def import_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What would come in; by a form, letting it."""
    waiting = get_owned(CardImport.objects.all(), request.user, pk)
    if request.method == "POST":
        if importing.apply(owner=request.user, import_id=pk, now=timezone.now()) is None:
            raise Http404
        return redirect(waiting)
    plan = None if waiting.applied_at else importing.plan(request.user, waiting)
    unread = [(number, cards.REASONS[reason]) for number, reason in waiting.unread]
    context = {
        "waiting": waiting,
        "plan": plan,
        "counts": plan.counts if plan else waiting.outcome,
        "unread": unread[: importing.SHOWN],
        "unread_count": len(unread),
    }
    return render(request, "people/import_detail.html", context)
