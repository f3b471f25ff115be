"""What can be picked in a step, and the names of what was picked. Each asks for one person's rows.

A part of the product that comes later adds a line to `_ROWS`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from apps.accounts.models import User
from apps.cares.models import Care
from apps.core.text import fold
from apps.people.models import Person
from apps.promises.models import Promise
from apps.sittings.sessions import ONE, PICKING, Beside, Kind, Step

# A page offers so many. Who has more finds the others by writing.
MOST = 200
# What ended is still there to look back on for so long.
LATELY = timedelta(days=35)
Named = tuple[str, str]


def candidates(user: User, step: Step, now: datetime) -> list[Named]:
    """What this step offers: ids with their names. One query.

    Promises that ended come first where the step looks back on what ended, else last.
    """
    kind = ONE.get(step.kind, step.kind)
    if kind is Kind.PROMISES:
        return _promises(user, now, ended_first=Beside.PROMISES_CLOSED in step.beside)
    return _OFFERED[kind](user) if kind in _OFFERED else []


def names_of(user: User, picked: Mapping[Kind, Collection[str]]) -> dict[str, str]:
    """The names of what was picked, by id; nothing for what is gone. One query a kind."""
    found: dict[str, str] = {}
    for kind, ids in picked.items():
        wanted = [pk for pk in map(_uuid, ids) if pk is not None]
        rows = _ROWS.get(ONE.get(kind, kind))
        if wanted and rows:
            found |= {str(pk): name for pk, name in rows(user, wanted)}
    return found


def picked_in(answers: Iterable[Any]) -> dict[Kind, set[str]]:
    """The ids in these answers, by what they are of."""
    found: dict[Kind, set[str]] = {}
    for answer in answers:
        if answer.kind in PICKING:
            kind = ONE.get(Kind(answer.kind), Kind(answer.kind))
            found.setdefault(kind, set()).update(map(str, answer.value.get("picked", [])))
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _people(user: User) -> list[Named]:
    rows = Person.objects.for_user(user).order_by("name").values_list("pk", "name")[:MOST]
    return sorted(((str(pk), name) for pk, name in rows), key=lambda row: fold(row[1]))


def _promises(user: User, now: datetime, *, ended_first: bool) -> list[Named]:
    """What is under way, the soonest due first, and what ended lately, the latest first."""
    lately = Q(ended_at=None) | Q(ended_at__gte=now - LATELY)
    rows = Promise.objects.for_user(user).shown().filter(lately).exclude(state="draft")
    ended = F("ended_at")
    first = ended.desc(nulls_last=True) if ended_first else ended.desc(nulls_first=True)
    rows = rows.order_by(first, "due_at", "id")
    return [(str(pk), what) for pk, what in rows.values_list("pk", "what")[:MOST]]


def _cares(user: User) -> list[Named]:
    """Those that go on, resting or not."""
    rows = Care.objects.for_user(user).going_on().order_by("label", "id")
    found = ((str(pk), label) for pk, label in rows.values_list("pk", "label")[:MOST])
    return sorted(found, key=lambda row: fold(row[1]))


_OFFERED: dict[Kind, Callable[[User], list[Named]]] = {
    Kind.PEOPLE: _people,
    Kind.CARES: _cares,
}
_ROWS: dict[Kind, Callable[[User, list[UUID]], Iterable[tuple[UUID, str]]]] = {
    Kind.PEOPLE: lambda user, ids: (
        Person.objects.for_user(user).filter(pk__in=ids).values_list("pk", "name")
    ),
    Kind.PROMISES: lambda user, ids: (
        Promise.objects.for_user(user).filter(pk__in=ids).values_list("pk", "what")
    ),
    Kind.CARES: lambda user, ids: (
        Care.objects.for_user(user).kept().filter(pk__in=ids).values_list("pk", "label")
    ),
}
