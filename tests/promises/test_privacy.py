"""What the other person never sees, and what is theirs to see and to erase (specification 1.9).

One test a rule; those about export, portfolio and the desk are kept where these stand.
"""

import logging
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from apps.accounts.models import User
from apps.promises import closing, forgetting, inviting, shown
from apps.promises.models import (
    Amendment,
    Event,
    Invitation,
    Promise,
    Terms,
    ValueAssessment,
)
from apps.promises.states import State
from tests.factories import NOW, make_person, make_promise
from tests.promises.guests import (
    DAY,
    Guest,
    P,
    R,
    act,
    at,
    make_asked,
    make_in,
    make_link,
    make_offered,
    propose,
    words_of,
)

pytestmark = pytest.mark.django_db
HIDDEN = "xylothecium"


def spoilt(owner: User, state: State) -> Promise:
    """A promise with the word in all that is the owner's alone."""
    person = make_person(owner, name=f"Ana {HIDDEN}", notes=HIDDEN, how_known=HIDDEN)
    promise = make_in(owner, state, person=person, novelty=2, reach=4, stake=4, hands=3)
    Promise.objects.filter(pk=promise.pk).update(
        if_then=HIDDEN, confidence=4, is_chosen=False, hidden_at=NOW
    )
    if state is State.ACTIVE:
        with act(promise, P) as it:
            it.say("propose", private_note=HIDDEN, reason=HIDDEN, cost=HIDDEN)
    if state in (State.DELIVERED, State.KEPT):
        with act(promise, P) as it:
            closing.assess_own(it, aliveness=4, meaning=HIDDEN, cost=HIDDEN, would_again=False)
    make_promise(owner, what=f"Another {HIDDEN}", person=person)
    promise.refresh_from_db()
    return promise


@pytest.mark.parametrize("state", [State.OFFERED, State.ACTIVE, State.DELIVERED, State.KEPT])
def test_1_and_2_only_the_shared_thread_is_shown(alice: User, state: State) -> None:
    """Never notes about them, size, private reasons, if-then, confidence, other promises, or the
    owner's own view; nor the owner's address.
    """
    guest = Guest(make_link(spoilt(alice, state)))
    whole = guest.look().content.decode()
    assert HIDDEN not in whole
    assert alice.email not in whole
    assert "Alice" in whole
    with at(NOW):
        words = guest.client.get(f"{guest.url}words/").content.decode()
    assert words.count(HIDDEN) == 1, "only the name they go by, on the page that says so"


def test_1_and_2_of_the_ledger_only_shared_words_are_shown(alice: User) -> None:
    promise = make_in(alice, State.ACTIVE)
    with act(promise, P) as it:
        closing.revoke(
            it, reason="avoided", note="I am sorry.", private_note=HIDDEN, cost="A week."
        )
    seen = words_of(Guest(make_link(promise)).look())
    assert "I am sorry." in seen
    assert HIDDEN not in seen
    assert "avoiding" not in seen, "why in one of fourteen words is the owner's own"


