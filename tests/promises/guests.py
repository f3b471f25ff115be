"""The other person at a browser of theirs, and promises in every state with a link to each."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.promises import answering, changing, closing, inviting, making
from apps.promises.models import Invitation, Promise
from apps.promises.models.promise import Side
from apps.promises.moving import CLOCK, as_owner, turn
from apps.promises.states import Move, Role, State
from tests.factories import NOW, make_person, make_promise, make_promise_draft, make_wanted

P, R = Role.PROMISER, Role.RECIPIENT
DAY = timedelta(days=1)
LINK = inviting.SALT


@contextmanager
def at(now: datetime) -> Iterator[None]:
    """The clock of the server shows this."""
    with patch.object(timezone, "now", return_value=now):
        yield


def act(promise: Promise, role: Role, now: datetime = NOW) -> Any:
    """A turn by the owner: as the party they are, or reporting the other."""
    return turn(promise.owner_id, promise.pk, as_owner(promise, role), now)


def make_offered(owner: User, **over: Any) -> Promise:
    """An offer that waits for its answer, for five days."""
    promise = make_promise_draft(owner, **over)
    with act(promise, P) as it:
        making.offer(it, answer_by=NOW + 5 * DAY)
    promise.refresh_from_db()
    return promise


def make_asked(owner: User, **over: Any) -> Promise:
    """A request of the owner's, which somebody may promise them."""
    return making.ask(
        owner=owner.pk,
        side=Side.ASKED,
        person=over.pop("person", None) or make_person(owner),
        wanted=make_wanted(**over),
        answer_by=NOW + 5 * DAY,
        words="Would you?",
        now=NOW,
    )


def make_in(owner: User, state: State, **over: Any) -> Promise:
    """A promise of the owner's to somebody, led to this state by its verbs."""
    if state is State.DRAFT:
        return make_promise_draft(owner, **over)
    if state in (State.OFFERED, State.DECLINED, State.WITHDRAWN, State.REQUESTED):
        promise = make_offered(owner, **over)
        if state is State.DECLINED:
            with act(promise, R) as it:
                answering.decline(it)
        elif state is State.WITHDRAWN:
            with act(promise, P) as it:
                answering.withdraw(it)
        elif state is State.REQUESTED:
            with act(promise, R) as it:
                wanted = make_wanted(what="Something smaller")
                answering.counter(it, wanted=wanted, answer_by=NOW + 5 * DAY)
        promise.refresh_from_db()
        return promise
    promise = make_promise(owner, **over)
    if state in (State.DELIVERED, State.KEPT, State.UNHEARD):
        with act(promise, P) as it:
            claims = [{"met": True} for _ in it.current.conditions]
            closing.deliver(it, claims=claims, note="Here it is.")
    if state is State.KEPT:
        with act(promise, R) as it:
            closing.satisfied(it)
    if state is State.UNHEARD:
        with turn(promise.owner_id, promise.pk, CLOCK, NOW) as it:
            it.say(Move.CLOSE_UNHEARD)
    if state in (State.OVERDUE, State.BROKEN):
        with turn(promise.owner_id, promise.pk, CLOCK, NOW) as it:
            it.say(Move.FALL_DUE)
    if state is State.BROKEN:
        with act(promise, P) as it:
            closing.break_off(it, reason="forgot")
    if state is State.RELEASED:
        with act(promise, R) as it:
            closing.release(it, because="forgiven")
    promise.refresh_from_db()
    assert promise.state == state
    return promise


def propose(promise: Promise, role: Role = P, now: datetime = NOW, **over: Any) -> None:
    """A change that waits for the other."""
    with act(promise, role, now) as it:
        said = it.current.said() | {"due_at": NOW + 20 * DAY} | over
        changing.propose(it, wanted=make_wanted(**said), reason="estimate", note="It takes longer.")


def make_link(promise: Promise, now: datetime = NOW, purpose: str = "", **post: Any) -> str:
    """A link to it and what stands in its address, whatever the state."""
    promise.refresh_from_db()
    purposes = inviting.purposes(promise)
    if purposes:
        by_mail = inviting.Post(**post) if post else None
        invitation, secret = inviting.make(promise, purpose or purposes[0], by_mail, now)
        return inviting.signed_of(invitation.purpose, secret)
    # It had one before it came to this state.
    secret = f"secret-of-{promise.pk}"
    Invitation.objects.create(
        owner_id=promise.owner_id,
        promise=promise,
        person_id=promise.person_id,
        purpose=purpose or "amend",
        digest=inviting.digest_of(secret),
        sealed=inviting.seal(inviting.SEALED_FOR, secret),
        expires_at=now + 30 * DAY,
    )
    return inviting.signed_of(purpose or "amend", secret)


class Guest:
    """Somebody without an account, in a browser that keeps the cookies it is given."""

    def __init__(self, signed: str, now: datetime = NOW, **headers: str) -> None:
        self.client = Client(headers=headers)
        self.now = now
        self.signed = signed
        with at(now):
            self.opened = self.client.get(reverse("promise_links:link_open", args=[signed]))
        self.url = self.opened.headers.get("Location", "")

    def look(self, **asked: str) -> HttpResponse:
        """The page."""
        with at(self.now):
            return self.client.get(self.url, asked)

    def send(self, choice: str, **fields: Any) -> HttpResponse:
        """The page's form, as it stands there now, with this choice and these fields."""
        return self.post(self.form() | {"choice": choice} | prefixed(choice, fields))

    def form(self) -> dict[str, str]:
        """What a browser would send if nothing were chosen."""
        return fields_of(self.look())

    def post(self, data: dict[str, Any]) -> HttpResponse:
        """Exactly this."""
        with at(self.now):
            return self.client.post(self.url, data)


def prefixed(choice: str, fields: dict[str, Any]) -> dict[str, Any]:
    """The names that fields of a choice have on the page."""
    return {f"{choice}-{name}": value for name, value in fields.items()}


def fields_of(answer: HttpResponse) -> dict[str, str]:
    """The fields of the answer's form with what stands in them, as a browser sends them."""
    form = BeautifulSoup(answer.content.decode(), "html.parser").select_one("form.answer")
    if form is None:
        return {}
    found = {}
    for it in form.select("input, textarea, select"):
        kind = it.get("type")
        if kind in {"radio", "checkbox"} and not it.has_attr("checked"):
            continue
        if it.name == "textarea":
            found[it["name"]] = it.get_text().removeprefix("\n")
        elif it.name == "select":
            chosen = it.select_one("option[selected]") or it.select_one("option")
            found[it["name"]] = chosen["value"] if chosen else ""
        else:
            found[it["name"]] = it.get("value", "on" if kind == "checkbox" else "")
    return found


def main_of(answer: HttpResponse) -> str:
    """What stands in the middle of a page, without tokens and without what switches forms off."""
    page = BeautifulSoup(answer.content.decode(), "html.parser")
    main = page.select_one("main")
    assert main is not None
    for token in main.select("[name=csrfmiddlewaretoken]"):
        token.decompose()
    for form in main.select("fieldset[disabled]"):
        del form["disabled"]
    return re.sub(r"\s+", " ", str(main))


def choices_on(answer: HttpResponse) -> list[str]:
    """The choices the page offers."""
    page = BeautifulSoup(answer.content.decode(), "html.parser")
    return [str(it["value"]) for it in page.select("form.answer input[name=choice]")]


def words_of(answer: HttpResponse) -> str:
    """What somebody reads on the page, on one line."""
    page = BeautifulSoup(answer.content.decode(), "html.parser")
    return " ".join(page.get_text(" ").split())
