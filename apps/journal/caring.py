"""What touched cares, read from the links of entries and promises (the rule: cares.touching)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import F, Max, OuterRef, QuerySet, Subquery

from apps.accounts.models import User
from apps.cares.models import CareEvent, CareStatement
from apps.cares.models.statement import Standing
from apps.cares.touching import Touch, weeks_quiet
from apps.core.periods import Month, local_day, zone
from apps.core.statements import Statement
from apps.journal.models import EntryCare
from apps.promises.models import Event
from apps.promises.states import Role

# Of each care and month: how many entries are of it and how many promises moved in it, and the
# last of these days. What hangs on a care that went on as another counts for that other.
TOUCHES = """
SELECT care_id, month, count(DISTINCT entry_id), count(DISTINCT promise_id), max(day)
FROM (
    SELECT wanted.care_id, entry_id, promise_id, day,
        CASE WHEN %(by_month)s THEN date_trunc('month', day)::date ELSE %(last)s END AS month
    FROM unnest(%(old)s::uuid[], %(cares)s::uuid[]) AS wanted (old_id, care_id)
    JOIN (
        SELECT link.care_id, entry.id AS entry_id, NULL::uuid AS promise_id,
            entry.local_date AS day
        FROM "journal_entrycare" AS link
        JOIN "journal_entry" AS entry ON entry.id = link.entry_id
        WHERE link.owner_id = %(owner)s AND link.care_id = ANY(%(old)s::uuid[])
            AND entry.owner_id = %(owner)s AND entry.trashed_at IS NULL
            AND entry.local_date BETWEEN %(first)s AND %(last)s
        UNION ALL
        SELECT care_id, NULL, promise_id, day
        FROM (
            SELECT link.care_id, link.promise_id,
                (event.said_at AT TIME ZONE %(zone)s - %(begins)s)::date AS day
            FROM "promises_promisecare" AS link
            JOIN "promises_event" AS event ON event.promise_id = link.promise_id
            WHERE link.owner_id = %(owner)s AND link.care_id = ANY(%(old)s::uuid[])
                AND event.owner_id = %(owner)s AND event.role <> 'clock'
        ) AS moved
        WHERE day BETWEEN %(first)s AND %(last)s
    ) AS touched ON touched.care_id = wanted.old_id
) AS found
GROUP BY care_id, month
"""


def touches(
    user: User, lineages: Mapping[UUID, Sequence[UUID]], first: date, last: date
) -> list[Touch]:
    """What touched these cares between two days, both included, month by month; one statement.

    `lineages` names for each care those it came from, itself among them (cares.reading).
    """
    return _touches(user, lineages, first, last, by_month=True)


def touches_in_all(
    user: User, lineages: Mapping[UUID, Sequence[UUID]], first: date, last: date
) -> list[Touch]:
    """The same of the whole period: at most one for each care, under the month of its last day."""
    return _touches(user, lineages, first, last, by_month=False)


def _touches(
    user: User,
    lineages: Mapping[UUID, Sequence[UUID]],
    first: date,
    last: date,
    *,
    by_month: bool,
) -> list[Touch]:
    pairs = [(old, care) for care, found in lineages.items() for old in found]
    if not pairs:
        return []
    values: dict[str, Any] = {
        "owner": user.pk,
        "old": [old for old, _ in pairs],
        "cares": [care for _, care in pairs],
        "first": first,
        "last": last,
        "by_month": by_month,
        "zone": zone(user.time_zone).key,
        "begins": timedelta(hours=user.day_starts_at),
    }
    with connection.cursor() as cursor:
        cursor.execute(TOUCHES, values)
        rows = cursor.fetchall()
    return [
        Touch(care, Month.of(month), entries, promises, last_on)
        for care, month, entries, promises, last_on in rows
    ]


class Untouched(NamedTuple):
    """A care that nothing touched for a while: which, its name, and for how many whole weeks."""

    care: UUID
    name: str
    weeks: int


def untouched(user: User, day: date) -> list[Untouched]:
    """The cares that are alive and that nothing touched for three weeks or more, as of a day.

    Those that wait longest come first. One statement, which grows with the cares of this person
    and with nothing else.
    """
    found = []
    for care, name, written_on, noted_on, entry_on, moved_at in _alive(owner=user.pk):
        moved_on = moved_at and local_day(moved_at, user.time_zone, user.day_starts_at)
        weeks = weeks_quiet((written_on, noted_on, entry_on, moved_on), day)
        if weeks:
            found.append(Untouched(care, name, weeks))
    return sorted(found, key=lambda row: (-row.weeks, row.name, row.care))


@Statement
def _alive(owner: Any) -> QuerySet[CareStatement, Any]:
    """Each care that is neither resting nor set down, and the last days on which anything was."""
    alive = CareStatement.objects.filter(
        owner=owner,
        version=F("care__version"),
        care__let_go_at=None,
        care__ended_on=None,
        care__rested_on=None,
    )
    of_it: dict[str, Any] = {"owner": owner, "care": OuterRef("care")}
    events = CareEvent.objects.filter(**of_it).order_by("-seq").values("happened_on")
    links = EntryCare.objects.filter(**of_it, entry__trashed_at=None).order_by().values("care")
    moved = Event.objects.filter(
        owner=owner, promise__care_links__owner=owner, promise__care_links__care=OuterRef("care")
    ).exclude(role=Role.CLOCK.value)
    moves = moved.order_by().values("promise__care_links__care")
    return alive.exclude(standing=Standing.SET_DOWN).values_list(
        "care_id",
        "care__label",
        "written_on",
        Subquery(events[:1]),
        Subquery(links.annotate(last=Max("entry__local_date")).values("last")),
        Subquery(moves.annotate(last=Max("said_at")).values("last")),
    )
