"""Who may open what: every address, every kind of visitor, every method (assurance T-03, T-04).

The addresses come from the URL configuration, what is right about each from routes.py. Somebody
else's row is never there (404), and none of alice's words reach anybody but her.
"""

import copy
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from itertools import cycle, product, repeat
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import clear_url_caches, get_resolver, include, path, reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.journal.models import Entry
from tests.factories import make_user
from tests.house.routes import (
    ANYBODY,
    API,
    API_OPEN,
    OWNER,
    PERSON,
    ROUTES,
    Life,
    Route,
    log_in,
    make_life,
    walk,
)

pytestmark = pytest.mark.django_db
METHODS = ("GET", "HEAD", "POST", "OPTIONS")
NEVER = ("PUT", "PATCH", "DELETE", "TRACE")
CONFIRM = ("/accounts/reauthenticate/", "/accounts/2fa/reauthenticate/")
# Open while an account is closing, beside what asks for no account at all.
WHILE_LEAVING = {"accounts:account_keep", "account_logout"}
# Where a form is taken without a token, with the reason why.
TOKENLESS = {"promise_links:link_never": "mail programs send it; the address itself is the secret"}
PROBES = {"home:health_live", "home:health_ready"}
CANARY = "zymurgycanary"
HTML, JSON = ("text/html",), ("application/json",)


@dataclass
class Cast:
    """Everybody who tries the doors, and the two lives that may be touched."""

    alice: Life
    bob: Life
    anonymous: Client
    disabled: Client
    leaving: Client
    bob_client: Client
    alice_client: Client
    alice_confirmed: Client


@pytest.fixture(scope="module")
def _cast(rows_that_stay: None) -> Cast:
    alice, bob = (make_user(email=f"{name}@example.org") for name in ("alice", "bob"))
    gone = User.objects.create_user("gone@example.org", time_zone="UTC")
    leaving = User.objects.create_user("leaving@example.org", time_zone="UTC")
    disabled_client, leaving_client = log_in(gone), log_in(leaving)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    User.objects.filter(pk=leaving.pk).update(deletion_asked_at=timezone.now())
    return Cast(
        alice=make_life(alice, CANARY),
        bob=make_life(bob, "bobolink"),
        anonymous=Client(),
        disabled=disabled_client,
        leaving=leaving_client,
        bob_client=log_in(bob, confirmed=True),
        alice_client=log_in(alice),
        alice_confirmed=log_in(alice, confirmed=True),
    )


@pytest.fixture
def cast(_cast: Cast, media_that_stays: Path, settings: Settings, db: None) -> Cast:
    """Alice and bob with a life each; somebody disabled, and somebody whose account is closing."""
    settings.MEDIA_ROOT = media_that_stays
    return replace(_cast, alice=copy.deepcopy(_cast.alice), bob=copy.deepcopy(_cast.bob))


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """What happens inside leaves no trace, neither in the database nor in the browser."""
    cookies = copy.deepcopy(client.cookies)
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        client.cookies = cookies


def ask(
    client: Client, method: str, url: str, data: dict[str, Any] | None = None, **headers: str
) -> HttpResponse:
    """One request that leaves no trace; a form is sent with POST."""
    with undone(client):
        return _send(client, method, url, data or {}, **headers)


def _send(
    client: Client, method: str, url: str, form: dict[str, Any], **headers: str
) -> HttpResponse:
    if method == "POST":
        return client.post(url, form, headers=headers)
    return client.generic(method, url, headers=headers)


def is_door(response: HttpResponse) -> bool:
    """Whether a visitor was sent to log in."""
    where = response.headers.get("Location", "").partition("?")[0]
    return response.status_code == 401 or (
        response.status_code == 302 and where == reverse("account_login")
    )


def asks_to_confirm(response: HttpResponse) -> bool:
    """Whether somebody was asked to show once more that it is them."""
    where = response.headers.get("Location", "")
    return response.status_code == 302 and where.startswith(CONFIRM)


def leaks(response: HttpResponse, life: Life) -> list[str]:
    """Alice's words and codes in an answer to somebody else, its headers and cookies too."""
    whole = b"".join(
        [
            response.getvalue(),
            response.serialize_headers(),
            str(response.cookies).encode(),
        ]
    ).decode(errors="replace")
    return [word for word in (life.canary, life.secret, *life.codes) if word in whole]


def url_of(name: str, route: Route, life: Life) -> str:
    """The address of this life's row."""
    return reverse(name, kwargs=route.kwargs(life))


