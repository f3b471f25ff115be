"""Links, by every state, every kind of link and every method (assurance T-05), and who only looks.

A wrong cell is a link that lets somebody in who should stay out, keeps somebody out who should get
in, or changes a row where nothing should.
"""

import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import pytest
from bs4 import BeautifulSoup
from django.core import signing
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import clear_url_caches, include, path, reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from apps.accounts.limits import LIMITS
from apps.accounts.models import User
from apps.core.models import new_id
from apps.promises import answering, inviting
from apps.promises.models import Event, Invitation, Promise
from apps.promises.moving import as_guest, turn
from apps.promises.states import State
from apps.promises.views import recipient
from tests.factories import NOW, make_promise_draft
from tests.promises.guests import LINK, Guest, P, act, at, make_in, make_link, words_of

pytestmark = pytest.mark.django_db

STATES = (
    "draft",
    "offered",
    "active",
    "kept",
    "broken",
    "withdrawn",
    "hidden",
    "deleted",
)
LINKS = (
    "valid",
    "expired",
    "revoked",
    "reused after an answer",
    "wrong purpose",
    "truncated",
    "bit flipped",
    "another promise's",
    "signed with an old key",
)
ASKED = ("GET", "HEAD", "accept", "decline", "another's id")
# What no key of ours has signed for this: as if it had never been.
FORGED = ("wrong purpose", "truncated", "bit flipped", "signed with an old key")


@dataclass
class Cell:
    """A promise, what stands in the address of a link, and which promise is another one."""

    promise: Promise
    signed: str
    invitation: Invitation
    other: Invitation


@dataclass
class Ground:
    """A promise in some state with a link to it, and another one with a link to that."""

    promise: Promise
    signed: str
    others: str


def set_up(owner: User, state: str) -> Ground:
    """A promise in this state."""
    promise = make_in(owner, State.OFFERED if state in {"hidden", "deleted"} else State(state))
    ground = Ground(promise, make_link(promise), make_link(make_in(owner, State.OFFERED)))
    if state == "hidden":
        Promise.objects.filter(pk=promise.pk).update(hidden_at=NOW)
    if state == "deleted":
        User.objects.filter(pk=owner.pk).update(deletion_asked_at=NOW)
    return ground


def cell_of(ground: Ground, owner: User, state: str, link: str) -> Cell:
    """The promise, with a link of this kind to it."""
    promise, signed, others = ground.promise, ground.signed, ground.others
    invitation = Invitation.objects.get(promise=promise)
    other = Invitation.objects.exclude(promise=promise).get()
    secret = signed.partition(inviting.BETWEEN)[0]
    match link:
        case "expired":
            Invitation.objects.update(expires_at=NOW)
        case "revoked":
            inviting.revoke(invitation, NOW)
        case "reused after an answer" if state in {"offered", "hidden"}:
            with turn(owner.pk, promise.pk, as_guest(promise, invitation), NOW) as it:
                answering.accept(it, version=1)
        case "wrong purpose":
            wrong = next(it for it in ("answer", "amend", "assess") if it != invitation.purpose)
            signed = inviting.signed_of(wrong, secret)
        case "truncated":
            signed = signed[:-1]
        case "bit flipped":
            signed = signed[:20] + chr(ord(signed[20]) ^ 1) + signed[21:]
        case "another promise's":
            signed = others
        case "signed with an old key":
            signer = signing.Signer(
                key="an older key", sep=inviting.BETWEEN, salt=LINK + invitation.purpose
            )
            signed = signer.sign(secret)
    return Cell(promise, signed, invitation, other)


def expected(state: str, link: str, asked: str) -> int:
    """What the page of this promise must answer in this browser.

    The link itself must be exchanged (303) exactly where GET of the page is 200.
    """
    if link in FORGED or link == "another promise's":
        return 404
    if state == "draft":
        return 404
    if link in {"expired", "revoked"} or state == "deleted":
        return 410
    if asked in {"GET", "HEAD"}:
        return 200
    if asked == "another's id":
        return 404
    is_open = state in {"offered", "hidden"} and link != "reused after an answer"
    return 303 if is_open else 409


