"""Reading what decides about the five qualities of a promise."""

from django.db.models import Count, Q

from apps.promises.models import Promise
from apps.promises.models.event import Via
from apps.promises.qualities import Dot, Facts, qualities_of
from apps.promises.states import Move

# Both spent a thought on it: something else was suggested, time was asked for, a change proposed.
EXCHANGES = (Move.COUNTER, Move.HOLD, Move.PROPOSE)
# Said aloud to them, before it was written down.
ALOUD = (Move.RECORD, Move.ASK)


def qualities_read(promise: Promise) -> list[Dot]:
    """The five qualities of this promise, which was found by its owner. Three queries."""
    terms = promise.all_terms.get(number=promise.version)
    theirs = Q(role=promise.guest_role) if promise.guest_role else Q(pk=None)
    told = promise.events.aggregate(
        aloud=Count("id", filter=Q(move__in=ALOUD)),
        heard=Count("id", filter=theirs),
        exchanges=Count(
            "id",
            filter=Q(move__in=EXCHANGES)
            | (theirs & Q(via__in=[Via.REPORTED, Via.LINK]) & ~Q(note="")),
        ),
    )
    return qualities_of(
        Facts(
            is_own=promise.is_to_self,
            is_known=bool(told["aloud"] or told["heard"] or promise.invitations.exists()),
            exchanges=told["exchanges"],
            is_chosen=promise.is_chosen,
            what=terms.what,
            conditions=len(terms.conditions),
            has_due=terms.due_at is not None,
            has_recipient=promise.person_id is not None,
            so_that=terms.so_that,
            has_concern=promise.concern_id is not None,
        )
    )
