"""What happens between two requests of one page (assurance T-10): nothing is lost, nothing lied."""

import pytest
from playwright.sync_api import expect

from apps.accounts.models import User
from apps.journal.models import Entry
from tests.e2e.desk import Desk, expect_said, expect_state, said, wait_until, write
from tests.factories import form_data, make_entry
from tests.house.routes import log_in

pytestmark = pytest.mark.browser

BEFORE = "Common ground."


@pytest.fixture
def entry(alice: User) -> Entry:
    return make_entry(alice, body=BEFORE)


def test_a_second_page_that_goes_by_the_same_name_is_a_conflict(
    desk: Desk, alice: User, entry: Entry
) -> None:
    """A browser that duplicates a tab may copy the writer's name; what it wrote came first."""
    page = desk.open(f"/journal/{entry.pk}/edit/")
    write(page, " Mine")
    expect_state(page, "saved")
    entry.refresh_from_db()
    theirs = f"{BEFORE} Mine Theirs."
    twin = form_data(
        alice,
        body=theirs,
        writer=page.locator("[name=writer]").input_value(),
        sequence="50",
        expected_version=str(entry.version),
    )
    answer = log_in(alice).post(
        f"/journal/{entry.pk}/save/", twin, headers={"accept": "application/json"}
    )
    assert answer.status_code == 200
    seen: list[str] = []
    page.expose_function("saw", lambda what: seen.append(what))
    page.evaluate(
        """() => {
          const mark = document.querySelector("tl-writer .saved");
          new MutationObserver(() => window.saw(mark.dataset.state)).observe(mark, {
            attributes: true, attributeFilter: ["data-state"] });
        }"""
    )
    write(page, " and on.")
    expect_state(page, "conflict")
    expect_said(page, "changed elsewhere$")
    page.wait_for_timeout(1500)
    assert "saved" not in seen
    assert "Saved" not in said(page)
    entry.refresh_from_db()
    assert entry.body == theirs, "nothing is written over"
    page.get_by_role("button", name="See both texts").click()
    page.get_by_role("button", name="Keep what I just wrote").click()
    page.wait_for_url(f"**/journal/{entry.pk}/")
    entry.refresh_from_db()
    assert entry.body == f"{BEFORE} Mine and on."
    assert theirs in [revision.body for revision in entry.revisions.all()]


def test_going_away_and_back_goes_on_with_the_same_entry(desk: Desk, alice: User) -> None:
    page = desk.open("/today/")
    write(page, "Before the detour.")
    page.get_by_role("link", name="People").first.click()
    page.wait_for_url("**/people/")
    wait_until(lambda: Entry.objects.filter(body="Before the detour.").exists())
    page.go_back()
    page.wait_for_url("**/today/")
    expect(page.locator("tl-writer textarea[name=body]")).to_be_visible()
    write(page, " And after it.")
    expect_state(page, "saved")
    bodies = [*Entry.objects.for_user(alice).kept().values_list("body", flat=True)]
    assert bodies == ["Before the detour. And after it."]
