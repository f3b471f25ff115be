"""A life → a backup → nothing → the same life (O-2, O-3): the drill, and all that may go wrong."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql

from apps.accounts import leaving
from apps.accounts.models import Session, User
from apps.journal import settling, uploads
from apps.journal.models import Attachment, Entry
from apps.transfer import backing_up, restoring
from apps.transfer.backing_up import back_up, is_due, rotate
from apps.transfer.backup import DATABASE, MANIFEST, NAME, Refused, made, opened
from apps.transfer.tasks import back_up as nightly
from config.local.dumping import replayed
from config.local.problems import Problem
from tests.emptying import empty_tables
from tests.factories import NOW, make_attachment, make_entry, make_user
from tests.house.routes import make_life
from tests.house.sources import ROOT

pytestmark = pytest.mark.usefixtures("own_database")
# Who is logged in is not in a backup; the queue forgets letters, and notes what it does.
APART = {"accounts_session", "procrastinate_jobs", "procrastinate_events"}


def rows() -> dict[str, list[str]]:
    """All rows of all tables, as text."""
    connection.ensure_connection()
    bare: Any = connection.connection
    found = {}
    for name in connection.introspection.table_names():
        if name not in APART:
            asked = sql.SQL("SELECT it::text FROM {} AS it").format(sql.Identifier(name))
            found[name] = sorted(text for (text,) in bare.execute(asked).fetchall())
    return found


def files() -> dict[str, bytes]:
    """All files of the storage."""
    found = {}
    for owner in _listed("")[0]:
        for name in _listed(owner)[1]:
            with default_storage.open(f"{owner}/{name}") as file:
                found[f"{owner}/{name}"] = file.read()
    return found


def _listed(folder: str) -> tuple[list[str], list[str]]:
    return default_storage.listdir(folder) if default_storage.exists(folder) else ([], [])


def wipe() -> None:
    """As on a new machine: no table, no file."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    for name in files():
        default_storage.delete(name)


def restore(path: Path, **how: Any) -> str:
    """What the command says."""
    out = StringIO()
    call_command("restore", str(path), stdout=out, **how)
    return out.getvalue()


_SMALL: list[bytes] = []


@pytest.fixture
def small(folder, tmp_path) -> Path:
    """A small backup, which is not in the folder of backups; made once."""
    if not _SMALL:
        make_attachment(make_entry(make_user(email="kept@example.org")))
        path, _ = back_up(folder, NOW)
        _SMALL.append(path.read_bytes())
        path.unlink()
        empty_tables()
    path = tmp_path / "small.zip"
    path.write_bytes(_SMALL[0])
    return path


@pytest.fixture
def life() -> User:
    """Somebody with one of everything, and a second person."""
    make_entry(make_user(email="bob@example.org"), body="Bob's.")
    user = make_life(make_user(email="alice@example.org"), "zymurgy").user
    settling.settle_left_behind(NOW + timedelta(days=3650))
    return user


def test_the_drill(life, folder) -> None:
    before, kept = rows(), files()
    out = StringIO()
    call_command("backup", str(folder), stdout=out)
    [(_at, path)] = made(folder)
    assert "Read again: whole." in out.getvalue()
    assert path.stat().st_mode & 0o777 == 0o600
    wipe()
    said = restore(path)
    assert rows() == before
    assert files() == kept
    assert said.count("all well") == 7
    assert not Session.objects.exists()
    # What was restored is backed up and restored like any other.
    again, _ = back_up(folder, NOW)
    wipe()
    restore(again)
    assert (rows(), files()) == (before, kept)


def test_it_can_be_read_without_throughline(folder) -> None:
    make_attachment(make_entry(make_user()))
    path, manifest = back_up(folder, NOW)
    kept = files()
    with zipfile.ZipFile(path) as plain:
        assert plain.namelist()[-1] == MANIFEST
        assert "COPY public.journal_entry" in plain.read(DATABASE).decode()
        for row in Attachment.objects.all():
            assert plain.read(f"files/{row.key}") == kept[row.key]
    assert manifest.rows["journal_entry"] == Entry.objects.count()


def test_what_is_written_meanwhile_is_not_in_it(folder, monkeypatch) -> None:
    """The dump, the numbers and the list of files are of one moment."""
    make_attachment(make_entry(make_user()))
    snapshot = backing_up._snapshot

    def and_meanwhile() -> str:
        taken = snapshot()
        with closing(psycopg.connect(connection.connection.info.dsn, autocommit=True)) as other:
            other.execute("DELETE FROM journal_attachment")
            other.execute("UPDATE accounts_user SET name = 'xylothecium'")
        return taken

    monkeypatch.setattr(backing_up, "_snapshot", and_meanwhile)
    path, manifest = back_up(folder, NOW)
    assert manifest.rows["journal_attachment"] == 1
    with opened(path) as backup:
        assert len(list(backup.files())) > 1
        assert b"xylothecium" not in b"".join(backup.pieces(DATABASE))


