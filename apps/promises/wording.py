"""What moves and states are called on pages: for the owner, and as what the other one said."""

from dataclasses import dataclass

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from apps.promises.models.promise import Side
from apps.promises.states import Move, Role, State

Words = str | Lazy


@dataclass(frozen=True)
class Saying:
    """A move in words: on its button, above its form, and what it means."""

    label: Words
    title: Words
    help: Words = ""
    icon: str = ""


P, R = Role.PROMISER, Role.RECIPIENT

# What the owner says themselves.
OWN: dict[tuple[Move, Role], Saying] = {
    (Move.DISCARD, P): Saying(
        _("Let the draft go"),
        _("Let this draft go?"),
        _("Nobody has seen it. Nothing of it is kept."),
        "trash-2",
    ),
    (Move.OFFER, P): Saying(
        _("Offer it"),
        _("Offer it"),
        _("From now on it stands on the table as it is written, until they answer."),
        "mail",
    ),
    (Move.COUNTER, P): Saying(
        _("Suggest something else"),
        _("Suggest something else"),
        _("Change what you can hold, and leave the rest. It is your offer then, and they answer."),
        "pencil",
    ),
    (Move.COUNTER, R): Saying(
        _("Suggest something else"),
        _("Suggest something else"),
        _("Change what you need otherwise. They answer then."),
        "pencil",
    ),
    (Move.PROMISE, P): Saying(
        _("Yes, I will"),
        _("Promise it"),
        _("You owe it from now on, as it is written here."),
        "check",
    ),
    (Move.ACCEPT, R): Saying(
        _("Yes, please"),
        _("Accept the offer"),
        _("They owe it to you from now on, as it is written here."),
        "check",
    ),
    (Move.HOLD, P): Saying(
        _("Answer later"),
        _("Say when you will answer"),
        _("Twice at most. They know then by when to count on a word of yours."),
        "history",
    ),
    (Move.DECLINE, P): Saying(
        _("Say no"),
        _("Say no"),
        _("A clear no is worth more than a yes you cannot hold."),
        "x",
    ),
    (Move.DECLINE, R): Saying(_("No, thank you"), _("Say no to the offer"), "", "x"),
    (Move.WITHDRAW, P): Saying(
        _("Take the offer back"),
        _("Take the offer back"),
        _("Nothing was agreed yet, so nothing is owed."),
        "undo-2",
    ),
    (Move.WITHDRAW, R): Saying(
        _("Take the request back"),
        _("Take the request back"),
        _("Nothing was agreed yet, so nothing is owed."),
        "undo-2",
    ),
    (Move.RECORD, P): Saying(
        _("It was said already"),
        _("Note what was promised aloud"),
        _("It is owed as it is written here, without asking them again."),
        "check",
    ),
    (Move.CONDITION_MET, P): Saying(
        _("What it waits for has come about"),
        _("What it waits for has come about"),
        _("It is owed from now on."),
        "check",
    ),
    (Move.CONDITION_MET, R): Saying(
        _("What it waits for has come about"),
        _("What it waits for has come about"),
        _("They owe it from now on."),
        "check",
    ),
    (Move.PROPOSE, P): Saying(
        _("Renegotiate"),
        _("Renegotiate"),
        _("The sooner, the kinder. Until they agree, what was agreed before holds."),
        "calendar-clock",
    ),
    (Move.PROPOSE, R): Saying(
        _("Ask for a change"),
        _("Ask for a change"),
        _("Until they agree, what was agreed before holds."),
        "calendar-clock",
    ),
    (Move.AGREE, P): Saying(_("Agree to the change"), _("Agree to the change"), "", "check"),
    (Move.AGREE, R): Saying(_("Agree to the change"), _("Agree to the change"), "", "check"),
    (Move.REFUSE, P): Saying(
        _("Keep it as it was"), _("Keep it as it was"), _("What was agreed before holds."), "x"
    ),
    (Move.REFUSE, R): Saying(
        _("Keep it as it was"), _("Keep it as it was"), _("What was agreed before holds."), "x"
    ),
    (Move.DROP, P): Saying(
        _("Drop the change"), _("Drop the change"), _("What was agreed before holds."), "undo-2"
    ),
    (Move.DROP, R): Saying(
        _("Drop the change"), _("Drop the change"), _("What was agreed before holds."), "undo-2"
    ),
    (Move.DELIVER, P): Saying(
        _("Say it’s done"),
        _("Say it’s done"),
        _("You say that it is done; whether it helped is theirs to say."),
        "check",
    ),
    (Move.SATISFIED, R): Saying(_("I am satisfied"), _("Say that you are satisfied"), "", "check"),
    (Move.NOT_YET, R): Saying(
        _("Not yet"),
        _("Say what is not done yet"),
        _("Name it, so that it can be done."),
        "history",
    ),
    (Move.RELEASE, R): Saying(
        _("Let them off"),
        _("Let them off"),
        _("They owe it to you no longer, and that is no fault of theirs."),
        "",
    ),
    (Move.REVOKE, P): Saying(
        _("I can’t keep this"),
        _("Take the promise back openly"),
        _("An honest word before it is due leaves them time. Say what it costs them."),
        "undo-2",
    ),
    (Move.BREAK, P): Saying(
        _("Say it was not kept"),
        _("Say that it was not kept"),
        _("Saying so ends the waiting, and is where making good begins."),
        "x",
    ),
    (Move.BREAK, R): Saying(_("Say it was not kept"), _("Say that it was not kept"), "", "x"),
    (Move.HAND_OVER, P): Saying(
        _("Hand it over"),
        _("Hand it over"),
        _("Somebody else owes it then. They have said yes, and whoever waits for it agrees."),
        "arrow-right",
    ),
    (Move.ASSIGN, R): Saying(
        _("Pass it on"), _("Pass it on"), _("It is owed to somebody else then."), "arrow-right"
    ),
    (Move.SPLIT, P): Saying(
        _("Split or replace"),
        _("Split it, or put others in its place"),
        _("Whoever waits for it agrees to that."),
        "list",
    ),
    (Move.CORRECT, R): Saying(
        _("Correct my answer"),
        _("Correct your answer"),
        _("Within seven days of it."),
        "undo-2",
    ),
}

