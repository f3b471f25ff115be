"""Keyboard alone: write, find, change, restore; the focus is seen and never lost (T-71)."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.journal import drafting
from apps.journal.models import Entry
from apps.people.models import Person
from tests.e2e.desk import Desk, expect_state
from tests.factories import NOW, make_draft, make_entry, make_hand, make_person

pytestmark = pytest.mark.browser

FOCUS = """() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return null;
  const box = focused.getBoundingClientRect();
  // Where the control itself is drawn over, its label wears the ring.
  const worn = [focused, focused.closest(".star, .marks label")].filter(Boolean);
  const hasRing = ({ outlineStyle, outlineWidth, boxShadow }) =>
    (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  const at = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, 40) / 2);
  return {
    words: (focused.innerText || focused.value || focused.ariaLabel || focused.name || "").trim(),
    isSeen: worn.some((element) => hasRing(getComputedStyle(element))),
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
    tab_to(page, page.locator(".entry-row .when a").inner_text())
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


def test_it_brings_an_earlier_text_back(desk: Desk, alice: User) -> None:
    entry = change(make_entry(alice, body="What it said once."), "What it says now.")
    page = desk.open(f"/journal/{entry.pk}/")
    tab_to(page, "Earlier texts")
    press(page, "**/revisions/")
    tab_to(page, page.locator(".rows a.name").inner_text())
    press(page, "**/revisions/*-*/")
    expect(page.locator(".diff del").first).to_be_visible()
    tab_to(page, "Bring this text back")
    press(page, f"**/journal/{entry.pk}/")
    entry.refresh_from_db()
    assert entry.body == "What it said once."


def test_it_chooses_between_two_texts(desk: Desk, alice: User) -> None:
    entry = make_entry(alice, body="Common ground.")
    page = desk.open(f"/journal/{entry.pk}/edit/")
    expect(page.locator("textarea[name=body]")).to_be_focused()
    change(entry, "Common ground. Theirs.")
    page.keyboard.press("Control+End")
    page.keyboard.type(" Mine.")
    expect_state(page, "conflict")
    tab_to(page, "See both texts")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Two texts of one entry")
    tab_to(page, "Keep what I just wrote")
    press(page, f"**/journal/{entry.pk}/")
    entry.refresh_from_db()
    assert entry.body == "Common ground. Mine."


def test_it_changes_a_setting(desk: Desk, alice: User) -> None:
    page = desk.open("/settings/")
    tab_to(page, "auto")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("[name=theme]:checked").get_attribute("value")
    tab_to(page, "Save")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Saved")
    alice.refresh_from_db()
    assert alice.theme == chosen != "auto"


def test_it_notices_a_focus_that_nobody_sees(desk: Desk) -> None:
    page = desk.open("/people/")
    tab_to(page, "People")
    page.evaluate(
        """() => {
          const sheet = new CSSStyleSheet();
          const rules = "outline: none !important; box-shadow: none !important";
          sheet.replaceSync(`:focus-visible { ${rules} }`);
          document.adoptedStyleSheets = [sheet];
        }"""
    )
    with pytest.raises(AssertionError, match="no focus ring"):
        tab_to(page, "Add somebody")


def change(entry: Entry, body: str) -> Entry:
    """Save this on another device, an hour later."""
    drafting.save(
        owner=entry.owner,
        entry_id=entry.pk,
        draft=make_draft(body=body),
        hand=make_hand(expected_version=entry.version),
        now=NOW + timedelta(hours=1),
    )
    return entry
