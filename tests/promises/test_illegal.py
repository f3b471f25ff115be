"""The twelve things that must never happen (specification 1.3), each tried.

The eleventh is about requests and links: looking changes nothing, and a link that is used up,
expired or taken back opens nothing. It is asked where the links are (the tests of links), and of
every address in tests/house/test_private.py and test_reads.py; here only that a link of another
promise, or of somebody else, moves nothing.
"""

import inspect
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from apps.accounts.models import User
from apps.core.models import new_id
from apps.promises import answering, changing, closing, handing_on, making
from apps.promises.models import Event, Invitation, Promise, Terms
from apps.promises.models.promise import Side
from apps.promises.moving import CLOCK, Refused, Stale, as_guest, as_owner, turn
from apps.promises.states import BINDING, ENDED, Illegal, Move, Role, State, legal
from tests.factories import NOW, make_person, make_promise, make_wanted
from tests.promises.building import (
    DAY,
    HOUR,
    amendment_for,
    in_state,
    moved,
    other_terms,
    taken_back,
)

pytestmark = pytest.mark.django_db
P, R, S = Role
MET = [{"met": True}, {"met": True}]


def act(promise: Promise, role: Role, now=NOW) -> Any:
    return turn(promise.owner_id, promise.pk, as_owner(promise, role), now)


def link_for(promise: Promise, **over: Any) -> Invitation:
    values = {"person": promise.person, "purpose": "answer", "expires_at": NOW + DAY} | over
    return Invitation.objects.create(
        owner=promise.owner, promise=promise, digest=new_id().hex * 2, sealed="", **values
    )


# 1. What was agreed is edited nowhere but by the moves that say so.


@pytest.mark.parametrize("state", [it for it in State if it is not State.DRAFT])
def test_1_only_a_draft_is_rewritten(alice: User, state: State) -> None:
    promise = in_state(alice, state)
    with pytest.raises(Illegal), act(promise, P) as it:
        making.rewrite(it, person=promise.person, kind="produce", wanted=make_wanted())


def test_1_no_other_move_changes_the_terms(alice: User) -> None:
    may = {Move.OFFER, Move.COUNTER, Move.PROMISE, Move.ACCEPT, Move.RECORD}
    may |= {Move.PROPOSE, Move.AGREE, Move.DISCARD}
    promises = {}
    for state, move, role in sorted(legal()):
        if move in may:
            continue
        cell = state, amendment_for(move, role)
        if cell not in promises:
            promises[cell] = in_state(alice, state, amended_by=cell[1])
        promise = promises[cell]
        terms = list(Terms.objects.filter(promise=promise).order_by("number").values())
        before = (promise.what, promise.due_at, promise.version, promise.agreed_version)
        with taken_back():
            moved(promise, move, role)
            after = Promise.objects.get(pk=promise.pk)
            now = (after.what, after.due_at, after.version, after.agreed_version)
            assert now == before, (state, move)
            assert list(Terms.objects.filter(promise=promise).order_by("number").values()) == terms


def test_1_until_it_is_agreed_the_old_terms_bind(alice: User) -> None:
    promise = in_state(alice, State.ACTIVE)
    due_at = promise.due_at
    moved(promise, Move.PROPOSE, P)
    promise.refresh_from_db()
    assert (promise.due_at, promise.version, promise.agreed_version) == (due_at, 1, 1)
    moved(promise, Move.AGREE, R)
    promise.refresh_from_db()
    assert (promise.due_at, promise.version) == (due_at + 5 * DAY, 2)


# 2. The clock reaches no state that a party must say.


@pytest.mark.parametrize("state", State)
def test_2_the_clock_says_nothing_for_a_party(alice: User, state: State) -> None:
    promise = in_state(alice, state)
    for move in (
        Move.SATISFIED,
        Move.RELEASE,
        Move.REVOKE,
        Move.DECLINE,
        Move.WITHDRAW,
        Move.DELIVER,
        Move.CORRECT,
    ):
        with pytest.raises(Illegal), turn(alice.pk, promise.pk, CLOCK, NOW) as it:
            it.say(move)


# 3. Who reports what the other said is seen to report it.


@pytest.mark.parametrize(("side", "other"), [(Side.GIVEN, R), (Side.ASKED, P)])
def test_3_the_others_word_is_reported(alice: User, side: str, other: Role) -> None:
    promise = in_state(alice, State.OVERDUE, side)
    reported = moved(promise, Move.BREAK, other)
    assert (reported.via, reported.actor_user_id, reported.actor_person_id) == (
        "reported",
        alice.pk,
        promise.person_id,
    )
    own = moved(in_state(alice, State.OVERDUE, side), Move.BREAK, other.other)
    assert (own.via, own.actor_person_id) == ("account", None)


