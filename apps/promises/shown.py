"""What the other person sees of a promise: words, days and choices, and nothing that is not shared.

Built here from named fields, so that no template of theirs ever holds a row: what is not in these
classes cannot be shown (docs/promise-links.md, "Who sees what").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.core.periods import zone
from apps.core.templatetags.core import clock, whole_day
from apps.promises.closing import CORRECT_WITHIN, HEARD_WITHIN
from apps.promises.models import (
    Amendment,
    Delivery,
    Event,
    Invitation,
    Promise,
    Terms,
    ValueAssessment,
)
from apps.promises.models.event import Via
from apps.promises.models.terms import day_of_due
from apps.promises.states import Move, Role, State, moves_of

# What the table would let them do, and this page does not, each with the reason.
NOT_BY_LINK = {
    Move.DISCARD: "a draft is seen by nobody but its owner",
    Move.OFFER: "a draft is seen by nobody but its owner",
    Move.RECORD: "a draft is seen by nobody but its owner",
    Move.ASSIGN: "it names somebody of the owner's people",
    Move.HAND_OVER: "it names another promise",
    Move.SPLIT: "it names other promises",
}
# Not a move: another word about what it was worth; and about the link itself.
ASSESS, NOT_MINE = "assess", "not_mine"


@dataclass(frozen=True)
class Term:
    """One thing that was agreed: its name, how it is said, and how it was said before."""

    name: str
    value: str
    before: str = ""
    is_changed: bool = False


@dataclass(frozen=True)
class Condition:
    """How they know that it is done; `change` is "new", "gone" or ""."""

    text: str
    must: bool
    change: str = ""


@dataclass(frozen=True)
class Claim:
    """What who promised says of one condition."""

    text: str
    met: bool
    note: str


@dataclass(frozen=True)
class Done:
    """What was handed over."""

    on: date
    note: str
    handed_over: str
    link: str
    claims: list[Claim]


@dataclass(frozen=True)
class Told:
    """Something that happened: when, in a sentence, and with which words."""

    on: date
    at: str
    sentence: str
    note: str
    is_reported: bool
    is_mine: bool


@dataclass(frozen=True)
class Said:
    """What they said earlier about what it was worth."""

    on: date
    made_possible: str
    took_care: str
    sharing: str


@dataclass(frozen=True)
class Shown:
    """The page of the other person."""

    owner: str
    state: State
    role: Role
    heading: str
    onward: str
    what: str
    what_before: str
    so_that: str
    so_that_before: str
    conditions: list[Condition]
    terms: list[Term]
    # Whose change it is that waits; "" where none does.
    change_by: str
    change_note: str
    done: Done | None
    happened: list[Told]
    said: list[Said]
    choices: list[str]
    seq: int
    version: int
    zone: str
    zone_name: str
    open_until: date | None
    thanks: str

    @property
    def has_change(self) -> bool:
        """Whether something on the table differs from what stood there before."""
        changed = any(it.is_changed for it in self.terms) or any(
            it.change for it in self.conditions
        )
        return changed or bool(self.what_before or self.so_that_before)


@dataclass(frozen=True)
class Ground:
    """The rows behind the page, asked for once; forms are made of them as well."""

    promise: Promise
    role: Role
    current: Terms
    table: Terms
    before: Terms | None
    amendment: Amendment | None
    delivery: Delivery | None
    events: Sequence[Event]
    said: Sequence[ValueAssessment]
    now: datetime

    @property
    def is_correctable(self) -> bool:
        """Whether a word of satisfaction may still be taken back."""
        last = next((it for it in reversed(self.events) if it.move == Move.SATISFIED), None)
        return last is not None and self.now - last.recorded_at <= CORRECT_WITHIN

    @property
    def is_still_heard(self) -> bool:
        """Whether a word after "not heard" still comes in time."""
        ended = self.promise.ended_at
        return ended is None or self.now - ended <= HEARD_WITHIN


def ground(promise: Promise, now: datetime) -> Ground:
    """What a page for the other person is made of. Five queries at most."""
    role = promise.guest_role
    if role is None:
        raise ValueError("a promise to oneself is shown to nobody else")
    owner = promise.owner_id
    every = {
        it.number: it
        for it in Terms.objects.filter(owner=owner, promise=promise, put_at__isnull=False)
    }
    amendment = None
    if promise.amendment_by:
        amendment = Amendment.objects.get(
            owner=owner, promise=promise, status=Amendment.Status.OPEN
        )
    current = every[promise.version]
    table = current
    if amendment:
        table = next(it for it in every.values() if it.pk == amendment.terms_id)
    events = list(
        Event.objects.filter(owner=owner, promise=promise)
        .exclude(move__in=[Move.DRAFT, Move.DISCARD])
        .order_by("seq")
    )
    # What was said to somebody before it was passed on is between those two.
    passed_on = max((n for n, it in enumerate(events) if it.move == Move.ASSIGN), default=0)
    return Ground(
        promise=promise,
        role=role,
        current=current,
        table=table,
        before=_before(promise, every, current, amendment),
        amendment=amendment,
        delivery=Delivery.objects.filter(owner=owner, promise=promise).order_by("-number").first(),
        events=events[passed_on:],
        said=list(
            ValueAssessment.objects.filter(
                owner=owner, promise=promise, by_owner=False, person=promise.person_id
            ).order_by("said_at", "id")
        )
        if promise.person_id
        else [],
        now=now,
    )


def shown(ground: Ground, zone_name: str, invitation: Invitation | None, thanks: str = "") -> Shown:
    """The page, with days as the clock of `zone_name` has them."""
    promise, table, before = ground.promise, ground.table, ground.before
    owner = name_of(promise)
    wall = zone(zone_name)
    return Shown(
        owner=owner,
        state=State(promise.state),
        role=ground.role,
        heading=_heading(State(promise.state), ground.role, owner),
        onward=_onward(ground, owner, wall),
        what=table.what,
        what_before=before.what if before and before.what != table.what else "",
        so_that=table.so_that,
        so_that_before=before.so_that if before and before.so_that != table.so_that else "",
        conditions=_conditions(table, before),
        terms=_terms(table, before, zone_name),
        change_by=_change_by(ground, owner),
        change_note=_change_note(ground),
        done=_done(ground, wall),
        happened=_happened(ground, owner, wall),
        said=[_said(it, wall) for it in ground.said],
        choices=choices(ground),
        seq=promise.seq,
        version=table.number,
        zone=zone_name,
        zone_name=readable(zone_name),
        open_until=invitation.expires_at.astimezone(wall).date() if invitation else None,
        thanks=_thanks(ground, thanks, owner),
    )


def choices(ground: Ground) -> list[str]:
    """What they may say now: what the table lets their party do, in the order of a conversation."""
    promise = ground.promise
    facts = promise.facts(ground.now, waits=bool(ground.current.condition))
    found: list[str] = [
        str(move)
        for move in moves_of(State(promise.state), ground.role, facts)
        if move not in NOT_BY_LINK
    ]
    if not ground.is_correctable and Move.CORRECT in found:
        found.remove(Move.CORRECT)
    if State(promise.state) is State.UNHEARD and not ground.is_still_heard:
        found = [it for it in found if it not in (Move.SATISFIED, Move.NOT_YET)]
    if ground.role is Role.RECIPIENT and State(promise.state) is State.KEPT:
        found.append(ASSESS)
    found.append(NOT_MINE)
    return sorted(found, key=lambda it: ORDER.index(it) if it in ORDER else len(ORDER))


ORDER = [
    Move.ACCEPT,
    Move.PROMISE,
    Move.AGREE,
    Move.SATISFIED,
    Move.NOT_YET,
    ASSESS,
    Move.DELIVER,
    Move.HOLD,
    Move.COUNTER,
    Move.REFUSE,
    Move.DECLINE,
    Move.DROP,
    Move.CONDITION_MET,
    Move.PROPOSE,
    Move.CORRECT,
    Move.WITHDRAW,
    Move.RELEASE,
    Move.REVOKE,
    Move.BREAK,
    NOT_MINE,
]


def name_of(promise: Promise) -> str:
    """How the owner is called here: by the name they chose, never by their address."""
    return promise.owner.name or _("Somebody")


def readable(zone_name: str) -> str:
    """A zone as it is said: "Europe/Vienna", "America/New York"."""
    return zone_name.replace("_", " ")


def due_in_words(at: datetime | None, precision: str, agreed_zone: str, zone_name: str) -> str:
    """A due moment as it was agreed, and what the reader's own clock shows where it differs."""
    if at is None:
        return ""
    mine = at.astimezone(zone(zone_name))
    if precision == Terms.Precision.DAY:
        day = day_of_due(at, precision, agreed_zone)
        agreed = _("the end of %(day)s (%(zone)s)") % {
            "day": whole_day(day) if day else "",
            "zone": readable(agreed_zone),
        }
    else:
        there = at.astimezone(zone(agreed_zone))
        agreed = _("%(time)s on %(day)s (%(zone)s)") % {
            "day": whole_day(there.date()),
            "time": clock(there.time()),
            "zone": readable(agreed_zone),
        }
    if mine.utcoffset() == at.astimezone(zone(agreed_zone)).utcoffset():
        return agreed
    return _("%(agreed)s; on your clock %(time)s on %(day)s (%(zone)s)") % {
        "agreed": agreed,
        "day": whole_day(mine.date()),
        "time": clock(mine.time()),
        "zone": readable(zone_name),
    }


