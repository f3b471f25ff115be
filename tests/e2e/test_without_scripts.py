"""With JavaScript switched off: read, write, save, turn pages, settle a conflict, log out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
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


def test_it_has_the_fields_and_no_buttons_that_need_a_script(plain_desk: Desk) -> None:
    page = plain_desk.open("/today/")
    expect(page.locator("[role=toolbar]")).to_be_hidden()
    page.fill("textarea[name=body]", "- one\n- two, long enough to be shown in a field of its own")
    page.locator("tl-writer details.fold summary").click()
    page.locator("tl-writer .scale label", has=page.locator("[name=mood][value='2']")).click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".prose li")).to_have_count(2)
    entry = Entry.objects.get()
    page.wait_for_url(f"**/journal/{entry.pk}/")
    assert entry.mood == 2
    page.get_by_role("link", name="Go on writing").click()
    expect(page.locator("textarea[name=body]")).to_have_value(entry.body)


def test_saving_an_empty_page_makes_nothing(plain_desk: Desk) -> None:
    page = plain_desk.open("/journal/new/")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/today/")
    assert not Entry.objects.exists()


def test_a_double_click_makes_one_entry(plain_desk: Desk) -> None:
    page = plain_desk.open("/journal/new/")
    page.fill("textarea[name=body]", "Once.")
    page.get_by_role("button", name="Save", exact=True).dblclick()
    expect(page.locator(".prose")).to_have_text("Once.")
    assert Entry.objects.get().body == "Once."


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
    expect(page.locator(".entry-row")).to_have_count(20)
    page.get_by_role("link", name="Older entries").click()
    expect(page.locator(".entry-row")).to_have_count(5)
    expect(page.locator(".entry-row").last).to_contain_text("Line 24.")


def test_it_settles_two_texts(plain_desk: Desk, alice: User) -> None:
    entry = make_entry(alice, body="First.\nShared.")
    here, there = plain_desk.open(edit(entry)), plain_desk.open(edit(entry))
    there.fill("textarea[name=body]", "First, changed there.\nShared.")
    there.get_by_role("button", name="Save").click()
    expect(there.locator(".prose")).to_contain_text("changed there")
    here.fill("textarea[name=body]", "First.\nShared, changed here.")
    here.get_by_role("button", name="Save").click()
    expect(here.get_by_role("heading", level=1)).to_contain_text("Two texts")
    here.get_by_role("button", name="Keep what I just wrote").click()
    expect(here.get_by_role("button", name="Keep what I just wrote")).to_have_count(0)
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
    expect(page.get_by_role("button", name="Send it again")).to_have_count(0)
    assert Entry.objects.get().body == "Written for an hour, on a train, with no connection."


def test_it_sends_again_after_the_token_changed(plain_desk: Desk) -> None:
    page = plain_desk.open("/journal/new/")
    page.fill("textarea[name=body]", "Written before the token changed.")
    plain_desk.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    with page.expect_response("**/save/") as answer:
        page.get_by_role("button", name="Save", exact=True).click()
    assert answer.value.status == 403
    expect(page.locator("textarea").first).to_have_value("Written before the token changed.")
    page.get_by_role("button", name="Send it again").click()
    page.wait_for_url("**/journal/**")
    assert Entry.objects.get().body == "Written before the token changed."


def test_words_of_somebody_else_are_shown_and_not_saved(plain_desk: Desk, bob: User) -> None:
    page = plain_desk.open("/journal/new/")
    page.fill("textarea[name=body]", "Written by alice.")
    plain_desk.log_in(bob)
    with page.expect_response("**/save/") as answer:
        page.get_by_role("button", name="Save", exact=True).click()
    assert answer.value.status == 403
    expect(page.get_by_role("alert").first).to_contain_text("not saved into your journal")
    expect(page.locator("textarea[name=body]")).to_have_value("Written by alice.")
    assert not Entry.objects.exists()


def test_it_logs_out(plain_desk: Desk) -> None:
    page = plain_desk.open("/accounts/logout/")
    page.locator("form[action*=logout] button").click()
    expect(page.locator("form[action*=logout] button")).to_have_count(0)
    page.goto("/today/")
    assert "/accounts/login/" in page.url


def edit(entry: Entry) -> str:
    """Where an entry is changed."""
    return f"/journal/{entry.pk}/edit/"