# What the owner reports that the other one said. It counts as reported, never as confirmed.
REPORTED: dict[tuple[Move, Role], Saying] = {
    (Move.COUNTER, P): Saying(_("They suggest something else"), _("They suggest something else")),
    (Move.COUNTER, R): Saying(_("They suggest something else"), _("They suggest something else")),
    (Move.PROMISE, P): Saying(_("They said yes"), _("They promised it")),
    (Move.ACCEPT, R): Saying(_("They said yes"), _("They accepted it")),
    (Move.HOLD, P): Saying(_("They will answer later"), _("They will answer later")),
    (Move.DECLINE, P): Saying(_("They said no"), _("They said no")),
    (Move.DECLINE, R): Saying(_("They said no"), _("They said no")),
    (Move.WITHDRAW, P): Saying(_("They took the offer back"), _("They took the offer back")),
    (Move.WITHDRAW, R): Saying(_("They need it no longer"), _("They took the request back")),
    (Move.CONDITION_MET, P): Saying(
        _("They say what it waits for has come about"),
        _("They say what it waits for has come about"),
    ),
    (Move.CONDITION_MET, R): Saying(
        _("They say what it waits for has come about"),
        _("They say what it waits for has come about"),
    ),
    (Move.PROPOSE, P): Saying(_("They ask for a change"), _("They ask for a change")),
    (Move.PROPOSE, R): Saying(_("They ask for a change"), _("They ask for a change")),
    (Move.AGREE, P): Saying(_("They agree to the change"), _("They agree to the change")),
    (Move.AGREE, R): Saying(_("They agree to the change"), _("They agree to the change")),
    (Move.REFUSE, P): Saying(_("They keep it as it was"), _("They keep it as it was")),
    (Move.REFUSE, R): Saying(_("They keep it as it was"), _("They keep it as it was")),
    (Move.DROP, P): Saying(_("They dropped the change"), _("They dropped the change")),
    (Move.DROP, R): Saying(_("They dropped the change"), _("They dropped the change")),
    (Move.DELIVER, P): Saying(_("They say it’s done"), _("They say it’s done")),
    (Move.SATISFIED, R): Saying(_("They are satisfied"), _("They are satisfied")),
    (Move.NOT_YET, R): Saying(_("They say: not yet"), _("They say: not yet")),
    (Move.RELEASE, R): Saying(_("They let me off"), _("They let you off")),
    (Move.REVOKE, P): Saying(_("They can’t keep it"), _("They took it back openly")),
    (Move.BREAK, P): Saying(_("They say it was not kept"), _("They say it was not kept")),
    (Move.BREAK, R): Saying(_("They say it was not kept"), _("They say it was not kept")),
    (Move.HAND_OVER, P): Saying(_("They handed it over"), _("They handed it over")),
    (Move.ASSIGN, R): Saying(
        _("They pass it to somebody else"), _("They pass it to somebody else")
    ),
    (Move.SPLIT, P): Saying(_("They put others in its place"), _("They put others in its place")),
    (Move.CORRECT, R): Saying(_("They correct their answer"), _("They correct their answer")),
}


def saying(move: Move, role: Role, *, reported: bool) -> Saying | None:
    """The words for a move; None for one that is not said on a page of its own."""
    return (REPORTED if reported else OWN).get((move, role))


# Where it stands, in a word or two.
STATES: dict[State, Words] = {
    State.DRAFT: _("not offered yet"),
    State.REQUESTED: _("asked"),
    State.OFFERED: _("offered"),
    State.CONDITIONAL: _("agreed, waits"),
    State.ACTIVE: _("promised"),
    State.OVERDUE: _("still owed"),
    State.DELIVERED: _("done, waits for a word"),
    State.KEPT: _("kept"),
    State.UNHEARD: _("done, not heard"),
    State.DECLINED: _("declined"),
    State.WITHDRAWN: _("taken back before it was agreed"),
    State.LAPSED: _("lapsed"),
    State.RELEASED: _("released"),
    State.REVOKED: _("taken back openly"),
    State.BROKEN: _("not kept"),
    State.SUPERSEDED: _("others took its place"),
}

