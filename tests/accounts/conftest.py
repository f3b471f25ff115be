"""Mail that goes through the queue, and the worker's part of it done on the spot."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from apps.accounts.mail import deliver
from apps.accounts.models import User
from tests.accounts.doing import make_member


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
    _clear("procrastinate_jobs")
    yield work_off
    _clear("procrastinate_jobs")


def work_off() -> int:
    """Deliver what is queued; says how many mails."""
    jobs = ProcrastinateJob.objects.filter(task_name="accounts.deliver").order_by("id")
    for job in jobs:
        deliver(**job.args)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'accounts.deliver'")
        return int(cursor.rowcount)


@pytest.fixture
def clear_cache(db) -> Iterator[None]:
    """Rate limits begin at nothing, and leave nothing behind in a real database."""
    _clear("cache")
    yield
    _clear("cache")


def _clear(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608
