"""What many tests look at and none changes is made once for each module."""

import copy
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.factories import make_user
from tests.house.routes import Life, make_life


@pytest.fixture(scope="module")
def _life(rows_that_stay: None) -> Life:
    return make_life(make_user(email="alice@example.org", name="Alice"), "zymurgy")


@pytest.fixture
def life(_life: Life, media_that_stays: Path, settings: Settings, db: None) -> Life:
    """Alice with one of everything; a copy, which a test may change."""
    settings.MEDIA_ROOT = media_that_stays
    return copy.deepcopy(_life)
