"""How long an answer takes says nothing about who is here (assurance T-07)."""

import gc
import time
from statistics import median

import pytest
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.test import Client

from apps.accounts.adapter import AccountAdapter
from apps.accounts.models import User
from tests.accounts.doing import clear
from tests.factories import PASSWORD

SAMPLES = 60
FLOWS = {
    "log in": ("/accounts/login/", {"login": "%", "password": "not this one"}),
    "log in by code": ("/accounts/login/code/", {"email": "%"}),
    "new password": ("/accounts/password/reset/", {"email": "%"}),
    "sign up": ("/accounts/signup/", {"email": "%", "password1": "a quiet morning here"}),
    "a new code to log in": ("/accounts/login/code/confirm/", {"action": "resend"}),
    "a new code to sign up": ("/accounts/confirm-email/", {"action": "resend"}),
}
# What somebody who asks for a new code sent first; it is not in the time.
BEFORE = {
    "/accounts/login/code/confirm/": FLOWS["log in by code"],
    "/accounts/confirm-email/": FLOWS["sign up"],
}


@pytest.fixture
def real_hash(settings, member: User) -> User:
    """Passwords cost what they cost in life."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
    settings.EMAIL_BACKEND = "apps.accounts.mail.QueuedBackend"
    settings.ACCOUNT_RATE_LIMITS = False
    member.password = ScryptPasswordHasher().encode(PASSWORD, "salt of the sea")
    member.save()
    return member


def measured(path: str, data: dict[str, str], known: str) -> tuple[list[float], list[float]]:
    """Milliseconds on the clock for an address that is known and for others, taken in turns."""
    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(SAMPLES):
        # Whoever comes second finds warmer caches.
        for is_known in (True, False) if number % 2 else (False, True):
            email = known if is_known else f"stranger{number}@example.org"
            client = Client()
            if path in BEFORE:
                first, sent = BEFORE[path]
                client.post(first, filled(sent, email))
            times[is_known].append(milliseconds(client, path, filled(data, email)))
    return times[True], times[False]


def filled(data: dict[str, str], email: str) -> dict[str, str]:
    """The form with this address in it."""
    return {name: value.replace("%", email) for name, value in data.items()}


def milliseconds(client: Client, path: str, data: dict[str, str]) -> float:
    """How long one form takes, as whoever sends it sees; a bad form would be quick and is none."""
    gc.collect()
    began = time.perf_counter()
    answer = client.post(path, data)
    took = (time.perf_counter() - began) * 1000
    # Only a log-in with a wrong password is answered with its form.
    assert answer.status_code == (422 if "password" in data else 302), answer.content.decode()
    return took


def is_telling(known: list[float], unknown: list[float]) -> bool:
    """Whether somebody could tell the two apart: by more than 15 ms and by more than a tenth.

    Both by what is usual and by what is fastest: on a machine that does other things the usual
    time of a log-in wanders by a tenth of itself, the fastest of sixty hardly.
    """
    return all(
        abs(found(known) - found(unknown)) > max(15, 0.1 * max(found(known), found(unknown)))
        for found in (median, min)
    )


def test_it_hashes_a_password_for_an_address_that_is_known(
    member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(User, "set_password", lambda _user, password: hashed.append(password))
    path, data = FLOWS["sign up"]
    Client().post(path, data | {"email": member.email})
    assert hashed == ["a quiet morning here"]


@pytest.mark.nightly
@pytest.mark.parametrize(("path", "data"), FLOWS.values(), ids=FLOWS.keys())
def test_it_takes_as_long_for_a_stranger(real_hash: User, path: str, data: dict) -> None:
    known, unknown = measured(path, data, real_hash.email)
    for found in (median, min):
        print(f"{path} {found.__name__}: {found(known):.1f} ms, unknown {found(unknown):.1f} ms")
    assert not is_telling(known, unknown)
    clear("procrastinate_jobs")


@pytest.mark.nightly
def test_it_would_see_mail_that_is_sent_at_once(real_hash: User, monkeypatch) -> None:
    """The control: a mail server that is asked within the request."""
    send = AccountAdapter.send_mail

    def slowly(self: AccountAdapter, prefix: str, email: str, context: dict) -> None:
        if email == real_hash.email:
            time.sleep(0.05)
        send(self, prefix, email, context)

    monkeypatch.setattr(AccountAdapter, "send_mail", slowly)
    path, data = FLOWS["new password"]
    assert is_telling(*measured(path, data, real_hash.email))
