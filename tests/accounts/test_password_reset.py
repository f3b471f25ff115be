"""A new password by mail: it ends every session and leaves second factors standing."""

from django.http import HttpResponse
from django.test import Client

from apps.accounts.models import SecurityEvent, User
from tests.accounts.doing import (
    code_in,
    confirmed_client,
    is_logged_in,
    log_in,
    logged_in,
    set_up_app,
)

NEW = "another quiet morning"


def reset(user: User, mailoutbox, client: Client | None = None) -> HttpResponse:
    """Do all the steps; returns the last page."""
    client = client or Client()
    client.post("/accounts/password/reset/", {"email": user.email})
    client.post("/accounts/password/reset/confirm/", {"code": code_in(mailoutbox)})
    return client.post(
        "/accounts/password/reset/complete/", {"password1": NEW, "password2": NEW}, follow=True
    )


def test_it_changes_the_password(member: User, mailoutbox) -> None:
    page = reset(member, mailoutbox)
    assert page.redirect_chain[-1][0] == "/accounts/password/reset/done/"
    member.refresh_from_db()
    assert member.check_password(NEW)


def test_it_logs_nobody_in_by_itself(member: User, mailoutbox) -> None:
    client = Client()
    reset(member, mailoutbox, client)
    assert not is_logged_in(client)


def test_it_ends_every_session(member: User, mailoutbox) -> None:
    clients = [logged_in(member) for _ in range(3)]
    reset(member, mailoutbox)
    assert [is_logged_in(client) for client in clients] == [False] * 3


def test_it_does_not_go_around_the_second_factor(member: User, mailoutbox) -> None:
    set_up_app(confirmed_client(member))
    reset(member, mailoutbox)
    client = Client()
    response = log_in(client, member, NEW)
    assert response["Location"] == "/accounts/2fa/authenticate/"
    assert not is_logged_in(client)


def test_it_takes_its_code_once(member: User, mailoutbox) -> None:
    reset(member, mailoutbox)
    code = code_in(mailoutbox)
    other = Client()
    other.post("/accounts/password/reset/", {"email": member.email})
    answer = other.post("/accounts/password/reset/confirm/", {"code": code})
    assert answer.status_code == 422


def test_it_wants_the_code_before_the_password(member: User) -> None:
    client = Client()
    client.post("/accounts/password/reset/", {"email": member.email})
    answer = client.post("/accounts/password/reset/complete/", {"password1": NEW, "password2": NEW})
    assert answer["Location"] == "/accounts/password/reset/confirm/"
    member.refresh_from_db()
    assert not member.check_password(NEW)


def test_it_is_noted_and_mailed(member: User, mailoutbox) -> None:
    reset(member, mailoutbox)
    kinds = SecurityEvent.objects.for_user(member).values_list("kind", flat=True)
    assert SecurityEvent.Kind.PASSWORD_RESET in kinds
    assert "Your password was reset" in [mail.subject for mail in mailoutbox]


def test_it_asks_the_same_of_an_address_that_is_unknown(member: User, mailoutbox) -> None:
    pages = []
    for email in (member.email, "nobody@example.org"):
        page = Client().post("/accounts/password/reset/", {"email": email}, follow=True)
        plain = page.content.decode().replace(email, "SOMEBODY")
        lines = [x for x in plain.splitlines() if "nonce" not in x and "csrf" not in x]
        pages.append((page.status_code, page.redirect_chain, lines))
    assert pages[0] == pages[1]
    assert len(mailoutbox) == 2
