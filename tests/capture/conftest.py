"""Programs that show a token, and what they send."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from apps.accounts.models import User
from tests.house.routes import make_token


class Program:
    """A program with a token of its owner's."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        content_type: str = "application/json",
        **headers: str,
    ) -> HttpResponse:
        """One request; a body that is no text is sent as JSON."""
        data = body if isinstance(body, str | bytes) else json.dumps(body)
        url = path if path.startswith(("/", "http")) else f"/api/v1/{path}"
        return Client(enforce_csrf_checks=True).generic(
            method,
            url,
            data if body is not None else "",
            content_type=content_type,
            headers={"authorization": f"Bearer {self.secret}"} | headers,
        )

    def get(self, path: str, **headers: str) -> Any:
        """What is answered to GET, read."""
        answer = self.send("GET", path, **headers)
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        """What is answered to a good POST, read."""
        answer = self.send("POST", path, body, **headers)
        assert answer.status_code == 201, answer.content
        return json.loads(answer.content)


@pytest.fixture
def make_program(db: None) -> Callable[..., Program]:
    """Makes a program of somebody's; by default its token may do everything."""

    def make(owner: User, **over: Any) -> Program:
        return Program(make_token(owner, **over)[1])

    return make


@pytest.fixture
def program(alice: User, make_program: Callable[..., Program]) -> Program:
    """A program of alice's."""
    return make_program(alice)


def problem(answer: HttpResponse, status: int, kind: str) -> dict[str, Any]:
    """The problem document that was answered."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = json.loads(answer.content)
    assert told["type"] == f"urn:throughline:problem:{kind}"
    assert told["status"] == status
    return told
