"""The headers of every answer, whatever its status and whoever asked (assurance T-40, T-41)."""

import re
import time

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path, reverse
from django.views.decorators.http import etag

from apps.accounts import limits
from apps.home import health
from config import urls as real
from tests.factories import form_data, make_entry, make_person

POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("planted")


@etag(lambda _request: '"same"')
def unchanged(request: HttpRequest) -> HttpResponse:
    return HttpResponse("what is there already")


urlpatterns = [
    *real.urlpatterns,
    path("broken/", broken, name="broken"),
    path("unchanged/", unchanged, name="unchanged"),
]
handler400, handler429 = real.handler400, real.handler429


def check(response: HttpResponse) -> None:
    """What no answer may lack."""
    headers = response.headers
    assert {"no-store", "private"} <= set(headers["Cache-Control"].split(", "))
    assert "public" not in headers["Cache-Control"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "microphone=(self)" in headers["Permissions-Policy"]
    assert "Server" not in headers
    policy = dict(
        [*part.strip().split(" ", 1), ""][:2]
        for part in headers["Content-Security-Policy"].split(";")
    )
    assert POLICY.items() <= policy.items()
    assert not re.search("unsafe|strict-dynamic|http:|\\*", " ".join(policy.values()))
    if response.status_code not in {204, 302, 304}:
        kind = headers["Content-Type"]
        assert "charset" in kind or "json" in kind or re.match("image/|audio/|application/", kind)


def test_it_holds_for_pages_of_every_kind(alice_client, alice) -> None:
    entry, person = make_entry(alice), make_person(alice)
    for url in (
        reverse("home:today"),
        reverse("journal:entry_list"),
        entry.get_absolute_url(),
        person.get_absolute_url(),
        reverse("journal:writer_token"),
        reverse("accounts:settings"),
        "/health/live",
        "/",
    ):
        check(alice_client.get(url))


@pytest.mark.parametrize("url", ["/", "/accounts/login/", "/accounts/signup/", "/today/"])
def test_it_holds_for_strangers(db, url) -> None:
    check(Client().get(url))


@override_settings(ROOT_URLCONF="tests.core.test_answers")
def test_it_holds_for_every_status(alice, alice_client, settings, monkeypatch) -> None:
    save = reverse("journal:entry_save", args=[make_entry(alice).pk])
    alice_client.raise_request_exception = False
    strict = Client(enforce_csrf_checks=True)
    monkeypatch.setattr(health, "_last", (time.monotonic(), "planted"))
    answers = {
        200: alice_client.get("/today/"),
        302: alice_client.get("/"),
        304: alice_client.get("/unchanged/", headers={"If-None-Match": '"same"'}),
        400: alice_client.get("/", headers={"Host": "evil.example"}),
        401: Client().post(save, headers={"Accept": "application/json"}),
        403: strict.post("/accounts/login/"),
        404: alice_client.get("/journal/nothing/"),
        405: alice_client.post("/today/"),
        409: alice_client.post(save, form_data(alice, body="another")),
        422: alice_client.post(save, {}),
        500: alice_client.get("/broken/"),
        503: alice_client.get("/health/ready"),
    }
    monkeypatch.setitem(limits.LIMITS, "save", limits.Limit(0, 60))
    answers[429] = alice_client.post(save, form_data(alice))
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answers[413] = alice_client.post("/people/new/", {"name": "A" * 200})
    for status, response in answers.items():
        assert response.status_code == status
        check(response)


def test_it_answers_no_trace(client) -> None:
    response = client.trace("/")
    assert response.status_code == 405


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_it_takes_no_form_from_elsewhere(alice_client, alice, site) -> None:
    save = reverse("journal:entry_save", args=[make_entry(alice).pk])
    response = alice_client.post(save, form_data(alice), headers={"Sec-Fetch-Site": site})
    assert response.status_code == 403


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "localhost@evil.example",
        "evil.example:80",
        "[::2]",
    ],
)
def test_it_knows_only_its_own_names(db, host) -> None:
    assert Client().get("/accounts/login/", headers={"Host": host}).status_code == 400


def test_it_deceives_no_cache(alice_client, alice) -> None:
    entry = make_entry(alice)
    for tail in ("style.css", "x.js", "index.html", ".css", "a.png"):
        assert alice_client.get(f"{entry.get_absolute_url()}{tail}").status_code == 404


def test_it_turns_redirects_into_navigations_for_htmx(alice_client, alice) -> None:
    response = alice_client.get("/", headers={"HX-Request": "true", "HX-Target": "p#x"})
    assert (response.status_code, response.headers["HX-Redirect"]) == (200, "/today/")
    assert "HX-Target" in response.headers["Vary"] or not response.content


def test_it_sends_messages_along_with_a_fragment(htmx_client, alice) -> None:
    person = make_person(alice)
    htmx_client.post(reverse("people:person_create"), {"name": "Somebody"})
    response = htmx_client.get(
        reverse("people:person_edit", args=[person.pk]),
        headers={"HX-Request": "true", "HX-Target": f"li#person-{person.pk}-row"},
    )
    assert 'id="messages"' in response.content.decode()
    assert "Somebody is here now." in response.content.decode()
