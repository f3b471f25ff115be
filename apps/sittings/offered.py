"""What is offered to somebody today: reads what `offering` has to be told, with one statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models
from django.db.models import Exists, F, Max, OuterRef, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.periods import zone
from apps.core.statements import KeyedStatement, Reading, Steps
from apps.journal.models import Entry
from apps.promises.models import Promise
from apps.promises.states import State
from apps.sittings.models import Sitting
from apps.sittings.offering import FRESH, Closed, Landmark, Lately, Offer, Why, offers
from apps.sittings.sessions import standing

# After these a look back is offered; what was declined or lapsed was never promised.
LOOKED_BACK_ON = (State.KEPT, State.UNHEARD, State.BROKEN, State.REVOKED)
# Nothing comes by the calendar more seldom than in a year.
REMEMBERED = timedelta(days=370)
# A sitting that was left is named on the page of today for so long; then it waits on its own page.
WARM = timedelta(days=3)
MOST_CLOSED = 5
SORE = -2


@dataclass(frozen=True)
class Left:
    """A sitting that can be gone on with."""

    pk: UUID
    name: str
    on: date


@dataclass(frozen=True)
class Line:
    """The one line that the page of today has: something to go on with, or else an offer."""

    left: Left | None = None
    offer: Offer | None = None


@Reading
def line_of(user: User, day: date) -> Steps[Line]:
    """What the page of today says of sittings, if anything. One statement, whose plan is kept."""
    rows = [_Row(*row) for row in (yield from _begun(user, day))]
    for row in rows:
        if row.sort == "left":
            return Line(left=Left(UUID(row.key), row.words, _local(row, user)))
    found = offers(_lately(user, day, rows), standing())
    return Line(offer=next((it for it in found if it.why is not Why.DAY), None))


@Reading
def offers_of(user: User, day: date) -> Steps[list[Offer]]:
    """What is offered to this person on this day of theirs. One statement, whose plan is kept."""
    rows = [_Row(*row) for row in (yield from _begun(user, day))]
    return offers(_lately(user, day, rows), standing())


def landmarks_of(user: User) -> list[Landmark]:
    """The days of somebody's own that reviews fit: for now, when they began here."""
    began = user.created_at.astimezone(zone(user.time_zone)).date()
    return [Landmark(_("You began here on this day"), began)]


class _Row(NamedTuple):
    """Of `sort` "closed" a promise and when; of "done" a session and its last day; of "left" a
    sitting and when it was left; of "sore" nothing more."""

    sort: str
    key: str
    words: str
    at: datetime


def _lately(user: User, day: date, rows: Iterable[_Row]) -> Lately:
    of = {sort: [row for row in rows if row.sort == sort] for sort in ("closed", "done", "sore")}
    return Lately(
        day=day,
        first_weekday=user.first_weekday,
        closed=[Closed(UUID(row.key), row.words, _local(row, user)) for row in of["closed"]],
        landmarks=landmarks_of(user),
        is_sore=bool(of["sore"]),
        done={row.key: row.at.astimezone(UTC).date() for row in of["done"]},
    )


def _local(row: _Row, user: User) -> date:
    return row.at.astimezone(zone(user.time_zone)).date()


def _begun(user: User, day: date) -> Steps[list[Any]]:
    # The end of a day may be tomorrow elsewhere: a day more is looked at, and then it is counted.
    ends = datetime.combine(day, time.max, tzinfo=UTC)
    return _rows.begun(
        owner=user.pk,
        fresh=ends - FRESH - timedelta(days=1),
        warm=ends - WARM - timedelta(days=1),
        remembered=day - REMEMBERED,
        yesterday=day - timedelta(days=1),
        today=day,
    )


def _row(rows: Any, sort: str, key: Any, words: Any, at: Any) -> Any:
    """Rows in the form of `_Row`."""
    return rows.annotate(
        row_sort=Value(sort, models.TextField()),
        row_key=Cast(key, models.TextField()),
        row_words=Cast(words, models.TextField()),
        row_at=Cast(at, models.DateTimeField()),
    ).values_list("row_sort", "row_key", "row_words", "row_at")


def _build(**given: Any) -> QuerySet[Any, Any]:
    owner = given["owner"]
    about = Sitting.objects.filter(owner=owner, promise=OuterRef("pk"))
    # Whatever ended since was moved since; of that there is an index.
    closed = Promise.objects.filter(
        ~Exists(about),
        owner=owner,
        hidden_at=None,
        ended_at__isnull=False,
        moved_at__gte=given["fresh"],
        ended_at__gte=given["fresh"],
        state__in=LOOKED_BACK_ON,
        is_retro=False,
    ).order_by("-moved_at", "-id")
    left = Sitting.objects.filter(owner=owner, state="open", last_at__gte=given["warm"])
    done = Sitting.objects.filter(
        owner=owner, state="ended", local_date__gte=given["remembered"]
    ).order_by()
    sore = Entry.objects.filter(
        owner=owner,
        trashed_at=None,
        mood=SORE,
        local_date__gte=given["yesterday"],
        local_date__lte=given["today"],
    ).order_by()
    last = done.values("session_key").annotate(last=Max("local_date"))
    return _row(closed, "closed", F("pk"), F("what"), F("ended_at"))[:MOST_CLOSED].union(
        _row(left.order_by("-last_at"), "left", F("pk"), F("name"), F("last_at"))[:1],
        _row(last, "done", F("session_key"), Value(""), F("last")),
        _row(sore, "sore", Value(""), Value(""), F("local_date"))[:1],
        all=True,
    )


NAMES = ("owner", "fresh", "warm", "remembered", "yesterday", "today")
_rows: KeyedStatement[Any] = KeyedStatement(_build, NAMES)
