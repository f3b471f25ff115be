"""The secret key is changed: nobody notices while the old one is a fallback (assurance O-1)."""

import json
import secrets
import time

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django.fixtures import Settings

from apps.accounts import factors
from apps.accounts.keys import InvalidToken, seal
from apps.accounts.models import User
from apps.accounts.tasks import sweep
from tests.accounts.doing import (
    clear,
    code_in,
    confirmed_client,
    is_logged_in,
    log_in,
    logged_in,
    set_up_app,
    totp,
)


def change_key(settings: Settings) -> None:
    """What an operator does: a new key, and the old one beside it."""
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = secrets.token_urlsafe(64)


def log_in_with(secret: str, member: User) -> Client:
    """A browser in which they gave their password and the digits of their app."""
    clear("cache")  # where digits that were used are noted
    client = Client()
    log_in(client, member)
    client.post("/accounts/2fa/authenticate/", {"code": totp(secret)})
    return client


def test_whoever_is_logged_in_stays(member: User, settings: Settings) -> None:
    client = logged_in(member)
    change_key(settings)
    assert is_logged_in(client)


def test_who_came_by_stays_when_the_old_key_goes_and_who_did_not_logs_in_again(
    member: User, settings: Settings
) -> None:
    seen, unseen = logged_in(member), logged_in(member)
    change_key(settings)
    assert is_logged_in(seen)
    settings.SECRET_KEY_FALLBACKS = []
    assert is_logged_in(seen)
    answer = unseen.get("/today/")
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        "/accounts/login/?next=/today/",
    )
    assert log_in(unseen, member).status_code == 302
    assert is_logged_in(unseen)


def test_mail_that_waits_is_sent(member: User, settings: Settings, queue, mailoutbox) -> None:
    client = Client()
    client.post("/accounts/login/code/", {"email": member.email})
    change_key(settings)
    assert queue() == 1
    client.post("/accounts/login/code/confirm/", {"code": code_in(mailoutbox)})
    assert is_logged_in(client)


def test_mail_that_waits_without_its_key_is_not_sent(
    member: User, settings: Settings, queue
) -> None:
    Client().post("/accounts/login/code/", {"email": member.email})
    change_key(settings)
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        queue()


def test_an_app_goes_on_giving_digits(member: User, settings: Settings) -> None:
    secret = set_up_app(confirmed_client(member))
    change_key(settings)
    assert is_logged_in(log_in_with(secret, member))


def test_the_hourly_sweep_seals_second_factors_anew(member: User, settings: Settings) -> None:
    secret = set_up_app(confirmed_client(member))
    codes = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)
    before = codes.wrap().generate_codes()
    change_key(settings)
    sweep(timestamp=int(time.time()))
    settings.SECRET_KEY_FALLBACKS = []
    assert is_logged_in(log_in_with(secret, member))
    codes.refresh_from_db()
    assert codes.wrap().generate_codes() == before


def test_it_seals_anew_what_needs_it_and_nothing_else(member: User, settings: Settings) -> None:
    set_up_app(confirmed_client(member))
    assert factors.reseal_all() == 0
    change_key(settings)
    lost = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)
    lost.data["seed"] = seal("another purpose", "seed")
    lost.save()
    assert factors.reseal_all() == 1
    assert factors.reseal_all() == 0
    kept = json.dumps(lost.data)
    lost.refresh_from_db()
    assert json.dumps(lost.data) == kept


def test_an_app_whose_key_is_gone_is_a_code_that_does_not_match(
    member: User, settings: Settings, caplog
) -> None:
    """An operator took the old key away too soon: a form to try again, and a line in the log."""
    secret = set_up_app(confirmed_client(member))
    settings.SECRET_KEY = secrets.token_urlsafe(64)
    clear("cache")
    client = Client()
    log_in(client, member)
    answer = client.post("/accounts/2fa/authenticate/", {"code": totp(secret)})
    assert answer.status_code == 422
    assert "That did not match." in answer.content.decode()
    assert not is_logged_in(client)
    assert "a second factor was sealed with a key that is not here" in caplog.messages
