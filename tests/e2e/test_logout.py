"""Logging out: what is open is saved first, and nothing of the person stays on the device."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect
from playwright.sync_api import Error as PlaywrightError

from apps.accounts.models import User
from apps.journal.models import Entry
from tests.day import one_in
from tests.e2e.conftest import started_chromium, wait_for_quiet
from tests.e2e.desk import (
    CANARY,
    Desk,
    copied,
    crash,
    device,
    expect_said,
    expect_state,
    log_in_by_form,
    stuck,
    text_of,
    wait_until,
    write,
)
from tests.e2e.server import Server
from tests.factories import make_entry

pytestmark = pytest.mark.browser


def test_open_pages_save_before_the_log_out(desk: Desk) -> None:
    page, leaving = desk.open("/today/"), desk.open("/accounts/logout/")
    write(page, CANARY)
    log_out(leaving)
    assert Entry.objects.get().body == CANARY
    expect(page).not_to_have_url("**/today/")


def test_a_tab_with_nothing_unsaved_goes_to_the_log_in(desk: Desk, alice: User) -> None:
    entry = make_entry(alice, body=CANARY)
    page, leaving = desk.open(f"/journal/{entry.pk}/"), desk.open("/accounts/logout/")
    log_out(leaving)
    page.wait_for_url("**/accounts/login/**")
    assert CANARY not in page.content()


def test_neither_copy_nor_key_is_left(desk: Desk, alice: User) -> None:
    page = desk.open("/today/")
    desk.context.set_offline(True)
    write(page, CANARY)
    wait_until(lambda: copied(page) == [CANARY])
    page.close()
    desk.context.set_offline(False)
    leaving = desk.open("/accounts/logout/")
    assert len(device(leaving)["keys"]) == 1
    log_out(leaving)
    assert Entry.objects.get().body == CANARY, "what lay on the device was saved first"
    left = device(leaving)
    assert (left["keys"], left["copies"]) == ([], [])
    assert CANARY not in str(left)


def test_what_cannot_be_saved_is_said_and_one_can_stay(desk: Desk) -> None:
    leaving = stuck(desk)
    dialog = leaving.get_by_role("dialog")
    expect(dialog).to_contain_text("only on this device")
    expect(dialog.locator("[data-part=list] li")).to_have_count(1)
    dialog.get_by_role("button", name="Stay").click()
    expect(dialog).to_be_hidden()
    assert copied(leaving) == [CANARY]
    leaving.goto("/today/")


def test_what_cannot_be_saved_can_be_taken_along(desk: Desk) -> None:
    leaving = stuck(desk)
    with leaving.expect_download() as taken:
        leaving.get_by_role("button", name="Take them along").click()
    assert taken.value.suggested_filename.endswith(".md")
    assert CANARY in Path(taken.value.path()).read_text()
    leaving.get_by_role("button", name="Log out anyway").click()
    expect(leaving.locator("form[data-logout]")).to_have_count(0)
    assert device(leaving)["copies"] == []
    assert not Entry.objects.exists()


def test_a_page_that_cannot_save_keeps_its_words_until_the_log_in(desk: Desk, alice: User) -> None:
    page = desk.open("/today/")
    page.route("**/save/", lambda route: route.abort())
    write(page, CANARY)
    expect_state(page, "device")
    leaving = desk.open("/accounts/logout/")
    leaving.get_by_role("button", name="Log out").click()
    wait_until(lambda: leaving.get_by_role("dialog").is_visible(), page=page)
    leaving.get_by_role("button", name="Log out anyway").click()
    wait_until(lambda: leaving.locator("form[data-logout]").count() == 0, page=page)
    expect_said(page, "^Kept on this page only · you are logged out$")
    write(page, " and on")
    page.wait_for_timeout(1500)
    left = device(page)
    assert (left["keys"], left["copies"]) == ([], []), "typing on must not bring the key back"
    assert text_of(page).input_value() == f"{CANARY} and on"
    page.unroute("**/save/")
    leaving.goto("/accounts/login/")
    log_in_by_form(leaving, alice)
    expect_state(page, "saved", within=10)
    assert Entry.objects.get().body == f"{CANARY} and on"


def test_somebody_elses_unsaved_words_are_not_wiped_without_a_question(
    desk: Desk, alice: User, bob: User
) -> None:
    """Clear-Site-Data knows no persons: what bob's log-out would take from alice is said first."""
    page = desk.open("/today/")
    desk.context.set_offline(True)
    write(page, CANARY)
    wait_until(lambda: copied(page) == [CANARY])
    crash(page)
    desk.context.set_offline(False)
    desk.log_in(bob)
    leaving = desk.open("/accounts/logout/")
    leaving.get_by_role("button", name="Log out").click()
    dialog = leaving.get_by_role("dialog")
    expect(dialog).to_contain_text("Somebody else")
    assert CANARY not in leaving.content()
    dialog.get_by_role("button", name="Stay").click()
    desk.log_in(alice)
    desk.open("/people/")
    wait_until(lambda: Entry.objects.filter(owner=alice, body=CANARY).exists())


