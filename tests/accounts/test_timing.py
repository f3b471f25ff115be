"""How long an answer takes says nothing about who is here (assurance T-07)."""

import gc
import time
from collections.abc import Callable
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


def medians(path: str, data: dict[str, str], known: str) -> tuple[float, float]:
    """Milliseconds for an address that is known and for ones that are not, taken in turns."""
    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(SAMPLES):
        for is_known in (True, False):
            email = known if is_known else f"stranger{number}@example.org"
            filled = {name: value.replace("%", email) for name, value in data.items()}
            times[is_known].append(_milliseconds(lambda f=filled: Client().post(path, f)))
    return median(times[True]), median(times[False])


def _milliseconds(act: Callable[[], object]) -> float:
    gc.collect()
    began = time.process_time()
    act()
    return (time.process_time() - began) * 1000


def is_telling(known: float, unknown: float) -> bool:
    """Whether somebody could tell the two apart: by more than 15 ms and by more than a tenth."""
    return abs(known - unknown) > 15 and abs(known - unknown) > 0.1 * max(known, unknown)


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
    known, unknown = medians(path, data, real_hash.email)
    print(f"{path} known {known:.1f} ms, unknown {unknown:.1f} ms")
    assert not is_telling(known, unknown)
    clear("procrastinate_jobs")


@pytest.mark.nightly
def test_it_would_see_mail_that_is_sent_at_once(real_hash: User, monkeypatch) -> None:
    """The control: a mail server that is asked within the request."""
    send = AccountAdapter.send_mail

    def slowly(self: AccountAdapter, prefix: str, email: str, context: dict) -> None:
        if email == real_hash.email:
            began = time.process_time()
            while time.process_time() - began < 0.05:
                pass
        send(self, prefix, email, context)

    monkeypatch.setattr(AccountAdapter, "send_mail", slowly)
    path, data = FLOWS["new password"]
    assert is_telling(*medians(path, data, real_hash.email))
