"""The API: every operation, every token, and everybody who has none (assurance T-03 to T-05).

Nobody is logged in there. What a browser says about itself opens nothing; a token opens what it
may, of its owner's, and for nobody else is anything there.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from apps.accounts.models import SecurityEvent, User
from tests.core.test_answers import check
from tests.factories import make_user
from tests.house.routes import (
    API,
    API_OPEN,
    Life,
    Operation,
    log_in,
    make_life,
    make_token,
    undone,
    walk,
)
from tests.house.test_private import CANARY, leaks, rows_of
from tests.house.test_reads import Counted, Unscoped, many, watching

pytestmark = pytest.mark.django_db
EVERY = [(name, operation) for name, operations in API.items() for operation in operations]
NAMES = [f"{operation.method} {name}" for name, operation in EVERY]
# What is written by looking: that the token was used today, and how often in this minute.
NOTED = ('UPDATE "capture_accesstoken" SET "used_on"', "INSERT INTO accounts_trycount")
MOST_QUERIES = 8


@pytest.fixture(scope="module")
def _life(rows_that_stay: None) -> Life:
    """Alice with one of everything; each test has a copy (conftest.py)."""
    return make_life(make_user(email="alice@example.org", name="Alice"), CANARY)


def ask(
    name: str, operation: Operation, life: Life, secret: str = "", client: Client | None = None
) -> HttpResponse:
    """Do what the operation does to this life's row, with a token or without one."""
    headers = {"authorization": f"Bearer {secret}"} if secret else {}
    body = operation.body(life) if operation.body else None
    client = client or Client(enforce_csrf_checks=True)
    url = reverse(name, kwargs=operation.kwargs(life)) + operation.query
    if operation.file:
        sent = SimpleUploadedFile("said.txt", operation.file)
        return client.post(url, {"file": sent}, headers=headers)
    answer = client.generic(
        operation.method,
        url,
        json.dumps(body) if body is not None else "",
        content_type="application/json",
        headers=headers,
    )
    if answer.streaming:
        answer = HttpResponse(b"".join(answer), status=answer.status_code, headers=answer.headers)
    return answer


def is_problem(answer: HttpResponse, status: int) -> bool:
    """Whether it is a problem document with this status, in sentences."""
    if answer.status_code != status:
        return False
    if answer.headers["Content-Type"] != "application/problem+json":
        return False
    told = json.loads(answer.content)
    return told["status"] == status and bool(told["title"]) and told["detail"].endswith(".")


def test_every_operation_is_listed() -> None:
    listed = {(name, operation.method) for name, operation in EVERY}
    there = set()
    for address in walk(get_resolver()):
        if address.name.startswith("api:") and address.name not in API_OPEN:
            answers = {
                method
                for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
                if Client().generic(method, "/" + _filled(address.path)).status_code != 405
            }
            there |= {(address.name, method) for method in answers}
    assert there == listed


def _filled(path: str) -> str:
    return re.sub("<[^>]+>", "019aa2c5-7d1e-7a52-9a53-0a5d7f6f3a10", path)


@pytest.mark.parametrize(("name", "operation"), EVERY, ids=NAMES)
def test_a_token_opens_what_it_may(name, operation, life) -> None:
    with undone(Client()):
        answer = ask(name, operation, life, life.secret)
        assert answer.status_code == operation.status, answer.content
        check(answer)
        assert not answer.cookies
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.fixture(scope="module")
def bobs(rows_that_stay: None) -> Life:
    """Bob with one of everything."""
    return make_life(User.objects.create_user("b@example.org", time_zone="UTC"), "bobolink")


def wrong_without(name: str, operation: Operation, life: Life, bob: Life) -> Iterator[str]:
    """Doors that open without the right token."""
    expired = make_token(life.user, expires_at=timezone.now() - timedelta(seconds=1))[1]
    revoked, gone = make_token(life.user)
    revoked.delete()
    disabled = User.objects.create_user("gone@example.org", time_zone="UTC", is_active=False)
    tried = {
        "nobody": ("", None),
        "her cookie": ("", log_in(life.user, confirmed=True)),
        "a word": ("zymurgy", None),
        "a wrong letter": (life.secret[:-1] + ("a" if life.secret[-1] != "a" else "b"), None),
        "an expired token": (expired, None),
        "a token taken back": (gone, None),
        "a disabled person's": (make_token(disabled)[1], None),
    }
    for who, (secret, client) in tried.items():
        answer = ask(name, operation, life, secret, client)
        if not is_problem(answer, 401) or "Bearer" not in answer.headers["WWW-Authenticate"]:
            yield f"{who}: {answer.status_code}"
        if leaks(answer, life):
            yield f"{who} sees {leaks(answer, life)}"
    theirs = ask(name, operation, life, bob.secret)
    if operation.owned and not is_problem(theirs, 404):
        yield f"bob's token: {theirs.status_code} and not 404"
    if leaks(theirs, life):
        yield f"bob's token sees {leaks(theirs, life)}"
    other = {"read": "can_write", "write": "can_read"}[operation.scope]
    scopes = {"can_read": False, "can_write": False, other: True}
    narrow = make_token(life.user, **scopes)[1]
    before = rows_of(life.user)
    refused = ask(name, operation, life, narrow)
    if not is_problem(refused, 403) or "insufficient_scope" not in refused["WWW-Authenticate"]:
        yield f"a token that may only {other}: {refused.status_code}"
    if _but_events(life.user) and rows_of(life.user) == before:
        yield "a refusal that nobody notes"


