"""A file that is brought: read, let in and taken back in the job queue, called off, begun anew."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from errno import ENOSPC
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection
from django.utils import timezone

from apps.accounts import leaving
from apps.accounts.models import User
from apps.journal import uploads
from apps.journal.models import Entry, Tag
from apps.transfer import archive, arriving, entering, running
from apps.transfer.exporting import contents_of
from apps.transfer.models import Import, Outcome, State, Upload
from apps.transfer.schema import schema
from apps.transfer.sources import recognising
from apps.transfer.sources.package import Package, Refused
from apps.transfer.sources.plain import PlainEntry
from apps.transfer.tasks import let_go_of_old_transfers
from tests.factories import NOW, TODAY, make_entry, make_upload
from tests.transfer.test_export_job import elsewhere
from tests.working import work_off

pytestmark = pytest.mark.django_db(transaction=True)
Step, Reason = Upload.Step, Upload.Reason
ENTRIES = 4


class Killed(BaseException):
    """A worker that is gone: nothing of ours hears of it."""


class Slow:
    """A journal of four entries; `before` is called before each, with its number."""

    KEY, NAME = "slow", "Slow"

    def __init__(self, before: Callable[[int], None]) -> None:
        self.before = before

    def recognises(self, _package: Package) -> bool:
        return True

    def read(self, _package: Package, _zone: ZoneInfo) -> Iterator[PlainEntry]:
        for number in range(ENTRIES):
            self.before(number)
            yield PlainEntry(str(number), TODAY, body=f"Number {number}.", tags=("old",))


@pytest.fixture(autouse=True)
def _tell_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each entry goes in by itself and is told, however fast it comes."""
    monkeypatch.setattr(running, "TELL_EVERY", 0)
    monkeypatch.setattr(entering, "AT_ONCE", 1)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets every file be of the slow kind, and something happen before an entry."""

    def put(before: Callable[[int], None] = lambda _number: None) -> None:
        source: Any = Slow(before)
        monkeypatch.setattr(recognising, "SOURCES", (source,))

    return put


def brought(owner: User, content: bytes = b"A journal.", name: str = "old.txt") -> Upload:
    return do(arriving.take(owner=owner, file=ContentFile(content, name=name)))


def do(row: Upload, step: str = "") -> Upload:
    """The row once its next step is done, or not."""
    if step:
        assert arriving.ask(row, step)
    arriving.work(row.owner_id, row.pk, timezone.now)
    row.refresh_from_db()
    return row


def files(owner: UUID) -> list[str]:
    """What lies in the folder of imports."""
    folder = Path(default_storage.path(f"{owner}/imports"))
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


# --- The whole way ------------------------------------------------------------------------------


def test_a_worker_reads_it_lets_it_in_and_takes_it_back(alice) -> None:
    text = "[2024-03-09 10:00] A walk.\nBy the river @calm\n\n[2024-03-10 11:00] Rain.\n"
    row = arriving.take(owner=alice, file=ContentFile(text.encode(), name="jrnl.txt"))
    work_off("transfer")
    row.refresh_from_db()
    assert (row.step, row.state, row.form) == (Step.READ, State.READY, "jrnl")
    assert (row.brought.created, row.brought.made["tags"]) == (2, {"count": 1, "names": ["calm"]})
    assert not Entry.objects.exists()
    assert len(files(alice.pk)) == 1
    assert arriving.ask(row, Step.APPLY)
    work_off("transfer")
    row.refresh_from_db()
    assert row.is_in
    assert Entry.objects.for_user(alice).count() == 2
    assert (files(alice.pk), row.key) == ([], "")
    assert arriving.ask(row, Step.UNDO)
    work_off("transfer")
    row.refresh_from_db()
    assert row.is_undone
    assert (row.brought.removed, row.brought.kept) == (2, 0)
    assert not Entry.objects.exists()
    assert not Tag.objects.exists()


def test_no_step_is_done_before_the_other(alice, slow) -> None:
    slow()
    row = brought(alice)
    assert not arriving.ask(row, Step.UNDO)
    assert arriving.ask(row, Step.APPLY)
    assert not arriving.ask(row, Step.APPLY)
    assert not arriving.ask(row, Step.READ)
    do(row)
    assert not arriving.ask(row, Step.READ)
    assert not arriving.ask(row, Step.APPLY)


def test_it_says_how_far_it_is(alice, slow) -> None:
    seen: list[tuple[str, int, int]] = []

    def look(_number: int) -> None:
        seen.append(elsewhere(Upload.objects.values_list("step", "done", "total").get))

    slow(look)
    row = brought(alice)
    assert {step for step, _done, _total in seen} == {"read"}
    seen.clear()
    do(row, Step.APPLY)
    # Planned anew first, and then let in one by one.
    assert [done for _step, done, _total in seen] == [0] * ENTRIES + list(range(ENTRIES))
    assert {total for _step, _done, total in seen} == {ENTRIES}


def test_what_stayed_is_told(alice, slow) -> None:
    slow()
    row = do(brought(alice), Step.APPLY)
    Entry.objects.filter(body="Number 1.").update(starred=True, version=2)
    row = do(row, Step.UNDO)
    assert (row.brought.removed, row.brought.kept) == (ENTRIES - 1, 1)
    [stayed] = Outcome.objects.filter(stayed=True)
    assert stayed.entry == Entry.objects.get()
    assert stayed.reasons == ["You have used it here since, so it stayed."]


def test_it_is_read_again_in_another_zone(alice) -> None:
    row = brought(alice, b"[2024-03-09 10:00] A walk.\n", "jrnl.txt")
    assert arriving.ask(row, Step.READ, zone="Asia/Tokyo")
    row = do(row)
    assert row.brought.zone == "Asia/Tokyo"
    assert Import.objects.count() == 1
    assert Outcome.objects.count() == 1
    do(row, Step.APPLY)
    assert Entry.objects.get().occurred_at.hour == 1


def test_an_archive_of_our_own_comes_in(alice, bob) -> None:
    make_entry(bob, body="What Ana said.")
    content = b"".join(archive.packed(contents_of(bob), schema(), NOW))
    row = brought(alice, content, "throughline.zip")
    assert (row.form, row.brought, row.state) == ("throughline", None, State.READY)
    assert row.told["amiss"] == []
    assert ["journal.Entry", 1, 0] in row.told["tables"]
    assert not Entry.objects.for_user(alice).exists()
    row = do(row, Step.APPLY)
    assert Entry.objects.for_user(alice).get().body == "What Ana said."
    assert not row.may(Step.UNDO)
    again = brought(alice, content, "throughline.zip")
    assert ["journal.Entry", 0, 1] in again.told["tables"]


def test_a_table_is_read_by_the_columns_that_were_said(alice) -> None:
    rows = "date,one,two\n2024-03-09,short,a much longer text than the other\n"
    row = brought(alice, rows.encode(), "a.csv")
    said = row.table["columns"]
    assert (said["date"], said["body"]) == (0, 2)
    assert row.table["rows"][0][1] == "short"
    assert arriving.ask(row, Step.READ, columns=said | {"body": 1, "title": 2})
    do(row)
    do(row, Step.APPLY)
    entry = Entry.objects.get()
    assert (entry.title, entry.body) == ("a much longer text than the other", "short")


def test_of_a_table_with_very_many_columns_none_is_chosen(alice) -> None:
    heads = "date,text" + "".join(f",c{number}" for number in range(arriving.MOST_COLUMNS))
    row = brought(alice, f"{heads}\n2024-03-09,A walk\n".encode(), "a.csv")
    assert (row.brought.created, row.table) == (1, None)


# --- What cannot be read ------------------------------------------------------------------------


def test_what_nobody_knows_is_said_and_not_kept(alice) -> None:
    row = brought(alice, bytes(range(256)), "secret.bin")
    assert (row.state, row.reason) == (State.FAILED, Reason.UNKNOWN)
    assert files(alice.pk) == []


def test_a_file_that_lies_is_refused_with_a_sentence(alice) -> None:
    row = brought(alice, b"PK\x03\x04 and no more", "journal.zip")
    assert (row.state, row.reason) == (State.FAILED, Reason.REFUSED)
    assert row.refused == "The archive is damaged: its end is missing."
    assert files(alice.pk) == []


def test_one_that_could_be_several_things_waits_for_a_word(alice, monkeypatch) -> None:
    first: Any = Slow(lambda _number: None)
    second: Any = Slow(lambda _number: None)
    second.KEY = "other"
    monkeypatch.setattr(recognising, "SOURCES", (first, second))
    row = brought(alice)
    assert (row.step, row.state, row.forms) == (Step.LOOK, State.READY, ["slow", "other"])
    assert arriving.ask(row, Step.READ, form="other")
    assert do(row).brought.source == "other"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError("private words"), "broken"),
        (OSError(ENOSPC, "full"), "room"),
        (Refused("It is damaged."), "refused"),
    ],
)
def test_what_goes_wrong_leaves_the_journal_as_it_was(
    alice, slow, caplog, monkeypatch, error, reason
) -> None:
    slow()
    row = brought(alice)
    with mock.patch.object(entering.Entering, "all", side_effect=error):
        row = do(row, Step.APPLY)
    assert (row.state, row.reason) == (State.FAILED, reason)
    assert not Entry.objects.exists()
    assert "private words" not in "".join(record.getMessage() for record in caplog.records)
    # The file is there still, and what was read of it: once more, and it comes in.
    assert row.is_previewed
    assert row.brought.state == Import.State.READ
    assert do(row, Step.APPLY).is_in


# --- Called off, killed, begun anew ---------------------------------------------------------------


def left_by_a_killed_worker(row: Upload) -> None:
    """Its job stays as if it were still done; the one before was done by this test."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs"
            " WHERE id < (SELECT max(id) FROM procrastinate_jobs WHERE args ->> 'row' = %s)",
            [str(row.pk)],
        )
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")