def _before(
    promise: Promise, every: dict[int, Terms], current: Terms, amendment: Amendment | None
) -> Terms | None:
    """The terms those on the table are compared with; None where they are the first or agreed."""
    if amendment:
        return current
    if promise.agreed_version is not None:
        return None
    earlier = [number for number in every if number < current.number]
    return every[max(earlier)] if earlier else None


def _conditions(table: Terms, before: Terms | None) -> list[Condition]:
    texts = {it["text"] for it in table.conditions}
    old = {it["text"]: it["must"] for it in before.conditions} if before else {}
    found = [
        Condition(
            it["text"],
            it["must"],
            "new" if before and old.get(it["text"]) != it["must"] else "",
        )
        for it in table.conditions
    ]
    gone = [Condition(text, must, "gone") for text, must in old.items() if text not in texts]
    return [*found, *gone]


def _terms(table: Terms, before: Terms | None, zone_name: str) -> list[Term]:
    found = []
    for name, say in (
        (_("By when"), lambda it: _due(it, zone_name)),
        (_("Only if"), lambda it: it.condition),
        (_("That by"), lambda it: _expires(it, zone_name)),
        (_("For whom in the end"), lambda it: it.for_whom),
        (_("Both take for granted"), lambda it: it.assumptions),
    ):
        value = say(table)
        earlier = say(before) if before else value
        if value or earlier:
            found.append(Term(name, value, earlier, is_changed=value != earlier))
    return found


