"""The journal, page by page: with scripts, without, and wherever a page begins."""

from datetime import timedelta

from django.urls import reverse

from apps.journal.models import Entry
from tests.factories import NOW, TODAY, make_entry
from tests.htmx import soup

LIST = reverse("journal:entry_list")


def write(owner, count, **over) -> None:
    for number in range(count):
        make_entry(
            owner,
            body=f"Line {number}.",
            local_date=TODAY - timedelta(days=number * 2),
            occurred_at=NOW - timedelta(days=number * 2),
            **over,
        )


def lines(page) -> list[str]:
    return [row.select_one(".prose").get_text(strip=True) for row in page.select(".entry-row")]


def test_it_says_what_belongs_here_when_empty(alice_client) -> None:
    page = soup(alice_client.get(LIST))
    assert page.select_one(".empty a")["href"] == reverse("journal:entry_create")


def test_it_shows_the_newest_first_by_month(alice_client, alice) -> None:
    write(alice, 12)
    page = soup(alice_client.get(LIST, headers={"Accept-Language": "en"}))
    assert lines(page) == [f"Line {number}." for number in range(12)]
    assert [h.get_text(strip=True) for h in page.select("h2.month")] == [
        "November 2026",
        "October 2026",
    ]


def test_it_turns_pages_without_scripts_and_ends(alice_client, alice) -> None:
    write(alice, 45)
    seen, url = [], LIST
    while url:
        page = soup(alice_client.get(url))
        seen += lines(page)
        older = page.select_one("#older a")
        url = older["href"] if older else None
    assert seen == [f"Line {number}." for number in range(45)]


def test_it_scrolls_to_what_the_pages_show(htmx_client, alice) -> None:
    write(alice, 45)
    page = htmx_client.page(LIST)
    while page.select("#older a"):
        htmx_client.follow(page, "#older a")
    headings = [h["id"] for h in page.select("h2.month")]
    assert lines(page) == [f"Line {number}." for number in range(45)]
    assert len(headings) == len(set(headings))


def test_it_leaves_out_the_trash_and_other_people(alice_client, alice, bob) -> None:
    make_entry(alice, body="Mine.")
    make_entry(alice, body="Thrown away.", trashed_at=NOW)
    make_entry(bob, body="His.")
    assert lines(soup(alice_client.get(LIST))) == ["Mine."]


def test_it_begins_again_when_the_place_is_gone(alice_client, alice, bob) -> None:
    make_entry(alice)
    for place in (make_entry(bob).pk, "nonsense", ""):
        response = alice_client.get(LIST, {"before": place})
        assert (response.status_code, response.headers["Location"]) == (302, LIST)


def test_it_goes_on_from_an_entry_in_the_trash(alice_client, alice) -> None:
    write(alice, 5)
    middle = Entry.objects.get(body="Line 2.")
    Entry.objects.filter(pk=middle.pk).update(trashed_at=NOW)
    page = soup(alice_client.get(LIST, {"before": middle.pk}))
    assert lines(page) == ["Line 3.", "Line 4."]


def test_it_keeps_the_order_of_entries_of_one_moment(alice_client, alice) -> None:
    for _ in range(25):
        make_entry(alice)
    first = soup(alice_client.get(LIST))
    second = soup(alice_client.get(first.select_one("#older a")["href"]))
    ids = [row["id"] for page in (first, second) for row in page.select(".entry-row")]
    assert len(set(ids)) == 25


def test_it_shows_no_long_text_whole(alice_client, alice) -> None:
    make_entry(alice, body="A sentence of five words. " * 100)
    page = soup(alice_client.get(LIST))
    assert len(lines(page)[0].split()) < 130
    assert "500" in page.select_one(".entry-row .more").get_text()
