"""Reading promises for pages: the register by what it needs, one promise with all of its story."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Coalesce

from apps.accounts.models import User
from apps.core.http import first_or_404
from apps.core.periods import instant_on
from apps.core.statements import KeyedStatement, Reading, Steps, abreast, nothing
from apps.people.models import Person
from apps.promises.models import (
    Amendment,
    Delivery,
    Event,
    Promise,
    PromiseLink,
    Terms,
    ValueAssessment,
)
from apps.promises.models.promise import MAY_BE_WANTED, Side
from apps.promises.needs import LIVE, Need, need_of
from apps.promises.states import Move, Role, State, moves_of
from apps.promises.wording import Saying, saying

# A group shows as many at first; a page of one group, or of those that ended, has more.
SHOWN = 6
PAGE = 50
# Enough for everything that is under way in most lives; what is beyond has its own page.
LIVE_READ = 40
EVENTS_SHOWN = 200


@dataclass(frozen=True)
class Group:
    """Promises that need the same, as many as are shown at once; how many, if that is known."""

    need: Need
    rows: list[Promise]
    count: int | None

    @property
    def has_more(self) -> bool:
        """Whether a page of its own shows more of them."""
        return self.count is None or self.count > len(self.rows)


@dataclass(frozen=True)
class Register:
    """The register as its first page shows it."""

    groups: list[Group]
    has_ended: bool

    @property
    def is_empty(self) -> bool:
        """Whether there is no promise at all."""
        return not self.has_ended and not self.groups


def register(user: User, person: Person | None = None) -> Register:
    """What is under way, by what it needs of this person; of one other person where one is named.

    Two queries, however long the register is. What ended is not counted: that grows with a life.
    """
    if person is None:
        live, ended = _live(owner=user.pk), _ended(owner=user.pk)
    else:
        live = _live_with(owner=user.pk, person=person.pk)
        ended = _ended_with(owner=user.pk, person=person.pk)
    is_whole = len(live) < LIVE_READ
    by_need: dict[Need, list[Promise]] = {need: [] for need in LIVE}
    for row in live:
        by_need[need_of(row.side, row.state, row.amendment_by)].append(row)
    groups = [
        Group(need, rows[:SHOWN], len(rows) if is_whole else None)
        for need, rows in by_need.items()
        if rows
    ]
    return Register(groups, bool(ended))


SOONEST = (Coalesce("due_at", "answer_by").asc(nulls_last=True), "id")
# What a row of a list shows.
ROW = (
    *("owner_id", "side", "state", "amendment_by", "what", "due_at", "due_precision", "due_zone"),
    *("answer_by", "holds", "ended_at", "moved_at", "ask_again_on", "person__name"),
)


@KeyedStatement
def _ended(owner: Any) -> Any:
    """One that ended, if there is any."""
    return _over(Promise.objects.filter(owner=owner))


@KeyedStatement
def _ended_with(owner: Any, person: Any) -> Any:
    return _over(Promise.objects.filter(owner=owner, person=person))


def _over(rows: Any) -> Any:
    return rows.shown().filter(ended_at__isnull=False).values_list("pk")[:1]


@KeyedStatement
def _live(owner: Any) -> Any:
    """What is under way, by when it is due."""
    return _under_way(Promise.objects.filter(owner=owner))


@KeyedStatement
def _live_with(owner: Any, person: Any) -> Any:
    return _under_way(Promise.objects.filter(owner=owner, person=person))


def _under_way(rows: Any) -> Any:
    found = rows.shown().filter(ended_at=None).with_person().only(*ROW)
    return found.order_by(*SOONEST)[:LIVE_READ]


@dataclass(frozen=True)
class Page:
    """Some of a long list, and where it goes on."""

    rows: list[Promise]
    after: str = ""


def page_of(user: User, need: Need, person: Person | None, after: str) -> Page:
    """One group in full, a page at a time: by when it moved last, latest first.

    `after` is the id of the last row before; an unknown one begins at the top.
    """
    rows = _shown(user, person).filter(need=need.value).with_person()
    return page_after(rows, user.pk, after)


def page_after(rows: Any, owner: UUID, after: str) -> Page:
    """What follows one of these, or their beginning, by when they moved last."""
    last = _row(owner, after)
    if last is not None:
        rows = rows.filter(
            Q(moved_at__lt=last.moved_at) | Q(moved_at=last.moved_at, id__lt=last.pk)
        )
    found = list(rows.order_by("-moved_at", "-id")[: PAGE + 1])
    more = len(found) > PAGE
    return Page(found[:PAGE], str(found[PAGE - 1].pk) if more else "")


def due_within(user: User, first: date, last: date) -> list[Promise]:
    """What is due from one day to the other, both included, on the owner's calendar."""
    zone_name = user.time_zone or "UTC"
    begins = instant_on(first, time(0), zone_name)
    ends = instant_on(last + timedelta(days=1), time(0), zone_name)
    rows = Promise.objects.for_user(user).shown().filter(due_at__gt=begins, due_at__lte=ends)
    return list(
        rows.exclude(state__in=[State.DECLINED, State.WITHDRAWN, State.LAPSED, State.SUPERSEDED])
        .with_person()
        .order_by("due_at", "id")[:LIVE_READ]
    )


