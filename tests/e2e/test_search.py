"""Searching in a real browser: while typing, by keyboard, without scripts, for everyone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from apps.accounts.models import User
from apps.journal.indexing import index
from apps.journal.models import Entry, SavedSearch
from tests.e2e.desk import Desk
from tests.e2e.everyone import faults
from tests.factories import NOW, TODAY, make_entry

pytestmark = pytest.mark.browser

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2


@pytest.fixture
def journal(alice: User) -> list[Entry]:
    """Entries that have settled, more than fit on one page."""
    entries = [
        make_entry(
            alice,
            title=f"Day {number}",
            body=f"We walked in the garden. It was day {number}.",
            local_date=TODAY - timedelta(days=number),
            occurred_at=NOW - timedelta(days=number),
        )
        for number in range(23)
    ]
    entries.append(make_entry(alice, title=LONG, body=f"lighthouse {LONG} مرحبا 日本語のテキスト"))
    index(entries)
    return entries


def test_it_finds_while_somebody_types(desk: Desk, journal: list[Entry]) -> None:
    page = desk.open("/journal/")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("gard", delay=20)
    expect(page.locator(".how-many")).to_have_text("23 entries")
    expect(page.locator("#announcer")).to_have_text("23 entries")
    expect(page.locator("mark").first).to_have_text("garden")
    expect(page).to_have_url(f"{desk.url}/journal/search/?q=gard")
    page.keyboard.type("en day", delay=20)
    expect(page).to_have_url(f"{desk.url}/journal/search/?q=garden+day")
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#q")).to_have_value("garden day")
    page.keyboard.type(" mood:9", delay=20)
    expect(page.locator(".problems")).to_contain_text("Steps go from")
    expect(page.locator("#announcer")).to_contain_text("Steps go from")
    # Typing has made no steps in the history: Back leads to where one came from.
    page.go_back()
    expect(page).to_have_url(f"{desk.url}/journal/")


def test_it_is_as_it_was_when_one_comes_back(desk: Desk, journal: list[Entry]) -> None:
    page = desk.open("/journal/search/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("day 7", delay=20)
    expect(page.locator(".how-many")).to_have_text("1 entry")
    page.locator("#found .open").click()
    expect(page.locator("h1")).to_have_text("Day 7")
    page.go_back()
    expect(page.locator("#q")).to_have_value("day 7")
    expect(page.locator(".how-many")).to_have_text("1 entry")


def test_more_is_shown_in_place(desk: Desk, journal: list[Entry]) -> None:
    page = desk.open("/journal/search/?q=garden")
    expect(page.locator(".entry-row")).to_have_count(20)
    page.locator("#older a").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".entry-row")).to_have_count(23)
    expect(page.locator("#older")).to_have_count(0)


def test_it_searches_and_keeps_a_search_without_scripts(
    make_desk: Callable[..., Desk], alice: User, journal: list[Entry]
) -> None:
    page = make_desk(alice, java_script_enabled=False).open("/journal/")
    page.get_by_role("link", name="Search").first.click()
    page.locator("#q").fill('"day 3"')
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".how-many")).to_have_text("1 entry")
    page.get_by_role("link", name="Keep this search").click()
    page.get_by_label("Name").fill("The third")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator(".kept-searches")).to_contain_text("The third")
    page.locator("#q").fill("garden")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Show more").click()
    expect(page.locator(".entry-row")).to_have_count(3)
    page.get_by_role("link", name="The third").click()
    expect(page.locator("#q")).to_have_value('"day 3"')


STATES = {
    "examples": "",
    "many": "?q=garden",
    "long": "?q=lighthouse",
    "nothing": "?q=tag:nothing+@nobody",
    "problems": f"?q=garden+mood:{LONG}+color:red",
    "best": "?q=gard*&sort=best",
}


@pytest.mark.nightly
def test_it_is_for_everyone(
    make_desk: Callable[..., Desk], alice: User, journal: list[Entry]
) -> None:
    SavedSearch.objects.create(owner=alice, name=LONG[:64], query="garden")
    page = make_desk(alice).new_page()
    found = {}
    for name, query in STATES.items():
        page.goto(f"/journal/search/{query}")
        found[name] = faults(page)
    assert found == {name: {} for name in STATES}