def digest_of(tables: Iterable[str]) -> str:
    """A digest of each of these tables, asked for in one statement."""
    each = " UNION ALL ".join(
        f"SELECT '{table}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t"  # noqa: S608
        for table in sorted(tables)
    )
    with connection.cursor() as cursor:
        cursor.execute(each)
        return "\n".join(f"{table} {digest}" for table, digest in sorted(cursor.fetchall()))


def rows() -> str:
    """A digest of all that promises have in the database."""
    return digest_of(table for table in tables() if table.startswith("promises_"))


@cache
def tables() -> list[str]:
    """Every table there is."""
    return connection.introspection.table_names()


def ask(cell: Cell, asked: str) -> HttpResponse:
    """The page of the promise, asked by a browser with the secret of this cell as its cookie."""
    client = Client()
    client.cookies[recipient.COOKIE] = cell.signed
    url = reverse("promise_links:promise_answer", args=[cell.invitation.pk])
    cell.promise.refresh_from_db()
    form = {"seq": str(cell.promise.seq), "version": "1"}
    with at(NOW):
        if asked in {"GET", "HEAD"}:
            return client.generic(asked, url)
        if asked == "another's id":
            there = reverse("promise_links:promise_answer", args=[cell.other.pk])
            form |= {"promise": str(cell.other.promise_id), "invitation": str(cell.other.pk)}
            form |= {"seq": str(cell.other.promise.seq)}
            return client.post(there, form | {"choice": "accept"})
        return client.post(url, form | {"choice": asked})


def wrong(ground: Ground, owner: User, state: str, link: str) -> Iterator[str]:
    """What is wrong with the cells of this state and this kind of link."""
    cell = cell_of(ground, owner, state, link)
    with at(NOW):
        opened = Client().get(reverse("promise_links:link_open", args=[cell.signed]))
    leads = opened.headers.get("Location", "")
    its_own = leads == reverse("promise_links:promise_answer", args=[cell.invitation.pk])
    if its_own != (expected(state, link, "GET") == 200):
        yield f"the link answers {opened.status_code} and leads to {leads!r}"
    # Whatever a cell does is taken back: the next begins with the same rows.
    before = rows()
    for asked in ASKED:
        with transaction.atomic():
            yield from (
                f"{asked}: {fault}" for fault in wrong_cell(cell, owner, state, link, asked, before)
            )
            transaction.set_rollback(True)


def wrong_cell(
    cell: Cell, owner: User, state: str, link: str, asked: str, before: str
) -> Iterator[str]:
    """What is wrong with one cell, where the rows were as this digest says."""
    answer = ask(cell, asked)
    right = expected(state, link, asked)
    if link == "another promise's" and state == "deleted":
        right = 410
    elif link == "another promise's" and asked == "another's id":
        # That is no wrong key at a strange door, but the right one at its own.
        right = 303
    if answer.status_code != right:
        yield f"{answer.status_code} and not {right}"
    if right != 303 and rows() != before:
        yield "rows are not as they were"
    yield from careless(answer, cell, owner, right)


ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def careless(answer: HttpResponse, cell: Cell, owner: User, right: int) -> Iterator[str]:
    """What an answer to the other person lacks, or says too much."""
    headers = answer.headers
    if "no-store" not in headers["Cache-Control"]:
        yield "may be stored"
    if headers["Referrer-Policy"] != "no-referrer":
        yield "tells where it is"
    if "noindex" not in headers["X-Robots-Tag"]:
        yield "may be found"
    whole = answer.content.decode() + str(headers)
    if owner.email in whole:
        yield "has the address of its owner"
    own = {str(cell.invitation.pk), str(cell.other.pk) if right == 303 else ""}
    strange = set(ID.findall(whole)) - own
    if strange:
        yield f"has ids of other rows: {strange}"
    if cell.signed and len(cell.signed) > 40 and cell.signed in whole:
        yield "has the secret in it"


