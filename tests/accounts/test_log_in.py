"""Logging in: by password and by code, what is remembered of it, and what a stranger learns."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import SecurityEvent, User
from tests.accounts.doing import (
    FIREFOX,
    code_in,
    is_logged_in,
    log_in,
    logged_in,
    make_member,
    session_of,
)
from tests.factories import PASSWORD, make_user

Kind = SecurityEvent.Kind


def test_it_lets_in_with_the_password(member: User) -> None:
    client = Client()
    response = log_in(client, member)
    assert response["Location"] == "/today/"
    assert is_logged_in(client)


def test_it_says_nothing_on_the_page_one_comes_to(member: User) -> None:
    client = Client()
    page = client.post(
        "/accounts/login/",
        {"login": member.email, "password": PASSWORD, "next": "/settings/"},
        follow=True,
    )
    assert list(page.context["messages"]) == []


@pytest.mark.parametrize(
    "address", ["MIRA@example.org", " mira@example.org "], ids=["capitals", "spaces"]
)
def test_it_forgives_how_an_address_is_typed(member: User, address: str) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": address, "password": PASSWORD})
    assert is_logged_in(client)


def test_it_answers_a_wrong_password_with_the_form(member: User) -> None:
    response = log_in(Client(), member, "not this one")
    assert response.status_code == 422
    assert "do not belong together" in response.content.decode()
    assert "not this one" not in response.content.decode()


def test_it_answers_an_unknown_address_in_the_same_way(member: User) -> None:
    known = log_in(Client(), member, "not this one")
    unknown = Client().post(
        "/accounts/login/", {"login": "nobody@example.org", "password": "not this one"}
    )
    assert unknown.status_code == known.status_code
    assert _plain(unknown, "nobody@example.org") == _plain(known, member.email)


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"],
)
def test_it_goes_nowhere_else_afterwards(member: User, target: str) -> None:
    response = Client().post(
        f"/accounts/login/?next={target}",
        {"login": member.email, "password": PASSWORD, "next": target},
    )
    assert response["Location"] == "/today/"


def test_it_lets_in_with_a_mailed_code(member: User, mailoutbox) -> None:
    client = Client()
    asked = client.post("/accounts/login/code/", {"email": member.email}, follow=True)
    assert asked.redirect_chain[-1][0] == "/accounts/login/code/confirm/"
    answer = client.post("/accounts/login/code/confirm/", {"code": code_in(mailoutbox)})
    assert answer.status_code == 302
    assert is_logged_in(client)


def test_it_takes_a_mailed_code_once(member: User, mailoutbox) -> None:
    client = Client()
    client.post("/accounts/login/code/", {"email": member.email})
    code = code_in(mailoutbox)
    client.post("/accounts/login/code/confirm/", {"code": code})
    other = Client()
    other.post("/accounts/login/code/", {"email": member.email})
    other.post("/accounts/login/code/confirm/", {"code": code})
    assert not is_logged_in(other)


def test_it_forgets_a_mailed_code_after_ten_minutes(member: User, mailoutbox, monkeypatch) -> None:
    client = Client()
    client.post("/accounts/login/code/", {"email": member.email})
    later = timezone.now().timestamp() + 601
    monkeypatch.setattr("time.time", lambda: later)
    client.post("/accounts/login/code/confirm/", {"code": code_in(mailoutbox)})
    assert not is_logged_in(client)


def test_it_gives_up_a_code_after_five_tries(member: User, mailoutbox) -> None:
    client = Client()
    client.post("/accounts/login/code/", {"email": member.email})
    statuses = [
        client.post("/accounts/login/code/confirm/", {"code": "WRNG-CODE"}).status_code
        for _ in range(5)
    ]
    assert statuses == [422, 422, 422, 422, 302]
    client.post("/accounts/login/code/confirm/", {"code": code_in(mailoutbox)})
    assert not is_logged_in(client)


def test_it_asks_for_a_code_without_saying_who_is_here(member: User, mailoutbox) -> None:
    pages = []
    for email in (member.email, "nobody@example.org"):
        client = Client()
        page = client.post("/accounts/login/code/", {"email": email}, follow=True)
        pages.append(_plain(page, email))
    assert pages[0] == pages[1]
    assert [mail.to for mail in mailoutbox] == [[member.email], ["nobody@example.org"]]
    assert "There is no account under it" in mailoutbox[1].body


def test_it_sends_a_new_code_when_asked(member: User, mailoutbox, clear_cache) -> None:
    client = Client()
    client.post("/accounts/login/code/", {"email": member.email})
    first = code_in(mailoutbox)
    page = client.post("/accounts/login/code/confirm/", {"action": "resend"}, follow=True)
    assert "A new code is on its way." in page.content.decode()
    assert code_in(mailoutbox) != first


def test_it_remembers_where_it_was(member: User) -> None:
    client = logged_in(member, HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="203.0.113.77")
    session = session_of(client)
    assert session.owner == member
    assert session.device == "Firefox, Linux"
    assert session.network == "203.0.113.0/24"
    assert timezone.now() - session.began_at < timedelta(minutes=1)


def test_it_is_noted_and_mailed_when_it_comes_from_somewhere_new(member: User, mailoutbox) -> None:
    logged_in(member, HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="203.0.113.77")
    assert [mail.subject for mail in mailoutbox] == ["A log-in from somewhere new"]
    assert "Firefox, Linux" in mailoutbox[0].body
    assert "203.0.113.0/24" in mailoutbox[0].body
    assert "203.0.113.77" not in mailoutbox[0].body
    logged_in(member, HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="203.0.113.9")
    assert len(mailoutbox) == 1
    logged_in(member, HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="198.51.100.9")
    assert len(mailoutbox) == 2
    assert SecurityEvent.objects.for_user(member).filter(kind=Kind.LOGGED_IN).count() == 3


def test_it_notes_a_wrong_password_and_mails_about_it_once_a_day(member: User, mailoutbox) -> None:
    for _ in range(3):
        log_in(Client(), member, "not this one")
    events = SecurityEvent.objects.for_user(member).filter(kind=Kind.LOGIN_FAILED)
    assert events.count() == 3
    assert [mail.subject for mail in mailoutbox] == ["Somebody tried to log in"]


def test_it_asks_to_confirm_the_address_first(db, mailoutbox) -> None:
    newcomer = make_user(email="new@example.org")
    client = Client()
    response = log_in(client, newcomer)
    assert response["Location"] == "/accounts/confirm-email/"
    assert not is_logged_in(client)
    client.post("/accounts/confirm-email/", {"code": code_in(mailoutbox)})
    assert is_logged_in(client)


def test_it_closes_the_door_to_an_account_that_is_switched_off(db) -> None:
    user = make_member(is_active=False)
    client = Client()
    response = client.post(
        "/accounts/login/", {"login": user.email, "password": PASSWORD}, follow=True
    )
    assert response.redirect_chain[-1][0] == "/accounts/inactive/"
    assert "This account is closed" in response.content.decode()


@pytest.mark.parametrize("word", ["a\0b", "\ud800", "x" * 100_000, "' OR 1=1 --"])
def test_it_takes_any_password_for_a_wrong_one(member: User, word: str) -> None:
    response = Client().post(
        "/accounts/login/",
        b"login=mira%40example.org&password=" + _quoted(word),
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code == 422


def test_it_takes_any_address_for_an_unknown_one(db) -> None:
    for word in ("a\0b@example.org", "@", "x" * 5_000 + "@example.org", "ü@exämple.org"):
        response = Client().post("/accounts/login/", {"login": word, "password": PASSWORD})
        assert response.status_code == 422, word[:30]


def _plain(response, email: str) -> str:
    """The page without what is different on each."""
    lines = response.content.decode().replace(email, "SOMEBODY").splitlines()
    return "\n".join(line for line in lines if "nonce" not in line and "csrf" not in line)


def _quoted(word: str) -> bytes:
    return b"".join(b"%%%02X" % byte for byte in word.encode("utf-8", "surrogatepass"))
