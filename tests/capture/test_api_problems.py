"""What the API answers when something cannot be done: in sentences, and never 500."""

import json
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts import limits
from apps.accounts.limits import LIMITS, Limit
from apps.accounts.models import SecurityEvent, User
from apps.journal.models import Entry
from tests.capture.conftest import Program, problem


@pytest.mark.parametrize(
    "body",
    [b"{", b"", b"[]", b"null", b'"text"', b"\xff\xfe", b"[" * 100_000, b'{"body": NaN}x', b"\x00"],
    ids=repr,
)
def test_what_is_no_json_is_said_to_be_none(program: Program, body: bytes) -> None:
    answer = program.send("POST", "entries", body[:200_000])
    assert answer.status_code in {400, 422}
    assert json.loads(answer.content)["detail"]


def test_other_kinds_of_content_are_not_guessed_at(program: Program) -> None:
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data", "application/xml"):
        problem(program.send("POST", "entries", b"body=x", kind), 415, "media-type")


def test_a_text_in_other_letters_is_refused_and_not_garbled(program: Program) -> None:
    problem(program.send("POST", "entries", "é".encode("latin-1"), "text/plain"), 400, "unreadable")


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"body": "x", "local_date": "soon"}, "body.local_date"),
        ({"body": "x", "local_date": "0999-12-31"}, "body.local_date"),
        ({"body": "x", "local_date": "3000-01-01"}, "body.local_date"),
        ({"body": "x", "occurred_at": "2026-11-20T18:30:00"}, "body.occurred_at"),
        ({"body": "x", "occurred_at": "0001-01-01T00:00:00+14:00"}, "body.occurred_at"),
        ({"body": "x", "time_zone": "Middle/Earth"}, "body.time_zone"),
        ({"body": "x", "time_zone": "../../etc/passwd"}, "body.time_zone"),
        ({"body": "x", "mood": 3}, "body.mood"),
        ({"body": "x", "mood": "1"}, "body.mood"),
        ({"body": "x", "mood": True}, "body.mood"),
        ({"body": 1}, "body.body"),
        ({"body": "x" * 200_001}, "body.body"),
        ({"body": "x", "title": "x" * 201}, "body.title"),
        ({"body": "x", "tags": ["x"] * 51}, "body.tags"),
        ({"body": "x", "tags": ["x" * 65]}, "body.tags.0"),
        ({"body": "x", "notebook": "apart"}, "body.notebook"),
        ({"body": "x", "starred": "perhaps"}, "body.starred"),
        ({"body": "x", "zymurgy": 1}, "body"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_it_says_which_field_and_why(program: Program, body: dict[str, Any], where: str) -> None:
    told = problem(program.send("POST", "entries", body), 422, "invalid")
    assert [error["where"] for error in told["errors"]] == [where]
    assert told["errors"][0]["what"].endswith(".")
    assert "zymurgy" not in json.dumps(told), "what was sent is not repeated"
    assert not Entry.objects.exists()


def test_half_of_a_letter_and_a_nul_are_kept_as_what_they_can_be(program: Program) -> None:
    """As everywhere: nobody's words are refused for a stray character."""
    answer = program.send("POST", "entries", b'{"body": "a\\ud83dz\\u0000", "tags": ["\\ud83d x"]}')
    assert answer.status_code == 201, answer.content
    assert Entry.objects.get().body == "a\ufffdz\ufffd"


def test_more_than_is_taken_at_once(program: Program, settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    problem(program.send("POST", "entries", {"body": "x" * 2_000}), 413, "too-large")


def test_too_many_requests_are_told_when_to_come_back(
    alice: User, program: Program, make_program, monkeypatch
) -> None:
    monkeypatch.setitem(LIMITS, "api", Limit(2, 60))
    answers = [program.send("GET", "token") for _time in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    problem(answers[2], 429, "limited")
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
    assert make_program(alice).send("GET", "token").status_code == 200, "counted for each token"
    kinds = SecurityEvent.objects.for_user(alice).values_list("kind", flat=True)
    assert list(kinds) == ["limited"]


def test_the_wait_ends_with_the_window() -> None:
    now = timezone.now().replace(second=40, microsecond=0)
    assert limits.wait("api", now) == 20


def test_sentences_come_in_the_language_of_the_owner(alice: User, program: Program) -> None:
    User.objects.filter(pk=alice.pk).update(language="de")
    answer = program.send("GET", "nowhere", **{"accept-language": "en"})
    assert answer.status_code == 404
    answer = program.send("GET", f"entries/{alice.pk}", **{"accept-language": "en"})
    assert answer.headers["Content-Language"] == "de"


def test_what_goes_wrong_inside_is_no_page_with_words(program: Program, monkeypatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("zymurgy")

    monkeypatch.setattr("apps.capture.api.reading.rows", broken)
    with pytest.raises(RuntimeError):
        program.send("GET", "entries")


def test_head_is_get_without_a_body(program: Program) -> None:
    answer = program.send("HEAD", "token")
    assert (answer.status_code, answer.content) == (200, b"")
