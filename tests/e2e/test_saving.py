"""Saving by itself: after a pause, at blur, when the page is hidden or left; and its word."""

import time
from contextlib import suppress

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Route, expect

from apps.journal.models import Entry, Revision
from tests.e2e.desk import (
    CANARY,
    body_of,
    copied,
    entry_of,
    expect_state,
    said,
    state_of,
    text_of,
    wait_for_body,
    wait_until,
    write,
)
from tests.factories import make_entry

pytestmark = pytest.mark.browser


def test_it_saves_a_second_after_a_pause(desk) -> None:
    page = desk.open("/today/")
    assert state_of(page) == "idle"
    write(page, "One")
    write(page, " two")
    with page.expect_response("**/save/") as saving:
        paused_at = time.monotonic()
    assert saving.value.status == 200
    assert time.monotonic() - paused_at < 3
    expect_state(page, "saved")
    assert body_of(page) == "One two"
    assert said(page).startswith("Saved ")
    assert page.locator("tl-writer [data-count]").inner_text() == "2 words"


def test_it_waits_for_the_pause_but_not_for_ever(desk) -> None:
    page = desk.open("/today/")
    sent: list[str] = []
    page.on(
        "request", lambda request: sent.append(request.url) if "/save/" in request.url else None
    )
    began_at = time.monotonic()
    while time.monotonic() - began_at < 4.5:
        write(page, "on ")
        page.wait_for_timeout(200)
    assert 1 <= len(sent) <= 2, "somebody who never pauses is saved every three seconds"


def test_it_saves_at_blur(desk) -> None:
    page = desk.open("/today/")
    write(page, CANARY)
    with page.expect_response("**/save/", timeout=800):
        text_of(page).blur()
    wait_for_body(page, CANARY)


