"""Every page, and every state of one that looks different, is for everyone (everyone.py).

The addresses are those of tests/house/routes.py: a new one is looked at without a line here.
"""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.journal import drafting
from apps.people.models import Person
from tests.day import one_in
from tests.e2e.desk import Desk, send_form, stuck
from tests.e2e.everyone import (
    breaks_when_narrow,
    faint_words,
    faults,
    lost_in_forced_colors,
    violations,
)
from tests.factories import NOW, form_data, make_draft, make_entry, make_hand, make_person
from tests.house.routes import ANYBODY, ROUTES, Life, log_in, make_life

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

# Addresses that answer GET and are no page for their owner, each with the reason.
BY_LINK = "opens only with the cookie of a link; test_promise_by_link.py looks at it there"
ON_THE_WAY = "leads back whoever is not on the way; test_entrance.py looks at it there"
NO_PAGES = {
    "home:health_live": "a word for a probe",
    "home:health_ready": "a word for a probe",
    "home:manifest": "JSON for the browser",
    "promise_links:link_open": "leads to the page of a promise, which test_promise_by_link.py sees",
    "promise_links:link_never": "leads to the page that asks, which test_promise_by_link.py sees",
    "promise_links:promise_answer": BY_LINK,
    "promise_links:letters_refuse": BY_LINK,
    "promise_links:words_erase": BY_LINK,
    "promises:week_now": "leads to this week",
    "sittings:stuck": "leads to the session for whoever is stuck",
    "sittings:sitting_export": "a file",
    "calendar_feed": "a file for calendars",
    "prompts:pack_file": "a file",
    "home:service_worker": "a script",
    "journal:entry_recent": "JSON for the script that keeps them",
    "journal:calendar": "leads to this month",
    "journal:saved_search": "leads to what is found",
    "journal:attachment_file": "a file",
    "transfer:export_file": "a file",
    "journal:attachment_picture": "a picture",
    "journal:writer_token": "JSON for the writer's script",
    "mfa_download_recovery_codes": "a file",
    "mfa_login_webauthn": "JSON for the script of passkeys",
    "accounts:account_keep": ON_THE_WAY,
    "account_confirm_login_code": ON_THE_WAY,
    "account_confirm_password_reset_code": ON_THE_WAY,
    "account_complete_password_reset": ON_THE_WAY,
    "account_email_verification_sent": ON_THE_WAY,
    "mfa_authenticate": ON_THE_WAY,
    "mfa_signup_webauthn": ON_THE_WAY,
    "mfa_activate_totp": "only for whoever has no app yet: STATES",
    "account_set_password": "only for whoever has no password yet: STATES",
}
PAGES = [name for name, route in ROUTES.items() if route.get and name not in NO_PAGES]
# Addresses that may share a title, since they ask the same of somebody.
ONE_TITLE = [
    {"account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"},
]


# So many tests of some twenty pages each, which end at about the same time; each needs a life.
PARTS = 12


def area(name: str) -> str:
    """The part of the product that an address belongs to: home, journal, …, account, mfa."""
    return name.replace(":", "_").partition("_")[0]


@pytest.mark.long
@pytest.mark.parametrize("part", one_in(6, range(PARTS)))
def test_it_is_for_everyone(make_desk: Callable[..., Desk], alice: User, part: int) -> None:
    """By day one page in six; whoever changes pages asks for all with --nightly."""
    life = make_full_life(alice)
    stranger, owner = make_desk(), make_desk()
    owner.log_in(alice, confirmed=True)
    pages = {False: owner.new_page(), True: stranger.new_page()}
    found = {}
    for name in PAGES[part::PARTS]:
        found[name] = look(pages[is_for_strangers(name)], path_of(name, life))
    assert {name: what for name, what in found.items() if what} == {}


def test_every_excuse_is_needed(alice: User) -> None:
    life = make_life(alice, "canary")
    needless = {
        name
        for name in NO_PAGES
        if name not in ROUTES or title_of(log_in(alice, confirmed=True), path_of(name, life))
    }
    assert needless == set()


def test_every_page_has_a_title_of_its_own(alice: User) -> None:
    """WCAG 2.4.2; of two entries or two people the titles say no more than the log may know."""
    life = make_life(alice, "canary")
    owner, stranger = log_in(alice, confirmed=True), Client()
    titles: dict[str, set[str]] = {}
    for name in PAGES:
        visitor = stranger if is_for_strangers(name) else owner
        titles.setdefault(title_of(visitor, path_of(name, life)), set()).add(name)
    assert [names for names in titles.values() if len(names) > 1] == ONE_TITLE


EMPTY = {
    "today": "/today/",
    "journal": "/journal/",
    "trash": "/journal/trash/",
    "people": "/people/",
    "app for codes": "/accounts/2fa/totp/activate/",
    "first password": "/accounts/password/set/",
}


