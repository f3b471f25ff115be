"""Choosing a page or a fragment, and telling others what happened."""

import json

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from apps.core.htmx import announce, page_or_fragment, target_of

PAGE, FRAGMENT = "core/logged_out.html", "core/_mark.html"


def request(**headers: str) -> HttpRequest:
    """A request as the middleware hands it on."""
    made = RequestFactory().get("/", headers=headers)
    made.htmx = HtmxDetails(made)
    return made


HTMX = {"hx-request": "true"}


@pytest.mark.parametrize(
    ("headers", "target"),
    [
        ({}, ""),
        (HTMX, ""),
        (HTMX | {"hx-target": "li#person-1-row"}, "person-1-row"),
        (HTMX | {"hx-target": "nav#older"}, "older"),
        (HTMX | {"hx-target": "older"}, ""),
        (HTMX | {"hx-target": "main"}, ""),
        ({"hx-target": "nav#older"}, ""),
        (HTMX | {"hx-target": "nav#older", "hx-history-restore-request": "true"}, ""),
    ],
    ids=["plain", "htmx", "row", "nav", "bare", "tag", "no-htmx", "history"],
)
def test_it_reads_the_target(headers, target) -> None:
    assert target_of(request(**headers)) == target


@pytest.mark.parametrize(
    ("target", "is_fragment"),
    [("nav#older", True), ("nav#newer", False), ("main", False)],
)
def test_it_gives_the_fragment_to_its_target_alone(target, is_fragment) -> None:
    asked = request(**HTMX, **{"hx-target": target})
    response = page_or_fragment(asked, PAGE, FRAGMENT, {}, target="older", status=422)
    assert response.status_code == 422
    assert response.content.lstrip().startswith(b"<svg") is is_fragment
    assert (b"<!doctype" in response.content) is not is_fragment


def test_it_gives_a_page_when_history_is_restored() -> None:
    headers = HTMX | {"hx-target": "nav#older", "hx-history-restore-request": "true"}
    response = page_or_fragment(request(**headers), PAGE, FRAGMENT, {}, target="older")
    assert b"<!doctype" in response.content


def test_it_announces_several_things_once_each() -> None:
    response = announce(HttpResponse(), "personChanged")
    response = announce(response, "entrySaved", count=2)
    assert json.loads(response.headers["HX-Trigger"]) == {
        "personChanged": {},
        "entrySaved": {"count": 2},
    }
