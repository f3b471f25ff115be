"""Once it is over: how it was for oneself, and what makes good."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.http import SignedInRequest
from apps.core.http import get_owned
from apps.promises import closing, handing_on
from apps.promises.forms.looking_back import OwnViewForm, RepairForm
from apps.promises.models import Promise
from apps.promises.moving import as_owner, turn
from apps.promises.states import Illegal
from apps.promises.wanting import Wanted


@require_http_methods(["GET", "HEAD", "POST"])
def own_view_create(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """How it was for oneself: beside the other's word, never merged with it, seen by nobody."""
    promise = get_owned(Promise.objects.with_person(), request.user, pk)
    form = OwnViewForm(request.POST or None)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        role = next(iter(promise.owner_roles))
        try:
            with turn(request.user.pk, pk, as_owner(promise, role), timezone.now()) as it:
                closing.assess_own(it, **form.cleaned_data)
        except Illegal:
            form.add_error(None, _("It goes on still; look back once it is done or over."))
            status = 409
        else:
            messages.success(request, _("Noted, for you alone."))
            return redirect(promise)
    return render(
        request, "promises/own_view_create.html", {"form": form, "promise": promise}, status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
def repair_create(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Say what was not kept, and begin what makes it good. The old one stays as it is."""
    promise = get_owned(Promise.objects.with_person(), request.user, pk)
    form = RepairForm(request.POST or None)
    status = 422 if form.is_bound else 200
    if not handing_on.needs_repair(promise):
        messages.info(request, _("There is nothing to make good here."))
        return redirect(promise)
    if request.method == "POST" and form.is_valid():
        draft = handing_on.repair(
            promise,
            acknowledgement=form.cleaned_data["acknowledgement"],
            cost=form.cleaned_data["cost"],
            wanted=Wanted(what=form.cleaned_data["what"], due_zone=promise.due_zone),
            now=timezone.now(),
        )
        messages.success(request, _("A draft is written. Offer it when it reads right."))
        return redirect(draft)
    return render(
        request, "promises/repair_create.html", {"form": form, "promise": promise}, status=status
    )
