"""What the other person may say by a link: each choice, and what it does."""

from datetime import timedelta

import pytest

from apps.accounts.models import User
from apps.promises import answering, changing, closing, inviting, shown
from apps.promises.forms.guests import FORMS
from apps.promises.models import Event, Invitation, Promise, ValueAssessment
from apps.promises.models.event import Via
from apps.promises.states import Facts, Move, Role, State, moves_of
from tests.factories import NOW
from tests.promises.guests import (
    DAY,
    Guest,
    P,
    R,
    act,
    choices_on,
    fields_of,
    make_asked,
    make_in,
    make_link,
    propose,
    words_of,
)

pytestmark = pytest.mark.django_db


def last(promise: Promise) -> Event:
    return Event.objects.filter(promise=promise).order_by("-seq")[0]


def state(promise: Promise) -> str:
    promise.refresh_from_db()
    return promise.state


def test_everything_the_table_allows_can_be_said_or_is_left_out_with_a_reason() -> None:
    every = {
        move
        for role in (P, R)
        for where in State
        for by in (None, P, R)
        for move in moves_of(where, role, Facts(amendment_by=by))
    }
    assert every == (set(FORMS) - {shown.ASSESS, shown.NOT_MINE}) | set(shown.NOT_BY_LINK)
    assert set(FORMS) == set(shown.ORDER)


def test_an_offer_is_accepted_by_link(alice: User) -> None:
    promise = make_in(alice, State.OFFERED)
    guest = Guest(make_link(promise))
    page = guest.look()
    assert choices_on(page) == ["accept", "counter", "decline", "not_mine"]
    assert "choice" not in fields_of(page)
    answer = guest.send("accept", note="Wonderful.")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{guest.url}?said=accept"
    assert state(promise) == State.ACTIVE
    event = last(promise)
    invitation = Invitation.objects.get()
    assert (event.move, event.via, event.role) == (Move.ACCEPT, Via.LINK, Role.RECIPIENT)
    assert (event.actor_person_id, event.actor_user_id) == (promise.person_id, None)
    assert (event.invitation_id, event.note) == (invitation.pk, "Wonderful.")
    assert invitation.last_used_at == NOW
    assert "Thank you. It is agreed, and Alice knows." in words_of(guest.look(said="accept"))


def test_thanks_are_said_only_for_what_was_said(alice: User) -> None:
    guest = Guest(make_link(make_in(alice, State.OFFERED)))
    assert "Thank you" not in words_of(guest.look(said="accept"))
    assert guest.look(said="<script>").status_code == 200


def test_it_is_declined_with_or_without_a_reason(alice: User) -> None:
    promise = make_in(alice, State.OFFERED)
    assert Guest(make_link(promise)).send("decline").status_code == 303
    assert state(promise) == State.DECLINED


def test_something_else_is_suggested(alice: User) -> None:
    promise = make_in(alice, State.OFFERED)
    guest = Guest(make_link(promise))
    answer = guest.send("counter", what="Only the first page", condition_2="I can find the kitchen")
    assert answer.status_code == 303
    assert state(promise) == State.REQUESTED
    terms = promise.all_terms.get(number=2)
    assert terms.what == "Only the first page"
    assert terms.conditions[2] == {"text": "I can find the kitchen", "must": True}
    assert terms.due_at == promise.all_terms.get(number=1).due_at
    assert last(promise).payload["changed"] == ["what", "conditions"]
    assert choices_on(guest.look()) == ["withdraw", "not_mine"]
    assert guest.send("withdraw").status_code == 303
    assert state(promise) == State.WITHDRAWN


def test_the_same_again_is_no_suggestion(alice: User) -> None:
    promise = make_in(alice, State.OFFERED)
    answer = Guest(make_link(promise)).send("counter", note="As it is, please, but nicer")
    assert answer.status_code == 422
    assert "As it is, please, but nicer" in answer.content.decode()
    assert state(promise) == State.OFFERED


