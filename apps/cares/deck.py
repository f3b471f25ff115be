"""The deck: eighty-three names and what each says here, and the cards somebody wrote themselves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import get_language

from apps.accounts.models import User
from apps.cares.models import OwnCard
from apps.core.shipped import in_language, read_shipped

_FILE = Path(__file__).with_name("deck.toml")


@dataclass(frozen=True)
class Card:
    """A card as pages show it. `id` is its key, or the id of an own card as text."""

    id: str
    name: str
    gloss: str
    is_own: bool = False


class _Shipped(NamedTuple):
    key: str
    first: bool
    name: Mapping[str, str]
    gloss: Mapping[str, str]


@cache
def _shipped() -> tuple[_Shipped, ...]:
    return tuple(
        _Shipped(card["key"], card.get("first", False), card["name"], card["gloss"])
        for card in read_shipped(_FILE)["card"]
    )


def deck(*, only_first: bool = False) -> list[Card]:
    """The cards of the deck in the language of the page: all, or the forty to begin with."""
    return [card for card, is_first in _deck(get_language()) if is_first or not only_first]


@cache
def _deck(_language: str | None) -> tuple[tuple[Card, bool], ...]:
    return tuple(
        (Card(card.key, in_language(card.name), in_language(card.gloss)), card.first)
        for card in _shipped()
    )


def own_cards(owner: User) -> list[OwnCard]:
    """The cards somebody wrote themselves and did not set aside, the oldest first."""
    return list(OwnCard.objects.for_user(owner).filter(set_aside_at=None).order_by("id"))


def as_card(row: OwnCard) -> Card:
    """An own card as pages show it."""
    return Card(str(row.pk), row.name, row.gloss, is_own=True)


def card_of(owner: User, card_id: str) -> Card | None:
    """The card of this id, of the deck or of this person's own; nothing for any other id."""
    if not card_id:
        return None
    found = by_id([]).get(card_id)
    if found is not None:
        return found
    try:
        own = OwnCard.objects.for_user(owner).filter(pk=UUID(card_id)).first()
    except ValueError:
        return None
    return as_card(own) if own else None


def by_id(own: Iterable[OwnCard]) -> dict[str, Card]:
    """Every card of the deck and these own ones, by their ids."""
    found = {card.id: card for card in deck()}
    return found | {str(row.pk): as_card(row) for row in own}


def key_and_own(card: Card) -> tuple[str, UUID | None]:
    """How a card is kept in a sort: by its key, or by the id of the own card."""
    return ("", UUID(card.id)) if card.is_own else (card.id, None)
