"""Chance that comes out the same each time."""

from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")


class Chance:
    """A stream of decisions that depends on nothing but its name."""

    def __init__(self, *name: object) -> None:
        """Streams of different names know nothing of each other, so parts can be added freely."""
        self.random = Random("/".join(str(part) for part in name))  # noqa: S311 (not a secret)
        self._decks: dict[str, list[int]] = {}

    def is_true(self, share: float) -> bool:
        """True in this share of cases, from 0 to 1."""
        return self.random.random() < share

    def pick(self, items: Sequence[T]) -> T:
        """Any of them."""
        return items[int(self.random.random() * len(items))]

    def pick_by(self, items: Sequence[T], weights: Sequence[float]) -> T:
        """Any of them, the heavy ones more often."""
        return self.random.choices(items, weights)[0]

    def draw(self, deck: str, items: Sequence[T]) -> T:
        """One of them, as from a shuffled deck: none again before all have been drawn."""
        left = self._decks.setdefault(deck, [])
        if not left:
            left.extend(range(len(items)))
            self.random.shuffle(left)
        return items[left.pop()]

    def around(self, middle: float, spread: float) -> float:
        """A number near `middle`; two thirds of them within `spread`."""
        return self.random.gauss(middle, spread)

    def between(self, first: int, last: int) -> int:
        """A whole number from `first` to `last`, both included."""
        return first + int(self.random.random() * (last - first + 1))

    def new_id(self, instant: datetime) -> UUID:
        """A UUIDv7 made at this instant (RFC 9562, 5.7), which must be after 1970."""
        milliseconds = int(instant.timestamp() * 1000)
        a, b = self.random.getrandbits(12), self.random.getrandbits(62)
        return UUID(int=milliseconds << 80 | 0x7 << 76 | a << 64 | 0b10 << 62 | b)