def _due(terms: Terms, zone_name: str) -> str:
    return due_in_words(terms.due_at, terms.due_precision, terms.due_zone, zone_name)


def _expires(terms: Terms, zone_name: str) -> str:
    return due_in_words(terms.condition_expires_at, Terms.Precision.DAY, terms.due_zone, zone_name)


def _change_by(ground: Ground, owner: str) -> str:
    if ground.amendment is None:
        return ""
    mine = ground.amendment.by == ground.role
    return (
        _("You suggested a change.")
        if mine
        else _("%(owner)s suggests a change.") % {"owner": owner}
    )


def _change_note(ground: Ground) -> str:
    if ground.amendment is None:
        return ""
    last = next((it for it in reversed(ground.events) if it.move == Move.PROPOSE), None)
    return last.note if last else ""


def _done(ground: Ground, wall: ZoneInfo) -> Done | None:
    found = ground.delivery
    if found is None:
        return None
    event = next((it for it in reversed(ground.events) if it.move == Move.DELIVER), None)
    if event is None:
        return None
    return Done(
        on=found.delivered_at.astimezone(wall).date(),
        note=event.note,
        handed_over=found.handed_over,
        link=found.link if found.link.startswith(("https://", "http://")) else "",
        claims=[Claim(it["text"], it["met"], it["note"]) for it in found.claims],
    )


