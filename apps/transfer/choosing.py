"""What somebody wants out of a journal: which entries, with or without files, masked or not."""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.journal.models import EntryQuerySet, Notebook
from apps.journal.query import Query, parse
from apps.journal.searching import all_that_fit
from apps.people.models import Person
from apps.promises.models import Promise

# A passage between these marks is for the writer alone: Obsidian reads it so, too.
_PRIVATE = re.compile(r"%%(?:(?!%%)[\s\S])+%%")


@dataclass(frozen=True)
class Choice:
    """Of a journal everything, or what fits all that is said here.

    `notebooks` holds ids, and None for the journal itself; none at all means every one. A person
    or a promise leaves what is written about them. `paper` is for forms that have pages: "a4",
    "letter", "a5", or "" for the usual one where somebody lives.
    """

    first: date | None = None
    last: date | None = None
    notebooks: tuple[UUID | None, ...] = ()
    query: Query = field(default_factory=Query)
    person: UUID | None = None
    promise: UUID | None = None
    with_files: bool = True
    is_masked: bool = False
    paper: str = ""

    @property
    def is_everything(self) -> bool:
        """Whether no words are left out."""
        return self == replace(Choice(), with_files=self.with_files, paper=self.paper)


class Gone(Exception):
    """What was chosen is no longer there, or was never theirs."""


def kept(choice: Choice, query: str, today: date) -> dict[str, Any]:
    """A choice as JSON, until it is told; `query` is how the search was typed, on `today`."""
    return {
        "first": choice.first and choice.first.isoformat(),
        "last": choice.last and choice.last.isoformat(),
        "notebooks": [each and str(each) for each in choice.notebooks],
        "query": query,
        "day": today.isoformat(),
        "person": choice.person and str(choice.person),
        "promise": choice.promise and str(choice.promise),
        "with_files": choice.with_files,
        "is_masked": choice.is_masked,
    }


def read(user: User, said: dict[str, Any]) -> Choice:
    """What `kept` made, looked at anew: each id must still be one of theirs. Raises Gone."""
    try:
        choice = Choice(
            first=_day(said["first"]),
            last=_day(said["last"]),
            notebooks=tuple(_id(each) for each in said["notebooks"]),
            query=parse(said["query"], date.fromisoformat(said["day"])),
            person=_id(said["person"]),
            promise=_id(said["promise"]),
            with_files=bool(said["with_files"]),
            is_masked=bool(said["is_masked"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Gone from error
    chosen: list[tuple[Any, set[UUID]]] = [
        (Notebook.objects, {each for each in choice.notebooks if each}),
        (Person.objects, {choice.person} if choice.person else set()),
        (Promise.objects, {choice.promise} if choice.promise else set()),
    ]
    for rows, ids in chosen:
        if ids and rows.filter(owner=user.pk, pk__in=ids).count() != len(ids):
            raise Gone
    return choice


def entries_of(user: User, choice: Choice) -> EntryQuerySet:
    """The entries that are wanted, without those in the trash, in no order yet."""
    entries = all_that_fit(user, choice.query)
    if choice.first:
        entries = entries.filter(local_date__gte=choice.first)
    if choice.last:
        entries = entries.filter(local_date__lte=choice.last)
    if choice.notebooks:
        entries = entries.filter(_in(choice.notebooks))
    if choice.person:
        entries = entries.filter(person_links__person=choice.person, person_links__owner=user.pk)
    if choice.promise:
        links: Any = {"promise_links__promise": choice.promise, "promise_links__owner": user.pk}
        entries = entries.filter(**links)
    return entries


def masked(text: str) -> str:
    """The text without what stands between %% and %%; that something stood there is said."""
    return _PRIVATE.sub(lambda _found: _("[private]"), text)


def _in(notebooks: tuple[UUID | None, ...]) -> Q:
    named = [each for each in notebooks if each]
    return Q(notebook__in=named) | Q(notebook=None) if None in notebooks else Q(notebook__in=named)


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None


def _id(said: str | None) -> UUID | None:
    return UUID(said) if said else None
