"""What a mail service calls: its secret, its form, its signature; and that it is there only when
somebody has configured it."""

import base64
import hashlib
import hmac
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from anymail.signals import inbound
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import clear_url_caches, path
from django.utils import timezone

from apps.accounts.models import User
from apps.capture.arriving import take_from_service
from apps.capture.views import delivery
from apps.journal.models import Attachment, Entry
from config import urls as real
from tests.capture.test_arriving import give_address
from tests.factories import picture
from tests.house.sources import ROOT

SECRET = "mail:a-long-and-random-word-indeed"
KEY = "the-key-with-which-mailgun-signs"
MAILS = Path(__file__).parent / "mails"

urlpatterns = [
    path("mail/postmark/", delivery.delivery_view("postmark"), name="postmark"),
    path("mail/mailgun/", delivery.delivery_view("mailgun"), name="mailgun"),
    *real.urlpatterns,
]
handler400 = real.handler400


@pytest.fixture(autouse=True)
def _configured(settings: Any) -> Iterator[None]:
    settings.MAIL_IN_DOMAIN = "in.example.org"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": KEY}
    settings.ROOT_URLCONF = __name__
    inbound.connect(take_from_service, dispatch_uid="tests")
    yield
    inbound.disconnect(dispatch_uid="tests")
    clear_url_caches()


@pytest.fixture
def address(alice: User) -> str:
    return give_address(alice)


def authorization(secret: str = SECRET) -> dict[str, str]:
    return {"authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"}


def postmark(address: str, **over: Any) -> str:
    """What Postmark sends, in the form of its documentation."""
    return json.dumps(
        {
            "From": "alice@example.org",
            "FromFull": {"Email": "alice@example.org", "Name": "Alice", "MailboxHash": ""},
            "ToFull": [{"Email": address, "Name": "", "MailboxHash": ""}],
            "CcFull": [],
            "BccFull": [],
            "OriginalRecipient": address,
            "Subject": "Grüße",
            "MessageID": "73e6d360-66eb-11e1-8e72-a8904824019b",
            "Date": timezone.now().strftime("%a, %d %b %Y %H:%M:%S +0000"),
            "TextBody": "Am Fluss. — 日本語",
            "HtmlBody": "<p>Am Fluss.</p>",
            "Headers": [{"Name": "Message-ID", "Value": "<a@mail.example.org>"}],
            "Attachments": [
                {
                    "Name": "walk.png",
                    "Content": base64.b64encode(picture()).decode(),
                    "ContentType": "image/png",
                    "ContentLength": len(picture()),
                }
            ],
        }
        | over
    )


def post(body: str, **headers: str) -> int:
    answer = Client(enforce_csrf_checks=True).post(
        "/mail/postmark/", body, "application/json", headers=authorization() | headers
    )
    return int(answer.status_code)


def test_postmark_hands_over_a_mail(alice: User, address: str) -> None:
    assert post(postmark(address)) == 200
    entry = Entry.objects.get()
    assert (entry.owner, entry.title, entry.body) == (alice, "Grüße", "Am Fluss. — 日本語")
    assert Attachment.objects.get().name == "walk.png"


def test_it_is_read_from_the_mail_itself_where_that_comes_along(address: str) -> None:
    raw = (MAILS / "html-only.eml").read_text()
    assert post(postmark(address, RawEmail=raw)) == 200
    assert Entry.objects.get().body.startswith("## The release")


def test_delivered_twice_it_is_one_entry(address: str) -> None:
    assert [post(postmark(address)) for _time in range(2)] == [200, 200]
    assert Entry.objects.count() == 1


def test_an_unknown_address_is_answered_like_a_known_one(address: str) -> None:
    assert post(postmark("journal-nobody@in.example.org")) == 200
    assert not Entry.objects.exists()


def test_the_envelope_decides_where_there_is_one(alice: User, address: str) -> None:
    """An address in To that the mail was not delivered to is only something that was written."""
    assert post(postmark(address, OriginalRecipient="other@in.example.org")) == 200
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "secret", ["", "mail:", "mail:wrong", ":a-long-and-random-word-indeed", SECRET.upper()]
)
def test_without_the_secret_nothing_is_taken(address: str, secret: str) -> None:
    headers = authorization(secret) if secret else {"authorization": ""}
    assert post(postmark(address), **headers) == 400
    assert not Entry.objects.exists()


def test_a_large_mail_is_taken_and_a_larger_one_is_not(address: str, monkeypatch) -> None:
    """Longer than any form (8 MB), with its files in base 64."""
    large = base64.b64encode(os.urandom(9 * 1024 * 1024)).decode()
    file = {"Name": "a.bin", "Content": large, "ContentType": "application/octet-stream"}
    body = postmark(address, Attachments=[file])
    assert len(body) > 12_000_000
    assert post(body) == 200
    assert Attachment.objects.get().size == 9 * 1024 * 1024
    monkeypatch.setattr(delivery, "MOST", 1_000)
    assert post(body) == 413


