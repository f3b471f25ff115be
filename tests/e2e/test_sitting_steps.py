"""A step of a sitting is saved as an entry is: without a button, and while offline."""

import re

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.sittings.models import Answer, OwnSession, Sitting
from tests.e2e.desk import Desk
from tests.factories import make_person, make_sitting
from tests.sittings.walking import make_company

pytestmark = pytest.mark.browser


def at(sitting: Sitting, place: str) -> str:
    return f"/sittings/{sitting.pk}/at/{place}/"


def saved(page: Page) -> None:
    expect(page.locator("tl-writer .saved[data-state=saved]")).to_be_visible()


@pytest.fixture
def sitting(alice: User) -> Sitting:
    return make_sitting(alice, said={})


def test_words_are_saved_while_one_writes(desk: Desk, alice: User, sitting: Sitting) -> None:
    page = desk.open(at(sitting, "so_far"))
    expect(page.locator("textarea[name=body]")).to_be_focused()
    page.keyboard.type("For a month")
    saved(page)
    assert Answer.objects.for_user(alice).get().text == "For a month"
    page.keyboard.type(", and no end")
    page.goto("/sittings/")
    page.goto(at(sitting, "so_far"))
    expect(page.locator("textarea[name=body]")).to_have_value("For a month, and no end")


def test_what_is_picked_is_saved_at_once(desk: Desk, alice: User, sitting: Sitting) -> None:
    person = make_person(alice, name="Mira")
    page = desk.open(at(sitting, "stood_here"))
    page.get_by_label("Mira").check()
    saved(page)
    assert Answer.objects.for_user(alice).get().value == {"picked": [str(person.pk)]}
    page.get_by_label("Mira").uncheck()
    page.get_by_role("button", name="Next").click()
    page.wait_for_url("**/at/moves/")
    assert Answer.objects.for_user(alice).get().value == {}


def test_nothing_is_lost_without_a_network(desk: Desk, alice: User, sitting: Sitting) -> None:
    page = desk.open(at(sitting, "so_far"))
    expect(page.locator("textarea[name=body]")).to_be_focused()
    page.keyboard.type("Before")
    saved(page)
    desk.context.set_offline(True)
    page.keyboard.type(" and after")
    page.get_by_role("button", name="Next").click()
    expect(page.locator("textarea[name=body]")).to_have_value("Before and after")
    desk.context.set_offline(False)
    saved(page)
    page.get_by_role("button", name="Next").click()
    page.wait_for_url("**/at/protects/")
    assert Answer.objects.for_user(alice).get().text == "Before and after"
    desk.complaints[:] = [it for it in desk.complaints if "ERR_INTERNET_DISCONNECTED" not in it]


def test_two_tabs_are_shown_both_texts(desk: Desk, alice: User, sitting: Sitting) -> None:
    one, other = (desk.open(at(sitting, "so_far")) for _ in range(2))
    one.locator("textarea[name=body]").fill("For a month")
    saved(one)
    other.locator("textarea[name=body]").fill("For a year")
    expect(other.locator("[data-note=conflict]")).to_be_visible()
    other.get_by_role("button", name="See both texts").click()
    other.get_by_role("button", name="Keep this").click()
    expect(other.locator("tl-writer textarea[name=body]")).to_have_value(
        "For a month\n\nFor a year"
    )
    assert Answer.objects.for_user(alice).get().text == "For a month\n\nFor a year"
    desk.complaints[:] = [it for it in desk.complaints if "409" not in it]


def test_a_session_is_copied_and_changed_with_the_keyboard(desk: Desk, alice: User) -> None:
    make_company(alice)
    page = desk.open("/sittings/begin/three-short-questions/")
    page.get_by_role("button", name="Make a copy to change").press("Enter")
    page.wait_for_url("**/sittings/own/**")
    first = page.locator("#own-steps .name").first.inner_text()
    up = page.get_by_role("button", name=re.compile("^Up: ")).nth(1)
    up.focus()
    name = up.inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("#own-steps .name").nth(1)).to_have_text(first)
    # The button that was pressed has moved with its question, and still has the focus.
    assert page.evaluate("document.activeElement.innerText") == name
    assert OwnSession.objects.for_user(alice).get().version == 2
