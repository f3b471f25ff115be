"""The calendar by keyboard and without scripts, in a real browser (T57)."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect

from apps.accounts.models import User
from tests.e2e.desk import Desk
from tests.factories import make_entry

pytestmark = pytest.mark.browser

# A month of six weeks where weeks begin on Monday.
MAY = "/journal/calendar/2021/05/"


def day(page: Page, iso: str) -> Locator:
    """What takes the focus for a day."""
    return page.locator(f'[data-day="{iso}"] > a')


def press(page: Page, keys: str, iso: str) -> None:
    """Press keys one after another, and stand on this day afterwards."""
    for key in keys.split():
        page.keyboard.press(key)
    expect(day(page, iso)).to_be_focused()


def test_arrows_walk_through_days_weeks_months_and_years(desk: Desk) -> None:
    page = desk.open(MAY)
    expect(page.get_by_role("grid", name="May 2021")).to_be_visible()
    day(page, "2021-05-12").focus()
    press(page, "ArrowRight", "2021-05-13")
    press(page, "ArrowDown ArrowLeft", "2021-05-19")
    press(page, "Home", "2021-05-17")
    press(page, "End", "2021-05-23")
    press(page, "ArrowUp ArrowUp ArrowUp", "2021-05-02")
    press(page, "Home", "2021-05-01")
    # Past the edge, the month before comes in place: with its address, its title and its focus.
    press(page, "ArrowLeft", "2021-04-30")
    expect(page).to_have_url(f"{desk.url}/journal/calendar/2021/04/")
    expect(page).to_have_title("April 2021 · Throughline")
    press(page, "ArrowRight", "2021-05-01")
    press(page, "End End", "2021-05-02")
    day(page, "2021-05-31").focus()
    press(page, "PageUp", "2021-04-30")
    press(page, "PageDown", "2021-05-30")
    press(page, "Shift+PageUp", "2020-05-30")
    press(page, "Shift+PageDown", "2021-05-30")
    page.go_back()
    expect(page.locator("tl-calendar h2")).to_have_text("May 2020")


def test_the_tab_key_stops_once(desk: Desk, alice: User) -> None:
    make_entry(alice, local_date=date(2021, 5, 20))
    page = desk.open(MAY)
    page.locator("#year-after").focus()
    page.keyboard.press("Tab")
    expect(day(page, "2021-05-01")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="The whole of 2021")).to_be_focused()
    day(page, "2021-05-20").click(trial=True)
    day(page, "2021-05-20").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(day(page, "2021-05-20")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/journal/on/2021-05-20/")


def test_a_day_to_come_can_be_stood_on(desk: Desk) -> None:
    page = desk.open("/journal/calendar/2999/05/")
    cell = page.locator('[data-day="2999-05-01"]')
    cell.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator('[data-day="2999-05-02"]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{desk.url}/journal/calendar/2999/05/")


def test_arrows_follow_the_direction_of_the_text(desk: Desk) -> None:
    page = desk.open(MAY)
    page.evaluate("document.documentElement.dir = 'rtl'")
    day(page, "2021-05-12").focus()
    press(page, "ArrowLeft", "2021-05-13")
    press(page, "ArrowRight ArrowRight", "2021-05-11")


def test_its_links_change_the_month_in_place_and_keep_the_focus(desk: Desk) -> None:
    page = desk.open(MAY)
    page.evaluate("window.isSamePage = true")
    page.locator("#month-after").focus()
    page.keyboard.press("Enter")
    expect(page.locator("tl-calendar h2")).to_have_text("June 2021")
    expect(page.locator("#month-after")).to_be_focused()
    expect(page.locator("#announcer")).to_have_text("June 2021")
    expect(page).to_have_url(f"{desk.url}/journal/calendar/2021/06/")
    assert page.evaluate("window.isSamePage") is True


def test_a_year_is_one_walk(desk: Desk) -> None:
    page = desk.open("/journal/year/2021/")
    day(page, "2021-01-31").focus()
    press(page, "ArrowRight", "2021-02-01")
    press(page, "PageDown", "2021-03-01")
    day(page, "2021-12-31").focus()
    press(page, "ArrowRight", "2022-01-01")
    expect(page).to_have_url(f"{desk.url}/journal/year/2022/")
    press(page, "Shift+PageUp", "2021-01-01")


def test_without_scripts_it_is_a_table_of_links(
    make_desk: Callable[..., Desk], alice: User
) -> None:
    make_entry(alice, local_date=date(2021, 4, 20), body="A heron.")
    page = make_desk(alice, java_script_enabled=False).open(MAY)
    page.locator("#month-before").click()
    page.wait_for_url("**/journal/calendar/2021/04/")
    assert page.get_by_role("grid").count() == 0
    day(page, "2021-04-20").click()
    expect(page.locator(".entry-row")).to_contain_text("A heron.")
    page.get_by_role("link", name="Write for this day").click()
    expect(page.get_by_label("Day")).to_have_value("2021-04-20")
    page.goto(MAY)
    page.get_by_label("Month", exact=True).select_option("2")
    page.get_by_label("Year", exact=True).fill("2024")
    page.get_by_role("button", name="Go", exact=True).click()
    page.wait_for_url("**/journal/calendar/2024/02/")
    expect(day(page, "2024-02-29")).to_be_visible()


def test_an_old_entry_is_answered_without_scripts(
    make_desk: Callable[..., Desk], alice: User
) -> None:
    old = make_entry(alice, local_date=date(2021, 4, 20), body="A heron.")
    page = make_desk(alice, java_script_enabled=False).open(old.get_absolute_url())
    page.get_by_role("link", name="Answer it from today").click()
    page.get_by_label("What you write").fill("It is still there.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("complementary", name="What this answers")).to_contain_text("A heron.")
    page.goto(old.get_absolute_url())
    page.get_by_role("button", name="Do not bring this back").click()
    expect(page.get_by_text("It is not brought back to you.")).to_be_visible()
    expect(page.locator(".layers")).to_contain_text("It is still there.")


def test_an_answer_saves_itself(desk: Desk, alice: User) -> None:
    old = make_entry(alice, local_date=date(2021, 4, 20), body="A heron.")
    page = desk.open(f"/journal/new/?answers={old.pk}")
    expect(page.locator("textarea[name=body]")).to_be_focused()
    page.keyboard.type("It is still there.")
    expect(page.locator("tl-writer .saved")).to_have_attribute("data-state", "saved")
    page.reload()
    expect(page.locator(".answered")).to_contain_text("A heron.")
    page.goto(old.get_absolute_url())
    expect(page.locator(".layers")).to_contain_text("It is still there.")
