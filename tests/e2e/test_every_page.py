"""Every page: no rule of axe broken in light or dark, no sideways scroll, one heading, one name."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from apps.accounts.models import User
from apps.journal import drafting
from apps.journal.models import Entry, Revision
from apps.people.models import Person
from tests.e2e.desk import Desk
from tests.e2e.everyone import faint_words, scrolls_sideways, violations
from tests.factories import NOW, form_data, make_draft, make_entry, make_hand, make_person

pytestmark = pytest.mark.browser

LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
RICH = f"""# A heading

Some *emphasis*, **weight**, ~~doubt~~, `code` and a [link](https://example.org/{LONG_WORD}).

### A smaller one

- [ ] ask Jonas
- [x] thank Ana

> quoted, and {LONG_WORD}

| what | who |
|---|---|
| the first page | {LONG_WORD} |

    {LONG_WORD * 3}

A note.[^1] 日本語のテキスト。مرحبا بالعالم

[^1]: And what it says.
"""

PUBLIC = {
    "landing": "/",
    "log in": "/accounts/login/",
    "sign up": "/accounts/signup/",
    "log in by code": "/accounts/login/code/",
    "reset the password": "/accounts/password/reset/",
    "nothing there": "/nothing/there/",
}
EMPTY = {
    "today, empty": "/today/",
    "journal, empty": "/journal/",
    "trash, empty": "/journal/trash/",
    "people, empty": "/people/",
    "write": "/journal/new/",
    "add somebody": "/people/new/",
    "settings": "/settings/",
    "activity": "/settings/activity/",
    "delete the account": "/settings/delete/",
    "log out": "/accounts/logout/",
}
FULL = {
    "today": "/today/",
    "journal": "/journal/",
    "entry": "/journal/{entry}/",
    "entry in the writer": "/journal/{entry}/edit/",
    "entry to the trash": "/journal/{entry}/delete/",
    "earlier texts": "/journal/{entry}/revisions/",
    "earlier text": "/journal/{entry}/revisions/{revision}/",
    "trash": "/journal/trash/",
    "entry in the trash": "/journal/{trashed}/",
    "let go for good": "/journal/{trashed}/erase/",
    "empty the trash": "/journal/trash/empty/",
    "people": "/people/",
    "person": "/people/{person}/",
    "change a person": "/people/{person}/edit/",
    "take a person off": "/people/{person}/delete/",
}


@pytest.mark.parametrize("path", PUBLIC.values(), ids=PUBLIC.keys())
def test_it_is_for_everyone_before_logging_in(make_desk: Callable[..., Desk], path: str) -> None:
    check(make_desk().open(path))


@pytest.mark.parametrize("path", EMPTY.values(), ids=EMPTY.keys())
def test_it_is_for_everyone_when_empty(desk: Desk, path: str) -> None:
    check(desk.open(path))


@pytest.mark.parametrize("path", FULL.values(), ids=FULL.keys())
def test_it_is_for_everyone_when_full(desk: Desk, alice: User, path: str) -> None:
    page = desk.open(path.format(**make_life(alice)))
    check(page)


def test_it_is_for_everyone_when_two_texts_meet(desk: Desk, alice: User) -> None:
    entry = make_entry(alice, body=RICH)
    data = form_data(alice, body=f"{RICH}\nand more", expected_version="0")
    page = desk.open("/today/")
    page.evaluate(
        """([action, data]) => {
          const form = Object.assign(document.createElement("form"), { method: "post", action });
          const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
          for (const [name, value] of Object.entries({ ...data, csrfmiddlewaretoken: token })) {
            form.append(Object.assign(document.createElement("textarea"), { name, value }));
          }
          document.body.append(form);
          form.submit();
        }""",
        [f"/journal/{entry.pk}/save/", data],
    )
    page.get_by_role("heading", level=1, name="Two texts").wait_for()
    check(page)


def test_it_finds_what_is_wrong(make_desk: Callable[..., Desk]) -> None:
    page = make_desk().open("/")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend',"
        "'<input><table><tr><td>' + 'wide'.repeat(200) + '</table>')"
    )
    assert "label" in [rule for rule, _ in violations(page)]
    assert scrolls_sideways(page)


def check(page: Page) -> None:
    """What every page must do."""
    page.wait_for_load_state("networkidle")
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    assert violations(page) == []
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert faint_words(page) == []
    assert scrolls_sideways(page) == []
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.getAnimations().length") == 0
    assert page.title().endswith("Throughline")


def make_life(owner: User) -> dict[str, str]:
    """A little of everything; gives the ids that paths need."""
    entry = make_entry(owner, title=LONG_WORD, body="Short.", mood=2, energy=-1, now=NOW)
    later = NOW + timedelta(hours=1)
    drafting.save(
        owner=owner,
        entry_id=entry.pk,
        draft=make_draft(title=LONG_WORD, body=RICH, mood=2, energy=-1),
        hand=make_hand(expected_version=1),
        now=later,
    )
    today = owner.today(later)
    for number in range(24):
        day = today - timedelta(days=2 * number)
        make_entry(owner, body=RICH if number % 5 == 0 else "A line.", local_date=day, starred=True)
    trashed = make_entry(owner, body=RICH, trashed_at=NOW)
    person: Person = make_person(owner, name=LONG_WORD, how_known="a colleague", notes=RICH)
    make_person(owner, name="Zoë")
    revision = Revision.objects.get(entry=Entry.objects.get(pk=entry.pk))
    return {
        "entry": str(entry.pk),
        "revision": str(revision.pk),
        "trashed": str(trashed.pk),
        "person": str(person.pk),
    }
