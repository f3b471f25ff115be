"""What pages show of cares: all as they stand today, one with its history, where it came from."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import F
from django.http import Http404

from apps.accounts.models import User
from apps.cares.letting_go import KEPT
from apps.cares.models import Care, CareEvent, CareStatement
from apps.cares.stating import Kind
from apps.core.models import OwnedQuerySet
from apps.core.text import fold

JOINING = (Kind.SPLIT, Kind.MERGE)
# Of one care so many versions and events are shown; nobody has got there.
MOST_SHOWN = 500


@dataclass(frozen=True)
class Overview:
    """All cares of a person, each as its last statement; by name, as people are, and ranked never.

    `ended` are those that went on as others, with these.
    """

    living: list[CareStatement]
    resting: list[CareStatement]
    set_down: list[CareStatement]
    ended: list[tuple[CareStatement, list[Care]]]
    let_go: list[Care]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing yet."""
        return not (self.living or self.resting or self.set_down or self.ended)

    @property
    def can_be_merged(self) -> bool:
        """Whether there are two that could become one."""
        return len(self.living) + len(self.resting) + len(self.set_down) > 1


def overview(user: User, now: datetime) -> Overview:
    """The list of cares; three queries."""
    rows = _by_name(todays(user))
    going_on = [row for row in rows if not row.care.has_ended]
    successors: dict[UUID, dict[UUID, Care]] = {}
    ended = [row for row in rows if row.care.has_ended]
    for event in _joins(user).select_related("other") if ended else ():
        if event.other is not None and event.other.let_go_at is None:
            successors.setdefault(event.care_id, {})[event.other.pk] = event.other
    let_go = Care.objects.for_user(user).let_go().filter(let_go_at__gt=now - KEPT)
    return Overview(
        living=alive(going_on),
        resting=[row for row in going_on if row.care.is_resting],
        set_down=[row for row in going_on if row.is_set_down and not row.care.is_resting],
        ended=[(row, list(successors.get(row.care_id, {}).values())) for row in ended],
        let_go=list(let_go[:MOST_SHOWN]),
    )


def todays(user: User) -> Iterable[CareStatement]:
    """What each care says today, with its care and for whom; one query."""
    last = CareStatement.objects.for_user(user).filter(version=F("care__version"))
    return last.filter(care__let_go_at=None).select_related("care", "person")


def alive(said: Iterable[CareStatement]) -> list[CareStatement]:
    """Those that go on, neither resting nor set down, by name."""
    return [
        row
        for row in _by_name(said)
        if not (row.care.has_ended or row.care.is_resting or row.is_set_down)
    ]


def _by_name(said: Iterable[CareStatement]) -> list[CareStatement]:
    return sorted(said, key=lambda row: (fold(row.care.label), row.care_id))


def care_to_read(user: User, pk: UUID) -> CareStatement:
    """What a care says today, with the care. Raises Http404 for a stranger's; one query."""
    last = CareStatement.objects.for_user(user).filter(care=pk, version=F("care__version"))
    row = last.filter(care__let_go_at=None).select_related("care", "person").first()
    if row is None:
        raise Http404
    return row


@dataclass(frozen=True)
class Knot:
    """Something on the thread of a care: a version, with the days it still held, or an event.

    `others` are the cares it goes on as, or came from, as far as they are there.
    """

    at: datetime
    on: date
    statement: CareStatement | None = None
    event: CareEvent | None = None
    others: tuple[Care, ...] = ()
    holds: list[CareEvent] = field(default_factory=list)


@dataclass(frozen=True)
class Story:
    """One care: what it says today, all that was said of it, and what became of it."""

    care: Care
    today: CareStatement
    knots: list[Knot]
    came_from: list[Care]
    goes_on_as: list[Care]
    held_on: date | None

    @property
    def versions(self) -> int:
        """How many times it was put into words."""
        return self.care.version


def story_of(today: CareStatement) -> Story:
    """All of one care, the newest first; three queries beside the one that found it."""
    care = today.care
    statements = CareStatement.objects.filter(owner=care.owner_id, care=care)
    events = CareEvent.objects.filter(owner=care.owner_id, care=care)
    knots = [
        Knot(row.written_at, row.written_on, statement=row)
        for row in statements.select_related("person").order_by("-version")[:MOST_SHOWN]
    ]
    holds = []
    joins: dict[tuple[str, datetime], Knot] = {}
    there = {}
    for event in events.select_related("other").order_by("-seq")[:MOST_SHOWN]:
        other = event.other if event.other and event.other.let_go_at is None else None
        if event.kind == Kind.STILL_HOLDS:
            holds.append(event)
        elif event.kind in JOINING:
            # One gesture, a row for each it goes on as.
            key = (event.kind, event.happened_at)
            before = joins[key].others if key in joins else ()
            others = (other, *before) if other else before
            joins[key] = Knot(event.happened_at, event.happened_on, event=event, others=others)
            there.update({row.pk: row for row in others})
        else:
            knots.append(Knot(event.happened_at, event.happened_on, event=event))
    knots = sorted([*knots, *joins.values()], key=lambda knot: knot.at, reverse=True)
    for event in holds:
        before_it = (knot for knot in knots if knot.statement and knot.at <= event.happened_at)
        if (knot := next(before_it, None)) is not None:
            knot.holds.append(event)
    return Story(
        care=care,
        today=today,
        knots=knots,
        came_from=_came_from(care),
        goes_on_as=list(there.values()) if care.has_ended else [],
        held_on=holds[0].happened_on if holds else None,
    )


def _came_from(care: Care) -> list[Care]:
    rows = CareEvent.objects.filter(owner=care.owner_id, other=care, care__let_go_at=None)
    return [event.care for event in rows.select_related("care").order_by("happened_at", "id")]


def lineage_of(owner: UUID, *cares: UUID) -> list[UUID]:
    """Cares and all they came from, however far back; one query of the owner's splits and merges.

    What was linked to the old ones is shown through on the pages of those they went on as.
    """
    before = _before(owner)
    found: dict[UUID, None] = {}
    for care in cares:
        found |= dict.fromkeys(_back_from(care, before))
    return list(found)


def lineages_of(owner: UUID, cares: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """For each of these cares, itself and all it came from; one query."""
    before = _before(owner)
    return {care: _back_from(care, before) for care in cares}


def _before(owner: UUID) -> dict[UUID, list[UUID]]:
    rows = CareEvent.objects.filter(owner=owner, kind__in=JOINING).exclude(other=None)
    before: dict[UUID, list[UUID]] = {}
    for old, new in rows.filter(care__let_go_at=None).values_list("care_id", "other_id"):
        before.setdefault(new, []).append(old)
    return before


def _back_from(care: UUID, before: dict[UUID, list[UUID]]) -> list[UUID]:
    """In the order in which one comes to them; none twice, though cares may part and meet again."""
    found, ahead = {care: None}, [care]
    while ahead:
        for old in before.get(ahead.pop(), ()):
            if old not in found:
                found[old] = None
                ahead.append(old)
    return list(found)


def _joins(user: User) -> OwnedQuerySet[CareEvent]:
    return CareEvent.objects.for_user(user).filter(kind__in=JOINING).order_by("happened_at", "id")
