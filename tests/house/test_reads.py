"""Looking changes nothing, costs the same however much is there, and asks for one person's rows.

Costs are counted here; what is written and whose rows are asked for, `Writes` and `Unscoped` see in
every request that test_private.py sends, each address looked at by her, a script and a stranger.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import clear_url_caches, include, path, reverse
from django.utils import timezone

from apps.accounts.models import SecurityEvent
from apps.capture.models import ReceivedMail
from apps.cares import resting, stating
from apps.core.models import Owned, new_id
from apps.journal import drafting
from apps.journal.models import EntryCare, SavedSearch
from apps.people.models import Person
from apps.promises.models import Invitation, Letter, PromiseCare
from apps.prompts import preferring
from apps.prompts.models.pack import OpenQuerySet
from apps.sittings import own
from apps.sittings.beginning import let_go
from apps.transfer.models import Outcome
from tests.factories import (
    NOW,
    TODAY,
    make_archive_check,
    make_attachment,
    make_care,
    make_check,
    make_circle,
    make_concern,
    make_contact,
    make_date,
    make_domain,
    make_draft,
    make_ended_sitting,
    make_entry,
    make_export,
    make_hand,
    make_highlight,
    make_own_card,
    make_own_session,
    make_pack,
    make_person,
    make_promise,
    make_prompt,
    make_run,
    make_sitting,
    make_sort,
    make_thread,
    make_upload,
)
from tests.house.routes import ROUTES, Life, Route, log_in, make_token
from tests.house.test_owned import our_models

pytestmark = pytest.mark.django_db

# Tables a look may write and by which addresses, each with the reason why.
ALLAUTH = "account_", "mfa_"
CODES = "mfa_view_recovery_codes", "mfa_download_recovery_codes"
WRITTEN_BY_LOOKING = {
    "accounts_session": (ALLAUTH, "a challenge for a passkey, the secret of an app being set up"),
    "cache": (ALLAUTH, "allauth's rate limits count everything but GET as a try"),
    "mfa_authenticator": (CODES, "allauth notes that the codes have been shown"),
    "probe": ("home:health_ready", "whether the database writes is what it asks; taken back"),
}
SECRET = re.compile(r'"promises_(invitation|calendarfeed)"[.]"digest" = ')
READS = re.compile(r"[\s(]*(SELECT|SAVEPOINT|RELEASE|ROLLBACK|SHOW|DECLARE|FETCH|CLOSE)\b", re.I)
TABLE = re.compile(r'"([a-z_]+)"')
MOST_QUERIES = 8
# The pages of passkeys keep a challenge, which is a transaction of its own.
MORE_QUERIES = {
    "home:today": 12,
    # Before it is kept, a question is chosen: from packs, decks, the past, and all that is open.
    "home:question": 19,
    # What is known, what was promised, what one's word has been, and what was written.
    "people:person_detail": 18,
    # The entry and what it is tied to, and all there is to be picked.
    "journal:entry_sort": 11,
    # What it says, what was said of it and became of it, months, entries and promises about it.
    "cares:care_detail": 10,
    # In how many ways somebody could confirm that it is them is asked first.
    "transfer:export_file": 9,
    "mfa_add_webauthn": 12,
    "mfa_reauthenticate_webauthn": 12,
    # A week that nobody has frozen yet is read from the ledger as well.
    "promises:week_detail": 9,
    # The promise, its terms, events, links, deliveries, worth, the open change, and entries.
    "promises:promise_detail": 11,
}
GETS = [name for name, route in ROUTES.items() if route.get]


class Writes:
    """Notes every statement that is no read and that this address has no reason for."""

    def __init__(self, name: str) -> None:
        self.found: list[str] = []
        self.excused = {
            table for table, (names, _) in WRITTEN_BY_LOOKING.items() if name.startswith(names)
        }

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if not READS.match(sql) and not set(TABLE.findall(sql)[:1]) & self.excused:
            self.found.append(sql[:120])
        return execute(sql, *rest)


class Unscoped:
    """Notes every statement on private rows that does not say whose.

    A row that was asked for by its owner may then be written, and what hangs on it deleted, by its
    id: so a table counts as scoped once a statement of the same request named the owner there.
    """

    def __init__(self) -> None:
        self.found: list[str] = []
        self.scoped: set[str] = set()
        self.private = {
            model._meta.db_table
            for model in our_models()
            if issubclass(model, Owned)
            # Shipped, or somebody's own: the statement says whose beside what is everybody's.
            or isinstance(model._default_manager.all(), OpenQuerySet)
        }

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        private = set(TABLE.findall(sql)) & self.private
        if private and not READS.match(sql) and sql.lstrip().upper().startswith("INSERT"):
            if "owner_id" not in sql:
                self.found.append(sql[:200])
        elif private and re.search(r"\bWHERE\b.*\bowner_id\"? (=|IN)", sql, re.DOTALL):
            self.scoped |= private
        elif SECRET.search(sql):
            # Whoever knows the 256 bits of a link is who it was made for; one row at the most.
            self.scoped |= private
        elif private and not private <= self.scoped | self._hanging():
            self.found.append(sql[:200])
        return execute(sql, *rest)

    def _hanging(self) -> set[str]:
        """Tables whose rows belong to rows of scoped tables, and to the same owner (test_owned)."""
        return {
            model._meta.db_table
            for model in our_models()
            for field in model._meta.concrete_fields
            if field.remote_field and field.related_model._meta.db_table in self.scoped
        }


class Counted:
    """Counts statements."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        self.found.append(sql)
        return execute(sql, *rest)