def answered(route: Route) -> set[str]:
    """The methods this address answers with what it is for."""
    return ({"GET", "HEAD"} if route.get else set()) | ({"POST"} if route.post else set())


@cache
def _everything() -> str:
    """SQL for a digest of every row that points at a person, their own too."""
    parts = []
    for model in apps.get_models(include_auto_created=True):
        fields = model._meta.concrete_fields
        owner = next((field.column for field in fields if field.related_model is User), None)
        column = "id" if model is User else owner
        if column:
            table = model._meta.db_table
            parts.append(f"SELECT t::text AS row FROM {table} t WHERE {column} = %(who)s")  # noqa: S608
    return f"SELECT md5(string_agg(row, '|' ORDER BY row)) FROM ({' UNION ALL '.join(parts)}) rows"  # noqa: S608


def rows_of(user: User) -> str:
    """A digest of everything the database has of this person, to see whether anything changed."""
    with connection.cursor() as cursor:
        cursor.execute(_everything(), {"who": user.pk})
        return str(cursor.fetchone()[0])


# --- What is right ----------------------------------------------------------------------------


def wrong_cells(name: str, route: Route, cast: Cast) -> Iterator[str]:
    """Everything about one address that is not as it should be."""
    yield from outsiders(name, route, cast)
    yield from others(name, route, cast)
    yield from herself(name, route, cast)
    yield from closing(name, route, cast)
    yield from forged(name, route, cast)
    yield from strange_ids(name, route, cast)


def outsiders(name: str, route: Route, cast: Cast) -> Iterator[str]:
    """Whoever is not logged in, or whose account was disabled, is sent to log in."""
    url = url_of(name, route, cast.alice)
    for who, client, methods in (
        ("anonymous", cast.anonymous, METHODS),
        ("disabled", cast.disabled, ("GET", "POST")),
    ):
        for method in methods:
            response = ask(client, method, url, route.form(cast.alice))
            if found := leaks(response, cast.alice):
                yield f"{who} {method}: sees {found}"
            if route.who is ANYBODY:
                expected = route.stranger or route.get
                if method == "GET" and response.status_code != expected:
                    yield f"{who} {method}: {response.status_code} and not {expected}"
                if response.status_code >= 500:
                    yield f"{who} {method}: {response.status_code}"
            elif not is_door(response):
                yield f"{who} {method}: {response.status_code} and not sent to log in"
        if route.who is not ANYBODY:
            script = ask(client, "GET", url, accept="application/json")
            if script.status_code != 401 or script.headers["Content-Type"] != "application/json":
                yield f"{who}: a script is not told 401 but {script.status_code}"
            sent = ask(client, "POST", url, {"x": "1"}, sec_fetch_site="same-origin")
            if sent.status_code != 401:
                yield f"{who}: a form of ours is answered {sent.status_code} and not 401"


def others(name: str, route: Route, cast: Cast) -> Iterator[str]:
    """Bob finds nothing of alice's: her row is not there, and his own pages do not show her."""
    whose = cast.alice if route.who is OWNER else cast.bob
    url = url_of(name, route, whose)
    before = rows_of(cast.alice.user)
    # Nothing is wrong with what he sends but the row it is for.
    form = route.form(cast.bob)
    for method in METHODS:
        with undone(cast.bob_client):
            response = _send(cast.bob_client, method, url, form)
            if method == "POST" and rows_of(cast.alice.user) != before:
                yield f"bob {method}: changes what is alice's"
        if found := leaks(response, cast.alice):
            yield f"bob {method}: sees {found}"
        if route.who is OWNER and method in answered(route) and response.status_code != 404:
            yield f"bob {method}: {response.status_code} and not 404"
        if response.status_code >= 500:
            yield f"bob {method}: {response.status_code}"
    kwargs = route.kwargs(cast.alice)
    own = route.kwargs(cast.bob)
    for key in kwargs if len(kwargs) > 1 else ():
        if kwargs[key] == own[key]:
            continue
        mixed = reverse(name, kwargs=own | {key: kwargs[key]})
        for method in answered(route):
            response = ask(cast.bob_client, method, mixed, form)
            if response.status_code != 404 or leaks(response, cast.alice):
                yield f"bob {method} with alice's {key} in his own: {response.status_code}"


