"""Writing Markdown: keys, buttons, lists, links, preview, just the page, and what is left alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from apps.core.text import count_words, to_plain
from apps.journal.models import Entry
from tests.e2e.desk import (
    CANARY,
    Desk,
    body_of,
    expect_state,
    text_of,
    wait_for_body,
    write,
)
from tests.factories import make_entry

pytestmark = pytest.mark.browser


@pytest.fixture
def page(desk: Desk) -> Page:
    return desk.open("/today/")


def put(page: Page, marked: str) -> None:
    """Set the text; `|` is the caret, `[` and `]` in pairs of ‹› are the selection."""
    start = marked.index("‹") if "‹" in marked else marked.index("|")
    end = marked.index("›") - 1 if "›" in marked else start
    text = marked.replace("‹", "").replace("›", "").replace("|", "")
    area = text_of(page)
    area.fill(text)
    area.evaluate("(area, [start, end]) => area.setSelectionRange(start, end)", [start, end])


def got(page: Page) -> str:
    """The text with its caret or selection."""
    text, start, end = text_of(page).evaluate(
        "area => [area.value, area.selectionStart, area.selectionEnd]"
    )
    if start == end:
        return f"{text[:start]}|{text[start:]}"
    return f"{text[:start]}‹{text[start:end]}›{text[end:]}"


def check(page: Page, cases: list[tuple[str, str, str]], press: Callable[[str], None]) -> None:
    """Each case: a text, what is pressed, and the text afterwards. All of them on one page."""
    wrong = []
    for before, pressed, after in cases:
        put(page, before)
        press(pressed)
        if got(page) != after:
            wrong.append((before, pressed, got(page), after))
    assert wrong == []


def test_keys_mark(page: Page) -> None:
    cases = [
        ("a ‹word› b", "Control+b", "a **‹word›** b"),
        ("a **‹word›** b", "Control+b", "a ‹word› b"),
        ("a wo|rd b", "Control+b", "a **‹word›** b"),
        ("a | b", "Control+b", "a **|** b"),
        ("a ‹word› b", "Control+i", "a *‹word›* b"),
        ("a *‹word›* b", "Control+i", "a ‹word› b"),
        ("a **‹word›** b", "Control+i", "a ***‹word›*** b"),
        ("a ***‹word›*** b", "Control+b", "a *‹word›* b"),
        ("a ‹word › b", "Control+b", "a **‹word›**  b"),
        ("‹one\n\n- two›", "Control+b", "‹**one**\n\n- **two**›"),
        ("a ‹word› b", "Control+k", "a [word](‹https://›) b"),
        ("a ‹https://x.org› b", "Control+k", "a [|](https://x.org) b"),
        ("日本‹語›", "Control+b", "日本**‹語›**"),
    ]
    check(page, cases, page.keyboard.press)


def test_enter_goes_on_with_a_list_and_ends_it(page: Page) -> None:
    cases = [
        ("- one|", "- one\n- |"),
        ("* one|", "* one\n* |"),
        ("1. one|", "1. one\n2. |"),
        ("9) one|", "9) one\n10) |"),
        ("- [x] one|", "- [x] one\n- [ ] |"),
        ("  - one|", "  - one\n  - |"),
        ("- one | two", "- one \n- | two"),
        ("- one\n- |", "- one\n|"),
        ("- one\n- [ ] |", "- one\n|"),
        ("- one\n  - |", "- one\n- |"),
        ("|- one", "\n|- one"),
        ("plain|", "plain\n|"),
        ("-no list|", "-no list\n|"),
        ("2026. A year|", "2026. A year\n2027. |"),
    ]
    check(page, [(before, "Enter", after) for before, after in cases], page.keyboard.press)


def test_tab_moves_items(page: Page) -> None:
    cases = [
        ("- one\n- two|", "Tab", "- one\n  - two|"),
        ("1. one\n2. two|", "Tab", "1. one\n   2. two|"),
        ("- one\n  - two|", "Shift+Tab", "- one\n- two|"),
        ("1. one\n   2. two|", "Shift+Tab", "1. one\n2. two|"),
        ("- one\n‹- two\n- three›", "Tab", "- one\n  ‹- two\n  - three›"),
        ("- one\n  ‹- two\n  - three›", "Shift+Tab", "- one\n‹- two\n- three›"),
    ]
    check(page, cases, page.keyboard.press)


def test_tab_leaves_the_text_elsewhere(page: Page) -> None:
    for before, keys in (
        ("plain|", ["Tab"]),
        ("- one|\nplain", ["Shift+Tab"]),
        ("- one|", ["Escape", "Tab"]),
        ("- one|", ["Escape", "Shift+Tab"]),
    ):
        put(page, before)
        for key in keys:
            page.keyboard.press(key)
        assert text_of(page).input_value() == before.replace("|", "")
        expect(text_of(page)).not_to_be_focused()


def test_buttons_mark(page: Page) -> None:
    cases = [
        ("bold", "a ‹word›", "a **‹word›**"),
        ("italic", "a ‹word›", "a *‹word›*"),
        ("heading", "word|", "# word|"),
        ("heading", "# word|", "## word|"),
        ("heading", "### word|", "word|"),
        ("list", "one|", "- one|"),
        ("list", "‹one\n\ntwo›", "‹- one\n\n- two›"),
        ("list", "‹- one\n- two›", "‹one\ntwo›"),
        ("list", "- [ ] one|", "- one|"),
        ("tasks", "‹one\ntwo›", "‹- [ ] one\n- [ ] two›"),
        ("tasks", "- one|", "- [ ] one|"),
        ("quote", "‹one\ntwo›", "‹> one\n> two›"),
        ("quote", "‹> one\n> two›", "‹one\ntwo›"),
        ("link", "a ‹word›", "a [word](‹https://›)"),
    ]

    def click(mark: str) -> None:
        page.locator(f"[data-mark={mark}]").click()
        expect(text_of(page)).to_be_focused()

    check(page, [(before, mark, after) for mark, before, after in cases], click)


def test_an_address_pasted_over_words_makes_a_link(page: Page, desk: Desk) -> None:
    cases = [
        ("a ‹word› b", "https://x.org/a", "a [word](https://x.org/a)| b"),
        ("a ‹word› b", "https://x.org/a_(b)", "a [word](<https://x.org/a_(b)>)| b"),
        ("a ‹word› b", "not an address", "a not an address| b"),
        ("a ‹word› b", "javascript:alert(1)", "a javascript:alert(1)| b"),
        ("a | b", "https://x.org", "a https://x.org| b"),
        ("‹one\ntwo›", "https://x.org", "https://x.org|"),
    ]
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])

    def paste(pasted: str) -> None:
        page.evaluate("text => navigator.clipboard.writeText(text)", pasted)
        page.keyboard.press("Control+v")

    check(page, cases, paste)


def test_undo_takes_back_what_keys_and_buttons_did(page: Page) -> None:
    area = text_of(page)
    area.focus()
    page.keyboard.type("- one")
    page.keyboard.press("Enter")
    page.keyboard.type("two")
    assert area.input_value() == "- one\n- two"
    page.keyboard.press("Control+a")
    page.locator("[data-mark=list]").click()
    assert area.input_value() == "one\ntwo"
    page.keyboard.press("Control+z")
    assert area.input_value() == "- one\n- two"
    for _ in range(20):
        page.keyboard.press("Control+z")
    assert area.input_value() == ""
    for _ in range(20):
        page.keyboard.press("Control+Shift+z")
    assert area.input_value() == "one\ntwo"
    expect_state(page, "saved")
    assert body_of(page) == "one\ntwo"


def test_composing_a_letter_is_left_alone(page: Page, desk: Desk) -> None:
    """An input method composes in the field for longer than the pause; nothing touches it."""
    area = text_of(page)
    area.focus()
    session = desk.context.new_cdp_session(page)
    page.keyboard.type("- ")
    for so_far in ("n", "に", "にh", "にほ", "にほん"):
        session.send(
            "Input.imeSetComposition",
            {"text": so_far, "selectionStart": len(so_far), "selectionEnd": len(so_far)},
        )
        page.wait_for_timeout(120)
    page.wait_for_timeout(1400)
    assert area.input_value() == "- にほん"
    # The Enter that takes a suggestion is the input method's, not a new item's.
    area.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "isComposing": True})
    area.dispatch_event("keydown", {"key": "Tab", "keyCode": 229, "isComposing": True})
    assert area.input_value() == "- にほん"
    session.send("Input.insertText", {"text": "日本"})
    assert area.input_value() == "- 日本"
    expect_state(page, "saved")
    wait_for_body(page, "- 日本")


def test_spelling_is_left_to_the_browser(page: Page) -> None:
    area = text_of(page)
    assert area.get_attribute("spellcheck") == "true"
    assert area.get_attribute("autocorrect") is None
    assert area.get_attribute("maxlength") is None


def test_enter_in_the_title_goes_to_the_text(page: Page) -> None:
    page.locator("tl-writer .title").fill("A title")
    page.locator("tl-writer .title").press("Enter")
    expect(text_of(page)).to_be_focused()
    expect_state(page, "saved")
    assert Entry.objects.get().closed_at is None


def test_the_caret_is_ready(page: Page) -> None:
    # The browser moves the focus with its first frame, which may come after the load event.
    expect(text_of(page)).to_be_focused()
    page.keyboard.type("At once")
    assert text_of(page).input_value() == "At once"


def test_the_toolbar_is_one_stop_and_arrows_move_in_it(page: Page) -> None:
    text_of(page).focus()
    page.keyboard.press("Tab")
    focused = "document.activeElement.dataset.mark ?? document.activeElement.dataset.act"
    assert page.evaluate(focused) == "bold"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused) == "italic"
    page.keyboard.press("End")
    assert page.evaluate(focused) == "page"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused) == "bold"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Tab")
    assert page.evaluate(focused) is None
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(focused) == "page", "it remembers where one was"


def test_the_preview_shows_what_will_be_read(page: Page) -> None:
    put(page, "# Head\n\n- [ ] do\n\n<script>alert(1)</script> **bold**|")
    button = page.get_by_role("button", name="Preview")
    button.click()
    region = page.get_by_role("region", name="Preview")
    expect(region.locator("strong")).to_have_text("bold")
    expect(region.locator("script")).to_have_count(0)
    expect(text_of(page)).to_be_hidden()
    expect(button).to_be_focused()
    assert button.get_attribute("aria-pressed") == "true"
    expect(page.locator("[data-mark=bold]")).to_be_disabled()
    button.click()
    expect(text_of(page)).to_be_visible()
    expect_state(page, "saved")


def test_a_preview_that_cannot_be_made_leaves_the_text(page: Page, desk: Desk) -> None:
    write(page, CANARY)
    desk.context.set_offline(True)
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#announcer")).to_have_text("The preview could not be made right now.")
    expect(text_of(page)).to_be_visible()
    desk.context.set_offline(False)
    expect_state(page, "saved")


def test_just_the_page(page: Page) -> None:
    write(page, CANARY)
    button = page.get_by_role("button", name="Just the page")
    button.click()
    sheet = page.locator("tl-writer .writer")
    assert sheet.bounding_box() == {"x": 0, "y": 0, "width": 1280, "height": 720}
    expect(text_of(page)).to_be_focused()
    page.keyboard.type(" on")
    for _ in range(14):
        page.keyboard.press("Tab")
        inside = page.evaluate(
            "document.activeElement === document.body"
            " || !!document.activeElement.closest('.writer')"
        )
        assert inside, "nothing behind the page can be reached"
    text_of(page).focus()
    page.keyboard.press("Escape")
    assert sheet.get_attribute("data-mode") is None
    expect(text_of(page)).to_be_focused()
    button.click()
    button.focus()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(page.get_by_role("link", name="Journal").first).to_be_enabled()
    expect_state(page, "saved")
    assert body_of(page) == f"{CANARY} on"


WORDS = [
    "don't stop, well-known 42 ünï",
    "日本語のテキスト",
    "日本語 mixed 中文 with words",
    "ภาษาไทย",
    "한국어 단어 셋",
    "हिन्दी शब्द",
    "مُحَمَّد كتب",
    "- [ ] a task\n- [x] done\n\n1. first\n2. second",
    "a [link](https://example.org/some/long/path) here",
    "**bold** and *italic* and `code`",
    "# Heading\n\n> a quote",
    "snake_case e-mail o’clock",
    "naïve naïve",
]


def test_words_are_counted_as_the_server_counts_them(page: Page) -> None:
    page.route("**/save/", lambda route: route.abort())
    wrong = []
    for text in WORDS:
        text_of(page).fill(text)
        shown = page.locator("tl-writer [data-count]").inner_text()
        words = count_words(to_plain(text))
        if int(shown.split()[0]) != words:
            wrong.append((text, shown, words))
    assert wrong == []


def test_the_text_grows_and_the_line_being_written_is_never_covered(desk: Desk, alice) -> None:
    entry = make_entry(alice, body="\n".join(f"Line {n}" for n in range(80)))
    page = desk.open(f"/journal/{entry.pk}/edit/")
    area = text_of(page)
    assert area.evaluate("area => area.scrollHeight <= area.clientHeight + 1")
    area.focus()
    page.keyboard.press("Control+End")
    for _ in range(5):
        page.keyboard.press("Enter")
        page.keyboard.type("The last line")
    bottom = page.locator("tl-writer .bar").bounding_box()
    box = area.bounding_box()
    assert bottom is not None
    assert box is not None
    padding = area.evaluate("area => parseFloat(getComputedStyle(area).paddingBottom)")
    assert box["y"] + box["height"] - padding <= bottom["y"] + 1


def test_keys_go_to_places_and_can_be_switched_off(desk: Desk, alice) -> None:
    page = desk.open("/people/")
    for keys, path in (("g t", "/today/"), ("g j", "/journal/"), ("g p", "/people/")):
        page.locator("h1").click()
        page.evaluate("document.activeElement.blur()")
        for key in keys.split():
            page.keyboard.press(key)
        page.wait_for_url(f"**{path}")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    page.keyboard.press("n")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.wait_for_url("**/journal/new/")
    expect(text_of(page)).to_be_focused()
    page.keyboard.type("gt?n")
    assert text_of(page).input_value() == "gt?n"
    expect_state(page, "saved")
    alice.shortcuts = False
    alice.save()
    page.goto("/people/")
    page.keyboard.press("n")
    page.keyboard.press("?")
    page.wait_for_timeout(300)
    assert page.url.endswith("/people/")
    expect(dialog).to_be_hidden()