def _said(row: ValueAssessment, wall: ZoneInfo) -> Said:
    return Said(
        on=row.said_at.astimezone(wall).date(),
        made_possible=row.made_possible,
        took_care=row.get_took_care_display() if row.took_care else "",
        sharing=row.get_sharing_display(),
    )


def _happened(ground: Ground, owner: str, wall: ZoneInfo) -> list[Told]:
    found = []
    for event in ground.events:
        at = event.said_at.astimezone(wall)
        found.append(
            Told(
                on=at.date(),
                at=clock(at.time()),
                sentence=_sentence(event, ground.role, owner),
                note=event.note,
                is_reported=event.via == Via.REPORTED,
                is_mine=event.role == ground.role,
            )
        )
    return found


def _sentence(event: Event, guest: Role, owner: str) -> str:
    """What an event says to the other person: of themselves, of the owner, or of time."""
    move = Move(event.move)
    if event.role == Role.CLOCK:
        return _of_time(move)
    mine, theirs = _of_people(owner)[move]
    return mine if event.role == guest else theirs


def _of_time(move: Move) -> str:
    return {
        Move.LAPSE: _("The day for an answer passed. That is nobody’s fault."),
        Move.REFUSE: _("Nobody answered the suggested change; what was agreed before stands."),
        Move.FALL_DUE: _("The day it was due passed."),
        Move.CLOSE_UNHEARD: _("No word came, so it was put down as delivered."),
        Move.CONDITION_MET: _("What it waited for has come about."),
        Move.BREAK: _("It was closed after a long silence."),
    }[move]


def _of_people(owner: str) -> dict[Move, tuple[str, str]]:
    """For each move what is said of the reader, and what of the owner."""
    who = {"owner": owner}
    goes_on = _("It goes on in another way.")
    return {
        Move.ASK: (_("You asked for this."), _("%(owner)s asked for this.") % who),
        Move.OFFER: (_("You offered this."), _("%(owner)s offered this.") % who),
        Move.COUNTER: (
            _("You suggested something else."),
            _("%(owner)s suggested something else.") % who,
        ),
        Move.PROMISE: (_("You promised it."), _("%(owner)s promised it.") % who),
        Move.ACCEPT: (_("You said yes."), _("%(owner)s said yes.") % who),
        Move.HOLD: (
            _("You said by when you will answer."),
            _("%(owner)s said by when they will answer.") % who,
        ),
        Move.DECLINE: (_("You said no."), _("%(owner)s said no.") % who),
        Move.WITHDRAW: (_("You took it back."), _("%(owner)s took it back.") % who),
        Move.RECORD: (_("You promised it aloud."), _("%(owner)s promised it aloud.") % who),
        Move.CONDITION_MET: (
            _("You said that what it waited for has come about."),
            _("%(owner)s said that what it waited for has come about.") % who,
        ),
        Move.PROPOSE: (_("You suggested a change."), _("%(owner)s suggested a change.") % who),
        Move.AGREE: (_("You agreed to the change."), _("%(owner)s agreed to the change.") % who),
        Move.REFUSE: (
            _("You would rather leave it as it was."),
            _("%(owner)s would rather leave it as it was.") % who,
        ),
        Move.DROP: (
            _("You took the suggested change back."),
            _("%(owner)s took the suggested change back.") % who,
        ),
        Move.DELIVER: (_("You said: it is done."), _("%(owner)s said: it is done.") % who),
        Move.SATISFIED: (_("You were satisfied."), _("%(owner)s was satisfied.") % who),
        Move.NOT_YET: (_("You said: not yet."), _("%(owner)s said: not yet.") % who),
        Move.RELEASE: (
            _("You let %(owner)s off.") % who,
            _("%(owner)s let you off.") % who,
        ),
        Move.REVOKE: (
            _("You said that you cannot keep it."),
            _("%(owner)s said that they cannot keep it.") % who,
        ),
        Move.BREAK: (
            _("You said that it was not kept."),
            _("%(owner)s said that it was not kept.") % who,
        ),
        Move.CORRECT: (
            _("You corrected your answer."),
            _("%(owner)s corrected their answer.") % who,
        ),
        Move.ASSIGN: (_("It was passed on to you."), _("It was passed on to you.")),
        Move.HAND_OVER: (goes_on, goes_on),
        Move.SPLIT: (goes_on, goes_on),
    }


