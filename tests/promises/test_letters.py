"""Letters to the other person: one, two reminders at most, never to whoever wants none."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.promises import clock, inviting, letters, opting_out
from apps.promises.models import Invitation, Letter, OptOut, Promise
from apps.promises.moving import Refused
from apps.promises.states import State
from apps.promises.tasks import send_nudges
from tests.factories import NOW, make_person
from tests.promises.guests import DAY, Guest, at, make_asked, make_in, make_link, words_of

pytestmark = pytest.mark.django_db
ANA = "ana@example.org"


def sent(promise: Promise, **over: Any) -> Invitation:
    """A link that went out with a letter."""
    make_link(promise, **({"email": ANA} | over))
    invitation = Invitation.objects.get(promise=promise, revoked_at=None)
    assert letters.send_first(invitation, NOW)
    return invitation


def test_the_first_letter_brings_the_link_and_says_who_sent_it(
    alice: User, mailoutbox: list[EmailMessage]
) -> None:
    promise = make_in(alice, State.OFFERED, what="A first-day guide")
    invitation = sent(promise)
    (mail,) = mailoutbox
    assert mail.to == [ANA]
    assert mail.subject == "Alice asks for your word"
    assert "A first-day guide" in mail.body
    assert inviting.url_of(invitation) in mail.body
    assert "by Wednesday, November 25, 2026" in mail.body
    assert mail.reply_to == []
    whole = str(mail.message())
    assert alice.email not in whole
    url = letters.never_url(invitation)
    assert mail.extra_headers["List-Unsubscribe"] == f"<{url}>"
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url in mail.body
    assert not letters.send_first(invitation, NOW), "never twice"
    assert len(mailoutbox) == 1


def test_replies_go_to_the_owner_only_where_they_ticked_it(
    alice: User, mailoutbox: list[EmailMessage]
) -> None:
    sent(make_in(alice, State.OFFERED), names_owner=True)
    assert mailoutbox[0].reply_to == [alice.email]


def test_it_is_written_in_their_language(alice: User, mailoutbox: list[EmailMessage]) -> None:
    promise = make_in(alice, State.OFFERED)
    sent(promise, language="de")
    assert "25. November 2026" in mailoutbox[0].body


@pytest.mark.parametrize("state", [State.OFFERED, State.ACTIVE, State.DELIVERED])
def test_no_letter_says_more_than_what_it_is_about(
    alice: User, mailoutbox: list[EmailMessage], state: State
) -> None:
    promise = make_in(
        alice,
        state,
        what="xylothecium " * 20,
        so_that="zymurgy",
        conditions=[{"text": "zymurgy", "must": True}],
        person=make_person(alice, notes="zymurgy"),
    )
    sent(promise)
    whole = mailoutbox[0].subject + mailoutbox[0].body
    assert "zymurgy" not in whole
    assert "xylothecium" not in mailoutbox[0].subject
    assert max(len(line) for line in mailoutbox[0].body.splitlines()) < 400


def test_no_name_can_put_anything_into_a_header(
    alice: User, mailoutbox: list[EmailMessage]
) -> None:
    User.objects.filter(pk=alice.pk).update(name="Alice\r\nBcc: x@example.org")
    promise = make_in(alice, State.OFFERED)
    promise.refresh_from_db()
    sent(Promise.objects.get(pk=promise.pk))
    assert mailoutbox[0].recipients() == [ANA]
    assert "\n" not in mailoutbox[0].subject


def nudged(now: Any) -> int:
    """How many reminders go out by then: the worker runs twice, as it may."""
    count = letters.send_nudges(now)
    send_nudges(int(now.timestamp()))
    return count


def test_an_answer_is_asked_for_half_way_and_on_the_day_before(
    alice: User, mailoutbox: list[EmailMessage]
) -> None:
    sent(make_in(alice, State.OFFERED))
    assert nudged(NOW + timedelta(days=2, hours=11)) == 0
    assert nudged(NOW + timedelta(days=2, hours=13)) == 1
    assert nudged(NOW + timedelta(days=3, hours=23)) == 0
    assert nudged(NOW + timedelta(days=4, hours=1)) == 1
    assert nudged(NOW + timedelta(days=4, hours=9)) == 0
    assert nudged(NOW + 6 * DAY) == 0
    assert [letter.number for letter in Letter.objects.order_by("number")] == [0, 1, 2]
    assert len(mailoutbox) == 3
    assert "short reminder" in mailoutbox[1].body


def test_a_word_is_asked_for_five_and_ten_days_after_it_was_delivered(
    alice: User, mailoutbox: list[EmailMessage]
) -> None:
    promise = make_in(alice, State.DELIVERED)
    sent(promise)
    assert nudged(NOW + timedelta(days=4, hours=23)) == 0
    assert nudged(NOW + 5 * DAY) == 1
    assert nudged(NOW + timedelta(days=9, hours=23)) == 0
    clock.pass_time(NOW + timedelta(days=14, hours=1))
    promise.refresh_from_db()
    assert promise.state == State.DELIVERED, "it is not closed before both reminders went out"
    assert nudged(NOW + timedelta(days=14, hours=1)) == 1
    clock.pass_time(NOW + timedelta(days=14, hours=2))
    promise.refresh_from_db()
    assert promise.state == State.UNHEARD
    assert promise.events.order_by("-seq")[0].payload == {"nudges": 2}
    assert nudged(NOW + 20 * DAY) == 0


def test_who_cannot_be_reminded_is_not_waited_for(alice: User) -> None:
    promise = make_in(alice, State.DELIVERED)
    invitation = sent(promise)
    opting_out.opt_out(invitation, NOW)
    clock.pass_time(NOW + timedelta(days=14, hours=1))
    promise.refresh_from_db()
    assert promise.state == State.UNHEARD


@pytest.mark.parametrize("what", ["answered", "revoked", "expired", "leaving", "opted out"])
def test_no_reminder_where_none_is_due(
    alice: User, mailoutbox: list[EmailMessage], what: str
) -> None:
    promise = make_in(alice, State.OFFERED)
    invitation = sent(promise)
    match what:
        case "answered":
            Guest(inviting.again(invitation)).send("accept")
        case "revoked":
            inviting.revoke(invitation, NOW)
        case "expired":
            Invitation.objects.update(expires_at=NOW)
        case "leaving":
            User.objects.filter(pk=alice.pk).update(deletion_asked_at=NOW)
        case "opted out":
            # Only the note of it: as if it had been said to another account a moment ago.
            OptOut.objects.create(digest=opting_out.digest_of(ANA), made_at=NOW)
    assert nudged(NOW + 3 * DAY) == 0
    assert len(mailoutbox) == 1


def test_who_is_asked_to_promise_is_reminded_too(
    alice: User, mailoutbox: list[EmailMessage]
) -> None:
    sent(make_asked(alice))
    assert "asks whether you would promise this" in mailoutbox[0].body
    assert nudged(NOW + 3 * DAY) == 1


def test_a_link_that_the_owner_sent_is_never_followed_by_letters(
    alice: User, mailoutbox: list[EmailMessage]
) -> None:
    make_link(make_in(alice, State.OFFERED))
    assert nudged(NOW + 3 * DAY) == 0
    assert mailoutbox == []


def test_the_database_knows_two_reminders_and_no_third(alice: User) -> None:
    invitation = sent(make_in(alice, State.OFFERED))
    row = {"owner": alice, "invitation": invitation, "sent_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.create(number=0, **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.create(number=3, **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.filter(pk=invitation.pk).update(sealed_email="")


# --- Never again ----------------------------------------------------------------------------------


def test_one_click_in_a_mail_program_is_enough(alice: User, bob: User) -> None:
    mine, others = make_in(alice, State.OFFERED), make_in(bob, State.OFFERED)
    invitation, elsewhere = sent(mine), sent(others, email="ANA@example.org")
    url = urlsplit(letters.never_url(invitation)).path
    strict = Client(enforce_csrf_checks=True)
    with at(NOW):
        answer = strict.post(url, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 204
    assert opting_out.is_out(ANA)
    assert opting_out.is_out(" Ana@Example.org ")
    for row in (invitation, elsewhere):
        row.refresh_from_db()
        assert not row.by_mail
        assert row.revoked_at is None, "links that they have still work"
    with pytest.raises(Refused):
        inviting.make(others, "answer", inviting.Post(ANA), NOW)
    inviting.make(others, "answer", None, NOW)


def test_looking_at_the_way_out_changes_nothing_and_it_asks_first(alice: User) -> None:
    invitation = sent(make_in(alice, State.OFFERED))
    url = urlsplit(letters.never_url(invitation)).path
    client = Client()
    with at(NOW):
        opened = client.get(url)
        assert opened.status_code == 303
        page = client.get(opened.headers["Location"])
        assert ANA in words_of(page)
        assert not OptOut.objects.exists()
        done = client.post(opened.headers["Location"])
    assert (done.status_code, done.headers["Location"]) == (303, "/p/bye/no-letters/")
    assert opting_out.is_out(ANA)


def test_the_way_out_works_by_a_link_that_is_closed(alice: User) -> None:
    invitation = sent(make_in(alice, State.OFFERED))
    url = urlsplit(letters.never_url(invitation)).path
    inviting.revoke(invitation, NOW)
    client = Client()
    with at(NOW):
        assert client.get(url, follow=True).status_code == 200
        assert client.post(url).status_code == 204
    assert opting_out.is_out(ANA)


def test_whose_address_nobody_knows_is_not_written_to_either(alice: User) -> None:
    promise = make_in(alice, State.OFFERED)
    guest = Guest(make_link(promise))
    with at(NOW):
        guest.client.post(f"{guest.url}letters/")
    assert not OptOut.objects.exists()
    with pytest.raises(Refused):
        inviting.make(promise, "answer", inviting.Post(ANA), NOW)


def test_an_address_that_opted_out_stays_out_while_the_key_changes(
    alice: User, settings: Settings
) -> None:
    opting_out.opt_out(sent(make_in(alice, State.OFFERED)), NOW)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of the tests, long enough to be one, and then some"
    assert opting_out.is_out(ANA)
    assert ANA not in str(list(OptOut.objects.values()))
    assert ANA not in str(list(Invitation.objects.values()))


def test_a_stranger_cannot_opt_anybody_out() -> None:
    for signed in ("x", "x" * 87, f"{'a' * 43}.{'b' * 43}"):
        assert Client().post(f"/p/{signed}/letters/").status_code == 404
    assert not OptOut.objects.exists()


# --- The letter that the owner sends --------------------------------------------------------------


def test_the_owner_can_send_it_from_their_own_mail_program(alice: User) -> None:
    promise = make_in(alice, State.OFFERED, what="Café & 10 % – “quotes”?")
    make_link(promise)
    letter = letters.written(promise, Invitation.objects.get(), by_owner=True)
    parts = urlsplit(letter.mailto)
    asked = parse_qs(parts.query, strict_parsing=True)
    assert (parts.scheme, parts.path) == ("mailto", "")
    assert asked["subject"] == [letter.subject]
    assert asked["body"] == [letter.body.replace("\n", "\r\n")]
    assert "+" not in parts.query, "mail programs read a plus as a plus"
    assert "Café & 10 % – “quotes”?" in letter.body
    assert letter.body.rstrip().endswith("Alice")
    assert not re.search(r"\n\n\n", letter.body)
    assert len(letter.mailto) < letters.LONGEST_MAILTO


def test_addresses_of_letters_are_ours(alice: User, settings: Settings) -> None:
    """Host headers have no say in them (assurance T-09)."""
    make_link(make_in(alice, State.OFFERED))
    url = inviting.url_of(Invitation.objects.get())
    assert url.startswith(f"{settings.SITE_URL}/p/")
    assert urlsplit(url).path == reverse(
        "promise_links:link_open", args=[inviting.again(Invitation.objects.get())]
    )
