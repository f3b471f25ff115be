"""`Idempotency-Key`: a request that is sent again is done once, and answered the same."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from apps.accounts.models import User
from apps.capture.models import KeptAnswer
from apps.capture.once import KEPT, Answer, Reused, forget_old, once
from apps.capture.tasks import sweep
from apps.journal.models import Entry
from tests.capture.conftest import Program, problem
from tests.factories import make_user
from tests.house.routes import make_token

BODY = {"body": "Ana liked the plan."}
KEY = {"idempotency-key": "b7c1-2026"}


def test_the_same_again_makes_one_entry_and_is_answered_the_same(program: Program) -> None:
    first = program.send("POST", "entries", BODY, **KEY)
    again = program.send("POST", "entries", BODY, **KEY)
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert first.headers["Location"] == again.headers["Location"]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert Entry.objects.count() == 1


def test_the_same_said_otherwise_is_the_same(program: Program) -> None:
    """What counts is what is asked for, not its spaces and the order of its names."""
    program.send("POST", "entries", '{"body": "x", "title": "y"}', **KEY)
    again = program.send("POST", "entries", '{ "title":"y",\n"body":"x" }', **KEY)
    assert again.headers["Idempotent-Replayed"] == "true"


def test_another_request_with_the_same_key_is_refused(program: Program) -> None:
    program.send("POST", "entries", BODY, **KEY)
    problem(program.send("POST", "entries", {"body": "Else."}, **KEY), 422, "key-reused")
    assert Entry.objects.get().body == BODY["body"]


def test_a_request_that_came_to_nothing_leaves_its_key_free(program: Program) -> None:
    problem(program.send("POST", "entries", {"body": " "}, **KEY), 422, "invalid")
    assert not KeptAnswer.objects.exists()
    assert program.send("POST", "entries", BODY, **KEY).status_code == 201


def test_without_a_key_each_is_another(program: Program) -> None:
    for _time in range(2):
        program.post("entries", BODY)
    assert Entry.objects.count() == 2
    assert not KeptAnswer.objects.exists()


def test_a_key_belongs_to_the_person_and_not_to_the_token(
    alice: User, bob: User, make_program: Callable[..., Program]
) -> None:
    for owner in (alice, alice, bob):
        make_program(owner).send("POST", "entries", BODY, **KEY)
    assert Entry.objects.filter(owner=alice).count() == 1
    assert Entry.objects.filter(owner=bob).count() == 1


@pytest.mark.parametrize("key", ["a b", "x" * 256, "é", "\t"])
def test_a_key_that_is_none_is_explained(program: Program, key: str) -> None:
    told = problem(
        program.send("POST", "entries", BODY, **{"idempotency-key": key}), 422, "invalid"
    )
    assert told["errors"][0]["where"] == "header.Idempotency-Key"


def test_nothing_that_was_written_is_kept_with_the_key(program: Program) -> None:
    program.send("POST", "entries", {"body": "zymurgy", "title": "zymurgy"}, **KEY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM capture_keptanswer t WHERE t::text LIKE '%zymurgy%'")
        assert cursor.fetchone() == (0,)


def test_it_goes_after_a_day(program: Program) -> None:
    program.send("POST", "entries", BODY, **KEY)
    now = timezone.now()
    assert forget_old(now + KEPT - timedelta(minutes=1)) == 0
    sweep(int((now + KEPT + timedelta(minutes=1)).timestamp()))
    assert not KeptAnswer.objects.exists()
    assert Entry.objects.count() == 1


def test_the_database_keeps_one_row_for_each_key(alice: User) -> None:
    KeptAnswer.objects.create(owner=alice, key="k", fingerprint="a")
    with pytest.raises(IntegrityError):
        KeptAnswer.objects.create(owner=alice, key="k", fingerprint="b")


def test_another_thing_done_under_it_is_reused(alice: User) -> None:
    once(owner=alice, key="k", asked="a", act=lambda: Answer(201, {}))
    with pytest.raises(Reused):
        once(owner=alice, key="k", asked="b", act=lambda: Answer(201, {}))


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_the_same_moment_one_is_done() -> None:
    """Real transactions side by side: the others wait, and are given the answer of the first."""
    program = Program(make_token(make_user())[1])
    gate, answers = threading.Barrier(8), []

    def send() -> None:
        gate.wait()
        try:
            answers.append(program.send("POST", "entries", BODY, **KEY))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 8
    assert len({answer.content for answer in answers}) == 1
    assert Entry.objects.count() == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
