"""A page that stays open over midnight: no text changes its day, and no day is written blank."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from apps.accounts.models import User
from apps.core.periods import local_day
from apps.journal.models import Entry
from tests.e2e.desk import CANARY, Desk, expect_state, text_of, wait_for_body, write

pytestmark = pytest.mark.browser

DAY = 24 * 3600 * 1000


def open_with_clock(desk: Desk, path: str) -> Page:
    """A page whose clock the test turns; the server's goes on as it does."""
    page = desk.new_page()
    page.clock.install(time=datetime.now(UTC))
    page.goto(path)
    return page


def test_what_was_begun_before_midnight_keeps_its_day(desk: Desk) -> None:
    """Stories L8 and Z9: one entry, on the day it was begun."""
    page = open_with_clock(desk, "/today/")
    begun_on = page.locator("[name=local_date]").input_value()
    write(page, "Before.")
    page.clock.run_for(1500)
    expect_state(page, "saved")
    page.clock.fast_forward(DAY)
    page.evaluate("dispatchEvent(new Event('focus'))")
    assert text_of(page).input_value() == "Before.", "nothing is reloaded under somebody's text"
    write(page, " After.")
    page.clock.run_for(1500)
    wait_for_body(page, "Before. After.")
    entry = Entry.objects.get()
    assert entry.local_date.isoformat() == begun_on


def test_an_empty_page_takes_the_day_on_which_its_first_letter_is_typed(
    desk: Desk, alice: User
) -> None:
    page = open_with_clock(desk, "/today/")
    page.clock.fast_forward(2 * DAY)
    write(page, CANARY)
    page.clock.run_for(1500)
    expect_state(page, "saved")
    entry = Entry.objects.get()
    in_two_days = timezone.now() + 2 * timedelta(days=1)
    assert entry.local_date == local_day(in_two_days, alice.time_zone)
    assert abs((entry.occurred_at - in_two_days).total_seconds()) < 60


def test_an_empty_page_that_is_looked_at_the_next_day_is_todays(desk: Desk) -> None:
    page = open_with_clock(desk, "/today/")
    page.clock.fast_forward(DAY)
    with page.expect_navigation():
        page.evaluate("dispatchEvent(new Event('focus'))")
    assert not Entry.objects.exists()


def test_the_time_of_an_entry_is_when_it_was_begun(desk: Desk) -> None:
    page = open_with_clock(desk, "/journal/new/")
    opened_at = timezone.now()
    page.clock.fast_forward(3600 * 1000)
    write(page, CANARY)
    page.clock.run_for(1500)
    expect_state(page, "saved")
    entry = Entry.objects.get()
    assert 3500 < (entry.occurred_at - opened_at).total_seconds() < 3700


def test_a_wrong_clock_on_the_device_dates_nothing(desk: Desk) -> None:
    page = desk.new_page()
    page.clock.install(time="2001-01-01T00:00:00")
    page.goto("/today/")
    today = page.locator("[name=local_date]").input_value()
    write(page, CANARY)
    page.clock.run_for(1500)
    expect_state(page, "saved")
    entry = Entry.objects.get()
    assert entry.local_date.isoformat() == today
    assert abs((entry.occurred_at - timezone.now()).total_seconds()) < 60


def test_the_persons_zone_counts_and_not_the_browsers(make_desk, alice: User) -> None:
    """Stories Z1 and Z2: a browser on the other side of the world."""
    alice.time_zone = "Pacific/Kiritimati"
    alice.save()
    page = make_desk(alice, timezone_id="Pacific/Pago_Pago").open("/today/")
    write(page, CANARY)
    expect_state(page, "saved")
    assert Entry.objects.get().local_date == local_day(timezone.now(), "Pacific/Kiritimati")


def test_a_day_that_was_chosen_is_left_alone(desk: Desk) -> None:
    page = open_with_clock(desk, "/journal/new/?date=2020-02-29")
    page.clock.fast_forward(DAY)
    write(page, CANARY)
    page.clock.run_for(1500)
    expect_state(page, "saved")
    assert Entry.objects.get().local_date.isoformat() == "2020-02-29"
