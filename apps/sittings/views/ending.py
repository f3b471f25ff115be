"""The end of a sitting, letting one go, and deleting one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.http import SignedInRequest
from apps.core.http import get_owned
from apps.journal.settling import try_to_settle
from apps.promises.dueness import NoSuchDay
from apps.sittings import beginning
from apps.sittings.ending import (
    Commitment,
    commitment_of,
    finish,
    has_commitment,
    makings_of,
    title_of,
)
from apps.sittings.forms import EndForm
from apps.sittings.models import Sitting
from apps.sittings.reading import Sat, sat
from apps.sittings.saving import Over


@require_http_methods(["GET", "HEAD", "POST"])
def sitting_end(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What will come of it, each with a tick that may be taken away; by a form, the end."""
    whole = sat(request.user, pk)
    if not whole.sitting.is_open:
        return redirect(whole.sitting)
    form = _form(request, whole)
    if request.method == "POST" and form.is_valid():
        try:
            return _finish(request, whole, form)
        except Over:
            return redirect(whole.sitting)
        except NoSuchDay:
            form.add_error("due_on", _("This calendar has no such day."))
    last = whole.places[-1] if whole.places else None
    return render(
        request,
        "sittings/sitting_end.html",
        {"sat": whole, "form": form, "last": last, "asks": has_commitment(whole)},
        status=422 if form.errors else 200,
    )


def _form(request: SignedInRequest, whole: Sat) -> EndForm:
    suggested = commitment_of(whole)
    return EndForm(
        request.POST if request.method == "POST" else None,
        makings=makings_of(whole),
        today=request.user.today(timezone.now()),
        initial={"title": title_of(whole), "what": suggested},
    )


def _finish(request: SignedInRequest, whole: Sat, form: EndForm) -> HttpResponse:
    data = form.cleaned_data
    commitment = Commitment(data["what"], data["due_on"]) if data["commit"] else None
    sitting = finish(
        owner=request.user,
        sat=whole,
        taken=form.taken,
        title=data["title"],
        commitment=commitment,
        now=timezone.now(),
    )
    if sitting.entry_id:
        try_to_settle(request.user, sitting.entry_id)
    return redirect(sitting)


@require_http_methods(["GET", "HEAD", "POST"])
def sitting_let_go(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then go no further with it."""
    sitting = get_owned(Sitting.objects.all(), request.user, pk)
    if not sitting.is_open:
        return redirect(sitting)
    if request.method == "POST":
        beginning.let_go(sitting, timezone.now())
        messages.success(request, _("It rests. What you wrote is still there."))
        return redirect("sittings:sitting_list")
    return render(request, "sittings/sitting_let_go.html", {"sitting": sitting})


@require_POST
def sitting_take_up(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Go on with one that was let go."""
    sitting = get_owned(Sitting.objects.all(), request.user, pk)
    beginning.take_up(sitting)
    return redirect(sitting)


@require_http_methods(["GET", "HEAD", "POST"])
def sitting_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then delete a sitting with its answers. An entry that came of it stays."""
    sitting = get_owned(Sitting.objects.all(), request.user, pk)
    if request.method == "POST":
        sitting.delete()
        messages.success(request, _("It is deleted."))
        return redirect("sittings:sitting_list")
    return render(request, "sittings/sitting_delete.html", {"sitting": sitting})
