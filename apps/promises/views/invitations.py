"""The owner's side of links: which there are, a new one, what they show, taking one back."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.http import SignedInRequest
from apps.accounts.limits import is_over
from apps.accounts.views.limits import too_many
from apps.core.http import get_owned
from apps.core.models import new_id
from apps.core.periods import zone
from apps.promises import inviting, letters, shown
from apps.promises.forms.invitations import InvitationForm
from apps.promises.models import Invitation, Promise
from apps.promises.moving import Refused
from apps.promises.states import State
from apps.promises.views.recipient import Look, context_of, language_of, options_of, zone_of


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_list(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The links of one promise, and making another. One of the same purpose takes its place."""
    promise = get_owned(Promise.objects.select_related("person", "owner"), request.user, pk)
    now = timezone.now()
    purposes = inviting.purposes(promise)
    language = translation.get_language() or ""
    form = InvitationForm(
        purposes,
        language_of(promise) or language,
        request.POST or None,
        initial={"email": promise.person.email if promise.person else ""},
    )
    if request.method == "POST" and form.is_valid():
        if form.post and is_over("letter", str(request.user.pk), now):
            return too_many(request)
        try:
            is_sent = _make(promise, form, now)
        except Refused as why:
            form.add_error("email" if form.post else None, str(why))
        else:
            messages.success(
                request,
                _("The link is made, and a letter with it is on its way.")
                if is_sent
                else _("The link is made. It is below, to copy or to send."),
            )
            return redirect("promises:invitation_list", pk=pk)
    context = {
        "promise": promise,
        "form": form,
        "purposes": purposes,
        "rows": [
            _row(promise, it, request, now) for it in inviting.of_promise(request.user.pk, pk)
        ],
    }
    status = 422 if form.is_bound else 200
    return render(request, "promises/invitation_list.html", context, status=status)


@require_safe
def invitation_preview(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What they see, word for word: their own page, with nothing that can be sent."""
    promise = get_owned(Promise.objects.select_related("person", "owner"), request.user, pk)
    if State(promise.state) is State.DRAFT or promise.guest_role is None:
        raise Http404
    now = timezone.now()
    newest = Invitation.objects.for_user(request.user).filter(promise=promise, revoked_at=None)
    invitation = newest.order_by("-created_at", "-id").first()
    ground = shown.ground(promise, now)
    with translation.override(language_of(promise) or translation.get_language()):
        look = Look(translation.get_language() or "", zone_of(promise, ground.table.due_zone))
        page = shown.shown(ground, look.zone, invitation)
        context = context_of(
            page,
            options_of(ground, look),
            invitation.pk if invitation else new_id(),
            is_preview=True,
        )
        context["back"] = promise
        return render(request, "promises/recipient/promise_answer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_revoke(request: SignedInRequest, pk: UUID, invitation_pk: UUID) -> HttpResponse:
    """Ask first, then let a link open nothing any more."""
    promise = get_owned(Promise.objects.all(), request.user, pk)
    links = Invitation.objects.filter(promise=promise)
    invitation = get_owned(links, request.user, invitation_pk)
    if request.method == "POST":
        inviting.revoke(invitation, timezone.now())
        messages.success(request, _("The link is taken back: it opens nothing any more."))
        return redirect("promises:invitation_list", pk=pk)
    context = {"promise": promise, "invitation": invitation}
    return render(request, "promises/invitation_revoke.html", context)


@transaction.atomic
def _make(promise: Promise, form: InvitationForm, now: datetime) -> bool:
    """The link and its letter, or neither; says whether a letter goes out."""
    post = form.post
    invitation, _secret = inviting.make(promise, form.cleaned_data["purpose"], post, now)
    return letters.send_first(invitation, now) if post else False


def _row(
    promise: Promise, invitation: Invitation, request: SignedInRequest, now: datetime
) -> dict[str, object]:
    """A link as its owner sees it: for what, until when, used or not. Never whether it was opened:
    nobody knows that.
    """
    wall = zone(request.user.time_zone)
    is_open = invitation.is_open(now) and promise.person_id == invitation.person_id
    used = invitation.last_used_at
    return {
        "invitation": invitation,
        "is_open": is_open,
        "until": invitation.expires_at.astimezone(wall).date(),
        "used_on": used.astimezone(wall).date() if used else None,
        "letters": [letter.sent_at.astimezone(wall).date() for letter in invitation.letters.all()],
        "url": inviting.url_of(invitation) if is_open else "",
        "letter": letters.written(promise, invitation, by_owner=True) if is_open else None,
    }
