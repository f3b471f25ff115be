"""People: list, add, see, change, let go. The slice every other noun imitates."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.http import SignedInRequest
from apps.core.htmx import announce, page_or_fragment, target_of
from apps.core.http import get_owned
from apps.core.templatetags.core import dom_id
from apps.core.text import fold
from apps.people.forms import PersonForm
from apps.people.models import Person


@require_safe
def person_list(request: SignedInRequest) -> HttpResponse:
    """Everybody, by name. Sorted here: the database sorts by code point, people do not."""
    people = sorted(Person.objects.for_user(request.user), key=lambda person: fold(person.name))
    return render(request, "people/person_list.html", {"people": people})


@require_http_methods(["GET", "HEAD", "POST"])
def person_create(request: SignedInRequest) -> HttpResponse:
    """Add somebody."""
    form = PersonForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        person = form.save()
        messages.success(request, _("%(name)s is here now.") % {"name": person.name})
        return announce(redirect(person), "personChanged")
    return render(request, "people/person_create.html", {"form": form}, status=_status(form))


@require_safe
def person_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One person; also the row of the list, for whoever changed their mind about changing it."""
    person = get_owned(Person.objects.all(), request.user, pk)
    return page_or_fragment(
        request,
        "people/person_detail.html",
        "people/_person_row.html",
        {"person": person},
        target=dom_id(person, "row"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Change what is written about somebody, on a page of its own or in their row of the list."""
    person = get_owned(Person.objects.all(), request.user, pk)
    row = dom_id(person, "row")
    # Several rows may be open at once: each form has ids of its own.
    form = PersonForm(request.POST or None, instance=person, user=request.user, auto_id=f"{row}-%s")
    if request.method == "POST" and form.is_valid():
        form.save()
        if target_of(request) == row:
            return announce(
                render(request, "people/_person_row.html", {"person": person, "focus": True}),
                "personChanged",
            )
        messages.success(request, _("Saved."))
        return redirect(person)
    if form.is_bound:
        person.refresh_from_db()
    return page_or_fragment(
        request,
        "people/person_edit.html",
        "people/_person_row_form.html",
        {"form": form, "person": person},
        target=row,
        status=_status(form),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def person_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then take the person off the list. What was written about them stays written."""
    person = get_owned(Person.objects.all(), request.user, pk)
    if request.method == "POST":
        person.delete()
        messages.success(request, _("%(name)s is no longer listed.") % {"name": person.name})
        return redirect("people:person_list")
    return render(request, "people/person_delete.html", {"person": person})


def _status(form: PersonForm) -> int:
    return 422 if form.is_bound else 200