def test_it_works_without_scripts(make_desk: Callable[..., Desk], alice: User) -> None:
    desk = make_desk(alice, java_script_enabled=False)
    page = desk.open("/accounts/logout/")
    page.locator("form[data-logout] button").click()
    expect(page.locator("form[data-logout]")).to_have_count(0)
    page.goto("/today/")
    assert "/accounts/login/" in page.url


@pytest.fixture(scope="module")
def as_people_have_it(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """A Chromium as people have it: Playwright's own start switches its page cache off."""
    with started_chromium(playwright, tmp_path_factory.mktemp("profile")) as (browser, _):
        yield browser


@pytest.fixture
def unaided(as_people_have_it: Browser, server: Server) -> Iterator[Callable[[Server], Desk]]:
    """A desk there, with cookies, caches and pages of its own."""
    context = as_people_have_it.new_context()
    yield lambda server: Desk(context, server.url)
    context.close()
    wait_for_quiet()


@pytest.fixture(scope="module")
def careless_server(_running_server: Server) -> Iterator[Server]:
    """The same journal, served without the headers that keep pages out of the browser's caches."""
    careless = Server(_running_server.home, _running_server.environment["DATABASE_URL"])
    careless.environment["DJANGO_SETTINGS_MODULE"] = "tests.e2e.settings_without_safe_answers"
    careless.start()
    yield careless
    careless.stop()


def see_and_leave(desk: Desk, alice: User, place: str, exit_by: str) -> Page:
    """A page that showed alice's words, another page after it, and then she is logged out."""
    entry = make_entry(alice, body=CANARY, title=f"{CANARY} title")
    paths = {
        "entry": f"/journal/{entry.pk}/",
        "today": "/today/",
        "journal": "/journal/",
        "edit": f"/journal/{entry.pk}/edit/",
    }
    desk.log_in(alice)
    page = desk.context.new_page()
    if exit_by == "cookie, no scripts":
        # Pages that listen to each other are not kept by the browser; without scripts they may be.
        page.route("**/*.js", lambda route: route.abort())
    page.goto(desk.url + paths[place])
    assert CANARY in page.content() or place == "today"
    page.goto(desk.url + "/people/")
    if exit_by == "log-out":
        leaving = desk.context.new_page()
        leaving.goto(desk.url + "/accounts/logout/")
        log_out(leaving)
    else:
        desk.forget_session()
    return page


PLACES = ["entry", "today", "journal", "edit"]
EXITS = ["log-out", "cookie", "cookie, no scripts"]


# By day each way out once, from other places.
@pytest.mark.parametrize(("place", "exit_by"), one_in(5, product(PLACES, EXITS)))
def test_back_after_the_log_out_shows_the_log_in(
    unaided: Callable[[Server], Desk], server: Server, alice: User, place: str, exit_by: str
) -> None:
    """T-42, with the browser's own page cache on."""
    page = see_and_leave(unaided(server), alice, place, exit_by)
    go_back(page)
    wait_until(lambda: "/accounts/login/" in page.url, page=page)
    assert CANARY not in page.content()
    page.reload()
    assert CANARY not in page.content()


@pytest.mark.parametrize("place", one_in(2, ["entry", "journal"]))
def test_it_would_see_words_that_are_left(
    unaided: Callable[[Server], Desk], careless_server: Server, alice: User, place: str
) -> None:
    """Where nothing forbids the browser to keep pages, Back shows them to whoever comes next."""
    page = see_and_leave(unaided(careless_server), alice, place, "cookie, no scripts")
    go_back(page)
    wait_until(lambda: not page.url.endswith("/people/"), page=page)
    assert CANARY in page.content()


def go_back(page: Page) -> None:
    """Back, as the browser's own button does it; the page may be gone before it has answered."""
    with suppress(PlaywrightError):
        page.evaluate("history.back()")


def log_out(page: Page) -> None:
    """Press the button, and wait until the next page is there."""
    page.get_by_role("button", name="Log out").click()
    expect(page.locator("form[data-logout]")).to_have_count(0)
    page.wait_for_load_state()
