"""Fonts: a page fetches what the letters that are seen on it need, and nothing else."""

import re
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Response

from apps.accounts.models import User
from apps.home import questions
from tests.e2e.desk import Desk
from tests.factories import make_entry, make_person

pytestmark = pytest.mark.browser

# What each page asks for before its styles are there. Tens of kilobytes on a slow line.
UPRIGHT = {"instrument-sans-latin", "literata-latin"}


@pytest.fixture
def page(desk: Desk) -> Page:
    return desk.new_page()


@pytest.fixture
def fetched(page: Page) -> Iterator[dict[str, int]]:
    """The fonts that the page has fetched so far, each with its bytes."""
    found: dict[str, int] = {}

    def note(answer: Response) -> None:
        if match := re.search(r"/fonts/([\w-]+)\.[0-9a-f]{12}\.woff2$", answer.url):
            found[match[1]] = len(answer.body())

    page.on("response", note)
    yield found
    page.remove_listener("response", note)


def visit(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")


def test_a_page_in_english_takes_two_small_files(page, fetched, alice: User) -> None:
    make_person(alice, name="Ben Okafor")
    visit(page, "/people/")
    assert set(fetched) == UPRIGHT
    assert max(fetched.values()) <= 15_500


def test_a_name_takes_the_letters_of_its_own_language(page, fetched, alice: User) -> None:
    """Its row is in the serif face; what only a screen reader says of it asks for no letters."""
    make_person(alice, name="Ana Marić")
    visit(page, "/people/")
    assert page.locator(".visually-hidden", has_text="Ana Marić").count()
    assert set(fetched) == {*UPRIGHT, "literata-latin-central"}


def test_each_language_and_weight_takes_its_own_part(page, fetched, alice: User) -> None:
    """Names are of a middle weight; what is bold takes letters of its own, in a few languages."""
    for name in ("Zoë Lévêque", "Łukasz Żak", "Nguyễn Thị Ơn", "Ελένη", "Оля Шевченко"):
        make_person(alice, name=name)
    visit(page, "/people/")
    parts = ["latin-western", "latin-central", "vietnamese", "greek", "cyrillic"]
    assert set(fetched) == UPRIGHT | {f"literata-{part}" for part in parts}
    assert sum(fetched.values()) <= 60_000
    entry = make_entry(alice, body="Plain **Оля и été** and ***Оля***, *été*.")
    visit(page, entry.get_absolute_url())
    assert {"literata-cyrillic-bold", "literata-cyrillic-bold-italic"} <= set(fetched)
    assert {"literata-latin-western-bold", "literata-latin-western-italic"} <= set(fetched)


def test_the_same_words_in_the_face_of_the_pages_would(page, alice: User) -> None:
    """The control: it is their face that spares the letters."""
    make_person(alice, name="Ana Marić")
    visit(page, "/people/")
    with page.expect_response(re.compile("instrument-sans-latin-central")):
        page.locator(".visually-hidden").evaluate_all(
            "all => all.forEach(({ style }) => (style.fontFamily = 'Instrument Sans'))"
        )


def italics_of(page: Page) -> tuple[bool, bool]:
    """Whether the page asks for the letters of italics at once; and whether it uses them."""
    asked = page.locator("link[rel=preload][href*=literata-latin-italic]").count() > 0
    used = page.evaluate(
        "[...document.fonts].some(({ status, style }) => status === 'loaded' && style === 'italic')"
    )
    return asked, used


def test_a_question_comes_with_its_letters(page, shipped, alice: User) -> None:
    assert questions.ask(alice, timezone.now())
    visit(page, "/today/")
    assert italics_of(page) == (True, True)


def test_no_question_asks_for_none(page, alice: User) -> None:
    visit(page, "/today/")
    assert italics_of(page) == (False, False)


def test_the_journal_comes_with_the_letters_of_its_entries(page, alice: User) -> None:
    make_entry(alice, body="One *more* line.")
    visit(page, "/journal/")
    assert italics_of(page) == (True, True)
