"""Freezing what a week begins with, and reading weeks with what became of them.

A snapshot is read from the ledger as it stood at midnight, not from what is there when somebody
gets to it: an hour that was missed, or a week, is made up for without a difference.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.accounts.models import User
from apps.core.periods import local_day, week_start
from apps.promises.models import (
    Amendment,
    Delivery,
    Event,
    PlannedPromise,
    Promise,
    PromiseSettings,
    Terms,
)
from apps.promises.models.promise import Side
from apps.promises.states import BINDING, Move, Role
from apps.promises.weeks import WEEK, Handed, Planned, Span, Week, spans, week_of

# So many weeks that were missed are made up for.
MOST_MISSED = 8
PROMISED = (Side.GIVEN, Side.OWN)
AGREEING = (Move.PROMISE, Move.ACCEPT, Move.RECORD)
# A week shows at most so many rows.
MOST_ROWS = 200


def monday_of(now: datetime, zone_name: str) -> date:
    """The Monday of the week that the clock of this zone shows."""
    return week_start(local_day(now, zone_name), 0)


def plan_weeks(now: datetime) -> int:
    """Freeze the week of everybody whose Monday has begun; says how many weeks that were.

    Run every hour, and as often as one likes: a week is frozen once. Nothing is done for who is
    leaving, or has not said where they live.
    """
    # No zone is further ahead than fourteen hours.
    latest = monday_of(now + timedelta(hours=14), "UTC")
    behind = PromiseSettings.objects.filter(owner=OuterRef("pk"), planned_on__gte=latest)
    promising = Promise.objects.filter(owner=OuterRef("pk"))
    people = User.objects.filter(Exists(promising), ~Exists(behind), deletion_asked_at=None)
    done = 0
    for pk, zone_name in people.exclude(time_zone="").values_list("pk", "time_zone").iterator():
        done += _plan(pk, zone_name, now)
    return done


def _plan(owner: UUID, zone_name: str, now: datetime) -> int:
    monday = monday_of(now, zone_name)
    with transaction.atomic():
        PromiseSettings.objects.bulk_create(
            [PromiseSettings(owner_id=owner)], ignore_conflicts=True
        )
        chosen = PromiseSettings.objects.select_for_update().get(owner=owner)
        last = chosen.planned_on
        if last is not None and last >= monday:
            return 0
        first = monday if last is None else max(last + WEEK, monday - MOST_MISSED * WEEK)
        missed = spans(first, monday, zone_name)
        for span in missed:
            PlannedPromise.objects.bulk_create(
                [
                    PlannedPromise(
                        owner_id=owner, week_on=span.monday, promise=row, due_at=row.due_then
                    )
                    for row in standing(owner, span)
                ],
                ignore_conflicts=True,
            )
        chosen.planned_on = monday
        chosen.save(update_fields=["planned_on", "updated_at"])
    return len(missed)


def standing(owner: UUID, span: Span) -> QuerySet[Any]:
    """What bound its owner when the week began and was due in it, as the ledger had it then.

    Each has the due moment of that time as `due_then`.
    """
    then = Event.objects.filter(promise=OuterRef("pk"), recorded_at__lte=span.begins_at)
    # A change that was only proposed names terms that nobody had agreed to.
    last = then.exclude(move=Move.PROPOSE).order_by("-seq")
    terms = Terms.objects.filter(promise=OuterRef("pk"), number=OuterRef("version_then"))
    return (
        Promise.objects.filter(
            Q(ended_at=None) | Q(ended_at__gt=span.begins_at),
            owner=owner,
            side__in=PROMISED,
            is_retro=False,
            agreed_at__lte=span.begins_at,
        )
        .annotate(
            state_then=Subquery(last.values("to_state")[:1]),
            version_then=Subquery(last.values("terms_version")[:1]),
        )
        .filter(state_then__in=BINDING)
        .annotate(due_then=Subquery(terms.values("due_at")[:1]))
        .filter(due_then__gt=span.begins_at, due_then__lte=span.ends_at)
    )


def weeks_of(user: User, first: date, last: date, now: datetime) -> list[Week]:
    """The weeks from one Monday to another with all that was due in them, the earliest first.

    Six queries, however many weeks.
    """
    wanted = spans(first, last, user.time_zone or "UTC")
    found = {span: _due_in(span, rows) for span, rows in _rows_of(user, wanted).items()}
    pks = {row.pk for rows in found.values() for row in rows}
    handed = _deliveries(user, pks)
    told = _reasons_told(user, pks)
    return [
        week_of(span, [_whole(row, handed, told) for row in found[span]], now) for span in wanted
    ]


Found = tuple[Promise, datetime, PlannedPromise | None]


def _rows_of(user: User, wanted: list[Span]) -> dict[Span, list[Found]]:
    """The promises of each week: frozen on its Monday, or made and due within it."""
    by_monday = {span.monday: span for span in wanted}
    rows: dict[Span, list[Found]] = {span: [] for span in wanted}
    planned = PlannedPromise.objects.for_user(user).filter(week_on__in=list(by_monday))
    for plan in planned.select_related("promise__person").order_by("due_at", "id"):
        rows[by_monday[plan.week_on]].append((plan.promise, plan.due_at, plan))
    for row in _made_within(user, wanted):
        for span in wanted:
            if span.holds(row.bound_at) and span.holds(row.first_due):
                rows[span].append((row, row.first_due, None))
    last = wanted[-1]
    chosen = PromiseSettings.objects.for_user(user).first()
    if chosen is None or chosen.planned_on is None or chosen.planned_on < last.monday:
        # The week has just begun, and nobody has frozen it yet.
        for row in standing(user.pk, last).select_related("person")[:MOST_ROWS]:
            rows[last].append((row, row.due_then, None))
    return rows


def _made_within(user: User, wanted: list[Span]) -> QuerySet[Any]:
    """What was agreed in these weeks, with the first due moment that was agreed."""
    begins, ends = wanted[0].begins_at, wanted[-1].ends_at
    bound = Event.objects.filter(promise=OuterRef("pk"), move__in=AGREEING).order_by("seq")
    changed = Amendment.objects.filter(promise=OuterRef("pk"), status=Amendment.Status.AGREED)
    before = changed.order_by("proposed_at").annotate(due=F("proposed_at") + F("lead"))
    return (
        Promise.objects.for_user(user)
        # What was said up to seven days before it was entered is no retrospect.
        .filter(agreed_at__gt=begins - WEEK, agreed_at__lte=ends, is_retro=False)
        .filter(side__in=PROMISED)
        .annotate(
            bound_at=Subquery(bound.values("recorded_at")[:1]),
            first_due=Coalesce(Subquery(before.values("due")[:1]), F("due_at")),
        )
        .filter(bound_at__gt=begins, first_due__gt=begins, first_due__lte=ends)
        .select_related("person")
        .order_by("first_due", "id")[: MOST_ROWS * len(wanted)]
    )


def _due_in(span: Span, found: Iterable[Found]) -> list[Planned]:
    """Each promise once: as it was frozen, where it was."""
    rows: dict[UUID, Planned] = {}
    for promise, due_at, plan in found:
        rows.setdefault(
            promise.pk,
            Planned(
                pk=promise.pk,
                what=promise.what,
                person=str(promise.person or ""),
                is_own=promise.is_to_self,
                state=promise.state,
                due_at=due_at,
                due_now=promise.due_at,
                ended_at=promise.ended_at,
                reason=plan.reason if plan else "",
                note=plan.reason_note if plan else "",
            ),
        )
    return list(rows.values())[:MOST_ROWS]


def _deliveries(user: User, pks: Collection[UUID]) -> dict[UUID, tuple[Handed, ...]]:
    found: defaultdict[UUID, tuple[Handed, ...]] = defaultdict(tuple)
    rows = Delivery.objects.for_user(user).filter(promise__in=pks).order_by("number")
    for pk, at, accepted in rows.values_list("promise_id", "delivered_at", "is_accepted"):
        found[pk] += (Handed(at, accepted),)
    return found


# Of a promise: the due moment a reason was given for, None for what ended it.
Told = dict[tuple[UUID, datetime | None], str]


def _reasons_told(user: User, pks: Collection[UUID]) -> Told:
    """Reasons that were given with a change, or with an end."""
    told: Told = {}
    changes = Amendment.objects.for_user(user).filter(promise__in=pks, by=Role.PROMISER)
    for pk, due, reason in (
        changes.exclude(reason="")
        .order_by("proposed_at")
        .values_list("promise_id", F("proposed_at") + F("lead"), "reason")
    ):
        told[pk, due] = reason
    ends = Event.objects.for_user(user).filter(promise__in=pks, move__in=[Move.REVOKE, Move.BREAK])
    for pk, payload in ends.filter(role=Role.PROMISER).values_list("promise_id", "payload"):
        if payload.get("reason"):
            told[pk, None] = payload["reason"]
    return told


def _whole(row: Planned, handed: dict[UUID, tuple[Handed, ...]], told: Told) -> Planned:
    """The row with what was delivered and with the reason that was given for this due moment."""
    reason = told.get((row.pk, row.due_at), "")
    if not reason and row.due_now == row.due_at:
        reason = told.get((row.pk, None), "")
    return Planned(
        **{
            **vars(row),
            "deliveries": handed[row.pk],
            "reason": reason or row.reason,
            "note": "" if reason else row.note,
            "is_told": bool(reason),
        }
    )


def give_reason(user: User, span: Span, row: Planned, *, reason: str, note: str) -> None:
    """Keep what the owner says of a promise that went otherwise in this week."""
    PlannedPromise.objects.update_or_create(
        owner=user,
        week_on=span.monday,
        promise_id=row.pk,
        defaults={"reason": reason, "reason_note": note},
        create_defaults={"due_at": row.due_at, "reason": reason, "reason_note": note},
    )


def week_on(user: User, monday: date, now: datetime) -> Week:
    """One week."""
    return weeks_of(user, monday, monday, now)[0]
