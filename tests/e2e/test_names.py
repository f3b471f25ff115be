"""T-74: what a screen reader is told of a page, kept beside the test and read by a person once.

When a page has changed on purpose: THROUGHLINE_WRITE_NAMES=1 bin/test tests/e2e/test_names.py,
then read the difference as somebody who hears it.
"""

import os
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from apps.accounts.models import User
from apps.journal import drafting
from apps.journal.settling import settle
from tests.e2e.desk import Desk
from tests.factories import NOW, make_draft, make_entry, make_hand, make_person

pytestmark = pytest.mark.browser

KEPT = Path(__file__).with_name("names")
STRANGERS = {"log-in": "/accounts/login/", "sign-up": "/accounts/signup/"}
OWN = {
    "write": "/journal/new/",
    "journal": "/journal/",
    "entry": "/journal/{entry}/",
    "earlier-texts": "/journal/{entry}/revisions/",
    "tags": "/journal/tags/",
    "notebooks": "/journal/notebooks/",
    "trash": "/journal/trash/",
    "people": "/people/",
    "settings": "/settings/",
}
CONTROL = re.compile(r'- (button|textbox|combobox|checkbox|radio|spinbutton) "(.*?)"')


def heard(page: Page) -> str:
    """The page as a tree of roles and names; ids in addresses are left out."""
    told = page.locator("main").aria_snapshot()
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", told) + "\n"


def check(page: Page, paths: dict[str, str]) -> None:
    """Go to each of these, and compare what is heard there with what is kept under its name."""
    for name, path in paths.items():
        page.goto(path)
        told = heard(page)
        again = [pair for pair, count in Counter(CONTROL.findall(told)).items() if count > 1]
        assert again == [], f"two controls of one name: {name}"
        file = KEPT / f"{name}.yml"
        if os.environ.get("THROUGHLINE_WRITE_NAMES"):
            KEPT.mkdir(exist_ok=True)
            file.write_text(told, encoding="utf-8")
        assert told == file.read_text(encoding="utf-8"), name


def test_a_stranger_hears_what_is_kept(make_desk: Callable[..., Desk]) -> None:
    check(make_desk().new_page(), STRANGERS)


def test_its_owner_hears_what_is_kept(desk: Desk, alice: User) -> None:
    make_person(alice, name="Jonas", how_known="a colleague")
    entry = make_entry(alice, title="The first page", body="For @Jonas.", mood=1)
    drafting.save(
        owner=alice,
        entry_id=entry.pk,
        draft=make_draft(title="The first page", body="For @Jonas, #release."),
        hand=make_hand(expected_version=1),
        now=NOW,
    )
    settle(alice, entry.pk)
    make_entry(alice, body="Thrown away.", trashed_at=NOW)
    check(desk.new_page(), {name: path.format(entry=entry.pk) for name, path in OWN.items()})
