"""Mail that arrives: whose journal it goes to, once, whole, and nobody else's."""

import io
import logging
import threading
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from anymail.inbound import AnymailInboundMessage
from django.db import connection

from apps.accounts.limits import LIMITS, Limit
from apps.accounts.models import User
from apps.capture import addresses, arriving
from apps.capture.models import MailAddress, ReceivedMail
from apps.capture.tasks import sweep
from apps.journal import uploads
from apps.journal.models import Attachment, Entry, EntryTag, Revision
from tests.factories import NOW, make_user

MAILS = Path(__file__).parent / "mails"
LOCAL = "journal-abcdefghijkmnpqrstuvwxyz23"


@pytest.fixture(autouse=True)
def _domain(settings: Any) -> None:
    settings.MAIL_IN_DOMAIN = "in.example.org"


def give_address(owner: User, local: str = LOCAL) -> str:
    """An address of theirs."""
    MailAddress.objects.create(
        owner=owner,
        digest=addresses.digest_of(local),
        sealed=addresses.seal(addresses.PURPOSE, local),
    )
    return f"{local}@in.example.org"


@pytest.fixture
def address(alice: User) -> str:
    return give_address(alice)


def mail(name: str) -> AnymailInboundMessage:
    """One of the mails of the corpus."""
    return AnymailInboundMessage.parse_raw_mime_bytes((MAILS / f"{name}.eml").read_bytes())


def make_mail(**over: str) -> EmailMessage:
    """A mail of a few words."""
    values = {
        "From": "Alice <alice@example.org>",
        "Subject": "A walk",
        "Message-ID": "<a@mail.example.org>",
        "Date": "Fri, 20 Nov 2026 18:20:00 +0000",
    } | over
    message = EmailMessage()
    text = values.pop("text", "Along the river. #walk\n")
    for name, value in values.items():
        message[name] = value
    message.set_content(text)
    return message


# --- whose it is ----------------------------------------------------------------------------


def test_it_becomes_an_entry_of_whose_address_it_came_to(alice: User, address: str) -> None:
    arriving.take(mail("plain"), [address], NOW)
    entry = Entry.objects.get()
    assert (entry.owner, entry.title) == (alice, "A walk")
    assert entry.body == "We walked along the river.\n\nAna liked the plan. #release"
    assert EntryTag.objects.get().tag.name == "release", "it is settled"
    note = ReceivedMail.objects.get()
    assert (note.owner, note.entry, note.outcome) == (alice, entry, "kept")


def test_what_its_from_line_says_decides_nothing(alice: User, bob: User, address: str) -> None:
    arriving.take(make_mail(From=bob.email), [address], NOW)
    assert Entry.objects.get().owner == alice
    assert ReceivedMail.objects.get().sender == bob.email, "told to the owner, as what it says"


@pytest.mark.parametrize(
    "to",
    [
        "journal-22222222222222222222222222@in.example.org",
        f"{LOCAL}@example.org",
        f"{LOCAL}@in.example.org.evil.example",
        f"{LOCAL[:-1]}@in.example.org",
        f"x{LOCAL}@in.example.org",
        "alice@example.org",
        "@in.example.org",
        "",
        "journal-%@in.example.org",
    ],
)
def test_what_comes_to_nobody_is_dropped_without_a_word(
    to: str, address: str, mailoutbox, caplog
) -> None:
    with caplog.at_level(logging.DEBUG):
        arriving.take(make_mail(), [to], NOW)
    assert not Entry.objects.exists()
    assert not ReceivedMail.objects.exists()
    assert mailoutbox == []
    assert caplog.records == []


@pytest.mark.parametrize(
    "written", [LOCAL.upper(), f"{LOCAL}+work", f" {LOCAL}"], ids=["capitals", "plus", "space"]
)
def test_what_mail_does_to_an_address_does_not_matter(written: str, address: str) -> None:
    arriving.take(make_mail(), [f"{written}@IN.example.org"], NOW)
    assert Entry.objects.count() == 1


def test_it_goes_to_each_whose_address_it_came_to(alice: User, bob: User, address: str) -> None:
    other = give_address(bob, "journal-zzzzzzzzzzzzzzzzzzzzzzzzzz")
    arriving.take(make_mail(), [other, address, other], NOW)
    assert {entry.owner for entry in Entry.objects.all()} == {alice, bob}
    assert Entry.objects.count() == 2


