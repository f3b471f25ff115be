"""The card sort by keyboard alone, by mouse, by touch and without a script; left and resumed."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.cares.models import PairRun, SortedCard, ValueSort
from apps.cares.models.sort import Pile
from tests.e2e.desk import Desk
from tests.e2e.everyone import faults
from tests.e2e.test_keyboard import press, tab_to
from tests.factories import make_check, make_own_card, make_run, make_sort

pytestmark = pytest.mark.browser
LONG = "Donaudampfschifffahrtskapitänsmützen"


def name_in_front(page: Page) -> str:
    return page.locator(".value-card h2").inner_text()


def to_go(page: Page, count: int) -> None:
    """So many cards are left, once the last answer is there."""
    words = f"{count} card{'' if count == 1 else 's'} to go"
    expect(page.locator(".under").get_by_text(words, exact=True)).to_be_visible()


def on_pile(sort: ValueSort, pile: int) -> int:
    return SortedCard.objects.filter(sort=sort, pile=pile).count()


@pytest.mark.nightly
def test_a_whole_sort_by_keyboard_alone(desk: Desk, alice: User) -> None:
    page = desk.open("/cares/")
    tab_to(page, "Sort the cards")
    press(page, "**/sorts/")
    tab_to(page, "Begin a sort")
    press(page, "**/sorts/new/")
    tab_to(page, "first")
    tab_to(page, "Lay them out")
    press(page, re.compile(r"/sorts/[0-9a-f-]{36}/$"))
    sort = ValueSort.objects.get(owner=alice)

    # A number puts the card on a pile; U takes it back, and it is in front again.
    first = name_in_front(page)
    page.keyboard.press("5")
    to_go(page, 39)
    expect(page.locator("#pile-4")).to_be_focused()
    page.keyboard.press("u")
    to_go(page, 40)
    assert name_in_front(page) == first

    # The arrows go from pile to pile; Enter puts it down, and the focus stays.
    page.locator("#pile-2").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#pile-3")).to_be_focused()
    page.keyboard.press("Enter")
    to_go(page, 39)
    expect(page.locator("#pile-3")).to_be_focused()
    assert on_pile(sort, Pile.VERY) == 1

    # Left, and taken up again on another day.
    page.goto("/today/")
    page.goto("/cares/sorts/")
    tab_to(page, "Go on")
    press(page, "**" + sort.get_absolute_url())
    for left in range(38, -1, -1):
        page.keyboard.press("5" if left % 3 == 0 else "1")
        if left:
            to_go(page, left)
    expect(page.locator("#choose-ten")).to_be_focused()
    press(page, "**/top/")
    assert on_pile(sort, Pile.MOST) == 13

    tab_to(page, "Take in “Most of all”")
    page.keyboard.press("Enter")
    expect(page.locator(".ranked > li")).to_have_count(10)
    names = page.locator(".ranked bdi").all_inner_texts()
    tab_to(page, f"{names[1]} up")
    page.keyboard.press("Enter")
    expect(page.locator(".ranked bdi").first).to_have_text(names[1])
    # The button is where it was, with the focus, though there is no further up.
    expect(page.locator(":focus")).to_have_text(f"{names[1]} up")
    tab_to(page, f"Take {names[0]} out")
    page.keyboard.press("Enter")
    expect(page.locator(".ranked > li")).to_have_count(9)
    expect(page.locator(":focus")).to_have_text(names[0])
    page.keyboard.press("Enter")
    expect(page.locator(".ranked bdi").last).to_have_text(names[0])

    page.reload()
    tab_to(page, "Finish the sort")
    press(page, "**/finish/")
    tab_to(page, "Finish it")
    press(page, "**" + sort.get_absolute_url())
    expect(page.locator("#messages")).to_contain_text("From now on it stays as it is")
    assert page.locator(".ranked bdi").all_inner_texts() == [names[1], *names[2:], names[0]]
    sort.refresh_from_db()
    assert sort.is_finished


def test_choices_by_keyboard_alone(desk: Desk, alice: User) -> None:
    make_sort(alice, finished=True)
    page = desk.open("/cares/choices/")
    tab_to(page, "Begin")
    press(page, "**/choices/new/")
    tab_to(page, "Begin")
    press(page, re.compile(r"/choices/[0-9a-f-]{36}/$"))
    tab_to(page, page.locator("#choose-1 .name").inner_text())
    for number in range(2, 12):
        page.keyboard.press("Enter")
        asked = page.get_by_text(f"Question {number} of")
        expect(asked.or_(page.get_by_role("button", name="Keep this order"))).to_be_visible()
        if not asked.is_visible():
            break
        expect(page.locator("#choose-1")).to_be_focused()
    tab_to(page, "Keep this order")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Your order of")
    assert PairRun.objects.get(owner=alice).is_finished


def test_sliders_by_keyboard_say_their_number(desk: Desk, alice: User) -> None:
    make_check(alice, (8, 5))
    page = desk.open("/cares/checks/today/")
    slider = page.get_by_label("Matters now")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("output").first).to_have_text("9")
    tab_to(page, "Keep it")
    press(page, re.compile(r"/checks/[0-9a-f-]{36}/$"))
    expect(page.locator("tbody td").first).to_have_text("9")


def test_the_keys_are_silent_where_they_are_switched_off(desk: Desk, alice: User) -> None:
    sort = make_sort(alice)
    User.objects.filter(pk=alice.pk).update(shortcuts=False)
    page = desk.open(sort.get_absolute_url())
    front = name_in_front(page)
    page.keyboard.press("5")
    page.keyboard.press("u")
    assert name_in_front(page) == front
    tab_to(page, "Somewhat")
    page.keyboard.press("Enter")
    expect(page.locator(".value-card h2")).not_to_have_text(front)


def test_a_card_is_dragged_onto_a_pile(desk: Desk, alice: User) -> None:
    sort = make_sort(alice)
    page = desk.open(sort.get_absolute_url())
    front = name_in_front(page)
    page.locator(".value-card").drag_to(page.locator("#pile-1"))
    expect(page.locator(".last")).to_contain_text(f"{front}: A little")
    # From a pile to another.
    page.locator("summary", has_text="A little").click()
    page.locator(".lying .chip", has_text=front).drag_to(page.locator("#pile-0"))
    expect(page.locator(".last")).to_contain_text(f"{front}: Not mine")
    assert on_pile(sort, Pile.A_LITTLE) == 0


def test_a_finger_puts_it_down(make_desk: Callable[..., Desk], alice: User) -> None:
    sort = make_sort(alice)
    hand = make_desk(alice, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    page = hand.open(sort.get_absolute_url())
    front = name_in_front(page)
    # All five are on the screen with the card, large enough for a finger.
    for number in range(5):
        box = page.locator(f"#pile-{number}").bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["y"] + box["height"] < 780
    page.locator("#pile-3").tap()
    expect(page.locator(".last")).to_contain_text(f"{front}: Very")


def test_it_is_a_plain_form_without_a_script(make_desk: Callable[..., Desk], alice: User) -> None:
    page = make_desk(alice, java_script_enabled=False).open("/cares/sorts/new/")
    page.get_by_role("button", name="Lay them out").click()
    sort = ValueSort.objects.get(owner=alice)
    page.get_by_role("button", name="Very").click()
    to_go(page, 39)
    page.get_by_role("link", name="Ten at a time").click()
    for group in page.get_by_role("group").all():
        group.get_by_label("Most of all").check()
    page.get_by_role("button", name="Keep, and the next ten").click()
    page.goto(f"{sort.get_absolute_url()}top/")
    page.get_by_role("button", name="Take in “Most of all”").click()
    page.get_by_role("link", name="Finish the sort").click()
    page.get_by_role("button", name="Finish it").click()
    expect(page.locator(".ranked > li")).to_have_count(10)


@pytest.mark.nightly
def test_every_state_is_for_everyone(make_desk: Callable[..., Desk], alice: User) -> None:
    """Beyond those that the addresses name: finished, compared, nothing yet, nothing left."""
    page = make_desk(alice).new_page()
    found = {}

    def look(name: str, path: str) -> None:
        page.goto(path)
        if wrong := faults(page):
            found[name] = wrong

    for name in ("sort_list", "run_list", "check_list", "card_list", "domain_list", "run_create"):
        look(f"{name}, empty", reverse(f"values:{name}"))
    look("cares, empty", "/cares/")
    own = make_own_card(alice, name=LONG, gloss=f"{LONG} {LONG}")
    cards = [str(own.pk), "mastery", "caring", "honesty", "family", "humor"]
    sorts = [make_sort(alice, *order, finished=True) for order in (cards, cards[::-1])]
    look("a finished sort", sorts[0].get_absolute_url())
    look("compared", reverse("values:sort_compare", args=[sort.pk for sort in sorts]))
    run = make_run(sorts[0], 99, kind="round")
    look("an order", run.get_absolute_url())
    look("a care from a card", f"/cares/new/?card={own.pk}")
    every = make_sort(alice, *cards)
    look("the ten, before", f"{every.get_absolute_url()}top/")
    page.get_by_role("button", name="Take in “Most of all”").click()
    expect(page.locator(".ranked > li")).to_have_count(6)
    if wrong := faults(page):
        found["the ten"] = wrong
    make_check(alice, (8, 2), (3, 3), (None, 4), note=f"{LONG} {LONG}")
    look("a check", "/cares/checks/")
    for fold in page.locator(".course summary").all():
        fold.click()
    if wrong := faults(page):
        found["in numbers and words"] = wrong
    assert found == {}