def test_it_catches_a_page_that_shows_too_much(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    promise = make_in(alice, State.ACTIVE)
    with act(promise, P) as it:
        closing.revoke(it, reason="avoided", private_note=HIDDEN)
    monkeypatch.setattr(shown, "_sentence", lambda event, *_: event.private_note)
    assert HIDDEN in words_of(Guest(make_link(promise)).look())


def test_2_nobody_reads_what_was_said_to_somebody_before_them(alice: User) -> None:
    """A promise that was passed on begins, for its new recipient, with that."""
    promise = make_offered(alice)
    Guest(make_link(promise)).send("accept", note=HIDDEN)
    new = make_person(alice)
    promise.refresh_from_db()
    with act(promise, R) as it:
        it.promise.person = new
        it.say("assign")
    promise.refresh_from_db()
    seen = words_of(Guest(make_link(promise)).look())
    assert HIDDEN not in seen
    assert "It was passed on to you." in seen


def test_3_notes_about_people_have_no_way_onto_a_page_of_theirs() -> None:
    """The classes that pages are made of hold words and days, and no row of a model."""
    for kind in (shown.Shown, shown.Term, shown.Condition, shown.Done, shown.Told, shown.Said):
        for field in fields(kind):
            assert not any(
                name in str(field.type) for name in ("Promise", "Person", "User", "Event", "Terms")
            ), field


def test_4_what_is_kept_of_them_is_shown_to_them(alice: User) -> None:
    promise = make_in(alice, State.DELIVERED)
    guest = Guest(make_link(promise))
    guest.send("satisfied", made_possible="Mondays are fine now.", took_care="yes", note="Thanks!")
    with at(NOW):
        page = words_of(guest.client.get(f"{guest.url}words/"))
    for words in ("Mondays are fine now.", "Thanks!", "Yes", "not known here"):
        assert words in page


def erased(guest: Guest) -> None:
    with at(NOW):
        answer = guest.client.post(f"{guest.url}words/", {"sure": "yes"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/p/bye/erased/")


def everywhere(word: str, owner: User) -> list[str]:
    """Every text of this owner's promises that has the word in it."""
    found = []
    for model in apps.get_app_config("promises").get_models():
        names = [
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField)
        ]
        is_owned = any(field.name == "owner" for field in model._meta.fields)
        for row in model._base_manager.filter(**({"owner": owner} if is_owned else {})):
            found += [
                f"{model.__name__}.{name}" for name in names if word in str(getattr(row, name))
            ]
    return found


def test_4_erasing_makes_them_somebody_and_keeps_states_and_days(alice: User) -> None:
    promise = make_in(alice, State.ACTIVE)
    propose(promise)
    promise.refresh_from_db()
    guest = Guest(make_link(promise, email="ana@example.org"))
    guest.send("agree", note=HIDDEN)
    with act(promise, P) as it:
        closing.deliver(it, claims=[{"met": True}, {"met": True}], note="Here.")
    guest.send("not_yet", remains=HIDDEN)
    with act(promise, P) as it:
        closing.deliver(it, claims=[{"met": True}, {"met": True}], note="Here again.")
    guest.send("satisfied", made_possible=HIDDEN, note=HIDDEN, took_care="yes", ask_again="on")
    assert set(everywhere(HIDDEN, alice)) == {
        "Event.note",
        "Delivery.remains",
        "ValueAssessment.made_possible",
    }
    before = list(
        Event.objects.order_by("seq").values_list("seq", "move", "to_state", "said_at", "via")
    )
    kept = Promise.objects.values("state", "due_at", "delivered_at", "ended_at").get(pk=promise.pk)
    erased(guest)
    assert everywhere(HIDDEN, alice) == []
    assert everywhere("ana@example.org", alice) == []
    promise.refresh_from_db()
    assert promise.person is None
    assert promise.erased_at == NOW
    assert promise.ask_again_on is None
    events = Event.objects.order_by("seq")
    assert list(events.values_list("seq", "move", "to_state", "said_at", "via")) == before
    assert Promise.objects.values(*kept).get(pk=promise.pk) == kept
    assert set(events.values_list("actor_person", flat=True)) == {None}
    assert [it.note for it in events.filter(role="promiser").exclude(note="")] == [
        "It takes longer.",
        "Here.",
        "Here again.",
    ], "the owner's own words stay"
    said = ValueAssessment.objects.get()
    assert (said.person, said.took_care, said.made_possible) == (None, "", "")
    row = Invitation.objects.get()
    assert (row.person, row.sealed, row.sealed_email, row.email_digest) == (None, "", "", "")
    assert Guest(guest.signed).opened.status_code == 410
    assert Terms.objects.filter(promise=promise).count() == 2, "what was agreed stays"


def test_4_erasing_asks_whether_they_are_sure(alice: User) -> None:
    guest = Guest(make_link(make_in(alice, State.OFFERED)))
    with at(NOW):
        answer = guest.client.post(f"{guest.url}words/")
    assert answer.status_code == 422
    assert Promise.objects.get().erased_at is None


def test_4_who_promised_can_have_their_words_erased_too(alice: User) -> None:
    promise = make_asked(alice)
    guest = Guest(make_link(promise))
    guest.send("promise", note=HIDDEN)
    promise.refresh_from_db()
    guest = Guest(make_link(promise))
    guest.send("propose", due_on="2026-12-20", note=HIDDEN)
    guest.send("drop")
    guest.send("deliver", met_0="yes", met_1="no", why_1=HIDDEN, handed_over=HIDDEN, note=HIDDEN)
    assert len(everywhere(HIDDEN, alice)) >= 3
    erased(guest)
    assert everywhere(HIDDEN, alice) == []
    assert set(Amendment.objects.values_list("reason", flat=True)) == {""}


def test_4_the_owner_can_go_on_with_what_was_erased(alice: User, alice_client: Client) -> None:
    promise = make_in(alice, State.ACTIVE)
    erased(Guest(make_link(promise)))
    promise.refresh_from_db()
    assert inviting.purposes(promise) == []
    with at(NOW):
        page = alice_client.get(f"/promises/{promise.pk}/links/")
    assert page.status_code == 200
    with act(promise, P) as it:
        closing.revoke(it, reason="outside")
    assert promise.events.count() == 2


def test_5_nothing_finds_promises_by_an_address(alice: User, bob: User) -> None:
    """An address is sealed; its digest stands for letters alone, and no page asks by it."""
    for owner in (alice, bob):
        make_link(make_in(owner, State.OFFERED), email="ana@example.org")
    rows = Invitation.objects.all()
    assert len({row.sealed_email for row in rows}) == 2
    assert all("ana" not in row.sealed_email + row.email_digest for row in rows)
    sources = [
        path.read_text()
        for path in sorted(Path(forgetting.__file__).parent.rglob("*.py"))
        if "email_digest" in path.read_text() and "migrations" not in path.parts
    ]
    assert len(sources) == 4, "models, inviting, opting_out, forgetting"


def test_6_no_address_of_a_visitor_and_no_word_reaches_the_log(
    alice: User, caplog: pytest.LogCaptureFixture
) -> None:
    signed = make_link(make_in(alice, State.OFFERED, what=HIDDEN))
    with caplog.at_level(logging.DEBUG):
        client = Client(REMOTE_ADDR="203.0.113.77")
        with at(NOW):
            client.get(f"/p/{signed}/")
            client.get(f"/p/{Invitation.objects.get().pk}/")
            client.get(f"/p/{signed[:-1]}/")
    said = " ".join(str(record.__dict__) for record in caplog.records)
    assert "promise_links:link_open" in said
    for word in ("203.0.113", signed[:40], HIDDEN):
        assert word not in said


def test_6_the_form_says_who_reads_it_at_the_moment_of_typing(alice: User) -> None:
    page = words_of(Guest(make_link(make_in(alice, State.DELIVERED))).look())
    assert "Alice can read what you write here." in page


def test_opening_is_noted_nowhere(alice: User) -> None:
    make_link(make_in(alice, State.OFFERED))
    before = Invitation.objects.values().get()
    guest = Guest(inviting.again(Invitation.objects.get()))
    guest.look()
    assert Invitation.objects.values().get() == before


def test_asking_again_needs_their_yes(alice: User) -> None:
    promise = make_in(alice, State.DELIVERED)
    Guest(make_link(promise)).send("satisfied")
    promise.refresh_from_db()
    assert promise.ask_again_on is None
    other = make_in(alice, State.DELIVERED)
    Guest(make_link(other)).send("satisfied", ask_again="on")
    other.refresh_from_db()
    assert other.ask_again_on == date(2027, 2, 18)
    assert (NOW + 90 * DAY).date() == date(2027, 2, 18)
