"""What a device shares with Throughline becomes an entry, and nobody else can send any."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from apps.accounts import limits
from apps.journal.models import Attachment, Entry, EntryTag
from apps.journal.models.entry import BODY_LENGTH, TITLE_LENGTH
from tests.factories import picture

FROM_DEVICE = {"sec-fetch-site": "none"}


def share(client: Client, headers=FROM_DEVICE, **form) -> HttpResponse:
    return client.post("/share/", {"title": "", "text": "", "url": "", **form}, headers=headers)


def test_it_becomes_an_entry_that_one_goes_on_with(alice, alice_client) -> None:
    answer = share(alice_client, title="A talk", text="On craft.", url="https://example.org/a")
    entry = Entry.objects.get(owner=alice)
    assert answer.headers["Location"] == f"/journal/{entry.pk}/edit/"
    assert entry.title == "A talk"
    assert entry.body == "On craft.\n\nhttps://example.org/a"


def test_an_address_that_stands_in_the_text_is_not_said_twice(alice, alice_client) -> None:
    share(alice_client, text="Look: https://example.org/a", url="https://example.org/a")
    assert Entry.objects.get().body == "Look: https://example.org/a"


def test_a_title_that_is_the_text_is_not_said_twice(alice, alice_client) -> None:
    share(alice_client, title="On craft.", text="On craft.")
    entry = Entry.objects.get()
    assert (entry.title, entry.body) == ("", "On craft.")


def test_its_tags_are_found_at_once(alice, alice_client) -> None:
    share(alice_client, text="Read this #craft")
    assert EntryTag.objects.get(owner=alice).tag.name == "craft"


def test_files_come_along_also_alone(alice, alice_client) -> None:
    photo = SimpleUploadedFile("weir.png", picture(), "image/png")
    answer = share(alice_client, files=photo)
    entry = Entry.objects.get()
    assert answer.headers["Location"] == f"/journal/{entry.pk}/edit/"
    assert Attachment.objects.get(entry=entry).name == "weir.png"


def test_a_file_that_is_not_taken_leaves_no_empty_entry(alice, alice_client) -> None:
    answer = share(alice_client, files=SimpleUploadedFile("empty.txt", b""))
    assert not Entry.objects.exists()
    assert answer.headers["Location"] == "/journal/new/"
    assert "empty.txt" in alice_client.get("/journal/new/").content.decode()


def test_nothing_shared_makes_nothing(alice, alice_client) -> None:
    assert share(alice_client).headers["Location"] == "/journal/new/"
    assert not Entry.objects.exists()


def test_no_word_is_lost_where_it_is_too_much(alice, alice_client) -> None:
    title, text = "t" * (TITLE_LENGTH + 1), "word " * (BODY_LENGTH // 5 + 1)
    share(alice_client, title=title, text=text)
    entry = Entry.objects.get()
    key = Attachment.objects.get(entry=entry, name="share.txt").key
    with default_storage.open(key) as file:
        whole = file.read().decode()
    assert title in whole
    assert whole.endswith(text)
    assert len(entry.body) == BODY_LENGTH


@pytest.mark.parametrize("site", ["cross-site", "same-site", None])
def test_another_site_can_share_nothing(alice_client, site) -> None:
    headers = {"sec-fetch-site": site} if site else {}
    assert share(alice_client, headers, text="planted").status_code == 403
    assert not Entry.objects.exists()


def test_whoever_is_logged_out_gets_the_words_back(db) -> None:
    answer = share(Client(), text="On craft.")
    assert answer.status_code == 401
    assert "On craft." in answer.content.decode()


def test_too_many_are_told_when_to_come_back(alice_client, monkeypatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "save", limits.Limit(0, 60))
    answer = share(alice_client, text="On craft.")
    assert answer.status_code == 429
    assert not Entry.objects.exists()
