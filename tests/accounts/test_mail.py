"""Mail: sealed in the queue, sent by the worker, tried again, and gone once it was sent."""

import json
import smtplib
from datetime import timedelta

import pytest
from django.core.mail import BadHeaderError, EmailMessage, EmailMultiAlternatives, get_connection
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone, translation
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.accounts import mail
from apps.accounts.mail import deliver
from apps.accounts.models import User
from tests.accounts.doing import code_in, is_logged_in
from tests.factories import make_entry
from tests.working import work_off

BACKEND = "apps.accounts.mail.QueuedBackend"


def send(**over) -> EmailMessage:
    """Queue a message."""
    values = {"subject": "Hello", "body": "The body.", "to": ["mira@example.org"]} | over
    message = EmailMultiAlternatives(**values, connection=get_connection(BACKEND))
    message.send()
    return message


def test_it_waits_in_the_queue(db, queue, mailoutbox) -> None:
    send()
    assert mailoutbox == []
    assert queue() == 1
    assert [(letter.subject, letter.body) for letter in mailoutbox] == [("Hello", "The body.")]


def test_it_arrives_whole(db, queue, mailoutbox) -> None:
    message = EmailMultiAlternatives(
        "Grüße",
        "Plain, and 日本語.",
        "Someone <a@example.org>",
        ["Mira <mira@example.org>"],
        ["hidden@example.org"],
        cc=["open@example.org"],
        reply_to=["back@example.org"],
        headers={"X-Thing": "1"},
        connection=get_connection(BACKEND),
    )
    message.attach_alternative("<p>HTML</p>", "text/html")
    message.send()
    queue()
    (sent,) = mailoutbox
    for part in ("subject", "body", "from_email", "to", "cc", "bcc", "reply_to", "extra_headers"):
        assert getattr(sent, part) == getattr(message, part), part
    assert [tuple(part) for part in sent.alternatives] == [("<p>HTML</p>", "text/html")]


def test_it_cannot_be_read_in_the_queue(db, queue) -> None:
    send(body="BCDF-GHJK", to=["mira@example.org"])
    job = json.dumps(ProcrastinateJob.objects.get().args)
    for secret in ("BCDF", "mira", "Hello"):
        assert secret not in job


@pytest.mark.parametrize("subject", ["a\nBcc: x@example.org", "a\r\nTo: x@example.org", "a\rb"])
def test_it_takes_no_line_break_into_a_header(db, queue, subject: str) -> None:
    with pytest.raises(BadHeaderError):
        send(subject=subject)
    assert not ProcrastinateJob.objects.exists()


def test_it_takes_a_nul_byte(db, queue, mailoutbox) -> None:
    send(body="a\0b")
    queue()
    assert mailoutbox[0].body == "a\0b"


def test_it_takes_no_attachment(db) -> None:
    message = EmailMessage("s", "b", to=["a@example.org"], connection=get_connection(BACKEND))
    message.attach("x.txt", "x")
    with pytest.raises(ValueError, match="attachments"):
        message.send()


def test_it_queues_nothing_for_nobody(db) -> None:
    assert get_connection(BACKEND).send_messages([EmailMessage("s", "b")]) == 0


def test_it_is_undone_with_the_transaction(transactional_db, queue) -> None:
    with transaction.atomic():
        send()
        transaction.set_rollback(True)
    assert not ProcrastinateJob.objects.exists()


def test_it_is_sent_by_a_worker_and_then_gone(transactional_db, queue, mailoutbox) -> None:
    send()
    work_off("mail")
    assert len(mailoutbox) == 1
    assert not ProcrastinateJob.objects.filter(task_name="accounts.deliver").exists()


def test_it_is_kept_and_tried_again_when_the_server_is_away(
    transactional_db, queue, settings, mailoutbox
) -> None:
    settings.EMAIL_TRANSPORT = "tests.accounts.test_mail.Away"
    send()
    work_off("mail")
    job = ProcrastinateJob.objects.get(task_name="accounts.deliver")
    assert (job.status, job.attempts) == ("todo", 1)
    assert job.scheduled_at > timezone.now()
    assert mailoutbox == []


def test_it_gives_up_after_some_hours() -> None:
    strategy = deliver.retry_strategy
    waits = [
        strategy.exponential_wait ** (attempt + 1) for attempt in range(strategy.max_attempts - 1)
    ]
    assert timedelta(hours=2) < timedelta(seconds=sum(waits)) < timedelta(hours=12)


class Away:
    """A mail server that is not there."""

    def __init__(self, **options: object) -> None:
        pass

    def send_messages(self, messages: object) -> int:  # noqa: ARG002
        raise smtplib.SMTPServerDisconnected