def test_a_file_that_is_gone_or_damaged_is_told_and_the_rest_kept(folder) -> None:
    entry = make_entry(make_user())
    gone, spoilt, well = (
        make_attachment(entry, b"%PDF-1.4 " + name) for name in (b"a", b"b", b"c")
    )
    default_storage.delete(gone.key)
    default_storage.delete(spoilt.key)
    default_storage.save(spoilt.key, ContentFile(b"other"))
    path, manifest = back_up(folder, NOW)
    assert (manifest.missing, manifest.damaged) == ([gone.key], [spoilt.key])
    with opened(path) as backup:
        assert set(backup.files()) == {spoilt.key, well.key}


def test_any_storage_will_do(folder, settings) -> None:
    """Only what Django says of storages is asked of it."""
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = settings.STORAGES | {"default": memory}
    row = make_attachment(make_entry(make_user()))
    kept = files()
    path, _ = back_up(folder, NOW)
    wipe()
    assert files() == {}
    restore(path)
    assert files() == kept
    assert row.key in kept


# --- Before anything is changed -----------------------------------------------------------------


def _flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[: len(content) // 2],
        lambda _: b"",
        lambda _: b"no zip at all",
        lambda content: content[:-1],
        lambda content: _flipped(content, 2_000),
        lambda content: _flipped(content, content.index(b"IHDR")),
    ],
    ids=[
        "half of it",
        "nothing",
        "no zip",
        "all but its end",
        "a bit of a text",
        "a bit of a file",
    ],
)
def test_a_damaged_backup_is_refused_with_nothing_changed(small, folder, spoil) -> None:
    make_attachment(make_entry(make_user(), body="Since."))
    path = small
    before, kept = rows(), files()
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(CommandError, match=r"damaged.*Nothing was changed"):
        restore(path, replace=True)
    assert (rows(), files()) == (before, kept)
    assert made(folder) == []


def rewritten(path: Path, change: Callable[[dict[str, Any]], None], *, leave: str = "") -> Path:
    """A copy whose manifest is another, or that lacks a file."""
    other = path.with_name("other.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == MANIFEST:
                said = json.loads(content)
                change(said)
                content = json.dumps(said).encode()
            if name != leave:
                new.writestr(name, content)
    return other


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda said: said.update(version=2), "newer Throughline"),
        (lambda said: said["migrations"].append("journal.9999_later"), "journal.9999_later"),
        (lambda said: said.update(postgresql=99), "PostgreSQL 99"),
        (lambda said: said.update(format="other"), "damaged"),
        (lambda said: said.pop("rows"), "damaged"),
        (lambda said: said["members"].pop(DATABASE), "damaged"),
        (lambda said: said["members"][DATABASE].update(sha256="0" * 64), "damaged"),
    ],
)
def test_a_backup_that_is_not_for_here_is_refused(small, change, words) -> None:
    make_user()
    before = rows()
    with pytest.raises(CommandError, match=words):
        restore(rewritten(small, change), replace=True)
    assert rows() == before


def test_a_backup_without_its_database_is_refused(small) -> None:
    with pytest.raises(CommandError, match="damaged"):
        restore(rewritten(small, lambda _: None, leave=DATABASE))


def test_a_journal_is_not_written_over_unless_that_is_said(folder) -> None:
    make_user(email="alice@example.org")
    path, _ = back_up(folder, NOW)
    User.objects.update(email="since@example.org")
    with pytest.raises(CommandError, match="--replace"):
        restore(path)
    said = restore(path, replace=True)
    assert User.objects.get().email == "alice@example.org"
    assert "What was here is in" in said
    [_, (_at, since)] = made(folder)
    restore(since, replace=True)
    assert User.objects.get().email == "since@example.org"


def test_looking_changes_nothing(small) -> None:
    make_user()
    before = rows()
    assert "Nothing was changed" in restore(small, replace=True, look=True)
    assert rows() == before


def test_a_database_of_something_else_is_left_alone(small) -> None:
    wipe()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE theirs (it text)")
    with pytest.raises(CommandError, match="something else"):
        restore(small, replace=True)
    assert rows() == {"theirs": []}


def test_nothing_is_restored_under_somebody_who_writes(small, own_database, monkeypatch) -> None:
    monkeypatch.setattr(restoring, "PATIENCE", 0.1)
    with (
        closing(psycopg.connect(own_database)),
        pytest.raises(CommandError, match="Stop the journal"),
    ):
        restore(small)


