"""Making two people one: choose, see what will move, confirm; and taking it back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.http import SignedInRequest
from apps.core.http import get_owned
from apps.core.models import Owned
from apps.people import merging
from apps.people.forms import MergeForm
from apps.people.models import Person, PersonMerge


@require_http_methods(["GET", "HEAD", "POST"])
def person_merge(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Make somebody else one with this person; `?other=` shows first what will move."""
    person = get_owned(Person.objects.all(), request.user, pk)
    asked = request.POST if request.method == "POST" else request.GET
    form = MergeForm(
        asked if "other" in asked or request.method == "POST" else None,
        user=request.user,
        but=pk,
    )
    other = form.cleaned_data["other"] if form.is_valid() else None
    problem = ""
    if request.method == "POST" and other is not None:
        try:
            merging.merge(owner=request.user, kept=pk, gone=other.pk, now=timezone.now())
        except merging.TooMuchText:
            problem = _("Your notes about the two are too long for one. Shorten one of them first.")
        except merging.CannotMerge:
            problem = _("Something points at both of them in a way that only two people can have.")
        else:
            messages.success(
                request,
                _("The two are one now. For 30 days you can take that back on this page."),
            )
            return redirect(person)
    context = {
        "person": person,
        "form": form,
        "other": other,
        "problem": problem,
        "moving": _moving(request, other) if other else [],
        "has_others": form.fields["other"].queryset.exists(),  # type: ignore[attr-defined]
    }
    status = 409 if problem else 422 if form.errors and request.method == "POST" else 200
    return render(request, "people/person_merge.html", context, status=status)


@require_POST
def merge_undo(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Make two people of one again."""
    found = get_owned(PersonMerge.objects.all(), request.user, pk)
    try:
        gone = merging.undo(owner=request.user, merge_id=found.pk, now=timezone.now())
    except merging.TooLate:
        messages.error(request, _("That cannot be taken back any more."))
        return redirect(Person(id=found.kept_id))
    messages.success(request, _("They are two people again."))
    return redirect(gone)


def _moving(request: SignedInRequest, other: Person) -> list[tuple[str, int]]:
    """In words: what of the other will go over, and how many of it."""
    return sorted(
        (capfirst(str(_named(model)._meta.verbose_name_plural)), count)
        for model, count in merging.counts(request.user, other)
    )


def _named(model: type[Model]) -> type[Model]:
    """The model whose name people know: of a link without one of its own, what it leads to."""
    if "verbose_name_plural" in model._meta.original_attrs:
        return model
    targets: list[Any] = [
        field.related_model for field in model._meta.concrete_fields if field.remote_field
    ]
    others = [each for each in targets if issubclass(each, Owned) and each is not Person]
    return others[0] if others else model
