"""What a supervisor asks: live needs nobody else, ready needs writes, a worker and room."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from apps.home import health


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    health._last = None
    yield
    health._last = None


def ready() -> int:
    """The status of a probe that is made now."""
    health._last = None
    return Client().get("/health/ready").status_code


def run(statement: str, *values: object) -> object:
    """One statement on the database of the test; what it gives, if anything."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchone()[0] if cursor.description else None


def test_it_lives_without_a_database() -> None:
    # This test has no access to the database: a query would fail it.
    response = Client().get("/health/live")
    assert (response.status_code, response.content) == (200, b"live\n")


def test_it_is_ready_when_a_write_is_kept(db) -> None:
    response = Client().get("/health/ready")
    assert (response.status_code, response.content) == (200, b"ready\n")


def test_it_asks_for_a_new_page_each_time_and_leaves_nothing(db) -> None:
    """What a full disk refuses is a page; a row that fits into an old one would still be taken."""
    sizes = []
    for _ in range(4):
        assert ready() == 200
        sizes.append(run("SELECT pg_relation_size('probe')"))
    assert sorted(set(sizes)) == sizes
    assert run("SELECT count(*) FROM probe") == 0


FULL = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
END
$$;
CREATE TRIGGER full_disk BEFORE INSERT ON probe FOR EACH ROW EXECUTE FUNCTION full_disk();
"""


@pytest.mark.parametrize(
    "fault",
    [FULL, "SET TRANSACTION READ ONLY", "ALTER TABLE probe RENAME TO gone"],
    ids=["full disk", "read only", "no table"],
)
def test_it_is_not_ready_when_nothing_can_be_written(db, fault: str) -> None:
    run(fault)
    response = Client().get("/health/ready")
    assert (response.status_code, response.content) == (503, b"not ready\n")


def test_it_is_not_ready_while_a_migration_waits(db) -> None:
    run("DELETE FROM django_migrations WHERE app = 'core' AND name LIKE '0003%%'")
    assert ready() == 503


def test_it_is_not_ready_on_a_full_disk_of_files(db, monkeypatch) -> None:
    usage = type("Usage", (), {"free": 4, "total": 100})
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _path: usage)
    assert ready() == 503


def test_it_is_not_ready_without_a_folder_for_files(db, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    assert ready() == 503


# Minutes since a job was queued, minutes from now to its time (None: at once), its state.
@pytest.mark.parametrize(
    ("queued", "due", "state", "status"),
    [
        (31, None, "todo", 503),
        (29, None, "todo", 200),
        (600, -31, "todo", 503),
        (600, -29, "todo", 200),
        (600, 60, "todo", 200),
        (600, None, "doing", 200),
        (600, None, "failed", 200),
    ],
)
def test_it_is_not_ready_while_a_job_waits_in_vain(
    db, queued: int, due: int | None, state: str, status: int
) -> None:
    job = run(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args, scheduled_at)"
        " VALUES ('mail', 'a.task', '{}', now() + %s * interval '1 minute') RETURNING id",
        due,
    )
    run(
        "UPDATE procrastinate_events SET at = now() - %s * interval '1 minute' WHERE job_id = %s",
        queued,
        job,
    )
    run("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", state, job)
    assert ready() == status


def test_it_probes_at_most_every_five_seconds(db, monkeypatch) -> None:
    probes = []
    monkeypatch.setattr(health, "_trouble", lambda: probes.append(1) or "")
    for _ in range(20):
        Client().get("/health/ready")
    assert len(probes) == 1


def test_it_asks_five_things_and_commits_one(db) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert ready() == 200
    asked = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    assert len(asked) == 5
    # Outside the part that is taken back.
    assert "pg_logical_emit_message(true" in asked[1]
    assert captured[2]["sql"].startswith("ROLLBACK TO SAVEPOINT")


def test_nobody_writes_down_who_asked(db, caplog) -> None:
    caplog.set_level(logging.INFO)
    for path in ("/health/live", "/health/ready"):
        assert Client().get(path).status_code == 200
    assert caplog.records == []
    Client().get("/")
    assert [record.getMessage() for record in caplog.records] == ["request"]


def test_it_says_once_what_is_amiss(db, caplog, monkeypatch) -> None:
    monkeypatch.setattr(health, "PROBE_EVERY", 0)
    run("ALTER TABLE probe RENAME TO gone")
    for _ in range(3):
        Client().get("/health/ready")
    (record,) = caplog.records
    assert record.event == "not ready: the database does not write"
