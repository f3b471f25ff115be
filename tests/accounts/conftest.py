"""Mail that goes through the queue, and the worker's part of it done on the spot."""

from collections.abc import Callable, Iterator

import pytest
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from tests.accounts.doing import clear, make_member, work_off


@pytest.fixture
def member(db) -> User:
    """Somebody who can log in by the front door."""
    return make_member(email="mira@example.org", name="Mira")


@pytest.fixture
def queue(settings: Settings, db) -> Iterator[Callable[[], int]]:
    """Mail is queued as it is in life; calling this does what the worker does.

    Emptied before and after: Django does not know these tables as its own to empty.
    """
    settings.EMAIL_BACKEND = "apps.accounts.mail.QueuedBackend"
    settings.EMAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    settings.MAILBOX = None
    clear("procrastinate_jobs")
    yield work_off
    clear("procrastinate_jobs")


@pytest.fixture
def clear_cache(db) -> Iterator[None]:
    """Rate limits begin at nothing, and leave nothing behind in a real database."""
    clear("cache")
    yield
    clear("cache")
