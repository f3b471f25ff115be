"""Nothing a person writes, types or is called ever reaches a log line (assurance T-45)."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path, reverse

from apps.core.models import new_id
from apps.journal.models import Entry
from config.logs import JSONFormatter
from config.urls import urlpatterns as real
from tests.factories import form_data, make_entry, make_person, make_user
from tests.house.routes import ROUTES, log_in, make_life, undone

CANARY = "xylothecium"


def quoting(request: HttpRequest) -> HttpResponse:
    raise ValueError(f"could not read {request.GET['q']}")


def quoting_in_sql(request: HttpRequest) -> HttpResponse:
    Entry.objects.filter(pk=request.GET["pk"]).update(mood=9, title=CANARY)
    return HttpResponse()


urlpatterns = [*real, path("quoting/", quoting), path("quoting-in-sql/", quoting_in_sql)]


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is written to the log, as it would be on standard output."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JSONFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


@override_settings(ROOT_URLCONF="tests.core.test_log")
def test_it_holds_no_words_of_anybody(lines, db) -> None:
    person = make_user(email=f"{CANARY}@example.org", name=CANARY)
    client = Client(raise_request_exception=False)
    client.post("/accounts/login/", {"login": f"{CANARY}@example.org", "password": CANARY})
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    entry = make_entry(person, body=CANARY, title=CANARY)
    make_person(person, name=CANARY)
    client.post(
        reverse("journal:entry_save", args=[entry.pk]),
        form_data(person, body=f"{CANARY} again", expected_version="1"),
    )
    client.post(reverse("journal:entry_save", args=[entry.pk]), {"body": CANARY})
    client.get(entry.get_absolute_url())
    client.get(f"/journal/?before={CANARY}")
    client.get(f"/{CANARY}/")
    client.get("/", headers={"Host": f"{CANARY}.example"})
    client.post("/people/new/", {"name": CANARY, "notes": CANARY})
    assert client.get("/quoting/", {"q": CANARY}).status_code == 500
    assert client.get("/quoting-in-sql/", {"pk": entry.pk}).status_code == 500
    written = lines.getvalue()
    assert written.count("\n") > 8
    assert CANARY not in written


@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.nightly)])
def test_no_address_writes_down_what_it_was_asked_or_shows(lines, alice, every) -> None:
    """Addresses by link and by form, with words, ids, codes and keys of alice's.

    By day one in three, at night all.
    """
    life = make_life(alice, CANARY)
    client = log_in(alice, confirmed=True)
    stranger = Client(raise_request_exception=False)
    key, token = client.session.session_key, client.get("/journal/token/").json()["csrf"]
    for name, route in [*ROUTES.items()][::every]:
        url = reverse(name, kwargs=route.kwargs(life))
        for browser in (client, stranger):
            with undone(browser):
                browser.get(url, {"q": CANARY, "next": f"/{CANARY}/", "before": CANARY})
                browser.post(url, route.form(life) | {"notes": CANARY, "code": CANARY})
                browser.post(url, route.form(life) | {"password": CANARY, "body": CANARY})
    written = lines.getvalue()
    assert written.count("\n") > 3 * len(ROUTES) // every
    for secret in (CANARY, key, token, *life.ids, *life.codes, "JBSWY3DPEHPK3PXP"):
        assert secret not in written


def test_it_catches_a_text_that_is_logged(lines, alice) -> None:
    """What the two tests above look for would be found."""
    logging.getLogger("throughline.leak").info(make_entry(alice, title=CANARY).title)
    assert CANARY in lines.getvalue()


def test_it_says_what_an_operator_needs(lines, alice_client) -> None:
    alice_client.get(reverse("home:today"))
    line = json.loads(lines.getvalue().splitlines()[-1])
    assert line["route"] == "home:today"
    assert line["status"] == 200
    assert line["queries"] > 0
    assert line["person"] not in {None, "Alice"}
    assert line["ts"].endswith("+00:00")


@override_settings(ROOT_URLCONF="tests.core.test_log")
def test_it_says_where_an_error_rose(lines, alice_client) -> None:
    alice_client.raise_request_exception = False
    alice_client.get("/quoting/", {"q": CANARY})
    errors = [json.loads(line) for line in lines.getvalue().splitlines()]
    error = next(line for line in errors if line["level"] == "error")
    assert error["error"] == "ValueError"
    assert any("quoting" in place for place in error["where"])


def test_a_page_that_is_not_there_is_no_error(lines, alice_client) -> None:
    alice_client.get(reverse("journal:entry_detail", args=[new_id()]))
    levels = [json.loads(line)["level"] for line in lines.getvalue().splitlines()]
    assert levels
    assert "error" not in levels


def test_it_would_find_a_leak(lines) -> None:
    log, plain = logging.getLogger("throughline.leak"), io.StringIO()
    handler = logging.StreamHandler(plain)
    log.addHandler(handler)
    log.warning("saved %s", CANARY)
    log.removeHandler(handler)
    assert CANARY in plain.getvalue()
    assert "throughline.leak" in lines.getvalue()
    assert CANARY not in lines.getvalue()


def test_a_refused_host_is_a_line_like_any_other(lines, client, capsys) -> None:
    """A line that cannot be written is reported on standard error, with all it was about."""
    client.get("/", headers={"Host": f"{CANARY}.example"})
    refused = json.loads(lines.getvalue().splitlines()[0])
    assert refused["error"] == "DisallowedHost"
    assert CANARY not in capsys.readouterr().err
