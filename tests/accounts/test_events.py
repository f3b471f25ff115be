"""Security events: what is noted, how little of it, for whom, and for how long."""

import logging
from datetime import UTC, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from apps.accounts import events
from apps.accounts.models import SecurityEvent, User
from tests.accounts.doing import FIREFOX, logged_in
from tests.factories import NOW
from tests.htmx import soup

Kind = SecurityEvent.Kind
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/26.0 Mobile/15E148 Safari/604.1"
)
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/156.0.0.0 Safari/537.36"
)


def make_event(user: User, **over) -> SecurityEvent:
    values = {"kind": Kind.LOGGED_IN, "happened_at": NOW} | over
    return SecurityEvent.objects.create(owner=user, **values)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("192.168.1.20", "192.168.1.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("", ""),
        ("nonsense", ""),
    ],
)
def test_it_notes_a_network_and_no_address(rf, address: str, network: str) -> None:
    assert events.network_of(rf.get("/", REMOTE_ADDR=address)) == network


def test_it_is_not_told_a_network_by_a_stranger(rf) -> None:
    request = rf.get("/", REMOTE_ADDR="203.0.113.77", HTTP_X_FORWARDED_FOR="198.51.100.1")
    assert events.network_of(request) == "203.0.113.0/24"


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (FIREFOX, "Firefox, Linux"),
        (SAFARI, "Safari, iOS"),
        (CHROME, "Chrome, Windows"),
        (CHROME + " Edg/156.0.0.0", "Edge, Windows"),
        ("curl/8.0", ""),
        ("", ""),
        ("<script>alert(1)</script>" * 500, ""),
    ],
)
def test_it_notes_a_device_in_two_words(rf, agent: str, device: str) -> None:
    assert events.device_of(rf.get("/", HTTP_USER_AGENT=agent)) == device


def test_it_knows_which_request_it_was(member: User) -> None:
    logged_in(member)
    event = SecurityEvent.objects.for_user(member).get(kind=Kind.LOGGED_IN)
    assert isinstance(event.request, UUID)
    assert event.happened_at.tzinfo is UTC
    assert timezone.now() - event.happened_at < timedelta(minutes=1)


def test_it_cannot_be_changed(alice: User) -> None:
    event = make_event(alice)
    event.kind = Kind.LOGGED_OUT
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        event.save()
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        SecurityEvent.objects.update(device="x")


def test_it_goes_after_half_a_year(alice: User) -> None:
    old = make_event(alice, happened_at=NOW - timedelta(days=180, seconds=1))
    kept = make_event(alice, happened_at=NOW - timedelta(days=179))
    assert events.purge(NOW) == 1
    assert not SecurityEvent.objects.filter(pk=old.pk).exists()
    assert SecurityEvent.objects.filter(pk=kept.pk).exists()


def test_it_is_shown_to_its_owner_by_their_own_clock(alice: User, alice_client: Client) -> None:
    moment = timezone.now().replace(hour=23, minute=30) - timedelta(days=2)
    make_event(alice, happened_at=moment, device="Firefox, Linux", network="203.0.113.0/24")
    alice.time_zone = "Pacific/Kiritimati"
    alice.save()
    page = soup(alice_client.get("/settings/activity/"))
    (row,) = page.select(".rows > li")
    assert "Logged in" in row.get_text()
    assert "1:30" in row.get_text()
    assert "Firefox, Linux" in row.get_text()
    assert "network 203.0.113.0/24" in row.get_text()


def test_it_is_shown_to_nobody_else(alice: User, bob_client: Client) -> None:
    make_event(alice, happened_at=timezone.now(), device="Firefox, Linux")
    assert "Firefox, Linux" not in bob_client.get("/settings/activity/").content.decode()


def test_it_is_shown_for_ninety_days(alice: User, alice_client: Client) -> None:
    make_event(alice, happened_at=timezone.now() - timedelta(days=91))
    page = soup(alice_client.get("/settings/activity/"))
    assert page.select(".rows > li") == []
    assert "Nothing yet." in page.get_text()


def test_it_is_shown_in_pages(alice: User, alice_client: Client, django_assert_num_queries) -> None:
    now = timezone.now()
    for number in range(60):
        make_event(alice, happened_at=now - timedelta(minutes=number))
    with django_assert_num_queries(4):  # session, person, count, rows
        page = soup(alice_client.get("/settings/activity/"))
    assert len(page.select(".rows > li")) == 50
    older = page.select_one("a[rel=next]")
    assert older is not None
    assert (
        len(soup(alice_client.get(f"/settings/activity/{older['href']}")).select(".rows > li"))
        == 10
    )
    assert alice_client.get("/settings/activity/?page=nonsense").status_code == 200


def test_it_is_written_once_for_a_burst_when_asked(alice: User, rf) -> None:
    burst = timedelta(minutes=10)
    found = [
        events.record(Kind.REFUSED, alice, rf.get("/"), NOW + timedelta(minutes=m), once_in=burst)
        for m in (0, 5, 9, 11)
    ]
    assert [event is not None for event in found] == [True, False, False, True]


def test_it_tells_a_mail_the_person_s_own_time(alice: User) -> None:
    event = make_event(alice)
    assert events.told(event, alice)["when"] == "2026-11-20 19:30 (Europe/Vienna)"


def forged(user: User | None, **headers: str) -> Client:
    """Send a form without its token from a browser of theirs, or of nobody's."""
    client = Client(enforce_csrf_checks=True)
    if user:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post("/people/new/", {"name": "Ana"}, headers=headers).status_code == 403
    return client


REFUSALS = [
    {"Accept": "text/html"},
    {"Accept": "application/json"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Accept": "application/json"},
]


@pytest.mark.parametrize("headers", REFUSALS, ids=str)
def test_it_notes_a_form_that_was_refused(alice: User, headers: dict[str, str]) -> None:
    forged(alice, **headers)
    (event,) = SecurityEvent.objects.for_user(alice)
    assert event.kind == Kind.REFUSED


def test_it_notes_a_burst_of_refusals_once(alice: User) -> None:
    for headers in REFUSALS:
        forged(alice, **headers)
    assert SecurityEvent.objects.for_user(alice).count() == 1


@pytest.mark.parametrize("headers", REFUSALS, ids=str)
def test_a_stranger_s_form_that_was_refused_is_a_line_in_the_log(
    db, headers: dict[str, str], caplog
) -> None:
    caplog.set_level(logging.INFO, "throughline.request")
    forged(None, **headers)
    assert not SecurityEvent.objects.exists()
    (line,) = [record for record in caplog.records if record.name == "throughline.request"]
    assert (line.route, line.method, line.status) == ("people:person_create", "POST", 403)
    assert line.person is None


def test_it_notes_logging_out(member: User) -> None:
    logged_in(member).post("/accounts/logout/")
    kinds = SecurityEvent.objects.for_user(member).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == [Kind.LOGGED_IN, Kind.LOGGED_OUT]
