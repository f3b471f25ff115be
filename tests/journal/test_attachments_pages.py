"""Attaching by plain forms and by scripts, describing, dating, removing; and all photos by date."""

from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from apps.core.models import new_id
from apps.journal import uploads
from apps.journal.models import Attachment, Entry, Undoing
from apps.journal.query import parse
from apps.journal.searching import search
from tests.factories import (
    NOW,
    TODAY,
    form_data,
    make_attachment,
    make_entry,
    photo,
    picture,
)
from tests.house.test_sanitiser import ELEMENTS, WRAPS, faults_of_page
from tests.htmx import HtmxClient, one, same, soup

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


def file(name: str = "walk.png", content: bytes = b"") -> SimpleUploadedFile:
    """A file as a form sends it."""
    return SimpleUploadedFile(name, content or picture())


def attach(client: Client, pk: object, *files: Any, **more: Any) -> Any:
    """Send files to an entry as the page's script does."""
    data = {"files": list(files), **more}
    return client.post(reverse("journal:entry_attach", args=[pk]), data, headers=JSON)


# --- by the form ----------------------------------------------------------------------------


def test_several_files_come_by_one_form(alice, alice_client) -> None:
    entry = make_entry(alice)
    url = reverse("journal:entry_attach", args=[entry.pk])
    answer = alice_client.post(url, {"files": [file(), file("b.txt", b"words")]}, follow=True)
    assert answer.redirect_chain == [(entry.get_absolute_url(), 302)]
    assert "2 files are attached." in answer.content.decode()
    entry.refresh_from_db()
    assert [row.name for row in uploads.attachments_of(entry)] == ["walk.png", "b.txt"]


def test_without_a_file_it_asks_for_one(alice, alice_client) -> None:
    entry = make_entry(alice)
    answer = alice_client.post(reverse("journal:entry_attach", args=[entry.pk]))
    assert answer.status_code == 422
    assert "Choose a file first." in answer.content.decode()


def test_one_that_is_refused_stops_no_other(alice, alice_client, settings) -> None:
    settings.ATTACHMENT_BYTES = 2_000
    entry = make_entry(alice)
    url = reverse("journal:entry_attach", args=[entry.pk])
    files = [file("large.bin", b"x" * 2_001), file(), file("empty.txt", b"x")]
    page = alice_client.post(url, {"files": files}, follow=True).content.decode()
    assert "2 files are attached." in page
    assert "“large.bin” is larger than" in page


def test_where_none_was_taken_the_page_says_why(alice, alice_client, settings) -> None:
    settings.ATTACHMENT_BYTES = 100
    entry = make_entry(alice)
    url = reverse("journal:entry_attach", args=[entry.pk])
    answer = alice_client.post(url, {"files": [file("large.bin", b"x" * 101)]})
    assert answer.status_code == 413
    assert (
        "“large.bin” is larger than"
        in one(soup(answer), ".notice[role=alert]:not([hidden])").get_text()
    )


def test_the_writer_brings_files_along_with_its_words(alice, alice_client) -> None:
    pk = new_id()
    data = form_data(alice, body="With a photo.", files=[file()])
    alice_client.post(reverse("journal:entry_save", args=[pk]), data)
    entry = Entry.objects.get(pk=pk)
    assert entry.body == "With a photo."
    assert entry.attached == {"photo": 1}


def test_a_writer_with_nothing_but_a_photo_makes_an_entry(alice, alice_client) -> None:
    pk = new_id()
    url = reverse("journal:entry_save", args=[pk])
    alice_client.post(url, form_data(alice, body="", files=[file()]))
    assert Entry.objects.get(pk=pk).attached == {"photo": 1}


def test_a_photo_that_is_refused_makes_none_and_costs_no_word(
    alice, alice_client, settings
) -> None:
    settings.ATTACHMENTS_BYTES = 1
    pk = new_id()
    url = reverse("journal:entry_save", args=[pk])
    page = alice_client.post(url, form_data(alice, body="", files=[file()]), follow=True)
    assert not Entry.objects.exists()
    assert "take up all the room" in page.content.decode()
    alice_client.post(url, form_data(alice, body="Words.", files=[file()]))
    assert Entry.objects.get(pk=pk).body == "Words."


