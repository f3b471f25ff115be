"""A browser that is told no policy shows what means harm, and none of it does any (assurance T-30).

The same life full of payloads as in tests/house/test_sinks.py; here the oracle is the browser. The
content security policy is off, so that it cannot save a page that lets something through.
"""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from apps.accounts.models import User
from apps.journal import sorting
from tests.e2e.desk import Desk, wait_until, write
from tests.e2e.test_every_page import PAGES, area, path_of
from tests.factories import make_person
from tests.house.routes import make_life
from tests.house.test_sanitiser import ELEMENTS, PAYLOADS, TRICKS
from tests.house.test_sinks import spoil

pytestmark = pytest.mark.browser
HARM = [*ELEMENTS, *TRICKS[:8], *PAYLOADS[len(ELEMENTS) : 231 : 14]]
SHOWING = [name for name in PAGES if area(name) in {"home", "journal", "people", "capture"}]

# Handlers, scripts and addresses that no page of ours has.
PLANTED = """() => [...document.querySelectorAll("*")].flatMap((element) =>
  [...element.attributes]
    .filter(({ name, value }) => /^(on|hx-on)/.test(name) || /^\\s*(java|vb)script:/i.test(value))
    .map(({ name, value }) => `${element.localName} ${name}=${value}`)
    .concat(element.matches("script:not([nonce], [type='application/json']), iframe, object, embed,"
      + " base, main style, main link") ? [element.outerHTML] : []))"""


@pytest.fixture
def open_desk(make_desk: Callable[..., Desk], alice: User) -> tuple[Page, list[str]]:
    """A page of alice's without a policy, and what ran in it."""
    desk = make_desk(bypass_csp=True)
    desk.log_in(alice, confirmed=True)
    page = desk.new_page()
    ran: list[str] = []

    def hear(dialog: Dialog) -> None:
        ran.append(f"{dialog.message} on {page.url}")
        dialog.dismiss()

    page.on("dialog", hear)
    return page, ran


@pytest.mark.parametrize("every", [8, pytest.param(1, marks=pytest.mark.nightly)])
def test_nothing_that_was_written_runs_on_any_page(alice: User, open_desk: Any, every: int) -> None:
    page, ran = open_desk
    life = make_life(alice, "zymurgy")
    assert len(HARM) >= 50
    spoil(life, HARM)
    found = {}
    for name in SHOWING[::every]:
        page.goto(path_of(name, life))
        found[name] = page.evaluate(PLANTED)
    assert {name: what for name, what in found.items() if what} == {}
    assert ran == []


def test_nothing_runs_in_what_scripts_put_on_a_page(alice: User, open_desk: Any) -> None:
    """The preview, suggestions while typing, the palette, and what was found there."""
    page, ran = open_desk
    harm = "zap<img src=x onerror=alert(1)>"
    sorting.tags_named(alice, [harm], typed=False)
    make_person(alice, name=f"Zap {harm}")
    page.goto("/journal/new/")
    write(page, f"#x {ELEMENTS[2]} **a**\n\n#zap")
    expect(page.get_by_role("option")).to_contain_text("<img")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Preview").locator("strong")).to_be_visible()
    assert page.evaluate(PLANTED) == []
    page.goto("/people/")
    page.locator("h1").click()
    page.keyboard.press("Control+k")
    page.keyboard.type("zap")
    expect(page.get_by_role("dialog").get_by_role("link").first).to_contain_text("<img")
    assert page.evaluate(PLANTED) == []
    assert ran == []


def test_it_catches_what_runs(alice: User, open_desk: Any, make_desk: Callable[..., Desk]) -> None:
    page, ran = open_desk
    page.goto("/people/")
    put = "html => document.querySelector('main').insertAdjacentHTML('beforeend', html)"
    for payload in (ELEMENTS[2], ELEMENTS[3], "<details open ontoggle=alert(1)>"):
        before = len(ran)
        page.evaluate(put, payload)
        wait_until(lambda before=before: len(ran) > before, page=page)
        assert page.evaluate(PLANTED)
    desk = make_desk(alice, bypass_csp=True)
    other = desk.open("/people/")
    other.evaluate("new Image().src = 'https://elsewhere.invalid/x.png'")
    wait_until(lambda: desk.complaints != [], page=other)
    assert desk.complaints.pop() == "asked for https://elsewhere.invalid/x.png"
