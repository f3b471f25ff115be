"""Where things stand on a page: titles keep their place, places are in sight, photos apart."""

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from tests.e2e.desk import Desk, wait_until
from tests.factories import make_attachment, make_entry, make_person

pytestmark = pytest.mark.browser

Make = Callable[..., Desk]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def box_of(page: Page, selector: str) -> dict[str, float]:
    """Where the first of them is, in pixels of the window."""
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return {**box}


def test_titles_keep_their_place_from_page_to_page(desk: Desk, alice: User) -> None:
    person, entry = make_person(alice), make_entry(alice, title="A title")
    page = desk.new_page()
    starts: dict[int, dict[str, float]] = {width: {} for width in (1024, 1280, 1920)}
    for path in (
        "/today/",
        "/journal/",
        "/journal/calendar/",
        "/journal/year/2026/",
        "/journal/tags/",
        "/journal/choose/",
        "/journal/search/",
        "/people/",
        person.get_absolute_url(),
        entry.get_absolute_url(),
        "/settings/",
    ):
        page.goto(path)
        for width, found in starts.items():
            page.set_viewport_size({"width": width, "height": 900})
            found[path] = box_of(page, "h1")["x"]
    for width, found in starts.items():
        assert max(found.values()) - min(found.values()) < 16, (width, found)


def test_on_a_phone_the_places_are_one_line_and_where_one_is_is_in_sight(make_desk, alice) -> None:
    page = make_desk(alice, **PHONE).new_page()
    for path in ("/journal/", "/journal/tags/", "/journal/threads/"):
        page.goto(path)
        assert box_of(page, ".places")["height"] < 60, path
        here = box_of(page, ".places [aria-current]")
        assert 0 <= here["x"] <= here["x"] + here["width"] <= 390, path


def test_on_a_phone_one_goes_anywhere_from_the_bar(make_desk: Make, alice: User) -> None:
    page = make_desk(alice, **PHONE).open("/today/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Go to").tap()
    dialog = page.get_by_role("dialog", name="Go to")
    dialog.get_by_role("link", name="Settings").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")


def test_what_to_do_with_entries_is_in_sight_of_each(desk: Desk, alice: User) -> None:
    for number in range(30):
        make_entry(alice, title=f"Entry {number}")
    page = desk.open("/journal/choose/")
    way = page.get_by_role("link", name="What to do with them")
    act = page.get_by_role("button", name="Tag them")
    for width in (390, 900, 1280):
        page.set_viewport_size({"width": width, "height": 700})
        for row in (0, 15, 29):
            page.locator(".choosing > li").nth(row).scroll_into_view_if_needed()
            expect(act if width == 1280 else way).to_be_in_viewport(ratio=1)


def test_photos_stand_apart_though_one_has_a_longer_day(desk: Desk, alice: User) -> None:
    """A day of two lines makes its row higher; the squares beside it stay squares."""
    for day in (date(2026, 11, 25), date(2026, 11, 27), date(2026, 11, 27)):
        make_attachment(make_entry(alice, local_date=day))
    page = desk.new_page()
    page.set_viewport_size({"width": 700, "height": 900})
    page.goto("/journal/photos/")
    page.evaluate("document.querySelector('.gallery time').append(' and more '.repeat(9))")
    boxes = [link.bounding_box() for link in page.locator(".gallery li > a:first-child").all()]
    assert len(boxes) == 3
    for left, right in pairwise(boxes):
        assert left
        assert right
        assert left["x"] + left["width"] <= right["x"]


SHIFTS = """window.shifts = [];
const heed = (list) => window.shifts.push(...list.getEntries().map(({ value }) => value));
new PerformanceObserver(heed).observe({ type: "layout-shift", buffered: true });"""


def test_what_the_device_says_of_its_time_zone_moves_nothing(desk: Desk, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone="America/New_York")
    page = desk.new_page()
    page.add_init_script(SHIFTS)
    page.goto("/settings/")
    expect(page.get_by_role("button", name="Use Europe/Vienna")).to_be_visible()
    page.wait_for_timeout(300)
    assert page.evaluate("window.shifts") == []
    page.evaluate("document.querySelector('main').prepend(document.createElement('hr'))")
    page.evaluate("document.querySelector('main > hr').style.blockSize = '9rem'")
    wait_until(lambda: bool(page.evaluate("window.shifts")), page=page)