def test_it_saves_when_the_page_is_hidden(desk) -> None:
    page = desk.open("/today/")
    write(page, CANARY)
    page.evaluate(
        """() => {
          Object.defineProperty(document, "hidden", { value: true, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    wait_for_body(page, CANARY, within=0.9)


@pytest.mark.parametrize("text", ["A word.", "Ein Wort – 一个字。 " * 1_000], ids=["short", "long"])
def test_it_saves_when_the_page_is_left_within_the_pause(desk, alice, text) -> None:
    page = desk.open("/journal/new/")
    entry = page.locator("tl-writer").get_attribute("data-entry")
    text_of(page).fill(text)
    page.evaluate("location.assign('/people/')")
    page.wait_for_url("**/people/")
    wait_until(lambda: Entry.objects.filter(pk=entry, body=text.strip("\r")).exists(), within=4)
    assert Entry.objects.count() == 1


def test_it_saves_when_only_pagehide_is_heard(desk) -> None:
    page = desk.open("/today/")
    write(page, CANARY)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    wait_for_body(page, CANARY, within=0.9)


def test_it_saves_one_entry_before_the_next_is_shown(desk, alice) -> None:
    """Story L11: from A to B within the pause; A is saved, and B is left as it was."""
    a, b = make_entry(alice, body="A"), make_entry(alice, body="B")
    page = desk.open(f"/journal/{a.pk}/edit/")
    write(page, "!")
    page.goto(f"/journal/{b.pk}/edit/")
    wait_until(lambda: Entry.objects.get(pk=a.pk).body == "A!")
    assert text_of(page).input_value() == "B"
    page.wait_for_timeout(1500)
    b.refresh_from_db()
    assert (b.body, b.version) == ("B", 1)


def test_a_reload_within_the_pause_shows_the_last_words(desk, alice) -> None:
    entry = make_entry(alice, body="A")
    page = desk.open(f"/journal/{entry.pk}/edit/")
    write(page, "!")
    page.wait_for_timeout(250)
    page.reload()
    expect(text_of(page)).to_have_value("A!")
    write(page, "!")
    expect_state(page, "saved")
    wait_for_body(page, "A!!")
    wait_until(lambda: copied(page) == [])


def test_it_says_saved_only_after_the_answer_for_exactly_this_text(desk) -> None:
    page = desk.open("/today/")
    held: list[Route] = []
    page.route("**/save/", lambda route: held.append(route))
    write(page, "One")
    wait_until(lambda: bool(held), page=page)
    page.wait_for_timeout(300)
    assert state_of(page) == "saving"
    write(page, " more")
    first = held.pop()
    first.continue_()
    page.wait_for_timeout(600)
    assert body_of(page) == "One"
    assert state_of(page) == "saving", "the server has the first word, not this text"
    page.wait_for_timeout(900)
    held.pop().continue_()
    expect_state(page, "saved")
    assert body_of(page) == "One more"


def test_every_moment_it_says_saved_it_is_true(desk, alice) -> None:
    """While somebody types and pauses, the word is compared with the database all the time."""
    page = desk.open("/today/")
    seen = 0
    for burst in range(6):
        write(page, f"word{burst} ")
        for _ in range(8):
            text, state = page.evaluate(
                """() => [
                  document.querySelector("tl-writer textarea").value,
                  document.querySelector("tl-writer .saved").dataset.state,
                ]"""
            )
            if state == "saved":
                assert body_of(page) == text
                seen += 1
            page.wait_for_timeout(200)
    assert seen > 5


def test_a_mood_alone_is_an_entry(desk) -> None:
    page = desk.open("/today/")
    page.locator("tl-writer details.fold summary").click()
    page.locator("tl-writer .scale label", has=page.locator("[name=mood][value='1']")).click()
    expect_state(page, "saved")
    entry = entry_of(page)
    assert entry is not None
    assert (entry.mood, entry.body) == (1, "")
    page.goto("/journal/")
    expect(page.locator(".entry-row")).to_have_count(1)


def test_looking_makes_nothing(desk) -> None:
    page = desk.open("/today/")
    text_of(page).click()
    page.locator("tl-writer .title").click()
    page.goto("/journal/new/")
    text_of(page).click()
    page.goto("/journal/")
    page.goto("/today/")
    page.locator("button[value=close]").click()
    page.wait_for_url("**/today/")
    page.wait_for_timeout(1200)
    assert not Entry.objects.exists()


def test_opening_and_closing_changes_nothing(desk, alice) -> None:
    """Stories L14, L18, Z4: not a column of the row differs, and no revision is made."""
    odd = "Trailing space \n\n\n- [ ] a\ttab\n　全角\n  end  \n\n"
    entry = make_entry(alice, body=odd, title=" A title ", mood=-1)
    before = Entry.objects.filter(pk=entry.pk).values().get()
    page = desk.open(f"/journal/{entry.pk}/edit/")
    text_of(page).click()
    page.locator("tl-writer .title").click()
    page.wait_for_timeout(1300)
    page.goto(f"/journal/{entry.pk}/")
    page.wait_for_timeout(1300)
    assert Entry.objects.filter(pk=entry.pk).values().get() == before
    assert not Revision.objects.exists()


def test_what_is_typed_and_taken_back_is_saved_again(desk, alice) -> None:
    """A save whose fate nobody knows must not win over the text that was put back after it."""
    entry = make_entry(alice, body="As it was")
    page = desk.open(f"/journal/{entry.pk}/edit/")

    def answer_is_lost(route: Route) -> None:
        route.fetch()
        # Where the test has gone on by now, nobody waits for it any more.
        with suppress(PlaywrightError):
            route.abort()

    page.route("**/save/", answer_is_lost)
    write(page, "!")
    wait_for_body(page, "As it was!")
    page.keyboard.press("Backspace")
    page.unroute("**/save/")
    wait_for_body(page, "As it was", within=12)
    expect_state(page, "saved")


def test_done_saves_closes_and_goes_to_a_fresh_page(desk) -> None:
    page = desk.open("/today/")
    write(page, CANARY)
    page.locator("button[value=close]").click()
    expect(page.locator(".entry-row", has_text=CANARY)).to_be_visible()
    assert text_of(page).input_value() == ""
    entry = Entry.objects.get()
    assert entry.body == CANARY
    assert entry.closed_at is not None


def test_done_stays_where_nothing_can_be_saved(desk) -> None:
    """Story L5: offline, the button must not lead away from the text."""
    page = desk.open("/today/")
    desk.context.set_offline(True)
    write(page, CANARY)
    page.locator("button[value=close]").click()
    expect_state(page, "device")
    assert text_of(page).input_value() == CANARY
    desk.context.set_offline(False)
    expect_state(page, "saved")
    assert Entry.objects.get().closed_at is None


def test_a_new_entry_gets_its_own_address_and_survives_a_reload(desk) -> None:
    page = desk.open("/journal/new/")
    write(page, CANARY)
    expect_state(page, "saved")
    entry = Entry.objects.get()
    assert page.url.endswith(f"/journal/{entry.pk}/edit/")
    page.reload()
    assert text_of(page).input_value() == CANARY


def test_today_goes_on_with_the_sentence_after_a_reload(desk) -> None:
    page = desk.open("/today/")
    write(page, CANARY)
    expect_state(page, "saved")
    page.reload()
    assert text_of(page).input_value() == CANARY
    write(page, " and on")
    expect_state(page, "saved")
    assert [entry.body for entry in Entry.objects.all()] == [f"{CANARY} and on"]


def test_the_live_region_speaks_once_a_settling(desk) -> None:
    page = desk.open("/today/")
    page.evaluate(
        """() => {
          window.heard = [];
          const region = document.querySelector("tl-writer .saved [role=status]");
          new MutationObserver(() => window.heard.push(region.textContent))
            .observe(region, { childList: true, characterData: true, subtree: true });
        }"""
    )
    page.clock.install()
    for word in ("One", " two", " three"):
        write(page, word)
        page.clock.run_for(1500)
        expect_state(page, "saved")
    heard = page.evaluate("window.heard")
    assert len(heard) == 1, heard
    assert heard[0].startswith("Saved ")


def test_ctrl_s_saves_now(desk) -> None:
    page = desk.open("/today/")
    write(page, CANARY)
    with page.expect_response("**/save/", timeout=800):
        page.keyboard.press("Control+s")
    wait_for_body(page, CANARY)
