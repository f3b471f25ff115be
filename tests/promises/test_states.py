"""The table of moves: counted, closed, and with a way to a good end from everywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.promises.states import (
    BOUND,
    ENDED,
    OPEN,
    Facts,
    Illegal,
    Move,
    Role,
    State,
    after,
    first,
    is_allowed,
    legal,
    moves_of,
    replayed,
)

FACTS = st.builds(
    Facts,
    amendment_by=st.sampled_from([None, Role.PROMISER, Role.RECIPIENT]),
    waits=st.booleans(),
    is_due=st.booleans(),
)


def test_it_counts_what_the_specification_counts() -> None:
    assert len(State) == 16
    assert len(Move) == 29
    assert len(set(legal())) == 73


def test_every_state_is_open_bound_or_ended() -> None:
    assert sorted([*OPEN, *BOUND, *ENDED]) == sorted(State)


def test_every_state_can_be_reached_and_every_live_one_can_be_kept() -> None:
    steps = {
        (state, after(state, move, role, facts))
        for state, move, role in legal()
        for facts in _all_facts()
        if is_allowed(state, move, role, facts)
    }
    reached = {State.DRAFT, first(Move.ASK, Role.RECIPIENT)}
    while more := {to for source, to in steps if source in reached} - reached:
        reached |= more
    assert reached == set(State)
    can_be_kept = {State.KEPT}
    while more := {source for source, to in steps if to in can_be_kept} - can_be_kept:
        can_be_kept |= more
    assert can_be_kept >= {*OPEN, *BOUND, State.UNHEARD}


@given(st.sampled_from(State), st.sampled_from(Move), st.sampled_from(Role), FACTS)
def test_what_is_not_in_the_table_is_refused(state, move, role, facts) -> None:
    if is_allowed(state, move, role, facts):
        assert (state, move, role) in set(legal())
        assert after(state, move, role, facts) in State
        assert move in moves_of(state, role, facts)
    else:
        with pytest.raises(Illegal):
            after(state, move, role, facts)


@pytest.mark.parametrize(
    "bad",
    [State.KEPT, State.RELEASED, State.REVOKED, State.DECLINED, State.WITHDRAWN, State.DELIVERED],
)
def test_the_clock_never_speaks_for_a_party(bad) -> None:
    for state, move, role in legal():
        if role is Role.CLOCK:
            for facts in _all_facts():
                if is_allowed(state, move, role, facts):
                    assert after(state, move, role, facts) is not bad or state is bad


def test_who_proposed_a_change_does_not_answer_it() -> None:
    facts = Facts(amendment_by=Role.PROMISER)
    assert not is_allowed(State.ACTIVE, Move.AGREE, Role.PROMISER, facts)
    assert not is_allowed(State.ACTIVE, Move.PROPOSE, Role.RECIPIENT, facts)
    assert is_allowed(State.ACTIVE, Move.AGREE, Role.RECIPIENT, facts)
    assert is_allowed(State.ACTIVE, Move.DROP, Role.PROMISER, facts)
    assert is_allowed(State.ACTIVE, Move.REFUSE, Role.CLOCK, facts)


def test_a_ledger_with_a_hole_is_found() -> None:
    whole = [
        (Move.DRAFT, Role.PROMISER, None, State.DRAFT),
        (Move.OFFER, Role.PROMISER, State.DRAFT, State.OFFERED),
        (Move.ACCEPT, Role.RECIPIENT, State.OFFERED, State.ACTIVE),
    ]
    assert replayed(whole) is State.ACTIVE
    assert replayed([]) is None
    with pytest.raises(Illegal):
        replayed([whole[0], whole[2]])


def _all_facts() -> list[Facts]:
    return [
        Facts(amendment_by=by, waits=waits, is_due=is_due)
        for by in (None, Role.PROMISER, Role.RECIPIENT)
        for waits in (False, True)
        for is_due in (False, True)
    ]
