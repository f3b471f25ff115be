"""Rate limits: one count for all workers, right when many try at once, kind in what they say."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from allauth.core.internal.ratelimit import parse_rates
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from apps.accounts import limits
from apps.accounts.models import SecurityEvent, TryCount, User
from apps.accounts.views.limits import MINUTE, WINDOWS
from tests.accounts.attack import PROCESSES
from tests.e2e.server import url_of
from tests.factories import NOW

ROOT = Path(__file__).resolve().parents[2]
FEW = 2


# --- our own: one statement a try -----------------------------------------------------------


def test_it_lets_through_as_many_as_it_says(db) -> None:
    answers = [limits.is_over("save", "mira", NOW) for _ in range(122)]
    assert answers == [False] * 120 + [True] * 2


def test_it_counts_each_person_apart(db) -> None:
    for _ in range(121):
        limits.is_over("save", "mira", NOW)
    assert not limits.is_over("save", "bob", NOW)


def test_it_begins_again_with_the_next_window(db) -> None:
    for _ in range(121):
        limits.is_over("save", "mira", NOW)
    assert not limits.is_over("save", "mira", NOW + timedelta(seconds=60))


def test_it_is_one_statement(db, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        limits.is_over("save", "mira", NOW)


def test_it_is_right_when_many_try_at_once(transactional_db) -> None:
    now = timezone.now()

    def attack(_: int) -> int:
        passed = sum(not limits.is_over("save", "mira", now) for _ in range(50))
        connection.close()
        return passed

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attack, range(8))) == 120


def test_it_catches_counting_that_reads_before_it_writes(transactional_db) -> None:
    """The control: a count in two steps lets too many through, and this test would see it."""
    now = timezone.now()
    TryCount.objects.create(name="save", who="mira", window_began_at=now, tries=0)

    def attack(_: int) -> int:
        passed = 0
        for _ in range(50):
            tries = TryCount.objects.get(name="save", who="mira").tries + 1
            TryCount.objects.filter(name="save", who="mira").update(tries=tries)
            passed += tries <= 120
        connection.close()
        return passed

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attack, range(8))) > 120


def test_it_does_not_write_a_log(db) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relpersistence FROM pg_class"
            " WHERE relname IN ('accounts_trycount', 'cache')"
        )
        assert dict(cursor.fetchall()) == {"accounts_trycount": "u", "cache": "u"}


def test_it_forgets_windows_that_are_over(db, clear_cache) -> None:
    limits.is_over("save", "mira", NOW)
    cache.set("a", 1, timeout=1)
    cache.set("b", 1, timeout=10_000_000)
    limits.purge(timezone.now() + timedelta(minutes=5))
    assert not TryCount.objects.exists()
    assert cache.get("b") == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache")
        assert cursor.fetchone() == (1,)


def test_it_slows_down_saving(alice: User, alice_client: Client, monkeypatch) -> None:
    from tests.factories import form_data

    monkeypatch.setitem(limits.LIMITS, "save", limits.Limit(2, 60))
    path = "/journal/01939c3f-0000-7000-8000-000000000000/save/"
    found = [
        alice_client.post(path, form_data(alice), headers={"Accept": "application/json"})
        for _ in range(3)
    ]
    assert [answer.status_code for answer in found[:2]] == [200, 200]
    assert found[2].status_code == 429
    assert int(found[2]["Retry-After"]) > 0


# --- allauth's, in the shared cache ---------------------------------------------------------

LOGIN = ("/accounts/login/", {"login": "mira@example.org", "password": "guess guess"})


def attack(path: str, data: dict[str, str], *, spoof: bool = False, times: int = 8) -> list[int]:
    """Two processes with four threads each send the form `times` times a thread."""
    environment = {
        **os.environ,
        "DATABASE_URL": url_of(connection.settings_dict),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "LOG_LEVEL": "CRITICAL",
        "ALLOWED_HOSTS": "testserver",
    }
    command = [sys.executable, "-m", "tests.accounts.attack", path, json.dumps(data), "4"]
    output = subprocess.check_output(
        [*command, str(times), *(["spoof"] if spoof else [])],
        cwd=ROOT,
        env=environment,
        text=True,
        timeout=120,
    )
    lines = [line for line in output.splitlines() if line.startswith("statuses ")]
    assert len(lines) == PROCESSES
    return [status for line in lines for status in json.loads(line.removeprefix("statuses "))]


def test_it_holds_against_guessing_one_password_from_two_processes(
    clear_cache, transactional_db, member: User
) -> None:
    statuses = attack(*LOGIN)
    assert len(statuses) == 64
    assert set(statuses) == {422, 429}
    assert 1 <= statuses.count(422) <= 5 + FEW
    # Those processes have ended, and another one still knows.
    assert Client(REMOTE_ADDR="203.0.113.66").post(*LOGIN).status_code == 429


@pytest.mark.parametrize("times", [40, pytest.param(125, marks=pytest.mark.nightly)])
def test_it_is_not_fooled_by_hundreds_of_made_up_addresses(
    clear_cache, transactional_db, times
) -> None:
    data = {"login": "a%@example.org", "password": "guess guess"}
    statuses = attack(LOGIN[0], data, spoof=True, times=times)
    assert len(statuses) == 8 * times
    assert 1 <= statuses.count(422) <= 10 + FEW


def test_it_holds_against_signing_up_without_end(clear_cache, db) -> None:
    for number in range(22):
        data = {"email": f"n{number}@example.org", "password1": "a quiet morning here"}
        answer = Client().post("/accounts/signup/", data)
    assert answer.status_code == 429
    assert answer["Retry-After"] == "3600"
    assert User.objects.count() == 20


def test_it_makes_one_account_of_many_tries_at_once(clear_cache, transactional_db) -> None:
    data = {"email": "mira@example.org", "password1": "a quiet morning here"}
    statuses = attack("/accounts/signup/", data, times=2)
    assert set(statuses) <= {302, 429}
    assert User.objects.count() == 1


def test_it_holds_against_asking_for_codes_without_end(
    clear_cache, member: User, mailoutbox
) -> None:
    for path in ("/accounts/password/reset/", "/accounts/login/code/"):
        statuses = [Client().post(path, {"email": member.email}).status_code for _ in range(7)]
        assert statuses == [302] * 5 + [429] * 2, path
    assert len(mailoutbox) == 10


def test_it_trusts_a_proxy_only_when_told(clear_cache, db, settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(12):
        answer = Client().post(*LOGIN, headers={"X-Forwarded-For": f"198.51.100.{number}"})
    assert answer.status_code in {422, 429}
    data = {"login": "b@example.org", "password": "guess guess"}
    answer = Client().post(LOGIN[0], data, headers={"X-Forwarded-For": "198.51.100.99"})
    assert answer.status_code == 422


def test_it_is_not_pushed_out_by_other_counts(clear_cache, db) -> None:
    """With the default of 300 entries a flood of names would cull everybody's counts."""
    for _ in range(5):
        Client(REMOTE_ADDR="203.0.113.66").post(*LOGIN)
    for number in range(700):
        cache.set(f"allauth:rl:flood:{number:04}", [1.0], 600)
    answer = Client(REMOTE_ADDR="198.51.100.1").post(*LOGIN)
    assert answer.status_code == 429