@pytest.mark.parametrize("end", [RuntimeError, KeyboardInterrupt])
def test_a_restore_that_breaks_off_leaves_the_database_as_it_was(small, end) -> None:
    make_user(email="since@example.org")
    before = rows()

    def cut_off() -> Iterator[bytes]:
        with opened(small) as backup:
            whole = b"".join(backup.pieces(DATABASE))
        yield whole[: len(whole) * 9 // 10]
        raise end

    with pytest.raises(end):
        replayed(connection.connection, cut_off())
    assert rows() == before


def test_what_the_database_does_not_take_is_told_without_its_text(folder) -> None:
    make_user()
    before = rows()
    with pytest.raises(Problem, match="SQLSTATE 22P02") as told:
        replayed(connection.connection, [b"SELECT 'zymurgy'::int;\n"])
    assert "zymurgy" not in str(told.value)
    assert rows() == before


# --- What comes back, and what does not ----------------------------------------------------------


def test_whoever_was_deleted_since_stays_deleted(folder) -> None:
    make_user(email="bob@example.org")
    alice = make_user(email="alice@example.org")
    make_attachment(make_entry(alice))
    path, _ = back_up(folder, NOW)
    leaving.remove(alice)
    said = restore(path, replace=True)
    assert "1 accounts that were deleted since were deleted again" in said
    assert [user.email for user in User.objects.all()] == ["bob@example.org"]
    assert not any(name.startswith(str(alice.pk)) for name in files())


@pytest.mark.nightly
def test_who_was_deleted_before_is_known_on_a_new_machine(folder) -> None:
    gone = make_user(email="gone@example.org")
    older, _ = back_up(folder, NOW)
    leaving.remove(gone)
    make_user(email="bob@example.org")
    newer, _ = back_up(folder, NOW + timedelta(days=1))
    wipe()
    restore(newer)
    restore(older, replace=True)
    assert not User.objects.exists()


def test_the_sweep_leaves_who_is_gone_alone(folder) -> None:
    leaving.note_removed("somebody")
    assert uploads.sweep(NOW + timedelta(days=3650)) == 0
    assert leaving.removed() == {"somebody"}


@pytest.mark.nightly
def test_a_backup_of_older_code_is_migrated(folder) -> None:
    make_user()
    call_command("migrate", "transfer", "zero", verbosity=0)
    path, manifest = back_up(folder, NOW)
    assert "transfer_origin" not in manifest.rows
    restore(path, replace=True)
    assert "transfer_origin" in connection.introspection.table_names()


def test_letters_are_not_sent_twice_and_no_job_stays_half_done(folder) -> None:
    make_user()
    jobs = [
        ("accounts.deliver", "todo", None),
        ("transfer.back_up", "doing", "transfer.back_up"),
        ("journal.make_sizes", "doing", None),
        ("journal.forget_files", "todo", None),
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, queueing_lock)"
            " VALUES ('default', %s, %s, %s)",
            jobs,
        )
    path, _ = back_up(folder, NOW)
    restore(path, replace=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, status::text FROM procrastinate_jobs ORDER BY 1")
        assert cursor.fetchall() == [
            ("journal.forget_files", "todo"),
            ("journal.make_sizes", "todo"),
        ]


def test_another_secret_key_is_told(folder, settings) -> None:
    make_user()
    path, _ = back_up(folder, NOW)
    former = settings.SECRET_KEY
    settings.SECRET_KEY = "another" * 10
    assert "The secret key is another" in restore(path, replace=True)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert "The secret key is another" not in restore(path, replace=True)


# --- Writing, and what is left of it -------------------------------------------------------------


def test_a_full_disk_leaves_nothing_behind(folder) -> None:
    make_user()
    with no_larger_than(10_000), pytest.raises(Refused, match="no room") as refused:
        back_up(folder, NOW)
    assert refused.value.reason == "no room"
    assert list(folder.iterdir()) == []


@contextmanager
def no_larger_than(size: int) -> Iterator[None]:
    """No file that this process writes can grow larger."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_the_room_of_the_journal_itself_is_not_taken(folder, monkeypatch) -> None:
    make_user()
    usage = shutil.disk_usage(folder)
    nearly_full = usage._replace(free=usage.total // 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: nearly_full)
    with pytest.raises(Refused, match="5% of the disk have to stay free"):
        back_up(folder, NOW)


@pytest.mark.nightly
def test_killed_in_the_middle_it_leaves_no_backup(folder, own_database, settings) -> None:
    """A file that does not end holds it up."""
    row = make_attachment(make_entry(make_user()))
    stuck = Path(settings.MEDIA_ROOT) / row.key
    kept = stuck.read_bytes()
    stuck.unlink()
    os.mkfifo(stuck)
    where = {"DATABASE_URL": own_database, "MEDIA_ROOT": str(settings.MEDIA_ROOT)}
    command = [sys.executable, "manage.py", "backup", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | where) as process:
        try:
            deadline = time.monotonic() + 30
            while not any(part.stat().st_size for part in folder.glob(".*.part")):
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.02)
        finally:
            process.send_signal(signal.SIGKILL)
    assert made(folder) == []
    assert len(list(folder.iterdir())) == 1
    stuck.unlink()
    stuck.write_bytes(kept)
    path, _ = back_up(folder, NOW)
    assert list(folder.iterdir()) == [path]


def test_what_was_written_wrongly_gets_no_name(folder, monkeypatch) -> None:
    make_user()
    dumped = backing_up.dumped

    def cut_off(*given: Any, **how: Any) -> Iterator[bytes]:
        with closing(dumped(*given, **how)) as pieces:
            yield b"".join(pieces)[:-200]

    monkeypatch.setattr(backing_up, "dumped", cut_off)
    with pytest.raises(Refused, match="damaged"):
        back_up(folder, NOW)
    assert list(folder.iterdir()) == []


def test_without_pg_dump_it_says_what_to_install(folder, monkeypatch) -> None:
    make_user()
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CommandError, match="pg_dump is not on this machine"):
        call_command("backup", str(folder))
    assert list(folder.iterdir()) == []


def test_a_name_that_is_taken_is_not_written_over(folder) -> None:
    make_user()
    path = folder / "mine.zip"
    path.write_text("mine")
    with pytest.raises(CommandError, match="there already"):
        call_command("backup", str(path))
    assert path.read_text() == "mine"


# --- By itself -----------------------------------------------------------------------------------


def test_it_is_made_at_night_and_the_off_switch_holds(folder, settings) -> None:
    make_user()
    settings.BACKUPS, settings.BACKUPS_KEPT = folder, 2
    night = datetime(2026, 11, 20, 2, 37, tzinfo=UTC)
    done = [nightly(int((night + timedelta(hours=hours)).timestamp())) for hours in range(50)]
    assert [hour for hour, was in enumerate(done) if was] == [0, 24, 48]
    assert [at for at, _ in made(folder)] == [night + timedelta(days=1), night + timedelta(days=2)]
    settings.BACKUPS_KEPT = 0
    assert not nightly(int((night + timedelta(days=9)).timestamp()))


def test_why_there_is_none_is_in_the_log_without_a_word_of_anybody(
    folder, settings, monkeypatch, caplog
) -> None:
    make_user()
    settings.BACKUPS, settings.BACKUPS_KEPT = folder, 2
    monkeypatch.setattr(backing_up, "has_room", lambda *_: False)
    assert not nightly(int(NOW.timestamp()))
    assert [record.event for record in caplog.records] == ["not backed up: no room"]


def test_the_oldest_go_where_there_is_no_room_for_another(folder, monkeypatch) -> None:
    for day in range(1, 5):
        (folder / datetime(2026, 1, day, tzinfo=UTC).strftime(NAME)).touch()
    monkeypatch.setattr(backing_up, "has_room", lambda at, _: len(list(at.iterdir())) <= 2)
    backing_up.make_room(folder)
    assert [at.day for at, _ in made(folder)] == [3, 4]
    monkeypatch.setattr(backing_up, "has_room", lambda *_: False)
    backing_up.make_room(folder)
    assert [at.day for at, _ in made(folder)] == [4]


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 1), timezones=st.just(UTC))


@given(
    st.sets(MOMENTS.map(lambda at: at.replace(microsecond=0)), min_size=1, max_size=40), st.data()
)
def test_rotation_keeps_the_newest(tmp_path_factory, moments, data) -> None:
    folder, keep = tmp_path_factory.mktemp("many"), data.draw(st.integers(1, 30))
    for at in moments:
        (folder / at.strftime(NAME)).touch()
    (folder / "throughline-of-mine.zip").touch()
    now = max(moments)
    rotate(folder, keep, now)
    left = [at for at, _ in made(folder)]
    young = [at for at in sorted(moments) if at >= now - backing_up.LONGEST_KEPT]
    assert left == young[-keep:]
    assert (folder / "throughline-of-mine.zip").exists()


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, 15, True),
        (15, 16, False),
        (15, 26, False),
        (14, 26, True),
        (2, 26, True),
        (3, 27, False),
        (3, 29, True),
    ],
)
def test_when_another_is_due(last: int | None, now: int, due: bool) -> None:
    """In hours of one day and the next."""
    begin = datetime(2026, 11, 20, tzinfo=UTC)
    was = None if last is None else begin + timedelta(hours=last)
    assert is_due(was, begin + timedelta(hours=now)) == due
