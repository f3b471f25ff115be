"""With JavaScript switched off: read, write, save, turn pages, settle a conflict, log out ."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from apps.accounts.models import User
from apps.journal.models import Entry, Revision
from tests.e2e.desk import Desk
from tests.factories import TODAY, make_entry

pytestmark = pytest.mark.browser


@pytest.fixture
def plain_desk(make_desk: Callable[..., Desk], alice: User) -> Desk:
    """alice at a browser that runs no scripts."""
    return make_desk(alice, java_script_enabled=False)


def test_it_writes_and_reads(plain_desk: Desk) -> None:
    page = plain_desk.open("/today/")
    page.fill("textarea[name=body]", "One line.\nAnother.")
    page.get_by_role("button", name="Done").click()
    expect(page.locator(".entry-row")).to_contain_text("One line.")
    assert Entry.objects.get().body == "One line.\nAnother."


def test_it_says_what_cannot_be_kept_with_the_text_still_there(plain_desk: Desk) -> None:
    page = plain_desk.open("/journal/new/")
    page.fill("textarea[name=body]", "One line.")
    page.locator("summary").click()
    page.locator("input[name=local_date]").fill("0999-01-01")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").first).to_contain_text("1000")
    expect(page.locator("textarea[name=body]")).to_have_value("One line.")


def test_it_turns_pages(plain_desk: Desk, alice: User) -> None:
    for number in range(25):
        make_entry(alice, body=f"Line {number}.", local_date=TODAY - timedelta(days=number))
    page = plain_desk.open("/journal/")
    assert page.locator(".entry-row").count() == 20
    page.get_by_role("link", name="Older entries").click()
    assert page.locator(".entry-row").count() == 5
    expect(page.locator(".entry-row").last).to_contain_text("Line 24.")


def test_it_settles_two_texts(plain_desk: Desk, alice: User) -> None:
    entry = make_entry(alice, body="First.\nShared.")
    here, there = plain_desk.open(edit(entry)), plain_desk.open(edit(entry))
    there.fill("textarea[name=body]", "First, changed there.\nShared.")
    there.get_by_role("button", name="Save").click()
    here.fill("textarea[name=body]", "First.\nShared, changed here.")
    here.get_by_role("button", name="Save").click()
    expect(here.get_by_role("heading", level=1)).to_contain_text("Two texts")
    here.get_by_role("button", name="Keep what I just wrote").click()
    assert Entry.objects.get().body == "First.\nShared, changed here."
    kept = set(Revision.objects.values_list("body", flat=True))
    assert kept == {"First.\nShared.", "First, changed there.\nShared."}


def test_it_sends_again_after_logging_in_again(plain_desk: Desk, alice: User) -> None:
    page = plain_desk.open("/journal/new/")
    page.fill("textarea[name=body]", "Written for an hour, on a train, with no connection.")
    plain_desk.forget_session()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("logged out")
    expect(page.locator("textarea").first).to_have_value(
        "Written for an hour, on a train, with no connection."
    )
    plain_desk.log_in(alice)
    page.get_by_role("button", name="Send it again").click()
    assert Entry.objects.get().body == "Written for an hour, on a train, with no connection."


def test_it_logs_out(plain_desk: Desk) -> None:
    page = plain_desk.open("/accounts/logout/")
    page.locator("form[action*=logout] button").click()
    page.goto("/today/")
    assert "/accounts/login/" in page.url


def edit(entry: Entry) -> str:
    """Where an entry is changed."""
    return f"/journal/{entry.pk}/edit/"