def test_too_large_a_file_costs_no_word_of_the_form_it_comes_with(
    alice, alice_client, settings
) -> None:
    """assurance T-17: one byte too many, and the text is kept all the same."""
    settings.ATTACHMENT_BYTES = 5_000
    pk = new_id()
    data = {"files": [file("film.mov", b"x" * 5_001)]} | form_data(alice, body="All of it.")
    page = alice_client.post(reverse("journal:entry_save", args=[pk]), data, follow=True)
    assert Entry.objects.get(pk=pk).body == "All of it."
    assert "“film.mov” is larger than" in page.content.decode()


def test_a_full_disk_costs_no_word_of_the_form(alice, alice_client, monkeypatch) -> None:
    """The temporary file of an upload finds no room, while the form is still being read."""

    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("apps.journal.receiving.TemporaryUploadedFile", full)
    pk = new_id()
    data = {"files": [file(), file("b.png")]} | form_data(alice, body="All of it.")
    page = alice_client.post(reverse("journal:entry_save", args=[pk]), data, follow=True)
    assert Entry.objects.get(pk=pk).body == "All of it."
    assert page.content.decode().count("there is no room for it right now") == 2


def test_more_files_than_an_entry_holds_are_left_aside(alice, alice_client, settings) -> None:
    settings.ATTACHMENTS_PER_ENTRY = 2
    entry = make_entry(alice)
    url = reverse("journal:entry_attach", args=[entry.pk])
    page = alice_client.post(url, {"files": [file() for _ in range(4)]}, follow=True)
    assert Attachment.objects.count() == 2
    assert page.content.decode().count("was left out") == 2


def test_a_form_that_cannot_be_kept_says_that_files_must_be_chosen_again(
    alice, alice_client
) -> None:
    data = form_data(alice, local_date="some day", files=[file()])
    answer = alice_client.post(reverse("journal:entry_save", args=[new_id()]), data)
    assert answer.status_code == 422
    assert "Choose them once more" in answer.content.decode()
    assert "A line about the day." in answer.content.decode()


# --- by the script --------------------------------------------------------------------------


def test_the_script_hears_where_the_entry_is(alice, alice_client) -> None:
    entry, pk = make_entry(alice), new_id()
    for _ in range(2):
        answer = attach(alice_client, entry.pk, file(), id=str(pk), person=str(alice.pk))
        assert answer.json() == {
            "outcome": "attached",
            "ids": [str(pk)],
            "url": reverse("journal:entry_edit", args=[entry.pk]),
        }
    assert Attachment.objects.count() == 1


def test_files_begin_an_entry_of_the_page_they_were_dropped_on(alice, alice_client) -> None:
    pk, writer = new_id(), new_id()
    answer = attach(
        alice_client,
        pk,
        file(),
        writer=str(writer),
        local_date="2026-03-14",
        occurred_at="2026-03-14T09:30:00+00:00",
        time_zone="Asia/Tokyo",
    )
    assert answer.status_code == 200
    entry = Entry.objects.get(pk=pk)
    assert entry.local_date == date(2026, 3, 14)
    assert (entry.time_zone, entry.writer) == ("Asia/Tokyo", writer)
    # The page's own first save goes on with it.
    data = form_data(alice, body="And words.", writer=str(writer), sequence="1")
    saved = alice_client.post(reverse("journal:entry_save", args=[pk]), data, headers=JSON)
    assert saved.json()["outcome"] == "changed"


@pytest.mark.parametrize("said", ["", "yesterday", "9999-01-01"])
def test_a_day_that_makes_no_sense_is_today(alice, alice_client, said) -> None:
    pk = new_id()
    more = {"local_date": said, "occurred_at": said, "time_zone": said, "writer": said}
    assert attach(alice_client, pk, file(), **more).status_code == 200
    assert Entry.objects.get(pk=pk).time_zone == alice.time_zone


