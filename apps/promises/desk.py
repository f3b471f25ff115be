"""What has gone quiet, and clearing it: revoke, propose another day, or let oneself off.

Nothing decays while one is away. A word before the due moment counts as the first word.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from apps.accounts.models import User
from apps.promises import answering, changing, closing, making
from apps.promises.models import Promise, Terms
from apps.promises.models.promise import Side
from apps.promises.moving import Refused, Stale, Turn, as_owner, locked
from apps.promises.states import Illegal, Role, State
from apps.promises.wanting import SIZE, Wanted

# Nothing was said for so long, or its day has passed.
QUIET = timedelta(days=21)
SHOWN = 30


def stale(user: User, now: datetime) -> list[Promise]:
    """What its owner owes, or was asked for, that is overdue or has been quiet for three weeks."""
    quiet = Q(moved_at__lt=now - QUIET)
    owed = Q(side__in=[Side.GIVEN, Side.OWN], amendment_by="") & (
        Q(state=State.OVERDUE) | (Q(state__in=[State.ACTIVE, State.CONDITIONAL]) & quiet)
    )
    unanswered = Q(side=Side.GIVEN, state=State.REQUESTED) & quiet
    drafts = Q(state=State.DRAFT) & quiet
    rows = Promise.objects.for_user(user).shown().filter(owed | unanswered | drafts)
    return list(rows.with_person().order_by("moved_at", "id")[:SHOWN])


@dataclass(frozen=True)
class Choice:
    """What is to be done with one: `revoke`, `propose` (until `due_at`), `release`, `decline`,
    `discard`; with a reason, and a word for the other.
    """

    seq: int
    do: str
    reason: str = ""
    note: str = ""
    due_at: datetime | None = None


def clear(user: User, chosen: Mapping[UUID, Choice], now: datetime) -> tuple[int, int]:
    """Do what was chosen, each by itself; says how many were done, and how many had moved on."""
    done = left = 0
    for pk, choice in chosen.items():
        try:
            with locked(user.pk, pk) as row:
                if row.seq != choice.seq:
                    raise Stale
                _do(row, choice, now)
        except (Illegal, Stale, Refused, Promise.DoesNotExist):
            left += 1
        else:
            done += 1
    return done, left


def _do(row: Promise, choice: Choice, now: datetime) -> None:
    turn = Turn(row, as_owner(row, Role.PROMISER), now)
    match choice.do:
        case "revoke":
            closing.revoke(turn, reason=choice.reason, note=choice.note)
        case "propose":
            wanted = replace(_as_wanted(turn.current), due_at=choice.due_at, due_precision="day")
            changing.propose_or_change(turn, wanted=wanted, reason=choice.reason, note=choice.note)
        case "release":
            turn = Turn(row, as_owner(row, Role.RECIPIENT), now)
            closing.release(turn, because="no_longer_needed", note=choice.note)
        case "decline":
            answering.decline(turn, note=choice.note)
        case "discard":
            making.discard(turn)
        case _:
            raise Illegal(choice.do)


def _as_wanted(terms: Terms) -> Wanted:
    return Wanted(**terms.said(), **{name: getattr(terms, name) for name in SIZE})
