"""What the journal has about somebody, for pages of other apps."""

from typing import Any

from django import template

from apps.accounts.models import User
from apps.core.statements import Statement
from apps.journal.models import Entry, EntryPerson, EntryQuerySet
from apps.people.models import Person

register = template.Library()
LATEST = 3


@register.simple_tag
def latest_about(user: User, person: Person) -> list[Entry]:
    """The three latest entries about this person, as rows; one query."""
    return _latest_about(owner=user.pk, person=person.pk)


@Statement
def _latest_about(owner: Any, person: Any) -> EntryQuerySet:
    links = EntryPerson.objects.filter(owner=owner, person=person)
    about = Entry.objects.filter(owner=owner, pk__in=links.values("entry"))
    return about.kept().as_rows().newest_first()[:LATEST]
