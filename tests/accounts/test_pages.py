"""Every page of the entrance and the account: our design, our words, nothing that could run."""

import pytest
from allauth.mfa.models import Authenticator
from bs4 import BeautifulSoup
from django.conf import settings as django_settings
from django.core import management
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import get_resolver

from apps.accounts.models import User
from tests.accounts.doing import (
    code_in,
    confirmed_client,
    make_member,
    make_passkey,
    set_up_app,
)
from tests.house.routes import walk
from tests.htmx import one, soup

STRANGER = [
    "account_login",
    "account_signup",
    "account_signup_by_passkey",
    "account_request_login_code",
    "account_reset_password",
    "account_password_reset_completed",
    "account_inactive",
]
MEMBER = [
    "account_logout",
    "account_email",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "accounts:settings",
    "accounts:welcome",
    "accounts:device_list",
    "accounts:activity",
    "accounts:account_delete",
]
# Reached on the way to somewhere else, and looked at below or in the browser.
ON_THE_WAY = [
    "account_email_verification_sent",
    "account_confirm_login_code",
    "account_confirm_password_reset_code",
    "account_complete_password_reset",
    "account_set_password",
    "mfa_authenticate",
    "mfa_activate_totp",
    "mfa_signup_webauthn",
    "accounts:account_keep",
    "accounts:mailbox",
]
NO_PAGES = [
    "mfa_login_webauthn",
    "mfa_download_recovery_codes",
    "accounts:device_end",
    "accounts:device_end_others",
]


def addresses() -> dict[str, str]:
    """Every address of the account and of allauth, by name."""
    routes = walk(get_resolver())
    return {name: f"/{path}" for name, path, _ in routes if is_ours(name)}


def is_ours(name: str) -> bool:
    """Whether the address is one of the account's."""
    return name.startswith(("account_", "mfa_", "accounts:", "socialaccount", "usersessions"))


def is_well_made(page: BeautifulSoup) -> None:
    """In our design, with one heading and a name, and nothing in it that could run."""
    assert page.select("link[rel=stylesheet]")[0]["href"] == "/static/css/app.css"
    assert len(page.select("h1")) == 1
    assert one(page, "title").get_text().endswith(" · Throughline")
    assert one(page, "main#main")
    for element in page.find_all(True):
        assert "style" not in element.attrs
        assert not [name for name in element.attrs if name.startswith("on")]
        assert "placeholder" not in element.attrs or element.get("type") == "search"
    for script in page.select("script"):
        if script.get("type") == "application/json":
            continue
        assert script.get("nonce") or script.get("type") == "importmap"
    for form in page.select("form[method=post]"):
        assert form.select("[name=csrfmiddlewaretoken]")
    for control in page.select("main input:not([type=hidden]), main select, main textarea"):
        assert page.select(f"label[for={control['id']}]"), control


def test_it_knows_every_address() -> None:
    assert sorted(addresses()) == sorted(STRANGER + MEMBER + ON_THE_WAY + NO_PAGES)


@pytest.mark.parametrize("name", STRANGER)
def test_it_makes_pages_for_strangers_well(db, client: Client, name: str) -> None:
    page = client.get(addresses()[name])
    assert page.status_code == 200
    is_well_made(soup(page))


@pytest.fixture
def settled(member: User) -> tuple[Client, Authenticator]:
    """Somebody who has everything one can have, in a browser that has just confirmed."""
    client = confirmed_client(member)
    set_up_app(client)
    return client, make_passkey(member, "<b>Key</b> ring")


@pytest.mark.parametrize("name", MEMBER)
def test_it_makes_pages_of_the_account_well(settled, name: str) -> None:
    client, passkey = settled
    path = addresses()[name].replace("<int:pk>", str(passkey.pk))
    page = client.get(path)
    assert page.status_code == 200, page.headers
    is_well_made(soup(page))
    assert "<b>Key</b>" not in page.content.decode()


def test_it_marks_the_place_in_the_settings(settled) -> None:
    client, _ = settled
    for name, words in {
        "accounts:settings": "General",
        "mfa_index": "Logging in",
        "account_change_password": "Password",
        "account_email": "E-mail address",
        "accounts:device_list": "Devices",
        "accounts:activity": "Activity",
    }.items():
        page = soup(client.get(addresses()[name]))
        assert one(page, ".subnav [aria-current=page]").get_text() == words


