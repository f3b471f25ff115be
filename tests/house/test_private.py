"""Who may open what: every address, every kind of visitor, every method (assurance T-03, T-04).

The addresses come from the URL configuration, what is right about each from routes.py. Somebody
else's row is never there (404), and none of alice's words reach anybody but her. Since every answer
there is comes by here, each is also asked what test_headers.py and test_reads.py want to know of
all of them: what it carries, whether looking wrote anything, and whose rows it asked for.
"""

import copy
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from django.apps import apps
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import clear_url_caches, get_resolver, include, path, reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.journal.models import Entry
from tests.core.test_answers import check
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
    undone,
    walk,
)
from tests.house.test_headers import cookie_faults
from tests.house.test_reads import Unscoped, Writes

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
KINDS = ("text/html", "application/json")


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
    """Whatever is done to them is undone, and no test changes a row it holds: it is not copied."""
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
    return _cast


Watcher = Callable[..., Any]


def ask(
    client: Client,
    method: str,
    url: str,
    data: dict[str, Any] | None = None,
    watchers: Iterable[Watcher] = (),
    **headers: str,
) -> HttpResponse:
    """One request that leaves no trace; a form is sent with POST. Watchers see its statements."""
    with undone(client), ExitStack() as stack:
        for watcher in watchers:
            stack.enter_context(connection.execute_wrapper(watcher))
        return _send(client, method, url, data or {}, **headers)


def send_and_compare(
    client: Client, method: str, url: str, form: dict[str, Any], user: User, **headers: str
) -> tuple[HttpResponse, bool]:
    """One request that leaves no trace, and whether it changed anything of this person's.

    PostgreSQL counts what a transaction wrote to each table. Most requests write to none, or to
    few: only of these are the rows compared with those there are when it is undone.
    """
    before = _written()
    with undone(client):
        response = _send(client, method, url, form, **headers)
        touched = {name for name, count in _written().items() if count != before.get(name)}
        rows = rows_of(user, touched)
    return response, bool(touched) and rows_of(user, touched) != rows


def _written() -> dict[str, int]:
    """How often this transaction wrote to each table it wrote to, what was undone counted too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM (SELECT relname, pg_stat_get_xact_tuples_inserted(oid)"
            " + pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid) AS rows"
            " FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema::regnamespace)"
            " written WHERE rows > 0"
        )
        return dict(cursor.fetchall())


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
def _tables() -> dict[str, str]:
    """Every table whose rows point at a person, theirs too, with the column that does."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        fields = model._meta.concrete_fields
        owner = next((field.column for field in fields if field.related_model is User), None)
        column = "id" if model is User else owner
        if column:
            found[model._meta.db_table] = column
    return found


def rows_of(user: User, tables: Iterable[str] | None = None) -> str:
    """A digest of all the database has of this person, or has in these tables."""
    chosen = _tables().keys() if tables is None else _tables().keys() & set(tables)
    if not chosen:
        return ""
    rows = " UNION ALL ".join(
        f"SELECT t::text AS row FROM {table} t WHERE {_tables()[table]} = %(who)s"  # noqa: S608
        for table in sorted(chosen)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT md5(string_agg(row, '|' ORDER BY row)) FROM ({rows}) rows",  # noqa: S608
            {"who": user.pk},
        )
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


def amiss(answer: HttpResponse) -> Iterator[str]:
    """What no answer may lack, and no cookie may be (test_headers.py)."""
    try:
        check(answer)
    except AssertionError as wrong:
        yield f"a header is wrong: {wrong}"
    for cookie in cookie_faults(answer):
        yield f"the cookie {cookie} is loose"


def outsiders(name: str, route: Route, cast: Cast) -> Iterator[str]:
    """Whoever is not logged in, or whose account was disabled, is sent to log in."""
    url = url_of(name, route, cast.alice)
    for who, client, methods in (
        ("anonymous", cast.anonymous, METHODS),
        ("disabled", cast.disabled, ("GET", "POST")),
    ):
        for method in methods:
            looking = Writes(name)
            watchers = [looking] if method != "POST" else []
            response = ask(client, method, url, route.form(cast.alice), watchers)
            yield from (f"{who} {method}: {fault}" for fault in amiss(response))
            yield from (f"{who} {method}: writes {sql}" for sql in looking.found)
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
    # Nothing is wrong with what he sends but the row it is for.
    form = route.form(cast.bob)
    for method in METHODS:
        if method == "POST":
            response, changed = send_and_compare(
                cast.bob_client, method, url, form, cast.alice.user
            )
            if changed:
                yield f"bob {method}: changes what is alice's"
        else:
            response = ask(cast.bob_client, method, url)
        yield from (f"bob {method}: {fault}" for fault in amiss(response))
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
        looking, scope = Writes(name), Unscoped()
        watchers: list[Watcher] = [scope] if method == "POST" else [looking, scope]
        response = ask(cast.alice_confirmed, method, url, form, watchers)
        yield from (f"alice {method}: {fault}" for fault in amiss(response))
        yield from (f"alice {method}: writes {sql}" for sql in looking.found)
        yield from (f"alice {method}: does not say whose: {sql}" for sql in scope.found)
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
    looking = Writes(name)
    with undone(cast.alice_confirmed), connection.execute_wrapper(looking):
        for accept in KINDS:
            cast.alice_confirmed.get(url, headers={"accept": accept})
    yield from (f"alice, after a look: writes {sql}" for sql in looking.found)


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
        yield from (f"{method}: {fault}" for fault in amiss(response))


