"""People: list, add, see, change, let go. The slice every other noun imitates."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.http import SignedInRequest
from apps.accounts.models import User
from apps.core.htmx import announce, page_or_fragment, target_of
from apps.core.http import get_owned
from apps.core.templatetags.core import dom_id
from apps.core.text import fold
from apps.people.forms import ContactForm, DateForm, NewConcernForm, PersonForm, PersonRowForm
from apps.people.hearing import last_heard
from apps.people.merging import latest_of
from apps.people.models import (
    Circle,
    CircleMember,
    Concern,
    Contact,
    Person,
    PersonDate,
    PersonMerge,
)
from apps.people.rhythm import coming, rhythm_of

# A person's page shows so many of each; the log has a page of its own for the rest.
CONCERNS_SHOWN = 100
CONTACTS_SHOWN = 8
DATES_SHOWN = 50


@require_safe
def person_list(request: SignedInRequest) -> HttpResponse:
    """Everybody by name, or those of `?circle=`. Sorted here: people do not sort by code point."""
    circles = sorted(Circle.objects.for_user(request.user), key=lambda circle: circle.key)
    asked = request.GET.get("circle", "")
    circle = next((circle for circle in circles if str(circle.pk) == asked), None)
    people = Person.objects.for_user(request.user).only("owner_id", "name", "kind", "how_known")
    if circle:
        members = CircleMember.objects.for_user(request.user).filter(circle=circle)
        people = people.filter(pk__in=members.values("person"))
    return render(
        request,
        "people/person_list.html",
        {
            "people": sorted(people, key=lambda person: fold(person.name)),
            "circles": circles,
            "circle": circle,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def person_create(request: SignedInRequest) -> HttpResponse:
    """Add somebody."""
    form = PersonForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            person = form.save()
        messages.success(request, _("%(name)s is here now.") % {"name": person.name})
        return announce(redirect(person), "personChanged")
    return render(request, "people/person_create.html", {"form": form}, status=_status(form))


@dataclass(frozen=True)
class Portrait:
    """Somebody's page: what is known of them, and the small forms to add to it."""

    person: Person
    circles: list[Circle]
    rhythm: int | None
    concerns: list[Concern]
    former: list[Concern]
    contacts: list[Contact]
    has_more: bool
    heard_on: date | None
    dates: list[PersonDate]
    merge: PersonMerge | None
    concern_form: NewConcernForm
    contact_form: ContactForm
    date_form: DateForm


@require_safe
def person_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One person; also the row of the list, for whoever changed their mind about changing it."""
    person = get_owned(Person.objects.all(), request.user, pk)
    row = dom_id(person, "row")
    context: dict[str, Any] = {"person": person}
    if target_of(request) != row:
        context["portrait"] = _portrait(request.user, person)
    return page_or_fragment(
        request, "people/person_detail.html", "people/_person_row.html", context, target=row
    )


def _portrait(user: User, person: Person) -> Portrait:
    """Six queries of one person's rows."""
    now = timezone.now()
    today = user.today(now)
    members = CircleMember.objects.for_user(user).filter(person=person).select_related("circle")
    circles = sorted((member.circle for member in members), key=lambda circle: circle.key)
    rhythms = [circle.rhythm_weeks for circle in circles if circle.rhythm_weeks is not None]
    concerns = list(
        Concern.objects.for_user(user)
        .filter(person=person)
        .order_by("-said_on", "-id")[:CONCERNS_SHOWN]
    )
    log = Contact.objects.for_user(user).filter(person=person).order_by("-day", "-id")
    contacts = list(log[: CONTACTS_SHOWN + 1])
    dates = PersonDate.objects.for_user(user).filter(person=person)[:DATES_SHOWN]
    new = {"user": user}
    return Portrait(
        person=person,
        circles=circles,
        rhythm=None if person.is_pictured else rhythm_of(person.rhythm_weeks, rhythms),
        concerns=[concern for concern in concerns if concern.is_current],
        former=[concern for concern in concerns if not concern.is_current],
        contacts=contacts[:CONTACTS_SHOWN],
        has_more=len(contacts) > CONTACTS_SHOWN,
        heard_on=last_heard(user, [person.pk]).get(person.pk),
        dates=sorted(dates, key=lambda row: coming(row.month, row.day, today)),
        merge=latest_of(user, person.pk, now),
        concern_form=NewConcernForm(**new, auto_id="concern-%s", initial={"said_on": today}),
        contact_form=ContactForm(**new, auto_id="contact-%s", initial={"day": today}),
        date_form=DateForm(**new, auto_id="date-%s"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Change what is written about somebody, on a page of its own or in their row of the list."""
    person = get_owned(Person.objects.all(), request.user, pk)
    row = dom_id(person, "row")
    # The row asks for less, and says so: what it did not ask must not be emptied.
    is_row = target_of(request) == row or request.POST.get("part") == "row"
    # Several rows may be open at once: each form has ids of its own.
    kind: type[PersonRowForm | PersonForm] = PersonRowForm if is_row else PersonForm
    form = kind(request.POST or None, instance=person, user=request.user, auto_id=f"{row}-%s")
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
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
    is_held = False
    if request.method == "POST":
        try:
            with transaction.atomic():
                person.delete()
        except (ProtectedError, RestrictedError):
            is_held = True
        else:
            messages.success(request, _("%(name)s is no longer listed.") % {"name": person.name})
            return redirect("people:person_list")
    return render(
        request,
        "people/person_delete.html",
        {"person": person, "is_held": is_held},
        status=409 if is_held else 200,
    )


def _status(form: PersonForm | PersonRowForm) -> int:
    return 422 if form.is_bound else 200