def herself(name: str, route: Route, cast: Cast) -> Iterator[str]:
    """Alice gets in; where something dangerous stands, only after confirming that it is her."""
    url = url_of(name, route, cast.alice)
    form = route.form(cast.alice)
    expected = {"GET": route.get, "HEAD": route.get, "POST": route.post}
    for method in METHODS:
        response = ask(cast.alice_confirmed, method, url, form)
        right = expected.get(method)
        if right and response.status_code != right:
            yield f"alice {method}: {response.status_code} and not {right}"
        if method in expected and right is None and response.status_code != 405:
            yield f"alice {method}: {response.status_code} and not 405"
        if response.status_code >= 500:
            yield f"alice {method}: {response.status_code}"
        if right is None or method == "HEAD":
            continue
        stale = ask(cast.alice_client, method, url, form)
        if any(code in stale.getvalue().decode(errors="replace") for code in cast.alice.codes):
            yield f"alice {method}, unconfirmed: sees her codes"
        if method not in route.sudo and stale.status_code != right:
            yield f"alice {method}, unconfirmed: {stale.status_code} and not {right}"
        if method in route.sudo and not asks_to_confirm(stale):
            yield f"alice {method}, unconfirmed: {stale.status_code} and not asked to confirm"


def closing(name: str, route: Route, cast: Cast) -> Iterator[str]:
    """Whose account is closing sees only the way back, whatever they ask for."""
    url = url_of(name, route, cast.alice)
    for method in ("GET", "POST"):
        response = ask(cast.leaving, method, url, route.form(cast.alice))
        if found := leaks(response, cast.alice):
            yield f"leaving {method}: sees {found}"
        sent_back = response.headers.get("Location") == reverse("accounts:account_keep")
        if name not in WHILE_LEAVING | PROBES and not sent_back:
            yield f"leaving {method}: {response.status_code} and not sent to keep the account"


def forged(name: str, route: Route, cast: Cast) -> Iterator[str]:
    """No form without its token, none that another site sent, and no method forms do not have."""
    url = url_of(name, route, cast.alice)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = copy.deepcopy(cast.alice_confirmed.cookies)
    for client in (strict, Client(enforce_csrf_checks=True)):
        response = ask(client, "POST", url, route.form(cast.alice))
        if name in TOKENLESS:
            continue
        if response.status_code != 403 and (client is strict or not is_door(response)):
            yield f"POST without a token: {response.status_code} and not 403"
    for site in ("cross-site", "same-site"):
        response = ask(cast.alice_confirmed, "POST", url, sec_fetch_site=site)
        if response.status_code != 403:
            yield f"POST from another site: {response.status_code} and not 403"
    for method in NEVER:
        response = ask(cast.alice_confirmed, method, url)
        if response.status_code != 405 or response.content:
            yield f"{method}: {response.status_code} and not 405"


def strange_ids(
    name: str, route: Route, cast: Cast, kinds: Iterable[tuple[str, ...]] = cycle([HTML, JSON])
) -> Iterator[str]:
    """Every id that a form carries, sent again with ids of alice's, changes and shows nothing.

    Each asks for an answer of the next of these `kinds`: of one in turn, or of both each time.
    """
    form = route.form(cast.bob)
    url = url_of(name, route, cast.bob)
    before = rows_of(cast.alice.user)
    fields = [key for key, value in form.items() if _UUID.fullmatch(str(value))]
    for (field, strange), accepted in zip(product(fields, cast.alice.ids), kinds, strict=False):
        for accept in accepted:
            with undone(cast.bob_client):
                response = cast.bob_client.post(
                    url, form | {field: strange}, headers={"accept": accept}
                )
                changed = rows_of(cast.alice.user) != before
            if response.status_code >= 500 or changed or leaks(response, cast.alice):
                yield f"{field}={strange}: {response.status_code}"


_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


# --- The checks -------------------------------------------------------------------------------


def test_every_address_is_listed_and_every_row_is_an_address() -> None:
    names = {address.name for address in walk(get_resolver())}
    assert names == set(ROUTES) | set(API) | set(API_OPEN)


def test_it_catches_an_address_that_nobody_listed(planted) -> None:
    names = {address.name for address in walk(get_resolver())}
    assert names - set(ROUTES) - set(API) - set(API_OPEN) == set(PLANTED)


def test_two_addresses_of_one_name_are_one_place() -> None:
    """The first pattern answers; a second of the same name elsewhere would be another door."""
    places: dict[str, set[str]] = {}
    for address in walk(get_resolver()):
        places.setdefault(address.name, set()).add(address.path)
    assert {name for name, found in places.items() if len(found) > 1} == set()