@pytest.mark.parametrize("over", [{"is_active": False}, {"deletion_asked_at": NOW}])
def test_nothing_arrives_at_a_closed_account(alice: User, address: str, over: Any) -> None:
    User.objects.filter(pk=alice.pk).update(**over)
    arriving.take(make_mail(), [address], NOW)
    assert not Entry.objects.exists()


def test_where_no_envelope_says_it_the_mail_does(address: str) -> None:
    message = make_mail(To=f"My journal <{address}>, ana@example.org", Cc="x@example.org")
    assert address in arriving.named_in(message)


# --- once -----------------------------------------------------------------------------------


def test_the_same_mail_makes_one_entry(address: str) -> None:
    for _time in range(3):
        arriving.take(make_mail(), [address], NOW)
    assert Entry.objects.count() == 1


def test_a_mail_without_a_name_is_known_by_all_of_it(address: str) -> None:
    for text in ("one", "one", "two"):
        message = make_mail(text=text)
        del message["Message-ID"]
        arriving.take(message, [address], NOW)
    assert Entry.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_four_deliveries_at_the_same_moment_one_is_kept() -> None:
    address, gate = give_address(make_user()), threading.Barrier(4)
    trouble: list[BaseException] = []

    def deliver() -> None:
        gate.wait()
        try:
            arriving.take(make_mail(), [address], NOW)
        except BaseException as error:
            trouble.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=deliver) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []
    assert Entry.objects.count() == ReceivedMail.objects.count() == 1


def test_what_broke_half_way_is_taken_whole_the_next_time(address: str, monkeypatch) -> None:
    """The service is told to come again; nothing of the first time is left."""
    attach = uploads.attach

    def broken(**_given: Any) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(uploads, "attach", broken)
    with pytest.raises(RuntimeError):
        arriving.take(mail("only-a-photo"), [address], NOW)
    assert not Entry.objects.exists()
    assert not ReceivedMail.objects.exists()
    monkeypatch.setattr(uploads, "attach", attach)
    arriving.take(mail("only-a-photo"), [address], NOW)
    assert Attachment.objects.count() == 1


# --- which day ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "starts_at", "day"),
    [
        ("Fri, 20 Nov 2026 23:50:00 +0100", 0, "2026-11-20"),
        ("Sat, 21 Nov 2026 00:30:00 +0100", 4, "2026-11-20"),  # a night owl's evening
        ("Sat, 21 Nov 2026 00:30:00 +0100", 0, "2026-11-21"),
        ("Fri, 20 Nov 2026 20:00:00 -0500", 0, "2026-11-21"),  # the zone of the person decides
        ("Thu, 19 Nov 2026 10:00:00 +0000", 0, "2026-11-19"),  # two days on its way
        ("Mon, 01 Jan 2024 10:00:00 +0000", 0, "2026-11-21"),  # a clock that is wrong
        ("Mon, 01 Jan 2035 10:00:00 +0000", 0, "2026-11-21"),
        ("yesterday", 0, "2026-11-21"),
    ],
)
def test_the_day_is_that_on_which_it_was_sent(
    alice: User, address: str, sent: str, starts_at: int, day: str
) -> None:
    User.objects.filter(pk=alice.pk).update(day_starts_at=starts_at)
    arrived = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
    arriving.take(make_mail(Date=sent), [address], arrived)
    assert str(Entry.objects.get().local_date) == day


# --- nothing is lost ------------------------------------------------------------------------


def test_what_is_cut_is_the_first_of_the_earlier_texts(address: str) -> None:
    arriving.take(mail("reply-english"), [address], NOW)
    entry = Entry.objects.get()
    assert entry.body == "Good, and quiet. I called Jonas."
    kept = Revision.objects.get(entry=entry)
    assert "> How was your day?" in kept.body
    assert kept.title == entry.title
    assert not entry.is_open(NOW)


def test_files_arrive_with_it(address: str) -> None:
    arriving.take(mail("nested-with-inline-picture"), [address], NOW)
    rows = {row.name: row for row in Attachment.objects.all()}
    assert set(rows) == {"file-1.png", "The plan.pdf"}
    assert rows["The plan.pdf"].kind == "pdf"
    assert rows["file-1.png"].is_photo


