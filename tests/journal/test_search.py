"""The page that searches, with scripts and without, and the searches that are kept."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.journal import searching
from apps.journal.indexing import index
from apps.journal.models import Entry, SavedSearch
from tests.factories import TODAY, make_entry, make_person
from tests.htmx import one, same, soup, swap

SEARCH = reverse("journal:search")
NEW = reverse("journal:saved_search_create")
FOUND = {"HX-Request": "true", "HX-Target": "section#found"}


def write(owner: User, body: str, **over: Any) -> Entry:
    """An entry that has settled."""
    entry = make_entry(owner, body=body, **over)
    index([entry])
    return entry


def look(client: Client, text: str, **more: str) -> BeautifulSoup:
    """The page of a search."""
    return soup(client.get(SEARCH, {"q": text, **more}))


def excerpts(page: BeautifulSoup) -> list[str]:
    """What is shown of each entry found."""
    return [row.get_text() for row in page.select(".excerpt")]


def how_many(page: BeautifulSoup) -> str:
    """What it says about how many were found."""
    return one(page, ".how-many").get_text(strip=True)


@pytest.fixture
def kept(alice: User) -> SavedSearch:
    return SavedSearch.objects.create(owner=alice, name="Gardens", query="garden* -rain")


def test_it_shows_what_was_found_and_marks_it(alice, alice_client) -> None:
    entry = write(alice, "We walked in the gardens.", title="Garden")
    page = look(alice_client, "garden")
    assert how_many(page) == "1 entry"
    assert [mark.get_text() for mark in page.select("#found mark")] == ["Garden", "gardens"]
    assert one(page, ".entry-row .open")["href"] == entry.get_absolute_url()
    assert one(page, "#q")["value"] == "garden"


def test_it_says_how_to_ask_with_ones_own_words(alice, alice_client) -> None:
    make_person(alice, name="Ana")
    for _ in range(2):
        write(alice, "The lighthouse again.")
    page = soup(alice_client.get(SEARCH))
    link = one(page, ".search-examples li:first-child a")
    assert link.get_text() == "lighthouse"
    assert "2 entries" in how_many(soup(alice_client.get(link["href"])))


def test_a_bad_filter_is_explained_and_the_rest_is_found(alice, alice_client) -> None:
    write(alice, "tea")
    answer = alice_client.get(SEARCH, {"q": "tea mood:<b>9</b>"})
    assert answer.status_code == 200
    page = soup(answer)
    assert "mood:<b>9</b>" in one(page, ".problems").get_text()
    assert excerpts(page) == ["tea"]


def test_only_bad_filters_leave_the_examples(alice_client) -> None:
    page = look(alice_client, "mood:9")
    assert page.select(".problems")
    assert page.select(".search-examples")


def test_nothing_found_says_what_could_be_done(alice_client) -> None:
    page = look(alice_client, "tag:nothing")
    assert how_many(page) == "Nothing found"
    assert "no tag of this name" in one(page, ".problems").get_text()


def test_a_word_that_is_not_yet_whole_finds_those_that_begin_so(alice, alice_client) -> None:
    write(alice, "The migration went well.")
    page = look(alice_client, "migra")
    assert one(page, "#found mark").get_text() == "migration"
    assert "begin like the last one" in one(page, "#found").get_text()


def test_it_pages_without_scripts_and_with(alice, alice_client, monkeypatch) -> None:
    monkeypatch.setattr(searching, "PAGE", 2)
    for number in range(3):
        write(alice, f"line {number}", local_date=TODAY - timedelta(days=number))
    for order in ({}, {"sort": "best"}):
        page = look(alice_client, "line", **order)
        link = one(page, "#older a")
        assert link["href"] == link["hx-get"]
        first = excerpts(page)
        assert set(first) | set(excerpts(soup(alice_client.get(link["href"])))) == {
            "line 0",
            "line 1",
            "line 2",
        }
        answer = alice_client.get(
            link["hx-get"], headers={"HX-Request": "true", "HX-Target": "nav#older"}
        )
        swap(page, link, answer)
        assert len(excerpts(page)) == 3
        assert not page.select("#older")
        assert excerpts(page)[:2] == first


def test_the_order_is_kept_while_typing(alice, alice_client) -> None:
    write(alice, "tea and more")
    write(alice, "tea and tea")
    page = look(alice_client, "tea", sort="best")
    assert one(page, "#best-first")["aria-current"] == "true"
    assert one(page, "input[name=sort]")["value"] == "best"
    assert "sort=best" not in one(page, "#newest-first")["href"]


@pytest.mark.parametrize("text", ["tea", "", "mood:9", "nothing", "tea is:bad"])
def test_what_typing_shows_is_what_a_reload_shows(alice, alice_client, text) -> None:
    write(alice, "tea")
    page = look(alice_client, "before")
    form = one(page, ".search-form")
    assert form["hx-get"] == form["action"]
    answer = alice_client.get(SEARCH, {"q": text}, headers=FOUND)
    said = one(soup(answer), "#announcer").get_text(" ", strip=True)
    swap(page, form, answer)
    same(page, look(alice_client, text), "#found")
    if text == "tea":
        assert said == "1 entry"


def test_a_search_is_kept_opened_changed_and_let_go(alice, alice_client) -> None:
    write(alice, "tea in the garden")
    page = look(alice_client, "tea  garden")
    page = soup(alice_client.get(one(page, "#keep-search")["href"]))
    assert one(page, "[name=query]")["value"] == "tea garden"
    answer = alice_client.post(NEW, {"name": "Tea outside", "query": "tea garden"}, follow=True)
    page = soup(answer)
    assert how_many(page) == "1 entry"
    assert "Kept as “Tea outside”" in one(page, "#keep-search").get_text()
    row = SavedSearch.objects.get()
    assert row.owner == alice
    opened = alice_client.get(one(page, ".kept-searches a")["href"], follow=True)
    assert one(soup(opened), "#q")["value"] == "tea garden"
    edit = reverse("journal:saved_search_edit", args=[row.pk])
    alice_client.post(edit, {"name": "Outside", "query": "garden"})
    row.refresh_from_db()
    assert (row.name, row.query) == ("Outside", "garden")
    delete = reverse("journal:saved_search_delete", args=[row.pk])
    assert alice_client.get(delete).status_code == 200
    assert SavedSearch.objects.exists()
    alice_client.post(delete)
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "", "query": "tea"},
        {"name": "Tea", "query": " "},
        {"name": "x" * 65, "query": "tea"},
        {"name": "Tea", "query": "x" * 401},
        {"name": "Again", "query": "garden*  -rain"},
    ],
)
def test_a_bad_form_is_sent_back(alice_client, kept, wrong) -> None:
    assert alice_client.post(NEW, wrong).status_code == 422
    assert SavedSearch.objects.count() == 1


def test_a_kept_search_may_keep_what_it_looks_for(alice_client, kept) -> None:
    edit = reverse("journal:saved_search_edit", args=[kept.pk])
    answer = alice_client.post(edit, {"name": "Other", "query": kept.query})
    assert answer.status_code == 302


def test_two_people_may_keep_the_same_search(bob_client, kept) -> None:
    answer = bob_client.post(NEW, {"name": "Mine", "query": kept.query})
    assert answer.status_code == 302


@pytest.mark.parametrize("name", ["saved_search", "saved_search_edit", "saved_search_delete"])
def test_a_strangers_search_is_not_there(bob_client, kept, name) -> None:
    assert bob_client.get(reverse(f"journal:{name}", args=[kept.pk])).status_code == 404
    assert look(bob_client, "x").select(".kept-searches") == []


@pytest.mark.parametrize(
    "text",
    [
        "\0",
        "tag:\0 @\0 in:\0",
        "'; DROP TABLE journal_entry; --",
        "' | 'u:0' & !'x",
        "\\",
        "a" * 5_000,
        "%s %(x)s {0}",
        ":* <-> & | ! ( )",
        "\ud83c\udf89",
    ],
)
def test_no_text_breaks_it(alice, alice_client, text) -> None:
    write(alice, "tea")
    for more in ({}, {"sort": "best"}, {"after": text}, {"sort": "best", "after": text}):
        data = {"q": text.encode("utf-8", "replace").decode(), **more}
        data = {name: value.encode("utf-8", "replace").decode() for name, value in data.items()}
        assert alice_client.get(SEARCH, data).status_code == 200


PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_marking_lets_no_markup_through(alice, alice_client, payload) -> None:
    write(alice, f"needle {payload} needle `{payload}`", title=payload)
    SavedSearch.objects.create(owner=alice, name=payload, query=payload)
    for text in ("needle", payload, f"tag:{payload}", "alert", "script"):
        page = look(alice_client, text)
        assert page.select("#found :is(script, img, svg:not(.icon)), [onerror], [onload]") == []
        assert [tag.name for mark in page.select("mark") for tag in mark.find_all()] == []
