"""Making a promise of a sentence: the entry gives the words, the promise keeps them."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.http import SignedInRequest
from apps.core.http import get_owned
from apps.journal.models import Entry
from apps.journal.sentences import sentences
from apps.journal.sorting import tie_to_promise
from apps.promises.beginnings import BEGINNINGS, begin
from apps.promises.models.promise import WHAT_LENGTH


@require_http_methods(["GET", "HEAD", "POST"])
def entry_promise(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """First which sentence, and how it began; then the promise, which the entry is about.

    The address holds the number of the sentence (`?sentence=`) and the way (`?how=`), no words.
    """
    entry = get_owned(Entry.objects.kept(), request.user, pk)
    found = sentences(entry.body)
    asked = request.POST.get("how") or request.GET.get("how", "")
    if not asked:
        return render(
            request,
            "journal/entry_promise.html",
            {"entry": entry, "sentences": found, "beginnings": BEGINNINGS.values()},
        )
    if asked not in BEGINNINGS:
        raise Http404
    beginning = BEGINNINGS[asked]
    form = beginning.form(
        request.POST if request.method == "POST" else None,
        user=request.user,
        now=timezone.now(),
        with_person=not beginning.is_to_self,
        is_binding=beginning.is_to_self,
        initial={"what": _chosen(request, found)[:WHAT_LENGTH]},
    )
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            promise = begin(request.user, beginning, form)
            tie_to_promise(entry, promise)
        messages.success(request, _("It is written down."))
        return redirect(promise)
    return render(
        request,
        "journal/entry_promise.html",
        {"entry": entry, "form": form, "beginning": beginning},
        status=422 if form.is_bound else 200,
    )


def _chosen(request: SignedInRequest, found: list[str]) -> str:
    """The sentence of that number; "" for none."""
    try:
        return found[int(request.GET.get("sentence", ""))]
    except (ValueError, IndexError):
        return ""
