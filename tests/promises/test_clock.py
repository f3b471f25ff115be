"""What time does to promises: when it is time and not before, once, and in whatever order."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from apps.accounts.models import User
from apps.core.models import new_id
from apps.promises import clock, handing_on
from apps.promises.clock import Passed
from apps.promises.dueness import NoSuchDay, due_moment
from apps.promises.models import Invitation, Letter, Notice, Promise
from apps.promises.moving import as_owner, turn
from apps.promises.states import Move, Role, State
from apps.promises.tasks import pass_time_over_promises
from tests.core.test_zones import EPOCH, changes, seen_on_the_wall
from tests.factories import (
    NOW,
    make_promise,
    make_user,
)
from tests.journal.test_parallel_saves import at_once
from tests.promises.building import DAY, HOUR, in_state, moved
from tests.promises.test_dueness import SAMPLE, own_names

pytestmark = pytest.mark.django_db
P, R, S = Role
SECOND = timedelta(seconds=1)
NOTHING = Passed(0, 0, 0, 0, 0, 0, 0)


def state(promise: Promise) -> str:
    promise.refresh_from_db()
    return promise.state


def moves(promise: Promise) -> list[str]:
    return list(promise.events.order_by("seq").values_list("move", flat=True))


def hourly(begin: datetime, end: datetime, every: timedelta = HOUR) -> None:
    while begin <= end:
        clock.pass_time(begin)
        begin += every


# Not a second too early, and once


def requested(owner: User) -> tuple[Promise, datetime]:
    promise = in_state(owner, State.REQUESTED)
    return promise, promise.answer_by + DAY


def offered(owner: User) -> tuple[Promise, datetime]:
    promise = in_state(owner, State.OFFERED)
    return promise, promise.answer_by + DAY


def conditional(owner: User) -> tuple[Promise, datetime]:
    promise = in_state(owner, State.CONDITIONAL)
    return promise, promise.all_terms.get().condition_expires_at + DAY


def unanswered_change(owner: User) -> tuple[Promise, datetime]:
    promise = in_state(owner, State.ACTIVE, amended_by=P)
    return promise, promise.amendments.get().answer_by


def due(owner: User) -> tuple[Promise, datetime]:
    promise = in_state(owner, State.ACTIVE)
    return promise, promise.due_at


def delivered(owner: User) -> tuple[Promise, datetime]:
    promise = in_state(owner, State.DELIVERED)
    return promise, promise.assess_by


CASES = [
    (requested, "lapse", "lapsed"),
    (offered, "lapse", "lapsed"),
    (conditional, "lapse", "lapsed"),
    (unanswered_change, "refuse", "active"),
    (due, "fall_due", "overdue"),
    (delivered, "close_unheard", "unheard"),
]


@pytest.mark.parametrize(("make", "move", "reached"), CASES)
def test_it_comes_not_a_second_too_early_and_once(alice, make, move, reached) -> None:
    promise, moment = make(alice)
    before = moves(promise)
    assert clock.pass_time(moment) == NOTHING
    assert moves(promise) == before
    clock.pass_time(moment + SECOND)
    assert moves(promise) == [*before, move]
    assert state(promise) == reached
    event = promise.events.order_by("-seq")[0]
    assert (event.role, event.via, event.actor_user_id) == ("clock", "system", None)
    assert event.recorded_at == moment + SECOND
    assert clock.pass_time(moment + SECOND) == NOTHING
    assert clock.pass_time(moment + 2 * SECOND) == NOTHING
    assert moves(promise) == [*before, move]


@pytest.mark.parametrize(("make", "move", "reached"), CASES)
def test_who_is_leaving_is_left_alone(alice, make, move, reached) -> None:
    promise, moment = make(alice)
    before = moves(promise)
    User.objects.filter(pk=alice.pk).update(deletion_asked_at=NOW)
    assert clock.pass_time(moment + 100 * DAY) == NOTHING
    assert moves(promise) == before
    User.objects.filter(pk=alice.pk).update(deletion_asked_at=None)
    clock.pass_time(moment + SECOND)
    assert state(promise) == reached


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("make", "move", "reached"), CASES)
def test_two_clocks_at_once_are_one(make, move, reached) -> None:
    promise, moment = make(make_user())
    before = moves(promise)
    at_once(lambda _: clock.pass_time(moment + SECOND), crowd=4)
    assert moves(promise) == [*before, move]
    assert state(promise) == reached


def test_a_lapse_of_what_was_changed_closes_the_change(alice) -> None:
    promise = in_state(alice, State.CONDITIONAL, amended_by=R)
    clock.pass_time(NOW + 60 * DAY)
    assert moves(promise) == ["record", "propose", "refuse", "lapse"]
    assert promise.amendments.get().status == "refused"
    assert state(promise) == "lapsed"


def test_the_task_takes_the_time_it_was_meant_for(alice) -> None:
    promise, moment = due(alice)
    pass_time_over_promises(int(moment.timestamp()))
    assert state(promise) == "active"
    pass_time_over_promises(int(moment.timestamp()) + 1)
    assert state(promise) == "overdue"


def test_many_are_moved_a_few_at_a_time(alice, monkeypatch) -> None:
    monkeypatch.setattr(clock, "BATCH", 2)
    rows = [make_promise(alice) for _ in range(5)]
    assert clock.pass_time(NOW + 11 * DAY).overdue == 5
    assert {state(row) for row in rows} == {"overdue"}


def test_one_that_cannot_be_moved_stops_no_other(alice, monkeypatch) -> None:
    first, second = make_promise(alice), make_promise(alice)
    right = clock._fall_due

    def moody(it: Any) -> bool:
        if it.promise.pk == first.pk:
            raise clock.Illegal("not this one")
        return right(it)

    monkeypatch.setattr(clock, "_fall_due", moody)
    clock.pass_time(NOW + 11 * DAY)
    assert (state(first), state(second)) == ("active", "overdue")


# Silence


def overdue(owner: User) -> Promise:
    promise = make_promise(owner)
    clock.pass_time(promise.due_at + HOUR)
    return promise


def notices(promise: Promise) -> list[int]:
    promise.refresh_from_db()
    rows = Notice.objects.filter(promise=promise, after_seq=promise.seq)
    return list(rows.order_by("number").values_list("number", flat=True))


def test_silence_breaks_after_sixty_days_and_two_notices(alice) -> None:
    promise = overdue(alice)
    for after, told, reached in (
        (30 * DAY, [], "overdue"),
        (30 * DAY + SECOND, [1], "overdue"),
        (53 * DAY, [1], "overdue"),
        (53 * DAY + SECOND, [1, 2], "overdue"),
        (60 * DAY, [1, 2], "overdue"),
        (60 * DAY + SECOND, None, "broken"),
    ):
        clock.pass_time(promise.due_at + after)
        assert state(promise) == reached, after
        if told is not None:
            assert notices(promise) == told, after
    assert promise.events.order_by("-seq")[0].payload == {"reason": "", "silence": True}
    assert Notice.objects.count() == 2


def test_a_clock_that_stood_still_tells_first_and_takes_its_time(alice) -> None:
    promise = make_promise(alice)
    late = promise.due_at + 100 * DAY
    for after, told in ((timedelta(0), [1]), (7 * DAY - SECOND, [1]), (7 * DAY, [1, 2])):
        clock.pass_time(late + after)
        assert state(promise) == "overdue"
        assert notices(promise) == told
    clock.pass_time(late + 14 * DAY - SECOND)
    assert state(promise) == "overdue"
    clock.pass_time(late + 14 * DAY)
    assert state(promise) == "broken"


def test_a_new_word_begins_again(alice) -> None:
    promise = overdue(alice)
    word = promise.due_at + 59 * DAY
    hourly(promise.due_at, word, DAY)
    assert notices(promise) == [1, 2]
    moved(promise, Move.PROPOSE, P, word)
    moved(promise, Move.DROP, P, word)
    hourly(word, word + 30 * DAY, DAY)
    promise.refresh_from_db()
    assert notices(promise) == []
    hourly(word + 31 * DAY, word + 60 * DAY, DAY)
    assert state(promise) == "overdue"
    assert notices(promise) == [1, 2]
    clock.pass_time(word + 60 * DAY + HOUR)
    clock.pass_time(word + 61 * DAY + HOUR)
    assert state(promise) == "broken"


def test_silence_has_no_reason_and_breaks_nothing_that_is_not_due(alice) -> None:
    promise = make_promise(alice, due_at=NOW + 400 * DAY)
    hourly(NOW, NOW + 399 * DAY, 10 * DAY)
    assert (state(promise), moves(promise)) == ("active", ["record"])


# Letters


def letter_box(promise: Promise, **over: Any) -> Invitation:
    values = {"purpose": "assess", "by_mail": True, "expires_at": NOW + 180 * DAY}
    if over.get("by_mail", True):
        values |= {"sealed_email": "sealed", "email_digest": "a digest"}
    return Invitation.objects.create(
        owner=promise.owner,
        promise=promise,
        person=promise.person,
        digest=new_id().hex * 2,
        sealed="",
        **values | over,
    )


def test_unheard_waits_for_two_nudges_where_letters_go_by_mail(alice) -> None:
    promise, moment = delivered(alice)
    box = letter_box(promise)
    later = moment + SECOND
    for number in range(3):
        clock.pass_time(later)
        assert state(promise) == "delivered"
        Letter.objects.create(owner=alice, invitation=box, number=number, sent_at=later)
    clock.pass_time(later)
    assert state(promise) == "unheard"
    assert promise.events.order_by("-seq")[0].payload == {"nudges": 2}


@pytest.mark.parametrize(
    "over",
    [
        {"by_mail": False},
        {"purpose": "answer"},
        {"revoked_at": NOW},
        {"expires_at": NOW + 14 * DAY},
    ],
)
def test_unheard_waits_for_no_letter_that_will_not_go(alice, over) -> None:
    promise, moment = delivered(alice)
    letter_box(promise, **over)
    clock.pass_time(max(moment, NOW + 14 * DAY) + SECOND)
    assert state(promise) == "unheard"


# What waits for another promise


def waiting(owner: User, other: Promise, until: str) -> Promise:
    promise = in_state(owner, State.CONDITIONAL)
    with turn(owner.pk, promise.pk, as_owner(promise, P), NOW) as it:
        handing_on.wait_for(it, other, until=until)
    return promise


@pytest.mark.parametrize(
    ("done", "until", "reached"),
    [
        (State.ACTIVE, "delivered", "conditional"),
        (State.DELIVERED, "delivered", "active"),
        (State.DELIVERED, "kept", "conditional"),
        (State.UNHEARD, "delivered", "active"),
        (State.UNHEARD, "kept", "conditional"),
        (State.KEPT, "kept", "active"),
        (State.KEPT, "delivered", "active"),
        (State.RELEASED, "delivered", "conditional"),
    ],
)
def test_what_waited_is_owed_when_the_other_has_come_about(alice, done, until, reached) -> None:
    promise = waiting(alice, in_state(alice, done), until)
    assert clock.pass_time(NOW).let_go_on == (1 if reached == "active" else 0)
    assert clock.pass_time(NOW) == NOTHING
    assert state(promise) == reached


def test_what_can_never_go_on_keeps_nothing_else_waiting(alice, monkeypatch) -> None:
    monkeypatch.setattr(clock, "BATCH", 1)
    stuck = [waiting(alice, in_state(alice, State.DELIVERED), "kept") for _ in range(2)]
    ready = waiting(alice, in_state(alice, State.DELIVERED), "delivered")
    assert clock.pass_time(NOW).let_go_on == 1
    assert state(ready) == "active"
    assert {state(it) for it in stuck} == {"conditional"}


# In whatever order


def neighbourhood(owner: User) -> list[Promise]:
    """Something of everything that time does something to."""
    rows = [make(owner)[0] for make, _, _ in CASES]
    rows += [in_state(owner, it) for it in (State.OVERDUE, State.KEPT, State.DECLINED)]
    rows += [in_state(owner, State.CONDITIONAL, amended_by=R)]
    rows += [in_state(owner, State.ACTIVE, amended_by=R, due_at=NOW + 3 * DAY)]
    rows += [make_promise(owner, due_at=NOW + days * DAY) for days in (1, 20, 50, 89)]
    other = in_state(owner, State.DELIVERED)
    rows += [other, waiting(owner, other, "kept"), waiting(owner, other, "delivered")]
    return rows


@pytest.mark.parametrize("every", [11 * HOUR, pytest.param(HOUR, marks=pytest.mark.nightly)])
def test_every_hour_or_once_after_three_months_comes_to_the_same(alice, bob, every) -> None:
    """Silence alone waits: nobody's promise is broken before they were told twice.

    By day the clock comes every eleven hours, and so at every hour of a day; at night every hour.
    """
    often, once = neighbourhood(alice), neighbourhood(bob)
    User.objects.filter(pk=bob.pk).update(deletion_asked_at=NOW)
    end = NOW + 90 * DAY
    hourly(NOW, end, every)
    User.objects.filter(pk=bob.pk).update(deletion_asked_at=None)
    clock.pass_time(end)
    for a, b in zip(often, once, strict=True):
        ended, late = state(a), state(b)
        told = [it for it in moves(a) if it != "break"]
        assert moves(b) == told
        assert ended == late or (ended, late) == ("broken", "overdue")
        assert [it.status for it in a.amendments.all()] == [it.status for it in b.amendments.all()]
    hourly(end, end + 14 * DAY, DAY)
    for a, b in zip(often, once, strict=True):
        assert state(a) == state(b)
        assert moves(a) == moves(b)


def test_the_ledger_says_when_it_should_have_been(alice) -> None:
    promise, moment = due(alice)
    clock.pass_time(moment + 40 * DAY)
    event = promise.events.get(move="fall_due")
    assert (event.said_at, event.recorded_at) == (moment, moment + 40 * DAY)


# Every zone


def checks_of_due_days(name: str) -> list[tuple[datetime, str, date]]:
    found = []
    for change in changes(name):
        seen = (EPOCH + timedelta(seconds=change.at + change.before)).date()
        for day in (seen + timedelta(days=shift) for shift in (-1, 0, 1)):
            try:
                found.append((*due_moment(day, None, name), day))
            except NoSuchDay:
                continue
    return found


def test_it_falls_due_when_its_day_is_over_on_the_wall(alice) -> None:
    """Around two changes of clocks in each zone of the sample, through the real clock.

    It goes forward, so that all are made first, and each moment comes once for all of them.
    """
    dues = []
    for name in own_names(SAMPLE):
        for due_at, precision, day in checks_of_due_days(name)[-6:]:
            said = due_at - 5 * DAY
            promise = make_promise(
                alice, now=said, due_at=due_at, due_precision=precision, due_zone=name
            )
            assert promise.all_terms.get().due_on == day
            last = due_at - SECOND
            assert seen_on_the_wall(name, int(last.timestamp()), 0) == day
            assert seen_on_the_wall(name, int(due_at.timestamp()), 0) > day
            dues.append((due_at, promise, f"{name} {day}"))
    for moment in sorted({due_at for due_at, _, _ in dues}):
        told = {it.pk: about for due_at, it, about in dues if due_at == moment}
        for now, reached in ((moment, "active"), (moment + SECOND, "overdue")):
            clock.pass_time(now)
            found = Promise.objects.filter(pk__in=told).values_list("pk", "state")
            assert {told[pk]: it for pk, it in found} == dict.fromkeys(told.values(), reached)
        # Silence about it is not what is looked at here.
        Promise.objects.filter(pk__in=told).update(due_at=moment + 9_999 * DAY)


def test_a_move_to_another_zone_moves_no_due_moment(alice) -> None:
    promise, moment = due(alice)
    User.objects.filter(pk=alice.pk).update(time_zone="Pacific/Auckland")
    clock.pass_time(moment)
    assert state(promise) == "active"


def test_a_timed_due_moment_is_that_moment(alice) -> None:
    due_at, precision = due_moment(date(2026, 11, 27), time(17), "Asia/Kathmandu")
    assert due_at == datetime(2026, 11, 27, 11, 15, tzinfo=UTC)
    promise = make_promise(alice, due_at=due_at, due_precision=precision, due_zone="Asia/Kathmandu")
    clock.pass_time(due_at)
    assert state(promise) == "active"
    clock.pass_time(due_at + SECOND)
    assert state(promise) == "overdue"
