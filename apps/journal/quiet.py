"""Whom of the people with a promise nobody has written about for a while."""

from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery

from apps.accounts.models import User
from apps.journal.models import EntryPerson
from apps.people.models import Person
from apps.promises.models import Promise

QUIET_AFTER = timedelta(days=30)
MOST = 60


class Quiet(NamedTuple):
    """Somebody with a promise under way, and since how many whole weeks nobody wrote about them."""

    person: UUID
    name: str
    weeks: int


def quiet_people(user: User, day: date) -> list[Quiet]:
    """The people of promises under way whom no entry has been about for thirty days; one query.

    Who was never written about is quiet since the promise was agreed. The quietest come first.
    """
    mine: dict[str, Any] = {"owner": user.pk, "person": OuterRef("pk")}
    under_way = Promise.objects.filter(
        **mine, ended_at=None, hidden_at=None, agreed_at__isnull=False
    )
    about = EntryPerson.objects.filter(**mine, entry__trashed_at=None)
    rows = (
        Person.objects.for_user(user)
        .filter(Exists(under_way))
        .annotate(
            written_on=Subquery(
                about.order_by("-entry__local_date").values("entry__local_date")[:1]
            ),
            agreed_at=Subquery(under_way.order_by("-agreed_at").values("agreed_at")[:1]),
        )
        .order_by("pk")
        .values_list("pk", "name", "written_on", "agreed_at")[:MOST]
    )
    found = []
    for pk, name, written_on, agreed_at in rows:
        since = day - (written_on or agreed_at.date())
        if since >= QUIET_AFTER:
            found.append(Quiet(pk, name, since.days // 7))
    return sorted(found, key=lambda row: (-row.weeks, row.name, row.person))
