"""The cast: alice writes here, bob is a stranger with an account of his own."""

import os
from pathlib import Path

import pytest
from django.test import Client, TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from tests.emptying import empty_tables
from tests.factories import make_user
from tests.htmx import HtmxClient

hypothesis_settings.register_profile(
    "gate",
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
hypothesis_settings.register_profile(
    "nightly", parent=hypothesis_settings.get_profile("gate"), max_examples=2_000
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))


TransactionTestCase._fixture_teardown = empty_tables  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _clean_slate(tmp_path: Path, settings: Settings) -> None:
    """Each test has its own folder for files; mail stays in memory."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def alice(db) -> User:
    return make_user(email="alice@example.org", name="Alice")


@pytest.fixture
def bob(db) -> User:
    return make_user(email="bob@example.org", name="Bob")


@pytest.fixture
def alice_client(alice: User) -> Client:
    return _logged_in(Client(), alice)


@pytest.fixture
def bob_client(bob: User) -> Client:
    return _logged_in(Client(), bob)


@pytest.fixture
def htmx_client(alice: User) -> HtmxClient:
    """alice, with htmx in her browser."""
    client = HtmxClient()
    _logged_in(client, alice)
    return client


def _logged_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
