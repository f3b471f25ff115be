"""Sessions: a new key whenever more is trusted, the old one dead, and an end to each."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import SecurityEvent, Session, User
from apps.accounts.sessions import SessionStore
from tests.accounts.doing import (
    FIREFOX,
    code_in,
    confirm,
    confirmed_client,
    is_logged_in,
    key_of,
    log_in,
    logged_in,
    make_member,
    session_of,
    set_up_app,
    totp,
    with_key,
)
from tests.factories import PASSWORD

NEW = "another quiet morning"


def change_password(client: Client, user: User, mails) -> None:
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post("/accounts/password/change/", data).status_code == 302


def change_address(client: Client, user: User, mails) -> None:
    client.post("/accounts/email/", {"email": "else@example.org", "action_add": "1"})
    answer = client.post("/accounts/confirm-email/", {"code": code_in(mails)})
    assert answer.status_code == 302
    assert EmailAddress.objects.get(user=user).email == "else@example.org"


def add_app(client: Client, user: User, mails) -> None:
    set_up_app(client)


def remove_app(client: Client, user: User, mails) -> None:
    assert client.post("/accounts/2fa/totp/deactivate/").status_code == 302


def make_codes(client: Client, user: User, mails) -> None:
    assert client.post("/accounts/2fa/recovery-codes/generate/").status_code == 302


def end_others(client: Client, user: User, mails) -> None:
    assert client.post("/settings/devices/end-others/").status_code == 302


def ask_for_deletion(client: Client, user: User, mails) -> None:
    answer = client.post("/settings/delete/", {"email": user.email})
    assert answer["Location"] == "/settings/keep/"


ACTS: dict[str, Callable] = {
    "password changed": change_password,
    "address changed": change_address,
    "app added": add_app,
    "app removed": remove_app,
    "codes made": make_codes,
    "others ended": end_others,
    "deletion asked for": ask_for_deletion,
}
KEEP_THEIR_KEY = {"others ended", "deletion asked for"}
WITH_APP = {"app removed", "codes made"}


@pytest.fixture
def act(
    request, clear_cache, transactional_db, mailoutbox
) -> tuple[str, Client, str, list[Client]]:
    """One of ACTS done in one of three browsers: that one, its key before, and the two others."""
    user = make_member(email="mira@example.org")
    client = confirmed_client(user)
    secret = set_up_app(client) if request.param in WITH_APP else None
    others = []
    for _ in range(2):
        other = Client()
        log_in(other, user)
        if secret:
            code = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"][0]
            other.post("/accounts/2fa/authenticate/", {"code": code})
        assert is_logged_in(other)
        others.append(other)
    before = key_of(client)
    ACTS[request.param](client, user, mailoutbox)
    return request.param, client, before, others


@pytest.mark.parametrize("act", ACTS, indirect=True)
def test_it_ends_the_others(act) -> None:
    _, _, _, others = act
    assert [is_logged_in(other) for other in others] == [False, False]


@pytest.mark.parametrize("act", ACTS, indirect=True)
def test_it_leaves_this_one(act) -> None:
    name, client, _, _ = act
    page = client.get("/settings/keep/" if name == "deletion asked for" else "/settings/")
    assert page.status_code == 200


@pytest.mark.parametrize(
    "act", [name for name in ACTS if name not in KEEP_THEIR_KEY], indirect=True
)
def test_it_changes_the_key_and_kills_the_old_one(act) -> None:
    _, client, before, _ = act
    assert key_of(client) != before
    assert not is_logged_in(with_key(before))


@pytest.mark.parametrize("act", ACTS, indirect=True)
def test_it_leaves_no_row_behind(act) -> None:
    _, client, _, _ = act
    assert list(Session.objects.exclude(owner=None).values_list("session_key", flat=True)) == [
        key_of(client)
    ]


def test_it_has_a_new_key_after_logging_in(member: User) -> None:
    client = Client()
    client.post("/accounts/login/code/", {"email": member.email})
    before = key_of(client)
    log_in(client, member)
    client.post("/accounts/logout/")
    client = with_key(before)
    log_in(client, member)
    assert key_of(client) != before
    assert not is_logged_in(with_key(before))


def test_it_has_a_new_key_after_the_second_factor(member: User) -> None:
    secret = set_up_app(confirmed_client(member))
    client = Client()
    log_in(client, member)
    before = key_of(client)
    client.post("/accounts/2fa/authenticate/", {"code": totp(secret)})
    assert key_of(client) != before
    assert not is_logged_in(with_key(before))


def test_it_has_a_new_key_after_confirming(member: User) -> None:
    client = logged_in(member)
    before = key_of(client)
    confirm(client)
    assert key_of(client) != before
    assert not is_logged_in(with_key(before))


def test_it_dies_with_logging_out(member: User) -> None:
    client = logged_in(member)
    key = key_of(client)
    answer = client.post("/accounts/logout/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.filter(session_key=key).exists()
    assert not is_logged_in(with_key(key))


def test_it_leaves_other_browsers_when_one_logs_out(member: User) -> None:
    here, there = logged_in(member), logged_in(member)
    here.post("/accounts/logout/")
    assert is_logged_in(there)


def test_it_does_not_clear_a_browser_that_was_not_logged_in(db) -> None:
    assert "Clear-Site-Data" not in Client().post("/accounts/logout/")


def test_it_asks_before_logging_out(member: User) -> None:
    client = logged_in(member)
    page = client.get("/accounts/logout/")
    assert page.status_code == 200
    assert b"data-logout" in page.content
    assert is_logged_in(client)


def test_it_dies_when_the_account_is_switched_off(member: User) -> None:
    client = logged_in(member)
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert not is_logged_in(client)


def test_it_dies_with_its_owner(member: User) -> None:
    client = logged_in(member)
    member.delete()
    assert not is_logged_in(client)
    assert not Session.objects.exclude(owner=None).exists()


def test_it_ends_after_fourteen_days_without_a_visit(member: User, monkeypatch) -> None:
    client = logged_in(member)
    _pass(monkeypatch, timedelta(days=13, hours=23))
    assert is_logged_in(client)
    _pass(monkeypatch, timedelta(days=14, minutes=1))
    assert not is_logged_in(client)


def test_it_ends_after_ninety_days_whatever_happens(member: User, monkeypatch) -> None:
    client = logged_in(member)
    for _ in range(9):
        _pass(monkeypatch, timedelta(days=9, hours=23))
        assert is_logged_in(client)
    _pass(monkeypatch, timedelta(hours=10))
    assert not is_logged_in(client)


def test_it_counts_ninety_days_through_a_new_key(member: User, monkeypatch) -> None:
    client = logged_in(member)
    began_at = session_of(client).began_at
    _pass(monkeypatch, timedelta(days=10))
    confirm(client)
    assert session_of(client).began_at == began_at


def test_it_is_renewed_once_a_day_at_most(member: User, monkeypatch) -> None:
    client = logged_in(member)
    writes = []
    for hours in (1, 20, 5, 10, 15):
        _pass(monkeypatch, timedelta(hours=hours))
        before = session_of(client).expire_date
        client.get("/people/")
        writes.append(session_of(client).expire_date != before)
    assert writes == [False, False, True, False, True]


def test_it_is_written_by_no_visit_on_the_same_day(
    member: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = logged_in(member)
    with django_assert_num_queries(4) as queries:  # session, person, people, circles
        client.get("/people/")
    assert all(query["sql"].startswith("SELECT") for query in queries.captured_queries)


def test_it_goes_when_it_is_over(member: User, monkeypatch) -> None:
    logged_in(member)
    _pass(monkeypatch, timedelta(days=15))
    SessionStore.clear_expired()
    assert not Session.objects.exists()


def test_it_has_a_cookie_that_scripts_and_strangers_cannot_have(member: User) -> None:
    client = logged_in(member)
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert cookie["domain"] == ""


def test_it_is_on_the_list_of_devices(member: User) -> None:
    client = logged_in(member, HTTP_USER_AGENT=FIREFOX)
    logged_in(member, HTTP_USER_AGENT="curl/8.0")
    page = client.get("/settings/devices/")
    devices = page.context["devices"]
    assert [(device.name, device.is_here) for device in devices] == [
        ("Firefox, Linux", True),
        ("", False),
    ]
    assert key_of(client) not in page.content.decode()


def test_it_lists_any_number_of_devices_with_one_query(
    member: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = logged_in(member)
    for _ in range(5):
        logged_in(member, REMOTE_ADDR="203.0.113.9")
    with django_assert_num_queries(3):
        client.get("/settings/devices/")


def test_it_can_be_ended_from_the_list(member: User) -> None:
    client, other = confirmed_client(member), logged_in(member)
    row = session_of(other)
    answer = client.post(f"/settings/devices/{row.id}/end/")
    assert answer["Location"] == "/settings/devices/"
    assert not is_logged_in(other)
    assert is_logged_in(client)
    kinds = SecurityEvent.objects.for_user(member).values_list("kind", flat=True)
    assert SecurityEvent.Kind.SESSION_ENDED in kinds


def test_it_cannot_be_ended_by_somebody_else(member: User, bob: User) -> None:
    theirs = Client()
    theirs.force_login(bob)
    client = confirmed_client(member)
    assert client.post(f"/settings/devices/{session_of(theirs).id}/end/").status_code == 404
    assert is_logged_in(theirs)


def test_it_does_not_end_itself_from_the_list(member: User) -> None:
    client = confirmed_client(member)
    assert client.post(f"/settings/devices/{session_of(client).id}/end/").status_code == 404


def _pass(monkeypatch, time: timedelta) -> None:
    moment = timezone.now() + time
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