def test_a_photo_alone_is_an_entry(address: str) -> None:
    arriving.take(mail("only-a-photo"), [address], NOW)
    entry = Entry.objects.get()
    assert (entry.title, entry.body) == ("", "")
    assert Attachment.objects.get().entry == entry


def test_a_file_that_cannot_be_kept_is_told_and_the_words_are_kept(
    alice: User, address: str, settings
) -> None:
    settings.ATTACHMENT_BYTES = 50
    User.objects.filter(pk=alice.pk).update(language="en")
    arriving.take(mail("nested-with-inline-picture"), [address], NOW)
    note = ReceivedMail.objects.get()
    assert note.outcome == "partly"
    ((name, why),) = note.left_out
    assert name == "file-1.png"
    assert why.startswith("“file-1.png” is larger than")
    assert Entry.objects.get().body.startswith("See the picture")


def test_a_long_subject_stays_whole(address: str) -> None:
    arriving.take(mail("long-subject"), [address], NOW)
    entry = Entry.objects.get()
    assert len(entry.title) == 200
    assert entry.title.endswith("…")
    assert entry.body.startswith("A very long subject")
    assert entry.body.endswith("Short.")


def test_a_text_that_is_too_long_comes_as_a_file_too(address: str) -> None:
    text = "word " * 50_000 + "the end"
    arriving.take(make_mail(text=text), [address], NOW)
    entry = Entry.objects.get()
    assert len(entry.body) == 200_000
    row = Attachment.objects.get()
    assert row.name == "mail.txt"
    assert row.size > 250_000


def test_a_mail_that_cannot_be_read_is_kept_as_a_file(address: str, monkeypatch, caplog) -> None:
    def broken(_message: Any) -> None:
        raise RuntimeError("zymurgy")

    monkeypatch.setattr("apps.capture.letters.read", broken)
    arriving.take(make_mail(), [address], NOW)
    assert Attachment.objects.get().name == "mail.eml"
    assert [record.getMessage() for record in caplog.records if record.levelno >= 40] == [
        "unreadable mail"
    ]


def test_a_mail_with_nothing_in_it_is_noted(address: str) -> None:
    arriving.take(make_mail(Subject="", text="\n \n"), [address], NOW)
    assert not Entry.objects.exists()
    assert ReceivedMail.objects.get().outcome == "empty"


def test_what_is_written_in_it_runs_nowhere(address: str) -> None:
    message = EmailMessage()
    message["Subject"] = "<script>alert(1)</script>"
    message.set_content(
        "<p onclick=x>hi <a href='javascript:alert(1)'>y</a></p><script>alert(1)</script>",
        subtype="html",
    )
    arriving.take(message, [address], NOW)
    html = Entry.objects.get().body_html
    assert "<script" not in html
    assert "onclick" not in html
    assert "href" not in html


# --- how many -------------------------------------------------------------------------------


def test_too_many_in_an_hour_are_told_and_not_taken(address: str, monkeypatch) -> None:
    monkeypatch.setitem(LIMITS, "mail", Limit(2, 3600))
    for number in range(4):
        arriving.take(make_mail(**{"Message-ID": f"<{number}@x>"}), [address], NOW)
    assert Entry.objects.count() == 2
    assert ReceivedMail.objects.filter(outcome="too-many").count() == 2
    # Sent again an hour later, it is taken.
    later = NOW + timedelta(hours=1)
    arriving.take(make_mail(**{"Message-ID": "<3@x>"}), [address], later)
    assert Entry.objects.count() == 3


def test_the_note_goes_after_a_month_and_the_entry_stays(address: str) -> None:
    arriving.take(make_mail(), [address], NOW)
    sweep(int((NOW + timedelta(days=29)).timestamp()))
    assert ReceivedMail.objects.count() == 1
    sweep(int((NOW + timedelta(days=31)).timestamp()))
    assert not ReceivedMail.objects.exists()
    assert Entry.objects.count() == 1


def test_no_log_holds_what_was_written(address: str, caplog) -> None:
    with caplog.at_level(logging.DEBUG):
        arriving.take(make_mail(Subject="zymurgy", text="zymurgy"), [address], NOW)
    said = io.StringIO()
    for record in caplog.records:
        said.write(f"{record.getMessage()} {record.__dict__}")
    assert "zymurgy" not in said.getvalue()
    assert LOCAL not in said.getvalue()
