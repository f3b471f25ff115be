"""The journal goes on while one scrolls, and Back leads to where one was."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from tests.e2e.desk import Desk, wait_until
from tests.factories import TODAY, make_entry

pytestmark = pytest.mark.browser

NUMBER = 45
IDS = "[...document.querySelectorAll('[id]')].map(({ id }) => id)"


@pytest.fixture
def journal(desk: Desk, alice: User) -> Page:
    """The journal of somebody who wrote every second day for three months."""
    for number in range(NUMBER):
        day = TODAY - timedelta(days=2 * number)
        make_entry(alice, body=f"Entry {number}.\n\n" + "A line. " * 60, local_date=day)
    return desk.open("/journal/")


def scroll_to_the_end(page: Page) -> None:
    """Turn the wheel until nothing more comes."""
    rows = page.locator(".entry-row")

    def is_there() -> bool:
        page.mouse.wheel(0, 2000)
        return rows.count() == NUMBER

    page.mouse.move(600, 300)
    wait_until(is_there, within=20, page=page)
    expect(page.locator("#older")).to_have_count(0)


def test_it_shows_every_entry_once_and_in_order(journal: Page) -> None:
    assert journal.locator(".entry-row").count() < NUMBER, "the first page is not all of it"
    scroll_to_the_end(journal)
    openings = journal.locator(".entry-row .prose").all_inner_texts()
    assert [int(text.split()[1].rstrip(".")) for text in openings] == [*range(NUMBER)]
    ids = journal.evaluate(IDS)
    assert sorted(ids) == sorted(set(ids))
    months = journal.locator("h2.month").all_inner_texts()
    assert len(months) == len(set(months)) == 4


def test_back_leads_to_the_entry_one_came_from(journal: Page) -> None:
    scroll_to_the_end(journal)
    row = journal.locator(".entry-row").nth(37)
    row.scroll_into_view_if_needed()
    row.locator(".when a").click()
    journal.wait_for_url("**/journal/*-*/")
    journal.go_back()
    journal.wait_for_url("**/journal/")
    expect(journal.locator(".entry-row", has_text="Entry 37.")).to_be_in_viewport(timeout=8_000)
