"""T-01: whatever two people and the clock do to promises, the ledger and the states stay right.

The model is a dict for each promise and if-statements written from the specification's table; it
does not know `states.RULES`. Whatever it allows must happen and leave what it says; whatever it
refuses must be refused, in that way, and leave no trace. Every step is compared.
"""

import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from apps.core.models import new_id
from apps.promises import answering, changing, clock, closing, handing_on, making, states
from apps.promises.models import (
    Amendment,
    Delivery,
    Event,
    Invitation,
    Notice,
    Promise,
    PromiseLink,
    Terms,
)
from apps.promises.moving import CLOCK, Actor, Refused, Stale, Turn, as_guest, as_owner, turn
from apps.promises.states import Illegal, Move, Role, State
from apps.promises.wanting import Wanted
from tests.factories import NOW, make_person, make_user

DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
ENDED = (
    "kept",
    "unheard",
    "declined",
    "withdrawn",
    "lapsed",
    "released",
    "revoked",
    "broken",
    "superseded",
)
OWED = ("active", "overdue")
BINDING = ("conditional", "active", "overdue")
MOVES = [it.value for it in Move]
# How a statement begins that leaves every row as it is.
READING = ("SELECT ", "SAVEPOINT ", "RELEASE SAVEPOINT ", "ROLLBACK TO SAVEPOINT ")
ROLES = {"P": Role.PROMISER, "R": Role.RECIPIENT, "S": Role.CLOCK}
LETTERS = {"promiser": "P", "recipient": "R", "clock": "S", "": None}
MOST = 4
# How often each move is tried in each state at night.
VISITS = 20
WHICH = st.integers(0, MOST - 1)
PICK = st.integers(0, 27)
HOW = st.sampled_from(["account", "account", "link"])
Model = dict[str, Any]
# How a life may have begun: at first, then moves by whom, or days that pass.
WAYS: dict[str, list[Any]] = {
    "draft": ["draft"],
    "requested": ["ask"],
    "offered": ["draft", ("offer", "P")],
    "owed": ["recorded"],
    "overdue": ["recorded", 11],
    "delivered": ["recorded", ("deliver", "P")],
    "kept": ["recorded", ("deliver", "P"), ("satisfied", "R")],
    "kept late": ["recorded", 11, ("deliver", "P"), ("satisfied", "R")],
    "unheard": ["recorded", ("deliver", "P"), 15],
    "declined": ["ask", ("decline", "P")],
    "withdrawn": ["ask", ("withdraw", "R")],
    "lapsed": ["ask", 5],
    "released": ["recorded", ("release", "R")],
    "revoked": ["recorded", ("revoke", "P")],
    "broken": ["recorded", 11, ("break", "P")],
    "superseded": ["recorded", ("split", "P")],
}


# The specification's table (1.3), once more


def may(m: Model, move: str, role: str) -> bool:
    """Whether the table has this move, from this state, by this role, beside the open change."""
    state, amended = m["state"], m["amended"]
    other = {"P": "R", "R": "P", "S": "S"}[role]
    if role == "S":
        if move == "lapse":
            return state in ("requested", "offered", "conditional")
        if move == "condition_met":
            return state == "conditional"
        if move == "refuse":
            return state in BINDING and amended is not None
        if move == "fall_due":
            return state == "active"
        if move == "close_unheard":
            return state == "delivered"
        return move == "break" and state == "overdue"
    if move == "propose":
        return state in BINDING and amended is None
    if move in ("agree", "refuse"):
        return state in BINDING and amended == other
    if move == "drop":
        return state in BINDING and amended == role
    if move == "break":
        return state == "overdue"
    if move == "condition_met":
        return state == "conditional"
    if role == "P":
        if move in ("discard", "offer", "record"):
            return state == "draft"
        if move in ("counter", "promise", "hold", "decline"):
            return state == "requested"
        if move == "withdraw":
            return state == "offered"
        if move == "deliver":
            return state in OWED
        return move in ("revoke", "hand_over", "split") and state in BINDING
    if move in ("counter", "accept", "decline"):
        return state == "offered"
    if move == "withdraw":
        return state == "requested"
    if move == "satisfied":
        return state in ("delivered", "unheard")
    if move == "not_yet":
        return state in ("delivered", "unheard")
    if move == "release":
        return state in (*BINDING, "delivered")
    if move == "assign":
        return state in BINDING and m["side"] == "given"
    return move == "correct" and state == "kept"


def no(why: type[Exception], condition: bool) -> None:
    """What the model refuses, and how."""
    if condition:
        raise why


