"""Without a network: pages open, words are written, and they arrive in order and once."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.journal.models import Entry
from tests.e2e.desk import (
    CANARY,
    Desk,
    copied,
    device,
    expect_said,
    expect_state,
    send_form,
    text_of,
    wait_for_body,
    wait_until,
    write,
)
from tests.e2e.server import Server
from tests.factories import TODAY, make_entry

pytestmark = pytest.mark.browser

IS_READY = """async ([entries]) => {
  const shell = await caches.match("/offline/", { ignoreVary: true });
  if (!navigator.serviceWorker.controller || !shell) return false;
  const database = await new Promise((resolve) => {
    const request = indexedDB.open("throughline");
    request.onsuccess = () => resolve(request.result);
  });
  const found = await new Promise((resolve) => {
    const request = database.transaction("recents").objectStore("recents").count();
    request.onsuccess = () => resolve(request.result);
  });
  database.close();
  return found === entries;
}"""


def get_ready(desk: Desk, *, entries: int = 1) -> Page:
    """Today, once the worker is there and everything lies on the device that it needs."""
    page = desk.open("/today/")
    wait_until(lambda: page.evaluate(IS_READY, [entries]), page=page, within=15)
    return page


@pytest.fixture
def desk(make_desk: Callable[..., Desk], alice: User) -> Desk:
    """alice at her desk, with a worker between page and network."""
    return make_desk(alice, service_workers="allow")


@pytest.fixture
def entry(alice: User) -> Entry:
    return make_entry(alice, title="Plain", body="Common ground.")


def expect_heading(page: Page, words: str) -> None:
    """What the page is called, once its script has said."""
    expect(page.locator("h1 span:visible")).to_have_text(words)


def notice(page: Page) -> str:
    return page.locator("tl-offline .notice").inner_text()


def test_it_can_be_installed_once_the_page_is_there(desk: Desk) -> None:
    page = get_ready(desk)
    assert page.locator("link[rel=manifest]").get_attribute("href") == "/manifest.webmanifest"


def test_today_opens_and_what_is_written_is_saved_when_the_network_is_back(desk: Desk) -> None:
    page = get_ready(desk)
    desk.context.set_offline(True)
    page.goto("/today/")
    page.keyboard.type("Without a network")  # at once: no letter comes too early
    assert "kept on this device" in notice(page)
    expect_said(page, "^Kept on this device")
    wait_until(lambda: copied(page) == ["Without a network"])
    desk.context.set_offline(False)
    expect_state(page, "saved")
    wait_for_body(page, "Without a network")
    expect(page.locator("tl-offline .notice")).to_contain_text("connection is back")
    entry = Entry.objects.get()
    assert entry.local_date == entry.owner.today(entry.saved_at)
    assert page.url.endswith(f"/journal/{entry.pk}/edit/")
    page.reload()
    expect(page.locator("tl-offline")).to_have_count(0)
    assert text_of(page).input_value() == "Without a network"


def test_the_server_may_be_down_instead(desk: Desk, server: Server) -> None:
    page = get_ready(desk)
    server.kill()
    try:
        page.goto("/journal/new/")
        expect(text_of(page)).to_be_focused()
        page.keyboard.type("Nobody answers")
        expect_said(page, "^Kept on this device · the server does not answer$")
    finally:
        server.start()
    expect_state(page, "saved", within=20)
    assert Entry.objects.get().body == "Nobody answers"


def test_an_entry_that_lies_here_is_gone_on_with(desk: Desk, entry: Entry) -> None:
    page = get_ready(desk)
    desk.context.set_offline(True)
    page.goto(f"/journal/{entry.pk}/")
    expect(text_of(page)).to_have_value("Common ground.")
    expect(page.locator("tl-writer [name=title]")).to_have_value("Plain")
    write(page, " And on.")
    expect_state(page, "device")
    desk.context.set_offline(False)
    expect_state(page, "saved")
    entry.refresh_from_db()
    assert (entry.body, entry.title) == ("Common ground. And on.", "Plain")
    assert entry.local_date == TODAY
    assert entry.version == 2


def test_opening_and_closing_changes_nothing(desk: Desk, entry: Entry) -> None:
    page = get_ready(desk)
    desk.context.set_offline(True)
    page.goto(f"/journal/{entry.pk}/edit/")
    expect(text_of(page)).to_be_focused()
    page.goto("/today/")
    expect(text_of(page)).to_be_focused()
    desk.context.set_offline(False)
    page.goto("/people/")
    page.wait_for_timeout(1500)
    assert list(Entry.objects.values_list("version", flat=True)) == [1]


def test_unsaved_words_are_there_again_after_another_page(desk: Desk, entry: Entry) -> None:
    page = get_ready(desk)
    desk.context.set_offline(True)
    page.goto(f"/journal/{entry.pk}/edit/")
    write(page, " First.")
    expect_state(page, "device")
    page.get_by_role("button", name="Done").click()
    waiting = page.locator("[data-part=waiting] li")
    expect(waiting).to_have_count(1)
    assert page.url.endswith("/today/")
    waiting.get_by_role("link").click()
    expect(text_of(page)).to_have_value("Common ground. First.")
    write(page, " Second.")
    wait_until(lambda: copied(page) == ["Common ground. First. Second."])
    desk.context.set_offline(False)
    expect_state(page, "saved")
    entry.refresh_from_db()
    assert entry.body == "Common ground. First. Second."


@pytest.mark.nightly
def test_two_days_of_two_tabs_arrive_in_order_once(
    make_desk: Callable[..., Desk], alice: User
) -> None:
    """A tab left open, and another one a day later; then the network is back."""
    desk = make_desk(alice, service_workers="allow")
    get_ready(desk).close()
    desk.context.set_offline(True)
    first = desk.new_page()
    first.clock.install()
    first.goto("/today/")
    write(first, "The first day")
    expect_state(first, "device")
    second = desk.new_page()
    second.clock.install(time=first.evaluate("Date.now()") / 1000 + 24 * 3600)
    second.goto("/today/")
    write(second, "The day after")
    wait_until(lambda: sorted(copied(second)) == ["The day after", "The first day"], page=second)
    for page in (first, second):
        page.close()
    desk.context.set_offline(False)
    reader = desk.open("/people/")
    wait_until(lambda: copied(reader) == [], page=reader)
    entries = list(Entry.objects.order_by("saved_at"))
    assert [entry.body for entry in entries] == ["The first day", "The day after"]
    assert entries[1].local_date - entries[0].local_date == timedelta(days=1)
    assert [entry.version for entry in entries] == [1, 1]


@pytest.mark.nightly
def test_two_tabs_on_one_entry_lead_to_the_page_with_both_texts(desk: Desk, entry: Entry) -> None:
    page = get_ready(desk)
    desk.context.set_offline(True)
    other = desk.new_page()
    for tab, words in ((page, " Mine."), (other, " Theirs.")):
        tab.goto(f"/journal/{entry.pk}/edit/")
        expect(text_of(tab)).to_be_focused()
        tab.keyboard.press("Control+End")
        tab.keyboard.type(words)
        expect_state(tab, "device")
    desk.context.set_offline(False)

    def told() -> list[Page]:
        tabs = (page, other)
        return [tab for tab in tabs if tab.locator(".saved[data-state=conflict]").count()]

    wait_until(lambda: bool(told()), page=page)
    assert Entry.objects.get().version == 2
    (late,) = told()
    late.get_by_role("button", name="See both texts").click()
    expect(late.get_by_role("heading", level=1)).to_have_text("Two texts of one entry")
    merged = late.locator("#merged").input_value()
    assert "Mine." in merged
    assert "Theirs." in merged


def test_changed_elsewhere_meanwhile_leads_there_too(
    desk: Desk, make_desk: Callable[..., Desk], alice: User, entry: Entry
) -> None:
    page = get_ready(desk)
    desk.context.set_offline(True)
    page.goto(f"/journal/{entry.pk}/edit/")
    write(page, " Mine.")
    expect_state(page, "device")
    phone = make_desk(alice).open(f"/journal/{entry.pk}/edit/")
    write(phone, " From the phone.")
    expect_state(phone, "saved")
    desk.context.set_offline(False)
    expect_state(page, "conflict")
    entry.refresh_from_db()
    assert entry.body == "Common ground. From the phone."


def test_two_texts_of_one_entry_that_nobody_took_yet_both_stay(desk: Desk, entry: Entry) -> None:
    """The last one is in the writer; the other waits until the server can say so."""
    page = get_ready(desk)
    desk.context.set_offline(True)
    tabs = [desk.open(f"/journal/{entry.pk}/edit/") for _ in range(2)]
    for number, tab in enumerate(tabs):
        write(tab, f" {number}")
        expect_state(tab, "device")
    for tab in tabs:
        tab.close()
    page.goto(f"/journal/{entry.pk}/edit/")
    expect(text_of(page)).to_have_value("Common ground. 1")
    wait_until(lambda: sorted(copied(page)) == ["Common ground. 0", "Common ground. 1"])
    page.wait_for_timeout(500)
    assert sorted(copied(page)) == ["Common ground. 0", "Common ground. 1"]
    desk.context.set_offline(False)
    expect_state(page, "saved")
    page.goto("/people/")
    expect(page.locator("#messages .notice", has_text="changed elsewhere")).to_be_visible()
    assert copied(page) == ["Common ground. 0"]
    entry.refresh_from_db()
    assert entry.body == "Common ground. 1"


@pytest.mark.nightly
def test_a_day_that_the_address_names_is_the_day(desk: Desk) -> None:
    page = get_ready(desk)
    desk.context.set_offline(True)
    page.goto("/journal/new/?date=2024-02-29")
    write(page, "A day of its own")
    expect_state(page, "device")
    desk.context.set_offline(False)
    expect_state(page, "saved")
    assert Entry.objects.get().local_date == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/people/", "until there is one, you can write here"),
        ("/journal/01a00000-0000-7000-8000-000000000000/", "does not lie on this device"),
    ],
)
def test_other_pages_say_what_can_be_done(desk: Desk, entry: Entry, path: str, said: str) -> None:
    page = get_ready(desk)
    desk.context.set_offline(True)
    page.goto(path)
    expect_heading(page, "This page needs the network")
    assert said in notice(page)
    expect(page.locator("[data-part=recent] li")).to_have_text(re.compile("Plain"))
    page.locator("main").get_by_role("link", name="Write").click()
    expect(text_of(page)).to_be_focused()
    page.go_back()
    desk.context.set_offline(False)
    expect(page.locator("tl-offline")).to_have_count(0)


def test_a_form_that_could_not_be_sent_says_that_nothing_was_changed(desk: Desk) -> None:
    page = get_ready(desk)
    page.goto("/people/new/")
    desk.context.set_offline(True)
    page.locator("main form [name=name]").fill("Jonas")
    page.locator("main form button").first.click()
    page.wait_for_url("**/offline/#not-sent")
    expect_heading(page, "That could not be sent")
    assert "what you typed still stands there" in notice(page)


def test_what_is_shared_waits_here_and_files_are_spoken_of(desk: Desk) -> None:
    page = get_ready(desk)
    desk.context.set_offline(True)
    send_form(
        page, "/share/", {"title": "A talk", "text": "On craft.", "url": "https://a.example/"}
    )
    expect(text_of(page)).to_have_value("On craft.\n\nhttps://a.example/")
    expect(page.locator("tl-writer [name=title]")).to_have_value("A talk")
    expect_state(page, "device")
    desk.context.set_offline(False)
    expect_state(page, "saved")
    assert Entry.objects.get().title == "A talk"


def test_what_lies_here_is_encrypted_and_only_under_a_key_that_stays_here(
    desk: Desk, alice: User
) -> None:
    make_entry(alice, title=CANARY, body=f"{CANARY} and more")
    page = get_ready(desk)
    page.goto("/offline/")
    expect(page.locator("[data-part=recent] li")).to_have_text(re.compile(CANARY))
    stored = page.evaluate(EVERYTHING)
    assert "recents" in stored
    assert CANARY not in stored
    assert [key["exported"] for key in device(page)["keys"]] == [False]


def test_nothing_is_left_after_logging_out(desk: Desk, alice: User) -> None:
    make_entry(alice, title=CANARY, body=CANARY)
    page = get_ready(desk)
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Log out").click()
    expect(page.locator("form[data-logout]")).to_have_count(0)
    assert page.evaluate("() => caches.keys()") == []
    left = page.evaluate(EVERYTHING)
    assert str(alice.pk) not in left
    assert CANARY not in left
    desk.context.set_offline(True)
    with pytest.raises(Exception, match=r"ERR_(INTERNET_DISCONNECTED|FAILED)"):
        page.goto("/today/")


def test_a_session_that_is_over_takes_the_entries_from_the_device(desk: Desk, entry: Entry) -> None:
    page = get_ready(desk)
    desk.forget_session()
    desk.context.set_offline(True)
    page.goto("/offline/")
    expect(page.locator("[data-part=recent] li")).to_have_count(1)
    desk.context.set_offline(False)
    page.goto("/today/")
    page.wait_for_url("**/accounts/login/**")
    wait_until(lambda: page.evaluate(IS_READY, [0]), page=page)


def test_somebody_else_finds_nothing_of_alices(desk: Desk, entry: Entry, bob: User) -> None:
    page = get_ready(desk)
    desk.log_in(bob)
    page.goto("/people/")
    wait_until(lambda: str(page.evaluate(WHOSE)).startswith(str(bob.pk)), page=page)
    wait_until(lambda: page.evaluate(IS_READY, [1]), page=page)
    desk.context.set_offline(True)
    page.goto("/offline/")
    expect(page.locator("[data-part=none]")).to_be_visible()
    assert "Plain" not in page.content()


WHOSE = """async () =>
  (await caches.match("/offline/", { ignoreVary: true }))?.headers.get("X-Shell")"""


def test_one_can_keep_no_entries_here(desk: Desk, entry: Entry) -> None:
    page = get_ready(desk)
    page.goto("/offline/")
    page.get_by_role("switch").uncheck()
    expect(page.locator("[data-part=recent]")).to_be_hidden()
    wait_until(lambda: page.evaluate(IS_READY, [0]), page=page)
    page.goto("/today/")
    page.wait_for_timeout(1500)
    assert page.evaluate(IS_READY, [0])
    page.goto("/offline/")
    page.get_by_role("switch").check()
    expect(page.locator("[data-part=recent] li")).to_have_count(1)


EVERYTHING = """async () => {
  const database = await new Promise((resolve) => {
    const request = indexedDB.open("throughline");
    request.onsuccess = () => resolve(request.result);
  });
  const found = {};
  for (const name of database.objectStoreNames) {
    found[name] = await new Promise((resolve) => {
      const request = database.transaction(name).objectStore(name).getAll();
      request.onsuccess = () => resolve(request.result);
    });
  }
  database.close();
  const readable = (key, value) => value instanceof ArrayBuffer
    ? [...new Uint8Array(value)].map((byte) => String.fromCharCode(byte)).join("") : value;
  const pages = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) pages.push(await (await cache.match(request)).text());
  }
  return JSON.stringify([found, pages, { ...localStorage }, { ...sessionStorage }], readable);
}"""