def test_files_of_a_page_of_somebody_else_are_not_taken(alice, bob, alice_client) -> None:
    answer = attach(alice_client, new_id(), file(), person=str(bob.pk))
    assert (answer.status_code, answer.json()["error"]) == (403, "other-person")
    assert not Entry.objects.exists()


def test_somebody_elses_entry_takes_nothing(alice, bob_client) -> None:
    entry = make_entry(alice)
    assert attach(bob_client, entry.pk, file()).status_code == 404
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("limits", "content", "status", "error"),
    [
        ({}, b"", 422, "empty"),
        ({"ATTACHMENT_BYTES": 10}, b"x" * 11, 413, "large"),
        ({"ATTACHMENTS_BYTES": 10}, b"x" * 11, 422, "quota"),
    ],
)
def test_the_script_is_told_why_not(
    alice, alice_client, settings, limits, content, status, error
) -> None:
    for name, value in limits.items():
        setattr(settings, name, value)
    pk = new_id()
    answer = attach(alice_client, pk, SimpleUploadedFile("a.bin", content))
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert "“a.bin”" in answer.json()["said"][0]
    assert not Entry.objects.exists()


def test_very_many_at_once_are_asked_to_wait(alice, alice_client, monkeypatch) -> None:
    monkeypatch.setattr("apps.journal.views.attachments.is_over", lambda *_: True)
    answer = attach(alice_client, new_id(), file())
    assert answer.status_code == 429
    assert answer.headers["Retry-After"]


# --- what is shown --------------------------------------------------------------------------


def test_an_entry_shows_hears_and_offers_its_files(alice, alice_client) -> None:
    entry = make_entry(alice)
    shown = make_attachment(entry, picture(600, 400), name="walk.png")
    sound = make_attachment(entry, b"fLaC", name="note.flac", seconds=125)
    pdf = make_attachment(entry, b"%PDF-1.7", name="plan.pdf")
    page = soup(alice_client.get(entry.get_absolute_url()))
    image = one(page, ".photo img")
    assert image["src"] == f"{shown.get_absolute_url()}1200/"
    assert (image["width"], image["height"]) == ("600", "400")
    assert "480w" in image["srcset"]
    assert one(page, "audio")["src"] == f"{sound.get_absolute_url()}file/"
    assert "2:05" in page.get_text()
    assert page.select(f"a[download][href='{pdf.get_absolute_url()}file/']")


def test_until_its_sizes_are_made_a_picture_keeps_its_place(alice, htmx_client) -> None:
    entry = make_entry(alice)
    row = uploads.attach(
        owner=alice, entry=entry, name="a.png", content=file("a.png", picture(90, 60)), now=NOW
    )
    page = htmx_client.page(entry.get_absolute_url())
    assert one(page, ".place")["viewbox"] == "0 0 90 60"
    assert one(page, ".waiting")["hx-trigger"] == "load delay:1s"
    htmx_client.follow(page, ".waiting")
    assert one(page, ".waiting")["hx-trigger"] == "load delay:2s"
    uploads.make_sizes(alice.pk, row.pk)
    htmx_client.follow(page, ".waiting")
    same(page, htmx_client.page(entry.get_absolute_url()), ".photos")


def test_it_does_not_ask_for_ever(alice, alice_client) -> None:
    row = make_attachment(make_entry(alice))
    Attachment.objects.update(state="waiting")
    page = soup(alice_client.get(f"{row.get_absolute_url()}?tries=99"))
    assert "hx-get" not in one(page, ".waiting").attrs