class Loop(RuleBasedStateMachine):
    """Up to four promises of one person, in one transaction that is taken back in the end."""

    cells: Counter[tuple[str, str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.mark = transaction.savepoint()
        self.now: datetime = NOW
        self.ran_at = NOW - HOUR
        self.links: dict[Any, Model] = {}
        self.models: dict[Any, Model] = {}
        self.edges: dict[Any, tuple[Any, str, Any]] = {}
        self.has_changed = False
        self.owner = make_user()
        self.people = [make_person(self.owner) for _ in range(3)]
        self.rows: dict[Any, Promise] = {}

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.mark)

    # What happens

    @initialize(
        way=st.sampled_from(list(WAYS)),
        side=st.sampled_from(["given", "asked", "own"]),
        shape=st.sampled_from([0, 0, 0, 3, 4, 1, 2, 5]),
    )
    def begin_somewhere(self, way: str, side: str, shape: int) -> None:
        """A life that has come some way already, by the same steps."""
        how, *steps = WAYS[way]
        self.begin(how, side, shape)
        for step in steps:
            for m in list(self.models.values()):
                if isinstance(step, int):
                    self.pass_time(self.now + step * DAY)
                else:
                    self.say(m, *step, "account", 4)

    @rule(
        how=st.sampled_from(["draft", "ask", "recorded"]),
        side=st.sampled_from(["given", "asked", "own"]),
        shape=st.integers(0, 5),
    )
    @precondition(lambda self: len(self.models) < MOST)
    def begin_another(self, how: str, side: str, shape: int) -> None:
        self.begin(how, side, shape)

    @rule(which=WHICH, first=st.integers(0, 28), role=st.sampled_from("PPRRS"), how=HOW, pick=PICK)
    @precondition(lambda self: self.models)
    def try_anything(self, which: int, first: int, role: str, how: str, pick: int) -> None:
        """Some moves in a row, mostly such as are refused here."""
        for move in (*MOVES, *MOVES)[first : first + 4]:
            if self.models:
                self.say(self.choose(which), move, role, how, pick % 7)

    @rule(which=WHICH, pick=PICK, how=HOW, variant=st.integers(0, 6))
    @precondition(lambda self: self.models)
    def say_something(self, which: int, pick: int, how: str, variant: int) -> None:
        self.say_what_fits(which, pick, how, variant)

    @rule(which=WHICH, pick=PICK, how=HOW, variant=st.integers(1, 6))
    @precondition(lambda self: self.models)
    def say_something_right(self, which: int, pick: int, how: str, variant: int) -> None:
        self.say_what_fits(which, pick, how, variant)

    @rule(which=WHICH, pick=PICK, role=st.sampled_from("PR"))
    @precondition(lambda self: self.models)
    def go_on(self, which: int, pick: int, role: str) -> None:
        """The straight way: until it is agreed, until it is done, until it is heard."""
        m = self.choose(which)
        onward = ("offer", "promise", "accept", "condition_met", "deliver", "satisfied", "not_yet")
        fitting = [move for move in onward if may(m, move, role)]
        if fitting:
            self.say(m, fitting[pick % len(fitting)], role, "account", 4)

    def say_what_fits(self, which: int, pick: int, how: str, variant: int) -> None:
        m = self.choose(which)
        fitting = [
            (move, role)
            for move in MOVES
            for role in "PR"
            if may(m, move, role) and move != "discard"
        ]
        if fitting:
            self.say(m, *fitting[pick % len(fitting)], how, variant)

    @rule(
        which=WHICH,
        pick=PICK,
        beside=st.sampled_from([-SECOND, timedelta(0), SECOND, HOUR, 40 * DAY]),
    )
    @precondition(lambda self: self.models)
    def let_a_moment_come(self, which: int, pick: int, beside: timedelta) -> None:
        """Time goes to a moment at which something is due, or just before, or after it."""
        moments = sorted(set(self.moments(self.choose(which))))
        self.pass_time((moments[pick % len(moments)] if moments else self.now) + beside)

    @rule(what=st.integers(0, 5), which=WHICH, pick=PICK, yes=st.booleans())
    @precondition(lambda self: self.models)
    def arrange(self, what: int, which: int, pick: int, yes: bool) -> None:
        """What moves nothing: drafts written anew, links, and making good."""
        if what == 0:
            self.rewrite(which, pick % 6)
        elif what == 1 and self.edges:
            self.unlink(pick)
        elif what == 2:
            self.repair(which, yes)
        else:
            kinds = ["part_of", "part_of", "depends_on", "depends_on", "enables", "delegated_from"]
            self.link(which, pick // 7, kinds[pick % 6], yes)

    def rewrite(self, which: int, shape: int) -> None:
        """A draft may be written anew; nothing else may."""
        m = self.choose(which)
        wanted = self.wanted(shape)

        def verb() -> None:
            with self.turn(m, as_owner(self.row(m), Role.PROMISER)) as it:
                making.rewrite(it, person=self.people[0], kind="process", wanted=wanted)

        def model() -> None:
            no(Illegal, m["state"] != "draft")
            m.update(terms=wanted, side="given", guest="R", person=0)

        self.both(verb, model)

    def link(self, a: int, b: int, kind: str, is_must: bool) -> None:
        source, target = self.choose(a), self.choose(b)
        edge = (source["pk"], kind, target["pk"])
        until = "kept" if is_must else "delivered"
        made: list[PromiseLink] = []

        def verb() -> None:
            if kind == "depends_on":
                with self.turn(source, as_owner(self.row(source), Role.PROMISER)) as it:
                    made.append(handing_on.wait_for(it, self.row(target), until=until))
            else:
                rows = self.row(source), kind, self.row(target)
                made.append(handing_on.link(*rows, is_must=is_must))

        def model() -> None:
            late = source["state"] not in ("draft", "requested", "offered", "conditional")
            no(Illegal, kind == "depends_on" and late)
            no(Refused, self.leads_back(edge))

        if self.both(verb, model):
            self.edges[made[0].pk] = edge
            m = {"is_must": is_must, "is_waived": False, "until": until}
            self.links = self.links | {made[0].pk: m}

    def unlink(self, pick: int) -> None:
        pk = sorted(self.edges)[pick % len(self.edges)]
        kept = self.edges[pk][1] in ("succeeds", "repairs")

        def verb() -> None:
            handing_on.unlink(PromiseLink.objects.get(pk=pk))

        if self.both(verb, lambda: no(Illegal, kept)):
            del self.edges[pk]

    def repair(self, which: int, is_owned_up: bool) -> None:
        m = self.choose(which)
        words = "I said Friday, and it was not there." if is_owned_up else ""
        made: list[Promise] = []

        def verb() -> None:
            row = self.row(m)
            made.append(handing_on.repair(row, acknowledgement=words, cost="A day", now=self.now))

        def model() -> None:
            late = m["state"] == "kept" and m["delivered_at"] > m["terms"].due_at
            is_gone = m["state"] in ("revoked", "broken")
            no(Illegal, m["side"] == "asked" or not (late or is_gone))
            no(Refused, not is_owned_up)

        if self.both(verb, model):
            self.add(made[0], Wanted(what=m["terms"].what), "draft", m["side"], m["person"])
            row = PromiseLink.objects.get(source=made[0], kind="repairs")
            self.edges[row.pk] = (made[0].pk, "repairs", m["pk"])

    # How it is compared

    def both(self, verb: Callable[[], Any], model: Callable[[], None]) -> bool:
        """Do it, and say whether it happened; the model changes only where it allows.

        The verb takes back itself what it did before it was refused. Rows are as they were where
        nothing but reading was sent; before the first other statement they are looked at.
        """
        before: list[Any] = []

        def look_first(execute: Any, sql: str, *rest: Any) -> Any:
            if not before and not sql.startswith(READING):
                before.append(None)
                before[0] = self.snapshot()
            return execute(sql, *rest)

        happened: Exception | None = None
        try:
            with connection.execute_wrapper(look_first):
                verb()
        except (Illegal, Refused, Stale) as refusal:
            happened = refusal
        was = {pk: dict(m) for pk, m in self.models.items()}
        expected: Exception | None = None
        try:
            model()
        except (Illegal, Refused, Stale) as refusal:
            expected = refusal
        if expected is not None:
            for pk, m in was.items():
                self.models[pk].update(m)
            assert happened is not None, f"the specification refuses it ({expected!r})"
            assert isinstance(happened, type(expected)), f"{happened!r} is not {expected!r}"
            assert not before or self.snapshot() == before[0], "what is refused leaves nothing"
            return False
        assert happened is None, f"the specification allows it ({happened!r})"
        self.has_changed = True
        return True

    @invariant()
    def the_ledger_is_right(self) -> None:
        if not self.has_changed:
            return
        self.has_changed = False
        connection.check_constraints()
        self.rows = rows = {it.pk: it for it in Promise.objects.filter(owner=self.owner)}
        events: dict[Any, list[Event]] = {pk: [] for pk in rows}
        for event in Event.objects.filter(owner=self.owner).order_by("promise_id", "seq"):
            events[event.promise_id].append(event)
        terms = {(it.promise_id, it.number): it for it in Terms.objects.filter(owner=self.owner)}
        flags: dict[Any, list[Any]] = {pk: [] for pk in rows}
        for delivery in Delivery.objects.filter(owner=self.owner).order_by("number"):
            flags[delivery.promise_id].append(delivery.is_accepted)
        changes = Amendment.objects.filter(owner=self.owner, status="open")
        amended = Counter(changes.values_list("promise_id", flat=True))
        for m in self.models.values():
            row = rows[m["pk"]]
            self.is_as_the_model_says(m, row, terms[row.pk, row.version], flags[row.pk])
            self.follows_from_its_events(m, row, events[row.pk])
            assert amended[row.pk] == (1 if row.amendment_by else 0), "one change at most"
        assert self.models.keys() <= rows.keys()
        for it in terms.values():
            assert it.agreed_at is None or it.due_at is not None

    def is_as_the_model_says(self, m: Model, row: Promise, terms: Terms, flags: list[Any]) -> None:
        assert row.state == m["state"]
        assert row.seq == m["seq"]
        assert LETTERS[row.amendment_by] == m["amended"]
        assert (row.version, row.agreed_version) == (m["version"], m["agreed"])
        assert row.holds == m["holds"]
        assert (row.what, row.due_at) == (m["terms"].what, m["terms"].due_at)
        assert (terms.what, terms.due_at) == (row.what, row.due_at)
        assert terms.condition == m["terms"].condition
        assert row.side == m["side"]
        assert row.person_id == (None if m["side"] == "own" else self.people[m["person"]].pk)
        assert flags == m["answers"]
        assert (row.ended_at is not None) == (row.state in ENDED)

    def follows_from_its_events(self, m: Model, row: Promise, events: list[Event]) -> None:
        assert [it.seq for it in events] == list(range(1, row.seq + 1)), "no hole"
        end = None
        before = ""
        for event in events:
            assert event.from_state == before
            if before in ENDED:
                assert (before, event.move) in {
                    ("unheard", "satisfied"),
                    ("unheard", "not_yet"),
                    ("kept", "correct"),
                }
            assert event.said_at <= event.recorded_at <= self.now
            assert (event.role == "clock") == (event.via == "system")
            if event.via == "reported":
                assert event.actor_user_id == self.owner.pk
                assert row.side == "own" or LETTERS[event.role] == m["guest"]
            if event.via == "link":
                assert event.actor_user_id is None
                assert event.invitation_id is not None
                assert LETTERS[event.role] == m["guest"]
            before = event.to_state
        steps = [
            (
                Move(it.move),
                Role(it.role),
                State(it.from_state) if it.from_state else None,
                State(it.to_state),
            )
            for it in events
        ]
        end = states.replayed(steps)
        assert end == row.state

    # One move, by the verbs and by the model

    def say(self, m: Model, move: str, role: str, how: str, variant: int) -> None:
        self.cells[m["state"], move] += 1
        if role == "S" and may(m, move, "S") and move != "condition_met":
            # The clock looks at the date itself; whether it is time is asked of `tick`.
            if self.now > self.ran_at:
                self.pass_time(self.now)
            return
        made: dict[str, Any] = {}

        def verb() -> None:
            row = self.row(m)
            with self.turn(m, self.actor(m, row, role, how)) as it:
                self.perform(it, m, Move(move), variant, made)

        def model() -> None:
            if role != "S" and how == "link" and role == m["guest"]:
                no(Illegal, m["link"] is None)
            no(Illegal, not may(m, move, role))
            self.expect(m, move, role, variant)

        was = dict(m)
        if self.both(verb, model):
            if move == "discard":
                del self.models[m["pk"]]
                self.edges = {pk: it for pk, it in self.edges.items() if m["pk"] not in it}
                return
            m["seq"] += 1 + (was["state"] in ("delivered", "unheard") and m["amended"] is not None)
            m["spoken"] = self.now
            self.after_effects(m, move, made)

    def actor(self, m: Model, row: Promise, role: str, how: str) -> Actor:
        if role == "S":
            return CLOCK
        if how == "link" and role == m["guest"]:
            invitation = Invitation.objects.filter(promise=row, revoked_at=None).first()
            if invitation is None:
                raise Illegal("no link is open")
            return as_guest(row, invitation)
        return as_owner(row, ROLES[role])

    def perform(self, it: Turn, m: Model, move: Move, variant: int, made: dict[str, Any]) -> None:
        """The verb, with arguments by `variant`: some are right, some lack what it needs."""
        version = it.table.number + (1 if variant == 0 else 0)
        soon = self.now + (-HOUR if variant == 0 else 3 * DAY)
        match move:
            case Move.DISCARD:
                making.discard(it)
            case Move.OFFER:
                making.offer(it, answer_by=self.now + 3 * DAY)
            case Move.RECORD:
                making.record(it, said_at=self.now)
            case Move.COUNTER:
                answering.counter(it, wanted=self.other(m, variant), answer_by=soon)
            case Move.PROMISE:
                answering.promise(it, version=version, confidence=min(variant, 5) or None)
            case Move.ACCEPT:
                answering.accept(it, version=version)
            case Move.HOLD:
                answering.hold(it, answer_by=soon)
            case Move.DECLINE:
                answering.decline(it, note="No")
            case Move.WITHDRAW:
                answering.withdraw(it)
            case Move.CONDITION_MET:
                answering.condition_met(it)
            case Move.PROPOSE:
                changing.propose(it, wanted=self.other(m, variant), reason="estimate")
            case Move.AGREE:
                changing.agree(it, version=version)
            case Move.REFUSE:
                changing.refuse(it)
            case Move.DROP:
                changing.drop(it)
            case Move.DELIVER:
                closing.deliver(it, claims=self.claims(m, variant), waived=self.waived(m, variant))
            case Move.SATISFIED:
                worth = closing.Worth(made_possible="Quiet") if variant == 1 else None
                closing.satisfied(it, worth=worth, ask_again=variant == 2)
            case Move.NOT_YET:
                closing.not_yet(it, **self.lack(m, variant))
            case Move.CORRECT:
                closing.correct(it)
            case Move.RELEASE:
                closing.release(it, because="so" if variant == 0 else "forgiven")
            case Move.REVOKE:
                closing.revoke(it, reason="estimate")
            case Move.BREAK:
                closing.break_off(it, reason="forgot")
            case Move.HAND_OVER | Move.SPLIT:
                made["successor"] = successor = self.successor(m, variant)
                words = "" if variant == 1 else "Fine"
                if move is Move.HAND_OVER:
                    handing_on.hand_over(
                        it, successor=successor, consent_words=words, consent_at=self.now
                    )
                else:
                    handing_on.split(
                        it,
                        successors=[] if variant == 0 else [successor],
                        consent_words=words,
                        consent_at=self.now,
                    )
            case Move.ASSIGN:
                handing_on.assign(it, person=self.people[variant % 3])
            case _:
                it.say(move)

    def expect(self, m: Model, move: str, role: str, variant: int) -> None:
        """The same, by the specification: raise what it refuses, then note what it leads to."""
        terms: Wanted = m["terms"]
        state = m["state"]
        if move == "offer":
            no(Refused, terms.due_at is None or not terms.conditions)
            m.update(state="offered", answer_by=self.now + 3 * DAY)
        elif move == "record":
            no(Refused, terms.due_at is None)
            self.agree_on(m, terms, 1)
        elif move == "counter":
            wanted = self.other(m, variant)
            no(Refused, wanted == terms or wanted.due_at is None)
            m.update(state="offered" if role == "P" else "requested", terms=wanted, holds=0)
            m["last"] += 1
            m.update(version=m["last"], answer_by=self.now + (3 * DAY if variant else -HOUR))
        elif move in ("promise", "accept"):
            no(Stale, variant == 0)
            no(Refused, terms.due_at is None)
            self.agree_on(m, terms, m["version"])
        elif move == "hold":
            no(Refused, m["holds"] == 2 or variant == 0)
            m.update(holds=m["holds"] + 1, answer_by=self.now + 3 * DAY)
        elif move in ("decline", "withdraw"):
            m["state"] = "declined" if move == "decline" else "withdrawn"
        elif move == "condition_met":
            m["state"] = "active"
        elif move == "propose":
            self.put_change(m, role, self.other(m, variant))
        elif move == "agree":
            new = m["change"]
            no(Stale, variant == 0)
            no(Refused, state == "overdue" and new.due_at <= self.now)
            stays = state == "conditional" and new.condition
            m.update(state="conditional" if stays else "active", amended=None, terms=new)
            m.update(version=m["last"], agreed=m["last"])
        elif move in ("refuse", "drop"):
            m["amended"] = None
        elif move == "deliver":
            musts = any(it["must"] for it in terms.conditions)
            no(Refused, variant == 0 or (variant == 1 and musts))
            no(Refused, bool(self.open_parts(m)) and variant < 4)
            for pk in self.open_parts(m):
                self.links[pk]["is_waived"] = True
            m.update(state="delivered", amended=None, delivered_at=self.now)
            m.update(assess_by=self.now + 14 * DAY, answers=[*m["answers"], None])
        elif move == "satisfied":
            no(Illegal, state == "unheard" and self.now - m["unheard_at"] > 180 * DAY)
            m.update(state="kept", satisfied_at=self.now, answers=[*m["answers"][:-1], True])
        elif move == "not_yet":
            no(Illegal, state == "unheard" and self.now - m["unheard_at"] > 180 * DAY)
            lack = self.lack(m, variant)
            no(Refused, all(lack["findings"]) and not lack["remains"])
            is_late = state == "unheard" or self.now > terms.due_at
            m.update(state="overdue" if is_late else "active", answers=[*m["answers"][:-1], False])
            if lack["wanted"] is not None and lack["wanted"].due_at != terms.due_at:
                self.put_change(m, "R", lack["wanted"])
        elif move == "correct":
            no(Illegal, self.now - m["satisfied_at"] > 7 * DAY)
            m.update(state="delivered", assess_by=self.now + 14 * DAY)
            m["answers"] = [*m["answers"][:-1], None]
        elif move == "release":
            no(Refused, variant == 0)
            m.update(state="released", amended=None)
        elif move in ("revoke", "break"):
            m.update(state="revoked" if move == "revoke" else "broken", amended=None)
        elif move == "hand_over":
            no(Refused, variant in (0, 1, 2))
            m.update(state="superseded", amended=None)
        elif move == "split":
            no(Refused, variant in (0, 2) or (variant == 1 and m["side"] != "own"))
            m.update(state="superseded", amended=None)
        elif move == "assign":
            no(Refused, variant % 3 == m["person"])
            m.update(person=variant % 3, link=None)

    def put_change(self, m: Model, role: str, wanted: Wanted) -> None:
        """A change of the day, the scope or a condition; its day is still to come."""
        before: Wanted = m["terms"]
        same = replace(wanted, so_that=before.so_that) == before
        no(Refused, same)
        no(Refused, wanted.due_at is None)
        assert before.due_at is not None
        assert wanted.due_at is not None
        no(Refused, wanted.due_at != before.due_at and wanted.due_at <= self.now)
        adds = bool(wanted.condition) and wanted.condition != before.condition
        no(Refused, adds and m["state"] in OWED)
        week = self.now + 7 * DAY
        m["last"] += 1
        m.update(amended=role, change=wanted)
        m["change_by"] = min(week, before.due_at) if before.due_at > self.now else week

    def agree_on(self, m: Model, terms: Wanted, number: int) -> None:
        m.update(state="conditional" if terms.condition else "active", agreed=number)

    def after_effects(self, m: Model, move: str, made: dict[str, Any]) -> None:
        """What else came of it: successors, links of guests, what waited for this promise."""
        if move in ("hand_over", "split"):
            new = made["successor"]
            terms = self.wanted(0)
            if new.pk not in self.models:
                self.add(new, terms, "active", "asked", 1, is_known=False)
            row = PromiseLink.objects.get(source=new, kind="succeeds", target=m["pk"])
            self.edges[row.pk] = (new.pk, "succeeds", m["pk"])
        if move in ("deliver", "satisfied"):
            self.let_go_on(m)

    def let_go_on(self, done: Model) -> None:
        for pk, (source, kind, target) in self.edges.items():
            waiting = self.models.get(source)
            if kind != "depends_on" or target != done["pk"] or waiting is None:
                continue
            until = self.links[pk]["until"]
            reached = {"delivered": ["delivered"], "unheard": ["delivered"]}
            enough = reached.get(done["state"], ["delivered", "kept"])
            is_done = done["state"] in ("delivered", "unheard", "kept") and until in enough
            if waiting["state"] == "conditional" and is_done:
                self.cells["conditional", "condition_met"] += 1
                waiting["state"] = "active"
                waiting["seq"] += 1
                came = done["satisfied_at"] if done["state"] == "kept" else done["delivered_at"]
                waiting["spoken"] = max(waiting["spoken"], came)

    # The clock

    def pass_time(self, until: datetime) -> None:
        """To this moment; then the clock runs, and runs again where it did something."""
        self.now = self.ran_at = max(self.now, until)
        for m in list(self.models.values()):
            if m["state"] in ("delivered", "unheard", "kept"):
                self.let_go_on(m)
        for m in self.models.values():
            self.tick(m)
        before = self.snapshot()
        clock.pass_time(self.now)
        if self.snapshot() != before:
            self.has_changed = True
            before = self.snapshot()
            clock.pass_time(self.now)
            assert self.snapshot() == before, "twice is once"

    def tick(self, m: Model) -> None:
        """What time does, by the specification: M17, M12, M19, M23, notices, M26."""
        now, terms = self.now, m["terms"]
        if m["amended"] and now > m["change_by"]:
            self.clock_says(m, "refuse", m["state"], m["change_by"])
            m["amended"] = None
        limit = terms.condition_expires_at if m["state"] == "conditional" else m["answer_by"]
        if m["state"] in ("requested", "offered", "conditional") and now > limit + DAY:
            m["amended"] = None
            self.clock_says(m, "lapse", "lapsed", limit)
        if m["state"] == "active" and now > terms.due_at:
            self.clock_says(m, "fall_due", "overdue", terms.due_at)
        if m["state"] == "delivered" and now > m["assess_by"]:
            self.clock_says(m, "close_unheard", "unheard", now)
            m["unheard_at"] = now
        if m["state"] == "overdue":
            self.be_silent(m)

    def be_silent(self, m: Model) -> None:
        quiet_since = max(m["spoken"], m["terms"].due_at)
        told = m["told"] if m["told_seq"] == m["seq"] else []
        quiet = self.now - quiet_since
        first_due = not told and quiet > 30 * DAY
        second_due = len(told) == 1 and quiet > 53 * DAY and self.now - told[0] >= 7 * DAY
        if first_due or second_due:
            told = [*told, self.now]
        m.update(told=told, told_seq=m["seq"])
        if len(told) == 2 and quiet > 60 * DAY and self.now - told[1] >= 7 * DAY:
            self.clock_says(m, "break", "broken", self.now)

    def clock_says(self, m: Model, move: str, state: str, at: datetime) -> None:
        self.cells[m["state"], move] += 1
        m.update(state=state, seq=m["seq"] + 1, spoken=max(m["spoken"], at))

    def moments(self, m: Model) -> Iterator[datetime]:
        """When something may become due for this promise."""
        terms: Wanted = m["terms"]
        for at in (terms.due_at, m["change_by"], m["assess_by"]):
            if at is not None:
                yield at
        for at in (m["answer_by"], terms.condition_expires_at):
            if at is not None:
                yield at + DAY
        if m["state"] == "overdue":
            quiet_since = max(m["spoken"], terms.due_at or m["spoken"])
            yield from (quiet_since + days * DAY for days in (30, 53, 60, 61))
        if m["satisfied_at"] is not None:
            yield m["satisfied_at"] + 7 * DAY
        if m["unheard_at"] is not None:
            yield m["unheard_at"] + 180 * DAY

    # Rows and terms

    def begin(self, how: str, side: str, shape: int) -> None:
        wanted = self.wanted(shape)
        person = None if side == "own" else self.people[0]
        made: list[Promise] = []
        given = {"owner": self.owner.pk, "wanted": wanted, "now": self.now, "person": person}
        if how == "draft" or (how == "ask" and side == "own"):
            side = "given" if side == "asked" else side
            given["person"] = None if side == "own" else self.people[0]

        def verb() -> None:
            if how == "draft":
                made.append(making.draft(**given))
            elif how == "ask":
                made.append(
                    making.ask(
                        **given | {"person": self.people[0]},
                        side=side,
                        answer_by=self.now + 3 * DAY,
                    )
                )
            else:
                made.append(making.recorded(**given, side=side, said_at=self.now - HOUR))

        def model() -> None:
            no(Illegal, how == "ask" and side == "own")
            no(Refused, how == "recorded" and wanted.due_at is None)

        if self.both(verb, model):
            state = {"ask": "requested", "recorded": "active"}.get(how, "draft")
            if state == "active" and wanted.condition:
                state = "conditional"
            self.add(made[0], wanted, state, side, 0)

    def add(
        self, row: Promise, wanted: Wanted, state: str, side: str, person: int, is_known=True
    ) -> None:
        """A promise that began just now, as the model has it."""
        self.has_changed = True
        if not is_known:
            return
        m: Model = {
            "pk": row.pk,
            "state": state,
            "side": side,
            "guest": {"given": "R", "asked": "P", "own": None}[side],
            "person": person,
            "seq": 1,
            "terms": wanted,
            "version": 1,
            "last": 1,
            "agreed": 1 if state in ("active", "conditional") else None,
            "amended": None,
            "change": None,
            "change_by": None,
            "answer_by": self.now + 3 * DAY if state == "requested" else None,
            "assess_by": None,
            "delivered_at": None,
            "satisfied_at": None,
            "unheard_at": None,
            "holds": 0,
            "answers": [],
            "spoken": self.now,
            "told": [],
            "told_seq": 0,
            "link": None,
        }
        self.models[row.pk] = m
        if side != "own":
            m["link"] = Invitation.objects.create(
                owner=self.owner,
                promise=row,
                person=self.people[person],
                purpose="answer",
                digest=new_id().hex * 2,
                sealed="",
                expires_at=self.now + 400 * DAY,
            )

    def wanted(self, shape: int) -> Wanted:
        """Terms: mostly explicit; without a day, without conditions, waiting, due very soon."""
        whole = Wanted(
            what=f"A guide {shape}",
            conditions=[{"text": "It helps", "must": True}, {"text": "It is short", "must": False}],
            due_at=self.now + 10 * DAY,
            due_zone="Europe/Vienna",
        )
        waiting = {"condition": "If it rains", "condition_expires_at": self.now + 6 * DAY}
        return [
            whole,
            replace(whole, due_at=None),
            replace(whole, conditions=[]),
            replace(whole, **waiting),
            replace(whole, due_at=self.now + HOUR),
            replace(whole, **waiting, conditions=[]),
        ][shape]

    def other(self, m: Model, variant: int) -> Wanted:
        """What somebody would rather have, by `variant`; not always another thing."""
        before: Wanted = m["terms"]
        later = max(before.due_at or self.now, self.now) + 5 * DAY
        waiting = {"condition": "If it snows", "condition_expires_at": self.now + 20 * DAY}
        return [
            before,
            replace(before, due_at=later),
            replace(before, condition="", condition_expires_at=None, due_at=later),
            replace(before, so_that="they rest" if before.so_that == "" else before.so_that),
            replace(before, due_at=self.now - HOUR),
            replace(before, what=before.what[:200] + "!"),
            replace(before, due_at=later, **waiting),
        ][variant]

    def claims(self, m: Model, variant: int) -> list[dict[str, Any]]:
        is_met = variant not in (1, 2)
        note = "By hand" if variant == 2 else ""
        told = [{"met": is_met, "note": note} for _ in m["terms"].conditions]
        return [*told, {"met": True}] if variant == 0 else told

    def lack(self, m: Model, variant: int) -> dict[str, Any]:
        if variant == 0:
            return {"findings": [True], "remains": "", "wanted": None}
        wanted = None
        if variant >= 5:
            due = self.now + (3 * DAY if variant == 5 else -HOUR)
            wanted = replace(m["terms"], due_at=due)
        return {"findings": [False], "remains": "The map", "wanted": wanted}

    def waived(self, m: Model, variant: int) -> dict[Any, str]:
        return dict.fromkeys(self.open_parts(m), "Not needed") if variant >= 4 else {}

    def open_parts(self, m: Model) -> list[Any]:
        """The must-parts of this promise that go on and are not waived."""
        return [
            pk
            for pk, (source, kind, target) in self.edges.items()
            if kind == "part_of"
            and target == m["pk"]
            and self.links[pk]["is_must"]
            and not self.links[pk]["is_waived"]
            and self.models[source]["state"] not in ENDED
        ]

    def successor(self, m: Model, variant: int) -> Promise:
        if variant == 2:
            return self.row(m)
        given = {"owner": self.owner.pk, "person": self.people[1], "now": self.now}
        if variant == 0:
            return making.draft(**given, wanted=self.wanted(0))
        return making.recorded(**given, wanted=self.wanted(0), side="asked", said_at=self.now)

    def leads_back(self, edge: tuple[Any, str, Any]) -> bool:
        source, kind, target = edge
        if edge in self.edges.values():
            return True
        reached, more = set(), {target}
        while more:
            reached |= more
            more = {
                end for begin, it, end in self.edges.values() if it == kind and begin in reached
            } - reached
        return source in reached

    def choose(self, which: int) -> Model:
        return list(self.models.values())[which % len(self.models)]

    def row(self, m: Model) -> Promise:
        """The row as it stands, of the verb's own; where nothing moved since, as it was read."""
        if self.has_changed or m["pk"] not in self.rows:
            return Promise.objects.get(pk=m["pk"])
        return copy.copy(self.rows[m["pk"]])

    def turn(self, m: Model, actor: Actor) -> Any:
        return turn(self.owner.pk, m["pk"], actor, self.now)

    def snapshot(self) -> list[tuple[Any, ...]]:
        """All that is kept about promises, in short."""
        with connection.cursor() as cursor:
            cursor.execute(SNAPSHOT, [self.owner.pk] * len(TABLES))
            return cursor.fetchall()


TABLES = [
    it._meta.db_table
    for it in (Promise, Event, Terms, Amendment, Delivery, PromiseLink, Notice, Invitation)
]
SNAPSHOT = " UNION ALL ".join(
    f"(SELECT {number}, count(*), md5(string_agg(it::text, ',' ORDER BY id))"  # noqa: S608
    f" FROM {table} AS it WHERE owner_id = %s)"
    for number, table in enumerate(TABLES)
)


def table(cells: Counter[tuple[str, str]]) -> str:
    """How often each move was tried in each state, for reading."""
    head = " " * 14 + " ".join(f"{state[:6]:>6}" for state in State)
    lines = [
        f"{move:<14}" + " ".join(f"{cells[state.value, move]:>6}" for state in State)
        for move in MOVES
    ]
    return "\n".join([head, *lines])


@pytest.mark.django_db
@pytest.mark.long
def test_the_states_and_the_ledger_are_what_the_specification_says() -> None:
    """One life that comes to each state, and a hundred by chance; at night two thousand (below)."""
    kind = type("Short", (Loop,), {"cells": Counter()})
    for state, move in zip(State, MOVES, strict=False):
        visit(kind, state.value, move)
    run_state_machine_as_test(kind, settings=settings(max_examples=100, stateful_step_count=30))
    assert {state for state, _ in kind.cells} == {it.value for it in State}


@pytest.mark.nightly
@pytest.mark.django_db
def test_every_move_is_tried_in_every_state() -> None:
    """2,000 lives of 50 steps; every cell of states and moves is visited twenty times."""
    thorough = type("Thorough", (Loop,), {"cells": Counter()})
    run_state_machine_as_test(
        thorough,
        settings=settings(
            max_examples=2_000,
            stateful_step_count=50,
            phases=[Phase.generate],
            report_multiple_bugs=False,
        ),
    )
    print(table(thorough.cells))
    for state in State:
        for move in MOVES:
            while thorough.cells[state.value, move] < VISITS:
                visit(thorough, state.value, move)
    print(table(thorough.cells))
    assert len(State) * len(MOVES) == 464
    assert all(thorough.cells[state.value, move] >= VISITS for state in State for move in MOVES)


def visit(kind: type[Loop], state: str, move: str) -> None:
    """One life that goes to this state and tries this move there: where chance seldom came."""
    life = kind()
    try:
        way = "owed" if state in ("active", "conditional") else state
        life.begin_somewhere(way=way, side="given", shape=3 if state == "conditional" else 0)
        life.the_ledger_is_right()
        m = life.choose(0)
        assert m["state"] == state
        fitting = [role for role in "PRS" if may(m, move, role)]
        turns = fitting or "PRS"
        life.say(m, move, turns[kind.cells[state, move] % len(turns)], "account", 4)
        life.the_ledger_is_right()
    finally:
        life.teardown()


@pytest.mark.django_db
def test_it_catches_a_table_that_lets_what_was_kept_be_broken(monkeypatch) -> None:
    cell = states._BY_CELL[State.OVERDUE, Move.BREAK, Role.PROMISER]
    monkeypatch.setitem(states._BY_CELL, (State.KEPT, Move.BREAK, Role.PROMISER), cell)
    quick = settings(
        stateful_step_count=30, max_examples=400, phases=[Phase.generate], database=None
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(seed(1)(type("Planted", (Loop,), {})), settings=quick)


@pytest.mark.django_db
def test_it_catches_a_refusal_that_leaves_something(monkeypatch) -> None:
    def planted(row: PromiseLink) -> None:
        PromiseLink.objects.filter(pk=row.pk).update(note="It was tried.")
        raise Illegal

    monkeypatch.setattr(handing_on, "unlink", planted)
    life = Loop()
    try:
        life.begin_somewhere(way="superseded", side="given", shape=0)
        with pytest.raises(AssertionError, match="leaves nothing"):
            life.unlink(0)
    finally:
        life.teardown()
