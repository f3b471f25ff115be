"""A real installation starts only with what it needs, and `check --deploy` finds what is amiss."""

import os
import secrets
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host
from django.test import override_settings

from config import checks, environment

ROOT = Path(__file__).resolve().parents[2]
NEEDED = {
    "SECRET_KEY": secrets.token_urlsafe(64),
    "ALLOWED_HOSTS": "journal.my-place.org",
    "SITE_URL": "https://journal.my-place.org",
    "DATABASE_URL": "postgresql://journal@db/journal",
    "EMAIL_URL": "smtp+tls://journal:password@mail.my-place.org:587",
}


def check_deploy(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the checks as an operator does, with nothing else in the environment."""
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_is_clean_when_all_is_given_and_reads_secrets_from_files(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(NEEDED["SECRET_KEY"])
    given = {name: value for name, value in NEEDED.items() if name != "SECRET_KEY"}
    run = check_deploy({**given, "SECRET_KEY_FILE": str(key)})
    assert run.returncode == 0, run.stdout + run.stderr
    assert "0 silenced" in run.stdout


def test_it_says_all_that_is_amiss_to_whoever_asks() -> None:
    amiss = {"ALLOWED_HOSTS": "*", "SITE_URL": "http://journal.my-place.org"}
    run = check_deploy({**NEEDED, **amiss})
    assert run.returncode != 0
    assert "throughline.E002" in run.stderr
    assert "throughline.E003" in run.stderr


@pytest.mark.parametrize("name", NEEDED)
def test_it_refuses_to_start_without(name: str) -> None:
    run = check_deploy({key: value for key, value in NEEDED.items() if key != name})
    assert run.returncode != 0
    assert f"{name} is not set" in run.stderr


GOOD_KEY = NEEDED["SECRET_KEY"]
WEAK_KEYS = ["short", GOOD_KEY[:49], "ab" * 40, "change-me" * 9, f"django-insecure-{GOOD_KEY}"]


@pytest.mark.parametrize("key", WEAK_KEYS, ids=["short", "49", "two letters", "manual", "insecure"])
def test_it_takes_no_key_that_could_be_guessed(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", key)
    with pytest.raises(ImproperlyConfigured, match=r"Make one with: python3 -c") as refused:
        environment.strong_key("SECRET_KEY")
    assert key not in str(refused.value).removeprefix("SECRET_KEY is short")


def test_it_takes_a_key_made_as_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    made = subprocess.check_output(environment.MAKE_KEY, shell=True, text=True).strip()  # noqa: S602
    monkeypatch.setenv("SECRET_KEY", made)
    assert environment.strong_key("SECRET_KEY") == made


@pytest.mark.parametrize(
    "command",
    [
        ["config/local", "web", "127.0.0.1", "1"],
        ["manage.py", "procrastinate", "worker"],
        ["manage.py", "migrate", "--noinput"],
    ],
    ids=["web", "worker", "migrate"],
)
def test_nothing_starts_with_a_key_out_of_a_manual(command: list[str]) -> None:
    run = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **NEEDED, "SECRET_KEY": "change-me" * 9},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode != 0
    last = run.stderr.splitlines()[-1]
    assert "SECRET_KEY is short or an example, and could be guessed. Make one with: " in last
    assert "change-me" not in run.stderr


@pytest.mark.parametrize(
    ("host", "name", "is_let_in"),
    [
        ("::", socket.gethostname(), True),
        ("::", "evil.example", False),
        ("127.0.0.1", "192.168.7.7", False),
        ("192.168.7.7", "192.168.7.7", True),
    ],
)
def test_other_machines_find_a_local_journal_under_its_own_names_when_they_may(
    host: str, name: str, is_let_in: bool
) -> None:
    """The names are what Django asks of a Host header."""
    assert validate_host(name.lower(), allowed_hosts(host)) == is_let_in


@cache
def allowed_hosts(host: str) -> list[str]:
    """What `bin/serve --host` sets."""
    ask = "from config.settings import ALLOWED_HOSTS; print(*ALLOWED_HOSTS, sep='\\n')"
    with TemporaryDirectory() as home:
        said = subprocess.check_output(
            [sys.executable, "-c", ask],
            cwd=ROOT,
            env={
                "DATABASE_URL": NEEDED["DATABASE_URL"],
                "THROUGHLINE_HOME": f"{home}/home",
                "THROUGHLINE_HOST": host,
            },
            text=True,
        )
    return said.split()


@pytest.mark.parametrize(
    ("check", "amiss"),
    [
        (checks.hosts_are_named, {"ALLOWED_HOSTS": ["*"]}),
        (checks.hosts_are_named, {"ALLOWED_HOSTS": [".my-place.org"]}),
        (checks.site_is_https, {"SITE_URL": "http://journal.my-place.org"}),
        (checks.policy_is_strict, {"CONTENT_SECURITY_POLICY": {}}),
        (
            checks.policy_is_strict,
            {
                "CONTENT_SECURITY_POLICY": {
                    "DIRECTIVES": {"default-src": ["'none'"], "script-src": ["'unsafe-inline'"]}
                }
            },
        ),
        (
            checks.cache_is_shared,
            {"CACHES": {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}},
        ),
    ],
)
def test_it_finds(check, amiss) -> None:
    with override_settings(**amiss):
        assert [message.id[:12] for message in check(None)] == ["throughline."]