def _heading(state: State, role: Role, owner: str) -> str:
    who = {"owner": owner}
    takes = role is Role.RECIPIENT
    given = {
        State.REQUESTED: _("You asked %(owner)s for this"),
        State.OFFERED: _("%(owner)s would like to promise you this"),
        State.CONDITIONAL: _("%(owner)s has promised you this, on a condition"),
        State.ACTIVE: _("%(owner)s has promised you this"),
        State.OVERDUE: _("%(owner)s has promised you this"),
        State.DELIVERED: _("%(owner)s says: it is done"),
        State.KEPT: _("%(owner)s kept this promise to you"),
        State.UNHEARD: _("It was delivered, and your word is still welcome"),
        State.RELEASED: _("You let %(owner)s off"),
        State.REVOKED: _("%(owner)s cannot keep this, and says so"),
    }
    asked = {
        State.REQUESTED: _("%(owner)s asks: would you promise this?"),
        State.OFFERED: _("You suggested this to %(owner)s"),
        State.CONDITIONAL: _("You have promised this to %(owner)s, on a condition"),
        State.ACTIVE: _("You have promised this to %(owner)s"),
        State.OVERDUE: _("You have promised this to %(owner)s"),
        State.DELIVERED: _("You said: it is done"),
        State.KEPT: _("You kept this promise to %(owner)s"),
        State.UNHEARD: _("You delivered this to %(owner)s"),
        State.RELEASED: _("%(owner)s let you off"),
        State.REVOKED: _("You cannot keep this, and said so"),
    }
    ended = {
        State.DECLINED: _("The answer was no"),
        State.WITHDRAWN: _("This was taken back before it was agreed"),
        State.LAPSED: _("The day for an answer passed"),
        State.BROKEN: _("This was not kept"),
        State.SUPERSEDED: _("This goes on in another way"),
    }
    words = (given if takes else asked) | ended
    return words[state] % who


