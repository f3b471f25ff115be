"""What is offered to somebody today: reads what `offering` has to be told."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.periods import zone
from apps.core.statements import KeyedStatement
from apps.journal.models import Entry
from apps.promises.models import Promise
from apps.promises.states import State
from apps.sittings.models import Sitting
from apps.sittings.offering import FRESH, Closed, Landmark, Lately, Offer, offers
from apps.sittings.sessions import standing

# After these a look back is offered; what was declined or lapsed was never promised.
LOOKED_BACK_ON = (State.KEPT, State.UNHEARD, State.BROKEN, State.REVOKED)
# Nothing comes by the calendar more seldom than in a year.
REMEMBERED = timedelta(days=370)
MOST_CLOSED = 5
SORE = -2


def offers_of(user: User, now: datetime) -> list[Offer]:
    """What is offered to this person today. Three statements, whose plans are kept."""
    sessions = standing()
    if not any(session.moments for session in sessions):
        return []
    return offers(lately_of(user, now), sessions)


def lately_of(user: User, now: datetime) -> Lately:
    """What offers depend on, for this person today."""
    day = user.today(now)
    return Lately(
        day=day,
        first_weekday=user.first_weekday,
        closed=[
            Closed(row.pk, row.what, row.ended_at.astimezone(zone(user.time_zone)).date())
            for row in _closed(owner=user.pk, since=now - FRESH)
        ],
        landmarks=landmarks_of(user),
        is_sore=bool(_sore(owner=user.pk, since=day - timedelta(days=1), day=day)),
        done=_last_of(_done(owner=user.pk, since=day - REMEMBERED)),
    )


def landmarks_of(user: User) -> list[Landmark]:
    """The days of somebody's own that reviews fit: for now, when they began here."""
    began = user.created_at.astimezone(zone(user.time_zone)).date()
    return [Landmark(_("You began here on this day"), began)]


def _last_of(rows: list[Any]) -> dict[str, date]:
    found: dict[str, date] = {}
    for key, day in rows:
        found[key] = max(day, found.get(key, day))
    return found


@KeyedStatement
def _closed(owner: Any, since: Any) -> Any:
    """What ended lately and has no sitting about it."""
    about = Sitting.objects.filter(owner=owner, promise=OuterRef("pk"))
    rows = Promise.objects.filter(
        owner=owner, ended_at__gte=since, hidden_at=None, state__in=LOOKED_BACK_ON, is_retro=False
    )
    rows = rows.filter(~Exists(about)).only("what", "ended_at").order_by("-ended_at", "-id")
    return rows[:MOST_CLOSED]


@KeyedStatement
def _sore(owner: Any, since: Any, day: Any) -> Any:
    """An entry of today or yesterday that says the day was very low."""
    rows = Entry.objects.filter(owner=owner, trashed_at=None, mood=SORE, local_date__gte=since)
    return rows.filter(local_date__lte=day).values_list("pk")[:1]


@KeyedStatement
def _done(owner: Any, since: Any) -> Any:
    """Which sessions were sat, and when last. Bounded by how many kinds there are."""
    rows = Sitting.objects.filter(owner=owner, state=Sitting.State.ENDED, local_date__gte=since)
    rows = rows.order_by("session_key", "-local_date").distinct("session_key")
    return rows.values_list("session_key", "local_date")
