"""What matters to somebody: note it, change it, let it go."""

from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.accounts.http import SignedInRequest
from apps.core.http import get_owned
from apps.people.forms import ConcernForm, NewConcernForm
from apps.people.models import Concern, Person


@require_http_methods(["GET", "HEAD", "POST"])
def concern_create(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Note what somebody said matters to them."""
    person = get_owned(Person.objects.all(), request.user, pk)
    form = NewConcernForm(
        request.POST or None,
        user=request.user,
        instance=Concern(owner=request.user, person=person),
        initial={"said_on": request.user.today(timezone.now())},
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect(person)
    context = {"form": form, "person": person}
    return render(
        request, "people/concern_create.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def concern_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Change it, or say since when it no longer matters."""
    concern = get_owned(Concern.objects.select_related("person"), request.user, pk)
    form = ConcernForm(request.POST or None, user=request.user, instance=concern)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect(concern.person)
    context = {"form": form, "concern": concern, "person": concern.person}
    return render(request, "people/concern_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def concern_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then take it off the page."""
    concern = get_owned(Concern.objects.select_related("person"), request.user, pk)
    is_held = False
    if request.method == "POST":
        try:
            with transaction.atomic():
                concern.delete()
        except (ProtectedError, RestrictedError):
            is_held = True
        else:
            return redirect(concern.person)
    context = {"concern": concern, "person": concern.person, "is_held": is_held}
    return render(request, "people/concern_delete.html", context, status=409 if is_held else 200)
