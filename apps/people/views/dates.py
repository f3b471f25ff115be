"""Days of the year that belong to somebody: note one, change it, let it go."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from apps.accounts.http import SignedInRequest
from apps.core.http import get_owned
from apps.people.forms import DateForm
from apps.people.models import Person, PersonDate


@require_http_methods(["GET", "HEAD", "POST"])
def date_create(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Note a day of theirs."""
    person = get_owned(Person.objects.all(), request.user, pk)
    new = PersonDate(owner=request.user, person=person)
    form = DateForm(request.POST or None, user=request.user, instance=new)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect(person)
    context = {"form": form, "person": person}
    return render(request, "people/date_create.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def date_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Change a day."""
    row = get_owned(PersonDate.objects.select_related("person"), request.user, pk)
    form = DateForm(request.POST or None, user=request.user, instance=row)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect(row.person)
    context = {"form": form, "row": row, "person": row.person}
    return render(request, "people/date_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def date_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then take a day off the page."""
    row = get_owned(PersonDate.objects.select_related("person"), request.user, pk)
    if request.method == "POST":
        row.delete()
        return redirect(row.person)
    return render(request, "people/date_delete.html", {"row": row, "person": row.person})
