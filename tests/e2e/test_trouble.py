"""Trouble of every kind: the text survives it, the page says where it is, and it is saved after."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from apps.accounts.limits import LIMITS
from apps.accounts.models import User
from apps.journal import drafting
from apps.journal.models import Entry
from tests.e2e.desk import (
    CANARY,
    Desk,
    body_of,
    copied,
    crash,
    device,
    expect_said,
    expect_state,
    log_in_by_form,
    state_of,
    text_of,
    wait_for_body,
    wait_until,
    write,
)
from tests.e2e.server import Server
from tests.factories import make_entry

pytestmark = pytest.mark.browser


def test_offline_it_is_kept_and_saved_when_the_network_is_back(desk: Desk) -> None:
    page = desk.open("/today/")
    desk.context.set_offline(True)
    write(page, CANARY)
    expect_said(page, "^Kept on this device · no connection$")
    wait_until(lambda: copied(page) == [CANARY])
    write(page, " and on")
    wait_until(lambda: copied(page) == [f"{CANARY} and on"])
    assert state_of(page) == "device"
    assert not Entry.objects.exists()
    desk.context.set_offline(False)
    expect_state(page, "saved", within=3)
    wait_for_body(page, f"{CANARY} and on")
    wait_until(lambda: device(page)["copies"] == [])


def test_offline_and_gone_it_is_saved_by_the_next_page(desk: Desk) -> None:
    page = desk.open("/today/")
    desk.context.set_offline(True)
    write(page, CANARY)
    wait_until(lambda: copied(page) == [CANARY])
    crash(page)
    desk.context.set_offline(False)
    other = desk.open("/journal/")
    wait_until(lambda: Entry.objects.filter(body=CANARY).exists())
    expect(other.locator("#messages .notice")).to_be_visible()


def test_the_server_is_killed_and_started_again(
    desk: Desk, make_desk: Callable[..., Desk], alice: User, server: Server
) -> None:
    """A page that stays saves by itself; what a closed tab left, the next page of that device."""
    page = desk.open("/today/")
    write(page, "Before.")
    expect_state(page, "saved")
    elsewhere = make_desk(alice)
    closed = elsewhere.open("/journal/new/")
    server.kill()
    try:
        write(page, f" {CANARY}")
        write(closed, f"Closed. {CANARY}")
        expect_said(page, "^Kept on this device · the server does not answer$")
        wait_until(lambda: copied(page) == [f"Before. {CANARY}"])
        wait_until(lambda: copied(closed) == [f"Closed. {CANARY}"])
        closed.close()
    finally:
        server.start()
    expect_state(page, "saved", within=20)
    wait_for_body(page, f"Before. {CANARY}")
    assert Entry.objects.count() == 1
    elsewhere.open("/people/")
    wait_until(lambda: Entry.objects.filter(body=f"Closed. {CANARY}").exists())


NO_ANSWERS: dict[str, dict[str, Any]] = {
    "500": {"status": 500, "body": "<h1>Server Error (500)</h1>"},
    "502": {"status": 502, "body": "Bad Gateway"},
    "503": {"status": 503, "json": {}},
    "hotel": {"status": 200, "body": "<h1>Welcome to the hotel</h1>", "content_type": "text/html"},
    "not ours": {"status": 200, "json": {"status": "ok"}},
    "redirect": {"status": 302, "headers": {"Location": "/accounts/login/"}},
    "firewall": {"status": 403, "body": "Blocked by the firewall"},
    "empty": {"status": 204},
}


def answering(answer: dict[str, Any]) -> Callable[[Route], None]:
    """What stands in for the server, and answers this."""
    return lambda route: route.fulfill(**answer)


def test_an_answer_that_is_none_is_not_taken_for_saved(desk: Desk) -> None:
    page = desk.open("/today/")
    written = CANARY
    write(page, CANARY)
    for name, answer in NO_ANSWERS.items():
        page.route("**/save/", answering(answer))
        write(page, f" {name}")
        written += f" {name}"
        expect_said(page, "^Kept on this device · the server does not answer$")
        wait_until(lambda: copied(page) == [written], page=page)  # noqa: B023
        page.unroute("**/save/")
        expect_state(page, "saved", within=10)
        wait_for_body(page, written)


def test_an_answer_that_never_comes_is_given_up_and_asked_again(desk: Desk) -> None:
    page = desk.new_page()
    # The real clock would make this test wait for a quarter of a minute.
    page.add_init_script(
        "const real = AbortSignal.timeout.bind(AbortSignal);"
        "AbortSignal.timeout = (ms) => real(ms / 5);"
    )
    page.goto("/today/")
    held: list[Route] = []
    page.route("**/save/", lambda route: held.append(route))
    write(page, CANARY)
    wait_until(lambda: bool(held), page=page)
    expect_said(page, "^Kept on this device · the server does not answer$")
    assert copied(page) == [CANARY]
    page.unroute("**/save/")
    expect_state(page, "saved", within=15)
    assert body_of(page) == CANARY
    assert Entry.objects.count() == 1


def test_a_slow_answer_is_said_to_be_slow(desk: Desk) -> None:
    page = desk.open("/today/")
    held: list[Route] = []
    page.route("**/save/", lambda route: held.append(route))
    write(page, CANARY)
    wait_until(lambda: bool(held), page=page)
    assert state_of(page) == "saving"
    expect_state(page, "device")
    held.pop().continue_()
    expect_state(page, "saved")


def test_an_answer_that_is_lost_makes_no_second_entry(desk: Desk) -> None:
    """T7, T-12: the server saved, nobody heard; the second try is the same entry and text."""
    page = desk.open("/today/")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/save/", lose)
    write(page, CANARY)
    expect_state(page, "device")
    page.unroute("**/save/")
    expect_state(page, "saved", within=10)
    entry = Entry.objects.get()
    assert (entry.body, entry.version) == (CANARY, 1)


def test_saves_that_arrive_in_the_wrong_order_leave_the_latest(desk: Desk) -> None:
    page = desk.open("/today/")
    held: list[Route] = []
    page.route("**/save/", lambda route: held.append(route))
    write(page, "One")
    wait_until(lambda: len(held) == 1, page=page)
    write(page, " two")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    wait_until(lambda: len(held) == 2, page=page)
    first, second = held
    second.continue_()
    wait_for_body(page, "One two")
    first.continue_()
    expect_state(page, "saved")
    entry = Entry.objects.get()
    assert (entry.body, entry.version) == ("One two", 1)


def test_a_session_that_ran_out_is_told_and_saved_after_logging_in_beside(
    desk: Desk, alice: User
) -> None:
    """Story L1."""
    page = desk.open("/today/")
    write(page, "Before.")
    expect_state(page, "saved")
    desk.forget_session()
    write(page, f" {CANARY}")
    expect_said(page, "^Kept on this device · you are logged out$")
    wait_until(lambda: copied(page) == [f"Before. {CANARY}"])
    link = page.get_by_role("link", name="Log in beside this page")
    expect(link).to_be_visible()
    with desk.context.expect_page() as opened:
        link.click()
    log_in_by_form(opened.value, alice)
    expect_state(page, "saved", within=5)
    wait_for_body(page, f"Before. {CANARY}")
    write(page, " and on")
    expect_state(page, "saved")
    assert Entry.objects.count() == 1


def test_a_session_that_ran_out_is_noticed_when_it_comes_back_by_itself(
    desk: Desk, alice: User
) -> None:
    page = desk.open("/today/")
    desk.forget_session()
    write(page, CANARY)
    expect_said(page, "logged out")
    desk.log_in(alice)
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect_state(page, "saved")
    assert body_of(page) == CANARY


def test_words_never_reach_the_journal_of_somebody_else_who_logs_in(
    desk: Desk, alice: User, bob: User
) -> None:
    page = desk.open("/today/")
    desk.forget_session()
    write(page, CANARY)
    expect_said(page, "logged out")
    desk.log_in(bob)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect_said(page, "^Kept on this device · somebody else is logged in$")
    write(page, " more")
    page.wait_for_timeout(1500)
    assert not any("/save/" in url for url in sent), "not even sent"
    assert not Entry.objects.exists()
    assert [copy["person"] for copy in device(page)["copies"]] == [str(alice.pk)]
    desk.log_in(alice)
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect_state(page, "saved")
    assert Entry.objects.get().owner == alice


def test_words_stay_out_of_the_others_journal_without_a_pause_to_notice(
    desk: Desk, alice: User, bob: User
) -> None:
    """The change of person happens between two saves: the server itself refuses."""
    page = desk.open("/today/")
    write(page, "Before.")
    expect_state(page, "saved")
    desk.log_in(bob)
    write(page, f" {CANARY}")
    expect_state(page, "error")
    expect_said(page, "somebody else is logged in")
    assert [(entry.owner, entry.body) for entry in Entry.objects.all()] == [(alice, "Before.")]


def test_a_token_that_was_rotated_is_fetched_anew(desk: Desk, alice: User) -> None:
    page = desk.open("/today/")
    write(page, "Before.")
    expect_state(page, "saved")
    desk.context.clear_cookies(name="csrftoken")
    statuses: list[int] = []
    page.on("response", lambda r: statuses.append(r.status) if "/save/" in r.url else None)
    write(page, f" {CANARY}")
    expect_state(page, "saved")
    wait_for_body(page, f"Before. {CANARY}")
    assert statuses == [403, 200]


def test_what_cannot_be_kept_is_named(desk: Desk) -> None:
    page = desk.open("/today/")
    write(page, CANARY)
    expect_state(page, "saved")
    page.locator("tl-writer details.fold summary").click()
    page.locator("[name=local_date]").fill("")
    expect_state(page, "error")
    expect(page.locator("[data-note=invalid] li")).to_have_text(re.compile("^Day: "))
    write(page, " and on")
    wait_until(lambda: copied(page) == [f"{CANARY} and on"])
    page.locator("[name=local_date]").fill("2026-11-20")
    expect_state(page, "saved")
    expect(page.locator("[data-note=invalid]")).to_be_hidden()
    wait_for_body(page, f"{CANARY} and on")


def test_a_text_that_is_too_long_is_said_to_be(desk: Desk) -> None:
    page = desk.open("/today/")
    text_of(page).fill("words " * 35_000)
    expect_state(page, "error", within=15)
    expect(page.locator("[data-note=invalid] li")).to_contain_text("200000")
    wait_until(lambda: [len(text) for text in copied(page)] == [210_000], within=10)
    text_of(page).fill("words " * 33_000)
    expect_state(page, "saved", within=15)


def test_too_many_saves_are_waited_out(desk: Desk, alice: User) -> None:
    page = desk.open("/today/")
    page.route(
        "**/save/",
        lambda route: route.fulfill(
            status=429, json={"error": "limited"}, headers={"Retry-After": "3"}
        ),
    )
    write(page, CANARY)
    expect_said(page, "too many saves")
    page.unroute("**/save/")
    expect_state(page, "saved", within=10)
    assert body_of(page) == CANARY
    assert LIMITS["save"].amount >= 60, "who never pauses saves twenty times a minute"


def test_an_entry_thrown_away_meanwhile_still_takes_the_words(desk: Desk, alice: User) -> None:
    entry = make_entry(alice, body="Before")
    page = desk.open(f"/journal/{entry.pk}/edit/")
    drafting.throw_away(entry, entry.saved_at)
    write(page, f" {CANARY}")
    expect_state(page, "saved")
    expect(page.locator("[data-note=trashed]")).to_be_visible()
    entry.refresh_from_db()
    assert entry.body == f"Before {CANARY}"
    assert entry.trashed_at is not None


def test_an_entry_erased_meanwhile_is_made_again(desk: Desk, alice: User) -> None:
    entry = make_entry(alice, body="Before")
    page = desk.open(f"/journal/{entry.pk}/edit/")
    entry.delete()
    write(page, f" {CANARY}")
    expect_state(page, "saved")
    assert Entry.objects.get().body == f"Before {CANARY}"


def test_the_page_asks_before_it_lets_go_of_words_that_are_nowhere_else(
    desk: Desk,
) -> None:
    page = desk.new_page()
    page.add_init_script("Object.defineProperty(globalThis, 'indexedDB', { value: undefined });")
    page.goto("/today/")
    page.route("**/save/", lambda route: route.abort())
    write(page, CANARY)
    expect_said(page, "^Kept on this page only")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.evaluate("location.assign('/people/')")
    wait_until(lambda: asked == ["beforeunload"], page=page)
    assert text_of(page).input_value() == CANARY
