"""Two tabs, two devices: the second writer is told, nothing is written over, and one can choose."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.journal import drafting
from apps.journal.models import Entry
from tests.e2e.desk import (
    Desk,
    copied,
    crash,
    device,
    expect_said,
    expect_state,
    text_of,
    wait_until,
    write,
)
from tests.factories import make_draft, make_entry, make_hand

pytestmark = pytest.mark.browser


@pytest.fixture
def entry(alice: User) -> Entry:
    return make_entry(alice, body="Common ground.\n\nA second paragraph.", title="Plain")


@pytest.fixture
def two_texts(desk: Desk, alice: User, entry: Entry) -> Page:
    """alice's page on this device, after something else was saved from another."""
    page = desk.open(f"/journal/{entry.pk}/edit/")
    drafting.save(
        owner=alice,
        entry_id=entry.pk,
        draft=make_draft(title=entry.title, body=f"{BEFORE} Theirs."),
        hand=make_hand(expected_version=entry.version),
        now=timezone.now(),
    )
    write(page, " Mine.")
    expect_state(page, "conflict")
    return page


def test_the_second_is_told_and_nothing_is_written_over(
    desk: Desk, make_desk: Callable[..., Desk], alice: User, entry: Entry
) -> None:
    """Both of them in a browser; the choice that follows is asked about with one."""
    page = desk.open(f"/journal/{entry.pk}/edit/")
    other = make_desk(alice).open(f"/journal/{entry.pk}/edit/")
    write(other, " Theirs.")
    expect_state(other, "saved")
    write(page, " Mine.")
    expect_state(page, "conflict")
    expect_said(page, "^Kept on this device · changed elsewhere$")
    entry.refresh_from_db()
    assert entry.body.endswith("Theirs.")
    assert entry.version == 2
    write(page, " And more.")
    wait_until(lambda: copied(page) == [f"{BEFORE} Mine. And more."])
    expect_state(page, "conflict")
    page.wait_for_timeout(1500)
    entry.refresh_from_db()
    assert entry.version == 2


def test_a_page_shows_both_with_their_differences(two_texts: Page) -> None:
    see_both(two_texts)
    expect(two_texts.get_by_role("heading", level=1)).to_have_text("Two texts of one entry")
    expect(two_texts.locator(".diff del").filter(has_text="Theirs")).to_be_visible()
    expect(two_texts.locator(".diff ins").filter(has_text="Mine")).to_be_visible()
    merged = two_texts.locator("#merged").input_value()
    assert "Theirs." in merged
    assert "Mine." in merged


def test_keep_mine(two_texts: Page, entry: Entry) -> None:
    see_both(two_texts)
    two_texts.get_by_role("button", name="Keep what I just wrote").click()
    settled(two_texts, entry, f"{BEFORE} Mine.", kept=f"{BEFORE} Theirs.")


def test_keep_the_other(two_texts: Page, entry: Entry) -> None:
    see_both(two_texts)
    two_texts.get_by_role("button", name="Keep the text saved elsewhere").click()
    settled(two_texts, entry, f"{BEFORE} Theirs.", kept=f"{BEFORE} Mine.")


def test_keep_both_in_one(two_texts: Page, entry: Entry) -> None:
    see_both(two_texts)
    merged = f"{BEFORE} Theirs. Mine."
    two_texts.locator("#merged").fill(merged)
    two_texts.get_by_role("button", name="Keep this").click()
    settled(two_texts, entry, merged, kept=f"{BEFORE} Theirs.")


def test_the_choice_survives_a_lost_connection(two_texts: Page, entry: Entry) -> None:
    see_both(two_texts)
    two_texts.context.set_offline(True)
    two_texts.get_by_role("button", name="Keep what I just wrote").click()
    expect(two_texts.locator("#failures")).to_be_visible()
    two_texts.context.set_offline(False)
    two_texts.get_by_role("button", name="Keep what I just wrote").click()
    settled(two_texts, entry, f"{BEFORE} Mine.", kept=f"{BEFORE} Theirs.")