def test_3_by_a_link_it_is_the_other_who_spoke(alice: User) -> None:
    promise = in_state(alice, State.DELIVERED)
    invitation = link_for(promise)
    with turn(alice.pk, promise.pk, as_guest(promise, invitation), NOW) as it:
        closing.satisfied(it)
    event = Event.objects.get(promise=promise, move="satisfied")
    assert (event.via, event.actor_user_id, event.actor_person_id, event.invitation_id) == (
        "link",
        None,
        promise.person_id,
        invitation.pk,
    )


def test_3_what_was_reported_is_no_later_than_now(alice: User) -> None:
    promise = in_state(alice, State.ACTIVE)
    with act(promise, R) as it:
        closing.release(it, because="forgiven", said_at=NOW + DAY)
    assert Event.objects.get(move="release").said_at == NOW


# 4. Each party says what is theirs to say; what has ended stays ended, but for three words.


@pytest.mark.parametrize(
    ("state", "move", "role"),
    [
        (State.ACTIVE, Move.REVOKE, R),
        (State.ACTIVE, Move.RELEASE, P),
        (State.OFFERED, Move.DECLINE, P),
        (State.REQUESTED, Move.DECLINE, R),
        (State.DELIVERED, Move.SATISFIED, P),
    ],
)
def test_4_nobody_says_what_is_the_others(alice: User, state, move, role) -> None:
    with pytest.raises(Illegal):
        moved(in_state(alice, state), move, role)


def test_4_three_words_lead_out_of_an_end() -> None:
    assert {(state, move, role) for state, move, role in legal() if state in ENDED} == {
        (State.UNHEARD, Move.SATISFIED, R),
        (State.UNHEARD, Move.NOT_YET, R),
        (State.KEPT, Move.CORRECT, R),
    }


@pytest.mark.parametrize(("later", "is_late"), [(7 * DAY, False), (7 * DAY + HOUR, True)])
def test_4_a_slip_is_put_right_within_seven_days(alice: User, later, is_late) -> None:
    promise = in_state(alice, State.KEPT)
    said = Event.objects.get(promise=promise, move="satisfied").recorded_at
    if not is_late:
        assert moved(promise, Move.CORRECT, R, said + later).to_state == State.DELIVERED
    else:
        with pytest.raises(Illegal):
            moved(promise, Move.CORRECT, R, said + later)


@pytest.mark.parametrize("move", [Move.SATISFIED, Move.NOT_YET])
def test_4_a_late_word_counts_for_180_days(alice: User, move: Move) -> None:
    promise = in_state(alice, State.UNHEARD)
    end = promise.ended_at + timedelta(days=180)
    with pytest.raises(Illegal):
        moved(promise, move, R, end + HOUR)
    assert moved(promise, move, R, end).move == move


# 5. Nothing is delivered before it is agreed.


@pytest.mark.parametrize("state", [State.REQUESTED, State.OFFERED, State.DRAFT, State.CONDITIONAL])
def test_5_nothing_is_delivered_before_it_is_agreed(alice: User, state: State) -> None:
    with pytest.raises(Illegal):
        moved(in_state(alice, state), Move.DELIVER, P)


@pytest.mark.parametrize(
    ("ago", "later", "is_retro"),
    [
        (timedelta(0), DAY, False),
        (7 * DAY, DAY, False),
        (7 * DAY + HOUR, DAY, True),
        (timedelta(0), timedelta(minutes=9), True),
        (timedelta(0), timedelta(minutes=10), False),
    ],
)
def test_5_what_was_done_already_is_in_no_figure(alice: User, ago, later, is_retro) -> None:
    promise = make_promise(alice, said_at=NOW - ago)
    with act(promise, P, NOW + later) as it:
        closing.deliver(it, claims=MET)
    promise.refresh_from_db()
    assert promise.is_retro is is_retro


# 6. Only what lies on the table is agreed to.


@pytest.mark.parametrize(
    ("state", "role", "say"),
    [
        (State.REQUESTED, P, answering.promise),
        (State.OFFERED, R, answering.accept),
        (State.ACTIVE, R, changing.agree),
    ],
)
def test_6_terms_that_are_gone_are_not_agreed_to(alice: User, state, role, say) -> None:
    promise = in_state(alice, state, amended_by=P if state is State.ACTIVE else None)
    count = promise.events.count()
    for version in (0, 7, None):
        with pytest.raises(Stale), act(promise, role) as it:
            say(it, version=version)
    if state is State.ACTIVE:
        with pytest.raises(Stale), act(promise, role) as it:
            say(it, version=1)
    promise.refresh_from_db()
    assert (promise.state, promise.events.count()) == (state, count)


# 7. One change at a time; one agreed too late does not make it on time.


@pytest.mark.parametrize("state", BINDING)
def test_7_there_is_one_open_change(alice: User, state: State) -> None:
    promise = in_state(alice, state, amended_by=R)
    for role in (P, R):
        with pytest.raises(Illegal):
            moved(promise, Move.PROPOSE, role)


def test_7_a_change_agreed_too_late_is_known_to_be(alice: User) -> None:
    early = in_state(alice, State.ACTIVE, amended_by=P)
    late = in_state(alice, State.OVERDUE, amended_by=P)
    for promise, in_time in ((early, True), (late, False)):
        event = moved(promise, Move.AGREE, R)
        assert promise.amendments.get().agreed_before_due is in_time
        assert event.payload["agreed_before_due"] is in_time


