"""A PostgreSQL of one's own at DATABASE_URL: new enough, and told apart from one that is not."""

import os
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from config.local import prepare
from config.local.problems import Problem

ROOT = Path(__file__).resolve().parents[2]
URL = os.environ["DATABASE_URL"]


@pytest.fixture
def version(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Has the server of the tests give itself out for another version, and nothing be run on it."""

    def give(number: int) -> None:
        monkeypatch.setattr(psycopg.ConnectionInfo, "server_version", number)

    monkeypatch.setattr(prepare, "_manage", lambda *_: pytest.fail("it went on"))
    return give


@pytest.mark.parametrize(("number", "name"), [(140_020, "14"), (90_624, "9")])
def test_one_that_is_too_old_is_refused_before_anything_is_done(
    version, number: int, name: str, tmp_path: Path
) -> None:
    version(number)
    words = f"DATABASE_URL names PostgreSQL {name}; Throughline needs 15 or newer."
    with pytest.raises(Problem, match=words):
        prepare.prepare(ROOT, tmp_path, URL)
    assert not (tmp_path / "migrated.stamp").exists()


@pytest.mark.parametrize("number", [150_000, 180_001])
def test_one_that_is_new_enough_is_taken(version, number: int, tmp_path: Path) -> None:
    version(number)
    assert not prepare.Database(URL, ROOT, tmp_path).is_fresh()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://nobody@127.0.0.1:1/nothing", "The database does not answer"),
        ("my database", "DATABASE_URL cannot be understood"),
    ],
)
def test_one_that_cannot_be_reached_is_said_in_a_sentence(
    url: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(Problem, match=words):
        prepare.prepare(ROOT, tmp_path, url)
