"""Sitting a session as its data file has it: whom it needs, what to answer, and which pages come.

For the tests that walk every shipped session, with Django's client and in a browser.
"""

from collections.abc import Iterator
from typing import Any

from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.promises.models import Promise
from apps.sittings.models import Sitting
from apps.sittings.reading import Sat, sat
from apps.sittings.route import Place
from apps.sittings.sessions import PICKING, Kind, Session, standing
from tests.factories import make_care, make_person, make_promise

STANDING = [session.key for session in standing()]


def make_company(owner: User) -> dict[Kind, str]:
    """Somebody, a promise under way and a care, so that each kind of pick has what it picks."""
    person = make_person(owner, name="Mira")
    return {
        Kind.PEOPLE: str(person.pk),
        Kind.PROMISES: str(make_promise(owner, person=person, what="Send the plan").pk),
        Kind.CARES: str(
            make_care(owner, text="That new people find their way", label="New people").pk
        ),
    }


def branches(session: Session) -> dict[str, str]:
    """For each step that a later one hangs on: what it must be answered for that one to come."""
    return {step.when.step: step.when.values[0] for step in session.steps if step.when}


def answer_to(place: Place, session: Session, names: dict[str, str]) -> dict[str, Any]:
    """What a form sends for this page; `names` as `make_company` gives them."""
    step = place.step
    words = f"Words for {place.key.split('.')[0]}"
    if step.kind in PICKING:
        several = {Kind.PERSON: Kind.PEOPLE, Kind.PROMISE: Kind.PROMISES, Kind.CARE: Kind.CARES}
        if step.kind in several:
            return {"picked": names[several[step.kind]]}
        return {f"pick-{names[step.kind]}": "on"}
    if step.kind in (Kind.CHOICE, Kind.CHOICES):
        value = branches(session).get(step.key, step.choices[0].value)
        return {"choice": value} if step.kind is Kind.CHOICE else {f"choice-{value}": "on"}
    plain: dict[Kind, dict[str, Any]] = {
        Kind.TEXT: {"body": words},
        Kind.LINE: {"body": words},
        Kind.LIST: {"body": f"{words}\nand another"},
        Kind.SCALE: {"number": str(step.high - 1)},
        Kind.DATE: {"day": "2026-11-02"},
        Kind.TWO_SIDED: {"body": words, "other": f"{words}, otherwise"},
        Kind.IF_THEN: {"body": "it rains", "other": "I take the tram"},
        Kind.READ: {},
    }
    return plain[step.kind]


class Walker:
    """Somebody who sits with Django's client, page by page, by plain forms."""

    def __init__(self, client: Client, user: User) -> None:
        self.client, self.user = client, user

    def begin(self, key: str, **about: Any) -> Sitting:
        """Begin, and give the sitting."""
        url = reverse("sittings:sitting_begin", args=[key])
        query = "&".join(f"{name}={pk}" for name, pk in about.items())
        response = self.client.post(f"{url}?{query}" if query else url)
        assert response.status_code == 302, response.status_code
        return Sitting.objects.for_user(self.user).latest("created_at")

    def whole(self, sitting: Sitting) -> Sat:
        """The sitting as it is now."""
        return sat(self.user, sitting.pk)

    def url(self, sitting: Sitting, place: str) -> str:
        """The address of a page."""
        return reverse("sittings:step_edit", args=[sitting.pk, place])

    def form(self, sitting: Sitting, place: str, **said: Any) -> dict[str, Any]:
        """The form of a page as the browser has it, with this said on it."""
        response = self.client.get(self.url(sitting, place))
        assert response.status_code == 200, place
        form = response.context["form"]
        hidden = {field.name: field.value() for field in form.hidden_fields()}
        hidden = {name: "" if it is None else it for name, it in hidden.items()}
        held = {name: form[name].value() for name in form.kept if form[name].value()}
        return {**hidden, **{name: "on" if it is True else it for name, it in held.items()}, **said}

    def say(self, sitting: Sitting, place: str, then: str = "next", **said: Any) -> Any:
        """Answer a page; the response."""
        return self.client.post(
            self.url(sitting, place), self.form(sitting, place, then=then, **said)
        )

    def walk(self, session: Session, sitting: Sitting, names: dict[str, str]) -> Iterator[Place]:
        """Answer every page there is, as each becomes one."""
        seen: set[str] = set()
        while ahead := [it for it in self.whole(sitting).places if it.key not in seen]:
            place = ahead[0]
            response = self.say(sitting, place.key, **answer_to(place, session, names))
            assert response.status_code == 302, (place.key, response.status_code)
            seen.add(place.key)
            yield place

    def end(self, sitting: Sitting, **over: Any) -> Any:
        """End it with all that is offered; the response."""
        url = reverse("sittings:sitting_end", args=[sitting.pk])
        form = self.client.get(url).context["form"]
        data: dict[str, Any] = dict.fromkeys(form.ticks, "on")
        data |= {name: form[name].value() or "" for name in ("title", "what", "due_on")}
        data |= {"commit": "on"} if data["what"] else {}
        return self.client.post(url, {**data, **over})


def promises_of(user: User) -> list[Promise]:
    """All promises to oneself."""
    return list(Promise.objects.for_user(user).filter(side="own"))
