"""What many tests look at and none changes is made once for each module."""

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django.fixtures import Settings
from pytest_django.plugin import DjangoDbBlocker

from tests.factories import make_user
from tests.house.routes import Life, make_life


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


@pytest.fixture(scope="module")
def _life(rows_that_stay: None) -> Life:
    return make_life(make_user(email="alice@example.org", name="Alice"), "zymurgy")


@pytest.fixture
def life(_life: Life, media_that_stays: Path, settings: Settings, db: None) -> Life:
    """Alice with one of everything; a copy, which a test may change."""
    settings.MEDIA_ROOT = media_that_stays
    return copy.deepcopy(_life)
