"""Letting the cards of a file come in: what would change, and doing it, as often as one likes.

A card is somebody who is here already if its UID led to them before; else if their name and
e-mail address are the same; or if the name is, one of the two has no address, and no other card
has led to them (two cards of one name may be two people). Only what is empty of somebody is
filled; nothing that somebody wrote is written over, nobody is taken off.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.text import fold
from apps.people.cards import Found, ReadCard
from apps.people.models import Card, CardImport, Person, PersonDate

KEPT = timedelta(days=1)
SHOWN = 20
AT_ONCE = 1_000


@dataclass
class Plan:
    """What a file would do: people to add, people to fill, and those it says nothing new of."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many of each."""
        return {"new": len(self.new), "changed": len(self.changed), "same": len(self.same)}


def keep(*, owner: User, found: Found) -> CardImport:
    """Keep what was read until its owner has looked at it."""
    unread = [list(pair) for pair in found.unread]
    return CardImport.objects.create(owner=owner, cards=found.plain(), unread=unread)


def plan(owner: User, waiting: CardImport) -> Plan:
    """What would come in; writes nothing. Three queries."""
    return _Book(owner).take(_cards(waiting))


@transaction.atomic
def apply(*, owner: User, import_id: UUID, now: datetime) -> CardImport | None:
    """Let the cards come in; None where there is no such file of this owner's.

    A second time, or twice at once, changes nothing: all of a person's files wait for each other.
    """
    rows = CardImport.objects.for_user(owner).order_by("pk").select_for_update()
    waiting = {row.pk: row for row in rows}.get(import_id)
    if waiting is None or waiting.applied_at:
        return waiting
    book = _Book(owner)
    done = book.take(_cards(waiting))
    book.write(now)
    waiting.outcome, waiting.applied_at, waiting.cards = done.counts, now, []
    waiting.save(update_fields=["outcome", "applied_at", "cards", "updated_at"])
    return waiting


def forget_old(now: datetime) -> int:
    """Let go of files that came a day ago, taken in or not. Says how many."""
    gone, _each = CardImport.objects.filter(created_at__lt=now - KEPT).delete()
    return gone


def _cards(waiting: CardImport) -> Iterator[ReadCard]:
    for values in waiting.cards:
        yield ReadCard(**values)


class _Book:
    """A person's people, as cards find them. Nothing is written before `write`."""

    def __init__(self, owner: User) -> None:
        self.owner = owner
        people = list(Person.objects.for_user(owner).order_by("pk"))
        self.people = {person.pk: person for person in people}
        self.by_uid: dict[str, UUID] = dict(
            Card.objects.for_user(owner).values_list("uid", "person_id")
        )
        self.carded = set(self.by_uid.values())
        self.dates: set[tuple[UUID, int]] = set(
            PersonDate.objects.for_user(owner).values_list("person_id", "month_day")
        )
        self.by_name: dict[str, list[Person]] = {}
        for person in people:
            self._name(person)
        self.added: dict[UUID, Person] = {}
        self.filled: dict[UUID, Person] = {}
        self.new_cards: list[Card] = []
        self.new_dates: list[PersonDate] = []

    def take(self, cards: Iterator[ReadCard]) -> Plan:
        """What these cards do, in their order: what the first adds, the second finds."""
        plan = Plan()
        before = set(self.people)
        kinds: dict[UUID, tuple[str, str]] = {}
        for card in cards:
            person = self._who(card)
            is_changed = person is not None and self._fill(person, card)
            if person is None:
                person = self._add(card)
            was = kinds.get(person.pk, ("", ""))[0]
            kind = "new" if person.pk not in before else "changed" if is_changed else was or "same"
            kinds[person.pk] = (kind, person.name)
        for kind, name in kinds.values():
            getattr(plan, kind).append(name)
        return plan

    def write(self, now: datetime) -> None:
        """Write what was found to be new."""
        Person.objects.bulk_create(self.added.values(), batch_size=AT_ONCE)
        for person in self.filled.values():
            person.updated_at = now
        names = ["email", "how_known", "notes", "updated_at"]
        Person.objects.bulk_update(self.filled.values(), names, batch_size=AT_ONCE)
        Card.objects.bulk_create(self.new_cards, batch_size=AT_ONCE)
        PersonDate.objects.bulk_create(self.new_dates, batch_size=AT_ONCE)

    def _who(self, card: ReadCard) -> Person | None:
        if card.uid in self.by_uid:
            return self.people.get(self.by_uid[card.uid])
        for person in self.by_name.get(_key(card.name), []):
            theirs, cards = person.email.lower(), card.email.lower()
            is_open = not (theirs and cards) and not (card.uid and person.pk in self.carded)
            if not person.is_pictured and (is_open or theirs == cards != ""):
                return person
        return None

    def _add(self, card: ReadCard) -> Person:
        person = Person(
            owner=self.owner,
            name=card.name,
            kind=Person.Kind.GROUP if card.is_group else Person.Kind.PERSON,
            email=card.email,
            how_known=card.how_known,
            notes=card.notes,
        )
        self.people[person.pk] = self.added[person.pk] = person
        self._name(person)
        self._remember(person, card)
        return person

    def _fill(self, person: Person, card: ReadCard) -> bool:
        """Fill what is empty; whether that changed anything somebody can see."""
        is_changed = False
        for name in (
            ("how_known", "notes") if person.is_pictured else ("email", "how_known", "notes")
        ):
            if not getattr(person, name) and getattr(card, name):
                setattr(person, name, getattr(card, name))
                is_changed = True
        if is_changed and person.pk not in self.added:
            self.filled[person.pk] = person
        return self._remember(person, card) or is_changed

    def _remember(self, person: Person, card: ReadCard) -> bool:
        """The card itself, and the birthday; whether there is a new day."""
        if card.uid and card.uid not in self.by_uid:
            self.by_uid[card.uid] = person.pk
            self.carded.add(person.pk)
            self.new_cards.append(Card(owner=self.owner, person=person, uid=card.uid))
        day = (person.pk, card.month * 100 + card.day)
        if not card.month or day in self.dates:
            return False
        self.dates.add(day)
        self.new_dates.append(
            PersonDate(
                owner=self.owner,
                person=person,
                label=_("Birthday"),
                month=card.month,
                day=card.day,
                year=card.year,
            )
        )
        return True

    def _name(self, person: Person) -> None:
        also: list[Any] = [name for name in person.also_called.split(",") if name.strip()]
        for name in (person.name, *also):
            self.by_name.setdefault(_key(name), []).append(person)


def _key(name: str) -> str:
    return fold(" ".join(name.split()))