# The ledger: what happened, as a sentence. `you`: the owner spoke; `they`: the other one.
LEDGER: dict[tuple[Move, str], Words] = {
    (Move.DRAFT, "you"): _("You wrote it down"),
    (Move.ASK, "you"): _("You asked for it"),
    (Move.ASK, "they"): _("%(name)s asked for it"),
    (Move.OFFER, "you"): _("You offered it"),
    (Move.COUNTER, "you"): _("You suggested something else"),
    (Move.COUNTER, "they"): _("%(name)s suggested something else"),
    (Move.PROMISE, "you"): _("You promised"),
    (Move.PROMISE, "they"): _("%(name)s promised"),
    (Move.ACCEPT, "you"): _("You accepted the offer"),
    (Move.ACCEPT, "they"): _("%(name)s accepted the offer"),
    (Move.HOLD, "you"): _("You put your answer off"),
    (Move.HOLD, "they"): _("%(name)s will answer later"),
    (Move.DECLINE, "you"): _("You said no"),
    (Move.DECLINE, "they"): _("%(name)s said no"),
    (Move.WITHDRAW, "you"): _("You took it back before it was agreed"),
    (Move.WITHDRAW, "they"): _("%(name)s took it back before it was agreed"),
    (Move.LAPSE, "clock"): _("It lapsed: no answer came in time"),
    (Move.RECORD, "you"): _("You promised it aloud"),
    (Move.RECORD, "they"): _("%(name)s promised it aloud"),
    (Move.CONDITION_MET, "you"): _("What it waited for came about"),
    (Move.CONDITION_MET, "they"): _("What it waited for came about, says %(name)s"),
    (Move.CONDITION_MET, "clock"): _("What it waited for was done"),
    (Move.PROPOSE, "you"): _("You asked for a change"),
    (Move.PROPOSE, "they"): _("%(name)s asked for a change"),
    (Move.AGREE, "you"): _("You agreed to the change"),
    (Move.AGREE, "they"): _("%(name)s agreed to the change"),
    (Move.REFUSE, "you"): _("You kept it as it was"),
    (Move.REFUSE, "they"): _("%(name)s kept it as it was"),
    (Move.REFUSE, "clock"): _("No answer came to the change, so it stays as it was"),
    (Move.DROP, "you"): _("You dropped the change"),
    (Move.DROP, "they"): _("%(name)s dropped the change"),
    (Move.FALL_DUE, "clock"): _("Its day passed; it is still owed"),
    (Move.DELIVER, "you"): _("You said it is done"),
    (Move.DELIVER, "they"): _("%(name)s said it is done"),
    (Move.SATISFIED, "you"): _("You were satisfied"),
    (Move.SATISFIED, "they"): _("%(name)s was satisfied"),
    (Move.NOT_YET, "you"): _("You said: not yet"),
    (Move.NOT_YET, "they"): _("%(name)s said: not yet"),
    (Move.CLOSE_UNHEARD, "clock"): _("Done, and no word came back"),
    (Move.RELEASE, "you"): _("You let %(name)s off"),
    (Move.RELEASE, "they"): _("%(name)s let you off"),
    (Move.REVOKE, "you"): _("You took it back openly"),
    (Move.REVOKE, "they"): _("%(name)s took it back openly"),
    (Move.BREAK, "you"): _("You said it was not kept"),
    (Move.BREAK, "they"): _("%(name)s said it was not kept"),
    (Move.BREAK, "clock"): _("Two months went by without a word, so it counts as not kept"),
    (Move.HAND_OVER, "you"): _("You handed it over"),
    (Move.HAND_OVER, "they"): _("%(name)s handed it over"),
    (Move.ASSIGN, "you"): _("You passed it on"),
    (Move.ASSIGN, "they"): _("%(name)s passed it to somebody else"),
    (Move.SPLIT, "you"): _("You put others in its place"),
    (Move.SPLIT, "they"): _("%(name)s put others in its place"),
    (Move.CORRECT, "you"): _("You corrected your answer"),
    (Move.CORRECT, "they"): _("%(name)s corrected their answer"),
}

NEEDS: dict[str, Words] = {
    "answer": _("Waits for your answer"),
    "deliver": _("To be done"),
    "waiting": _("Waits for their word"),
    "to-come": _("To come"),
    "ended": _("Ended"),
}

SIDES: dict[Side, Words] = {
    Side.GIVEN: _("to %(name)s"),
    Side.ASKED: _("from %(name)s"),
    Side.OWN: _("to yourself"),
}
RELEASED: dict[str, Words] = {
    "no_longer_needed": _("it is no longer needed"),
    "forgiven": _("it is forgiven"),
    "replaced": _("something else took its place"),
}
