"""Reading how promises hang together: the parts of one, and the map around one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from apps.promises.layout import Arranged, arranged
from apps.promises.models import Promise, PromiseLink
from apps.promises.parts import Part, RollUp, Whole, roll_up
from apps.promises.states import State

Kind = PromiseLink.Kind

MOST_PARTS = 200
# What took the place of a part is the part now, however often that happened.
PARTS = """
SELECT counted.* FROM (WITH RECURSIVE part(id, is_must, is_waived) AS (
    SELECT source_id, is_must, is_waived FROM "promises_promiselink"
    WHERE owner_id = %(owner)s AND target_id = %(whole)s AND kind = 'part_of'
    UNION
    SELECT link.source_id, part.is_must, part.is_waived
    FROM "promises_promiselink" AS link JOIN part ON link.target_id = part.id
    WHERE link.owner_id = %(owner)s AND link.kind = 'succeeds'
)
SELECT promise.id, what, state, coalesce(person.name, ''), due_at,
    bool_or(is_must), bool_and(is_waived)
FROM part JOIN "promises_promise" AS promise ON promise.id = part.id
LEFT JOIN "people_person" AS person ON person.id = promise.person_id
WHERE promise.owner_id = %(owner)s AND (
    state <> 'superseded' OR NOT EXISTS (
        SELECT FROM "promises_promiselink" AS next
        WHERE next.owner_id = %(owner)s AND next.target_id = promise.id AND next.kind = 'succeeds'
    )
)
GROUP BY promise.id, person.name ORDER BY promise.id LIMIT %(most)s
) AS counted
"""


def parts_of(promise: Promise, now: datetime) -> RollUp:
    """What the parts of this promise say about it. One query."""
    given: dict[str, UUID | int] = {"owner": promise.owner_id, "whole": promise.pk}
    with connection.cursor() as cursor:
        cursor.execute(PARTS, {**given, "most": MOST_PARTS})
        found = [_part(line) for line in cursor.fetchall()]
    whole = Whole(State(promise.state), promise.agreed_at, promise.due_at)
    return roll_up(whole, found, now)


def _part(line: tuple[Any, ...]) -> Part:
    pk, what, state, person, due_at, is_must, is_waived = line
    return Part(pk, what, State(state), person, due_at, is_must, is_waived)


# A map shows so many promises, those nearest to the one it is about, and goes so many steps.
MOST_NODES, MOST_STEPS = 60, 12
AROUND = """
SELECT promise.id, what, state, side, coalesce(person.name, ''), due_at, reached, links
FROM (
    WITH RECURSIVE reach(id, steps) AS (
        SELECT %(root)s::uuid, 0
        UNION
        SELECT CASE link.source_id WHEN reach.id THEN link.target_id ELSE link.source_id END,
            steps + 1
        FROM reach JOIN "promises_promiselink" AS link
            ON reach.id IN (link.source_id, link.target_id)
        WHERE link.owner_id = %(owner)s AND steps < %(most_steps)s
    )
    SELECT id, min(steps) AS steps, (SELECT count(DISTINCT id) FROM reach) AS reached
    FROM reach GROUP BY id ORDER BY min(steps), id LIMIT %(most)s
) AS nearest JOIN "promises_promise" AS promise ON promise.id = nearest.id
LEFT JOIN "people_person" AS person ON person.id = promise.person_id
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_array(kind, source_id, target_id) ORDER BY link.id)::text AS links
    FROM "promises_promiselink" AS link
    WHERE link.owner_id = %(owner)s AND promise.id IN (link.source_id, link.target_id)
) AS around ON true
WHERE promise.owner_id = %(owner)s ORDER BY steps, promise.id
"""
# Kinds whose line runs from what is linked to what links: the whole is left of its parts, what is
# waited for left of what waits, what was before left of what came after.
BACKWARDS = (Kind.PART_OF, Kind.DELEGATED_FROM, Kind.DEPENDS_ON, Kind.SUCCEEDS, Kind.REPAIRS)


class Tie(NamedTuple):
    """A link of the map."""

    kind: str
    source: UUID
    target: UUID

    @property
    def arrow(self) -> tuple[UUID, UUID]:
        """From what stands left to what stands right."""
        return (self.target, self.source) if self.kind in BACKWARDS else (self.source, self.target)


@dataclass(frozen=True)
class Node:
    """A promise of the map. `beyond`: so many it is tied to are not on it."""

    pk: UUID
    what: str
    state: State
    side: str
    person: str
    due_at: datetime | None
    beyond: int


@dataclass(frozen=True)
class Around:
    """The promises around one, how they are tied together and where they stand."""

    root: UUID
    nodes: tuple[Node, ...]
    ties: tuple[Tie, ...]
    places: Arranged[UUID]
    beyond: int


def around(promise: Promise) -> Around:
    """The map around this promise. One query."""
    given: dict[str, UUID | int] = {
        "owner": promise.owner_id,
        "root": promise.pk,
        "most": MOST_NODES,
        "most_steps": MOST_STEPS,
    }
    with connection.cursor() as cursor:
        cursor.execute(AROUND, given)
        lines = cursor.fetchall()
    shown = {line[0] for line in lines}
    ties: dict[Tie, None] = {}
    nodes = []
    for pk, what, state, side, person, due_at, _, links in lines:
        mine = list(_ties(links))
        ties.update(dict.fromkeys(tie for tie in mine if {tie.source, tie.target} <= shown))
        beyond = len({end for tie in mine for end in (tie.source, tie.target)} - shown)
        nodes.append(Node(pk, what, State(state), side, person, due_at, beyond))
    return Around(
        root=promise.pk,
        nodes=tuple(nodes),
        ties=tuple(ties),
        places=arranged([node.pk for node in nodes], [tie.arrow for tie in ties]),
        beyond=lines[0][6] - len(lines),
    )


def _ties(links: str | None) -> Iterator[Tie]:
    for kind, source, target in json.loads(links or "[]"):
        yield Tie(kind, UUID(source), UUID(target))
