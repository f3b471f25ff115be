"""The two small answers to a line on Today: one heard from somebody, or not this week."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.http import SignedInRequest
from apps.core.htmx import announce, target_of
from apps.core.http import get_owned
from apps.core.models import OwnedQuerySet
from apps.people.models import Contact, Person
from apps.people.rhythm import WEEK
from apps.people.today import lines_of

# The part of the page of today that is about people.
LINES = "people-today"


@require_POST
def person_heard(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Note that one heard from somebody today. Twice on a day is once."""
    today = request.user.today(timezone.now())
    with transaction.atomic():
        person = get_owned(_within_reach().select_for_update(), request.user, pk)
        log = Contact.objects.for_user(request.user).filter(person=person, day=today)
        if not log.exists():
            Contact.objects.create(owner=request.user, person=person, day=today)
    messages.success(request, _("It is noted that you heard from %(name)s.") % {"name": person})
    return _answer(request, person)


@require_POST
def person_snooze(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """No line about them for a week."""
    with transaction.atomic():
        person = get_owned(_within_reach().select_for_update(), request.user, pk)
        person.snoozed_until = request.user.today(timezone.now()) + WEEK
        person.save(update_fields=["snoozed_until", "updated_at"])
    messages.success(request, _("No line about %(name)s this week.") % {"name": person})
    return _answer(request, person)


def _within_reach() -> OwnedQuerySet[Person]:
    return Person.objects.exclude(kind=Person.Kind.PICTURED)


def _answer(request: SignedInRequest, person: Person) -> HttpResponse:
    if target_of(request) != LINES:
        return redirect(person)
    day = request.user.today(timezone.now())
    context = {"lines": lines_of(request.user, day), "day": day, "focus": True}
    return announce(render(request, "people/_today.html", context), "personChanged")