def test_killed_in_the_middle_nothing_came_in_and_it_is_begun_again(alice, slow) -> None:
    def kill(number: int) -> None:
        if number == 2 and Entry.objects.exists():
            raise Killed

    slow(kill)
    row = brought(alice)
    assert arriving.ask(row, Step.APPLY)
    left_by_a_killed_worker(row)
    with pytest.raises(Killed):
        do(row)
    row.refresh_from_db()
    assert (row.state, row.step, row.done) == (State.RUNNING, Step.APPLY, 2)
    assert not Entry.objects.exists()
    assert row.brought.state == Import.State.READ
    slow()
    assert running.look_after(timezone.now()) == 1
    work_off("transfer")
    row.refresh_from_db()
    assert (row.is_in, row.run) == (True, 2)
    assert Entry.objects.count() == ENTRIES
    assert files(alice.pk) == []


def test_called_off_in_the_middle_it_waits_as_before(alice, slow) -> None:
    def before(number: int) -> None:
        if number == 2 and Entry.objects.exists():
            assert elsewhere(arriving.call_off, Upload.objects.get())

    slow(before)
    row = do(brought(alice), Step.APPLY)
    assert (row.is_previewed, row.step) == (True, Step.READ)
    assert not Entry.objects.exists()
    slow()
    row = do(row, Step.APPLY)
    assert row.is_in
    assert Entry.objects.count() == ENTRIES


