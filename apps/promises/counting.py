"""Reading the rows that figures are made of: a line a promise, put together by the database.

A life may have two thousand promises and twenty thousand events; nothing of an event is loaded but
what a figure needs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from apps.promises.figures import Change, Handed, Row

# So many promises are counted at most, those that moved last.
MOST = 5_000
ROWS = """
SELECT counted.* FROM (WITH mine AS MATERIALIZED (
    SELECT id, side, kind, state, person_id, is_chosen, agreed_at, due_at, ended_at,
        seq, agreed_version
    FROM "promises_promise"
    WHERE owner_id = %(owner)s AND NOT is_retro AND state <> 'draft'
        AND (%(person)s::uuid IS NULL OR person_id = %(person)s)
    ORDER BY moved_at DESC, id DESC LIMIT %(most)s
)
SELECT mine.id, side, kind, state, person_id, is_chosen,
    date_part('epoch', agreed_at), date_part('epoch', mine.due_at), date_part('epoch', ended_at),
    date_part('epoch', asked), date_part('epoch', answered), date_part('epoch', revoked),
    coalesce(unanswered, false), coalesce(heard_via, ''), fell_due,
    delivered, delivery_answered, accepted,
    by_promiser, proposed, due_before, closed, due_after,
    1 + novelty + reach + stake + hands, reach
FROM mine
LEFT JOIN (
    SELECT promise_id,
        min(said_at) FILTER (WHERE move = 'ask') AS asked,
        min(said_at) FILTER (
            WHERE role = 'promiser' AND move IN ('promise', 'counter', 'decline')
        ) AS answered,
        bool_or(move = 'lapse' AND from_state = 'requested') AS unanswered,
        max(via) FILTER (WHERE move = 'satisfied' AND event.seq = mine.seq) AS heard_via,
        max(said_at) FILTER (WHERE move = 'revoke') AS revoked,
        array_agg(date_part('epoch', recorded_at)) FILTER (WHERE move = 'fall_due') AS fell_due
    FROM "promises_event" AS event JOIN mine ON mine.id = event.promise_id
    WHERE owner_id = %(owner)s AND move IN (
        'ask', 'promise', 'counter', 'decline', 'lapse', 'satisfied', 'revoke', 'fall_due'
    )
    GROUP BY promise_id
) AS told ON told.promise_id = mine.id
LEFT JOIN (
    SELECT promise_id,
        array_agg(date_part('epoch', delivered_at) ORDER BY number) AS delivered,
        array_agg(date_part('epoch', answered_at) ORDER BY number)
            AS delivery_answered,
        array_agg(is_accepted ORDER BY number) AS accepted
    FROM "promises_delivery"
    WHERE owner_id = %(owner)s AND promise_id IN (SELECT id FROM mine)
    GROUP BY promise_id
) AS done ON done.promise_id = mine.id
LEFT JOIN (
    SELECT amendment.promise_id,
        array_agg(by = 'promiser' ORDER BY terms.number) AS by_promiser,
        array_agg(date_part('epoch', proposed_at) ORDER BY terms.number) AS proposed,
        array_agg(date_part('epoch', proposed_at + lead) ORDER BY terms.number)
            AS due_before,
        array_agg(CASE status WHEN 'agreed' THEN date_part('epoch', closed_at) END
            ORDER BY terms.number) AS closed,
        array_agg(date_part('epoch', terms.due_at) ORDER BY terms.number) AS due_after
    FROM "promises_amendment" AS amendment
    JOIN "promises_terms" AS terms ON terms.id = amendment.terms_id
    WHERE amendment.owner_id = %(owner)s AND amendment.promise_id IN (SELECT id FROM mine)
    GROUP BY amendment.promise_id
) AS changed ON changed.promise_id = mine.id
LEFT JOIN "promises_terms" AS agreed
    ON agreed.promise_id = mine.id AND agreed.number = mine.agreed_version
) AS counted
"""
# Why things went otherwise: changes of the owner's own, what they took back or did not keep, and
# what they said of a week. Each from the day it was said.
REASONS = """
SELECT reason, count(*) FROM (
    SELECT amendment.reason FROM "promises_amendment" AS amendment
    JOIN "promises_promise" AS promise ON promise.id = amendment.promise_id
    WHERE amendment.owner_id = %(owner)s AND by = 'promiser' AND side <> 'asked'
        AND NOT is_retro AND proposed_at >= %(since)s AND proposed_at < %(until)s
    UNION ALL
    SELECT payload ->> 'reason' FROM "promises_event" AS event
    JOIN "promises_promise" AS promise ON promise.id = event.promise_id
    WHERE event.owner_id = %(owner)s AND move IN ('revoke', 'break') AND role = 'promiser'
        AND side <> 'asked' AND NOT is_retro
        AND recorded_at >= %(since)s AND recorded_at < %(until)s
    UNION ALL
    SELECT reason FROM "promises_plannedpromise"
    WHERE owner_id = %(owner)s AND due_at >= %(since)s AND due_at < %(until)s
) AS told
WHERE reason <> '' GROUP BY reason ORDER BY count(*) DESC, reason
"""


@dataclass(frozen=True)
class Sides:
    """The rows of one owner, by which end of it they hold."""

    given: list[Row]
    asked: list[Row]
    own: list[Row]

    @property
    def promised(self) -> list[Row]:
        """What the owner has promised, to others and to themselves."""
        return [*self.given, *self.own]


def rows_of(owner: UUID, person: UUID | None = None) -> Sides:
    """The rows of this owner, with one other person where one is named. One query."""
    sides = Sides([], [], [])
    for row in _rows(owner, person):
        getattr(sides, row.side).append(row)
    return sides


def reasons_of(owner: UUID, since: datetime, until: datetime) -> list[tuple[str, int]]:
    """Why things went otherwise than said in this time, most frequent first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(REASONS, {"owner": owner, "since": since, "until": until})
        return [(str(reason), int(count)) for reason, count in cursor.fetchall()]


def _rows(owner: UUID, person: UUID | None) -> Iterator[Row]:
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"owner": owner, "person": person, "most": MOST})
        for line in cursor.fetchall():
            yield _row(line)


def _row(line: tuple[Any, ...]) -> Row:
    single, (fell_due, *handed), changed, size = line[:14], line[14:18], line[18:23], line[23:]
    deliveries = tuple(map(Handed, *handed)) if handed[0] else ()
    changes = tuple(map(Change, *changed)) if changed[0] else ()
    return Row._make((*single, tuple(fell_due or ()), deliveries, changes, *size))