def test_it_makes_the_pages_on_the_way_well(member: User, mailoutbox, settled) -> None:
    client = Client()
    for path, data in [
        ("/accounts/signup/", {"email": "new@example.org", "password1": "a quiet morning here"}),
        ("/accounts/login/code/", {"email": member.email}),
        ("/accounts/password/reset/", {"email": member.email}),
    ]:
        client = Client()
        page = client.post(path, data, follow=True)
        assert page.redirect_chain
        is_well_made(soup(page))
    page = client.post(
        "/accounts/password/reset/confirm/", {"code": code_in(mailoutbox)}, follow=True
    )
    is_well_made(soup(page))
    assert page.redirect_chain[-1][0] == "/accounts/password/reset/complete/"
    page = Client().post(
        "/accounts/login/", {"login": member.email, "password": "a quiet morning"}, follow=True
    )
    assert page.redirect_chain[-1][0] == "/accounts/2fa/authenticate/"
    is_well_made(soup(page))


def test_it_makes_the_page_of_a_first_password_well(db) -> None:
    client = Client()
    client.force_login(make_member(password=None))
    is_well_made(soup(client.get("/accounts/password/set/")))


def test_it_makes_the_page_of_an_app_well(member: User) -> None:
    page = soup(confirmed_client(member).get("/accounts/2fa/totp/activate/"))
    is_well_made(page)
    assert one(page, "img.qr")["src"].startswith("data:image/svg+xml;base64,")


def test_it_makes_the_way_back_well(member: User) -> None:
    client = confirmed_client(member)
    page = client.post("/settings/delete/", {"email": member.email}, follow=True)
    is_well_made(soup(page))


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/accounts/login/", {"login": "x", "password": ""}),
        ("/accounts/signup/", {"email": "x", "password1": "short"}),
        ("/accounts/signup/passkey/", {"email": ""}),
        ("/accounts/login/code/", {"email": "x"}),
        ("/accounts/password/reset/", {"email": "x"}),
    ],
)
def test_it_sends_a_form_back_with_422(db, client: Client, path: str, data: dict) -> None:
    page = client.post(path, data)
    assert page.status_code == 422
    is_well_made(soup(page))
    for invalid in soup(page).select("[aria-invalid=true]"):
        described = invalid["aria-describedby"].split()
        assert any(soup(page).select(f"#{part}[role=alert]") for part in described)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/accounts/password/change/", {"oldpassword": "x", "password1": "y", "password2": "z"}),
        ("/accounts/email/", {"email": "x", "action_add": "1"}),
        ("/accounts/2fa/totp/activate/", {"code": "000000"}),
        ("/accounts/2fa/webauthn/add/", {"name": "x", "credential": "{}"}),
        ("/accounts/2fa/webauthn/add/", {"name": "x", "credential": "nonsense"}),
        ("/accounts/reauthenticate/", {"password": "x"}),
    ],
)
def test_it_sends_a_form_of_the_account_back_with_422(member: User, path: str, data: dict) -> None:
    page = confirmed_client(member).post(path, data)
    assert page.status_code == 422
    is_well_made(soup(page))


@pytest.mark.parametrize(
    "template",
    [
        "account/verified_email_required.html",
        "account/verification_sent.html",
        "account/email.html",
    ],
)
def test_it_dresses_pages_that_we_do_not_replace(member: User, template: str) -> None:
    """allauth may show them some day; elements and layouts see to it that they fit."""
    request = RequestFactory().get("/accounts/email/")
    request.user = member
    request.resolver_match = None
    html = render_to_string(template, {"user": member, "can_add_email": False}, request)
    page = BeautifulSoup(html, "html.parser")
    assert page.select("link[rel=stylesheet]")[0]["href"] == "/static/css/app.css"
    assert len(page.select("main h1")) == 1


def test_it_has_no_migration_to_make(db) -> None:
    management.call_command("makemigrations", "accounts", check=True, dry_run=True, verbosity=0)


def test_it_leaves_out_what_is_not_used() -> None:
    installed = django_settings.INSTALLED_APPS
    assert "allauth.usersessions" not in installed
    assert "django.contrib.sessions" not in installed