def test_it_forgets_the_count_after_a_reset(clear_cache, member: User, mailoutbox) -> None:
    from tests.accounts.test_password_reset import NEW, reset

    for _ in range(6):
        Client().post(*LOGIN)
    reset(member, mailoutbox)
    answer = Client(REMOTE_ADDR="198.51.100.1").post(
        LOGIN[0], {"login": member.email, "password": NEW}
    )
    assert answer.status_code == 302


# --- what is said ---------------------------------------------------------------------------


def test_it_says_so_kindly_and_for_how_long(clear_cache, db) -> None:
    for number in range(11):
        page = Client().post(
            LOGIN[0], {"login": f"a{number}@example.org", "password": "guess guess"}
        )
    assert page.status_code == 429
    assert page["Retry-After"] == "60"
    assert "One moment, please" in page.content.decode()
    assert "Wait 1 minute," in page.content.decode()


def test_it_says_so_on_the_form_when_a_name_was_tried_too_often(clear_cache, member: User) -> None:
    for _ in range(6):
        page = Client().post(*LOGIN)
    assert page.status_code == 429
    assert page["Retry-After"] == "300"
    assert "Wait five minutes" in page.content.decode()


def test_it_tells_scripts_in_their_words(clear_cache, db) -> None:
    for number in range(11):
        data = {"login": f"a{number}@example.org", "password": "guess guess"}
        answer = Client().post(LOGIN[0], data, headers={"Accept": "application/json"})
    assert answer.status_code == 429
    assert answer.json() == {"error": "limited"}


def test_it_names_the_longest_window_of_each_page() -> None:
    actions = {
        "account_login": "login",
        "account_signup": "signup",
        "account_signup_by_passkey": "signup",
        "account_reset_password": "reset_password",
        "account_complete_password_reset": "reset_password_from_key",
        "account_email_verification_sent": "confirm_email",
        "account_reauthenticate": "reauthenticate",
        "account_change_password": "change_password",
        "account_email": "manage_email",
    }
    for view, action in actions.items():
        rates = parse_rates(django_settings.ACCOUNT_RATE_LIMITS[action])
        longest = max(rate.duration for rate in rates)
        assert WINDOWS.get(view, MINUTE) == longest, view
    assert set(WINDOWS) <= set(actions)


def test_it_is_noted_for_whoever_is_logged_in(clear_cache, member: User) -> None:
    client = Client()
    client.force_login(member)
    for _ in range(12):
        client.post("/accounts/reauthenticate/", {"password": "guess guess"})
    kinds = list(SecurityEvent.objects.for_user(member).values_list("kind", flat=True))
    assert kinds.count(SecurityEvent.Kind.LIMITED) == 1


def test_it_uses_the_clock_it_is_given(db) -> None:
    moment = datetime.fromisoformat("2026-11-20T18:30:59+00:00")
    limits.is_over("save", "mira", moment)
    assert TryCount.objects.get().window_began_at == moment.replace(second=0)