def test_it_forgets_what_waits_for_an_address(db, queue, mailoutbox) -> None:
    send(to=["Mira@Example.org"])
    send(to=["bob@example.org"])
    assert mail.forget(["mira@example.org"]) == 1
    queue()
    assert [letter.to for letter in mailoutbox] == [["bob@example.org"]]


def test_it_forgets_what_nobody_could_deliver_for_a_week(db, queue) -> None:
    send()
    mail.purge(timezone.now() + timedelta(days=6))
    assert ProcrastinateJob.objects.count() == 1
    mail.purge(timezone.now() + timedelta(days=8))
    assert not ProcrastinateJob.objects.exists()


def test_it_goes_to_a_folder_that_only_its_owner_can_open(db, queue, settings, tmp_path) -> None:
    settings.MAILBOX = settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.EMAIL_TRANSPORT = "django.core.mail.backends.filebased.EmailBackend"
    send(body="In a folder.")
    queue()
    assert settings.MAILBOX.stat().st_mode & 0o777 == 0o700
    (letter,) = mail.letters()
    assert (letter.subject, letter.to, letter.text.strip()) == (
        "Hello",
        "mira@example.org",
        "In a folder.",
    )


def test_it_logs_somebody_in_by_way_of_the_queue(member: User, queue, mailoutbox) -> None:
    client = Client()
    client.post("/accounts/login/code/", {"email": member.email})
    assert mailoutbox == []
    queue()
    client.post("/accounts/login/code/confirm/", {"code": code_in(mailoutbox)})
    assert is_logged_in(client)


def test_it_speaks_the_person_s_language(alice: User, mailoutbox, monkeypatch) -> None:
    alice.language = "en-gb"
    spoken = []

    def render(template: str, context: object) -> str:
        spoken.append(translation.get_language())
        return template

    monkeypatch.setattr(mail, "render_to_string", render)
    mail.send_letter("deletion_undone", alice, {})
    assert spoken == ["en-gb", "en-gb"]
    assert translation.get_language() == "en"


HOSTS = [
    {"HTTP_HOST": "evil.example"},
    {"HTTP_HOST": "localhost.evil.example"},
    {"HTTP_HOST": "evil.example:80"},
    {"HTTP_HOST": "localhost@evil.example"},
    {"HTTP_HOST": "localhost, evil.example"},
    {"HTTP_HOST": "localhost\tevil.example"},
    {"HTTP_HOST": ""},
    {"HTTP_HOST": "[::1"},
    {"HTTP_HOST": "testserver", "HTTP_X_FORWARDED_HOST": "evil.example"},
    {"HTTP_HOST": "testserver", "HTTP_X_HOST": "evil.example"},
    {"HTTP_HOST": "testserver", "HTTP_FORWARDED": "host=evil.example"},
    {"HTTP_HOST": "testserver", "SERVER_NAME": "evil.example"},
]
VIEWS = {
    "/accounts/login/code/": {"email": "nobody@example.org"},
    "/accounts/password/reset/": {"email": "nobody@example.org"},
    "/accounts/signup/": {"email": "mira@example.org", "password1": "a quiet morning here"},
    "/accounts/login/": {"login": "mira@example.org", "password": "not this one"},
}


@pytest.mark.parametrize("headers", HOSTS, ids=str)
@pytest.mark.parametrize("path", VIEWS)
def test_it_never_leads_to_a_host_that_a_request_made_up(
    member: User, mailoutbox, path: str, headers: dict[str, str]
) -> None:
    answer = Client().post(path, VIEWS[path], **headers)
    if answer.status_code != 400:
        assert mailoutbox
    for letter in mailoutbox:
        assert "evil" not in letter.message().as_string()
        assert "http://localhost:" in letter.body


def test_it_never_holds_what_somebody_wrote(member: User, mailoutbox) -> None:
    make_entry(member, title="xylothecium", body="xylothecium")
    client = Client()
    client.post("/accounts/login/code/", {"email": member.email})
    client.post("/accounts/login/code/confirm/", {"code": code_in(mailoutbox)})
    client.post("/accounts/reauthenticate/", {"password": "a quiet morning"})
    client.post("/settings/delete/", {"email": member.email})
    assert len(mailoutbox) >= 3
    assert all("xylothecium" not in letter.message().as_string() for letter in mailoutbox)


def test_it_counts_one_recipient_whatever_a_name_holds(member: User, mailoutbox) -> None:
    User.objects.filter(pk=member.pk).update(name="a\r\nBcc: x@example.org")
    Client().post("/accounts/login/code/", {"email": member.email})
    assert [letter.recipients() for letter in mailoutbox] == [[member.email]]


def test_it_leaves_the_queue_s_table_alone(db, queue) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)"
            " VALUES ('other', 'other.task', '{}', 'todo')"
        )
    mail.purge(timezone.now() + timedelta(days=30))
    mail.forget(["mira@example.org"])
    assert ProcrastinateJob.objects.filter(task_name="other.task").exists()