def test_a_day_is_typed_by_the_clock_of_the_page(alice: User) -> None:
    promise = make_in(alice, State.OFFERED)
    guest = Guest(make_link(promise))
    guest.look(zone="America/New_York")
    answer = guest.send("counter", due_on="2026-12-24", due_time="18:30")
    assert answer.status_code == 303
    terms = promise.all_terms.get(number=2)
    assert terms.due_at.isoformat() == "2026-12-24T23:30:00+00:00"
    assert (terms.due_precision, terms.due_zone) == ("time", "America/New_York")


@pytest.mark.parametrize(
    ("day", "why"), [("2026-11-01", "passed already"), ("", "required"), ("soon", "valid date")]
)
def test_a_day_that_cannot_be_is_sent_back(alice: User, day: str, why: str) -> None:
    guest = Guest(make_link(make_in(alice, State.OFFERED)))
    answer = guest.send("counter", due_on=day, so_that="I keep my words")
    assert answer.status_code == 422
    assert why in words_of(answer)
    assert "I keep my words" in answer.content.decode()


def test_a_request_is_promised_held_or_declined(alice: User) -> None:
    promise = make_asked(alice)
    guest = Guest(make_link(promise))
    assert choices_on(guest.look()) == ["promise", "hold", "counter", "decline", "not_mine"]
    assert "Alice asks: would you promise this?" in words_of(guest.look())
    for _ in range(2):
        assert guest.send("hold", answer_on="2026-11-29").status_code == 303
    third = guest.send("hold", answer_on="2026-11-30")
    assert third.status_code == 422
    assert "put off twice already" in words_of(third)
    assert guest.send("promise").status_code == 303
    assert state(promise) == State.ACTIVE
    assert last(promise).role == Role.PROMISER


def test_who_promised_delivers_or_takes_it_back(alice: User) -> None:
    promise = make_asked(alice)
    guest = Guest(make_link(promise))
    guest.send("promise")
    guest = Guest(make_link(promise_of(promise)))
    assert choices_on(guest.look()) == ["deliver", "propose", "revoke", "not_mine"]
    bare = guest.send("deliver", met_0="yes", met_1="no")
    assert bare.status_code == 303, words_of(bare)
    assert state(promise) == State.DELIVERED
    claims = promise.deliveries.get().claims
    assert [it["met"] for it in claims] == [True, False]
    other = make_asked(alice)
    with act(other, P) as it:
        answering.promise(it, version=1)
    guest = Guest(make_link(promise_of(other)))
    assert guest.send("revoke", reason="").status_code == 422
    assert guest.send("revoke", reason="health", note="I am ill.").status_code == 303
    assert state(other) == State.REVOKED


def promise_of(promise: Promise) -> Promise:
    promise.refresh_from_db()
    return promise


def test_a_must_that_is_not_met_needs_a_line(alice: User) -> None:
    promise = make_asked(alice)
    Guest(make_link(promise)).send("promise")
    guest = Guest(make_link(promise_of(promise)))
    assert guest.send("deliver", met_0="no", met_1="yes").status_code == 422
    assert guest.send("deliver").status_code == 422
    good = guest.send("deliver", met_0="no", met_1="yes", why_0="No desk yet.")
    assert good.status_code == 303
    assert promise.deliveries.get().claims[0]["note"] == "No desk yet."


def test_a_change_is_agreed_refused_suggested_and_taken_back(alice: User) -> None:
    promise = make_in(alice, State.ACTIVE)
    propose(promise)
    guest = Guest(make_link(promise_of(promise)))
    page = guest.look()
    assert choices_on(page)[:2] == ["agree", "refuse"]
    assert "Alice suggests a change." in words_of(page)
    assert "It takes longer." in words_of(page)
    assert guest.send("agree").status_code == 303
    promise.refresh_from_db()
    assert promise.due_at == NOW + 20 * DAY
    assert guest.send("propose", due_on="2026-12-20").status_code == 303
    assert "You suggested a change." in words_of(guest.look())
    assert guest.send("drop").status_code == 303
    propose(promise_of(promise), due_at=NOW + 40 * DAY)
    assert guest.send("refuse", note="No, sorry.").status_code == 303
    assert state(promise) == State.ACTIVE


