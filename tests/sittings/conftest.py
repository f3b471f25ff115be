"""Whoever sits."""

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.sittings.sessions import Kind
from tests.sittings.walking import Walker, make_company


@pytest.fixture
def walker(alice_client: Client, alice: User) -> Walker:
    """alice, who sits by plain forms."""
    return Walker(alice_client, alice)


@pytest.fixture
def company(alice: User) -> dict[Kind, str]:
    """Whom and what she can pick."""
    return make_company(alice)
