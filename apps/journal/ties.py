"""What an entry is tied to: the question it answers, its tags, people, promises and cares."""

from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast

from apps.cares.models import Care
from apps.core.statements import KeyedStatement, Reading, Steps
from apps.journal.models import (
    Entry,
    EntryCare,
    EntryPerson,
    EntryPromise,
    EntryQuestion,
    EntryTag,
    Tag,
)
from apps.people.models import Person
from apps.promises.models import Promise


class Asked(NamedTuple):
    """The question an entry answers: which, and its words as they were asked."""

    prompt_id: UUID
    text: str


@dataclass
class Ties:
    """What an entry is tied to, as its page shows it: tags and people by name, all else by age.

    Of each row what names it, and no more.
    """

    question: Asked | None = None
    tags: list[Tag] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    cares: list[Care] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is no tie but a question."""
        return not (self.tags or self.people or self.promises or self.cares)


@Reading
def ties_of(entry: Entry) -> Steps[Ties]:
    """All that an entry is tied to; one query."""
    ties = Ties()
    rows = yield from _tied.begun(owner=entry.owner_id, entry=entry.pk)
    for kind, pk, name, place in sorted(rows, key=itemgetter(0, 3)):
        match kind:
            case "question":
                ties.question = Asked(pk, name)
            case "tag":
                ties.tags.append(Tag(pk=pk, name=name, key=place))
            case "person":
                ties.people.append(Person(pk=pk, name=name))
            case "promise":
                ties.promises.append(Promise(pk=pk, what=name))
            case "care":
                ties.cares.append(Care(pk=pk, label=name))
    return ties


@KeyedStatement
def _tied(owner: Any, entry: Any) -> QuerySet[Any, Any]:
    of_it: dict[str, Any] = {"owner": owner, "entry": entry}

    def rows(links: QuerySet[Any, Any], kind: str, pk: str, name: str, order: str) -> Any:
        return (
            links.filter(**of_it)
            .order_by()
            .annotate(kind=Value(kind), place=Cast(order, CharField()))
            .values_list("kind", pk, name, "place")
        )

    there = EntryCare.objects.filter(care__let_go_at=None)
    return rows(EntryTag.objects.all(), "tag", "tag_id", "tag__name", "tag__key").union(
        rows(EntryPerson.objects.all(), "person", "person_id", "person__name", "person__name"),
        rows(EntryPromise.objects.all(), "promise", "promise_id", "promise__what", "id"),
        rows(there, "care", "care_id", "care__label", "id"),
        rows(EntryQuestion.objects.all(), "question", "wording__prompt_id", "text", "id"),
        all=True,
    )