def test_it_is_let_go_for_one_of_three_reasons(alice: User) -> None:
    promise = make_in(alice, State.ACTIVE)
    guest = Guest(make_link(promise))
    assert guest.send("release").status_code == 422
    assert guest.send("release", because="no_longer_needed").status_code == 303
    assert state(promise) == State.RELEASED
    assert choices_on(guest.look()) == ["not_mine"]


def test_satisfied_with_three_questions_and_a_later_word(alice: User) -> None:
    promise = make_in(alice, State.DELIVERED)
    guest = Guest(make_link(promise))
    assert choices_on(guest.look()) == ["satisfied", "not_yet", "release", "not_mine"]
    answer = guest.send(
        "satisfied",
        met_0="yes",
        met_1="no",
        made_possible="I stopped dreading Mondays.",
        took_care="yes",
        sharing="unnamed",
        ask_again="on",
    )
    assert answer.status_code == 303
    assert state(promise) == State.KEPT
    said = ValueAssessment.objects.get()
    assert (said.made_possible, said.took_care, said.sharing, said.via) == (
        "I stopped dreading Mondays.",
        "yes",
        "unnamed",
        "link",
    )
    assert said.person_id == promise.person_id
    assert promise.ask_again_on is not None
    assert [it["met"] for it in promise.deliveries.get().findings] == [True, False]
    assert "I stopped dreading Mondays." in words_of(guest.look())
    for _ in range(2):
        late = guest.send("assess", made_possible="And now I lead the tour.", sharing="between")
        assert late.status_code == 303
    assert ValueAssessment.objects.count() == 2, "sent twice, kept once"
    assert guest.send("assess", sharing="between").status_code == 422


def test_words_stay_between_the_two_unless_they_say_otherwise(alice: User) -> None:
    guest = Guest(make_link(make_in(alice, State.DELIVERED)))
    assert guest.form()["satisfied-sharing"] == "between"
    assert guest.send("satisfied", took_care="partly").status_code == 303
    assert ValueAssessment.objects.get().sharing == "between"


def test_not_yet_says_what_is_missing_and_perhaps_by_when(alice: User) -> None:
    promise = make_in(alice, State.DELIVERED)
    guest = Guest(make_link(promise))
    assert guest.send("not_yet", met_0="yes", met_1="yes").status_code == 422
    answer = guest.send("not_yet", met_0="no", remains="The map.", due_on="2026-12-12")
    assert answer.status_code == 303
    promise.refresh_from_db()
    assert (promise.state, promise.amendment_by) == (State.ACTIVE, Role.RECIPIENT)
    assert promise.deliveries.get().remains == "The map."


def test_an_answer_can_be_corrected_for_seven_days(alice: User) -> None:
    promise = make_in(alice, State.DELIVERED)
    signed = make_link(promise)
    Guest(signed).send("satisfied")
    late = Guest(signed, NOW + timedelta(days=7, minutes=1))
    assert "correct" not in choices_on(late.look())
    assert late.post(late.form() | {"choice": "correct"}).status_code == 409
    guest = Guest(signed, NOW + timedelta(days=6))
    assert "correct" in choices_on(guest.look())
    assert guest.send("correct", note="I looked again.").status_code == 303
    assert state(promise) == State.DELIVERED


def test_a_late_word_counts_for_half_a_year(alice: User) -> None:
    promise = make_in(alice, State.UNHEARD)
    guest = Guest(make_link(promise), NOW + 179 * DAY)
    assert "satisfied" in choices_on(guest.look())
    assert guest.send("satisfied").status_code == 303
    assert state(promise) == State.KEPT