@pytest.mark.nightly
@pytest.mark.parametrize("wrap", WRAPS[:4])
def test_names_and_descriptions_are_shown_as_text(alice, alice_client, wrap) -> None:
    """assurance T-30: every payload as a name and as a description, on every page of files."""
    entry = make_entry(alice)
    rows = [
        make_attachment(entry, name=f"{wrap.format(element)}.png".replace("/", "⁄"))
        for element in ELEMENTS
    ]
    for row, element in zip(rows, ELEMENTS, strict=True):
        Attachment.objects.filter(pk=row.pk).update(alt=wrap.format(element))
    urls = [entry.get_absolute_url(), *(row.get_absolute_url() for row in rows)]
    urls += [reverse("journal:entry_attach", args=[entry.pk]), reverse("journal:photo_list")]
    urls += [reverse("journal:attachment_delete", args=[row.pk]) for row in rows]
    for url in urls:
        html = alice_client.get(url).content.decode()
        assert set(faults_of_page(html)) <= {"<img>"}
        for image in BeautifulSoup(html, "html.parser").select("img"):
            assert image["src"].startswith("/journal/attachments/")
        assert "onerror" in html or "alert" in html or "evil.example" in html


# --- describing, dating, removing -----------------------------------------------------------


def test_a_picture_is_described(alice, alice_client) -> None:
    row = make_attachment(make_entry(alice))
    alice_client.post(row.get_absolute_url(), {"alt": " The weir \n in May "})
    row.refresh_from_db()
    assert row.alt == "The weir in May"
    page = soup(alice_client.get(row.entry.get_absolute_url()))
    assert one(page, ".photo img")["alt"] == "The weir in May"


def test_a_description_that_is_too_long_is_given_back(alice, alice_client) -> None:
    row = make_attachment(make_entry(alice))
    answer = alice_client.post(row.get_absolute_url(), {"alt": "x" * 1001})
    assert answer.status_code == 422
    assert one(soup(answer), "textarea[name=alt]").get_text().strip() == "x" * 1001


def test_it_is_described_in_place(alice, htmx_client: HtmxClient) -> None:
    row = make_attachment(make_entry(alice))
    page = htmx_client.page(reverse("journal:entry_attach", args=[row.entry_id]))
    htmx_client.submit(page, "form.alt", alt="A weir")
    assert one(page, "form.alt textarea").get_text().strip() == "A weir"
    assert one(page, "form.alt button").has_attr("autofocus")
    row.refresh_from_db()
    assert row.alt == "A weir"


def test_the_day_of_a_photo_is_offered_and_taken_with_one_press(alice, alice_client) -> None:
    entry = make_entry(alice)
    row = make_attachment(entry, photo(taken="2024:05:12 10:00:00"))
    page = soup(alice_client.get(row.get_absolute_url()))
    form = one(page, "form.taken-on")
    assert "2024" in form.get_text()
    alice_client.post(form["action"])
    entry.refresh_from_db()
    assert entry.local_date == date(2024, 5, 12)
    page = soup(alice_client.get(row.get_absolute_url()))
    assert not page.select("form.taken-on")


def test_a_photo_without_a_day_cannot_give_one(alice, alice_client) -> None:
    row = make_attachment(make_entry(alice))
    assert alice_client.post(f"{row.get_absolute_url()}date/").status_code == 404


def test_removing_asks_first_and_can_be_undone(alice, alice_client) -> None:
    row = make_attachment(make_entry(alice))
    url = reverse("journal:attachment_delete", args=[row.pk])
    assert row.name in alice_client.get(url).content.decode()
    page = soup(alice_client.post(url, follow=True))
    assert not page.select(".photo")
    undo = reverse("journal:undo", args=[Undoing.objects.get().pk])
    assert page.select(f"form[action='{undo}']")
    alice_client.post(undo)
    assert soup(alice_client.get(row.entry.get_absolute_url())).select(".photo")


# --- lists and the gallery ------------------------------------------------------------------


def test_a_list_shows_the_first_pictures_and_counts(alice, alice_client) -> None:
    entry = make_entry(alice)
    for number in range(5):
        make_attachment(entry, picture(60 + number, 40))
    make_attachment(entry, b"fLaC", name="note.flac")
    make_attachment(entry, b"%PDF-1.7", name="plan.pdf")
    link = one(soup(alice_client.get(reverse("journal:entry_list"))), ".attached")
    assert len(link.select("img")) == 4
    assert all(image["alt"] == "" and image["loading"] == "lazy" for image in link.select("img"))
    assert link.get_text() == "5 photos · 1 recording · 1 file"


