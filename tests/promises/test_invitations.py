"""The owner's pages of links: making, copying, sending, seeing what they see, taking back."""

import pytest
from bs4 import BeautifulSoup
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from apps.accounts.limits import LIMITS
from apps.accounts.models import User
from apps.promises import inviting, opting_out
from apps.promises.models import Invitation, Letter, OptOut, Promise
from apps.promises.states import State
from tests.factories import NOW
from tests.promises.guests import (
    Guest,
    at,
    main_of,
    make_asked,
    make_in,
    make_link,
    propose,
    words_of,
)

pytestmark = pytest.mark.django_db


def links(promise: Promise) -> str:
    return reverse("promises:invitation_list", args=[promise.pk])


def look(client: Client, url: str) -> HttpResponse:
    with at(NOW):
        return client.get(url)


def send(client: Client, url: str, **data: str) -> HttpResponse:
    with at(NOW):
        return client.post(url, data)


@pytest.mark.parametrize(
    ("state", "purposes"),
    [
        (State.DRAFT, []),
        (State.OFFERED, ["answer"]),
        (State.REQUESTED, ["answer"]),
        (State.ACTIVE, ["amend"]),
        (State.OVERDUE, ["amend"]),
        (State.DELIVERED, ["assess"]),
        (State.KEPT, ["assess"]),
        (State.UNHEARD, ["assess"]),
        (State.DECLINED, []),
        (State.WITHDRAWN, []),
        (State.RELEASED, []),
        (State.BROKEN, []),
    ],
)
def test_a_link_is_for_what_can_be_asked_now(
    alice: User, alice_client: Client, state: State, purposes: list[str]
) -> None:
    promise = make_in(alice, state)
    page = BeautifulSoup(look(alice_client, links(promise)).content.decode(), "html.parser")
    assert [it["value"] for it in page.select("[name=purpose]")] == purposes
    for purpose in ("answer", "amend", "assess"):
        answer = send(alice_client, links(promise), purpose=purpose)
        assert answer.status_code == (302 if purpose in purposes else 422)
    assert Invitation.objects.count() == len(purposes)


def test_a_link_is_made_shown_and_copied(alice: User, alice_client: Client) -> None:
    promise = make_in(alice, State.OFFERED)
    assert send(alice_client, links(promise), purpose="answer").status_code == 302
    invitation = Invitation.objects.get()
    assert (invitation.by_mail, invitation.sealed_email) == (False, "")
    page = look(alice_client, links(promise))
    url = inviting.url_of(invitation)
    soup = BeautifulSoup(page.content.decode(), "html.parser")
    assert soup.select_one("tl-copy .secret").get_text() == url
    assert soup.select_one("a[href^='mailto:']")
    assert "not answered by it yet" in words_of(page)
    guest = Guest(inviting.again(invitation))
    guest.look()
    assert "not answered by it yet" in words_of(look(alice_client, links(promise)))
    guest.send("accept")
    assert "last answered by it on November 20, 2026" in words_of(
        look(alice_client, links(promise))
    )


def test_a_letter_goes_out_only_where_it_is_ticked(
    alice: User, alice_client: Client, mailoutbox: list[EmailMessage]
) -> None:
    promise = make_in(alice, State.OFFERED)
    send(alice_client, links(promise), purpose="answer", email="ana@example.org", language="en")
    assert mailoutbox == []
    assert Invitation.objects.get().sealed_email == ""
    assert send(alice_client, links(promise), purpose="answer", by_mail="on").status_code == 422
    ticked = {"by_mail": "on", "email": "ana@example.org", "language": "en"}
    assert send(alice_client, links(promise), purpose="answer", **ticked).status_code == 302
    assert [mail.to for mail in mailoutbox] == [["ana@example.org"]]
    assert Letter.objects.count() == 1
    assert Invitation.objects.filter(revoked_at=None).count() == 1
    assert "letter sent on November 20, 2026" in words_of(look(alice_client, links(promise)))


def test_nothing_goes_to_who_wants_none_and_the_owner_learns_it(
    alice: User, alice_client: Client, mailoutbox: list[EmailMessage]
) -> None:
    promise = make_in(alice, State.OFFERED)
    OptOut.objects.create(digest=opting_out.digest_of("ana@example.org"), made_at=NOW)
    answer = send(
        alice_client,
        links(promise),
        purpose="answer",
        by_mail="on",
        email="Ana@example.org",
        language="en",
    )
    assert answer.status_code == 422
    assert "asked not to be written to" in words_of(answer)
    assert mailoutbox == []
    assert not Invitation.objects.exists()