@contextmanager
def watching(watcher: Any) -> Iterator[list[str]]:
    """What the watcher finds while the block runs."""
    with connection.execute_wrapper(watcher):
        yield watcher.found


def get(client: Client, name: str, life: Life, method: str = "GET", **headers: str) -> HttpResponse:
    """Look at an address of hers."""
    url = reverse(name, kwargs=(ROUTES | PLANTED)[name].kwargs(life))
    return client.generic(method, url, headers=headers)


def many(life: Life, count: int) -> None:
    """So many of each noun: people, entries of today and before, trash, revisions, events."""
    for number in range(count):
        person = make_person(life.user, name=f"Ana {number}", rhythm_weeks=1)
        make_circle(life.user, life.person, person)
        make_concern(life.person)
        make_contact(life.person, day=TODAY - timedelta(days=400 + number))
        make_contact(person, day=TODAY - timedelta(days=40))
        make_date(life.person, label=f"Day {number}", day=1 + number % 28)
        make_care(life.user)
        resting.rest(owner=life.user, care=make_care(life.user).pk, now=NOW)
        common = {"owner": life.user, "care": life.care.pk}
        later = timezone.now() + timedelta(days=life.care.version)
        stating.still_holds(**common, now=later)
        make_sitting(life.user, person=person, now=timezone.now())
        make_ended_sitting(life.user, now=timezone.now())
        let_go(make_sitting(life.user), NOW)
        make_own_session(life.user, name=f"again {number}")
        own.add_step(
            owner=life.user, session=life.own_session.pk, said=own.Said("text", f"again {number}?")
        )
        said = stating.Said(f"again {number}", person=person)
        stating.restate(**common, after=life.care.version, said=said, what_changed="x", now=later)
        life.care.refresh_from_db()
        about = make_entry(life.user, local_date=TODAY - timedelta(days=number))
        EntryCare.objects.create(owner=life.user, care=life.care, entry=about)
        promise = make_promise(life.user)
        PromiseCare.objects.create(owner=life.user, care=life.care, promise=promise)
        make_own_card(life.user)
        make_run(make_sort(life.user, finished=True), 2, finished=True)
        make_sort(life.user)
        make_domain(life.user)
        day = TODAY - timedelta(days=number)
        make_check(life.user, day=day, note="a word")
        make_entry(life.user, local_date=day, mood=1, body="word " * 120, title="a title")
        today = life.user.today(timezone.now())
        make_entry(life.user, local_date=today, answers=life.entry.pk)
        make_entry(life.user, trashed_at=NOW)
        drafting.save(
            owner=life.user,
            entry_id=life.entry.pk,
            draft=make_draft(body=f"again {number}"),
            hand=make_hand(expected_version=life.entry.version),
            now=NOW + timedelta(hours=number + 1),
        )
        life.entry.refresh_from_db()
        SecurityEvent.objects.create(
            owner=life.user, kind=SecurityEvent.Kind.LOGGED_IN, happened_at=timezone.now()
        )
        SavedSearch.objects.create(owner=life.user, name="again", query=str(new_id()))
        make_highlight(life.entry, f"again {number}", note="why?")
        make_thread(life.user)
        preferring.set_pack(life.user, make_pack(life.user, "Again?"), 2)
        liked = make_prompt(life.pack, f"Again {number}?")
        preferring.like(life.user, liked, liked=True)
        preferring.rest(life.user, liked, until=date(2099, 1, 1))
        make_token(life.user)
        ReceivedMail.objects.create(
            owner=life.user,
            digest=str(new_id()),
            arrived_at=timezone.now(),
            outcome="kept",
            entry=life.entry,
        )
        closed = Invitation.objects.create(
            owner=life.user,
            promise=life.offered,
            person_id=life.offered.person_id,
            purpose="answer",
            digest=str(new_id()),
            expires_at=NOW,
            revoked_at=NOW,
        )
        Letter.objects.create(owner=life.user, invitation=closed, number=0, sent_at=NOW)
        make_attachment(life.entry)
        make_attachment(make_entry(life.user), b"words", name="a.txt")
        make_export(life.user)
        make_archive_check(life.user)
        make_upload(life.user, key="")
        about_it = {"owner": life.user, "result": "created", "entry": about}
        for row in (life.upload, life.came_in):
            place = 100 + row.brought.outcomes.count()
            Outcome.objects.create(part_of=row.brought, position=place, **about_it)
        log_in(life.user)


