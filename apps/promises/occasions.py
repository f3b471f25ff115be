"""What of somebody's promises may call for a question, and what a question may be about.

The rule is the chooser's (apps/prompts/daily.py); here is what it is told of promises.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.templatetags.core import day_of_year
from apps.promises.models import Promise
from apps.promises.models.promise import Side
from apps.promises.needs import Need
from apps.promises.reading import SOONEST
from apps.promises.states import State
from apps.prompts.today import Blanks, Occasion, Thing, calling

# So many are looked at, the soonest first.
MOST = 60
DUE_WITHIN = timedelta(days=2)
UNANSWERED_AFTER = timedelta(days=7)
JUST_ENDED = timedelta(hours=48)


def promises_to_ask_about(user: User, now: datetime) -> list[Promise]:
    """What is under way and what has just ended, with whoever is at the other end; one query."""
    rows = Promise.objects.for_user(user).filter(hidden_at=None)
    rows = rows.filter(Q(ended_at=None) | Q(ended_at__gt=now - JUST_ENDED))
    return list(rows.with_person().order_by(*SOONEST)[:MOST])


def things_of(rows: Iterable[Promise]) -> list[Thing]:
    """The promises under way, as something one may be asked about."""
    return [Thing(_mark(row), _blanks(row)) for row in rows if row.ended_at is None]


def occasions_of(rows: Iterable[Promise], day: date, now: datetime) -> list[Occasion]:
    """What calls for a question today: due, overdue, unanswered, a yes or no owed, just ended."""
    return [occasion for row in rows if (occasion := _occasion(row, day, now))]


def _occasion(row: Promise, day: date, now: datetime) -> Occasion | None:
    is_mine = row.need == Need.DELIVER and row.due_on is not None
    if row.ended_at is not None:
        return _call("closed_without_review", row)
    if is_mine and row.due_on and row.is_due(now):
        return _call("promise_overdue", row, n=(day - row.due_on).days, when=_when(row.due_on, day))
    if is_mine and row.due_on and row.due_on - day <= DUE_WITHIN:
        return _call("promise_due", row, when=_when(row.due_on, day))
    if row.state == State.DELIVERED and row.side == Side.GIVEN and row.delivered_at:
        waited = now - row.delivered_at
        is_long = waited >= UNANSWERED_AFTER
        return _call("promise_unanswered", row, n=waited.days) if is_long else None
    if row.state == State.REQUESTED and row.side == Side.GIVEN and row.answer_by:
        return _call("no_owed", row) if row.answer_by - now <= DUE_WITHIN else None
    return None


def _call(kind: str, row: Promise, **more: str | int) -> Occasion:
    return calling(kind, _mark(row), {**_blanks(row), **more})


def _mark(row: Promise) -> str:
    return f"promise:{row.pk}"


def _blanks(row: Promise) -> Blanks:
    blanks = {"promise": row.what}
    return blanks | {"person": row.person.name} if row.person else blanks


def _when(due: date, day: date) -> str:
    """The day as it stands in the middle of a sentence."""
    if due == day:
        return _("today")
    if due == day + timedelta(days=1):
        return _("tomorrow")
    return _("on %(day)s") % {"day": day_of_year(due)}
