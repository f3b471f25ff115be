"""What a supervisor asks: live needs nobody else, ready needs a write."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError
from django.test import Client

from apps.home import health


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    health._last = None
    yield
    health._last = None


def test_it_lives_without_a_database() -> None:
    # This test has no access to the database: a query would fail it.
    response = Client().get("/health/live")
    assert (response.status_code, response.content) == (200, b"live\n")


def test_it_is_ready_when_a_write_is_kept(db) -> None:
    response = Client().get("/health/ready")
    assert (response.status_code, response.content) == (200, b"ready\n")


def test_it_is_not_ready_when_nothing_can_be_written(db, monkeypatch) -> None:
    def refuse() -> None:
        raise DatabaseError("No space left on device")

    monkeypatch.setattr(health, "_commit", refuse)
    response = Client().get("/health/ready")
    assert (response.status_code, response.content) == (503, b"not ready\n")


def test_it_is_not_ready_while_a_migration_waits(db, monkeypatch) -> None:
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_: [("a", False)])
    assert Client().get("/health/ready").status_code == 503


def test_it_is_not_ready_on_a_full_disk(db, monkeypatch) -> None:
    usage = type("Usage", (), {"free": 4, "total": 100})
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _path: usage)
    assert Client().get("/health/ready").status_code == 503


def test_it_writes_at_most_every_five_seconds(db, monkeypatch) -> None:
    probes = []
    monkeypatch.setattr(health, "_can_keep", lambda: bool(probes.append(1)) or True)
    for _ in range(20):
        Client().get("/health/ready")
    assert len(probes) == 1
