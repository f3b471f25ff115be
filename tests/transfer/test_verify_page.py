"""Verifying an archive: handed in, compared with the journal in the queue, told in words."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.journal.models import Entry
from apps.transfer import archive, checking, running
from apps.transfer.exporting import contents_of
from apps.transfer.models import Check, State
from apps.transfer.schema import schema
from apps.transfer.showing import verdict_of
from apps.transfer.tasks import let_go_of_old_transfers
from tests.factories import NOW, make_archive_check, make_entry
from tests.house.routes import log_in
from tests.htmx import one, soup

pytestmark = pytest.mark.django_db(transaction=True)


def archive_of(user: User) -> bytes:
    """An archive of this person."""
    return b"".join(archive.packed(contents_of(user), schema(), NOW))


def without(content: bytes, *names: str) -> bytes:
    """An archive in which some files are missing."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            if name not in names:
                new.writestr(name, old.read(name))
    return made.getvalue()


def hand_in(client: Client, content: bytes) -> Any:
    file = SimpleUploadedFile("archive.zip", content, "application/zip")
    return client.post("/export/check/", {"archive": file})


def compared(client: Client, content: bytes) -> str:
    """The page with what came of it."""
    url = hand_in(client, content).url
    row = Check.objects.order_by("-created_at")[0]
    assert url == row.get_absolute_url()
    checking.compare(row.owner_id, row.pk, timezone.now)
    return soup(client.get(url)).main.get_text(" ", strip=True)


def folder(user: User) -> list[Path]:
    """What lies in the folder of archives handed in."""
    place = Path(default_storage.path(f"{user.pk}/checks"))
    return list(place.iterdir()) if place.exists() else []


def test_an_archive_that_is_equal_is_told_so(alice, alice_client) -> None:
    make_entry(alice)
    words = compared(alice_client, archive_of(alice))
    assert "It is whole, and holds what your journal holds" in words
    assert folder(alice) == []
    row = Check.objects.get()
    assert row.done == row.total > 0


def test_it_tells_table_by_table_what_differs(alice, alice_client) -> None:
    _stays, changes, goes = (make_entry(alice) for _ in range(3))
    content = archive_of(alice)
    Entry.objects.filter(pk=changes.pk).update(starred=True)
    Entry.objects.filter(pk=goes.pk).delete()
    for _ in range(2):
        make_entry(alice)
    words = compared(alice_client, content)
    assert "It is whole, and your journal has changed since" in words
    page = soup(alice_client.get(Check.objects.get().get_absolute_url()))
    differs = next(table for table in page.select("table") if "What differs" in table.get_text())
    row = next(row for row in differs.select("tbody tr") if row.th.get_text() == "Entries")
    assert [cell.get_text() for cell in row.select("td")] == ["1", "1", "1", "2"]


def test_it_tells_what_is_amiss(alice, alice_client) -> None:
    make_entry(alice)
    content = without(archive_of(alice), "README.txt", "rows/journal.Tag.ndjson")
    words = compared(alice_client, content)
    assert "It is not as it was made" in words
    assert "“README.txt” is missing." in words
    assert "“rows/journal.Tag.ndjson” is missing." in words


@pytest.mark.parametrize("content", [b"hello", b"PK\x03\x04 and then nothing"])
def test_what_is_no_archive_is_told_with_a_sentence(alice, alice_client, content) -> None:
    words = compared(alice_client, content)
    assert "This file cannot be compared." in words
    assert Check.objects.get().refused in words
    assert folder(alice) == []


def test_very_many_sentences_are_not_all_told() -> None:
    verdict = checking.Verdict(amiss=[f"{number} is missing." for number in range(60)])
    shown = verdict_of(checking.said(verdict))
    assert (len(shown.amiss), shown.more) == (50, 10)


def test_a_name_of_a_table_that_is_no_more_is_shown_as_it_is() -> None:
    table = {"name": "gone.Table", "same": 1, "changed": 0, "only_there": 0, "only_here": 0}
    shown = verdict_of({"exported_at": "never", "amiss": [], "more": 0, "tables": [table]})
    assert (shown.exported_at, shown.equal[0].name) == (None, "gone.Table")


def test_a_form_without_a_file_is_422(alice_client) -> None:
    answer = alice_client.post("/export/check/", {})
    assert answer.status_code == 422
    assert soup(answer).select(".errorlist")
    assert not Check.objects.exists()


def test_it_may_be_larger_than_an_attachment_but_not_than_an_archive(
    alice, alice_client, settings
) -> None:
    settings.ATTACHMENT_BYTES, settings.ARCHIVE_BYTES = 10, 1000
    assert hand_in(alice_client, b"x" * 900).status_code == 302
    answer = hand_in(alice_client, b"x" * 1001)
    assert answer.status_code == 413
    assert "larger than 1000\xa0bytes" in one(soup(answer), ".errorlist").get_text()
    assert Check.objects.count() == 1


def test_only_the_latest_is_compared(alice, alice_client) -> None:
    for _ in range(2):
        hand_in(alice_client, archive_of(alice))
    first, second = Check.objects.order_by("created_at")
    assert (first.state, second.state) == (State.OFF, State.WAITING)
    checking.forget_old(timezone.now())
    assert len(folder(alice)) == 1


def test_it_is_called_off(alice, alice_client) -> None:
    hand_in(alice_client, archive_of(alice))
    row = Check.objects.get()
    assert one(soup(alice_client.get(row.get_absolute_url())), "progress")
    alice_client.post(f"/export/check/{row.pk}/stop/")
    checking.compare(row.owner_id, row.pk, timezone.now)
    checking.forget_old(timezone.now())
    row.refresh_from_db()
    assert (row.state, row.run, folder(alice)) == (State.OFF, 0, [])


def test_what_a_killed_worker_left_is_compared_anew(alice, alice_client) -> None:
    hand_in(alice_client, archive_of(alice))
    row = Check.objects.get()
    running.begin(Check, alice.pk, row.pk, timezone.now())
    checking.compare(row.owner_id, row.pk, timezone.now)
    row.refresh_from_db()
    assert (row.state, row.run) == (State.READY, 2)


def test_what_goes_wrong_is_said(alice, alice_client) -> None:
    hand_in(alice_client, archive_of(alice))
    row = Check.objects.get()
    default_storage.delete(row.key)
    checking.compare(row.owner_id, row.pk, timezone.now)
    words = soup(alice_client.get(row.get_absolute_url())).main.get_text(" ", strip=True)
    assert "Your journal and your file are as before." in words


def test_a_stranger_finds_nothing(alice, bob) -> None:
    row = make_archive_check(alice)
    stranger = log_in(bob)
    assert stranger.get(f"/export/check/{row.pk}/").status_code == 404
    assert stranger.post(f"/export/check/{row.pk}/stop/").status_code == 404
    assert str(row.pk) not in stranger.get("/export/check/").content.decode()


def test_it_goes_after_a_day(alice) -> None:
    make_archive_check(alice)
    assert let_go_of_old_transfers(int(timezone.now().timestamp())) == 0
    Check.objects.update(created_at=timezone.now() - checking.KEPT)
    assert let_go_of_old_transfers(int(timezone.now().timestamp()) + 1) == 1


@pytest.mark.parametrize("values", [{"verdict": None}, {"state": "off"}, {"begun_at": None}])
def test_the_database_holds_what_each_state_has(alice, values) -> None:
    row = make_archive_check(alice)
    with pytest.raises(IntegrityError):
        Check.objects.filter(pk=row.pk).update(**values)
