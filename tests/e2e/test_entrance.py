"""The entrance in a real browser: every way in, with a keyboard, a passkey, a phone's app, a mail.

Pages that break the content security policy fail every test here (conftest.make_desk).
"""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.hashers import ScryptPasswordHasher
from playwright.sync_api import Page, expect

from apps.accounts.models import SecurityEvent, User
from tests.accounts.doing import clear, make_member, totp, work_off
from tests.e2e.desk import Desk
from tests.e2e.everyone import faults, violations
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser

MakeDesk = Callable[..., Desk]
WORDS = "a quiet morning by the sea"
TODAY = re.compile(r"/today/$")


@pytest.fixture(autouse=True)
def _nothing_counted(server: object) -> Iterator[None]:
    """Rate limits begin at nothing; Django does not empty these tables by itself."""
    for table in ("cache", "procrastinate_jobs"):
        clear(table)
    return


def make_neighbour(**over: Any) -> User:
    """Somebody whose password the real server can check."""
    user = make_member(email=f"neighbour{time.time_ns()}@example.org", **over)
    user.password = ScryptPasswordHasher().encode(PASSWORD, "salt of the sea")
    user.save()
    return user


def code_for(desk: Desk, email: str) -> str:
    """The code of the newest mail to this address, read on the mailbox page."""
    assert work_off()
    page = desk.open("/settings/mailbox/")
    mail = page.locator("details", has_text=email).first
    if mail.get_attribute("open") is None:
        mail.locator("summary").click()
    found = re.search(r"[A-Z]{4}-[A-Z]{4}", mail.locator("> div").inner_text())
    page.close()
    assert found
    return found[0]


def press(page: Page) -> None:
    """Send the form that fills the page."""
    page.locator("form.fields button.go").click()


