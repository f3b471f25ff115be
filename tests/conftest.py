"""The cast: alice writes here, bob is a stranger with an account of his own."""

import gc
import os
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from _pytest import runner
from django.conf import settings as django_settings
from django.db import transaction
from django.test import Client, TransactionTestCase, override_settings
from django.test import client as django_client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django.fixtures import Settings
from pytest_django.plugin import DjangoDbBlocker

from apps.accounts.models import User
from apps.prompts import loading
from apps.prompts.models import Prompt
from config.frames import with_room
from tests.emptying import empty_tables
from tests.factories import NOW, make_user
from tests.htmx import HtmxClient
from tests.silent import sitecustomize as silence

hypothesis_settings.register_profile(
    "gate",
    max_examples=30,
    deadline=None,
    # The same examples each time, so that a change is to blame for what fails; the night looks on.
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
hypothesis_settings.register_profile(
    "nightly",
    parent=hypothesis_settings.get_profile("gate"),
    max_examples=2_000,
    derandomize=False,
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))


# Who talks to another machine is stopped, here and in all that tests start.
_NOTES = Path(django_settings.HOME) / f"attempts-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
os.environ[silence.NOTES] = str(_NOTES)
_HERE = str(Path(__file__).parent / "silent")
if _HERE not in os.environ.get("PYTHONPATH", "").split(os.pathsep):
    os.environ["PYTHONPATH"] = os.pathsep.join(
        filter(None, [_HERE, os.environ.get("PYTHONPATH", "")])
    )
    silence.begin()

TransactionTestCase._fixture_teardown = empty_tables  # type: ignore[method-assign]

_remember = django_client.store_rendered_templates


def _remember_pages(store, signal, sender, template, context, **kwargs) -> None:
    """Answers remember the templates of pages, and their contexts; not those of every option.

    A list of zones has five hundred of them: copying all their contexts took as long as the page.
    """
    if not str(template.name).startswith("django/forms/widgets/"):
        _remember(store, signal, sender, template, context, **kwargs)


django_client.store_rendered_templates = _remember_pages


def pytest_collection_finish() -> None:
    """What was read for the tests stays to the end: the collector need not look at it each time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Each test as pytest runs it, with room for the calls of the journal above those of pytest."""
    return with_room(runner.pytest_runtest_protocol)(item, nextitem)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is marked long begins first, so that nobody waits for it at the end.

    Files with browser tests stand evenly among the others: a browser test waits for pages, and
    another one beside it reckons meanwhile. Each process that tests gets a piece of the row.
    """
    of_kind = Counter(_needs_browser(item) for item in items)
    so_far: Counter[bool] = Counter()
    places: dict[Path, float] = {}
    for item in items:
        kind = _needs_browser(item)
        places.setdefault(item.path, so_far[kind] / of_kind[kind])
        so_far[kind] += 1
    items.sort(
        key=lambda item: (item.get_closest_marker("long") is None, places[item.path], item.path)
    )


def _needs_browser(item: pytest.Item) -> bool:
    return item.get_closest_marker("browser") is not None


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Whether the database may stay: bin/test throws its whole PostgreSQL away.

    To drop one waits for whoever is still connected, and fails if they stay.
    """
    return "THROUGHLINE_TABLES" in os.environ


@pytest.fixture(scope="session")
def _folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Names of folders, none of which is there yet: pytest's own are made for each test."""
    root = tmp_path_factory.mktemp("media")
    return (root / str(number) for number in count())


@pytest.fixture(autouse=True)
def _clean_slate(_folders: Iterator[Path], settings: Settings) -> None:
    """Each test has its own folder for files; mail stays in memory."""
    settings.MEDIA_ROOT = next(_folders)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def attempts() -> list[str]:
    """What wanted to talk to another machine since this was last asked."""
    said = _NOTES.read_text(encoding="utf-8").splitlines() if _NOTES.exists() else []
    _NOTES.unlink(missing_ok=True)
    return said


@pytest.fixture(autouse=True)
def _silence() -> Iterator[None]:
    """No test talks to another machine (assurance T-33), not even where that is caught."""
    yield
    assert attempts() == []


@pytest.fixture(scope="module")
def media_that_stays(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the files of the rows that stay."""
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="module")
def rows_that_stay(
    media_that_stays: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Whatever module-wide fixtures make after this stands for all tests of the module.

    Each test's own rows are undone around it, these when the module ends. Not for modules with
    tests that commit. A test sees the files too when it sets MEDIA_ROOT to `media_that_stays`.
    """
    with (
        override_settings(MEDIA_ROOT=media_that_stays),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        yield
        transaction.set_rollback(True)


@pytest.fixture
def alice(db) -> User:
    return make_user(email="alice@example.org", name="Alice")


@pytest.fixture
def bob(db) -> User:
    return make_user(email="bob@example.org", name="Bob")


@pytest.fixture
def shipped(db) -> dict[str, Prompt]:
    """The shipped packs as they are loaded after every migrate; each question by its key.

    For tests that ask for it, in their own transaction: a third of a second, and nothing stays.
    """
    loading.load(loading.FOLDER, NOW)
    return {prompt.key: prompt for prompt in Prompt.objects.shipped()}


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
