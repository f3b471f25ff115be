"""Decks: in which order the prompts of a pack come up, cycle after cycle. No database, no clock.

A deck says what is still to be asked in this cycle. Each prompt comes once in a cycle, whatever
way it was asked; how packs take turns is in here too, what may be asked today is in `daily`.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random
from typing import NamedTuple

# A prompt as its table names it.
Id = Hashable

# So many of those asked last are not asked again at once when a new cycle begins.
KEPT_APART = 3
# A pack waits for so long, divided by its weight, until its next turn: whole for 1, 2, 3, 4 and 6.
WAIT = 12


class Weight(StrEnum):
    """How much a prompt asks of somebody. Heavy ones are rationed."""

    LIGHT = "light"
    MEDIUM = "medium"
    HEAVY = "heavy"


class Outcome(StrEnum):
    """What became of a prompt that was asked."""

    NONE = "none"
    WRITTEN = "written"
    SKIPPED = "skipped"
    SNOOZED = "snoozed"
    SWAPPED = "swapped"
    NOT_THIS = "not_this"


class Prompt(NamedTuple):
    """A prompt as packs/README.md describes it.

    `needs` is the kind of thing it asks about, or ""; `blanks` are the names in braces in its
    text, in whichever language has most of them. `key` orders it before it is shuffled.
    """

    id: Id
    key: str
    weight: str = Weight.MEDIUM
    needs: str = ""
    fits: tuple[str, ...] = ()
    blanks: frozenset[str] = frozenset()
    is_retired: bool = False


class Pack(NamedTuple):
    """A pack with what the person set. `key` names it for good: "PE", or the id of their own.

    With `weight` 0 it is on, but nothing is dealt from it: its prompts wait for their occasions.
    """

    key: str
    prompts: tuple[Prompt, ...]
    kind: str = "day"
    weight: int = 1
    is_on: bool = True

    @property
    def current(self) -> list[Prompt]:
        """The prompts that are still asked."""
        return [prompt for prompt in self.prompts if not prompt.is_retired]


@dataclass(frozen=True)
class Deck:
    """A pack as one person goes through it. A new one is empty and in no cycle yet.

    `remaining` is in order, the next first. `asked` came up in this cycle already, of which
    `skipped` came back once. `served` are the last few, whatever the cycle, the latest last.
    `turn` is when the pack comes next: the lowest is dealt from first.
    """

    cycle: int = 0
    remaining: tuple[Id, ...] = ()
    asked: tuple[Id, ...] = ()
    skipped: frozenset[Id] = frozenset()
    served: tuple[Id, ...] = ()
    turn: int = 0


def shuffle(deck: Deck, pack: Pack, seed: str) -> Deck:
    """The deck at the beginning of its next cycle.

    What never came up in the cycle before keeps its place, ahead of the others. The same on every
    machine: of all that `random` does, only `Random.random` is promised to stay as it is.
    """
    cycle = deck.cycle + 1
    dice = _dice(seed, pack.key, cycle)
    prompts = sorted(pack.current, key=lambda prompt: (prompt.key, str(prompt.id)))
    shuffled = [prompt.id for prompt in sorted(prompts, key=lambda _: dice.random())]
    waiting = {*shuffled} - {*deck.asked}
    waited = (prompt for prompt in deck.remaining if prompt in waiting)
    return replace(
        deck,
        cycle=cycle,
        remaining=tuple(dict.fromkeys((*waited, *shuffled))),
        asked=(),
        skipped=frozenset(),
    )


def keep_up(deck: Deck, pack: Pack, seed: str) -> Deck:
    """The deck with what changed in its pack: what is retired falls out, what is new comes last."""
    if not deck.cycle:
        return shuffle(deck, pack, seed)
    current = dict.fromkeys(prompt.id for prompt in pack.current)
    known = {*deck.remaining, *deck.asked}
    return replace(
        deck,
        remaining=(
            *(prompt for prompt in deck.remaining if prompt in current),
            *(prompt for prompt in current if prompt not in known),
        ),
    )


def take(deck: Deck, prompt: Id) -> Deck:
    """The deck after this prompt was asked, by its turn or in any other way."""
    return replace(
        deck,
        remaining=_without(deck.remaining, prompt),
        asked=(*_without(deck.asked, prompt), prompt),
        served=(*_without(deck.served, prompt), prompt)[-KEPT_APART:],
    )


def settle(deck: Deck, prompt: Id, outcome: str) -> Deck:
    """The deck after what became of a prompt that was taken from it.

    One that is skipped comes again at the end, once a cycle; one put off for some days comes next,
    when these are over. All others had their turn, as has one that is written about in the end.
    """
    rest = _without(deck.remaining, prompt)
    if outcome == Outcome.SKIPPED and prompt not in deck.skipped:
        return replace(deck, remaining=(*rest, prompt), skipped=deck.skipped | {prompt})
    if outcome == Outcome.SNOOZED:
        return replace(deck, remaining=(prompt, *rest), served=_without(deck.served, prompt))
    return replace(deck, remaining=rest)


def in_turn(packs: Iterable[Pack], decks: Mapping[str, Deck], seed: str) -> list[tuple[Pack, Deck]]:
    """Packs with weight and their decks, those first whose turn it is.

    Packs of one turn come in an order that is the person's own. Who was away for long (switched
    off, or with nothing to ask) does not catch up on all it missed, but comes first.
    """
    hands = [(pack, decks.get(pack.key, Deck())) for pack in packs if pack.weight]
    latest = max((deck.turn for _, deck in hands), default=0)
    hands = [(pack, replace(deck, turn=max(deck.turn, latest - WAIT))) for pack, deck in hands]
    return sorted(hands, key=lambda hand: (hand[1].turn, chance(seed, hand[0].key), hand[0].key))


def pass_turn(deck: Deck, weight: int) -> Deck:
    """The deck after its pack had a turn: the more weight, the sooner it comes again."""
    return replace(deck, turn=deck.turn + max(WAIT // weight, 1))


def chance(*parts: object) -> float:
    """A number from 0 to 1 that is always the same for these parts, and like no other."""
    return _dice(*parts).random()


def _dice(*parts: object) -> Random:
    return Random(":".join(map(str, parts)))  # noqa: S311 (not a secret)


def _without(prompts: tuple[Id, ...], prompt: Id) -> tuple[Id, ...]:
    return tuple(other for other in prompts if other != prompt)
