"""An export is made in the job queue: told while it runs, called off, begun anew, and let go of."""

import hashlib
import os
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from errno import ENOSPC
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.accounts import leaving
from apps.accounts.models import User
from apps.journal import uploads
from apps.journal.models import Entry
from apps.journal.query import parse
from apps.people.models import Person
from apps.transfer import making, running
from apps.transfer.choosing import Choice, Gone, kept, read
from apps.transfer.forms import FORMS
from apps.transfer.models import Export, State
from apps.transfer.sources.package import Package
from apps.transfer.tasks import let_go_of_old_transfers
from apps.transfer.verifying import verify
from tests.factories import NOW, TODAY, make_attachment, make_entry, make_export, make_person
from tests.transfer.slow_form import ROWS, SlowForm
from tests.working import work_off

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _tell_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each row is told, however fast it comes."""
    monkeypatch.setattr(running, "TELL_EVERY", 0)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Callable[..., SlowForm]:
    """Puts a form among the others in which something happens before a row."""

    def put(before: Callable[[int], None] = lambda _row: None) -> SlowForm:
        form = SlowForm(before)
        monkeypatch.setitem(FORMS, SlowForm.KEY, form)
        return form

    return put


def elsewhere(do: Callable[..., Any], *given: Any) -> Any:
    """Do it by a connection of its own, as another process would."""

    def whole() -> Any:
        try:
            return do(*given)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as other:
        return other.submit(whole).result()


def ask(owner: User, form: str = "slow", **over: Any) -> Export:
    values = {"choice": kept(Choice(), "", TODAY), "by_mail": False} | over
    return making.ask(owner=owner, form=form, **values)


def make(row: Export) -> Export:
    making.make(row.owner_id, row.pk, timezone.now)
    row.refresh_from_db()
    return row


def files(owner: UUID) -> list[str]:
    """What lies in the folder of exports."""
    folder = Path(default_storage.path(f"{owner}/exports"))
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


# --- Made ---------------------------------------------------------------------------------------


def test_a_worker_makes_the_archive_that_was_asked_for(alice) -> None:
    make_entry(alice, body="What Ana said.")
    row = ask(alice, "throughline")
    work_off("transfer")
    row.refresh_from_db()
    assert row.state == State.READY
    path = Path(default_storage.path(row.key))
    assert path.stat().st_size == row.bytes
    assert path.stat().st_mode & 0o777 == 0o600
    assert hashlib.sha256(path.read_bytes()).hexdigest() == row.sha256
    assert row.done == row.total > 0
    assert row.expires_at - row.ready_at == timedelta(days=7)
    with Package(path, "a.zip") as package:
        assert verify(package, alice).is_equal
    assert files(alice.pk) == [path.name]


def test_it_is_asked_for_in_the_same_transaction(alice) -> None:
    with transaction.atomic():
        ask(alice)
        transaction.set_rollback(True)
    assert not Export.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name="transfer.make_export").exists()


def test_it_says_how_far_it_is_while_it_reads_one_moment(alice, slow) -> None:
    seen: list[tuple[int, int, int]] = []
    counts: list[int] = []

    def look(row: int) -> None:
        seen.append(elsewhere(Export.objects.values_list("done", "total", "bytes").get))
        if row == 1:
            elsewhere(make_entry, alice)
        counts.append(Entry.objects.count())

    slow(look)
    make(ask(alice))
    assert [done for done, _total, _bytes in seen] == list(range(ROWS))
    assert {total for _done, total, _bytes in seen} == {ROWS}
    assert [size for _done, _total, size in seen] == [1024 * row for row in range(ROWS)]
    # What was written meanwhile is not seen by whoever reads.
    assert set(counts) == {0}
    assert Entry.objects.count() == 1


def test_a_choice_is_read_as_it_was_kept(alice) -> None:
    person = make_person(alice)
    choice = Choice(person=person.pk, notebooks=(None,), first=TODAY, with_files=False)
    said = kept(choice, "is:starred", TODAY)
    assert read(alice, said).person == person.pk
    assert read(alice, said).query == parse("is:starred", TODAY)
    assert read(alice, {**said, "query": ""}) == choice


@pytest.mark.parametrize(
    "said",
    [
        {"person": "01a22905-c2de-72e1-9361-48736e7fce90"},
        {"promise": "01a22905-c2de-72e1-9361-48736e7fce90"},
        {"notebooks": ["01a22905-c2de-72e1-9361-48736e7fce90"]},
        {"person": "nobody"},
        {"first": "yesterday"},
        {"notebooks": None},
        {"query": 3},
    ],
)
def test_what_is_no_choice_of_theirs_is_gone(alice, said) -> None:
    with pytest.raises(Gone):
        read(alice, kept(Choice(), "", TODAY) | said)


def test_a_person_of_somebody_else_is_gone(alice, bob) -> None:
    with pytest.raises(Gone):
        read(alice, kept(Choice(person=make_person(bob).pk), "", TODAY))


def test_it_is_written_about_where_that_is_wanted(alice, slow, mailoutbox) -> None:
    slow()
    make(ask(alice))
    assert mailoutbox == []
    row = make(ask(alice, by_mail=True))
    [letter] = mailoutbox
    assert letter.subject == "Your export is ready"
    assert letter.to == [alice.email]
    assert row.get_absolute_url() in letter.body


# --- Not made -----------------------------------------------------------------------------------


def fall(error: Exception) -> Callable[[int], None]:
    """Something that goes wrong half-way."""

    def before(row: int) -> None:
        if row == ROWS // 2:
            raise error

    return before


@pytest.mark.parametrize(
    ("error", "reason"),
    [(ValueError("private words"), "broken"), (OSError(ENOSPC, "full"), "room")],
)
def test_what_goes_wrong_is_said_and_leaves_nothing(
    alice, slow, mailoutbox, caplog, error, reason
) -> None:
    slow(fall(error))
    row = make(ask(alice, by_mail=True))
    assert (row.state, row.reason, row.key, row.sha256) == (State.FAILED, reason, "", "")
    assert files(alice.pk) == []
    assert mailoutbox[0].subject == "Your export could not be made"
    assert "private words" not in mailoutbox[0].body
    assert "private words" not in "".join(record.getMessage() for record in caplog.records)


def test_what_was_chosen_may_be_gone_by_then(alice, slow) -> None:
    slow()
    person = make_person(alice)
    row = ask(alice, choice=kept(Choice(person=person.pk), "", TODAY))
    Person.objects.all().delete()
    assert make(row).reason == "choice"
    assert files(alice.pk) == []


def test_it_stops_when_it_is_called_off(alice, slow) -> None:
    began = []

    def before(row: int) -> None:
        began.append(row)
        if row == 2:
            elsewhere(running.call_off, export)

    slow(before)
    export = ask(alice)
    assert make(export).state == State.OFF
    assert began == [0, 1, 2]
    assert files(alice.pk) == []


def test_what_was_called_off_before_is_not_begun(alice, slow) -> None:
    slow(fall(AssertionError()))
    row = ask(alice)
    assert running.call_off(row)
    assert not running.call_off(row)
    assert make(row).run == 0


def test_an_account_that_goes_takes_it_along(alice, slow) -> None:
    def before(row: int) -> None:
        if row == 3:
            elsewhere(leaving.remove, alice)

    slow(before)
    export = ask(alice)
    making.make(export.owner_id, export.pk, timezone.now)
    assert not Export.objects.exists()
    assert files(export.owner_id) == []


def test_what_was_kept_goes_with_the_account(alice) -> None:
    row = make_export(alice)
    assert files(alice.pk) != []
    leaving.remove(alice)
    assert files(row.owner_id) == []


# --- Begun anew ---------------------------------------------------------------------------------


def left_by_a_killed_worker(row: Export) -> None:
    """As it is when a worker was killed half-way: row, job and half a file stay as they were."""
    begun = running.begin(Export, row.owner_id, row.pk, timezone.now())
    assert begun is not None
    key = f"{row.owner_id}/exports/half"
    Export.objects.filter(pk=row.pk).update(key=key, done=3, bytes=3072)
    part = Path(default_storage.path(f"{key}.part"))
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(b"half of it")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing' WHERE args ->> 'row' = %s",
            [str(row.pk)],
        )


def test_what_a_killed_worker_left_is_begun_anew(alice, slow) -> None:
    slow()
    row = ask(alice)
    left_by_a_killed_worker(row)
    work_off("transfer")
    row.refresh_from_db()
    assert row.state == State.RUNNING
    assert running.look_after(timezone.now()) == 1
    work_off("transfer")
    row.refresh_from_db()
    assert (row.state, row.run, row.done) == (State.READY, 2, ROWS)
    assert files(alice.pk) == [Path(row.key).name]
    assert default_storage.size(row.key) == row.bytes == 1024 * ROWS


def test_what_is_in_no_queue_is_asked_for_again(alice, slow) -> None:
    slow()
    row = ask(alice)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    assert running.look_after(timezone.now()) == 0
    assert running.look_after(timezone.now() + timedelta(minutes=2)) == 1
    assert running.look_after(timezone.now() + timedelta(minutes=2)) == 0
    work_off("transfer")
    row.refresh_from_db()
    assert row.state == State.READY


def test_a_worker_at_work_is_left_alone(alice, slow) -> None:
    slow()
    row = ask(alice)
    running.begin(Export, row.owner_id, row.pk, timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT worker_id FROM procrastinate_register_worker_v1()")
        [worker] = cursor.fetchone()
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [worker])
    assert running.look_after(timezone.now()) == 0
    # It has said nothing for a minute.
    assert running.look_after(timezone.now() + timedelta(minutes=1)) == 1


def test_a_worker_that_was_thought_dead_finds_it_in_other_hands(alice, slow) -> None:
    """Two runs at once: the later one makes the file, the earlier one leaves it alone."""

    def before(row: int) -> None:
        if row == 1 and not again:
            again.append(1)
            elsewhere(making.make, export.owner_id, export.pk, timezone.now)

    again: list[int] = []
    slow(before)
    export = ask(alice)
    row = make(export)
    assert (row.state, row.run) == (State.READY, 2)
    assert files(alice.pk) == [Path(row.key).name]


def test_it_is_not_begun_for_ever(alice, slow) -> None:
    slow()
    row = ask(alice)
    for _run in range(running.MOST_RUNS):
        left_by_a_killed_worker(row)
    row = make(row)
    assert (row.state, row.reason) == (State.FAILED, "tried")
    making.forget_old(timezone.now())
    assert files(alice.pk) == []


# --- Let go of ----------------------------------------------------------------------------------


def test_it_is_kept_for_seven_days(alice) -> None:
    row = make_export(alice)
    almost = int((row.expires_at - timedelta(seconds=2)).timestamp())
    assert let_go_of_old_transfers(almost) == 0
    assert files(alice.pk) != []
    assert let_go_of_old_transfers(almost + 3) == 1
    assert files(alice.pk) == []
    assert not Export.objects.exists()


def test_the_nightly_sweep_of_attachments_leaves_it_alone(alice) -> None:
    row = make_export(alice)
    path = default_storage.path(row.key)
    os.utime(path, (0, 0))
    assert uploads.sweep(timezone.now()) == 0
    assert files(alice.pk) != []


def test_nobody_has_more_than_there_is_room_for(alice, bob, slow) -> None:
    slow()
    for _number in range(making.MOST):
        ask(alice)
    with pytest.raises(making.TooMany):
        ask(alice)
    ask(bob)
    running.call_off(Export.objects.for_user(alice)[0])
    ask(alice)


# --- What is always true ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"state": "lost"},
        {"form": ""},
        {"state": "running", "begun_at": None},
        {"state": "running", "run": 0},
        {"state": "failed"},
        {"reason": "room"},
        {"ready_at": None},
        {"expires_at": None},
        {"expires_at": NOW, "ready_at": NOW},
        {"sha256": "no digest"},
        {"key": ""},
        {"state": "off"},
    ],
)
def test_the_database_holds_what_each_state_has(alice, values) -> None:
    row = make_export(alice)
    with pytest.raises(IntegrityError):
        Export.objects.filter(pk=row.pk).update(**values)


def test_an_archive_of_files_holds_them(alice) -> None:
    attachment = make_attachment(make_entry(alice))
    row = ask(alice, "throughline", choice=kept(Choice(with_files=False), "", TODAY))
    whole = ask(alice, "throughline")
    for each in (row, whole):
        make(each)
    names = [zipfile.ZipFile(default_storage.path(each.key)).namelist() for each in (row, whole)]
    has = [any(str(attachment.pk) in name for name in some) for some in names]
    assert has == [False, True]
