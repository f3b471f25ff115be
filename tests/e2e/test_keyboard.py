"""Keyboard alone: write, find, change, restore; the focus is seen and never lost (T-71)."""

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.journal.models import Entry
from apps.people.models import Person
from tests.e2e.desk import Desk, expect_state
from tests.factories import make_entry, make_person

pytestmark = pytest.mark.browser

FOCUS = """() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return null;
  const box = focused.getBoundingClientRect();
  const style = getComputedStyle(focused);
  const ring = focused.closest(":focus-within.writer, .star, .marks label, .choices label");
  const at = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, 40) / 2);
  return {
    words: (focused.innerText || focused.value || focused.ariaLabel || focused.name || "").trim(),
    isSeen: style.outlineStyle !== "none" || style.boxShadow !== "none" || Boolean(ring),
    isCovered: box.width > 0 && !(focused.contains(at) || at?.contains(focused)),
  };
}"""


def tab_to(page: Page, words: str, *, limit: int = 60) -> None:
    """Press Tab until the focus is on what says this; every stop on the way must be seen."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus is not None, "the focus left the page"
        assert focus["isSeen"], f"no focus ring on {focus['words']!r}"
        assert not focus["isCovered"], f"something covers {focus['words']!r}"
        if words in focus["words"]:
            return
    raise AssertionError(f"{words!r} cannot be reached by Tab")


def press(page: Page, address: str) -> None:
    """Press Enter on what has the focus, and wait for where it leads."""
    page.keyboard.press("Enter")
    page.wait_for_url(address)


def test_it_writes_finds_throws_away_and_takes_back(desk: Desk, alice: User) -> None:
    page = desk.open("/today/")
    expect(page.locator("textarea[name=body]")).to_be_focused()
    page.keyboard.type("Three words here")
    expect_state(page, "saved")
    tab_to(page, "Done")
    page.keyboard.press("Enter")
    expect(page.locator(".entry-row")).to_contain_text("Three words here")

    page.goto("/journal/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the page")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.locator(".entry-row .when a").focus()
    press(page, "**/journal/*-*/")
    tab_to(page, "To the trash")
    press(page, "**/delete/")
    tab_to(page, "Put into the trash")
    press(page, "**/journal/")
    expect(page.locator("#messages")).to_contain_text("in the trash")
    tab_to(page, "Trash")
    press(page, "**/trash/")
    tab_to(page, "Take back")
    press(page, "**/journal/*-*/")
    expect(page.locator("#messages")).to_contain_text("back in your journal")
    assert Entry.objects.for_user(alice).kept().get().body == "Three words here"


def test_it_keeps_the_focus_when_a_row_is_swapped(desk: Desk, alice: User) -> None:
    make_person(alice, name="Ana")
    page = desk.open("/people/")
    tab_to(page, "Change")
    page.keyboard.press("Enter")
    name = page.locator("input[name=name]")
    expect(name).to_be_focused()
    name.fill("Ana Ruiz")
    page.keyboard.press("Enter")
    expect(page.locator(".person-row a.name")).to_be_focused()
    assert Person.objects.get().name == "Ana Ruiz"


def test_it_stays_on_the_star(desk: Desk, alice: User) -> None:
    entry = make_entry(alice)
    page = desk.open(f"/journal/{entry.pk}/")
    tab_to(page, "Star")
    page.keyboard.press("Enter")
    expect(page.locator(".star-form button")).to_be_focused()
    expect(page.locator(".star-form button")).to_have_attribute("aria-pressed", "true")
    assert Entry.objects.get().starred