def test_leaving_without_a_choice_keeps_both(two_texts: Page, entry: Entry) -> None:
    see_both(two_texts)
    two_texts.goto("/journal/")
    expect(two_texts.locator("#messages .notice", has_text="changed elsewhere")).to_be_visible()
    assert copied(two_texts) == [f"{BEFORE} Mine."]
    entry.refresh_from_db()
    assert entry.body == f"{BEFORE} Theirs."


def test_the_same_words_in_both_are_no_conflict(desk: Desk, entry: Entry) -> None:
    page, other = (desk.open(f"/journal/{entry.pk}/edit/") for _ in range(2))
    for tab in (page, other):
        write(tab, " Same.")
        expect_state(tab, "saved")
    expect(other.locator("tl-conflict")).to_have_count(0)
    entry.refresh_from_db()
    assert entry.body == f"{BEFORE} Same."
    # The second page is noted, so that nothing of either still on its way fits any more.
    assert entry.version == 3


def test_a_tab_that_only_looks_does_not_disturb_the_one_that_writes(
    desk: Desk, entry: Entry
) -> None:
    page = desk.open(f"/journal/{entry.pk}/edit/")
    desk.open(f"/journal/{entry.pk}/edit/").close()
    desk.open("/today/")
    write(page, " On.")
    expect_state(page, "saved")


def test_two_tabs_of_today_are_two_entries(desk: Desk) -> None:
    first, second = desk.open("/today/"), desk.open("/today/")
    write(first, "One")
    expect_state(first, "saved")
    write(second, "Two")
    expect_state(second, "saved")
    assert sorted(Entry.objects.values_list("body", flat=True)) == ["One", "Two"]


def test_each_of_two_dead_tabs_leaves_its_own_copy(desk: Desk, entry: Entry) -> None:
    pages = [desk.open(f"/journal/{entry.pk}/edit/") for _ in range(2)]
    desk.context.set_offline(True)
    for number, page in enumerate(pages):
        write(page, f" {number}")
    wait_until(lambda: sorted(copied(pages[0])) == [f"{BEFORE} 0", f"{BEFORE} 1"])
    for page in pages:
        crash(page)
    desk.context.set_offline(False)
    reader = desk.open("/people/")
    notices = reader.locator("#messages .notice")
    expect(notices).to_have_count(2)
    entry.refresh_from_db()
    assert entry.body in {f"{BEFORE} 0", f"{BEFORE} 1"}
    assert len(copied(reader)) == 1, "the other one waits for a choice"


def test_an_earlier_text_brought_back_in_another_tab_is_a_conflict(
    desk: Desk, alice: User, entry: Entry
) -> None:
    page = desk.open(f"/journal/{entry.pk}/edit/")
    write(page, " On.")
    expect_state(page, "saved")
    entry.refresh_from_db()
    revision = drafting.keep(entry)
    other = desk.open(f"/journal/{entry.pk}/edit/")
    text_of(other).fill("Something else")
    expect_state(other, "saved")
    other.goto(f"/journal/{entry.pk}/revisions/{revision.pk}/")
    other.locator("form[action$='/restore/'] button").click()
    other.wait_for_url(f"**/journal/{entry.pk}/")
    write(page, " And on.")
    expect_state(page, "conflict")
    entry.refresh_from_db()
    assert entry.body == f"{BEFORE} On."


BEFORE = "Common ground.\n\nA second paragraph."


def see_both(page: Page) -> None:
    """Go to the page with both texts, and wait until its script helps to choose."""
    page.get_by_role("button", name="See both texts").click()
    page.wait_for_url("**/save/")


def settled(page: Page, entry: Entry, body: str, *, kept: str) -> None:
    """The entry says `body`, the other text is among the earlier ones, and no copy is left."""
    try:
        page.wait_for_url(f"**/journal/{entry.pk}/")
    except PlaywrightError as late:
        # Seldom, on a busy machine, the page stays: what it says then is worth knowing.
        said = page.locator("#failures").all_inner_texts()
        raise AssertionError(f"still at {page.url}, which says {said}") from late
    entry.refresh_from_db()
    assert entry.body == body
    assert kept in [revision.body for revision in entry.revisions.all()]
    wait_until(lambda: device(page)["copies"] == [])
    page.wait_for_timeout(1500)
    assert page.locator("#messages .notice", has_text="device").count() == 0
