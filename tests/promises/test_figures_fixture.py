"""The eight promises of the specification, told by the verbs, and the figures they add up to."""

from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from apps.accounts.models import User
from apps.promises import changing, closing, counting, figures
from apps.promises.clock import pass_time
from apps.promises.figures import End, Share
from apps.promises.models import Promise
from apps.promises.moving import Turn, as_owner, turn
from apps.promises.states import Role
from tests.factories import NOW, make_person, make_promise, make_wanted

pytestmark = pytest.mark.django_db
P, R = Role.PROMISER, Role.RECIPIENT
DAY = timedelta(days=1)
DUE = NOW + 10 * DAY
MET = [{"met": True}, {"met": True}]


def act(promise: Promise, role: Role, now) -> AbstractContextManager[Turn]:
    return turn(promise.owner_id, promise.pk, as_owner(promise, role), now)


def move_to(promise: Promise, due, *, proposed, agreed) -> None:
    """A change of the day that P proposes and R agrees to."""
    wanted = make_wanted(what=promise.what, due_at=due)
    with act(promise, P, proposed) as it:
        version = changing.propose(it, wanted=wanted, reason="estimate").terms.number
    with act(promise, R, agreed) as it:
        changing.agree(it, version=version)


def deliver(promise: Promise, at) -> None:
    with act(promise, P, at) as it:
        closing.deliver(it, claims=MET)


def keep(promise: Promise, at, heard=None) -> None:
    deliver(promise, at)
    with act(promise, R, heard or at + DAY) as it:
        closing.satisfied(it)


def eight(alice: User, side: str = "given") -> list[Promise]:
    """p1 to p8 of promises.md 1.6, each due on the same day."""
    ana = make_person(alice) if side != "own" else None
    p = [make_promise(alice, person=ana, side=side, due_at=DUE, what=f"p{n}") for n in range(1, 9)]
    keep(p[0], DUE - DAY)
    move_to(p[2], DUE + 5 * DAY, proposed=DUE - 3 * DAY, agreed=DUE - 2 * DAY)
    with act(p[4], P, DUE - 5 * DAY) as it:
        closing.revoke(it, reason="held_too_much")
    with act(p[6], R, DUE - DAY) as it:
        closing.release(it, because="no_longer_needed")
    deliver(p[7], DUE - DAY)
    pass_time(DUE + timedelta(hours=1))
    keep(p[1], DUE + 2 * DAY)
    move_to(p[3], DUE + 6 * DAY, proposed=DUE + DAY, agreed=DUE + 2 * DAY)
    keep(p[2], DUE + 4 * DAY)
    keep(p[3], DUE + 5 * DAY)
    with act(p[5], P, DUE + 3 * DAY) as it:
        closing.break_off(it, reason="avoided")
    pass_time(DUE + 20 * DAY)
    return p


def test_it_adds_up_as_specified(alice: User) -> None:
    eight(alice)
    found = figures.figures_of(counting.rows_of(alice.pk).given)
    assert found.kept == Share(4, 6)
    assert found.on_time == Share(2, 6)
    assert found.first_word == Share(2, 5)
    assert (found.released, found.unheard) == (1, 1)
    assert found.notice == 4 * DAY
    assert (found.confirmed, found.reported) == (0, 4)
    assert found.accepted_first == Share(4, 4)


def test_each_ended_as_specified(alice: User) -> None:
    eight(alice)
    names = dict(Promise.objects.values_list("pk", "what"))
    ends = {names[row.pk]: figures.end_of(row) for row in counting.rows_of(alice.pk).given}
    assert ends == {
        "p1": End.ON_TIME,
        "p2": End.LATE,
        "p3": End.ON_TIME,
        "p4": End.LATE,
        "p5": End.REVOKED_EARLY,
        "p6": End.BROKEN,
        "p7": End.RELEASED,
        "p8": End.UNHEARD,
    }


def test_reasons_are_counted_in_their_time(alice: User) -> None:
    eight(alice)
    found = counting.reasons_of(alice.pk, NOW, DUE + 30 * DAY)
    # p3 and p4 were moved for the same reason.
    assert found == [("estimate", 2), ("avoided", 1), ("held_too_much", 1)]
    assert counting.reasons_of(alice.pk, DUE + 30 * DAY, DUE + 60 * DAY) == []