def _but_events(user: User) -> bool:
    return not SecurityEvent.objects.filter(owner=user, kind="refused").exists()


@pytest.mark.parametrize(("name", "operation"), EVERY, ids=NAMES)
def test_nothing_else_opens_anything(name, operation, life, bobs) -> None:
    assert list(wrong_without(name, operation, life, bobs)) == []


def test_it_catches_a_door_that_a_cookie_opens(life, bobs, monkeypatch) -> None:
    """The control: with the session believed, her cookie would open the list."""
    from apps.capture.api import bearer

    def believing(self: Any, request: Any) -> Any:
        return life.token

    monkeypatch.setattr(bearer.Bearer, "__call__", believing)
    name, operation = "api:tag_list", API["api:tag_list"][0]
    assert any("nobody" in what for what in wrong_without(name, operation, life, bobs))


@pytest.mark.parametrize(("name", "operation"), EVERY, ids=NAMES)
def test_whose_account_is_closing_is_refused(name, operation, life) -> None:
    User.objects.filter(pk=life.user.pk).update(deletion_asked_at=timezone.now())
    answer = ask(name, operation, life, life.secret)
    assert is_problem(answer, 403)
    assert not leaks(answer, life)


@pytest.mark.parametrize(("name", "operation"), EVERY, ids=NAMES)
def test_no_other_site_sends_it(name, operation, life) -> None:
    """A token in a page of another site: the browser asks first, and is given no leave."""
    url = reverse(name, kwargs=operation.kwargs(life))
    asked = Client().options(
        url,
        headers={"origin": "https://evil.example", "access-control-request-method": "POST"},
    )
    assert not [name for name in asked.headers if name.startswith("Access-Control")]
    answer = Client().post(
        url, headers={"sec-fetch-site": "cross-site", "authorization": f"Bearer {life.secret}"}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("name", [*API, *API_OPEN])
def test_other_methods_are_told_which_there_are(name, life) -> None:
    kwargs = API[name][0].kwargs(life) if name in API else {}
    url = reverse(name, kwargs=kwargs or ({"rest": "x"} if name == "api:nothing" else {}))
    for method in ("PUT", "TRACE"):
        answer = Client().generic(method, url)
        assert answer.status_code == 405, method
        assert not answer.content
        check(answer)


GETS = [(name, operation) for name, operation in EVERY if operation.method == "GET"]


@pytest.mark.parametrize(("name", "operation"), GETS, ids=[name for name, _ in GETS])
def test_looking_writes_nothing_but_that_somebody_looked(name, operation, life) -> None:
    operation.kwargs(life)
    with watching(Counted()) as found:
        ask(name, operation, life, life.secret)
    reads = ("SELECT", "SAVEPOINT", "RELEASE")
    assert [sql for sql in found if not sql.lstrip().startswith((*reads, *NOTED))] == []
    with watching(Counted()) as found:
        ask(name, operation, life, life.secret)
    written = [sql for sql in found if not sql.lstrip().startswith(reads)]
    assert [sql.startswith(NOTED[1]) for sql in written] == [True], "once a day, and not each time"


@pytest.mark.parametrize(("name", "operation"), EVERY, ids=NAMES)
def test_it_asks_for_rows_by_their_owner(name, operation, life) -> None:
    with watching(ButTheToken()) as found:
        ask(name, operation, life, life.secret)
    assert found == []


class ButTheToken(Unscoped):
    """The token itself is asked for by its digest: it says who the owner is."""

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if 'WHERE "capture_accesstoken"."digest" = %s' in sql:
            return execute(sql, *rest)
        return super().__call__(execute, sql, *rest)


def test_no_look_costs_more_when_there_is_more(life) -> None:
    many(life, 1)
    few = _queries(life)
    many(life, 12)
    assert _queries(life) == few
    assert max(few.values()) <= MOST_QUERIES + 2, few


def _queries(life: Life) -> dict[str, int]:
    counts = {}
    for name, operation in GETS:
        ask(name, operation, life, life.secret)
        with watching(Counted()) as found:
            ask(name, operation, life, life.secret)
        counts[name] = len(found)
    return counts


def test_a_row_that_is_not_there_looks_like_one_that_is_somebody_elses(life, bob) -> None:
    secret = make_token(bob)[1]
    name, operation = "api:entry_detail", API["api:entry_detail"][0]
    theirs = ask(name, operation, life, secret)
    nobodys = Client().get(
        reverse(name, args=[life.person.pk]), headers={"authorization": f"Bearer {secret}"}
    )
    assert theirs.content == nobodys.content
    assert theirs.status_code == nobodys.status_code == 404


def test_what_is_nowhere_is_a_document_too() -> None:
    for path in ("", "x", "entries/", "entries/not-an-id", "docs", "../v1/x", "entries/%00"):
        answer = Client().get(f"/api/v1/{path}")
        assert is_problem(answer, 404), path
