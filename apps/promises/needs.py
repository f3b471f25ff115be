"""What a promise needs from its owner: the groups of the register. A rule without a database."""

from collections.abc import Iterable
from enum import StrEnum
from itertools import product

from django.db.models import Q

from apps.promises.models.promise import Side
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
    Side.GIVEN: {Role.PROMISER},
    Side.ASKED: {Role.RECIPIENT},
    Side.OWN: {Role.PROMISER, Role.RECIPIENT},
}


def need_of(side: str, state: str, amendment_by: str = "") -> Need:
    """What the owner, on this side of it, is wanted for.

    A change that the other proposed wants an answer before anything else; one's own leaves what
    is owed as it was, because the old terms bind.
    """
    mine = _ROLES[Side(side)]
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


def where_needed(needs: Iterable[Need]) -> Q:
    """The condition under which rows of promises need one of these."""
    wanted = set(needs)
    by_kind: dict[tuple[str, str], list[str]] = {}
    for side, by, state in product(Side.values, ("", *_PARTIES), State):
        if need_of(side, state, by) in wanted:
            by_kind.setdefault((side, by), []).append(state.value)
    found = Q(pk__in=[])
    for (side, by), states in by_kind.items():
        found |= Q(side=side, amendment_by=by, state__in=states)
    return found


_PARTIES = (Role.PROMISER.value, Role.RECIPIENT.value)
