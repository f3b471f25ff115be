"""The whole loop with somebody who has no account, in two browsers; and without scripts."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.promises import answering, changing, closing, inviting, making
from apps.promises.models import Event, Invitation, Promise
from apps.promises.moving import as_owner, turn
from apps.promises.states import Role, State
from apps.promises.wanting import Wanted
from tests.e2e.desk import Desk
from tests.e2e.everyone import faults
from tests.factories import make_person
from tests.promises.guests import DAY

pytestmark = pytest.mark.browser
P, R = Role.PROMISER, Role.RECIPIENT
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


def make_offer(owner: User, what: str = "A first-day guide for new colleagues") -> Promise:
    now = timezone.now()
    wanted = Wanted(
        what=what,
        conditions=[
            {"text": "A new colleague finds their desk with it", "must": True},
            {"text": f"It fits on four pages{' ' + LONG if LONG in what else ''}", "must": False},
        ],
        due_at=now + 10 * DAY,
        due_zone="Europe/Vienna",
        so_that="nobody spends their first morning in a corridor",
    )
    promise = making.draft(owner=owner.pk, person=make_person(owner), wanted=wanted, now=now)
    with turn(owner.pk, promise.pk, as_owner(promise, P), now) as it:
        making.offer(it, answer_by=now + 5 * DAY, note="Would this help?")
    promise.refresh_from_db()
    return promise


def link_to(promise: Promise) -> str:
    promise.refresh_from_db()
    purpose = inviting.purposes(promise)[0]
    invitation, secret = inviting.make(promise, purpose, None, timezone.now())
    return f"/p/{inviting.signed_of(invitation.purpose, secret)}/"


def choose(page: Page, words: str) -> None:
    page.get_by_role("radio", name=words).first.check()


def send(page: Page) -> None:
    page.get_by_role("button", name="Send my answer").click()


def state(promise: Promise) -> str:
    promise.refresh_from_db()
    return promise.state


def act(promise: Promise, role: Role = P):  # noqa: ANN201
    return turn(promise.owner_id, promise.pk, as_owner(promise, role), timezone.now())


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_the_loop_from_offer_to_worth(
    make_desk: Callable[..., Desk], alice: User, scripts: bool
) -> None:
    owner = make_desk(alice)
    guest = make_desk(java_script_enabled=scripts)
    promise = make_offer(alice)

    # The owner makes the link on their page, and reads what the other one will see.
    page = owner.open(f"/promises/{promise.pk}/links/")
    page.get_by_role("button", name="Make the link").click()
    link = page.locator("tl-copy .secret").first.inner_text()
    page.get_by_role("link", name="What they see").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("would like to promise you this")
    expect(page.get_by_role("button", name="Send my answer")).to_be_disabled()

    # The other one opens it: the secret leaves the address, and nothing is chosen.
    theirs = guest.open(link)
    assert theirs.url.endswith(f"/p/{Invitation.objects.get().pk}/")
    assert theirs.locator("[name=choice]:checked").count() == 0
    send(theirs)
    expect(theirs.get_by_role("alert")).to_contain_text("Nothing was chosen yet")

    choose(theirs, "I would like something else")
    theirs.locator("#counter-what").fill("A guide, and a map of the house")
    theirs.locator("#counter-note").fill("The house is a maze.")
    send(theirs)
    expect(theirs.locator(".notice.success")).to_contain_text("Thank you")
    assert state(promise) == State.REQUESTED

    with act(promise) as it:
        answering.promise(it, version=2)
    with act(promise) as it:
        later = it.current.said() | {"due_at": timezone.now() + 20 * DAY}
        changing.propose(it, wanted=Wanted(**later), reason="estimate", note="The map is work.")
    theirs.reload()
    expect(theirs.locator(".given")).to_contain_text("suggests a change")
    choose(theirs, "Yes, I agree to the change")
    send(theirs)
    expect(theirs.locator(".notice.success")).to_contain_text("The change is agreed")

    with act(promise) as it:
        claims = [{"met": True}, {"met": False}]
        closing.deliver(it, claims=claims, note="On your desk since noon.")
    theirs.reload()
    expect(theirs.get_by_role("heading", level=1)).to_contain_text("it is done")
    choose(theirs, "Not yet")
    theirs.locator("#not_yet-remains").fill("The map is missing.")
    send(theirs)
    expect(theirs.locator(".notice.success")).to_contain_text("still missing")
    assert state(promise) == State.ACTIVE

    with act(promise) as it:
        closing.deliver(it, claims=[{"met": True}, {"met": True}], note="With the map.")
    theirs.reload()
    choose(theirs, "Yes, this is what I needed")
    theirs.locator("#satisfied-made_possible").fill("I stopped dreading Mondays.")
    send(theirs)
    expect(theirs.locator(".notice.success")).to_contain_text("Thank you")
    assert state(promise) == State.KEPT
    assert promise.assessments.get().made_possible == "I stopped dreading Mondays."
    assert promise.events.filter(via="link").count() == 4


def test_two_tabs_meet_and_what_was_typed_stays(
    make_desk: Callable[..., Desk], alice: User
) -> None:
    promise = make_offer(alice)
    guest = make_desk()
    page = guest.open(link_to(promise))
    choose(page, "Yes, please")
    page.locator("#accept-note").fill("With all my heart.")
    with act(promise) as it:
        answering.withdraw(it)
    count = Event.objects.count()
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("this has moved on")
    expect(page.get_by_role("alert")).to_contain_text("With all my heart.")
    assert Event.objects.count() == count


def test_their_own_clock_and_language(make_desk: Callable[..., Desk], alice: User) -> None:
    promise = make_offer(alice)
    guest = make_desk(timezone_id="America/New_York", locale="en-US")
    page = guest.open(link_to(promise))
    page.locator("summary", has_text="Language, and the clock of Europe/Vienna").click()
    page.get_by_role("button", name="Use America/New York, as this device says").click()
    page.get_by_role("button", name="Use this time zone").click()
    expect(page.locator(".given")).to_contain_text("on your clock")
    expect(page.locator(".given")).to_contain_text("America/New York")
    page.locator(".look summary").click()
    page.locator("#language").select_option("de")
    page.get_by_role("button", name="Use this language").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.goto(page.url.partition("?")[0])
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator(".given")).to_contain_text("America/New York")


@pytest.mark.nightly
def test_the_page_is_for_everyone(make_desk: Callable[..., Desk], alice: User) -> None:
    """axe, narrow, dark, in a system's own colours, with words too long for a line."""
    User.objects.filter(pk=alice.pk).update(name=f"Alice {LONG}")
    found = {}
    offer = make_offer(alice, f"A guide and {LONG}")
    page = make_desk().open(link_to(offer))
    found["offered"] = faults(page)
    choose(page, "I would like something else")
    found["counter"] = faults(page)
    choose(page, "I would like something else")  # what was asked of the page has unchosen it
    page.locator("#counter-what").fill("")
    send(page)
    found["sent back"] = faults(page)
    with act(offer, R) as it:
        answering.accept(it, version=1)
    with act(offer) as it:
        said = it.current.said() | {
            "what": f"Another {LONG}",
            "conditions": [{"text": LONG, "must": True}],
        }
        changing.propose(it, wanted=Wanted(**said), note=LONG)
    page.goto(link_to(offer))
    found["change"] = faults(page)
    with act(offer) as it:
        claims = [{"met": True}, {"met": False, "note": LONG}]
        closing.deliver(it, claims=claims, note=LONG, link=f"https://example.org/{LONG}")
    page.goto(link_to(offer))
    choose(page, "Yes, this is what I needed")
    found["delivered"] = faults(page)
    for path in ("words", "letters"):
        page.goto(f"{page.url.partition('?')[0]}{path}/")
        found[path] = faults(page)
    page.goto("/p/bye/erased/")
    found["farewell"] = faults(page)
    page.goto(f"/p/{offer.pk}/")
    found["no link"] = faults(page)
    owner = make_desk(alice)
    page = owner.open(f"/promises/{offer.pk}/links/")
    found["links"] = faults(page)
    page.locator("summary").first.click()
    page.get_by_role("checkbox", name="Send it from here").check()
    found["links, open"] = faults(page)
    page.goto(f"/promises/{offer.pk}/links/seen/")
    found["preview"] = faults(page)
    assert {name: what for name, what in found.items() if what} == {}
