"""Which state a promise may be in, and who may take it from one to another: one table.

A pure module, and the only place that knows. Views ask it which buttons to draw and verbs ask it
what may happen, so pages and rules cannot differ. The model is the *conversation for action*
(Winograd and Flores, 1986): two people talk until both know that it is done, or that it ends
without being done; whether it was of worth is said by the one who asked for it.

There are three roles: who promises, who receives, and the clock. One person may have both of the
first two, in a promise to themselves.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache


class State(StrEnum):
    """Where the conversation stands."""

    DRAFT = "draft"
    REQUESTED = "requested"
    OFFERED = "offered"
    CONDITIONAL = "conditional"
    ACTIVE = "active"
    OVERDUE = "overdue"
    DELIVERED = "delivered"
    KEPT = "kept"
    UNHEARD = "unheard"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    RELEASED = "released"
    REVOKED = "revoked"
    BROKEN = "broken"
    SUPERSEDED = "superseded"


class Role(StrEnum):
    """Who acts: the one who promises, the one who receives, or the clock."""

    PROMISER = "promiser"
    RECIPIENT = "recipient"
    CLOCK = "clock"

    @property
    def other(self) -> "Role":
        """The other party. Raises ValueError for the clock, which is none."""
        if self is Role.CLOCK:
            raise ValueError("the clock is no party")
        return Role.RECIPIENT if self is Role.PROMISER else Role.PROMISER


class Move(StrEnum):
    """What can be said or done. M05 and M06 of the specification are one, by two roles."""

    DRAFT = "draft"
    DISCARD = "discard"
    ASK = "ask"
    OFFER = "offer"
    COUNTER = "counter"
    PROMISE = "promise"
    ACCEPT = "accept"
    HOLD = "hold"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    RECORD = "record"
    CONDITION_MET = "condition_met"
    PROPOSE = "propose"
    AGREE = "agree"
    REFUSE = "refuse"
    DROP = "drop"
    FALL_DUE = "fall_due"
    DELIVER = "deliver"
    SATISFIED = "satisfied"
    NOT_YET = "not_yet"
    CLOSE_UNHEARD = "close_unheard"
    RELEASE = "release"
    REVOKE = "revoke"
    BREAK = "break"
    HAND_OVER = "hand_over"
    ASSIGN = "assign"
    SPLIT = "split"
    CORRECT = "correct"


P, R, S = Role.PROMISER, Role.RECIPIENT, Role.CLOCK
_OWED = (State.ACTIVE, State.OVERDUE)
# Agreed and not yet delivered: what can still be changed, taken back or handed on.
BINDING = (State.CONDITIONAL, *_OWED)
# Agreed and not yet ended.
BOUND = (*BINDING, State.DELIVERED)
# Not agreed yet.
OPEN = (State.DRAFT, State.REQUESTED, State.OFFERED)
ENDED = (
    State.KEPT,
    State.UNHEARD,
    State.DECLINED,
    State.WITHDRAWN,
    State.LAPSED,
    State.RELEASED,
    State.REVOKED,
    State.BROKEN,
    State.SUPERSEDED,
)

STAYS = "stays"
AGREED = "agreed"
OWED = "owed"


@dataclass(frozen=True)
class Rule:
    """A move: from which states, by whom, and where it leads.

    `to` is a state, or a word for one that depends on what is known: STAYS, AGREED (owed, unless
    it waits for a condition) and OWED (by the due moment: active until then, overdue after it).
    """

    move: Move
    sources: tuple[State, ...]
    roles: tuple[Role, ...]
    to: State | str


RULES: tuple[Rule, ...] = (
    Rule(Move.DISCARD, (State.DRAFT,), (P,), STAYS),
    Rule(Move.OFFER, (State.DRAFT,), (P,), State.OFFERED),
    Rule(Move.COUNTER, (State.REQUESTED,), (P,), State.OFFERED),
    Rule(Move.COUNTER, (State.OFFERED,), (R,), State.REQUESTED),
    Rule(Move.PROMISE, (State.REQUESTED,), (P,), AGREED),
    Rule(Move.ACCEPT, (State.OFFERED,), (R,), AGREED),
    Rule(Move.HOLD, (State.REQUESTED,), (P,), STAYS),
    Rule(Move.DECLINE, (State.REQUESTED,), (P,), State.DECLINED),
    Rule(Move.DECLINE, (State.OFFERED,), (R,), State.DECLINED),
    Rule(Move.WITHDRAW, (State.REQUESTED,), (R,), State.WITHDRAWN),
    Rule(Move.WITHDRAW, (State.OFFERED,), (P,), State.WITHDRAWN),
    Rule(Move.LAPSE, (State.REQUESTED, State.OFFERED, State.CONDITIONAL), (S,), State.LAPSED),
    Rule(Move.RECORD, (State.DRAFT,), (P,), AGREED),
    Rule(Move.CONDITION_MET, (State.CONDITIONAL,), (P, R, S), State.ACTIVE),
    Rule(Move.PROPOSE, BINDING, (P, R), STAYS),
    Rule(Move.AGREE, (State.CONDITIONAL,), (P, R), AGREED),
    Rule(Move.AGREE, _OWED, (P, R), State.ACTIVE),
    Rule(Move.REFUSE, BINDING, (P, R, S), STAYS),
    Rule(Move.DROP, BINDING, (P, R), STAYS),
    Rule(Move.FALL_DUE, (State.ACTIVE,), (S,), State.OVERDUE),
    Rule(Move.DELIVER, _OWED, (P,), State.DELIVERED),
    Rule(Move.SATISFIED, (State.DELIVERED, State.UNHEARD), (R,), State.KEPT),
    Rule(Move.NOT_YET, (State.DELIVERED,), (R,), OWED),
    Rule(Move.NOT_YET, (State.UNHEARD,), (R,), State.OVERDUE),
    Rule(Move.CLOSE_UNHEARD, (State.DELIVERED,), (S,), State.UNHEARD),
    Rule(Move.RELEASE, BOUND, (R,), State.RELEASED),
    Rule(Move.REVOKE, BINDING, (P,), State.REVOKED),
    Rule(Move.BREAK, (State.OVERDUE,), (P, R, S), State.BROKEN),
    Rule(Move.HAND_OVER, BINDING, (P,), State.SUPERSEDED),
    Rule(Move.ASSIGN, BINDING, (R,), STAYS),
    Rule(Move.SPLIT, BINDING, (P,), State.SUPERSEDED),
    Rule(Move.CORRECT, (State.KEPT,), (R,), State.DELIVERED),
)
# How a conversation begins: with a thought, a request, or a word given aloud.
BEGINNINGS: dict[Move, tuple[tuple[Role, ...], State | str]] = {
    Move.DRAFT: ((P,), State.DRAFT),
    Move.ASK: ((P, R), State.REQUESTED),
    Move.RECORD: ((P,), AGREED),
}


class Illegal(Exception):
    """This cannot be said by this party in this state. Nothing was written."""


@dataclass(frozen=True)
class Facts:
    """What besides the state decides what may be said.

    `amendment_by` is who proposed the change that is open, or None; `waits` whether the terms on
    the table have a condition that is not met; `is_due` whether the due moment has passed.
    """

    amendment_by: Role | None = None
    waits: bool = False
    is_due: bool = False


NO_FACTS = Facts()
_BY_CELL = {
    (source, rule.move, role): rule
    for rule in RULES
    for source in rule.sources
    for role in rule.roles
}


def legal() -> Iterator[tuple[State, Move, Role]]:
    """Every triple of the table: 73 of 16 x 29 x 3."""
    yield from _BY_CELL


def is_allowed(state: State, move: Move, role: Role, facts: Facts = NO_FACTS) -> bool:
    """Whether this party may make this move now."""
    return (state, move, role) in _BY_CELL and _fits_amendment(move, role, facts)


@cache
def moves_of(state: State, role: Role, facts: Facts = NO_FACTS) -> tuple[Move, ...]:
    """What this party may say now, in the order of the table."""
    found = dict.fromkeys(rule.move for rule in RULES)
    return tuple(move for move in found if is_allowed(state, move, role, facts))


def after(state: State, move: Move, role: Role, facts: Facts = NO_FACTS) -> State:
    """The state this move leads to. Raises Illegal where it is not allowed."""
    if not is_allowed(state, move, role, facts):
        raise Illegal(f"{move} by {role} in {state}")
    return _reached(_BY_CELL[state, move, role].to, state, facts)


def first(move: Move, role: Role, facts: Facts = NO_FACTS) -> State:
    """The state of a promise that begins with this move. Raises Illegal where none does."""
    roles, to = BEGINNINGS.get(move, ((), STAYS))
    if role not in roles:
        raise Illegal(f"{move} by {role} begins nothing")
    return _reached(to, State.DRAFT, facts)


def is_step(before: State | None, move: Move, role: Role, reached: State) -> bool:
    """Whether some facts make this move lead from one state to the other: what a ledger may say."""
    facts = [
        Facts(waits=waits, is_due=is_due) for waits in (False, True) for is_due in (False, True)
    ]
    if before is None:
        roles, to = BEGINNINGS.get(move, ((), STAYS))
        return role in roles and any(_reached(to, State.DRAFT, it) == reached for it in facts)
    rule = _BY_CELL.get((before, move, role))
    return rule is not None and any(_reached(rule.to, before, it) == reached for it in facts)


def replayed(ledger: Iterable[tuple[Move, Role, State | None, State]]) -> State | None:
    """The state a ledger of (move, role, from, to) ends in, None for an empty one.

    Raises Illegal for one that has a hole, or a step that nothing allows.
    """
    state: State | None = None
    for move, role, before, reached in ledger:
        if before != state or not is_step(before, move, role, reached):
            raise Illegal(f"{move} by {role} from {before} to {reached}")
        state = reached
    return state


def _fits_amendment(move: Move, role: Role, facts: Facts) -> bool:
    """Who has proposed a change waits for the other, and there is one change at a time."""
    by = facts.amendment_by
    match move:
        case Move.PROPOSE:
            return by is None
        case Move.AGREE:
            return by is not None and role is by.other
        case Move.REFUSE:
            return by is not None and role is not by
        case Move.DROP:
            return by is role
        case _:
            return True


def _reached(to: State | str, state: State, facts: Facts) -> State:
    if isinstance(to, State):
        return to
    if to == AGREED:
        return State.CONDITIONAL if facts.waits else State.ACTIVE
    if to == OWED:
        return State.OVERDUE if facts.is_due else State.ACTIVE
    return state