def test_a_thousand_photos_do_not_slow_a_page_of_entries(
    alice, alice_client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Issue 3: lists ask for no file, however many there are."""
    url = reverse("journal:entry_list")
    entries = [make_entry(alice, local_date=TODAY - timedelta(days=n)) for n in range(30)]
    counted = []
    for photos in (0, 34):
        if photos:
            _many(entries, photos)
        with django_assert_num_queries(counted[0] if counted else 99, exact=bool(counted)) as found:
            answer = alice_client.get(url)
        counted.append(len(found.captured_queries))
        assert not any("journal_attachment" in q["sql"] for q in found.captured_queries)
    assert Attachment.objects.count() == 1_020
    assert len(soup(answer).select(".attached img")) == 20 * 4


def _many(entries: list[Entry], each: int) -> None:
    """So many photos for each entry, by their rows only."""
    rows = [
        Attachment(
            owner=entry.owner,
            entry=entry,
            position=place,
            name="a.jpg",
            kind="photo",
            content_type="image/jpeg",
            size=1,
            sha256="0" * 64,
            key=str(new_id()),
            width=400,
            height=300,
            state="made",
        )
        for entry in entries
        for place in range(each)
    ]
    Attachment.objects.bulk_create(rows)
    for entry in entries:
        uploads._note(entry.owner_id, entry.pk)


def test_the_gallery_goes_by_day_and_turns_its_pages(alice, bob, alice_client) -> None:
    entries = [make_entry(alice, local_date=TODAY - timedelta(days=10 * n)) for n in range(12)]
    _many(entries, 10)
    make_attachment(make_entry(bob))
    first = soup(alice_client.get(reverse("journal:photo_list")))
    assert len(first.select(".gallery img")) == 60
    assert len(first.select("h2.month")) == 2
    following = one(first, "#older a")["href"]
    second = soup(alice_client.get(following))
    shown = [
        a["href"] for page in (first, second) for a in page.select(".gallery li > a:first-child")
    ]
    assert len(shown) == len(set(shown)) == 120
    assert not second.select("#older")


def test_the_gallery_leaves_out_trash_and_what_was_removed(alice, alice_client) -> None:
    kept, thrown, removed = (make_attachment(make_entry(alice)) for _ in range(3))
    Entry.objects.filter(pk=thrown.entry_id).update(trashed_at=NOW)
    uploads.remove(removed, NOW)
    page = soup(alice_client.get(reverse("journal:photo_list")))
    assert [a["href"] for a in page.select(".gallery li > a:first-child")] == [
        kept.get_absolute_url()
    ]


def test_an_empty_gallery_says_what_belongs_there(alice_client) -> None:
    assert one(soup(alice_client.get(reverse("journal:photo_list"))), ".empty")


# --- search ---------------------------------------------------------------------------------


def test_search_finds_by_what_is_attached(alice) -> None:
    photos, sounds, papers = (make_entry(alice) for _ in range(3))
    make_entry(alice)
    make_attachment(photos)
    make_attachment(sounds, b"fLaC", name="note.flac")
    make_attachment(papers, b"%PDF-1.7", name="plan.pdf")

    def found(text: str) -> set[Entry]:
        return {row.entry for row in search(alice, parse(text, TODAY)).found}

    assert found("has:photo") == {photos}
    assert found("has:audio") == {sounds}
    assert found("has:file") == {papers}
    assert photos not in found("-has:photo")
    assert found("has:photo OR has:audio") == {photos, sounds}


def test_search_finds_by_the_name_of_a_file(alice, alice_client) -> None:
    entry = make_entry(alice)
    attach(alice_client, entry.pk, file("zymurgy.png"))
    alice_client.post(reverse("journal:entry_settle", args=[entry.pk]))
    page = alice_client.get(reverse("journal:search"), {"q": "zymurgy"})
    assert entry.get_absolute_url() in page.content.decode()