def test_trouble_of_ours_is_for_the_service_to_try_again(address: str, monkeypatch) -> None:
    def broken(*_given: Any, **_named: Any) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr("apps.capture.arriving._keep", broken)
    with pytest.raises(RuntimeError):
        post(postmark(address))


@pytest.mark.parametrize("body", ["{", "[]", "{}", '{"RecordType": "Open"}', "\x00"])
def test_what_is_no_mail_makes_no_entry(address: str, body: str) -> None:
    client = Client(raise_request_exception=False)
    answer = client.post("/mail/postmark/", body, "application/json", headers=authorization())
    assert answer.status_code in {200, 400, 500}
    assert not Entry.objects.exists()


def mailgun(address: str, key: str = KEY, **over: Any) -> int:
    """What Mailgun sends of a mail it has taken apart."""
    timestamp, token = str(int(timezone.now().timestamp())), secrets.token_hex(25)
    signed = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    headers = [
        ["From", "Alice <alice@example.org>"],
        ["Subject", "Grüße"],
        ["Message-Id", "<b@mail.example.org>"],
    ]
    form = {
        "recipient": address,
        "sender": "alice@example.org",
        "subject": "Grüße",
        "from": "Alice <alice@example.org>",
        "message-headers": json.dumps(headers),
        "body-plain": "Am Fluss.\r\n",
        "body-html": "<p>Am Fluss.</p>",
        "attachment-count": "1",
        "attachment-1": SimpleUploadedFile("walk.png", picture(), "image/png"),
        "timestamp": timestamp,
        "token": token,
        "signature": signed,
    } | over
    client = Client(enforce_csrf_checks=True)
    return int(client.post("/mail/mailgun/", form, headers=authorization()).status_code)


def test_mailgun_hands_over_a_mail(alice: User, address: str) -> None:
    assert mailgun(address) == 200
    entry = Entry.objects.get()
    assert (entry.owner, entry.title, entry.body) == (alice, "Grüße", "Am Fluss.")
    assert Attachment.objects.get().name == "walk.png"


def test_of_several_recipients_each_is_looked_at(address: str) -> None:
    assert mailgun(f"somebody@example.org, {address}") == 200
    assert Entry.objects.count() == 1


def test_mailguns_signature_is_looked_at(address: str) -> None:
    assert mailgun(address, key="another key") == 400
    assert mailgun(address, timestamp="1") == 400
    assert not Entry.objects.exists()


def test_only_what_is_meant_is_answered(address: str) -> None:
    client = Client()
    assert client.head("/mail/postmark/").status_code == 200, "services ask when it is set up"
    assert client.get("/mail/postmark/").status_code == 405
    assert client.put("/mail/postmark/").status_code == 405


# --- by environment -------------------------------------------------------------------------

ASK = """
import django, json
django.setup()
from anymail.signals import inbound
from django.urls import resolve
view = resolve("/mail/in/").view_name
print(json.dumps({"view": view, "receivers": len(inbound.receivers)}))
"""
GOOD = {
    "MAIL_IN_DOMAIN": "in.my-place.org",
    "MAIL_IN_SERVICE": "mailgun",
    "ANYMAIL_WEBHOOK_SECRET": SECRET,
    "MAILGUN_WEBHOOK_SIGNING_KEY": KEY,
}


def start(**over: str) -> subprocess.CompletedProcess[str]:
    """Start as on a server, with these variables."""
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "journal.my-place.org",
        "SITE_URL": "https://journal.my-place.org",
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "EMAIL_URL": "smtp+tls://journal:password@mail.my-place.org:587",
    }
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASK],
        cwd=ROOT,
        env=environment | over,
        capture_output=True,
        text=True,
        check=False,
    )


def told(**over: str) -> Any:
    run = start(**over)
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout.splitlines()[-1])


def test_nothing_is_there_until_a_domain_is_named() -> None:
    run = start()
    assert "Resolver404" in run.stderr


def test_it_is_there_when_all_is_named() -> None:
    assert told(**GOOD) == {"view": "mail:delivery", "receivers": 1}


@pytest.mark.parametrize(
    ("over", "says"),
    [
        ({"MAIL_IN_SERVICE": ""}, "MAIL_IN_SERVICE is not set"),
        ({"MAIL_IN_SERVICE": "pigeon"}, "MAIL_IN_SERVICE should be one of: mailgun, postmark."),
        ({"ANYMAIL_WEBHOOK_SECRET": ""}, "ANYMAIL_WEBHOOK_SECRET is not set"),
        ({"ANYMAIL_WEBHOOK_SECRET": "mail:zymurgy"}, "ANYMAIL_WEBHOOK_SECRET should be"),
        ({"MAILGUN_WEBHOOK_SIGNING_KEY": ""}, "MAILGUN_WEBHOOK_SIGNING_KEY is not set"),
    ],
)
def test_what_is_missing_or_weak_stops_the_start(over: dict[str, str], says: str) -> None:
    run = start(**(GOOD | over))
    assert run.returncode != 0
    assert says in run.stderr
    assert "zymurgy" not in run.stderr.rpartition("\n")[0].splitlines()[-1]