@pytest.mark.parametrize("state", STATES)
def test_every_cell_is_right(alice: User, state: str) -> None:
    """With each kind of link in turn to the same promise; what a link leaves is taken back."""
    ground = set_up(alice, state)
    found = {}
    for link in LINKS:
        with transaction.atomic():
            found[link] = list(wrong(ground, alice, state, link))
            transaction.set_rollback(True)
    assert {link: wrong for link, wrong in found.items() if wrong} == {}


def test_there_are_cells_enough() -> None:
    assert len(STATES) * len(LINKS) * len(ASKED) >= 216


# --- Who only looks -------------------------------------------------------------------------------

BOTS = [
    "Mozilla/5.0 (compatible; Microsoft SafeLinks)",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 BingPreview/1.0b",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "WhatsApp/2.23.20.0",
    "TelegramBot (like TwitterBot)",
    "Twitterbot/1.0",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0)",
    "Discordbot/2.0",
    "SkypeUriPreview Preview/0.5",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "GoogleImageProxy",
    "Mozilla/5.0 (compatible; Yahoo! Slurp)",
    "Barracuda Sentinel (EE)",
    "Mozilla/5.0 (compatible; proofpoint-urldefense)",
    "Mozilla/5.0 (compatible; Mimecast-TTP/1.0)",
    "Mozilla/5.0 (compatible; bingbot/2.0)",
    "Applebot/0.1",
    "Mozilla/5.0 (compatible; YandexBot/3.0)",
    "curl/8.5.0",
    "python-requests/2.32",
    "Iframely/1.3.1",
]


def scan(signed: str, agent: str, most: int = 60) -> list[str]:
    """Open a link as a scanner does: follow what redirects, then open every link of every page."""
    client = Client(headers={"user-agent": agent})
    waiting, seen = [reverse("promise_links:link_open", args=[signed])], []
    while waiting and len(seen) < most:
        url = waiting.pop(0)
        if url in seen or not url.startswith("/p/"):
            continue
        seen.append(url)
        for method in ("HEAD", "GET"):
            answer = client.generic(method, url)
            if where := answer.headers.get("Location"):
                waiting.append(where)
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            page = BeautifulSoup(answer.content.decode(), "html.parser")
            waiting += [str(it["href"]).partition("#")[0] for it in page.select("a[href]")]
            waiting += [str(it["action"]) for it in page.select("form[method=get]")]
    return seen


def everything() -> str:
    """A digest of every table."""
    return digest_of(tables())


LOOKED_AT = [State.OFFERED, State.ACTIVE, State.DELIVERED, State.KEPT]


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.nightly)])
@pytest.mark.parametrize("state", LOOKED_AT)
def test_whoever_only_looks_changes_no_row(alice: User, state: State, every: bool) -> None:
    """By day the bots share the states among them; at night each of them looks in every state.

    Nothing here asks who looks: they differ in a header alone.
    """
    signed = make_link(make_in(alice, state))
    before = everything()
    assert len(BOTS) >= 20
    bots = BOTS if every else BOTS[LOOKED_AT.index(state) :: len(LOOKED_AT)]
    with at(NOW):
        for agent in bots:
            seen = scan(signed, agent)
            assert len(seen) >= 4, seen
    assert everything() == before


def eager(request: HttpRequest, signed: str) -> HttpResponse:
    """Takes a look for a yes, as a link that answers by being opened would."""
    found = inviting.find(signed, timezone.now())
    assert found is not None
    with inviting.turn_of_guest(found, timezone.now()):
        return HttpResponse("Thank you!")


eager.login_required = False  # type: ignore[attr-defined]
urlpatterns = [
    path("p/<str:signed>/", eager, name="planted"),
    path("", include("config.urls")),
]


@pytest.fixture
def planted(settings: Settings) -> Iterator[None]:
    """A link that answers by being opened."""
    settings.ROOT_URLCONF = __name__
    clear_url_caches()
    yield
    clear_url_caches()


def test_it_catches_a_link_that_answers_by_being_opened(alice: User, planted: None) -> None:
    signed = make_link(make_in(alice, State.OFFERED))
    before = everything()
    with at(NOW):
        scan(signed, BOTS[0])
    assert everything() != before