def queries(names: Iterable[str], life: Life, client: Client) -> dict[str, int]:
    """How many statements one look at each of these addresses takes."""
    counted = {}
    for name in names:
        with watching(Counted()) as found:
            get(client, name, life)
        counted[name] = len(found)
    return counted


@pytest.mark.long
def test_no_look_costs_more_when_there_is_more(life) -> None:
    client = log_in(life.user, confirmed=True)
    # What a probe found is kept for some seconds, and asked for again after them.
    looks = [name for name in GETS if name != "home:health_ready"]
    many(life, 1)
    # What is put together once for a process is asked for by the first look.
    queries(looks, life, client)
    few = queries(looks, life, client)
    many(life, 12)
    much = queries(looks, life, client)
    assert much == few
    assert {n: c for n, c in much.items() if c > MORE_QUERIES.get(n, MOST_QUERIES)} == {}


def test_it_catches_a_look_that_costs_more(life, planted) -> None:
    client = log_in(life.user)
    few = queries(["one_by_one"], life, client)
    many(life, 3)
    assert queries(["one_by_one"], life, client)["one_by_one"] > few["one_by_one"]


# --- Planted faults ---------------------------------------------------------------------------


def one_by_one(request: HttpRequest) -> HttpResponse:
    """Asks for each person's row again."""
    people = Person.objects.for_user(request.user)
    names = [Person.objects.for_user(request.user).get(pk=person.pk).name for person in people]
    return HttpResponse(", ".join(names))


PLANTED = {"one_by_one": Route(ROUTES["home:today"].who)}
urlpatterns = [
    path("", include("config.urls")),
    path("planted/one-by-one/", one_by_one, name="one_by_one"),
]


@pytest.fixture
def planted(settings) -> Iterator[None]:
    """Addresses with a fault each, beside the real ones."""
    settings.ROOT_URLCONF = __name__
    yield
    clear_url_caches()