@Reading
def wanted_today(user: User, day: date) -> Steps[list[Promise]]:
    """What Today shows: owed and due by the end of this day, what waits for an answer, and whom one
    may ask again what it made possible.

    One query; at most five.
    """
    ends = instant_on(day + timedelta(days=1), time(0), user.time_zone or "UTC")
    return (yield from _wanted.begun(owner=user.pk, ends=ends, day=day))


TODAY_SHOWN = 5


@KeyedStatement
def _wanted(owner: Any, ends: Any, day: Any) -> Any:
    due = Q(need=Need.DELIVER.value, due_at__lte=ends)
    # They agreed to be asked again by now.
    again = Q(ask_again_on__lte=day, side=Side.GIVEN, state=State.KEPT)
    rows = Promise.objects.filter(MAY_BE_WANTED, owner=owner)
    rows = rows.filter(Q(need=Need.ANSWER.value) | due | again).order_by(*SOONEST)
    # First which, then with whom: PostgreSQL takes the few that are wanted for many, and to join
    # many it would read everybody's people.
    few = Promise.objects.filter(owner=owner, pk__in=rows.values("pk")[:TODAY_SHOWN])
    return few.with_person().only(*ROW).order_by(*SOONEST)


def _shown(user: User, person: Person | None) -> Any:
    rows = Promise.objects.for_user(user).shown()
    return rows.filter(person=person) if person else rows


def _row(owner: UUID, pk: str) -> Promise | None:
    try:
        return Promise.objects.filter(owner=owner, pk=UUID(pk)).first()
    except ValueError:
        return None


@dataclass(frozen=True)
class Button:
    """A move somebody may make now."""

    move: Move
    role: Role
    words: Saying


@dataclass(frozen=True)
class Story:
    """A promise with all that its page shows."""

    promise: Promise
    terms: Terms
    versions: dict[int, Terms]
    amendment: Amendment | None
    events: list[Event]
    deliveries: list[Delivery]
    theirs: list[ValueAssessment]
    own: list[ValueAssessment]
    links: list[PromiseLink]
    links_back: list[PromiseLink]
    buttons: list[Button]
    reports: list[Button]

    @property
    def is_tied(self) -> bool:
        """Whether it leads to others, or others lead here."""
        return bool(self.links or self.links_back)

    @property
    def has_parts(self) -> bool:
        """Whether others are parts of it: they have a section of their own."""
        return any(link.kind == PromiseLink.Kind.PART_OF for link in self.links_back)

    @property
    def tied_from(self) -> list[PromiseLink]:
        """What else leads here."""
        return [link for link in self.links_back if link.kind != PromiseLink.Kind.PART_OF]

    @property
    def first(self) -> list[Button]:
        """What is mostly said next."""
        return [button for button in self.buttons if button.move not in SELDOM]

    @property
    def seldom(self) -> list[Button]:
        """What is said now and then."""
        return [button for button in self.buttons if button.move in SELDOM]

    @property
    def delivery(self) -> Delivery | None:
        """What was delivered last."""
        return self.deliveries[-1] if self.deliveries else None


def promise_to_read(user: User, pk: UUID) -> Promise:
    """A promise of theirs with whoever is at the other end. Raises Http404 for a stranger's."""
    return first_or_404(_promise(owner=user.pk, pk=pk))


@KeyedStatement
def _promise(owner: Any, pk: Any) -> Any:
    rows = Promise.objects.filter(owner=owner, pk=pk).with_all()
    return rows.only(
        *(*ROW, "seq", "version", "agreed_version", "agreed_at", "delivered_at", "is_retro"),
        *("hidden_at", "erased_at", "is_chosen", "confidence", "if_then", "concern__words"),
    )


@Reading
def story_of(promise: Promise, now: datetime) -> Steps[Story]:
    """All that is known of it, for its owner. Six queries, however long its story is."""
    key = {"owner": promise.owner_id, "promise": promise.pk}
    was_delivered = promise.delivered_at is not None
    rows, found, events, deliveries, assessments = yield from abreast(
        _terms.begun(**key),
        _links.begun(**key),
        _events.begun(**key),
        _deliveries.begun(**key) if was_delivered else nothing(),
        _assessments.begun(**key) if was_delivered or promise.ended_at else nothing(),
    )
    versions = {terms.number: terms for terms in rows}
    terms = versions[promise.version]
    amendment = None
    if promise.amendment_by:
        amendment = promise.amendments.get(status=Amendment.Status.OPEN)
        amendment.terms = next(it for it in versions.values() if it.pk == amendment.terms_id)
    buttons, reports = buttons_of(promise, now, waits=bool(terms.condition))
    return Story(
        promise=promise,
        terms=terms,
        versions=versions,
        amendment=amendment,
        events=events,
        deliveries=deliveries,
        theirs=[row for row in assessments if not row.by_owner],
        own=[row for row in assessments if row.by_owner],
        links=[link for link in found if link.source_id == promise.pk],
        links_back=[link for link in found if link.target_id == promise.pk],
        buttons=buttons,
        reports=reports,
    )


