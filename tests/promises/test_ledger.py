"""What the database itself keeps of promises, whoever writes to it; and the ledger read anew."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from apps.accounts import leaving
from apps.accounts.models import User
from apps.core.models import Owned, new_id
from apps.promises import closing, handing_on, making, replaying
from apps.promises.models import (
    Amendment,
    Event,
    Promise,
    PromiseLink,
    Terms,
    ValueAssessment,
)
from apps.promises.moving import as_owner, turn
from apps.promises.states import Illegal, Move, Role, State
from tests.factories import NOW, make_person, make_promise, make_promise_draft, make_user
from tests.journal.test_parallel_saves import at_once
from tests.promises.building import DAY, in_state, moved, promises_of_all_kinds

pytestmark = pytest.mark.django_db
P, R, S = Role
GUARD = importlib.import_module("apps.promises.migrations.0002_the_ledger_is_written_once")


@contextmanager
def refused(by: str = "") -> Iterator[None]:
    """Whether the database refuses this, also what it would only refuse at the end."""
    with pytest.raises(IntegrityError, match=by or None), transaction.atomic():  # noqa: PT012
        yield
        connection.check_constraints()


def sql(statement: str, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


# Events are written once


@pytest.mark.parametrize(
    "change",
    [
        "to_state = 'kept'",
        "from_state = 'offered'",
        "move = 'accept'",
        "seq = 9",
        "role = 'recipient'",
        "via = 'link'",
        "said_at = said_at - interval '1 day'",
        "recorded_at = recorded_at + interval '1 day'",
        "terms_version = 2",
        "actor_user_id = NULL",
        "created_at = now()",
        "note = 'other words'",
        "private_note = ''",
        "payload = '{}'",
        "note = '', payload = '{}'",
        "note = '', erased_at = now()",
        "payload = '{}', erased_at = now()",
        "note = '', payload = '{}', private_note = '', erased_at = now()",
    ],
)
def test_an_event_is_not_rewritten(alice: User, change: str) -> None:
    promise = make_promise(alice)
    with turn(alice.pk, promise.pk, as_owner(promise, P), NOW) as it:
        closing.revoke(it, reason="estimate", note="I cannot.", private_note="Too tired.")
    with refused("written once"):
        sql(f"UPDATE promises_event SET {change} WHERE seq = 2")  # noqa: S608


@pytest.mark.parametrize("state", [it for it in State if it is not State.DRAFT])
def test_no_event_and_no_promise_somebody_has_seen_is_deleted(alice: User, state: State) -> None:
    promise = in_state(alice, state)
    with refused("written once"):
        sql("DELETE FROM promises_event WHERE promise_id = %s", promise.pk)
    with refused("written once"):
        promise.delete()


def test_words_go_as_a_whole_and_the_fact_stays(alice: User) -> None:
    promise = make_promise(alice)
    with turn(alice.pk, promise.pk, as_owner(promise, R), NOW) as it:
        closing.release(it, because="forgiven", note="You have enough to do.")
    erased = Event.objects.filter(seq=2)
    assert erased.update(note="", payload={}, erased_at=NOW) == 1
    event = erased.get()
    assert (event.move, event.to_state, event.note, event.payload) == (
        "release",
        "released",
        "",
        {},
    )
    with refused("written once"):
        erased.update(note="They are back.")
    with refused("written once"):
        erased.update(erased_at=None)
    assert replaying.told_by(list(promise.events.order_by("seq")))["state"] == "released"


def test_an_event_may_follow_a_person_that_is_merged_or_forgotten(alice: User) -> None:
    promise = in_state(alice, State.RELEASED)
    other = make_person(alice)
    said = Event.objects.filter(promise=promise, seq=2)
    assert said.update(actor_person=other) == 1
    connection.check_constraints()
    other.delete()
    connection.check_constraints()
    assert said.get().actor_person_id is None


@pytest.mark.parametrize(
    ("seq", "before"), [(3, "active"), (2, "overdue"), (2, ""), (1, ""), (0, ""), (9, "active")]
)
def test_an_event_follows_the_one_before(alice: User, seq: int, before: str) -> None:
    promise = make_promise(alice)
    event = promise.events.get()
    event.pk, event.seq, event.from_state = new_id(), seq, before
    with refused():
        event.save(force_insert=True)


def test_the_clock_has_no_account_and_nobody_else_is_the_clock(alice: User) -> None:
    promise = make_promise(alice)
    for via, role in (("system", "promiser"), ("account", "clock"), ("reported", "clock")):
        event = promise.events.get()
        event.pk, event.seq, event.from_state = new_id(), 2, "active"
        event.via, event.role = via, role
        with refused("event_of_the_clock_or_of_somebody"):
            event.save(force_insert=True)


def test_a_discarded_draft_leaves_nothing(alice: User) -> None:
    draft = make_promise_draft(alice)
    moved_from = draft.pk
    with turn(alice.pk, draft.pk, as_owner(draft, P), NOW) as it:
        making.discard(it)
    connection.check_constraints()
    assert not Promise.objects.exists()
    assert not Event.objects.filter(promise_id=moved_from).exists()
    assert not Terms.objects.exists()


# Terms stay


@pytest.mark.parametrize(
    "change",
    [
        "what = 'Something else'",
        "conditions = '[]'",
        "due_at = due_at + interval '1 day'",
        "so_that = 'they rest'",
        "put_at = NULL",
        "number = 7",
        "novelty = 1, reach = 1, stake = 1, hands = 1",
        "p_accepted_at = NULL",
        "r_accepted_at = now()",
        "made_by = 'recipient'",
    ],
)
def test_terms_that_were_put_stay(alice: User, change: str) -> None:
    make_promise(alice)
    with refused("stay as they are"):
        sql(f"UPDATE promises_terms SET {change}")  # noqa: S608
    with refused("remain"):
        sql("DELETE FROM promises_terms")


def test_terms_of_a_draft_may_be_written_anew(alice: User) -> None:
    make_promise_draft(alice)
    assert sql("UPDATE promises_terms SET what = 'Something else'") == 1


def test_there_is_one_open_change(alice: User) -> None:
    promise = in_state(alice, State.ACTIVE, amended_by=P)
    amendment = promise.amendments.get()
    terms = Terms.objects.get(pk=amendment.terms_id)
    terms.pk, terms.number = new_id(), 3
    terms.save(force_insert=True)
    amendment.pk, amendment.terms = new_id(), terms
    with refused("amendment_one_open"):
        amendment.save(force_insert=True)


def test_what_both_said_yes_to_has_a_due_moment(alice: User) -> None:
    promise = make_promise_draft(alice, due_at=None)
    with refused("terms_accepted_have_a_due_moment"):
        Terms.objects.filter(promise=promise).update(
            put_at=NOW, p_accepted_at=NOW, r_accepted_at=NOW
        )


# Accounts


def test_an_account_goes_with_all_that_was_promised(alice: User, bob: User) -> None:
    promises_of_all_kinds(alice)
    promises_of_all_kinds(bob)
    tables = [it for it in apps.get_app_config("promises").get_models() if issubclass(it, Owned)]
    kept = {it: it.objects.filter(owner=bob).count() for it in tables}
    assert all(kept.values()), "a row in every table"
    leaving.remove(alice)
    connection.check_constraints()
    assert not User.objects.filter(pk=alice.pk).exists()
    assert {it: it.objects.count() for it in tables} == kept


def test_events_go_by_their_owner_and_not_by_who_spoke() -> None:
    fields = dict(leaving._deepest_first())
    assert {fields[it] for it in fields if issubclass(it, Owned)} == {"owner"}


def test_an_account_that_stays_keeps_its_ledger(alice: User) -> None:
    make_promise(alice)
    with refused("written once"):
        alice.delete()


# Nothing crosses owners


def test_no_link_crosses_owners(alice: User, bob: User) -> None:
    mine, theirs = promises_of_all_kinds(alice), promises_of_all_kinds(bob)
    goal = {
        "promises_promise": theirs["draft"],
        "people_person": theirs["person"],
        "promises_invitation": theirs["invitation"],
        "promises_terms": Terms.objects.filter(owner=bob, amendment=None)[0],
    }
    assert len(GUARD.LINKS) == 16
    for name, table, column, target, _ in GUARD.LINKS:
        if name == "event_of_own_promise":
            event = Event.objects.get(promise=theirs["draft"])
            event.pk, event.owner, event.seq, event.from_state = new_id(), alice, 2, "draft"
            with refused(name):
                event.save(force_insert=True)
            continue
        where = {"terms": "put_at IS NULL", "promise": "person_id IS NOT NULL"}.get(table, "true")
        where += " AND NOT by_owner" if table == "valueassessment" else ""
        column = {"terms": "number = 50, ", "letter": "number = 2, "}.get(table, "") + column
        with refused(name):
            changed = sql(
                f"UPDATE promises_{table} SET {column} = %s WHERE id ="  # noqa: S608
                f" (SELECT id FROM promises_{table} WHERE owner_id = %s AND {where} LIMIT 1)",
                goal[target].pk,
                alice.pk,
            )
            assert changed == 1, name
    assert mine


def test_no_verb_ties_promises_of_two_people(alice: User, bob: User) -> None:
    with pytest.raises(Illegal):
        handing_on.link(make_promise(alice), "part_of", make_promise(bob))
    assert not PromiseLink.objects.exists()


# No circle


@pytest.mark.parametrize("kind", PromiseLink.Kind)
@pytest.mark.parametrize("length", [1, 2, 3, 5])
def test_no_chain_leads_back(alice: User, kind: str, length: int) -> None:
    chain = [make_promise_draft(alice) for _ in range(length)]
    until = "kept" if kind == "depends_on" else ""
    for source, target in pairwise(chain):
        handing_on.link(source, kind, target, until=until)
    with pytest.raises(handing_on.Circle):
        handing_on.link(chain[-1], kind, chain[0], until=until)
    assert PromiseLink.objects.count() == length - 1
    if length > 2:
        row = PromiseLink.objects.get(source=chain[-2])
        with refused():
            PromiseLink.objects.filter(pk=row.pk).update(source=chain[-2], target=chain[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", PromiseLink.Kind)
def test_halves_of_a_circle_added_at_once_make_none(kind: str) -> None:
    alice = make_user()
    ring = [make_promise_draft(alice) for _ in range(3)]
    until = "kept" if kind == "depends_on" else ""

    def tie(number: int) -> bool:
        try:
            handing_on.link(ring[number], kind, ring[(number + 1) % 3], until=until)
        except handing_on.Circle:
            return False
        return True

    assert sorted(at_once(tie, crowd=3)) == [False, True, True]
    assert PromiseLink.objects.count() == 2


# The ledger read anew


def replay(**options: Any) -> list[str]:
    out = StringIO()
    try:
        call_command("replay_promises", stdout=out, **options)
    except CommandError as error:
        out.write(f"error: {error}")
    return out.getvalue().splitlines()


def test_every_row_of_a_life_is_what_its_ledger_says(alice: User, bob: User) -> None:
    promises_of_all_kinds(alice)
    promises_of_all_kinds(bob)
    assert replay() == ["0 differed, 0 mended"]


PLANTED = {
    "state": "active",
    "seq": 9,
    "version": 2,
    "agreed_version": 7,
    "amendment_by": "recipient",
    "what": "Something secret",
    "due_at": NOW + 99 * DAY,
    "holds": 2,
    "agreed_at": NOW + DAY,
    "delivered_at": NOW,
    "ended_at": NOW,
    "moved_at": NOW + DAY,
    "is_retro": True,
}


@pytest.mark.parametrize("name", PLANTED)
def test_it_finds_a_row_that_says_something_else_and_mends_it(alice: User, name: str) -> None:
    promise = in_state(alice, State.CONDITIONAL, amended_by=P)
    other = make_promise(alice)
    right = Promise.objects.filter(pk=promise.pk).values().get()
    Promise.objects.filter(pk=promise.pk).update(**{name: PLANTED[name]})
    found = replay()
    assert [line.split()[0] for line in found[:1]] == [str(promise.pk)]
    assert name in found[0].split()
    assert str(other.pk) not in " ".join(found)
    assert "secret" not in " ".join(found)
    assert found[-1].startswith("error: 1 promises")
    assert replay(user=alice.email, repair=True)[-1] == "1 differed, 1 mended"
    now = Promise.objects.filter(pk=promise.pk).values().get()
    assert now | {"updated_at": None} == right | {"updated_at": None}
    assert replay() == ["0 differed, 0 mended"]


def test_it_looks_at_one_account_alone(alice: User, bob: User) -> None:
    Promise.objects.filter(pk=make_promise(bob).pk).update(holds=1)
    assert replay(user=alice.email) == ["0 differed, 0 mended"]
    assert replay(user=bob.email)[-1].startswith("error")
    assert replay(user="nobody@example.org")[-1].startswith("error: Nobody")


def test_a_ledger_with_a_hole_is_named_and_not_mended(alice: User) -> None:
    promise = in_state(alice, State.KEPT)
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE promises_event DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM promises_event WHERE promise_id = %s AND seq = 2", [promise.pk])
        cursor.execute("ALTER TABLE promises_event ENABLE TRIGGER USER")
    assert replay(repair=True)[0] == f"{promise.pk} ledger"
    assert replay(repair=True)[-1].startswith("error")


def test_batches_leave_nothing_out(alice: User, monkeypatch) -> None:
    monkeypatch.setattr(replaying, "BATCH", 2)
    rows = [make_promise(alice).pk for _ in range(5)]
    Promise.objects.update(holds=1)
    assert [pk for _, pk, _ in replaying.differing()] == sorted(rows)


def test_moves_say_who_and_when(alice: User) -> None:
    promise = in_state(alice, State.ACTIVE)
    event = moved(promise, Move.RELEASE, R)
    assert (event.via, event.actor_user_id, event.actor_person_id) == (
        "reported",
        alice.pk,
        promise.person_id,
    )
    assert (event.said_at, event.recorded_at) == (NOW, NOW)
    assert Amendment.objects.count() == ValueAssessment.objects.count() == 0
