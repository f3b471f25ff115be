"""What a promise needs from its owner: the groups of the register. A rule without a database."""

from enum import StrEnum
from itertools import product

from django.db.models import Case, Q, Value, When

from apps.promises.states import ENDED, Role, State


class Need(StrEnum):
    """What is wanted of the owner now."""

    ANSWER = "answer"
    DELIVER = "deliver"
    WAITING = "waiting"
    TO_COME = "to-come"
    ENDED = "ended"


LIVE = (Need.ANSWER, Need.DELIVER, Need.WAITING, Need.TO_COME)
_ROLES = {
    "given": {Role.PROMISER},
    "asked": {Role.RECIPIENT},
    "own": {Role.PROMISER, Role.RECIPIENT},
}


def need_of(side: str, state: str, amendment_by: str = "") -> Need:
    """What the owner, on this side of it, is wanted for.

    A change that the other proposed wants an answer before anything else; one's own leaves what
    is owed as it was, because the old terms bind.
    """
    mine = _ROLES[str(side)]
    at = State(state)
    if at in ENDED:
        return Need.ENDED
    if amendment_by and (Role(amendment_by).other in mine):
        return Need.ANSWER
    asked = {
        State.REQUESTED: Role.PROMISER,
        State.OFFERED: Role.RECIPIENT,
        State.DELIVERED: Role.RECIPIENT,
    }
    if at in asked:
        return Need.ANSWER if asked[at] in mine else Need.WAITING
    if at in {State.ACTIVE, State.OVERDUE} and Role.PROMISER in mine:
        return Need.DELIVER
    if amendment_by:
        return Need.WAITING
    return Need.TO_COME


def need_in_sql() -> Case:
    """The same rule for the database, which keeps the need of each row as a generated column."""
    by_need: dict[Need, Q] = {}
    for side, by in product(_ROLES, ("", *_PARTIES)):
        states: dict[Need, list[str]] = {}
        for state in State:
            states.setdefault(need_of(side, state, by), []).append(state.value)
        states.pop(Need.ENDED, None)
        for need, values in states.items():
            kind = Q(side=side, amendment_by=by, state__in=values)
            by_need[need] = by_need.get(need, Q()) | kind
    return Case(
        *(When(kinds, then=Value(need.value)) for need, kinds in sorted(by_need.items())),
        default=Value(Need.ENDED.value),
    )


_PARTIES = (Role.PROMISER.value, Role.RECIPIENT.value)