def _onward(ground: Ground, owner: str, wall: ZoneInfo) -> str:
    """What happens next, in a sentence or two."""
    promise, state, role = ground.promise, State(ground.promise.state), ground.role
    who = {"owner": owner, "day": _day_of(promise.answer_by, wall)}
    takes = role is Role.RECIPIENT
    if ground.amendment:
        who["day"] = _day_of(ground.amendment.answer_by, wall)
        if ground.amendment.by == role:
            return (
                _(
                    "%(owner)s has until %(day)s to say yes or no. Until then what was agreed "
                    "before stands, and so it does if no answer comes."
                )
                % who
            )
        return (
            _(
                "Please say by %(day)s whether you agree. Until then what was agreed before "
                "stands, and so it does if you say nothing."
            )
            % who
        )
    match state:
        case State.OFFERED if takes:
            return (
                _(
                    "Nothing is agreed until you say yes, and a no is a good answer, too. "
                    "A word by %(day)s would help."
                )
                % who
            )
        case State.REQUESTED if not takes:
            return (
                _(
                    "Nothing is agreed until you say yes, and a no is a good answer, too. "
                    "A word by %(day)s would help."
                )
                % who
            )
        case State.OFFERED | State.REQUESTED:
            return _("It is %(owner)s’s turn now, until %(day)s. You need not do anything.") % who
        case State.CONDITIONAL:
            return _("It holds once what it waits for has come about.")
        case State.ACTIVE if takes:
            return _("You need not do anything. If something changes for you, say so here.")
        case State.OVERDUE if takes:
            return _(
                "The day has passed, and it is still owed. You can suggest another day, or let it "
                "go."
            )
        case State.ACTIVE:
            return _("When it is done, say so here. If something gets in the way, say that early.")
        case State.OVERDUE:
            return _(
                "The day has passed, and it is still owed. Whatever is true now can be said here: "
                "that it is done, that it needs another day, or that you cannot."
            )
        case State.DELIVERED if takes:
            return _("Only you can say whether it is what you needed. Either answer helps.")
        case State.DELIVERED:
            return _("%(owner)s will say whether it is what they needed.") % who
        case State.KEPT if takes:
            return _(
                "Nothing more is asked of you. What something is worth often shows later: "
                "you can add a word at any time while this link works."
            )
        case State.UNHEARD if takes:
            return _("Nobody waits for it, but a late word still counts.")
        case _:
            return _("Nothing more is asked of you.")


def _day_of(at: datetime | None, wall: ZoneInfo) -> str:
    """The day that ends with an instant at midnight, or holds it."""
    return whole_day((at - timedelta(microseconds=1)).astimezone(wall).date()) if at else ""


def _thanks(ground: Ground, choice: str, owner: str) -> str:
    """Thanks for what was just said: only for what stands last in the ledger, by them, by link."""
    who = {"owner": owner}
    if choice == ASSESS:
        return _("Thank you. %(owner)s can read it now.") % who if ground.said else ""
    # An answer of two parts (not yet, and another day) ends in the second.
    last = ground.events[-1] if ground.events else None
    same = last is not None and last.via == Via.LINK and last.role == ground.role
    if not same or (last and last.move != choice and choice != Move.NOT_YET):
        return ""
    words = {
        Move.ACCEPT: _("Thank you. It is agreed, and %(owner)s knows."),
        Move.PROMISE: _("Thank you. It is agreed, and %(owner)s knows."),
        Move.COUNTER: _("Thank you. %(owner)s sees what you would rather have, and answers next."),
        Move.HOLD: _("Thank you. %(owner)s knows by when you will answer."),
        Move.DECLINE: _("Thank you for saying so. A clear no helps, too."),
        Move.WITHDRAW: _("It is taken back. %(owner)s knows."),
        Move.CONDITION_MET: _("Thank you. It is owed from now on."),
        Move.PROPOSE: _("Thank you. %(owner)s sees your suggestion, and answers next."),
        Move.AGREE: _("Thank you. The change is agreed."),
        Move.REFUSE: _("Thank you for saying so. What was agreed before stands."),
        Move.DROP: _("Your suggestion is taken back. What was agreed before stands."),
        Move.DELIVER: _("Thank you. %(owner)s sees that it is done, and answers next."),
        Move.SATISFIED: _(
            "Thank you. This closes the circle, and %(owner)s knows. "
            "If it was a slip, you can correct it for seven days."
        ),
        Move.NOT_YET: _("Thank you for saying so. %(owner)s sees what is still missing."),
        Move.RELEASE: _("Thank you. %(owner)s knows that nothing is owed any more."),
        Move.REVOKE: _("Thank you for saying so openly. %(owner)s knows."),
        Move.BREAK: _("Thank you for saying so. %(owner)s knows."),
        Move.CORRECT: _("It is open again. You can answer anew."),
    }
    return words[Move(choice)] % who if choice in words else ""
