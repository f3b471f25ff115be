"""How promises hang together: tying two, and letting them go again."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.http import SignedInRequest
from apps.core.http import get_owned
from apps.promises import handing_on
from apps.promises.forms.together import LinkForm
from apps.promises.models import Promise, PromiseLink
from apps.promises.moving import as_owner, turn
from apps.promises.states import Illegal


@require_http_methods(["GET", "HEAD", "POST"])
def link_create(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Tie a promise to another of one's own."""
    promise = get_owned(Promise.objects.with_person(), request.user, pk)
    form = LinkForm(request.POST or None, promise=promise, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            tie(form, promise)
        except handing_on.Circle as circle:
            form.add_error(None, str(circle))
        except Illegal:
            form.add_error(None, _("It is owed already, so it waits for nothing."))
        else:
            messages.success(request, _("They hang together now."))
            return redirect(promise)
    return render(
        request,
        "promises/link_create.html",
        {"form": form, "promise": promise},
        status=422 if form.is_bound else 200,
    )


def tie(form: LinkForm, promise: Promise) -> None:
    """Tie the two as the form says. Raises Circle, and Illegal for what is owed already."""
    source, kind, target = form.ends()
    if kind != PromiseLink.Kind.DEPENDS_ON:
        handing_on.link(source, kind, target, **form.more())
        return
    role = next(iter(promise.owner_roles))
    with turn(promise.owner_id, promise.pk, as_owner(promise, role), timezone.now()) as it:
        handing_on.wait_for(it, target, until=form.more()["until"])


@require_http_methods(["GET", "HEAD", "POST"])
def link_delete(request: SignedInRequest, pk: UUID, link: UUID) -> HttpResponse:
    """Ask first, then let two promises go their own ways. What happened stays noted."""
    promise = get_owned(Promise.objects.with_person(), request.user, pk)
    row = get_owned(PromiseLink.objects.select_related("source", "target"), request.user, link)
    if promise.pk not in {row.source_id, row.target_id}:
        raise Http404
    if request.method == "POST":
        try:
            handing_on.unlink(row)
        except Illegal:
            messages.info(request, _("This is part of what happened, and stays."))
        else:
            messages.success(request, _("They no longer hang together."))
        return redirect(promise)
    return render(request, "promises/link_delete.html", {"link": row, "promise": promise})
