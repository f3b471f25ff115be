"""Ctrl-K: going anywhere by a few letters, by keyboard alone and without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from apps.accounts.models import User
from apps.journal.indexing import index
from tests.e2e.desk import Desk
from tests.e2e.everyone import faults
from tests.factories import make_entry, make_person

pytestmark = pytest.mark.browser


def test_a_few_letters_and_the_arrows_lead_there(desk: Desk, alice: User) -> None:
    person = make_person(alice, name="Zoë Quintanilla")
    index([make_entry(alice, title="Quince", body="Zoë brought quinces.")])
    page = desk.open("/today/")
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog", name="Go to")
    field = dialog.get_by_role("searchbox")
    expect(field).to_be_focused()
    expect(dialog.get_by_role("link", name="Calendar")).to_be_visible()
    page.keyboard.type("zo")
    expect(dialog.get_by_role("link", name="Zoë Quintanilla")).to_be_visible()
    expect(dialog.get_by_role("link", name="Calendar")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(dialog.locator("[data-at]")).to_have_text("Zoë Quintanilla")
    assert field.get_attribute("aria-activedescendant") == dialog.locator(
        "[data-at]"
    ).get_attribute("id")
    assert faults(page) == {}
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{desk.url}/people/{person.pk}/")


def test_escape_leads_back_to_where_one_was(desk: Desk) -> None:
    page = desk.open("/people/")
    page.get_by_role("link", name="Add somebody").first.focus()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("some")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("link", name="Add somebody").first).to_be_focused()


def test_in_the_text_it_opens_only_where_no_words_are_chosen(desk: Desk) -> None:
    page = desk.open("/today/")
    text = page.locator("textarea")
    expect(text).to_be_focused()
    page.keyboard.type("some words")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Go to")).to_be_visible()
    page.keyboard.press("Escape")
    expect(text).to_be_focused()
    expect(text).to_have_value("some words")


def test_without_scripts_it_is_a_page(make_desk: Callable[..., Desk], alice: User) -> None:
    desk = make_desk(alice, java_script_enabled=False)
    page = desk.open("/today/")
    page.get_by_role("link", name="Go to").click()
    page.get_by_role("searchbox").fill("calendar")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Calendar", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "/journal/calendar/" in page.url
