"""Which two come next, how many questions there can be, and where choices go round in a circle.

Pure: things are whatever can be a key; answers map two of them to the chosen one, or to None.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from random import Random
from typing import TypeVar

T = TypeVar("T")
Answers = Mapping[frozenset[T], T | None]


def shuffled(things: Sequence[T], seed: object) -> list[T]:
    """The things in an order that is the same for the same seed."""
    mixed = list(things)
    Random(str(seed)).shuffle(mixed)  # noqa: S311 (not a secret)
    return mixed


def next_of_short(things: Sequence[T], answers: Answers[T]) -> tuple[T, T] | None:
    """The next two of a merge sort; None once the order is known. Not chosen leaves them as is."""
    try:
        _merged(list(things), answers)
    except _Open as question:
        return question.args
    return None


def next_of_round(things: Sequence[T], answers: Answers[T], seed: object) -> tuple[T, T] | None:
    """The next two of a round in which every thing meets every other once."""
    pairs = shuffled(list(combinations(things, 2)), seed)
    return next((pair for pair in pairs if frozenset(pair) not in answers), None)


def most_of_short(count: int) -> int:
    """How many questions a merge sort of so many asks at most: 25 for ten."""
    if count < 2:
        return 0
    half = count // 2
    return most_of_short(half) + most_of_short(count - half) + count - 1


def most_of_round(count: int) -> int:
    """How many pairs there are."""
    return count * (count - 1) // 2


def circles(things: Sequence[T], answers: Answers[T]) -> list[tuple[T, T, T]]:
    """Each three of which the first was chosen over the second, that over the third, that over it.

    Each begins with whichever of them comes first among the things.
    """

    def beats(a: T, b: T) -> bool:
        return answers.get(frozenset((a, b))) == a

    found = []
    for a, b, c in combinations(things, 3):
        if beats(a, b) and beats(b, c) and beats(c, a):
            found.append((a, b, c))
        elif beats(a, c) and beats(c, b) and beats(b, a):
            found.append((a, c, b))
    return found


class _Open(Exception):
    """Two that were not asked about yet."""


def _merged(things: list[T], answers: Answers[T]) -> list[T]:
    if len(things) < 2:
        return things
    half = len(things) // 2
    left, right = _merged(things[:half], answers), _merged(things[half:], answers)
    found: list[T] = []
    while left and right:
        pair = frozenset((left[0], right[0]))
        if pair not in answers:
            raise _Open(left[0], right[0])
        found.append((right if answers[pair] == right[0] else left).pop(0))
    return [*found, *left, *right]