def test_terms_that_changed_meanwhile_are_shown_and_words_are_kept(alice: User) -> None:
    promise = make_in(alice, State.ACTIVE)
    propose(promise)
    guest = Guest(make_link(promise_of(promise)))
    form = guest.form() | {"choice": "agree", "agree-note": "Fine with me, take your time."}
    with act(promise, P) as it:
        changing.drop(it)
    propose(promise_of(promise), due_at=NOW + 30 * DAY)
    events = Event.objects.count()
    answer = guest.post(form)
    assert answer.status_code == 409
    assert "this has moved on" in words_of(answer)
    assert "Fine with me, take your time." in answer.content.decode()
    assert "20" in words_of(answer)
    assert Event.objects.count() == events
    assert guest.send("agree").status_code == 303


def test_what_cannot_be_said_any_more_is_kept_on_the_page(alice: User) -> None:
    promise = make_in(alice, State.OFFERED)
    guest = Guest(make_link(promise))
    form = guest.form() | {"choice": "accept", "accept-note": "With all my heart, yes."}
    with act(promise, P) as it:
        answering.withdraw(it)
    answer = guest.post(form)
    assert answer.status_code == 409
    assert "With all my heart, yes." in words_of(answer)
    assert state(promise) == State.WITHDRAWN


def test_words_are_not_lost_with_the_link(alice: User) -> None:
    """The cookie ran out, or the link was taken back, while they were writing."""
    promise = make_in(alice, State.OFFERED)
    guest = Guest(make_link(promise), **{"sec-fetch-site": "same-origin"})
    form = guest.form() | {"choice": "accept", "accept-note": "I took two hours for this."}
    inviting.revoke(Invitation.objects.get(), NOW)
    closed = guest.post(form)
    assert closed.status_code == 410
    assert "I took two hours for this." in words_of(closed)
    guest.client.cookies.clear()
    missing = guest.post(form)
    assert missing.status_code == 404
    assert "I took two hours for this." in words_of(missing)


def test_nothing_chosen_is_nothing_said(alice: User) -> None:
    promise = make_in(alice, State.OFFERED)
    guest = Guest(make_link(promise))
    events = Event.objects.count()
    for choice in ("", "draft", "discard", "assign", "kept", "a\0b"):
        answer = guest.post(guest.form() | {"choice": choice, "accept-note": "I wrote this."})
        assert answer.status_code == 422
        assert "I wrote this." in words_of(answer)
    assert Event.objects.count() == events


def test_it_is_not_meant_for_them(alice: User) -> None:
    promise = make_in(alice, State.OFFERED)
    signed = make_link(promise)
    guest = Guest(signed)
    answer = guest.send("not_mine")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/p/bye/astray/")
    assert state(promise) == State.OFFERED
    invitation = Invitation.objects.get()
    assert invitation.disowned_at == invitation.revoked_at == NOW
    assert Guest(signed).opened.status_code == 410
    assert guest.look().status_code in {404, 410}


def test_what_is_owed_late_can_be_closed_kindly(alice: User) -> None:
    promise = make_in(alice, State.OVERDUE)
    guest = Guest(make_link(promise))
    assert choices_on(guest.look()) == ["propose", "release", "break", "not_mine"]
    assert guest.send("break", note="I had to do it myself.").status_code == 303
    assert state(promise) == State.BROKEN


def test_a_condition_comes_about(alice: User) -> None:
    promise = make_in(
        alice, State.OFFERED, condition="the budget comes", condition_expires_at=NOW + 9 * DAY
    )
    guest = Guest(make_link(promise))
    assert "the budget comes" in words_of(guest.look())
    guest.send("accept")
    assert state(promise) == State.CONDITIONAL
    assert guest.send("condition_met", note="It came.").status_code == 303
    assert state(promise) == State.ACTIVE


def test_satisfied_without_a_word_is_enough(alice: User) -> None:
    promise = make_in(alice, State.DELIVERED)
    assert Guest(make_link(promise)).send("satisfied").status_code == 303
    assert state(promise) == State.KEPT
    assert ValueAssessment.objects.count() == 0
    assert closing.CORRECT_WITHIN.days == 7