def test_7_an_overdue_promise_gets_a_day_that_is_still_to_come(alice: User) -> None:
    promise = in_state(alice, State.OVERDUE, amended_by=P)
    new = promise.amendments.get().terms.due_at
    with pytest.raises(Refused):
        moved(promise, Move.AGREE, R, new)
    with pytest.raises(Refused), act(in_state(alice, State.ACTIVE), P) as it:
        changing.propose(it, wanted=make_wanted(due_at=NOW))


def test_7_what_is_owed_does_not_begin_to_wait(alice: User) -> None:
    wanted = make_wanted(condition="It rains", condition_expires_at=NOW + DAY)
    for state in (State.ACTIVE, State.OVERDUE):
        with pytest.raises(Refused), act(in_state(alice, state), P) as it:
            changing.propose(it, wanted=wanted)
    with act(in_state(alice, State.CONDITIONAL), P) as it:
        changing.propose(it, wanted=wanted)


# 8. Circles: test_ledger.py has every kind, every length, and two at once.


def test_8_a_successor_is_another_promise(alice: User) -> None:
    promise = make_promise(alice)
    with pytest.raises(handing_on.Circle), act(promise, P) as it:
        handing_on.hand_over(it, successor=promise, consent_words="Fine", consent_at=NOW)
    promise.refresh_from_db()
    assert promise.state == State.ACTIVE


# 9. The whole is not done while a part is open, unless that is said in a line.


@pytest.mark.parametrize("state", State)
def test_9_a_part_that_is_open_is_closed_first_or_waived(alice: User, state: State) -> None:
    whole = make_promise(alice)
    part = handing_on.link(in_state(alice, state), "part_of", whole)
    handing_on.link(make_promise(alice), "part_of", whole, is_must=False)
    is_open = state not in ENDED
    if is_open:
        for waived in ({}, {part.pk: ""}, {new_id(): "Not needed"}):
            with pytest.raises(Refused), act(whole, P) as it:
                closing.deliver(it, claims=MET, waived=waived)
    with act(whole, P) as it:
        closing.deliver(it, claims=MET, waived={part.pk: "They do without it."})
    part.refresh_from_db()
    assert part.is_waived is is_open


# 10. What somebody has seen is not deleted.


@pytest.mark.parametrize("state", [it for it in State if it is not State.DRAFT])
def test_10_what_was_seen_is_not_deleted_and_may_be_hidden(alice: User, state: State) -> None:
    promise = in_state(alice, state)
    with pytest.raises(Illegal), act(promise, P) as it:
        making.discard(it)
    Promise.objects.filter(pk=promise.pk).update(hidden_at=NOW)
    assert promise.events.count() == promise.seq
    with pytest.raises(IntegrityError):
        promise.delete()


# 11. See above.


def test_11_a_link_to_something_else_moves_nothing(alice: User, bob: User) -> None:
    promise, other = in_state(alice, State.DELIVERED), in_state(alice, State.DELIVERED)
    theirs = in_state(bob, State.DELIVERED)
    stranger = link_for(promise, purpose="assess", person=make_person(alice))
    for invitation in (link_for(other), link_for(theirs), stranger):
        with pytest.raises(Illegal):
            as_guest(promise, invitation)


def test_11_whom_it_was_passed_on_from_has_no_link_any_more(alice: User) -> None:
    promise = in_state(alice, State.ACTIVE)
    former = link_for(promise)
    moved(promise, Move.ASSIGN, R)
    promise.refresh_from_db()
    former.refresh_from_db()
    assert former.revoked_at == NOW
    with pytest.raises(Illegal):
        as_guest(promise, former)


# 12. How big it is stays as it was agreed.


SIZE = {"novelty": 2, "reach": 1, "stake": 3, "hands": 0}


def test_12_size_changes_with_a_change_and_not_otherwise(alice: User) -> None:
    promise = make_promise(alice, **SIZE)
    with pytest.raises(IntegrityError):
        Terms.objects.filter(promise=promise).update(novelty=0)


def test_12_a_change_may_say_another_size_and_keeps_it_otherwise(alice: User) -> None:
    for given, size in ((SIZE | {"hands": 3}, 10), ({}, 7)):
        promise = make_promise(alice, **SIZE)
        assert promise.all_terms.get().size == 7
        with act(promise, P) as it:
            wanted = other_terms(it)
            changing.propose(it, wanted=make_wanted(due_at=wanted.due_at, **given))
        moved(promise, Move.AGREE, R)
        promise.refresh_from_db()
        assert promise.all_terms.get(number=promise.version).size == size


def test_each_of_the_twelve_is_asked() -> None:
    names = [name for name, it in globals().items() if inspect.isfunction(it)]
    asked = {name.split("_")[1] for name in names if name.startswith("test_")}
    assert {str(number) for number in range(1, 13)} <= asked