@pytest.mark.nightly
def test_it_is_for_everyone_when_empty(make_desk: Callable[..., Desk], alice: User) -> None:
    desk = make_desk()
    alice.set_unusable_password()
    alice.save()
    desk.log_in(alice, confirmed=True)
    page = desk.new_page()
    found = {name: look(page, path) for name, path in EMPTY.items()}
    found["nothing there"] = look(page, "/nothing/there/", 404)
    entry, person = make_entry(alice), make_person(alice, name="Zoë")
    found["earlier texts"] = look(page, f"/journal/{entry.pk}/revisions/")
    found["person"] = look(page, f"/people/{person.pk}/")
    assert {name: what for name, what in found.items() if what} == {}


# --- States that no address alone shows ---------------------------------------------------------


def unkept(page: Page, life: Life) -> None:
    """The writer, sent without scripts, with a day that is none."""
    page.goto("/today/")
    data = form_data(life.user, body=RICH, title=LONG_WORD, local_date="some day")
    send_form(page, f"/journal/{life.entry.pk}/save/", data)
    expect(page.get_by_role("alert").first).to_contain_text("not saved yet")


def two_texts(page: Page, life: Life) -> None:
    """The same with a text that grew from an older one."""
    page.goto("/today/")
    data = form_data(life.user, body=f"{RICH}\nand more", expected_version="0")
    send_form(page, f"/journal/{life.entry.pk}/save/", data)
    expect(page.get_by_role("heading", level=1)).to_have_text("Two texts of one entry")


def logged_out(page: Page, life: Life) -> None:
    """The same after the session ran out."""
    page.goto("/today/")
    cookies = page.context.cookies()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    send_form(page, f"/journal/{life.entry.pk}/save/", form_data(life.user, body=RICH))
    page.context.add_cookies(cookies)
    expect(page.get_by_role("heading", level=1)).to_contain_text("You were logged out")


def old_token(page: Page, life: Life) -> None:
    """The same with a token that is no longer good."""
    page.goto("/today/")
    data = form_data(life.user, body=RICH, csrfmiddlewaretoken="old")
    send_form(page, f"/journal/{life.entry.pk}/save/", data)
    expect(page.get_by_role("heading", level=1)).to_contain_text("send that once more")


def nobody_named(page: Page, life: Life) -> None:
    """The form for a person with nothing in it."""
    page.goto("/people/new/")
    send_form(page, "/people/new/", {"name": "", "how_known": LONG_WORD, "notes": RICH})
    expect(page.locator(".errorlist").first).to_be_visible()


def row_changed_in_place(page: Page, life: Life) -> None:
    """A row of the people while it is being changed, with a mistake."""
    page.goto("/people/")
    page.locator(".person-row .acts a").first.click()
    page.locator(".person-row [name=name]").fill(" ")
    page.locator(".person-row form").evaluate("form => { form.noValidate = true }")
    page.locator(".person-row button").click()
    expect(page.locator(".person-row .errorlist").first).to_be_visible()


def mailbox_with_a_letter(page: Page, life: Life) -> None:
    """The mailbox after something came."""
    letter = EmailMessage(
        f"About {LONG_WORD}", f"{LONG_WORD * 2}\n\nhttps://example.org/", to=["a@b.org"]
    )
    settings.MAILBOX.mkdir(mode=0o700, exist_ok=True)
    get_connection(settings.EMAIL_TRANSPORT).send_messages([letter])
    page.goto("/settings/mailbox/")
    expect(page.locator("details").first).to_contain_text(LONG_WORD)


def preview(page: Page, life: Life) -> None:
    """The writer with its preview on."""
    page.goto(f"/journal/{life.entry.pk}/edit/")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Preview").locator("table")).to_be_visible()


def just_the_page(page: Page, life: Life) -> None:
    """The writer with everything else away."""
    page.goto(f"/journal/{life.entry.pk}/edit/")
    page.get_by_role("button", name="Just the page").click()
    expect(page.locator(".writer")).to_have_attribute("data-mode", "page")


def all_that_may_be_said(page: Page, life: Life) -> None:
    """The writer with every note, its fold open, and every word about a failure."""
    page.goto(f"/journal/{life.entry.pk}/edit/")
    page.locator("summary", has_text="Day, mood").click()
    page.evaluate(
        "for (const said of document.querySelectorAll('[data-note], #failures, #failures p'))"
        " said.hidden = false"
    )
    expect(page.locator("[data-note=conflict]")).to_be_visible()


