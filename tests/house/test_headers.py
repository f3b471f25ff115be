"""Every address, every visitor: the headers of each answer, its cookies, and where it leads.

What an answer must carry is in tests/core/test_answers.py; test_private.py asks it of all of them,
and of their cookies what is written here (assurance T-35, T-40, T-41).
"""

import json
import os
import re
import secrets
import subprocess
import sys
from itertools import cycle, product
from urllib.parse import urlencode, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from apps.accounts.adapter import AccountAdapter
from apps.accounts.models import User
from apps.accounts.views import settings as settings_views
from apps.promises.views.recipient import COOKIE, LANGUAGE, ZONE
from tests.core.test_answers import check
from tests.factories import PASSWORD
from tests.house.routes import ANYBODY, ROUTES, Life, log_in, undone
from tests.house.sources import ROOT

pytestmark = pytest.mark.django_db


# Cookies that only one address gets back: the secret of a promise link (docs/promise-links.md).
OF_ONE_PATH = {COOKIE, LANGUAGE, ZONE}


def cookie_faults(answer: HttpResponse) -> list[str]:
    """Cookies that scripts or other sites could get at, beyond the one that scripts must read."""
    return [
        name
        for name, cookie in answer.cookies.items()
        if cookie["samesite"] != "Lax"
        or not (cookie["path"] == "/" or (name in OF_ONE_PATH and cookie["httponly"]))
        or cookie["domain"]
        or (cookie.value and not cookie["httponly"] and name != "csrftoken")
    ]


def test_it_catches_a_loose_cookie() -> None:
    answer = HttpResponse()
    answer.set_cookie("last", "zymurgy")
    assert cookie_faults(answer) == ["last"]


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Cache-Control", "public, max-age=60"),
        ("X-Content-Type-Options", ""),
        ("Content-Security-Policy", "default-src 'self' 'unsafe-inline'"),
        ("Referrer-Policy", "unsafe-url"),
        ("Content-Type", "text/html"),
    ],
)
def test_it_catches_a_header_that_is_wrong(header, value, client) -> None:
    answer = client.get(reverse("account_login"))
    check(answer)
    answer.headers[header] = value
    with pytest.raises(AssertionError):
        check(answer)


def test_no_two_answers_have_the_same_nonce(client) -> None:
    found = set()
    for _ in range(5):
        answer = client.get(reverse("account_login"))
        nonces = set(re.findall(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"]))
        assert nonces == set(re.findall(r'nonce="([^"]+)"', answer.content.decode()))
        found |= nonces
    assert len(found) == 5
    assert all(len(nonce) >= 16 for nonce in found)


def test_pages_vary_with_what_they_depend_on(life) -> None:
    answer = log_in(life.user).get(reverse("people:person_list"))
    assert {"HX-Request", "HX-Target", "Cookie"} <= set(answer.headers["Vary"].split(", "))
    assert "ETag" not in answer.headers
    assert "Last-Modified" not in answer.headers


@pytest.mark.parametrize("name", ["js/app.js", "css/app.css", "img/favicon.svg"])
def test_static_files_are_nobodys_secret_and_are_served_as_what_they_are(name, client) -> None:
    assert finders.find(name)
    answer = client.get(f"/static/{name}")
    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" not in answer.headers.get("Cache-Control", "")
    assert not answer.cookies
    assert b"".join(answer)


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/js/",
        "/static/../config/settings.py",
        "/static/%2e%2e/config/settings.py",
        "/static/..%5cconfig%5csettings.py",
        "/media/",
        "/.git/HEAD",
        "/.env",
        "/admin/",
        "/metrics",
        "/debug/",
        "/var/secret-key",
        "/manage.py",
        "/pyproject.toml",
        "/today/index.html",
        "/journal/style.css",
        "/settings/x.js",
    ],
)
def test_nothing_lies_open(path, life) -> None:
    """No listing, no file of the project, no page under another name (cache deception)."""
    for client in (Client(), log_in(life.user)):
        assert client.get(path).status_code == 404


# --- Where answers lead -----------------------------------------------------------------------

HOSTS = [
    "evil.example",
    "evil.example:443",
    "x@evil.example",
    "localhost.evil.example",
    "[::ffff:1]",
]
FORMS = [
    "https://{}/",
    "http://{}",
    "//{}/",
    "///{}",
    "////{}/%2f..",
    "\\\\{}",
    "/\\{}",
    "\\/{}",
    "\\/\\/{}/",
    "/\t/{}",
    "/\n/{}",
    "\t//{}",
    " https://{}",
    "\x00//{}",
    "https:{}",
    "https:/{}",
    "https:\\\\{}",
    "HtTpS://{}",
    "https:///{}",
    "//{}%00/",
    "//localhost@{}",
    "//testserver:x@{}",
    "/%5c{}",
    "%2f%2f{}",
    "javascript://{}/%0aalert(1)",
    "data:text/html,{}",
    "ftp://{}/",
    "//{}?x=testserver",
    "//{}#testserver",
    "https://testserver.{}",
]
ELSEWHERE = [form.format(host) for form, host in product(FORMS, HOSTS)]
# Each form once, with the hosts in turn: what the gate asks where the night asks all of them.
SOME = [form.format(host) for form, host in zip(FORMS, cycle(HOSTS), strict=False)]
GATE_OR_NIGHT = pytest.mark.parametrize(
    "forms",
    [pytest.param(SOME, id="some"), pytest.param(ELSEWHERE, id="all", marks=pytest.mark.nightly)],
)


