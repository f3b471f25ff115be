"""Attaching in a browser: picked, dropped, pasted, spoken; no trouble with a file costs a word."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from apps.accounts.models import User
from apps.journal import uploads
from apps.journal.models import Attachment, Entry
from tests.e2e.desk import Desk, body_of, entry_of, expect_state, wait_until, write
from tests.factories import make_attachment, make_entry, photo, picture

pytestmark = pytest.mark.browser

Make = Callable[..., Desk]
DROP = """([kind, files]) => {
  const data = new DataTransfer();
  for (const [name, type, bytes] of files)
    data.items.add(new File([new Uint8Array(bytes)], name, { type }));
  const init = { bubbles: true, cancelable: true };
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { ...init, clipboardData: data })
    : new DragEvent("drop", { ...init, dataTransfer: data });
  document.activeElement.dispatchEvent(event);
}"""
# A microphone that hears a tone; the tests have no other.
TONE = """navigator.mediaDevices.getUserMedia = async () => {
  const context = new AudioContext();
  const [tone, heard] = [context.createOscillator(), context.createMediaStreamDestination()];
  tone.connect(heard);
  tone.start();
  return heard.stream;
};"""


def chosen(name: str, content: bytes, kind: str = "image/png") -> dict[str, Any]:
    """A file as a person picks it."""
    return {"name": name, "mimeType": kind, "buffer": content}


def pick(page: Page, *files: dict[str, Any]) -> None:
    """Pick files with the button below the text."""
    page.locator(".pickers input[type=file]").first.set_input_files(list(files))


def names(page: Page) -> list[str]:
    """The files that the page lists as attached."""
    return page.locator("#attachments .files .name").all_inner_texts()


def test_photos_begin_an_entry_that_the_text_goes_on_with(desk: Desk, alice: User) -> None:
    page = desk.open("/journal/new/")
    pick(page, chosen("one.png", picture()), chosen("two.jpg", photo(), "image/jpeg"))
    expect(page.locator("#attachments .name")).to_have_count(2)
    assert entry_of(page) is not None
    write(page, "And what we saw.")
    expect_state(page, "saved")
    assert body_of(page) == "And what we saw."
    assert Entry.objects.count() == 1
    page.reload()
    assert names(page) == ["one.png", "two.jpg"]
    for row in Attachment.objects.all():
        uploads.make_sizes(alice.pk, row.pk)
    shown = page.locator("#attachments .photo img")
    expect(shown).to_have_count(2)
    wait_until(lambda: all(shown.evaluate_all("all => all.map((i) => i.naturalWidth)")), page=page)


def test_they_can_be_dropped_and_pasted_and_described_in_place(desk: Desk, alice: User) -> None:
    entry = make_entry(alice)
    page = desk.open(f"/journal/{entry.pk}/edit/")
    page.evaluate(DROP, ["drop", [["dropped.png", "image/png", list(picture())]]])
    expect(page.locator("#attachments .name")).to_have_count(1)
    page.evaluate(DROP, ["paste", [["pasted.png", "image/png", list(picture())]]])
    expect(page.locator("#attachments .name")).to_have_count(2)
    assert names(page) == ["dropped.png", "pasted.png"]
    first = page.locator("#attachments form.alt").first
    first.get_by_label("What it shows").fill("The weir in May")
    first.get_by_role("button").click()
    expect(first.get_by_role("button")).to_have_text("Saved")
    expect(first.get_by_role("button")).to_be_focused()
    assert Attachment.objects.get(name="dropped.png").alt == "The weir in May"


def test_trouble_with_a_file_costs_no_word_and_makes_no_second_file(
    desk: Desk, alice: User
) -> None:
    page = desk.open("/today/")
    tries: list[str] = []

    def troubled(route: Route) -> None:
        tries.append("try")
        if len(tries) == 1:
            route.fulfill(status=500, body="a proxy's excuse")
        elif len(tries) == 2:
            route.fetch()  # it arrives, and its answer is lost
            route.abort()
        else:
            route.continue_()

    page.route("**/attachments/", troubled)
    write(page, "Before. ")
    pick(page, chosen("walk.png", picture()))
    row = page.locator(".uploads li")
    expect(row).to_have_attribute("data-state", "failed")
    expect(row).to_contain_text("still here")
    write(page, "After.")
    expect_state(page, "saved")
    assert body_of(page) == "Before. After."
    row.get_by_role("button", name="Try again").click()
    wait_until(lambda: len(tries) == 2, page=page)
    expect(row).to_have_attribute("data-state", "failed")
    row.get_by_role("button", name="Try again").click()
    expect(row).to_have_count(0)
    expect(page.locator("#attachments .name")).to_have_count(1)
    assert Attachment.objects.count() == 1


def test_it_says_what_cannot_be_taken_and_what_to_do(desk: Desk, alice: User) -> None:
    entry = make_entry(alice)
    page = desk.open(f"/journal/{entry.pk}/attachments/")
    page.locator("tl-attaching").evaluate("host => (host.dataset.most = 1000)")
    pick(page, chosen("film.mp4", b"x" * 1001, "video/mp4"), chosen("empty.txt", b"", "text/plain"))
    large, empty = page.locator(".uploads li").nth(0), page.locator(".uploads li").nth(1)
    expect(large).to_contain_text("larger than")
    expect(large.get_by_role("button", name="Try again")).to_be_hidden()
    expect(empty).to_contain_text("is empty")
    desk.forget_session()
    pick(page, chosen("walk.png", picture()))
    expect(page.locator(".uploads li").nth(2)).to_contain_text("logged out")
    for _ in range(3):
        page.get_by_role("button", name="Leave it out").first.click()
    expect(page.locator(".uploads li")).to_have_count(0)
    assert not Attachment.objects.exists()


def test_a_voice_note_is_spoken_heard_and_kept(desk: Desk, alice: User) -> None:
    page = desk.new_page()
    page.add_init_script(TONE)
    page.goto("/journal/new/")
    page.get_by_role("button", name="Speak").click()
    expect(page.locator(".recorder output")).to_have_text("0:01")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".recorder audio")).to_be_visible()
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    page.get_by_role("button", name="Keep it").click()
    sound = page.locator("#attachments audio")
    expect(sound).to_have_count(1)
    row = Attachment.objects.get()
    assert (row.kind, row.content_type) == ("audio", "audio/webm")
    assert row.seconds
    assert row.name.startswith("Voice note 20")
    # The browser plays it, in parts, from our server.
    sound.evaluate("sound => { sound.muted = true; return sound.play(); }")
    wait_until(lambda: sound.evaluate("sound => sound.currentTime") > 0, page=page)


def test_without_scripts_text_and_files_go_in_one_form(make_desk: Make, alice: User) -> None:
    page = make_desk(alice, java_script_enabled=False).open("/journal/new/")
    page.locator("textarea[name=body]").fill("With two files.")
    page.locator("form input[type=file]").first.set_input_files(
        [chosen("one.png", picture()), chosen("empty.txt", b"", "text/plain")]
    )
    page.get_by_role("button", name="Done").click()
    expect(page.locator("#messages")).to_contain_text("1 file is attached.")
    expect(page.locator("#messages")).to_contain_text("is empty")
    entry = Entry.objects.get()
    assert entry.body == "With two files."
    assert [row.name for row in entry.attachments.all()] == ["one.png"]


@pytest.mark.parametrize("by_form", [True, False], ids=["logged out", "the session ended"])
def test_back_after_logging_out_shows_no_photo(desk: Desk, alice: User, by_form: bool) -> None:
    """Where the session has only ended, nothing has told the browser to empty its cache."""
    row = make_attachment(make_entry(alice), photo(width=600))
    page = desk.open("/today/")
    page.goto(f"{row.get_absolute_url()}480/")
    assert page.evaluate("document.images[0].naturalWidth") == 480
    page.goto("/accounts/logout/")
    if by_form:
        page.get_by_role("button", name="Log out").click()
        page.wait_for_url(lambda url: "logout" not in url)
    else:
        desk.forget_session()
        page.goto("/today/")
    for _ in range(2):
        page.go_back()
        assert not page.evaluate("[...document.images].some((image) => image.naturalWidth)")
    # A picture alone is a page of the browser's own, whose styles our policy does not let in.
    desk.complaints.clear()
