"""What is done with a sort of cards: put on piles, ordered, finished, thrown away, taken back.

Every gesture says where a card is to lie, never "one further": sent twice it changes nothing, and
two open pages do not move each other's cards. Whoever moves one holds the sort's row.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.http import Http404

from apps.accounts.models import User
from apps.cares import deck
from apps.cares.deck import Card
from apps.cares.models import OwnCard, SortedCard, ValueSort
from apps.cares.models.sort import LEAST_RANKED_PILE, MOST_RANKED, Pile

# How long what was thrown away can be taken back.
KEPT = timedelta(days=30)


class Finished(Exception):
    """The sort is finished: nothing in it can be moved any more."""


@dataclass(frozen=True)
class Lying:
    """A card where it lies."""

    card: Card
    pile: int
    rank: int | None


@dataclass(frozen=True)
class Table:
    """All cards of a sort: those not looked at yet, in their order, and those that lie somewhere.

    `last` is the one that was put down last.
    """

    sort: ValueSort
    left: Sequence[Card]
    lying: Sequence[Lying]
    last: Lying | None

    def on(self, pile: int) -> list[Card]:
        """The cards of a pile, the latest first."""
        return [it.card for it in self.lying if it.pile == pile]

    @property
    def piles(self) -> list[tuple[Pile, list[Card]]]:
        """The five piles and what lies on them."""
        return [(pile, self.on(pile)) for pile in Pile]

    @property
    def ranked(self) -> list[Card]:
        """The cards that matter most, in their order; ten at the most."""
        ranked = [it for it in self.lying if it.rank]
        return [it.card for it in sorted(ranked, key=lambda it: it.rank or 0)]

    @property
    def candidates(self) -> list[tuple[Pile, list[Card]]]:
        """The cards that may still be among the ten, by pile, the uppermost first."""
        may = [it for it in self.lying if it.pile >= LEAST_RANKED_PILE and not it.rank]
        return [
            (pile, [it.card for it in may if it.pile == pile]) for pile in (Pile.MOST, Pile.VERY)
        ]

    @property
    def cards(self) -> list[Card]:
        """Every card of the sort, in the order in which they come."""
        every = [*self.left, *(it.card for it in self.lying)]
        return sorted(every, key=lambda card: _turn(self.sort, card))

    def find(self, card_id: str) -> Card | None:
        """The card of this id, wherever it lies."""
        return next((card for card in self.cards if card.id == card_id), None)

    def after(self, card: Card) -> Card | None:
        """The next that was not looked at, when this one is left for later."""
        others = [it for it in self.left if it != card]
        later = [it for it in others if _turn(self.sort, it) > _turn(self.sort, card)]
        return next(iter([*later, *others]), None)


def lay_out(sort: ValueSort, owner: User) -> Table:
    """The table of a sort. Of a finished one, only what lies there."""
    rows = list(SortedCard.objects.for_user(owner).filter(sort=sort).order_by("-placed_at", "-id"))
    own = list(OwnCard.objects.for_user(owner).order_by("id"))
    found = deck.by_id(own)
    lying = [Lying(found[row.card_id], row.pile, row.rank) for row in rows]
    there = {row.card_id for row in rows}
    left: list[Card] = []
    if not sort.is_finished:
        only_first = sort.subset == ValueSort.Subset.FIRST
        every = deck.deck(only_first=only_first)
        every += [deck.as_card(row) for row in own if row.set_aside_at is None]
        left = sorted(
            (card for card in every if card.id not in there), key=lambda card: _turn(sort, card)
        )
    return Table(sort, left, lying, lying[0] if lying else None)


def begin(*, owner: User, subset: str, now: datetime) -> ValueSort:
    """A new sort, with nothing on its piles."""
    return ValueSort.objects.create(owner=owner, subset=subset, begun_on=owner.today(now))


@transaction.atomic
def place(*, owner: User, sort_id: UUID, piles: dict[str, int | None], now: datetime) -> None:
    """Put each of these cards on its pile; None takes it back to those not looked at.

    A card that no longer may be among the ten leaves them, and the others move up. Raises Finished;
    Http404 for a card that is not of this sort.
    """
    sort = _held(owner, sort_id)
    table = lay_out(sort, owner)
    rows = _rows(sort, owner)
    for card_id, pile in piles.items():
        card = table.find(card_id)
        if card is None:
            raise Http404
        row = rows.get(card_id)
        if pile is None:
            if row is not None:
                row.delete()
                del rows[card_id]
        elif row is None:
            key, own_id = deck.key_and_own(card)
            rows[card_id] = SortedCard.objects.create(
                owner=owner, sort=sort, key=key, own_card_id=own_id, pile=pile, placed_at=now
            )
        elif row.pile != pile:
            row.pile, row.placed_at = pile, now
            row.rank = row.rank if pile >= LEAST_RANKED_PILE else None
            row.save()
    _number(sorted((row for row in rows.values() if row.rank), key=_by_rank))


@transaction.atomic
def rank(*, owner: User, sort_id: UUID, card_id: str, to: int) -> bool:
    """Give a card this place among the ten, or none (0). Says whether it could be done.

    A card cannot come in where there are ten already, nor from a lower pile. Raises Finished, and
    Http404 for a card that does not lie in this sort.
    """
    sort = _held(owner, sort_id)
    rows = _rows(sort, owner)
    row = rows.get(card_id)
    if row is None:
        raise Http404
    ranked = sorted((it for it in rows.values() if it.rank and it != row), key=_by_rank)
    if to and (row.pile < LEAST_RANKED_PILE or len(ranked) >= MOST_RANKED):
        return False
    if to:
        ranked.insert(to - 1, row)
    elif row.rank:
        row.rank = None
        row.save()
    _number(ranked)
    return True


@transaction.atomic
def fill(*, owner: User, sort_id: UUID) -> None:
    """Let the uppermost pile come in below those that are among the ten, as far as there is room.

    Raises Finished.
    """
    sort = _held(owner, sort_id)
    rows = _rows(sort, owner).values()
    ranked = sorted((row for row in rows if row.rank), key=_by_rank)
    others = [row for row in rows if row.pile == Pile.MOST and not row.rank]
    others.sort(key=lambda row: (row.placed_at, row.pk))
    _number([*ranked, *others][:MOST_RANKED])


@transaction.atomic
def finish(*, owner: User, sort_id: UUID, now: datetime) -> bool:
    """From now on it stays as it is. False when nothing is among the ten. Raises Finished."""
    sort = _held(owner, sort_id)
    if not SortedCard.objects.for_user(owner).filter(sort=sort, rank=1).exists():
        return False
    sort.finished_at, sort.finished_on = now, max(owner.today(now), sort.begun_on)
    sort.save()
    return True


def throw_away(sort: ValueSort, now: datetime) -> None:
    """Out of sight, and gone after thirty days."""
    sort.thrown_at = now
    sort.save(update_fields=["thrown_at", "updated_at"])


def take_back(sort: ValueSort) -> None:
    """A sort that was thrown away is there again, as it was."""
    sort.thrown_at = None
    sort.save(update_fields=["thrown_at", "updated_at"])


def forget_old(now: datetime) -> int:
    """Delete what was thrown away thirty days ago, with what was chosen from it. How many sorts."""
    deleted = ValueSort.objects.filter(thrown_at__lt=now - KEPT).delete()[1]
    return deleted.get("cares.ValueSort", 0)


def _held(owner: User, sort_id: UUID) -> ValueSort:
    """The sort, held until the transaction ends."""
    rows = ValueSort.objects.for_user(owner).filter(thrown_at=None).select_for_update()
    sort = rows.filter(pk=sort_id).first()
    if sort is None:
        raise Http404
    if sort.is_finished:
        raise Finished
    return sort


def _rows(sort: ValueSort, owner: User) -> dict[str, SortedCard]:
    rows = SortedCard.objects.for_user(owner).filter(sort=sort)
    return {row.card_id: row for row in rows}


def _by_rank(row: SortedCard) -> int:
    return row.rank or 0


def _number(ranked: Sequence[SortedCard]) -> None:
    """Number them 1, 2, 3, …, writing only what changes."""
    for number, row in enumerate(ranked, start=1):
        if row.rank != number:
            row.rank = number
            row.save()


def _turn(sort: ValueSort, card: Card) -> str:
    """Where a card comes in a sort: by chance, the same each time, whatever else is in it."""
    return hashlib.blake2b(f"{sort.pk}/{card.id}".encode(), digest_size=8).hexdigest()