def test_it_catches_a_link_whose_look_up_is_remembered(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T-05: a look-up kept for a minute lets somebody in after the link was taken back."""
    promise = make_in(alice, State.OFFERED)
    signed = make_link(promise)
    real, kept = inviting.find, {}

    def remembered(signed: str, *args: object, **kwargs: object) -> object:
        if signed not in kept:
            kept[signed] = real(signed, *args, **kwargs)
        return kept[signed]

    monkeypatch.setattr(inviting, "find", remembered)
    guest = Guest(signed)
    assert guest.look().status_code == 200
    inviting.revoke(Invitation.objects.get(), NOW)
    assert guest.look().status_code == 200, "the fault is there"
    monkeypatch.setattr(inviting, "find", real)
    assert guest.look().status_code == 410, "and is what the cells would see"


# --- The exchange ---------------------------------------------------------------------------------


def test_the_first_look_becomes_a_cookie_for_one_path(alice: User, settings: Settings) -> None:
    signed = make_link(make_in(alice, State.OFFERED))
    guest = Guest(signed)
    invitation = Invitation.objects.get()
    assert guest.opened.status_code == 303
    assert guest.opened.content == b""
    assert guest.url == f"/p/{invitation.pk}/"
    cookie = guest.opened.cookies[recipient.COOKIE]
    assert cookie["path"] == guest.url
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 2 * 60 * 60
    assert bool(cookie["secure"]) == settings.HTTPS
    assert guest.opened.headers["Referrer-Policy"] == "no-referrer"


def test_without_the_cookie_every_address_says_the_same(alice: User) -> None:
    make_link(make_in(alice, State.OFFERED))
    real = Client().get(f"/p/{Invitation.objects.get().pk}/")
    made_up = Client().get(f"/p/{new_id()}/")
    assert real.status_code == made_up.status_code == 404
    assert "open the link" in words_of(real)
    assert _plain(real) == _plain(made_up)


def _plain(answer: HttpResponse) -> str:
    return re.sub(r'nonce="[^"]+"', "", ID.sub("", answer.content.decode()))


def test_a_link_is_taken_back_at_the_next_request(alice: User) -> None:
    promise = make_in(alice, State.OFFERED)
    guest = Guest(make_link(promise))
    form = guest.form()
    inviting.revoke(Invitation.objects.get(), NOW)
    assert guest.look().status_code == 410
    assert guest.post(form | {"choice": "accept"}).status_code == 410
    assert Guest(guest.signed).opened.status_code == 410


def test_a_new_link_closes_the_old_one_of_its_purpose(alice: User) -> None:
    promise = make_in(alice, State.OFFERED)
    old = Guest(make_link(promise))
    new = Guest(make_link(promise))
    assert old.look().status_code == 410
    assert new.look().status_code == 200
    assert Invitation.objects.filter(revoked_at=None).count() == 1


def test_links_die_with_the_account_at_once(alice: User) -> None:
    guest = Guest(make_link(make_in(alice, State.OFFERED)))
    User.objects.filter(pk=alice.pk).update(deletion_asked_at=NOW)
    assert guest.look().status_code == 410
    User.objects.filter(pk=alice.pk).update(deletion_asked_at=None, is_active=False)
    assert guest.look().status_code == 410


def test_a_promise_that_was_passed_on_is_no_longer_theirs(alice: User) -> None:
    promise = make_in(alice, State.ACTIVE)
    guest = Guest(make_link(promise))
    other = make_promise_draft(alice)
    Promise.objects.filter(pk=promise.pk).update(person=other.person_id)
    assert guest.look().status_code == 410


@pytest.mark.parametrize(
    ("purpose", "state", "days"),
    [
        ("answer", State.OFFERED, 5 + 14),
        ("amend", State.ACTIVE, 10 + 60),
        ("assess", State.DELIVERED, 180),
    ],
)
def test_a_link_lives_as_long_as_it_is_needed(
    alice: User, purpose: str, state: State, days: int
) -> None:
    signed = make_link(make_in(alice, state), purpose=purpose)
    end = NOW + timedelta(days=days)
    assert Invitation.objects.get().expires_at == end
    assert Guest(signed, end - timedelta(seconds=1)).opened.status_code == 303
    assert Guest(signed, end).opened.status_code == 410


def test_an_old_key_opens_links_while_it_is_a_fallback(alice: User, settings: Settings) -> None:
    signed = make_link(make_in(alice, State.OFFERED))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = secrets.token_urlsafe(64)
    assert Guest(signed).opened.status_code == 303
    assert inviting.reseal_all() == 1
    settings.SECRET_KEY_FALLBACKS = []
    assert Guest(signed).opened.status_code == 404
    again = inviting.again(Invitation.objects.get())
    assert Guest(again).opened.status_code == 303, "the same secret, signed anew"


# --- Guessing -------------------------------------------------------------------------------------


def test_it_cannot_be_guessed_and_little_is_tried(alice: User) -> None:
    client = Client()
    counts: dict[int, int] = {}
    with at(NOW):
        for number in range(1_000):
            signed = f"{secrets.token_urlsafe(32)}.{number:043d}"
            answer = client.get(reverse("promise_links:link_open", args=[signed]))
            counts[answer.status_code] = counts.get(answer.status_code, 0) + 1
        assert counts == {404: LIMITS["link"].amount, 429: 1_000 - LIMITS["link"].amount}
        assert "Retry-After" in answer.headers
        signed = make_link(make_in(alice, State.OFFERED))
        assert client.get(f"/p/{signed}/").status_code == 303, "whoever has a link gets in"
    with connection.cursor() as cursor:
        cursor.execute("SELECT who FROM accounts_trycount WHERE name = 'link'")
        assert [len(who) for (who,) in cursor.fetchall()] == [32], "a digest, no network"


def test_whatever_we_signed_costs_one_query_and_the_rest_none(
    alice: User, django_assert_num_queries: Callable[..., object]
) -> None:
    """So a closed link takes as long as an open one or one that is gone, and junk takes nothing."""
    signed = make_link(make_in(alice, State.OFFERED))
    unknown = inviting.signed_of("answer", secrets.token_urlsafe(32))
    with django_assert_num_queries(1):
        assert inviting.find(signed, NOW)
    with django_assert_num_queries(1):
        assert inviting.find(unknown, NOW) is None
    inviting.revoke(Invitation.objects.get(), NOW)
    with django_assert_num_queries(1), pytest.raises(inviting.Closed):
        inviting.find(signed, NOW)
    with django_assert_num_queries(0):
        assert inviting.find(signed[:-1], NOW) is None
        assert inviting.find("a" * 10_000, NOW) is None
        assert inviting.find("\udcff.é", NOW) is None


def test_the_secret_is_kept_nowhere_in_the_clear(alice: User) -> None:
    signed = make_link(make_in(alice, State.OFFERED))
    secret = signed.partition(".")[0]
    row = Invitation.objects.get()
    assert len(secret) == 43, "256 bits"
    assert secret not in f"{row.__dict__}"
    assert inviting.again(row) == signed


def test_a_form_needs_its_token(alice: User) -> None:
    promise = make_in(alice, State.OFFERED)
    guest = Guest(make_link(promise))
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = guest.client.cookies
    form = guest.form() | {"choice": "accept"}
    form.pop("csrfmiddlewaretoken")
    with at(NOW):
        assert strict.post(guest.url, form).status_code == 403
        token = strict.cookies["csrftoken"].value
        answer = strict.post(guest.url, form | {"csrfmiddlewaretoken": token})
    assert answer.status_code == 303


def test_nobody_is_kept_out_by_what_the_clock_did_meanwhile(alice: User) -> None:
    """An answer to what has lapsed is too late, and changes nothing."""
    promise = make_in(alice, State.OFFERED)
    guest = Guest(make_link(promise))
    form = guest.form() | {"choice": "accept"}
    with act(promise, P) as it:
        answering.withdraw(it)
    count = Event.objects.count()
    assert guest.post(form).status_code == 409
    assert Event.objects.count() == count