def test_nobody_sends_letters_without_end(alice: User, alice_client: Client) -> None:
    promise = make_in(alice, State.OFFERED)
    ticked = {"by_mail": "on", "email": "ana@example.org", "language": "en"}
    answers = [
        send(alice_client, links(promise), purpose="answer", **ticked).status_code
        for _ in range(LIMITS["letter"].amount + 1)
    ]
    assert answers[-2:] == [302, 429]


def test_taking_back_asks_first(alice: User, alice_client: Client) -> None:
    promise = make_in(alice, State.OFFERED)
    guest = Guest(make_link(promise))
    url = reverse("promises:invitation_revoke", args=[promise.pk, Invitation.objects.get().pk])
    assert look(alice_client, url).status_code == 200
    assert guest.look().status_code == 200
    assert send(alice_client, url).status_code == 302
    assert guest.look().status_code == 410
    assert "taken back" in words_of(look(alice_client, links(promise)))


def test_the_owner_learns_that_a_link_went_astray(alice: User, alice_client: Client) -> None:
    promise = make_in(alice, State.OFFERED)
    Guest(make_link(promise)).send("not_mine")
    assert "not meant for them" in words_of(look(alice_client, links(promise)))


def test_a_link_whose_key_is_gone_says_so(alice: User, alice_client: Client) -> None:
    promise = make_in(alice, State.OFFERED)
    make_link(promise)
    Invitation.objects.update(sealed="gone")
    page = look(alice_client, links(promise))
    assert "can no longer be shown here" in words_of(page)


@pytest.mark.parametrize(
    "state", [State.OFFERED, State.REQUESTED, State.ACTIVE, State.DELIVERED, State.KEPT]
)
def test_the_preview_is_what_they_see_word_for_word(
    alice: User, alice_client: Client, state: State
) -> None:
    promise = make_in(alice, state)
    if state is State.ACTIVE:
        propose(promise)
        promise.refresh_from_db()
    guest = Guest(make_link(promise))
    seen = reverse("promises:invitation_preview", args=[promise.pk])
    preview = look(alice_client, seen)
    assert main_of(preview) == main_of(guest.look())
    form = BeautifulSoup(preview.content.decode(), "html.parser").select_one("form.answer")
    assert form.select_one("fieldset").has_attr("disabled")
    assert preview.headers["Referrer-Policy"] == "same-origin"


def test_it_catches_a_preview_that_differs(
    alice: User, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    promise = make_in(alice, State.OFFERED)
    guest = Guest(make_link(promise))
    theirs = main_of(guest.look())
    User.objects.filter(pk=alice.pk).update(name="Somebody else")
    seen = reverse("promises:invitation_preview", args=[promise.pk])
    assert main_of(look(alice_client, seen)) != theirs


def test_there_is_a_preview_before_there_is_a_link(alice: User, alice_client: Client) -> None:
    promise = make_asked(alice)
    page = look(alice_client, reverse("promises:invitation_preview", args=[promise.pk]))
    assert "Alice asks: would you promise this?" in words_of(page)


def test_no_preview_of_what_nobody_sees(alice: User, alice_client: Client) -> None:
    draft = make_in(alice, State.DRAFT)
    url = reverse("promises:invitation_preview", args=[draft.pk])
    assert look(alice_client, url).status_code == 404


@pytest.mark.parametrize("name", ["invitation_list", "invitation_preview"])
def test_a_stranger_finds_no_links(alice: User, bob_client: Client, name: str) -> None:
    promise = make_in(alice, State.OFFERED)
    make_link(promise)
    url = reverse(f"promises:{name}", args=[promise.pk])
    assert look(bob_client, url).status_code == 404
    revoke = reverse("promises:invitation_revoke", args=[promise.pk, Invitation.objects.get().pk])
    assert send(bob_client, revoke).status_code == 404
    assert send(bob_client, links(promise), purpose="answer").status_code == 404


def test_a_link_of_another_promise_is_not_taken_back_here(
    alice: User, alice_client: Client
) -> None:
    promise, other = make_in(alice, State.OFFERED), make_in(alice, State.OFFERED)
    make_link(other)
    url = reverse("promises:invitation_revoke", args=[promise.pk, Invitation.objects.get().pk])
    assert send(alice_client, url).status_code == 404
