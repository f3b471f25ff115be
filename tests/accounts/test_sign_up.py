"""Starting a journal: with a password, and what a stranger learns by trying."""

import pytest
from allauth.account.models import EmailAddress
from django.http import HttpResponse
from django.test import Client

from apps.accounts.models import User
from tests.accounts.doing import code_in, is_logged_in, make_member

NEW = "new@example.org"
WORDS = "a quiet morning by the sea"


def sign_up(client: Client, email: str = NEW, password: str = WORDS) -> HttpResponse:
    """Send the form, and follow where it leads."""
    return client.post("/accounts/signup/", {"email": email, "password1": password}, follow=True)


def test_it_takes_an_address_a_password_and_a_code(db, mailoutbox) -> None:
    client = Client()
    page = sign_up(client)
    assert page.redirect_chain[-1][0] == "/accounts/confirm-email/"
    assert [mail.subject for mail in mailoutbox] == ["Your code"]
    page = client.post("/accounts/confirm-email/", {"code": code_in(mailoutbox)}, follow=True)
    assert page.redirect_chain[-1][0] == "/settings/welcome/?next=%2Ftoday%2F"
    assert EmailAddress.objects.get(email=NEW).verified
    assert len(mailoutbox) == 1


def test_it_takes_the_code_however_it_is_typed(db, mailoutbox) -> None:
    client = Client()
    sign_up(client)
    typed = f" {code_in(mailoutbox).replace('-', '').lower()} "
    client.post("/accounts/confirm-email/", {"code": typed})
    assert is_logged_in_before_welcome(client)


def test_it_keeps_out_without_the_code(db) -> None:
    client = Client()
    sign_up(client)
    assert not is_logged_in_before_welcome(client)


def test_it_answers_the_same_for_an_address_that_is_known(db, mailoutbox) -> None:
    make_member(email="old@example.org")
    pages = []
    for email in (NEW, "old@example.org"):
        page = sign_up(Client(), email)
        plain = page.content.decode().replace(email, "SOMEBODY")
        lines = [x for x in plain.splitlines() if "nonce" not in x and "csrf" not in x]
        pages.append((page.status_code, page.redirect_chain, lines))
    assert pages[0] == pages[1]
    assert [mail.subject for mail in mailoutbox] == ["Your code", "You have an account already"]
    assert User.objects.filter(email="old@example.org").count() == 1


def test_it_gives_a_stranger_no_code_for_an_address_that_is_known(db, mailoutbox) -> None:
    make_member(email="old@example.org")
    client = Client()
    sign_up(client, "old@example.org")
    with pytest.raises(AssertionError, match="no mail has a code"):
        code_in(mailoutbox)
    answer = client.post("/accounts/confirm-email/", {"code": "BCDF-GHJK"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", "at least 10 characters"),
        ("password123", "too common"),
        ("new@example.org", "too similar"),
    ],
)
def test_it_refuses_a_password_that_is_easy_to_guess(db, password: str, said: str) -> None:
    page = sign_up(Client(), password=password)
    assert page.status_code == 422
    assert said in page.content.decode()


@pytest.mark.parametrize(
    "password",
    ["correct horse battery staple", "ünïcödé wörds hëre", "   spaces around   ", "y" * 200],
)
def test_it_takes_any_other_password_as_it_is(db, mailoutbox, password: str) -> None:
    sign_up(Client(), password=password)
    assert User.objects.get(email=NEW).check_password(password)


def test_it_is_closed_where_the_operator_says_so(db, settings) -> None:
    settings.SIGNUP_OPEN = False
    page = Client().get("/accounts/signup/")
    assert "No new journals here" in page.content.decode()
    sign_up(Client())
    assert not User.objects.filter(email=NEW).exists()


def test_it_sends_whoever_is_logged_in_to_today(member: User) -> None:
    client = Client()
    client.force_login(member)
    assert client.get("/accounts/signup/")["Location"] == "/today/"


def test_it_lets_the_passkey_way_begin_in_the_same_manner(db, mailoutbox) -> None:
    client = Client()
    page = client.post("/accounts/signup/passkey/", {"email": NEW}, follow=True)
    assert page.redirect_chain[-1][0] == "/accounts/confirm-email/"
    page = client.post("/accounts/confirm-email/", {"code": code_in(mailoutbox)}, follow=True)
    assert page.redirect_chain[-1][0] == "/accounts/2fa/webauthn/signup/"
    assert not User.objects.get(email=NEW).has_usable_password()
    assert not is_logged_in_before_welcome(client)


def is_logged_in_before_welcome(client: Client) -> bool:
    """Whether the first run is open to this browser."""
    return bool(client.get("/settings/welcome/").status_code == 200) or is_logged_in(client)
