"""Reading sittings for pages: where somebody is, what was answered, and all there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from apps.accounts.models import User
from apps.core.http import get_owned
from apps.core.statements import KeyedStatement
from apps.sittings.answers import words_of
from apps.sittings.models import Answer, OwnSession, Sitting
from apps.sittings.own import session_from
from apps.sittings.picking import names_of, picked_in
from apps.sittings.route import Place, route
from apps.sittings.sessions import Session, shipped

PAGE = 20
OWN_KEY = "own-"


def session_of(user: User, key: str) -> Session | None:
    """The session of this key, shipped or this person's own; None where there is none."""
    if not key.startswith(OWN_KEY):
        return shipped().get(key)
    try:
        pk = UUID(key.removeprefix(OWN_KEY))
    except ValueError:
        return None
    own = OwnSession.objects.for_user(user).filter(pk=pk).first()
    return session_from(own, own.steps.for_user(user)) if own else None


@dataclass(frozen=True)
class Line:
    """A question with its answer, as an entry shows them."""

    place: str
    question: str
    words: str
    answer: Answer


@dataclass(frozen=True)
class Sat:
    """A sitting with its session and what was answered in it.

    Where the session is gone, or another by now, the answers are there all the same.
    """

    sitting: Sitting
    session: Session
    answers: Mapping[str, Answer]
    names: Mapping[str, str]

    @cached_property
    def places(self) -> list[Place]:
        """Its pages, for what was answered so far."""
        return route(self.session, self.answers, self.names)

    def at(self, key: str) -> Place:
        """The page of this key. Raises Http404 where it is none."""
        for place in self.places:
            if place.key == key:
                return place
        raise Http404

    def number(self, place: Place) -> int:
        """Which page it is, from 1."""
        return self.places.index(place) + 1

    def after(self, place: Place) -> Place | None:
        """The next page; None after the last."""
        following = self.places[self.number(place) :]
        return following[0] if following else None

    def before(self, place: Place) -> Place | None:
        """The page before; None before the first."""
        number = self.number(place)
        return self.places[number - 2] if number > 1 else None

    @property
    def here(self) -> Place | None:
        """The page to go on with; None where there is no page at all."""
        for place in self.places:
            if place.key == self.sitting.place:
                return place
        return self.places[0] if self.places else None

    @cached_property
    def lines(self) -> list[Line]:
        """All that was answered, in the order of the pages; what is no page any more comes last."""
        asked = {place.key: place for place in self.places}
        known = [key for key in asked if key in self.answers]
        left = [key for key in self.answers if key not in asked]
        found = []
        for key in (*known, *left):
            answer = self.answers[key]
            step = self.session.step(answer.step)
            if step and step.kind != answer.kind:
                step = None
            words = words_of(answer.kind, answer.text, answer.value, self.names, step)
            if words:
                question = asked[key].question if key in asked else answer.question
                found.append(Line(key, question, words, answer))
        return found


def sat(user: User, pk: UUID) -> Sat:
    """A sitting of this person with all of it: four queries, and one for each kind of pick."""
    sitting = get_owned(Sitting.objects.select_related("promise", "person"), user, pk)
    session = session_of(user, sitting.session_key) or Session(
        key=sitting.session_key, name={"en": sitting.name}, about={}, steps=()
    )
    rows = Answer.objects.for_user(user).filter(sitting=sitting).order_by("created_at", "id")
    answers = {answer.place: answer for answer in rows}
    return Sat(sitting, session, answers, names_of(user, picked_in(answers.values())))


@KeyedStatement
def sittings_of_entry(owner: Any, entry: Any) -> QuerySet[Sitting]:
    """The sitting that an entry came of, if it came of one."""
    return Sitting.objects.filter(owner=owner, entry=entry).only("owner_id", "name")


def past(user: User, after: str) -> tuple[list[Sitting], str]:
    """Sittings that are over, the newest first, beginning after the one `after` names; and what
    names the page that follows, "" where there is none."""
    rows: Any = Sitting.objects.for_user(user).over()
    try:
        last = Sitting.objects.for_user(user).filter(pk=UUID(after)).first() if after else None
    except ValueError:
        last = None
    if last:
        rows = rows.filter(began_at__lte=last.began_at).exclude(
            began_at=last.began_at, id__gte=last.pk
        )
    found = list(rows[: PAGE + 1])
    return found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else ""
