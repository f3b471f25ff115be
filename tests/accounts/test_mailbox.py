"""The mailbox page: only where mail is kept, and only for somebody who sits at the machine."""

from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection
from django.test import Client
from pytest_django.fixtures import Settings

FILES = "django.core.mail.backends.filebased.EmailBackend"


@pytest.fixture
def box(settings: Settings, tmp_path: Path) -> Path:
    """A mailbox of its own."""
    settings.MAILBOX = settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return settings.MAILBOX


def drop(body: str, subject: str = "Your code") -> None:
    """Put a mail into the box."""
    EmailMessage(subject, body, to=["mira@example.org"], connection=get_connection(FILES)).send()


def test_it_is_there_for_whoever_sits_at_the_machine(box: Path, client: Client) -> None:
    page = client.get("/settings/mailbox/")
    assert page.status_code == 200
    assert "Nothing has come yet" in page.content.decode()


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_it_knows_the_machine_by_its_addresses(box: Path, address: str) -> None:
    assert Client(REMOTE_ADDR=address).get("/settings/mailbox/").status_code == 200


@pytest.mark.parametrize(
    "address", ["192.168.1.20", "10.0.0.1", "203.0.113.5", "127.0.0.2", "fe80::1", ""]
)
def test_it_is_not_there_for_anybody_else(box: Path, address: str) -> None:
    assert Client(REMOTE_ADDR=address).get("/settings/mailbox/").status_code == 404


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via"]
)
def test_it_is_not_there_through_a_proxy(box: Path, client: Client, header: str) -> None:
    for value in ("127.0.0.1", "", "x"):
        answer = client.get("/settings/mailbox/", headers={header: value})
        assert answer.status_code == 404


def test_it_is_not_there_where_mail_is_really_sent(db, settings: Settings, client: Client) -> None:
    settings.MAILBOX = None
    assert client.get("/settings/mailbox/").status_code == 404
    assert b"mailbox" not in client.get("/accounts/signup/").content


def test_it_shows_the_newest_first(box: Path, client: Client) -> None:
    for number in range(3):
        drop(f"Mail {number}", subject=f"Subject {number}")
        newest = max(box.glob("*.log"), key=lambda path: path.stat().st_mtime)
        newest.rename(box / f"2026112{number}-000000-1.log")
    page = client.get("/settings/mailbox/")
    assert [letter.subject for letter in page.context["letters"]] == [
        "Subject 2",
        "Subject 1",
        "Subject 0",
    ]


def test_it_shows_two_mails_of_one_file(box: Path, client: Client) -> None:
    drop("First")
    (path,) = box.glob("*.log")
    path.write_bytes(path.read_bytes() + path.read_bytes().replace(b"First", b"Second"))
    letters = client.get("/settings/mailbox/").context["letters"]
    assert [letter.text.strip() for letter in letters] == ["Second", "First"]


def test_it_shows_marks_as_marks(box: Path, client: Client) -> None:
    drop("<script>alert(1)</script> " + "-" * 79, subject="<b>bold</b>")
    page = client.get("/settings/mailbox/").content.decode()
    assert "<script>alert" not in page
    assert "<b>bold</b>" not in page


def test_it_is_pointed_at_where_one_waits_for_mail(box: Path, db, client: Client) -> None:
    for path in ("signup/", "signup/passkey/", "login/code/", "password/reset/"):
        page = client.get(f"/accounts/{path}").content.decode()
        assert 'href="/settings/mailbox/"' in page, path


def test_it_is_pointed_at_for_nobody_far_away(box: Path, db) -> None:
    page = Client(REMOTE_ADDR="192.168.1.20").get("/accounts/signup/").content.decode()
    assert "mailbox" not in page


def test_it_changes_nothing(box: Path, client: Client) -> None:
    assert client.post("/settings/mailbox/").status_code == 405
