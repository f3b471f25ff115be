"""T-11 and T-12: saves that come at the same moment, and saves that come more than once."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from uuid import UUID

import pytest
from django.db import connection

from apps.accounts.models import User
from apps.core.models import new_id
from apps.journal import drafting
from apps.journal.drafting import Conflict, Outcome
from apps.journal.models import Entry, Revision
from tests.factories import NOW, make_draft, make_entry, make_hand, make_user

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 50
ROUNDS = 4
Answer = TypeVar("Answer")


def at_once(work: Callable[[int], Answer], crowd: int = CROWD) -> list[Answer]:
    """What `work` gives to each of a crowd that begins in the same moment, on real connections."""
    barrier = threading.Barrier(crowd)

    def one(number: int) -> Answer:
        try:
            barrier.wait()
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(crowd) as pool:
        return list(pool.map(one, range(crowd)))


def save(owner: User, entry_id: UUID, body: str, **hand: object) -> Outcome | Conflict:
    """One save, and what it came to."""
    try:
        return drafting.save(
            owner=owner,
            entry_id=entry_id,
            draft=make_draft(body=body),
            hand=make_hand(**hand),
            now=NOW,
        ).outcome
    except Conflict as conflict:
        return conflict


def test_of_fifty_at_once_exactly_one_wins_each_version() -> None:
    alice = make_user()
    entry = make_entry(alice, body="round 0")
    acknowledged = {"round 0"}
    for round_ in range(1, ROUNDS + 1):
        base = Entry.objects.get(pk=entry.pk).version
        answers = at_once(
            lambda number, r=round_, b=base: save(
                alice, entry.pk, f"round {r} by {number}", expected_version=b
            )
        )
        winners = [n for n, answer in enumerate(answers) if answer is Outcome.CHANGED]
        assert len(winners) == 1
        assert sum(isinstance(answer, Conflict) for answer in answers) == CROWD - 1
        acknowledged.add(f"round {round_} by {winners[0]}")
        entry.refresh_from_db()
        assert entry.version == base + 1
        assert entry.body == f"round {round_} by {winners[0]}"
    present = {entry.body, *Revision.objects.values_list("body", flat=True)}
    assert acknowledged == present, "nothing acknowledged is lost, and nothing else is there"


def test_a_crowd_that_tries_again_loses_nothing() -> None:
    """Each adds a line to what it last saw until it is taken: all lines are there in the end."""
    alice = make_user()
    entry = make_entry(alice, body="begin")

    def add(number: int) -> None:
        for _ in range(10 * CROWD):
            seen = Entry.objects.get(pk=entry.pk)
            answer = save(alice, entry.pk, f"{seen.body}\n{number}", expected_version=seen.version)
            if answer is Outcome.CHANGED:
                return
        raise AssertionError("never taken")

    at_once(add, crowd=12)
    entry.refresh_from_db()
    assert sorted(entry.body.split("\n")) == sorted(["begin", *map(str, range(12))])
    assert entry.version == 13


def test_first_saves_at_once_make_one_entry() -> None:
    alice, entry_id, writer = make_user(), new_id(), new_id()
    answers = at_once(
        lambda number: save(alice, entry_id, f"text {number}", writer=writer, sequence=number + 1)
    )
    assert Counter(type(answer) for answer in answers) == {Outcome: CROWD}
    assert answers.count(Outcome.CREATED) == 1
    entry = Entry.objects.get()
    assert (entry.body, entry.writer_sequence) == (f"text {CROWD - 1}", CROWD)
    assert entry.version == 1 + answers.count(Outcome.CHANGED)


def test_first_saves_of_two_pages_make_one_entry_and_a_conflict() -> None:
    alice, entry_id = make_user(), new_id()
    answers = at_once(lambda number: save(alice, entry_id, f"text {number}"), crowd=2)
    assert {type(answer) for answer in answers} == {Outcome, Conflict}
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("together", [True, False], ids=["together", "one by one"])
def test_a_save_sent_three_times_has_one_effect(together: bool) -> None:
    alice, entry_id, writer = make_user(), new_id(), new_id()

    def send(_: int) -> Outcome | Conflict:
        return save(alice, entry_id, "Once", writer=writer, sequence=1)

    answers = at_once(send, crowd=3) if together else [send(n) for n in range(3)]
    assert Counter(answers) == {Outcome.CREATED: 1, Outcome.SUPERSEDED: 2}
    entry = Entry.objects.get()
    assert (entry.body, entry.version) == ("Once", 1)
    assert not Revision.objects.exists()


def test_a_plain_form_sent_three_times_has_one_effect() -> None:
    alice, entry_id, writer = make_user(), new_id(), new_id()
    answers = at_once(
        lambda _: save(alice, entry_id, "Once", writer=writer, sequence=None), crowd=3
    )
    assert Counter(answers) == {Outcome.CREATED: 1, Outcome.UNCHANGED: 2}
    assert Entry.objects.get().version == 1
