"""When one last heard from somebody: the newest of all that says so."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max

from apps.accounts.models import User
from apps.people.models import Contact


def note_word(owner: User, person: UUID, now: datetime) -> None:
    """Note that a word came from somebody today; a second one of the same day is the same line."""
    today = owner.today(now)
    if not Contact.objects.for_user(owner).filter(person=person, day=today).exists():
        Contact.objects.create(owner=owner, person_id=person, day=today, how=Contact.How.MESSAGE)


def last_heard(
    owner: User, people: Collection[UUID], *extra: Mapping[UUID, date]
) -> dict[UUID, date]:
    """The last day each of these people was heard from; nobody else, and none never heard from.

    One query of the log. Apps to the right know of other ways to hear from somebody (a promise
    they answered): they hand in what they know, person to day, and the newest day counts. An entry
    that names somebody is no word from them and never handed in.
    """
    log = Contact.objects.for_user(owner).filter(person__in=people)
    found: dict[UUID, date] = dict(log.order_by().values_list("person").annotate(newest=Max("day")))
    return newest(found, *extra, among=people)


def newest(*known: Mapping[UUID, date], among: Collection[UUID]) -> dict[UUID, date]:
    """Of several mappings of people to days, the newest day of each of these people."""
    return {
        person: max(days)
        for person in among
        if (days := [days[person] for days in known if person in days])
    }
