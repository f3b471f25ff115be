"""Marking words in a real browser: by mouse, by keyboard, by touch, and without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.journal.models import Entry, Highlight
from tests.e2e.desk import Desk
from tests.e2e.everyone import faults
from tests.factories import make_entry, make_highlight

pytestmark = pytest.mark.browser

BODY = """We walked along the *river*[^1], and **nobody** said much.

- tea & bread
- tea & [more bread](https://example.org)

Later there was tea again. 漢字 and مرحبا بالعالم.

[^1]: It was high.
"""
# Select from one text to another, as a mouse or a finger does: by what a browser calls a range.
SELECT = """([from, to]) => {
  const prose = document.querySelector(".marked-text .prose");
  const find = (words, isEnd) => {
    const walk = document.createTreeWalker(prose, NodeFilter.SHOW_TEXT);
    let found;
    while (walk.nextNode()) {
      const at = walk.currentNode.data.lastIndexOf(words);
      if (at >= 0) found = [walk.currentNode, at + (isEnd ? words.length : 0)];
    }
    return found;
  };
  getSelection().setBaseAndExtent(...find(from, false), ...find(to, true));
}"""


@pytest.fixture
def entry(alice: User) -> Entry:
    return make_entry(alice, body=BODY)


def select(page: Page, first: str, last: str) -> None:
    page.evaluate(SELECT, [first, last])
    expect(page.locator(".mark-tools")).to_be_visible()


def marked(page: Page) -> str:
    """What stands within marks, in order."""
    return "|".join(page.locator(".marked-text .prose mark").all_inner_texts())


def test_words_are_marked_where_they_were_selected(desk: Desk, entry: Entry) -> None:
    page = desk.open(entry.get_absolute_url())
    expect(page.locator(".mark-tools")).to_be_hidden()
    # By mouse, across elements: the buttons come beside the words, and go with the selection.
    page.get_by_text("Later there was").dblclick(position={"x": 10, "y": 10})
    expect(page.locator(".mark-tools")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".mark-tools")).to_be_hidden()
    select(page, "river", "nobody")
    words, tools = (
        page.evaluate(
            "JSON.parse(JSON.stringify(getSelection().getRangeAt(0).getBoundingClientRect()))"
        ),
        page.locator(".mark-tools").bounding_box(),
    )
    assert tools is not None
    assert 0 <= tools["y"] - words["bottom"] < 60
    page.get_by_role("button", name="Highlight").click()
    expect(page.locator("mark").first).to_be_visible()
    assert marked(page) == "river|, and |nobody"
    expect(page.locator(".mark-ref")).to_be_focused()
    expect(page.locator(".mark-tools")).to_be_hidden()
    # The second of the same words, on the page as it is now.
    select(page, "tea & ", "tea & ")
    page.get_by_role("button", name="Highlight").click()
    expect(page.locator(".mark-ref")).to_have_count(2)
    second = Highlight.objects.order_by("id").last()
    assert second is not None
    assert (second.quote, second.prefix[-12:]) == ("tea &", "tea & bread ")
    assert faults(page) == {}


def test_words_are_marked_by_keyboard_and_noted(desk: Desk, entry: Entry) -> None:
    page = desk.open(entry.get_absolute_url())
    select(page, "مرحبا", "بالعالم")
    page.keyboard.press("m")
    expect(page.locator("mark")).to_have_text("مرحبا بالعالم")
    # The buttons are reached with Tab as well; one leads on to the note.
    select(page, "Later", "there")
    page.locator("#mark-words").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#mark-and-note")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/journal/highlights/**")
    page.get_by_label("Note").fill("So soon.")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"**{entry.get_absolute_url()}#highlight-*")
    ref = page.get_by_role("link", name="Your note: So soon.")
    ref.focus()
    assert ref.evaluate("it => getComputedStyle(it, '::after').content") == '"Your note: So soon."'
    # Nothing is selected: the key asks which words.
    page.evaluate("getSelection().removeAllRanges()")
    page.locator("#main").focus()
    page.keyboard.press("m")
    page.wait_for_url(f"**{entry.get_absolute_url()}mark/")


def test_words_are_marked_by_touch_on_a_phone(
    make_desk: Callable[..., Desk], alice: User, entry: Entry
) -> None:
    phone = make_desk(alice, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = phone.open(entry.get_absolute_url())
    select(page, "more bread", "more bread")
    tools = page.locator(".mark-tools").bounding_box()
    assert tools is not None
    assert tools["x"] >= 0
    assert tools["x"] + tools["width"] <= 390
    page.get_by_role("button", name="Highlight").tap()
    expect(page.locator("mark")).to_have_text("more bread")
    assert page.locator("a a").count() == 0


def test_words_are_marked_without_scripts(
    make_desk: Callable[..., Desk], alice: User, entry: Entry
) -> None:
    make_highlight(entry, "nobody")
    page = make_desk(alice, java_script_enabled=False).open(entry.get_absolute_url())
    expect(page.locator(".mark-tools")).to_be_hidden()
    page.get_by_role("link", name="Mark words").click()
    page.get_by_label("The words").fill("tea")
    page.get_by_role("button", name="Highlight").click()
    expect(page.locator(".errorlist")).to_contain_text("They stand in 3 places.")
    page.get_by_label("Later there was tea again").check()
    page.get_by_role("button", name="Highlight").click()
    expect(page.locator(".marked-text .prose mark")).to_have_count(2)
    assert marked(page) == "nobody|tea"