@pytest.mark.parametrize("name", ROUTES)
def test_who_may_open(name, cast) -> None:
    assert list(wrong_cells(name, ROUTES[name], cast)) == []


@pytest.mark.nightly
@pytest.mark.parametrize("name", ROUTES)
def test_no_id_of_hers_helps_him_whatever_answer_he_asks_for(name, cast) -> None:
    assert list(strange_ids(name, ROUTES[name], cast, repeat(HTML + JSON))) == []


def test_a_row_that_is_not_there_looks_like_one_that_is_somebody_elses(cast) -> None:
    """404 for both, word for word: nobody learns that it exists."""
    theirs = cast.bob_client.get(reverse("journal:entry_detail", args=[cast.alice.entry.pk]))
    nobodys = cast.bob_client.get(reverse("journal:entry_detail", args=[cast.alice.person.pk]))
    assert theirs.status_code == nobodys.status_code == 404
    assert _without_ids(theirs) == _without_ids(nobodys)


def _without_ids(response: HttpResponse) -> str:
    return re.sub(r'nonce="[^"]+"', "", _UUID.sub("", response.content.decode()))


# --- Planted faults ---------------------------------------------------------------------------


def anybodys(request: HttpRequest, pk: object) -> HttpResponse:
    """Finds whoever's entry it is."""
    return HttpResponse(Entry.objects.get(pk=pk).body)


def told_apart(request: HttpRequest, pk: object) -> HttpResponse:
    """Says that somebody else's entry exists."""
    entry = Entry.objects.filter(pk=pk).first()
    return HttpResponse(status=200 if entry and entry.owner == request.user else 403)


@login_not_required
def unlocked(request: HttpRequest) -> HttpResponse:
    """Asks nobody to log in."""
    return HttpResponse("open")


@csrf_exempt
def tokenless(request: HttpRequest) -> HttpResponse:
    """Takes any form."""
    return HttpResponse("taken")


def unconfirmed(request: HttpRequest) -> HttpResponse:
    """Something dangerous, without asking again."""
    return HttpResponse("done")


def talkative(request: HttpRequest) -> HttpResponse:
    """Tells everybody who writes here, in a header."""
    newest = Entry.objects.order_by("created_at").first()
    return HttpResponse(headers={"X-Newest": newest.title if newest else ""})


def meddling(request: HttpRequest) -> HttpResponse:
    """Stars whatever it is sent."""
    Entry.objects.filter(pk=request.POST.get("writer")).update(starred=True)
    return HttpResponse("starred")


PLANTED: dict[str, Route] = {
    "anybodys": Route(OWNER, post=200, kwargs=ROUTES["journal:entry_detail"].kwargs),
    "told_apart": Route(OWNER, post=200, kwargs=ROUTES["journal:entry_detail"].kwargs),
    "unlocked": Route(PERSON, post=200),
    "tokenless": Route(PERSON, post=200),
    "unconfirmed": Route(PERSON, post=200, sudo=("POST",)),
    "talkative": Route(PERSON, post=200),
    "meddling": Route(PERSON, get=None, post=200, form=lambda life: {"writer": str(life.entry.pk)}),
}
VIEWS: dict[str, Callable[..., HttpResponse]] = {
    view.__name__: view
    for view in (anybodys, told_apart, unlocked, tokenless, unconfirmed, talkative, meddling)
}
urlpatterns = [
    path("", include("config.urls")),
    *(
        path(
            f"planted/{name}/<uuid:pk>/" if route.who is OWNER else f"planted/{name}/",
            VIEWS[name],
            name=name,
        )
        for name, route in PLANTED.items()
    ),
]


@pytest.fixture
def planted(settings) -> Iterator[None]:
    """Addresses with a fault each, beside the real ones."""
    settings.ROOT_URLCONF = __name__
    yield
    clear_url_caches()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("anybodys", "bob GET: sees"),
        ("anybodys", "bob GET: 200 and not 404"),
        ("told_apart", "bob GET: 403 and not 404"),
        ("unlocked", "anonymous GET: 200 and not sent to log in"),
        ("unlocked", "a script is not told 401"),
        ("tokenless", "POST without a token: 200"),
        ("unconfirmed", "alice POST, unconfirmed: 200"),
        ("talkative", "bob GET: sees"),
        ("meddling", "writer="),
    ],
)
def test_it_catches(name, words, cast, planted) -> None:
    found = list(wrong_cells(name, PLANTED[name], cast))
    assert any(words in fault for fault in found), found