def test_called_off_while_it_is_read_its_file_goes(alice, slow) -> None:
    slow(lambda number: number == 2 and elsewhere(arriving.call_off, Upload.objects.get()))
    row = brought(alice)
    assert row.is_off
    assert not Outcome.objects.exists()
    assert files(alice.pk) == []
    assert not arriving.call_off(row)


def test_taking_back_can_be_called_off(alice, slow) -> None:
    slow()
    row = do(brought(alice), Step.APPLY)
    assert arriving.ask(row, Step.UNDO)
    row.refresh_from_db()
    assert arriving.call_off(row)
    assert do(row).is_in
    assert Entry.objects.count() == ENTRIES


def test_two_workers_at_once_let_it_in_once(alice, slow) -> None:
    """The later run does it; the earlier one finds it in other hands."""
    again: list[int] = []

    def before(number: int) -> None:
        if number == 0 and not again:
            again.append(1)
            elsewhere(running.begin, Upload, row.owner_id, row.pk, timezone.now())

    slow()
    row = brought(alice)
    assert arriving.ask(row, Step.APPLY)
    slow(before)
    arriving.work(row.owner_id, row.pk, timezone.now)
    assert not Entry.objects.exists()
    assert do(row).is_in
    assert Entry.objects.count() == ENTRIES


