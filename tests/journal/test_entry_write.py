"""The writer's pages: a new entry, going on with one, and how a text will look."""

from datetime import date
from unittest import mock
from uuid import UUID

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import OperationalError
from django.db.models import QuerySet
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.core.text import clean
from apps.journal.models import Entry
from tests.factories import NOW, make_entry, make_user
from tests.htmx import fields, one, soup

NEW = reverse("journal:entry_create")
PREVIEW = reverse("journal:entry_preview")
JSON = {"Accept": "application/json"}


def writer(page: BeautifulSoup) -> Tag:
    return one(page, "main form[autocomplete=off]")


def test_a_new_page_makes_nothing_and_has_an_id_of_its_own(alice_client) -> None:
    ids = {writer(soup(alice_client.get(NEW)))["action"].split("/")[-3] for _ in range(2)}
    assert len({UUID(found) for found in ids}) == 2
    assert {UUID(found).version for found in ids} == {7}
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("asked", "day"),
    [
        ("2020-02-29", date(2020, 2, 29)),
        ("1000-01-01", date(1000, 1, 1)),
        ("2999-12-31", date(2999, 12, 31)),
    ],
)
def test_a_day_can_be_asked_for(alice_client, asked, day) -> None:
    page = soup(alice_client.get(NEW, {"date": asked}))
    assert one(page, "[name=local_date]")["value"] == day.isoformat()


@pytest.mark.parametrize(
    "asked", ["", "2021-02-29", "0000-01-01", "0999-12-31", "3000-01-01", "tomorrow", "2020-1-1\0"]
)
def test_what_is_no_day_is_today(alice_client, alice, asked) -> None:
    page = soup(alice_client.get(NEW, {"date": asked}))
    today = soup(alice_client.get(NEW))
    assert one(page, "[name=local_date]")["value"] == one(today, "[name=local_date]")["value"]


def test_what_the_page_sends_is_kept_as_an_entry_of_that_day(alice_client) -> None:
    form = writer(soup(alice_client.get(NEW, {"date": "2019-07-01"})))
    response = alice_client.post(form["action"], fields(form) | {"body": "Long ago."})
    assert response.status_code == 302
    entry = Entry.objects.get()
    assert (entry.local_date, entry.body) == (date(2019, 7, 1), "Long ago.")


def test_going_on_shows_all_there_is(alice_client, alice) -> None:
    entry = make_entry(alice, title="A title", body="\n Text \n", mood=-1, energy=2)
    form = writer(soup(alice_client.get(reverse("journal:entry_edit", args=[entry.pk]))))
    sent = fields(form)
    assert (sent["title"], sent["body"]) == ("A title", "\n Text \n")
    assert (sent["mood"], sent["energy"], sent["expected_version"]) == ("-1", "2", "1")
    assert form["action"] == reverse("journal:entry_save", args=[entry.pk])


def test_sending_it_unchanged_changes_nothing(alice_client, alice) -> None:
    entry = make_entry(alice, title="A title", body="\n Text \n", mood=-1)
    kept = ("title", "body", "version", "updated_at", "local_date", "occurred_at", "saved_at")
    before = Entry.objects.values(*kept).get()
    form = writer(soup(alice_client.get(reverse("journal:entry_edit", args=[entry.pk]))))
    assert alice_client.post(form["action"], fields(form)).status_code == 302
    assert Entry.objects.values(*kept).get() == before


@pytest.mark.parametrize("page", ["edit", "today"])
def test_a_page_that_could_not_be_loaded_has_nothing_to_write_in(alice, alice_client, page) -> None:
    """failure-stories T5: no empty field stands where a text could not be read."""
    entry = make_entry(alice, body="What was kept.")
    url = (
        reverse("home:today") if page == "today" else reverse("journal:entry_edit", args=[entry.pk])
    )
    alice_client.raise_request_exception = False
    with mock.patch.object(QuerySet, "_fetch_all", side_effect=OperationalError("gone")):
        response = alice_client.get(url)
    assert response.status_code == 500
    assert not soup(response).select("tl-writer, textarea")
    assert Entry.objects.get() == entry
    assert soup(alice_client.get(url)).select("tl-writer textarea")


def test_two_pages_are_two_writers(alice_client, alice) -> None:
    url = reverse("journal:entry_edit", args=[make_entry(alice).pk])
    writers = {fields(writer(soup(alice_client.get(url))))["writer"] for _ in range(2)}
    assert len(writers) == 2


def test_an_entry_of_the_trash_can_be_gone_on_with_and_says_where_it_is(
    alice_client, alice
) -> None:
    entry = make_entry(alice, trashed_at=NOW)
    page = soup(alice_client.get(reverse("journal:entry_edit", args=[entry.pk])))
    assert page.select("main > .stack > .notice")
    assert writer(page)


def test_it_is_not_there_for_a_stranger(bob_client, alice) -> None:
    url = reverse("journal:entry_edit", args=[make_entry(alice).pk])
    assert bob_client.get(url).status_code == 404


@given(text=st.text(st.characters(), max_size=80), title=st.text(st.characters(), max_size=40))
def test_any_text_comes_back_to_the_letter(alice_client, alice, text, title) -> None:
    """Every kind of character, by the page and back to the page (assurance T-13)."""
    body = clean(f"{text}x{text}")
    entry = make_entry(alice, body=body, title=clean(f"x{title}x"))
    url = reverse("journal:entry_edit", args=[entry.pk])
    form = writer(soup(alice_client.get(url)))
    sent = fields(form)
    assert sent["body"] == body
    assert clean(sent["title"]) == entry.title
    again = alice_client.post(form["action"], sent | {"sequence": "1"}, headers=JSON)
    assert again.json()["outcome"] == "unchanged"


def test_a_preview_shows_the_text_and_keeps_nothing(alice_client) -> None:
    response = alice_client.post(PREVIEW, {"body": "So *it* goes.\r\n\r\n- [x] done"})
    page = soup(response)
    assert response.status_code == 200
    assert one(page, ".prose em").get_text() == "it"
    assert page.select(".prose input[checked]")
    assert not Entry.objects.exists()


@pytest.mark.parametrize("body", ["", " \n "])
def test_a_preview_of_nothing_says_so(alice_client, body) -> None:
    assert soup(alice_client.post(PREVIEW, {"body": body})).select(".prose .quiet")


def test_a_preview_takes_what_the_database_could_not(alice_client) -> None:
    response = alice_client.post(PREVIEW, {"body": "a\0b"})
    assert "a\ufffdb" in response.content.decode()


def test_the_token_is_told_to_whoever_is_logged_in(alice_client, alice) -> None:
    told = alice_client.get(reverse("journal:writer_token")).json()
    assert told["person"] == str(alice.pk)
    assert len(told["csrf"]) > 30


def test_nobody_else_is_told_one(client, db) -> None:
    response = client.get(reverse("journal:writer_token"), headers=JSON)
    assert (response.status_code, response.json()) == (401, {"error": "logged-out"})


def test_the_day_of_a_person_without_a_zone_is_not_asked_for_yet(client, db) -> None:
    """Without a zone no day can be named: the first run comes first."""
    person = make_user(time_zone="")
    client.force_login(person)
    response = client.get(NEW)
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("accounts:welcome"))
