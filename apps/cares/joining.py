"""Going on as several, and several going on as one.

The old ones end and lose nothing: their versions, days and links stay with them, their events name
what they go on as, and the pages of those show what was linked before (`reading.lineage_of`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cares.models import Care
from apps.cares.stating import Kind, Refused, Said, held, note_event, state


@dataclass(frozen=True)
class Part:
    """One of those a care goes on as: its sentence, and its name."""

    text: str
    label: str = ""


@transaction.atomic
def split(
    *, owner: User, care: UUID, parts: Sequence[Part], note: str = "", now: datetime
) -> list[Care]:
    """End a care that has turned out to be several; they take its domain and its people along.

    Raises Refused for fewer than two, and for one that goes on as others already.
    """
    row = held(owner, care)
    _refuse_ended(row)
    if len(parts) < 2:
        raise Refused(_("Two at least, or it is a new version."))
    last = row.statements.select_related("person").get(owner=owner, version=row.version)
    today = owner.today(now)
    said = Said(
        text="",
        person=last.person,
        for_whom=last.for_whom,
        domain=last.domain,
        standing=last.standing,
    )
    new = [
        state(owner=owner, said=replace(said, text=part.text), label=part.label, now=now)
        for part in parts
    ]
    _end(row, today)
    for each in new:
        note_event(row, Kind.SPLIT, today, now, other=each, note=note)
    return new


@transaction.atomic
def merge(
    *,
    owner: User,
    cares: Collection[UUID],
    said: Said,
    label: str = "",
    note: str = "",
    now: datetime,
) -> Care:
    """End several cares that have turned out to be one, which says so in its first statement.

    Raises Refused for fewer than two, and where one of them goes on as others already.
    """
    if len(set(cares)) < 2:
        raise Refused(_("Choose two at least."))
    # Always in one order, so that two merges at once wait for each other.
    found = Care.objects.for_user(owner).kept().filter(pk__in=cares).order_by("pk")
    rows = list(found.select_for_update())
    if len(rows) != len(set(cares)):
        raise Http404
    for row in rows:
        _refuse_ended(row)
    today = owner.today(now)
    new = state(owner=owner, said=said, label=label, now=now)
    for row in rows:
        _end(row, today)
        note_event(row, Kind.MERGE, today, now, other=new, note=note)
    return new


def _refuse_ended(care: Care) -> None:
    if care.has_ended:
        raise Refused(_("It goes on as others already."))


def _end(care: Care, today: date) -> None:
    care.rested_on = None
    care.ended_on = max(today, care.begun_on)
    care.save(update_fields=["rested_on", "ended_on", "updated_at"])