def leads_elsewhere(answer: HttpResponse) -> bool:
    """Whether a browser would leave: to it backslashes are slashes, and tabs are nothing."""
    where = answer.headers.get("Location") or answer.headers.get("HX-Redirect") or "/"
    seen = re.sub(r"[\t\r\n\x00]", "", where).strip().replace("\\", "/")
    parts = urlsplit(seen)
    return bool(parts.scheme or parts.netloc or seen.startswith("//"))


def test_there_are_forms_enough() -> None:
    assert len(set(ELSEWHERE)) >= 150
    assert len(set(SOME)) == len(FORMS)
    assert all(any(host in onward for onward in SOME) for host in HOSTS)


@GATE_OR_NIGHT
def test_logging_in_leads_nowhere_else(life, forms) -> None:
    url = reverse("account_login")
    User.objects.filter(pk=life.user.pk).update(last_login=None)
    life.user.authenticator_set.all().delete()
    client, inside = Client(), log_in(life.user)
    for number, onward in enumerate(forms):
        assert not leads_elsewhere(inside.get(url, {"next": onward})), onward
        with undone(client):
            sent = {"login": life.user.email, "password": PASSWORD}
            # In the form, or in the address of the form.
            query = {"next": onward} if number % 2 else {}
            answer = client.post(
                f"{url}?{urlencode(query)}", sent if query else sent | {"next": onward}
            )
        assert answer.status_code == 302
        assert not leads_elsewhere(answer), onward


# Names that ways onward like to go by; `next` is the one that is read.
ONWARD = (
    "next",
    "url",
    "to",
    "return",
    "return_to",
    "redirect",
    "redirect_uri",
    "continue",
    "back",
)


def ways_out(life: Life, name: str, forms: list[str]) -> list[str]:
    """Where this address leads elsewhere: looked at, with its own form, and with an empty one."""
    client, stranger = log_in(life.user, confirmed=True), Client()
    url, route, found = reverse(name, kwargs=ROUTES[name].kwargs(life)), ROUTES[name], []
    for onward in forms:
        said = dict.fromkeys(ONWARD, onward)
        query = f"{url}?{urlencode(said)}"
        for visitor in (client, stranger) if route.who is ANYBODY else (client,):
            with undone(visitor):
                answers = [visitor.get(query, headers={"referer": "https://evil.example/"})]
                if route.post is not None:
                    answers.append(visitor.post(query, route.form(life) | said))
            found += [onward for answer in answers if leads_elsewhere(answer)]
    return found


def test_no_address_leads_elsewhere(life) -> None:
    """One in three with one of the forms each; at night each with all."""
    found = {
        name: ways_out(life, name, [ELSEWHERE[number % len(ELSEWHERE)]])
        for number, name in [*enumerate(ROUTES)][::3]
    }
    assert {name: ways for name, ways in found.items() if ways} == {}


@pytest.mark.parametrize("name", ["account_logout", "accounts:welcome"])
def test_no_form_that_leads_on_leads_elsewhere(name, life) -> None:
    """With every form there is, each with one of the hosts; at night with all."""
    assert ways_out(life, name, SOME) == []


@pytest.mark.nightly
@pytest.mark.parametrize("name", ROUTES)
def test_no_address_leads_elsewhere_by_any_form(name, life) -> None:
    assert ways_out(life, name, ELSEWHERE) == []


@pytest.mark.parametrize("name", ["accounts:welcome", "account_logout"])
def test_it_catches_a_form_that_goes_wherever_it_is_told(name, life, monkeypatch) -> None:
    def anywhere(*_args: object, **_more: object) -> bool:
        return True

    monkeypatch.setattr(settings_views, "url_has_allowed_host_and_scheme", anywhere)
    monkeypatch.setattr(AccountAdapter, "is_safe_url", anywhere)
    assert ways_out(life, name, ["https://evil.example/", "//evil.example/"])


def test_it_catches_a_way_out() -> None:
    for where in ELSEWHERE[:25]:
        assert leads_elsewhere(HttpResponse(headers={"Location": where.replace("\n", "")}))
    assert not leads_elsewhere(HttpResponse(headers={"Location": "/today/?next=//evil.example"}))


# --- As it runs for real ----------------------------------------------------------------------

ASK = """
import json, django
django.setup()
from django.conf import settings
from django.test import Client
plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.STORAGES["staticfiles"]["BACKEND"] = plain
answers = {}
for name, secure, path in (("https", True, "/accounts/login/"), ("http", False, "/accounts/login/"),
                           ("live", False, "/health/live")):
    answer = Client(headers={"host": "journal.my-place.org"}).get(path, secure=secure)
    answers[name] = {
        "status": answer.status_code,
        "headers": dict(answer.headers),
        "cookies": {key: dict(cookie) for key, cookie in answer.cookies.items()},
    }
answers["names"] = [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME]
answers["flags"] = [settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE,
                    settings.SESSION_COOKIE_HTTPONLY, settings.DEBUG]
print(json.dumps(answers))
"""


def test_over_https_cookies_belong_to_this_host_and_browsers_stay() -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "journal.my-place.org",
        "SITE_URL": "https://journal.my-place.org",
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "EMAIL_URL": "smtp+tls://journal:password@mail.my-place.org:587",
    }
    run = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    told = json.loads(run.stdout.splitlines()[-1])
    secure, plain = told["https"], told["http"]
    assert secure["headers"]["Strict-Transport-Security"] == (
        "max-age=63072000; includeSubDomains; preload"
    )
    assert plain["status"] == 301
    assert plain["headers"]["Location"] == "https://journal.my-place.org/accounts/login/"
    assert told["live"]["status"] == 200
    assert all(name.startswith("__Host-") for name in told["names"])
    assert told["flags"] == [True, True, True, False]
    for cookie in secure["cookies"].values():
        assert cookie["secure"]
        assert (cookie["path"], cookie["domain"]) == ("/", "")
