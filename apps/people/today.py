"""What the page of today says of people: a word that may be due, a day of theirs that is near."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models
from django.db.models import F, Func, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from apps.accounts.models import User
from apps.core.statements import KeyedStatement, Reading, Steps
from apps.people.models import CircleMember, Contact, Person, PersonDate
from apps.people.rhythm import Known, coming, days_ahead, due_from, is_due, weeks_between

MOST_LINES = 2
# So many with whom one wishes for a word are looked at. Who of them is due is worked out here: the
# database would ask three times for each what it is asked once.
CANDIDATES = 200


@dataclass(frozen=True)
class Line:
    """A gentle line. With a `label` it is about a date, without about a word that may be due.

    `weeks` since one heard from them; None where nothing was ever noted.
    """

    person_id: UUID
    name: str
    label: str = ""
    on: date | None = None
    weeks: int | None = None

    @property
    def url(self) -> str:
        """Their page."""
        return Person(id=self.person_id).get_absolute_url()


@Reading
def lines_of(user: User, day: date, *heard: Mapping[UUID, date]) -> Steps[list[Line]]:
    """At most two lines for this day; one query. `heard` as `hearing.last_heard` takes it.

    Dates first, the nearest before others; then words, in the order in which they came due.
    """
    ahead = {f"day{number}": value for number, value in enumerate(days_ahead(day))}
    rows = [_Row(*row) for row in (yield from _lines.begun(owner=user.pk, day=day, **ahead))]
    dates = sorted((_date_line(row, day) for row in rows if row.label), key=_nearness)
    due = [known for known in _known(rows, heard) if is_due(known, day)]
    words = [_word_line(known, day) for known in sorted(due, key=_order)]
    return [*dates, *words][:MOST_LINES]


class _Row(NamedTuple):
    pk: UUID
    name: str
    label: str
    month_day: int
    weeks: int | None
    heard_on: date | None
    created_on: date | None
    snoozed_until: date | None


def _known(rows: list[_Row], heard: tuple[Mapping[UUID, date], ...]) -> list[Known]:
    found = []
    for row in rows:
        if row.label or row.created_on is None:
            continue
        days = [days[row.pk] for days in heard if row.pk in days]
        newest = max([*days, *([row.heard_on] if row.heard_on else [])], default=None)
        found.append(Known(row.pk, row.name, row.weeks, newest, row.created_on, row.snoozed_until))
    return found


def _nearness(line: Line) -> tuple[date, str]:
    return line.on or date.max, line.name


def _order(known: Known) -> tuple[date, UUID]:
    return due_from(known) or date.max, known.person_id


def _date_line(row: _Row, day: date) -> Line:
    month, of_month = divmod(row.month_day, 100)
    return Line(row.pk, row.name, label=row.label, on=coming(month, of_month, day))


def _word_line(known: Known, day: date) -> Line:
    weeks = weeks_between(known.heard_on, day) if known.heard_on else None
    return Line(known.person_id, known.name, weeks=weeks)


def _nothing(field: Any) -> Cast:
    return Cast(Value(None), field)


def _build(**given: Any) -> QuerySet[Any, Any]:
    owner, day = given["owner"], given["day"]
    ahead = [given[name] for name in AHEAD_NAMES]
    circles = CircleMember.objects.filter(owner=owner, person=OuterRef("pk")).values("person")
    log = Contact.objects.filter(owner=owner, person=OuterRef("pk")).order_by("-day", "-id")
    # The day they were added, by UTC: of some weeks, a few hours are nothing.
    added = Func(
        Value("UTC"), F("created_at"), function="timezone", output_field=models.DateTimeField()
    )
    words = (
        Person.objects.filter(owner=owner)
        .exclude(kind=Person.Kind.PICTURED)
        .filter(Q(snoozed_until=None) | Q(snoozed_until__lte=day))
        .annotate(
            weeks=Coalesce(
                "rhythm_weeks",
                Subquery(circles.annotate(least=Min("circle__rhythm_weeks")).values("least")),
            ),
            heard_on=Subquery(log.values("day")[:1]),
            created_on=Cast(added, models.DateField()),
        )
        .filter(weeks__isnull=False)
        .order_by("pk")
        .annotate(label=Value(""), month_day=_nothing(models.IntegerField()))
        .values_list(*_COLUMNS)[:CANDIDATES]
    )
    dates = (
        PersonDate.objects.filter(owner=owner, month_day__in=ahead)
        .order_by("month_day", "pk")
        .annotate(
            who=F("person_id"),
            weeks=_nothing(models.IntegerField()),
            heard_on=_nothing(models.DateField()),
            created_on=_nothing(models.DateField()),
            snooze=_nothing(models.DateField()),
        )
        .values_list(
            "who", "person__name", "label", "month_day", "weeks", "heard_on", "created_on", "snooze"
        )[:CANDIDATES]
    )
    return words.union(dates, all=True)


_COLUMNS = (
    "pk",
    "name",
    "label",
    "month_day",
    "weeks",
    "heard_on",
    "created_on",
    "snoozed_until",
)
AHEAD_NAMES = [f"day{number}" for number in range(9)]
_lines: KeyedStatement[Any] = KeyedStatement(_build, ["owner", "day", *AHEAD_NAMES])
