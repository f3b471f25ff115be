"""The log of hearing from somebody: all of it, a new line, changing one, letting it go."""

from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.http import SignedInRequest
from apps.core.http import get_owned
from apps.core.models import OwnedQuerySet
from apps.people.forms import ContactForm
from apps.people.models import Contact, Person

PAGE = 50


@require_safe
def contact_list(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The whole log, newest first; `?before=` a line gives what follows it."""
    person = get_owned(Person.objects.all(), request.user, pk)
    log = Contact.objects.for_user(request.user).filter(person=person)
    before = _line(request, log)
    if before:
        older = Q(day__lt=before.day) | Q(day=before.day, id__lt=before.pk)
        log = log.filter(older)
    found = list(log.order_by("-day", "-id")[: PAGE + 1])
    context = {
        "person": person,
        "contacts": found[:PAGE],
        "last": found[PAGE - 1] if len(found) > PAGE else None,
        "is_first": before is None,
    }
    return render(request, "people/contact_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def contact_create(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Note that one heard from somebody."""
    people = Person.objects.exclude(kind=Person.Kind.PICTURED)
    person = get_owned(people, request.user, pk)
    form = ContactForm(
        request.POST or None,
        user=request.user,
        instance=Contact(owner=request.user, person=person),
        initial={"day": request.user.today(timezone.now())},
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect(person)
    context = {"form": form, "person": person}
    return render(
        request, "people/contact_create.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def contact_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Change a line."""
    contact = get_owned(Contact.objects.select_related("person"), request.user, pk)
    form = ContactForm(request.POST or None, user=request.user, instance=contact)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect(contact.person)
    context = {"form": form, "contact": contact, "person": contact.person}
    return render(request, "people/contact_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def contact_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then take a line out of the log."""
    contact = get_owned(Contact.objects.select_related("person"), request.user, pk)
    if request.method == "POST":
        contact.delete()
        return redirect(contact.person)
    context = {"contact": contact, "person": contact.person}
    return render(request, "people/contact_delete.html", context)


def _line(request: SignedInRequest, log: OwnedQuerySet[Contact]) -> Contact | None:
    try:
        asked = UUID(request.GET.get("before", ""))
    except ValueError:
        return None
    return log.filter(pk=asked).first()
