"""Tags and people suggested while somebody types, in a real browser: keys, touch, no network."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.journal import sorting
from apps.journal.models import EntryPerson, EntryTag
from tests.e2e.desk import Desk, text_of, write
from tests.e2e.everyone import faults
from tests.factories import make_person

pytestmark = pytest.mark.browser


@pytest.fixture
def names(alice: User) -> None:
    sorting.tags_named(alice, ["release", "rest", "first draft", "Zürich"], typed=False)
    for name in ("Jonas Berg", "Ana Lund", "Ana María"):
        make_person(alice, name=name)


def options(page: Page) -> list[str]:
    expect(page.get_by_role("listbox")).to_be_visible()
    return page.get_by_role("option").all_inner_texts()


def test_names_are_chosen_by_keys_and_never_by_chance(desk: Desk, alice: User, names: None) -> None:
    page = desk.open("/journal/new/")
    area = text_of(page)
    write(page, "Met @jo")
    assert options(page) == ["Jonas Berg"]
    expect(page.locator("#announcer")).to_contain_text("Suggestions: 1.")
    # Nothing is chosen yet, so Enter is a new line, as ever.
    page.keyboard.press("Enter")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(area).to_have_value("Met @jo\n")
    page.keyboard.type("And @an")
    assert options(page) == ["Ana Lund", "Ana María"]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.get_by_role("option", selected=True)
    expect(chosen).to_have_text("Ana María")
    expect(area).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
    page.keyboard.press("Enter")
    expect(area).to_have_value('Met @jo\nAnd @"Ana María" ')
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(area).to_be_focused()
    # Tab takes what is chosen; Escape lets go, and what was typed stays. Undo knows it.
    page.keyboard.type("on #re")
    assert options(page) == ["#release", "#rest"]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    expect(area).to_have_value('Met @jo\nAnd @"Ana María" on #rest ')
    page.keyboard.press("Control+z")
    expect(area).to_have_value('Met @jo\nAnd @"Ana María" on #re')
    page.keyboard.press("ArrowRight")
    page.keyboard.type("l")
    assert options(page) == ["#release"]
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.keyboard.type('ax and #"fi')
    assert options(page) == ["#first draft"]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(area).to_have_value('Met @jo\nAnd @"Ana María" on #relax and #"first draft" ')
    # It is saved as if it had been typed, and the text names who was chosen.
    expect(page.locator("[data-state=saved]")).to_be_visible()
    page.get_by_role("button", name="Done").click()
    page.wait_for_url("**/today/")
    named = EntryPerson.objects.values_list("person__name", flat=True)
    assert list(named) == ["Ana María"]
    assert set(EntryTag.objects.values_list("tag__name", flat=True)) == {"relax", "first draft"}


def test_it_is_for_everyone_and_stays_beside_the_caret(
    make_desk: Callable[..., Desk], alice: User, names: None
) -> None:
    phone = make_desk(alice, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = phone.open("/journal/new/")
    write(page, "One line.\n\nAnother that is long enough to be broken on a phone, with #z")
    assert options(page) == ["#Zürich"]
    box = page.get_by_role("listbox").bounding_box()
    area = text_of(page).bounding_box()
    assert box is not None
    assert area is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    # Two short lines, and two or three of the long one; the list hangs below its last.
    assert 100 < box["y"] - area["y"] < 220
    assert faults(page) == {}
    page.get_by_role("option").tap()
    expect(text_of(page)).to_have_value(
        "One line.\n\nAnother that is long enough to be broken on a phone, with #Zürich "
    )
    expect(text_of(page)).to_be_focused()


def test_a_heading_an_address_and_no_network_are_left_alone(desk: Desk, names: None) -> None:
    page = desk.open("/journal/new/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    write(page, "# A heading\nC#re jo@example.org a/#re ")
    page.wait_for_timeout(400)
    assert not [url for url in asked if "suggest" in url]
    desk.context.set_offline(True)
    page.keyboard.type("@jo")
    page.wait_for_timeout(400)
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.locator(".saved")).not_to_have_attribute("data-state", "error")
    desk.context.set_offline(False)
    page.keyboard.type("n")
    assert options(page) == ["Jonas Berg"]
    assert all("jon" not in url for url in asked), "no words in addresses"