def give_passkeys(page: Page, **over: Any) -> Callable[..., Any]:
    """Put a device with a fingerprint reader beside this page; returns its remote control."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    } | over
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def control(method: str, **parameters: Any) -> Any:
        identity = {"authenticatorId": made["authenticatorId"]}
        return session.send(f"WebAuthn.{method}", identity | parameters)

    return control


def fill_in(page: Page, user: User, password: str = PASSWORD) -> None:
    """Log in by password."""
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(password)
    press(page)


def log_out(page: Page) -> None:
    """By the page for it."""
    page.goto("/accounts/logout/")
    page.locator("form[data-logout] button").click()
    page.wait_for_url(lambda url: urlsplit(url).path == "/")


def is_for_everyone(page: Page) -> None:
    """What every page is asked (everyone.py); pages on the way to somewhere are asked it here."""
    assert faults(page) == {}
    page.emulate_media(color_scheme="light")


# --- signing up ---------------------------------------------------------------------------


def test_it_begins_a_journal_with_the_keyboard_alone(make_desk: MakeDesk) -> None:
    desk = make_desk()
    page = desk.open("/")
    email = f"keys{time.time_ns()}@example.org"
    tab_to(page, "Start your journal")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/signup/")
    tab_to(page, "E-mail address")
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    page.keyboard.type(WORDS)
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/confirm-email/")
    expect(page.get_by_label("Code")).to_be_focused()
    is_for_everyone(page)
    page.get_by_label("Code").focus()
    page.keyboard.type(code_for(desk, email))
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/welcome/**")
    tab_to(page, "Where do you live?")
    page.keyboard.type("Berl")
    tab_to(page, "What should we call you?")
    page.keyboard.type("Ines")
    page.keyboard.press("Enter")
    page.wait_for_url(TODAY)
    user = User.objects.get(email=email)
    assert (user.name, user.time_zone) == ("Ines", "Europe/Berlin")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has this name is focused, and can be seen to be."""
    for _ in range(25):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => {
              const it = document.activeElement;
              const label = it.labels?.[0]?.textContent ?? it.textContent;
              const { outlineStyle, outlineWidth } = getComputedStyle(it);
              return [label, outlineStyle !== "none" && parseFloat(outlineWidth) >= 2];
            }"""
        )
        if found[0].strip().startswith(name):
            assert found[1], f"{name} does not show that it is focused"
            return
    raise AssertionError(f"Tab never comes to {name}")


def test_it_offers_the_zone_of_the_device(make_desk: MakeDesk) -> None:
    user = make_neighbour(time_zone="")
    desk = make_desk(user, timezone_id="Asia/Kolkata")
    page = desk.open("/today/")
    select = page.get_by_label("Where do you live?")
    chosen = select.input_value()
    assert chosen in {"Asia/Kolkata", "Asia/Calcutta"}
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url(TODAY)
    user.refresh_from_db()
    assert user.time_zone == chosen
    away = make_desk(user, timezone_id="Europe/Vienna").open("/settings/")
    away.get_by_role("button", name="Use Europe/Vienna").click()
    expect(away.get_by_label("Time zone")).to_have_value("Europe/Vienna")


def test_it_works_without_scripts(make_desk: MakeDesk) -> None:
    desk = make_desk(java_script_enabled=False)
    page = desk.open("/accounts/signup/")
    email = f"plain{time.time_ns()}@example.org"
    expect(page.get_by_text("Start with a passkey")).to_be_hidden()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(WORDS)
    press(page)
    page.get_by_label("Code").fill(code_for(desk, email))
    press(page)
    page.get_by_label("Where do you live?").select_option("Europe/Vienna")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url(TODAY)


def test_it_sends_a_form_once_however_often_it_is_pressed(make_desk: MakeDesk) -> None:
    desk = make_desk()
    page = desk.open("/accounts/signup/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_label("E-mail address").fill(f"twice{time.time_ns()}@example.org")
    page.get_by_label("Password", exact=True).fill(WORDS)
    page.get_by_role("button", name="Go on").dblclick()
    page.wait_for_url("**/accounts/confirm-email/")
    assert sent.count("POST") == 1


# --- passkeys -----------------------------------------------------------------------------


def test_it_begins_and_goes_on_with_a_passkey(make_desk: MakeDesk) -> None:
    desk = make_desk()
    page = desk.open("/accounts/signup/passkey/")
    device = give_passkeys(page)
    email = f"passkey{time.time_ns()}@example.org"
    page.get_by_label("E-mail address").fill(email)
    press(page)
    page.get_by_label("Code").fill(code_for(desk, email))
    press(page)
    page.wait_for_url("**/2fa/webauthn/signup/")
    is_for_everyone(page)
    page.get_by_role("button", name="Make the passkey").click()
    page.wait_for_url("**/settings/welcome/**")
    assert len(device("getCredentials")["credentials"]) == 1
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url(TODAY)
    assert not User.objects.get(email=email).has_usable_password()
    log_out(page)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url(TODAY)


@pytest.mark.nightly
def test_it_adds_uses_renames_and_removes_a_passkey(make_desk: MakeDesk) -> None:
    user = make_neighbour()
    desk = make_desk(user)
    page = desk.open("/accounts/2fa/")
    give_passkeys(page)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page)
    page.wait_for_url("**/2fa/webauthn/add/")
    page.get_by_label("A name for it").fill("Phone")
    page.get_by_role("button", name="Make the passkey").click()
    page.wait_for_url("**/2fa/recovery-codes/")
    log_out(page)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url(TODAY)
    page.goto("/settings/delete/")
    page.get_by_role("link", name="Use a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/settings/delete/")
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Rename Phone").click()
    page.get_by_label("A name for it").fill("Old phone")
    press(page)
    page.get_by_role("link", name="Remove Old phone").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("There is none yet.")).to_be_visible()
    kinds = SecurityEvent.objects.for_user(user).values_list("kind", flat=True)
    assert {"factor-added", "factor-removed", "reauthenticated"} <= set(kinds)


@pytest.mark.nightly
def test_it_asks_for_a_passkey_after_the_password(make_desk: MakeDesk) -> None:
    user = make_neighbour()
    desk = make_desk(user)
    page = desk.open("/accounts/2fa/webauthn/add/")
    give_passkeys(page)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page)
    page.get_by_label("Log in with it alone").uncheck()
    page.get_by_role("button", name="Make the passkey").click()
    page.wait_for_url("**/2fa/recovery-codes/")
    log_out(page)
    fill_in(page, user)
    page.wait_for_url("**/2fa/authenticate/")
    is_for_everyone(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(TODAY)


def test_it_says_so_when_there_is_no_passkey(make_desk: MakeDesk) -> None:
    page = make_desk().open("/accounts/login/")
    give_passkeys(page)
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("nothing was changed")
    assert violations(page) == []


# --- the other ways -----------------------------------------------------------------------


def test_it_takes_an_app_and_a_recovery_code(make_desk: MakeDesk) -> None:
    user = make_neighbour()
    page = make_desk(user).open("/accounts/2fa/totp/activate/")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page)
    page.wait_for_url("**/2fa/totp/activate/")
    is_for_everyone(page)
    secret = page.locator(".secret").inner_text().strip()
    page.get_by_label("The six digits").fill(totp(secret))
    press(page)
    page.wait_for_url("**/2fa/recovery-codes/")
    is_for_everyone(page)
    codes = page.locator(".codes li").all_inner_texts()
    assert len(set(codes)) == 10
    log_out(page)
    fill_in(page, user)
    page.wait_for_url("**/2fa/authenticate/")
    page.get_by_label("Code from your app").fill(codes[3])
    press(page)
    page.wait_for_url(TODAY)
    log_out(page)
    fill_in(page, user)
    page.get_by_label("Code from your app").fill(totp(secret))
    press(page)
    page.wait_for_url(TODAY)


def test_it_lets_in_with_a_mailed_code(make_desk: MakeDesk) -> None:
    user = make_neighbour()
    desk = make_desk()
    page = desk.open("/accounts/login/")
    page.get_by_role("link", name="Mail me a code").click()
    page.get_by_label("E-mail address").fill(user.email)
    press(page)
    page.wait_for_url("**/login/code/confirm/")
    is_for_everyone(page)
    page.get_by_label("Code").fill("BCDF-GHJK")
    press(page)
    expect(page.get_by_role("alert")).to_contain_text("not the code")
    is_for_everyone(page)
    page.get_by_label("Code").fill(code_for(desk, user.email))
    press(page)
    page.wait_for_url(TODAY)


def test_it_makes_a_new_password_by_mail(make_desk: MakeDesk) -> None:
    user = make_neighbour()
    desk = make_desk()
    page = desk.open("/accounts/login/")
    page.get_by_role("link", name="Password forgotten?").click()
    page.get_by_label("E-mail address").fill(user.email)
    press(page)
    page.wait_for_url("**/password/reset/confirm/")
    is_for_everyone(page)
    page.get_by_label("Code").fill(code_for(desk, user.email))
    press(page)
    page.wait_for_url("**/password/reset/complete/")
    is_for_everyone(page)
    page.get_by_label("New password", exact=True).fill(WORDS)
    page.get_by_label("New password, once more").fill(WORDS)
    press(page)
    page.get_by_role("link", name="Log in").click()
    fill_in(page, user, WORDS)
    page.wait_for_url(TODAY)


def test_it_leaves_and_comes_back(make_desk: MakeDesk) -> None:
    user = make_neighbour()
    desk = make_desk(user)
    page = desk.open("/settings/")
    page.get_by_role("link", name="Delete the account").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page)
    page.get_by_label("Your e-mail address").fill(user.email)
    page.get_by_role("button", name="Delete my account").click()
    page.wait_for_url("**/settings/keep/")
    is_for_everyone(page)
    page.goto("/journal/")
    page.wait_for_url("**/settings/keep/")
    page.get_by_role("button", name="Keep my account after all").click()
    page.wait_for_url(TODAY)


def test_it_shows_at_once_what_was_chosen(make_desk: MakeDesk) -> None:
    user = make_neighbour()
    page = make_desk(user).open("/settings/")
    light = page.evaluate("getComputedStyle(document.body).color")
    page.get_by_label("Dark").check()
    page.get_by_label("Larger").check()
    press_save(page)
    assert page.evaluate("getComputedStyle(document.body).color") != light
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
    is_for_everyone(page)


def press_save(page: Page) -> None:
    """Save the settings."""
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()


@pytest.mark.nightly
def test_it_is_for_everyone_who_tried_too_often(make_desk: MakeDesk) -> None:
    page = make_desk().open("/accounts/login/")
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    # Most tries are the same form, sent without drawing what is answered.
    for number in range(9):
        tried = {"login": f"a{number}@example.org", "password": WORDS}
        page.request.post("/accounts/login/", form={"csrfmiddlewaretoken": token, **tried})
    for number in (9, 10):
        page.goto("/accounts/login/")
        page.get_by_label("E-mail address").fill(f"a{number}@example.org")
        page.get_by_label("Password", exact=True).fill(WORDS)
        press(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("One moment, please")
    is_for_everyone(page)