def test_a_run_of_a_step_before_is_no_run_of_this_one(alice, slow) -> None:
    slow()
    row = brought(alice)
    assert arriving.ask(row, Step.APPLY)
    earlier = running.begin(Upload, row.owner_id, row.pk, timezone.now())
    assert earlier is not None
    assert arriving.call_off(earlier)
    assert arriving.ask(row, Step.APPLY)
    later = running.begin(Upload, row.owner_id, row.pk, timezone.now())
    assert later is not None
    assert earlier.run == later.run
    with running.Run(earlier) as run, pytest.raises(running.CalledOff):
        run.tell(at_once=True, done=1)


# --- Let go of ----------------------------------------------------------------------------------


def test_what_never_came_in_goes_after_seven_days(alice) -> None:
    row = make_upload(alice)
    almost = row.created_at + timedelta(days=7)
    assert let_go_of_old_transfers(int(almost.timestamp())) == 0
    assert files(alice.pk) != []
    assert let_go_of_old_transfers(int(almost.timestamp()) + 2) == 1
    assert files(alice.pk) == []
    assert not Upload.objects.exists()
    assert not Import.objects.exists()


def test_what_came_in_stays_on_the_list(alice, slow) -> None:
    slow()
    row = do(brought(alice), Step.APPLY)
    late = int((row.created_at + timedelta(days=90)).timestamp())
    assert let_go_of_old_transfers(late) == 0
    assert row.may(Step.UNDO)


def test_its_file_goes_with_the_account(alice, bob) -> None:
    row = make_upload(alice)
    make_upload(bob)
    leaving.remove(alice)
    assert files(row.owner_id) == []
    assert len(files(bob.pk)) == 1


def test_the_nightly_sweep_of_attachments_leaves_it_alone(alice) -> None:
    make_upload(alice)
    assert uploads.sweep(timezone.now() + timedelta(days=3)) == 0
    assert files(alice.pk) != []


def test_nobody_has_more_than_there_is_room_for(alice, bob) -> None:
    rows = [make_upload(alice) for _number in range(arriving.MOST)]
    with pytest.raises(arriving.TooMany):
        brought(alice)
    brought(bob)
    arriving.let_go(rows[0])
    brought(alice)


def test_a_file_that_could_not_be_kept_leaves_no_row(alice, monkeypatch) -> None:
    monkeypatch.setattr(default_storage, "save", mock.Mock(side_effect=OSError(ENOSPC, "full")))
    with pytest.raises(OSError, match="full"):
        arriving.take(owner=alice, file=ContentFile(b"x", name="a.txt"))
    assert not Upload.objects.exists()


# --- What is always true ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"state": "lost"},
        {"step": "lost"},
        {"form": ""},
        {"begun_at": None},
        {"run": 0},
        {"state": "failed"},
        {"reason": "room"},
        {"brought": None},
    ],
)
def test_the_database_holds_what_each_state_has(alice, values) -> None:
    row = make_upload(alice)
    with pytest.raises(IntegrityError):
        Upload.objects.filter(pk=row.pk).update(**values)


def test_what_is_noted_can_be_kept_as_json(alice) -> None:
    row = brought(alice, b"date,text\n2024-03-09,A walk\n", "a.csv")
    assert json.loads(json.dumps(row.table)) == row.table
