"""The whole loop by pages alone: the owner in one browser, the other by a link in another."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.promises.models import Event, Promise
from apps.promises.states import State
from tests.e2e.desk import Desk
from tests.e2e.test_promise_by_link import choose, send
from tests.factories import make_person

pytestmark = pytest.mark.browser
WORDS = "I stopped dreading the Monday questions."


def day(days: int) -> str:
    return (timezone.now() + timedelta(days=days)).date().isoformat()


def say(page: Page, button: str) -> None:
    page.locator("main form").get_by_role("button", name=button).click()


def stands(page: Page, words: str) -> None:
    expect(page.locator(".standing")).to_contain_text(words)


def test_two_people_make_and_keep_a_promise(
    make_desk: Callable[..., Desk], alice: User, bob: User
) -> None:
    ana = make_person(alice, name="Ana Marić")
    owner, guest = make_desk(alice), make_desk(java_script_enabled=False)

    page = owner.open("/promises/")
    page.get_by_role("link", name="Write down a promise").click()
    page.get_by_role("link", name="I want to offer something").click()
    page.get_by_label("Who", exact=True).select_option(label="Ana Marić")
    page.get_by_label("What", exact=True).fill("A guide for new colleagues")
    page.get_by_label("They are satisfied when").fill("A new colleague finds their desk with it")
    page.locator("#id_due_on").fill(day(10))
    say(page, "Keep as a draft")
    stands(page, "not offered yet")
    page.get_by_role("link", name="Offer it").click()
    say(page, "Offer it")
    stands(page, "offered")
    own = page.url

    page.get_by_role("link", name="Send them a link to answer").click()
    page.get_by_role("button", name="Make the link").click()
    theirs = guest.open(page.locator("tl-copy .secret").first.inner_text())
    choose(theirs, "I would like something else")
    theirs.locator("#counter-what").fill("Four pages for new colleagues")
    send(theirs)
    expect(theirs.locator(".notice.success")).to_be_visible()

    page.goto(own)
    expect(page.get_by_role("heading", level=1)).to_have_text("Four pages for new colleagues")
    page.get_by_role("link", name="Yes, I will").click()
    page.get_by_label("I could have said no").check()
    say(page, "Yes, I will")
    stands(page, "promised")

    page.get_by_role("link", name="Renegotiate").click()
    page.locator("#id_due_on").fill(day(20))
    page.get_by_label("What happened").select_option("information")
    page.get_by_label("A word with it").fill("Two newcomers first.")
    page.get_by_label("Why, for yourself").fill("I have not begun.")
    say(page, "Renegotiate")
    stands(page, "a change is on the table")
    theirs.reload()
    expect(theirs.locator("main")).to_contain_text("Two newcomers first.")
    expect(theirs.locator("main")).not_to_contain_text("I have not begun.")
    choose(theirs, "Yes, I agree to the change")
    send(theirs)

    page.goto(own)
    page.get_by_role("link", name="Say it’s done").click()
    page.get_by_label("A new colleague finds their desk with it").check()
    page.get_by_label("What you hand over").fill("Four pages, on your desk.")
    say(page, "Say it’s done")
    theirs.reload()
    choose(theirs, "Not yet")
    theirs.locator("#not_yet-remains").fill("The map is missing.")
    send(theirs)
    page.goto(own)
    expect(page.locator("main")).to_contain_text("The map is missing.")
    page.get_by_role("link", name="Say it’s done").click()
    page.get_by_label("A new colleague finds their desk with it").check()
    say(page, "Say it’s done")
    theirs.reload()
    choose(theirs, "Yes, this is what I needed")
    theirs.locator("#satisfied-made_possible").fill(WORDS)
    theirs.get_by_label(re.compile("with my name")).check()
    send(theirs)
    expect(theirs.locator(".notice.success")).to_be_visible()

    page.goto(own)
    stands(page, "kept")
    expect(page.locator("main")).to_contain_text(WORDS)
    expect(page.locator("main")).to_contain_text("may be quoted with the name")
    page.goto(ana.get_absolute_url())
    expect(page.locator("main")).to_contain_text(WORDS)
    promise = Promise.objects.get()
    assert (promise.state, promise.events.filter(via="link").count()) == (State.KEPT, 4)
    assert Event.objects.count() == promise.seq == 10
    # Nowhere else: not where strangers, others, or lists of one's own are.
    for place in ("/promises/", "/promises/figures/", "/today/", "/journal/", "/people/"):
        page.goto(place)
        assert WORDS not in page.content(), place
    strangers = make_desk(bob).new_page()
    for place in ("/promises/", "/people/", "/today/"):
        strangers.goto(place)
        assert WORDS not in strangers.content(), place


def test_by_keyboard_alone_a_word_is_given_and_said_to_be_done(
    make_desk: Callable[..., Desk], alice: User
) -> None:
    page = make_desk(alice).open("/promises/new/myself/")
    page.get_by_label("What", exact=True).focus()
    page.keyboard.type("No mail before ten")
    for _step in range(3):
        page.keyboard.press("Tab")
    expect(page.locator("#id_due_on")).to_be_focused()
    page.locator("#id_due_on").fill(day(10))
    page.keyboard.press("Enter")
    stands(page, "promised")
    page.get_by_role("link", name="Say it’s done").focus()
    page.keyboard.press("Enter")
    page.get_by_label("What you hand over").focus()
    page.keyboard.type("Ten mornings.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    stands(page, "done, waits for a word")
    assert Promise.objects.get().deliveries.get().handed_over == "Ten mornings."
