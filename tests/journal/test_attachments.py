"""Attaching: what is taken, where it lies, and that nothing is lost, made twice or left over."""

import json
import os
from contextlib import suppress
from datetime import date, timedelta
from errno import ENOSPC
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts import leaving
from apps.accounts.models import User
from apps.core.models import new_id
from apps.journal import drafting, pictures, sorting, tasks, uploads
from apps.journal.indexing import index
from apps.journal.models import Attachment, Entry
from apps.journal.models.attachment import sizes_of
from apps.journal.uploads import Refused, attach, clean_name
from config.storages import Folder
from tests.factories import (
    NOW,
    make_attachment,
    make_draft,
    make_entry,
    make_hand,
    photo,
    picture,
)

pytestmark = pytest.mark.django_db


def keep(entry: Entry, content: bytes = b"words", **over: Any) -> Attachment:
    """Attach these bytes, and make no sizes."""
    values = {"name": "a.txt", "now": NOW} | over
    return attach(owner=entry.owner, entry=entry, content=ContentFile(content), **values)


def files() -> list[str]:
    """What lies in the folder, by name."""
    return sorted(path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def queued(name: str) -> list[dict[str, Any]]:
    """What the job queue was asked to do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = %s", [name])
        return [json.loads(args) for (args,) in cursor.fetchall()]


# --- what is kept ---------------------------------------------------------------------------


def test_it_keeps_the_bytes_and_what_they_are(alice) -> None:
    entry = make_entry(alice)
    row = keep(entry, picture(60, 40), name="walk.png")
    assert (row.kind, row.content_type, row.width, row.height) == ("photo", "image/png", 60, 40)
    assert row.is_waiting
    with default_storage.open(row.key) as file:
        assert file.read() == picture(60, 40)
    assert queued("journal.make_sizes") == [{"owner": str(alice.pk), "attachment": str(row.pk)}]


def test_a_name_is_shown_and_is_never_where_a_file_lies(alice) -> None:
    row = keep(make_entry(alice), name="../../etc/passwd")
    assert row.name == "passwd"
    owner, _, random = row.key.partition("/")
    assert owner == str(alice.pk)
    assert len(random) == 32
    assert files() == [random]


def test_only_the_owner_of_the_process_may_look_into_the_folder(alice) -> None:
    row = keep(make_entry(alice))
    path = Path(default_storage.path(row.key))
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_files_stand_in_the_order_in_which_they_came(alice) -> None:
    entry = make_entry(alice)
    rows = [keep(entry, name=f"{number}.txt") for number in (3, 1, 2)]
    entry.refresh_from_db()
    assert uploads.attachments_of(entry) == rows


def test_lists_know_how_many_there_are_and_the_first_pictures(alice) -> None:
    entry = make_entry(alice)
    rows = [make_attachment(entry, picture(60 + n, 40)) for n in range(5)]
    make_attachment(entry, b"%PDF-1.7", name="a.pdf")
    assert entry.attached["photo"] == 5
    assert entry.attached["pdf"] == 1
    assert entry.attached["shown"] == [[str(r.pk), r.width, r.height] for r in rows[:4]]


# --- trying again ---------------------------------------------------------------------------


def test_a_try_that_is_repeated_makes_no_second_file(alice) -> None:
    entry, pk = make_entry(alice), new_id()
    first = keep(entry, attachment_id=pk)
    assert keep(entry, b"other words", attachment_id=pk) == first
    assert len(files()) == 1


def test_the_same_try_twice_at_once_makes_no_second_file(alice, monkeypatch) -> None:
    """Both look before either has its row."""
    entry, pk = make_entry(alice), new_id()
    store = uploads._store

    def and_meanwhile(row: Attachment, content: Any) -> None:
        monkeypatch.setattr(uploads, "_store", store)
        keep(entry, attachment_id=pk)
        store(row, content)

    monkeypatch.setattr(uploads, "_store", and_meanwhile)
    assert keep(entry, attachment_id=pk).pk == pk
    assert Attachment.objects.count() == 1
    assert len(files()) == 1


def test_somebody_elses_id_is_not_found_and_leaves_nothing(alice, bob) -> None:
    theirs = keep(make_entry(bob))
    with pytest.raises(Http404):
        keep(make_entry(alice), attachment_id=theirs.pk)
    assert len(files()) == 1


# --- what is refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "content", "reason", "status"),
    [
        ({}, b"", "empty", 422),
        ({"ATTACHMENT_BYTES": 4}, b"words", "large", 413),
        ({"ATTACHMENTS_PER_ENTRY": 1}, b"words", "many", 422),
        ({"ATTACHMENTS_BYTES": 9}, b"words", "quota", 422),
    ],
    ids=["empty", "large", "many", "quota"],
)
def test_what_is_too_much_is_refused_in_words(
    alice, settings, limit, content, reason, status
) -> None:
    entry = make_entry(alice)
    keep(entry, b"first")
    for name, value in limit.items():
        setattr(settings, name, value)
    with pytest.raises(Refused, match=r"“a\.txt”") as refused:
        keep(entry, content)
    assert (refused.value.reason, refused.value.status) == (reason, status)
    assert len(files()) == 1


def test_at_the_limit_it_is_taken(alice, settings) -> None:
    settings.ATTACHMENT_BYTES = settings.ATTACHMENTS_BYTES = 5
    settings.ATTACHMENTS_PER_ENTRY = 1
    assert keep(make_entry(alice)).size == 5


class FullDisk(Folder):
    """A folder whose disk fills up in the middle of each file."""

    def _save(self, name: str, content: Any) -> str:  # noqa: ARG002
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
        raise OSError(ENOSPC, os.strerror(ENOSPC))


class Elsewhere(Folder):
    """A storage that does not answer."""

    def _save(self, name: str, content: Any) -> str:  # noqa: ARG002
        raise ConnectionError("no route to the bucket")


@pytest.mark.parametrize("storage", [FullDisk, Elsewhere])
def test_without_room_it_is_refused_and_leaves_neither_row_nor_bytes(
    alice, settings, storage
) -> None:
    entry = make_entry(alice)
    backend = {"BACKEND": f"{__name__}.{storage.__name__}"}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    with pytest.raises(Refused) as refused:
        keep(entry)
    assert refused.value.status == 507
    assert not Attachment.objects.exists()
    assert files() == []


def test_a_row_that_cannot_be_kept_takes_its_file_along(alice, monkeypatch) -> None:
    def broken(row: Attachment) -> Attachment:
        raise RuntimeError("planted")

    monkeypatch.setattr(uploads, "_add", broken)
    with pytest.raises(RuntimeError):
        keep(make_entry(alice))
    assert files() == []


# --- names ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\ana\\walk.jpg", "walk.jpg"),
        ("..", "file"),
        (".htaccess", "htaccess"),
        ("  a \t b\n.txt ", "a b.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("nul\0.txt", "nul\ufffd.txt"),
        ("e\u0301te\u0301.png", "été.png"),
        ("x" * 300 + ".jpeg", "x" * 195 + ".jpeg"),
        ("日本語.heic", "日本語.heic"),
    ],
)
def test_a_name_is_cleaned(given, kept) -> None:
    assert clean_name(given) == kept


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_can_be_shown_and_kept(name) -> None:
    kept = clean_name(name)
    assert kept
    assert len(kept) <= 200
    assert clean_name(kept) == kept
    assert not set("/\\\n\r\t\0") & set(kept)
    assert "\u202e" not in kept


# --- putting entries together ---------------------------------------------------------------


def test_a_photo_alone_is_an_entry(alice) -> None:
    """failure-stories T8."""
    hand = make_hand(sequence=None)
    pk, blank = new_id(), make_draft(body="")
    values = {"owner": alice, "entry_id": pk, "hand": hand, "now": NOW}
    assert drafting.save(draft=blank, **values).entry is None
    saved = drafting.save(draft=blank, even_empty=True, **values)
    assert saved.entry is not None
    keep(saved.entry, picture())
    assert not drafting.let_go_if_blank(alice, pk)
    assert Entry.objects.get(pk=pk).attached == {"photo": 1}


def test_the_writer_goes_on_with_an_entry_that_its_photo_began(alice) -> None:
    pk, writer = new_id(), new_id()
    begun = make_hand(writer=writer, sequence=None)
    drafting.save(
        owner=alice,
        entry_id=pk,
        draft=make_draft(body=""),
        hand=begun,
        now=NOW,
        even_empty=True,
    )
    hand = make_hand(writer=writer, sequence=1, expected_version=0)
    saved = drafting.save(owner=alice, entry_id=pk, draft=make_draft(), hand=hand, now=NOW)
    assert saved.outcome is drafting.Outcome.CHANGED


def test_an_entry_begun_for_files_that_were_all_refused_goes_again(alice) -> None:
    hand = make_hand(sequence=None)
    drafting.save(
        owner=alice,
        entry_id=(pk := new_id()),
        draft=make_draft(body=""),
        hand=hand,
        now=NOW,
        even_empty=True,
    )
    assert drafting.let_go_if_blank(alice, pk)
    assert not Entry.objects.exists()
    assert not drafting.let_go_if_blank(alice, make_entry(alice).pk)


def test_another_day_takes_the_files_along(alice) -> None:
    """failure-stories T11: nothing of a file depends on the day."""
    entry = make_entry(alice)
    row = make_attachment(entry)
    drafting.move_to(owner=alice, entry_id=entry.pk, day=date(2024, 5, 12), now=NOW)
    entry.refresh_from_db()
    assert (entry.local_date, entry.version) == (date(2024, 5, 12), 2)
    assert entry.occurred_at.hour == NOW.hour - 1  # the same hour on the wall, in summer time
    assert uploads.attachments_of(entry) == [row]
    assert all(default_storage.exists(row.size_key(size.box)) for size in row.sizes)


def test_a_save_leaves_alone_what_is_attached(alice) -> None:
    entry = make_entry(alice)
    make_attachment(entry)
    hand = make_hand(expected_version=1)
    drafting.save(owner=alice, entry_id=entry.pk, draft=make_draft(body="b"), hand=hand, now=NOW)
    entry.refresh_from_db()
    assert entry.attached["photo"] == 1


def test_a_photo_says_when_it_was_taken_and_moves_nothing(alice) -> None:
    entry = make_entry(alice)
    row = make_attachment(entry, photo(taken="2024:05:12 10:00:00"))
    assert row.taken_on == date(2024, 5, 12)
    assert entry.local_date == date(2026, 11, 20)


# --- being found ----------------------------------------------------------------------------


def test_names_and_descriptions_are_words_of_the_entry(alice) -> None:
    entry = make_entry(alice)
    row = make_attachment(entry, name="zymurgy_report.png")
    row.alt = "A heron by the weir"
    uploads.describe(row)
    entry.refresh_from_db()
    index([entry])
    lexemes = str(entry.words.vector)
    assert "'=zymurgy'" in lexemes
    assert "'=heron'" in lexemes
    uploads.remove(row, NOW)
    entry.refresh_from_db()
    index([entry])
    entry.words.refresh_from_db()
    assert "zymurgy" not in str(entry.words.vector)


# --- making sizes ---------------------------------------------------------------------------


def test_sizes_are_made_once_and_known_to_lists(alice) -> None:
    entry = make_entry(alice)
    row = keep(entry, picture(3000, 2000))
    for _ in range(2):
        tasks.make_sizes(str(alice.pk), str(row.pk))
    row.refresh_from_db()
    assert row.is_shown
    assert [tuple(size) for size in row.sizes] == [
        (480, 480, 320),
        (1200, 1200, 800),
        (2400, 2400, 1600),
    ]
    assert len(files()) == 4


def test_what_an_earlier_try_has_left_is_replaced(alice) -> None:
    row = keep(make_entry(alice), picture())
    default_storage.save(row.size_key(480), ContentFile(b"half of it"))
    uploads.make_sizes(alice.pk, row.pk)
    with default_storage.open(row.size_key(480)) as made:
        assert made.read(4) == b"RIFF"
    assert len(files()) == 2


@pytest.mark.parametrize("amiss", ["broken", "missing"])
def test_a_picture_that_cannot_be_decoded_stays_a_file(alice, amiss) -> None:
    entry = make_entry(alice)
    row = keep(entry, picture(400, 400, "JPEG", colour="red")[:700], name="half.jpg")
    if amiss == "missing":
        default_storage.delete(row.key)
    uploads.make_sizes(alice.pk, row.pk)
    row.refresh_from_db()
    assert row.state == "failed"
    entry.refresh_from_db()
    assert entry.attached == {"photo": 1}


def test_an_entry_that_goes_meanwhile_is_no_trouble(alice, monkeypatch) -> None:
    entry = make_entry(alice)
    row = keep(entry, picture())
    made = pictures.made

    def and_meanwhile(content: Any) -> Any:
        Entry.objects.filter(pk=entry.pk).delete()
        return made(content)

    monkeypatch.setattr(pictures, "made", and_meanwhile)
    uploads.make_sizes(alice.pk, row.pk)
    assert uploads.sweep(NOW + timedelta(days=400)) == 2
    assert files() == []


def test_a_picture_that_was_forgotten_is_asked_for_again_and_not_for_ever(alice) -> None:
    row = keep(make_entry(alice), picture())
    Attachment.objects.update(created_at=NOW)
    assert uploads.ask_again(NOW + timedelta(minutes=10)) == 0
    assert uploads.ask_again(NOW + timedelta(hours=1)) == 1
    assert len(queued("journal.make_sizes")) == 2
    uploads.ask_again(NOW + timedelta(days=2))
    row.refresh_from_db()
    assert row.state == "failed"


@given(st.integers(1, 60_000), st.integers(1, 60_000))
def test_sizes_keep_their_shape_and_fit_their_box(width, height) -> None:
    sizes = sizes_of(width, height)
    assert sizes == sorted(sizes)
    for size in sizes:
        assert 1 <= max(size.width, size.height) <= min(size.box, max(width, height))
        assert abs(size.width * height - size.height * width) <= max(width, height)


# --- letting go -----------------------------------------------------------------------------


def test_a_removed_file_can_be_put_back_for_a_day(alice) -> None:
    entry = make_entry(alice)
    row = make_attachment(entry)
    undoing = uploads.remove(row, NOW)
    entry.refresh_from_db()
    assert entry.attached == {}
    assert uploads.forget_removed(NOW + timedelta(hours=23)) == 0
    sorting.undo(undoing)
    entry.refresh_from_db()
    assert uploads.attachments_of(entry) == [row]


def test_after_a_day_a_removed_file_goes_with_its_sizes(alice) -> None:
    row = make_attachment(make_entry(alice))
    undoing = uploads.remove(row, NOW)
    tasks.look_after_files(int((NOW + timedelta(days=2)).timestamp()))
    for job in queued("journal.forget_files"):
        tasks.forget_files(**job)
    assert files() == []
    with pytest.raises(sorting.TooLate):
        sorting.undo(undoing)


def test_trash_keeps_files_and_gives_them_back(alice) -> None:
    entry = make_entry(alice)
    row = make_attachment(entry)
    drafting.throw_away(entry, NOW)
    drafting.take_back(entry)
    assert uploads.attachments_of(entry) == [row]
    assert len(files()) == 2


@pytest.mark.parametrize("way", ["erase", "empty", "purge"])
def test_an_entry_that_goes_for_good_takes_its_files(alice, alice_client, way) -> None:
    entry, other = make_entry(alice), make_entry(alice)
    make_attachment(entry)
    kept = make_attachment(other)
    drafting.throw_away(entry, NOW)
    if way == "purge":
        tasks.purge(NOW + timedelta(days=31))
    else:
        place = f"{entry.pk}/erase" if way == "erase" else "trash/empty"
        alice_client.post(f"/journal/{place}/")
    assert not Entry.objects.filter(pk=entry.pk).exists()
    (job,) = queued("journal.forget_files")
    tasks.forget_files(**job)
    assert files() == sorted(Path(key).name for key in [kept.key, kept.size_key(480)])


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_back_in_the_database_takes_no_file(alice) -> None:
    """The queue hears of files when their rows are gone for certain, and not before."""
    entry = make_entry(alice)
    make_attachment(entry)
    with suppress(RuntimeError), transaction.atomic():
        uploads.erase(Entry.objects.filter(pk=entry.pk))
        raise RuntimeError("planted")
    assert queued("journal.forget_files") == []
    assert len(files()) == 2


def test_leaving_takes_every_file_from_any_storage(alice, bob) -> None:
    make_attachment(make_entry(alice))
    kept = make_attachment(make_entry(bob))
    leaving.remove(alice)
    # What stays of alice is that she is gone.
    names = [kept.key, kept.size_key(480), f"{leaving.REMOVED}/{alice.pk}"]
    assert files() == sorted(Path(name).name for name in names)


def test_files_without_a_row_are_swept_away_after_a_day(alice) -> None:
    kept = make_attachment(make_entry(alice))
    removed = make_attachment(make_entry(alice))
    uploads.remove(removed, NOW)
    orphans = [f"{alice.pk}/orphan", f"{new_id()}/somebody-gone", "no-id/x"]
    for name in orphans:
        default_storage.save(name, ContentFile(b"x"))
    now = default_storage.get_modified_time(kept.key)
    assert uploads.sweep(now + timedelta(hours=23)) == 0
    assert uploads.sweep(now + timedelta(hours=25)) == 3
    assert len(files()) == 4


# --- what the database refuses --------------------------------------------------------------


@pytest.mark.parametrize(
    "over",
    [
        {"name": ""},
        {"size": 0},
        {"sha256": "x" * 64},
        {"kind": "film"},
        {"width": None},
        {"width": 0},
        {"state": "none"},
        {"taken_on": date(999, 1, 1)},
    ],
    ids=lambda over: f"{next(iter(over.items()))}",
)
def test_the_database_refuses_what_is_no_attachment(alice, over) -> None:
    row = make_attachment(make_entry(alice))
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.filter(pk=row.pk).update(**over)


def test_the_database_refuses_measures_of_what_is_no_picture(alice) -> None:
    row = make_attachment(make_entry(alice), b"words", name="a.txt")
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.filter(pk=row.pk).update(width=1, height=1)


def test_the_database_refuses_a_file_at_somebody_elses_entry(alice, bob) -> None:
    row = make_attachment(make_entry(alice))
    theirs = make_entry(bob)
    Attachment.objects.filter(pk=row.pk).update(entry=theirs)
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_two_rows_cannot_have_one_file(alice) -> None:
    entry = make_entry(alice)
    first, second = make_attachment(entry), make_attachment(entry)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.filter(pk=second.pk).update(key=first.key)


def taken(user: User) -> int:
    """How many bytes of files somebody has."""
    return sum(Attachment.objects.for_user(user).values_list("size", flat=True))


def test_what_was_removed_no_longer_counts(alice, settings) -> None:
    entry = make_entry(alice)
    row = keep(entry, b"x" * 10)
    settings.ATTACHMENTS_BYTES = taken(alice)
    with pytest.raises(Refused):
        keep(entry)
    uploads.remove(row, NOW)
    assert keep(entry).size == 5
