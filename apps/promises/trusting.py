"""What one's word has been to somebody, read for their page: no number, and for nobody else.

After the questions of the Flores school: is the word reliable, competent, sincere; and does it take
care. Each is answered by what happened, and there is no sum of them.
"""

from dataclasses import dataclass

from django.db.models import Count

from apps.people.models import Person
from apps.promises import counting
from apps.promises.figures import Answers, Figures, answers_of, figures_of
from apps.promises.models import Event, Promise, ValueAssessment
from apps.promises.models.assessment import TookCare
from apps.promises.models.promise import Side

EVENTS_SHOWN = 3
WORDS_SHOWN = 3
SHOWN = 5


@dataclass(frozen=True)
class Care:
    """Their own answers to whether it took care of what matters to them."""

    yes: int
    partly: int
    no: int

    @property
    def all(self) -> int:
        """How often they said."""
        return self.yes + self.partly + self.no


@dataclass(frozen=True)
class Trust:
    """What one's word has been to somebody, and theirs to oneself."""

    person: Person
    given: Figures
    answers: Answers
    asked: Figures
    care: Care
    events: list[Event]
    words: list[ValueAssessment]

    @property
    def is_empty(self) -> bool:
        """Whether nothing has come to an end, nor been answered, between the two."""
        return bool(
            self.given.is_empty
            and self.asked.is_empty
            and not (self.answers.given or self.answers.lapsed or self.events)
        )


def trust_of(person: Person) -> Trust:
    """The card of this person, who was found by their owner. Four queries."""
    rows = counting.rows_of(person.owner_id, person.pk)
    events = Event.objects.filter(owner=person.owner_id, promise__person=person)
    # One's own thoughts are no event between the two.
    spoken = events.exclude(to_state="draft").exclude(promise__is_retro=True)
    words = ValueAssessment.objects.filter(owner=person.owner_id, person=person, by_owner=False)
    said = dict(words.exclude(took_care="").values_list("took_care").annotate(Count("id")))
    return Trust(
        person=person,
        given=figures_of(rows.given),
        answers=answers_of(rows.given),
        asked=figures_of(rows.asked),
        care=Care(
            said.get(TookCare.YES, 0), said.get(TookCare.PARTLY, 0), said.get(TookCare.NO, 0)
        ),
        events=list(
            spoken.select_related("promise").order_by("-recorded_at", "-id")[:EVENTS_SHOWN]
        ),
        words=list(
            words.exclude(made_possible="")
            .select_related("promise")
            .order_by("-said_at", "-id")[:WORDS_SHOWN]
        ),
    )


@dataclass(frozen=True)
class Between:
    """Promises between the owner and somebody, one way: the last ones, and how many stand where."""

    rows: list[Promise]
    states: list[tuple[str, int]]

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(count for _, count in self.states)


def between(person: Person) -> tuple[Between, Between]:
    """What was promised to this person, and what by them. Three queries."""
    rows = Promise.objects.filter(owner=person.owner_id, person=person).shown()
    counts = list(
        rows.values_list("side", "state").annotate(many=Count("id")).order_by("-many", "state")
    )

    def one_way(side: str) -> Between:
        last = rows.filter(side=side).order_by("-moved_at", "-id")[:SHOWN]
        return Between(list(last), [(state, many) for its, state, many in counts if its == side])

    return one_way(Side.GIVEN), one_way(Side.ASKED)