def keys(page: Page, life: Life) -> None:
    """The list of what the keyboard can do."""
    page.goto("/people/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def without_a_network(page: Page, life: Life) -> None:
    """Every sentence of the page that stands in for others, with a writer and rows of entries."""
    page.goto("/offline/")
    page.evaluate(
        """([word, edit]) => {
          const [place, blank, row] = ["writer", "blank", "row"].map(
            (part) => document.querySelector(`[data-part=${part}]`));
          place.append(blank.content.firstElementChild.cloneNode(true));
          for (const list of document.querySelectorAll("tl-offline ul.rows")) {
            const line = row.content.firstElementChild.cloneNode(true);
            Object.assign(line.querySelector("a"), { textContent: word, href: edit });
            line.querySelector("time").textContent = "Friday, 20 November 2026";
            list.append(line);
          }
          const parts = "[data-mode], [data-network], tl-offline [data-part]:not(template)";
          for (const part of document.querySelectorAll(parts)) part.hidden = false;
        }""",
        [LONG_WORD, f"/journal/{life.entry.pk}/edit/"],
    )
    expect(page.get_by_role("heading", name="Waiting to be saved")).to_be_visible()


STATES = [
    unkept,
    two_texts,
    logged_out,
    old_token,
    nobody_named,
    row_changed_in_place,
    mailbox_with_a_letter,
    preview,
    just_the_page,
    all_that_may_be_said,
    keys,
    without_a_network,
]


@pytest.mark.long
def test_it_is_for_everyone_in_every_state(
    desk: Desk, make_desk: Callable[..., Desk], alice: User
) -> None:
    life = make_full_life(alice)
    page = desk.new_page()
    found = {}
    for state in STATES:
        state(page, life)
        found[state.__name__] = faults(page)
    # In a browser where nothing lies on the device yet.
    found["unsaved words when logging out"] = faults(stuck(make_desk(alice)))
    assert {name: what for name, what in found.items() if what} == {}


# --- Planted faults -----------------------------------------------------------------------------


def plant(page: Page, html: str) -> None:
    """Put this at the end of the page."""
    page.evaluate(
        "html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", html
    )


def test_it_finds_what_is_wrong(make_desk: Callable[..., Desk]) -> None:
    page = make_desk().open("/accounts/login/")
    assert faults(page) == {}
    page.evaluate(
        """(rules) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(rules);
          document.adoptedStyleSheets = [sheet];
        }""",
        """
        .tiny { inline-size: 18px; block-size: 18px; padding: 0; border: 0; font-size: 8px }
        .tight { inline-size: 15em; white-space: nowrap; overflow: hidden; font: 16px monospace }
        .dim { color: #333; background: light-dark(white, #111) }
        .flat { border: 0; background: #333; inline-size: 3rem; block-size: 3rem }
        .bold { forced-color-adjust: none }
        .chosen, .chosen::before { background: red !important; border-color: red !important }
        .chosen { forced-color-adjust: none }
        .jutting { position: absolute; right: 0; inset-block-start: 0; inline-size: 600px }
        """,
    )
    plant(page, '<p class="dim">Seen by day</p>')
    assert faint_words(page) == []
    page.emulate_media(color_scheme="dark")
    assert faint_words(page) == [["color-contrast", ['<p class="dim">Seen by day</p>']]]
    page.emulate_media(color_scheme="light")
    plant(page, "<input>")
    assert "label" in [rule for rule, _ in violations(page)]
    plant(page, '<div><button class="tiny">a</button><button class="tiny">b</button></div>')
    assert "target-size" in [rule for rule, _ in violations(page)]
    plant(page, '<button class="tight">Twenty-four letters</button>')
    assert [*breaks_when_narrow(page)] == ["clipped with wide text"]
    plant(page, '<button class="flat" aria-label="Go"></button><p class="bold">Words</p>')
    plant(page, '<label>Yes <input type="checkbox" class="chosen"></label>')
    assert [what.split(" ")[0] for what in lost_in_forced_colors(page)] == [
        "<button",
        "own",
        "checked",
    ]
    plant(page, '<span class="jutting">far</span>')
    assert next(iter(breaks_when_narrow(page))) == "sideways from right to left"
    plant(page, f"<table><tr><td>{'wide' * 200}</td></tr></table>")
    assert breaks_when_narrow(page)["sideways"] == [640, 390, 320]


# --- How it is looked at ------------------------------------------------------------------------


def look(page: Page, path: str, status: int = 200) -> dict[str, object]:
    """What is wrong with the page at this path; also that it is another one, or an error's."""
    answer = page.goto(path)
    where, got = urlsplit(page.url).path, answer.status if answer else None
    return faults(page) | (
        {} if (where, got) == (path, status) else {"led elsewhere": f"{where}, {got}"}
    )


def is_for_strangers(name: str) -> bool:
    """Whether this page is shown to whoever is not logged in."""
    route = ROUTES[name]
    return route.who is ANYBODY and (route.stranger or route.get) == 200


def path_of(name: str, life: Life) -> str:
    """The address, of this life's row where it names one."""
    return reverse(name, kwargs=ROUTES[name].kwargs(life))


def title_of(client: Client, path: str) -> str:
    """The title of the page that is answered; nothing where none is."""
    response = client.get(path)
    if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
        return ""
    return response.content.decode().partition("<title>")[2].partition("</title>")[0]


def make_full_life(owner: User) -> Life:
    """One of everything, in words too long and texts of every kind; and more entries than fit."""
    life = make_life(owner, LONG_WORD)
    for entry in (life.entry, life.trashed):
        drafting.save(
            owner=owner,
            entry_id=entry.pk,
            draft=make_draft(title=LONG_WORD, body=RICH, mood=2, energy=-1),
            hand=make_hand(expected_version=entry.version),
            now=NOW,
        )
    Person.objects.filter(pk=life.person.pk).update(notes=RICH)
    today = owner.today(NOW)
    for number in range(24):
        day = today - timedelta(days=2 * number)
        make_entry(owner, body=RICH if number % 5 == 0 else "A line.", local_date=day, starred=True)
    return life
