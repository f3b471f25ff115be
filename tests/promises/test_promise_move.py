"""Moves on pages: what the table allows has a page and can be sent; all else is 409, no event."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.promises.acting import ACTS
from apps.promises.dueness import due_moment
from apps.promises.models import Event, Promise
from apps.promises.models.promise import Side
from apps.promises.states import Move, Role, State, legal
from tests.factories import make_person, make_promise
from tests.htmx import fields, one, soup
from tests.promises.building import amendment_for, another, in_state, is_reachable, taken_back
from tests.promises.test_loop import act

pytestmark = pytest.mark.django_db
# The moves that have a page, by the state, the side and whose change is open.
CELLS: dict[tuple[State, Side, Role | None], list[tuple[Move, Role]]] = {}
for state, move, role in sorted(legal()):
    for side in (Side.GIVEN, Side.ASKED):
        # What is owed to the owner is not passed on, handed over or split by them or for them.
        is_theirs = move in {Move.ASSIGN, Move.HAND_OVER} and side == Side.ASKED
        if role is not Role.CLOCK and is_reachable(state, side) and not is_theirs:
            cell = state, side, amendment_for(move, role)
            CELLS.setdefault(cell, []).append((move, role))


def address(promise: Promise, move: Move, *, reported: bool) -> str:
    name = "promise_report" if reported else "promise_move"
    return reverse(f"promises:{name}", args=[promise.pk, move])


def typed(user: User, promise: Promise, move: Move) -> dict[str, Any]:
    """What somebody types into the form of this move."""
    later = (timezone.now() + timedelta(days=40)).date().isoformat()
    match move:
        case Move.COUNTER | Move.PROPOSE:
            return {"due_on": later, "reason": "estimate"}
        case Move.HOLD:
            return {"answer_on": (timezone.now() + timedelta(days=9)).date().isoformat()}
        case Move.REVOKE | Move.BREAK:
            return {"reason": "other", "note": "The river rose."}
        case Move.RELEASE:
            return {"because": "forgiven"}
        case Move.DELIVER:
            return {"met_0": "on", "handed_over": "Four pages"}
        case Move.NOT_YET:
            return {"note": "The map is missing."}
        case Move.ASSIGN:
            return {"person": str(make_person(user).pk)}
        case Move.HAND_OVER | Move.SPLIT:
            with act(promise, Role.PROMISER, timezone.now()) as it:
                other = another(it)
            which = "successor" if move is Move.HAND_OVER else "successors"
            return {which: str(other.pk), "consent_words": "Fine with me."}
        case _:
            return {}


def sent(client: Client, url: str, over: dict[str, Any]) -> Any:
    """The form of this page, filled in and sent."""
    page = client.get(url)
    assert page.status_code == 200, page.status_code
    form = one(soup(page), "main form")
    return client.post(url, fields(form) | over)


@pytest.mark.parametrize(("state", "side", "amended_by"), CELLS)
def test_what_is_allowed_has_a_page_and_is_done(
    alice: User, alice_client: Client, state, side, amended_by
) -> None:
    """The promise is led to the state once, and each move taken back before the next."""
    promise = in_state(alice, state, side, now=timezone.now(), amended_by=amended_by)
    for move, role in CELLS[state, side, amended_by]:
        with taken_back():
            has_a_page_and_is_done(alice, alice_client, promise, move, role)


def has_a_page_and_is_done(
    user: User, client: Client, promise: Promise, move: Move, role: Role
) -> None:
    """Fill in the page of this move and send it, and look at what it leaves."""
    reported = role not in promise.owner_roles
    over = typed(user, promise, move)
    answer = sent(client, address(promise, move, reported=reported), over)
    assert answer.status_code == 302, (move, role, answer.content.decode()[-3000:])
    if move is Move.DISCARD:
        assert not Promise.objects.filter(pk=promise.pk).exists()
        return
    event = Event.objects.filter(promise=promise).order_by("-seq")[0]
    assert (event.move, event.role, event.seq) == (move, role, promise.seq + 1)
    assert event.via == ("reported" if reported else "account")


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("state", State)
def test_all_else_is_refused_and_leaves_no_event(
    alice: User, alice_client: Client, state, side
) -> None:
    if not is_reachable(state, side):
        return
    promise = in_state(alice, state, side, now=timezone.now())
    before = list(Event.objects.filter(promise=promise).values_list("pk"))
    allowed = {(move, role) for at, move, role in legal() if at == state}
    tried = 0
    for number, move in enumerate(ACTS):
        # Of the sides, one says it herself where another reports it.
        reported = bool(number % 2) == (side is Side.GIVEN)
        roles = ({promise.guest_role} - {None}) if reported else set(promise.owner_roles)
        if any((move, role) in allowed for role in roles):
            continue
        answer = alice_client.post(
            address(promise, move, reported=reported), {"seq": promise.seq, "note": "But"}
        )
        assert answer.status_code == 409, (move, reported)
        tried += 1
    assert tried > 12
    assert list(Event.objects.filter(promise=promise).values_list("pk")) == before


def test_a_page_that_is_behind_is_told_so_and_keeps_what_was_typed(
    alice: User, alice_client: Client
) -> None:
    promise = in_state(alice, State.ACTIVE, now=timezone.now())
    url = address(promise, Move.DELIVER, reported=False)
    form = fields(one(soup(alice_client.get(url)), "main form"))
    in_between = address(promise, Move.PROPOSE, reported=False)
    assert sent(alice_client, in_between, typed(alice, promise, Move.PROPOSE)).status_code == 302
    answer = alice_client.post(url, form | {"met_0": "on", "handed_over": "Four pages"})
    assert answer.status_code == 409
    again = one(soup(answer), "main form")
    assert fields(again)["handed_over"] == "Four pages"
    assert alice_client.post(url, fields(again)).status_code == 302


def test_terms_that_left_the_table_are_not_agreed_to(alice: User, alice_client: Client) -> None:
    promise = in_state(alice, State.OFFERED, Side.ASKED, now=timezone.now())
    url = address(promise, Move.ACCEPT, reported=False)
    form = fields(one(soup(alice_client.get(url)), "main form"))
    answer = alice_client.post(url, form | {"version": "1"})
    assert answer.status_code == 409
    promise.refresh_from_db()
    assert promise.state == State.OFFERED


@pytest.mark.parametrize(
    ("move", "state", "over", "said"),
    [
        (Move.PROPOSE, State.ACTIVE, {"reason": ""}, "field is required"),
        (Move.PROPOSE, State.ACTIVE, {"reason": "estimate"}, "Nothing would change yet"),
        (Move.PROPOSE, State.ACTIVE, {"reason": "estimate", "due_on": "2001-01-01"}, "to come"),
        (Move.PROPOSE, State.ACTIVE, {"reason": "other", "due_on": "2099-01-01"}, "what it was"),
        (Move.DELIVER, State.ACTIVE, {}, "tick what is met"),
        (Move.REVOKE, State.ACTIVE, {"reason": "nonsense"}, "Select a valid choice"),
        (Move.OFFER, State.DRAFT, {"answer_on": "2001-01-01"}, "has passed"),
        (Move.SPLIT, State.ACTIVE, {"consent_words": "Yes"}, "at least one"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    alice: User, alice_client: Client, move, state, over, said
) -> None:
    now = timezone.now()
    due_at, _day = due_moment(alice.today(now + timedelta(days=9)), None, "Europe/Vienna")
    promise = in_state(alice, state, now=now, due_at=due_at)
    answer = sent(alice_client, address(promise, move, reported=False), over)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Event.objects.filter(promise=promise).count() == promise.seq


def test_a_change_of_a_promise_to_oneself_is_agreed_at_once(
    alice: User, alice_client: Client
) -> None:
    promise = in_state(alice, State.ACTIVE, Side.OWN, now=timezone.now())
    url = address(promise, Move.PROPOSE, reported=False)
    assert sent(alice_client, url, typed(alice, promise, Move.PROPOSE)).status_code == 302
    promise.refresh_from_db()
    assert (promise.amendment_by, promise.agreed_version) == ("", 2)


def test_an_open_part_is_closed_or_waived_with_a_line(alice: User, alice_client: Client) -> None:
    now = timezone.now()
    whole, part = in_state(alice, State.ACTIVE, now=now), make_promise(alice, now=now)
    link = part.links.create(owner=alice, kind="part_of", target=whole)
    url = address(whole, Move.DELIVER, reported=False)
    assert sent(alice_client, url, {"met_0": "on"}).status_code == 422
    over = {"met_0": "on", f"part_{link.pk}": "It can follow in spring."}
    assert sent(alice_client, url, over).status_code == 302
    link.refresh_from_db()
    assert (link.is_waived, link.note) == (True, "It can follow in spring.")
