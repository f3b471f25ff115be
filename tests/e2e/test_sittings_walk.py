"""Every session that stands is sat from its first page to its end, made from its data file: with
scripts and without. Each kind of answer is for everyone once."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.journal.models import Entry
from apps.sittings.models import Answer, Sitting
from apps.sittings.reading import sat
from apps.sittings.route import Place
from apps.sittings.sessions import Kind, Session, shipped
from tests.day import one_in
from tests.e2e.desk import Desk
from tests.e2e.everyone import violations
from tests.sittings.walking import STANDING, answer_to, make_company

pytestmark = pytest.mark.browser


@pytest.fixture
def company(alice: User) -> dict[Kind, str]:
    """Whom and what she can pick."""
    return make_company(alice)


def fill(page: Page, place: Place, session: Session, names: dict[Kind, str]) -> None:
    """Answer the page as a hand does."""
    for name, said in answer_to(place, session, names).items():
        control = page.locator(f"tl-writer [name='{name}']")
        if name == "picked":
            control.select_option(said)
        elif said == "on":
            control.check()
        elif name in {"choice", "number"}:
            page.locator(f"tl-writer [name='{name}'][value='{said}']").check()
        else:
            control.fill(said)


def sit(page: Page, user: User, key: str, names: dict[Kind, str]) -> Sitting:
    """Sit a session to its end."""
    session = shipped()[key]
    page.goto(f"/sittings/begin/{key}/")
    page.get_by_role("button", name="Begin", exact=True).click()
    page.wait_for_url("**/at/**", wait_until="commit")
    sitting = Sitting.objects.for_user(user).get(session_key=key)
    seen: list[str] = []
    while "/at/" in page.url:
        here = page.url.rstrip("/").rsplit("/", 1)[1]
        assert here not in seen, f"{key} stays at {here}"
        seen.append(here)
        place = sat(user, sitting.pk).at(here)
        expect(page.locator("h1")).to_have_text(place.question)
        fill(page, place, session, names)
        following = page.get_by_role("button", name=re.compile("^(Next|To the end)"))
        following.click()
        page.wait_for_url(lambda url, here=here: f"/{here}/" not in url, wait_until="commit")
    for box in page.locator("main [name^='make-']").all():
        expect(box).to_be_checked()
    if any(step.commits for step in session.steps):
        page.get_by_label("Make this a promise to myself").check()
    page.get_by_role("button", name="Finish").click()
    page.wait_for_url(f"**/sittings/{sitting.pk}/")
    expect(page.get_by_role("link", name="Read it as an entry")).to_be_visible()
    sitting.refresh_from_db()
    steps = [step.key for step in session.steps]
    assert list(dict.fromkeys(place.split(".")[0] for place in seen)) == steps
    return sitting


def check(sitting: Sitting, user: User) -> None:
    """All that was answered is in the answers and in the entry."""
    session = shipped()[sitting.session_key]
    assert sitting.state == "ended"
    body = Entry.objects.for_user(user).get(pk=sitting.entry_id).body
    answers = Answer.objects.for_user(user).filter(sitting=sitting)
    asked = {step.key for step in session.steps if step.kind is not Kind.READ}
    assert {answer.step for answer in answers} == asked
    assert all(answer.question in body for answer in answers)
    assert (sitting.commitment_id is not None) is any(step.commits for step in session.steps)


# By day some with scripts and some without (all are walked without a browser by
# tests/sittings/test_walking_all.py); the night walks each both ways.
WALKS = [(key, scripts) for key in STANDING for scripts in (True, False)]


@pytest.mark.parametrize(("key", "scripts"), one_in(9, WALKS))
def test_it_is_sat_to_the_end(
    key: str, scripts: bool, make_desk: Callable[..., Desk], alice: User, company: dict[Kind, str]
) -> None:
    desk = make_desk(alice, java_script_enabled=scripts)
    check(sit(desk.new_page(), alice, key, company), alice)


def kinds() -> dict[Kind, tuple[str, str]]:
    """For each kind the first session and step that asks so, where it hangs on nothing."""
    found: dict[Kind, tuple[str, str]] = {}
    for key in STANDING:
        for step in shipped()[key].steps:
            if not (step.for_each or step.when):
                found.setdefault(step.kind, (key, step.key))
    return found


@pytest.mark.nightly
def test_every_kind_of_answer_is_for_everyone(desk: Desk, alice: User, company) -> None:
    page = desk.new_page()
    found = {}
    for kind, (key, step) in kinds().items():
        page.goto(f"/sittings/begin/{key}/")
        page.get_by_role("button", name=re.compile("^Begin")).click()
        page.wait_for_url("**/at/**", wait_until="commit")
        page.goto(re.sub(r"/at/[^/]+/", f"/at/{step}/", page.url))
        fill(
            page,
            sat(alice, Sitting.objects.latest("created_at").pk).at(step),
            shipped()[key],
            company,
        )
        if wrong := violations(page):
            found[kind] = wrong
    assert found == {}
    assert set(kinds()) >= set(Kind) - {Kind.CARE, Kind.WORK}