# By day one in so many of alice's ids that are of another kind than what a field is for.
FEW = 8


def strange_ids(name: str, route: Route, cast: Cast, *, all_of_them: bool = False) -> Iterator[str]:
    """The ids that a form carries, sent again with ids of alice's, change and show nothing.

    Each field gets every id of hers that is of the kind the field is for, and what she herself
    would have sent there, asked for as a page and as JSON. Ids of any other kind are to the field
    like ids of nothing: by day it gets one in so many of them, another field others, asked for in
    one way; with `all_of_them`, at night, it gets all, both ways.
    """
    form, hers = route.form(cast.bob), route.form(cast.alice)
    url = url_of(name, route, cast.bob)
    for field, sent in form.items():
        own = sent[0] if isinstance(sent, list) and sent else sent
        if not _UUID.fullmatch(str(own)):
            continue
        likely = _likely(str(own), cast) | _ids(hers.get(field))
        others = [strange for strange in cast.alice.ids if strange not in likely]
        if not all_of_them:
            others = others[crc32(f"{name} {field}".encode()) % FEW :: FEW]
        in_turn = cycle(KINDS)
        for strange in [*sorted(likely), *others]:
            both = all_of_them or strange in likely
            value = [strange] if isinstance(sent, list) else strange
            for accept in KINDS if both else (next(in_turn),):
                response, changed = send_and_compare(
                    cast.bob_client,
                    "POST",
                    url,
                    form | {field: value},
                    cast.alice.user,
                    accept=accept,
                )
                if response.status_code >= 500 or changed or leaks(response, cast.alice):
                    yield f"{field}={strange}: {response.status_code}"


def _likely(own: str, cast: Cast) -> set[str]:
    """The ids of alice's that are of the same kind as this one of bob's."""
    return {
        str(row.pk) for row in cast.alice.rows if type(row)._base_manager.filter(pk=own).exists()
    }


def _ids(sent: Any) -> set[str]:
    """The ids in a value of a form."""
    values = sent if isinstance(sent, list) else [sent]
    return {str(value) for value in values if _UUID.fullmatch(str(value))}


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
    assert list(strange_ids(name, ROUTES[name], cast, all_of_them=True)) == []


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


def toggling(request: HttpRequest) -> HttpResponse:
    """Writes while looking."""
    Entry.objects.for_user(request.user).update(starred=True)
    return HttpResponse("starred")


def waiting(request: HttpRequest) -> HttpResponse:
    """Writes at the second look."""
    if "looked" in request.COOKIES:
        Entry.objects.for_user(request.user).update(starred=True)
    answer = HttpResponse("starred")
    answer.set_cookie("looked", "yes", httponly=True, samesite="Lax")
    return answer


def by_id(request: HttpRequest, pk: object) -> HttpResponse:
    """Finds the row first, and asks whose it is afterwards."""
    entry = Entry.objects.get(pk=pk)
    return HttpResponse(status=200 if entry.owner_id == request.user.pk else 404)


def everybodys(request: HttpRequest) -> HttpResponse:
    """Counts everybody's."""
    return HttpResponse(Entry.objects.filter(starred=True).count())


def written_by_id(request: HttpRequest, pk: object) -> HttpResponse:
    """Writes whatever has this id."""
    if request.method == "POST":
        Entry.objects.filter(pk=pk).update(starred=True)
    return HttpResponse("starred")


def loose(request: HttpRequest) -> HttpResponse:
    """May be kept by whatever lies on the way, and leaves a cookie that scripts may read."""
    answer = HttpResponse("kept", headers={"Cache-Control": "public"})
    answer.set_cookie("last", "zymurgy")
    return answer


PLANTED: dict[str, Route] = {
    "anybodys": Route(OWNER, post=200, kwargs=ROUTES["journal:entry_detail"].kwargs),
    "told_apart": Route(OWNER, post=200, kwargs=ROUTES["journal:entry_detail"].kwargs),
    "unlocked": Route(PERSON, post=200),
    "tokenless": Route(PERSON, post=200),
    "unconfirmed": Route(PERSON, post=200, sudo=("POST",)),
    "talkative": Route(PERSON, post=200),
    "toggling": Route(PERSON, post=200),
    "waiting": Route(PERSON, post=200),
    "by_id": Route(OWNER, post=200, kwargs=ROUTES["journal:entry_detail"].kwargs),
    "everybodys": Route(PERSON, post=200),
    "written_by_id": Route(OWNER, post=200, kwargs=ROUTES["journal:entry_detail"].kwargs),
    "loose": Route(PERSON, post=200),
    "meddling": Route(PERSON, get=None, post=200, form=lambda life: {"writer": str(life.entry.pk)}),
}
VIEWS: dict[str, Callable[..., HttpResponse]] = {
    view.__name__: view
    for view in (
        *(anybodys, told_apart, unlocked, tokenless, unconfirmed, talkative, meddling),
        *(toggling, waiting, by_id, everybodys, written_by_id, loose),
    )
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
        ("toggling", "alice GET: writes"),
        ("waiting", "alice, after a look: writes"),
        ("by_id", "alice GET: does not say whose"),
        ("everybodys", "alice GET: does not say whose"),
        ("written_by_id", "alice POST: does not say whose"),
        ("written_by_id", "bob POST: changes what is alice's"),
        ("loose", "alice GET: a header is wrong"),
        ("loose", "bob GET: the cookie last is loose"),
    ],
)
def test_it_catches(name, words, cast, planted) -> None:
    found = list(wrong_cells(name, PLANTED[name], cast))
    assert any(words in fault for fault in found), found
