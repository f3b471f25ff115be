"""Dangerous acts ask once more that it is you: for a quarter of an hour, and never by mail."""

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import SecurityEvent, Session, User
from apps.core.models import new_id
from tests.accounts.doing import (
    code_in,
    confirm,
    confirmed_client,
    key_of,
    logged_in,
    make_member,
    set_up_app,
    totp,
    with_key,
)

DANGEROUS = {
    "delete the account": ("get", "/settings/delete/"),
    "delete the account, sent": ("post", "/settings/delete/"),
    "end a device": ("post", f"/settings/devices/{new_id()}/end/"),
    "end all devices": ("post", "/settings/devices/end-others/"),
    "set up an app": ("get", "/accounts/2fa/totp/activate/"),
    "add a passkey": ("get", "/accounts/2fa/webauthn/add/"),
    "make recovery codes": ("post", "/accounts/2fa/recovery-codes/generate/"),
    "change the address": ("post", "/accounts/email/"),
}


@pytest.mark.parametrize(("method", "path"), DANGEROUS.values(), ids=DANGEROUS.keys())
def test_it_is_asked_before_anything_dangerous(member: User, method: str, path: str) -> None:
    client = logged_in(member)
    data = {"email": "other@example.org", "action_add": "1"} if "email" in path else {}
    answer = getattr(client, method)(path, data)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/reauthenticate/?next=")


def test_it_is_asked_before_recovery_codes_are_shown(member: User, monkeypatch) -> None:
    client = confirmed_client(member)
    set_up_app(client)
    assert client.get("/accounts/2fa/recovery-codes/").status_code == 200
    _pass(monkeypatch, minutes=16)
    for path in ("", "download/"):
        answer = client.get(f"/accounts/2fa/recovery-codes/{path}")
        assert "reauthenticate" in answer["Location"]


def test_it_holds_for_fifteen_minutes_however_often_it_is_used(member: User, monkeypatch) -> None:
    client = confirmed_client(member)
    for minutes in (5, 5, 4):
        _pass(monkeypatch, minutes=minutes)
        assert client.get("/settings/delete/").status_code == 200
    _pass(monkeypatch, minutes=2)
    assert client.get("/settings/delete/").status_code == 302


def test_it_goes_on_with_what_was_sent(member: User) -> None:
    client = logged_in(member)
    other = logged_in(member)
    sent = client.post("/settings/devices/end-others/")
    page = client.post(
        sent["Location"], {"password": "a quiet morning", "next": "/settings/devices/end-others/"}
    )
    assert page.status_code == 302
    assert other.get("/settings/").status_code == 302
    assert client.get("/settings/").status_code == 200


def test_it_wants_the_right_password(member: User) -> None:
    client = logged_in(member)
    answer = confirm(client, "not this one")
    assert answer.status_code == 422
    assert client.get("/settings/delete/").status_code == 302
    kinds = SecurityEvent.objects.for_user(member).values_list("kind", flat=True)
    assert SecurityEvent.Kind.LOGIN_FAILED in kinds


def test_it_gives_the_session_a_new_key(member: User) -> None:
    client = logged_in(member)
    before = key_of(client)
    confirm(client)
    assert key_of(client) != before
    assert not Session.objects.filter(session_key=before).exists()
    assert with_key(before).get("/settings/").status_code == 302


def test_it_takes_the_app_as_well(member: User, monkeypatch) -> None:
    client = confirmed_client(member)
    secret = set_up_app(client)
    _pass(monkeypatch, minutes=20)
    before = key_of(client)
    answer = client.post(
        "/accounts/2fa/reauthenticate/?next=/settings/delete/",
        {"code": totp(secret), "next": "/settings/delete/"},
    )
    assert answer["Location"] == "/settings/delete/"
    assert client.get("/settings/delete/").status_code == 200
    assert key_of(client) != before


def test_it_never_takes_a_mailed_code(member: User, mailoutbox) -> None:
    client = Client()
    client.post("/accounts/login/code/", {"email": member.email})
    client.post("/accounts/login/code/confirm/", {"code": code_in(mailoutbox)})
    assert client.get("/settings/").status_code == 200
    assert "reauthenticate" in client.get("/settings/delete/")["Location"]


def test_it_has_whoever_only_logs_in_by_mail_set_a_password(db, mailoutbox) -> None:
    user = make_member(password=None)
    client = Client()
    client.post("/accounts/login/code/", {"email": user.email})
    client.post("/accounts/login/code/confirm/", {"code": code_in(mailoutbox)})
    assert client.get("/settings/delete/")["Location"] == "/accounts/password/set/"
    assert client.get("/accounts/password/set/").status_code == 200


def test_it_is_noted_each_time_and_mailed_once_a_day(member: User, mailoutbox) -> None:
    client = logged_in(member)
    for _ in range(3):
        confirm(client)
    events = SecurityEvent.objects.for_user(member)
    assert events.filter(kind=SecurityEvent.Kind.REAUTHENTICATED).count() == 3
    subjects = [mail.subject for mail in mailoutbox]
    assert subjects.count("You confirmed that it is you") == 1


def test_it_stays_open_to_whoever_is_logged_in_while_strangers_try(member: User) -> None:
    client = logged_in(member)
    stranger = Client(REMOTE_ADDR="203.0.113.5")
    for _ in range(7):
        stranger.post("/accounts/login/", {"login": member.email, "password": "guess guess"})
    locked = stranger.post(
        "/accounts/login/", {"login": member.email, "password": "a quiet morning"}
    )
    assert locked.status_code == 429
    assert client.get("/today/").status_code == 200
    assert confirm(client).status_code == 302


def _pass(monkeypatch, *, minutes: int) -> None:
    """Let time go by, for allauth and for us."""
    then = time.time() + minutes * 60
    monkeypatch.setattr("time.time", lambda: then)
    moment = timezone.now() + timedelta(minutes=minutes)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
