"""Which form and which verb belong to a move: what a page needs to let somebody make it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.promises import answering, changing, closing, handing_on, making
from apps.promises.forms import moves as asked
from apps.promises.moving import Turn
from apps.promises.states import Move
from apps.promises.wanting import Wanted
from apps.promises.wording import Words


@dataclass(frozen=True)
class Act:
    """What is asked, what is done with it, and what is said afterwards."""

    form: type[asked.MoveForm]
    verb: Callable[..., Any]
    done: Words


def _split(turn: Turn, *, fresh: list[str], successors: list[Any], **said: Any) -> None:
    """The new ones become drafts with the same day first."""
    terms, promise = turn.current, turn.promise
    drafts = [
        making.draft(
            owner=promise.owner_id,
            person=promise.person,
            kind=promise.kind,
            wanted=Wanted(
                what=what,
                due_at=terms.due_at,
                due_precision=terms.due_precision,
                due_zone=terms.due_zone,
                so_that=terms.so_that,
            ),
            now=turn.now,
        )
        for what in fresh
    ]
    handing_on.split(turn, successors=[*successors, *drafts], **said)


ACTS: dict[Move, Act] = {
    Move.DISCARD: Act(asked.BareForm, making.discard, _("The draft is gone.")),
    Move.OFFER: Act(asked.OfferForm, making.offer, _("It is offered. Let them know.")),
    Move.COUNTER: Act(asked.CounterForm, answering.counter, _("It is on the table.")),
    Move.PROMISE: Act(asked.PromiseItForm, answering.promise, _("It is promised.")),
    Move.ACCEPT: Act(asked.AgreeForm, answering.accept, _("It is agreed.")),
    Move.HOLD: Act(asked.HoldForm, answering.hold, _("Noted: the answer comes by then.")),
    Move.DECLINE: Act(asked.NoForm, answering.decline, _("That is a no. Nothing is owed.")),
    Move.WITHDRAW: Act(asked.NoForm, answering.withdraw, _("It is taken back. Nothing is owed.")),
    Move.RECORD: Act(asked.RecordForm, making.record, _("It is noted, and owed from now on.")),
    Move.CONDITION_MET: Act(asked.MetForm, answering.condition_met, _("It is owed from now on.")),
    Move.PROPOSE: Act(asked.ProposeForm, changing.propose_or_change, _("The change is said.")),
    Move.AGREE: Act(asked.AgreeForm, changing.agree, _("The change is agreed.")),
    Move.REFUSE: Act(asked.NoteForm, changing.refuse, _("It stays as it was.")),
    Move.DROP: Act(asked.NoteForm, changing.drop, _("It stays as it was.")),
    Move.DELIVER: Act(asked.DeliverForm, closing.deliver, _("Done, as far as you are concerned.")),
    Move.SATISFIED: Act(asked.SatisfiedForm, closing.satisfied, _("It is kept.")),
    Move.NOT_YET: Act(asked.NotYetForm, closing.not_yet, _("Noted: it is still owed.")),
    Move.RELEASE: Act(asked.ReleaseForm, closing.release, _("Nothing is owed any more.")),
    Move.REVOKE: Act(asked.RevokeForm, closing.revoke, _("It is taken back, openly.")),
    Move.BREAK: Act(asked.BreakForm, closing.break_off, _("It is said.")),
    Move.HAND_OVER: Act(asked.HandOverForm, handing_on.hand_over, _("It is handed over.")),
    Move.ASSIGN: Act(asked.AssignForm, handing_on.assign, _("It is passed on.")),
    Move.SPLIT: Act(asked.SplitForm, _split, _("Others have taken its place.")),
    Move.CORRECT: Act(asked.NoteForm, closing.correct, _("It waits for a word again.")),
}