# Reading an instant is slow, and no page of a promise shows these.
UNSHOWN = ("created_at", "updated_at")


@KeyedStatement
def _terms(owner: Any, promise: Any) -> Any:
    rows = Terms.objects.filter(owner=owner, promise=promise).order_by("number")
    return rows.defer(*UNSHOWN, "put_at", "novelty", "reach", "stake", "hands")


@KeyedStatement
def _assessments(owner: Any, promise: Any) -> Any:
    rows = ValueAssessment.objects.filter(owner=owner, promise=promise)
    return rows.order_by("said_at", "id").defer(*UNSHOWN)


@KeyedStatement
def _deliveries(owner: Any, promise: Any) -> Any:
    rows = Delivery.objects.filter(owner=owner, promise=promise).order_by("number")
    return rows.defer(*UNSHOWN, "answered_at", "findings")


@KeyedStatement
def _links(owner: Any, promise: Any) -> Any:
    either = Q(source=promise) | Q(target=promise)
    rows = PromiseLink.objects.filter(either, owner=owner)
    return rows.select_related("source__person", "target__person").order_by("kind", "id")


# What a line of the ledger tells.
LEDGER = (
    *("seq", "move", "role", "via", "said_at", "recorded_at", "terms_version", "note"),
    *("private_note", "payload", "erased_at", "actor_person__name"),
)


@KeyedStatement
def _events(owner: Any, promise: Any) -> Any:
    rows = Event.objects.filter(owner=owner, promise=promise).select_related("actor_person")
    return rows.only(*LEDGER).order_by("-seq")[:EVENTS_SHOWN]


# What a row of a list offers at once, the rest stands on the promise's own page.
FIRST = (
    Move.OFFER,
    Move.PROMISE,
    Move.ACCEPT,
    Move.AGREE,
    Move.DELIVER,
    Move.SATISFIED,
    Move.NOT_YET,
    Move.COUNTER,
    Move.PROPOSE,
    Move.CONDITION_MET,
    Move.REFUSE,
    Move.DROP,
    Move.HOLD,
    Move.RECORD,
    Move.CORRECT,
    Move.DECLINE,
    Move.RELEASE,
    Move.HAND_OVER,
    Move.SPLIT,
    Move.ASSIGN,
    Move.WITHDRAW,
    Move.REVOKE,
    Move.BREAK,
    Move.DISCARD,
)


SELDOM = frozenset(
    {Move.HAND_OVER, Move.SPLIT, Move.ASSIGN, Move.RECORD, Move.HOLD, Move.CORRECT, Move.DISCARD}
)


def buttons_of(
    promise: Promise, now: datetime, *, waits: bool = False
) -> tuple[list[Button], list[Button]]:
    """What its owner may say themselves, and what they may report: by the table, in our order."""
    own: list[Button] = []
    reports: list[Button] = []
    facts = promise.facts(now, waits=waits)
    for role in (Role.PROMISER, Role.RECIPIENT):
        mine = role in promise.owner_roles
        for move in moves_of(State(promise.state), role, facts):
            words = saying(move, role, reported=not mine)
            if words is None or not _makes_sense(promise, move, role, now):
                continue
            (own if mine else reports).append(Button(move, role, words))
    order = {move: index for index, move in enumerate(FIRST)}
    return (
        sorted(own, key=lambda button: order.get(button.move, 99)),
        sorted(reports, key=lambda button: order.get(button.move, 99)),
    )


def _makes_sense(promise: Promise, move: Move, role: Role, now: datetime) -> bool:
    """Whether what the move needs is there: else the button would lead to a refusal."""
    match move:
        case Move.PROMISE | Move.ACCEPT:
            return promise.due_at is not None
        case Move.HOLD:
            return promise.holds < 2
        case Move.ASSIGN | Move.HAND_OVER:
            return promise.side == Side.GIVEN
        case Move.SPLIT:
            return promise.side != Side.ASKED
        case Move.CORRECT:
            return promise.ended_at is not None and now - promise.ended_at <= timedelta(days=7)
        case Move.PROPOSE | Move.CONDITION_MET | Move.BREAK if promise.is_to_self:
            return role is Role.PROMISER
        case _:
            return True
