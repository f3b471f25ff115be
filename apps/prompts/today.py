"""What the prompt of a day is chosen from, and what of it may be asked. No database, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from apps.prompts.decks import Deck, Id, Pack, Prompt, Weight, chance, in_turn, keep_up

# How much an occasion weighs. One takes the day with sixty or more.
SCORES = {
    "promise_overdue": 95,
    "work_past": 92,
    "work_ending": 90,
    "promise_due": 88,
    "closed_without_review": 85,
    "promise_unanswered": 80,
    "no_owed": 78,
    "care_untouched": 70,
    "person_quiet": 65,
    "friction_hot": 60,
    "look_back": 55,
    "landmark": 50,
}
ENOUGH = 60
# The same thing weighs less for some days after it was asked about.
ASKED_LATELY, ASKED_LATELY_DAYS = 40, 5
# For so long nothing is asked about what somebody does not want to be asked about.
NOT_ABOUT_DAYS = 30
# Of the prompts that came first on the last days, fewer than so many were called for by something.
BALANCE, BALANCE_DAYS = 4, 7
HEAVY, HEAVY_DAYS = 2, 7
TOO_HOT = 9
LEAST_NUMBER = 2
# In a season of dwelling there is more of the one pack, and no talk of steps and sizes.
DWELLING = "DW"
RESTING_PACKS = frozenset({"CL"})
RESTING_PROMPTS = frozenset({"PR-5"})

# What stands in the blanks of a text: `n` is a number, all others are words.
Blanks = Mapping[str, str | int]


class Lack(StrEnum):
    """Why a prompt, or any, cannot be asked today. What passes, or is changed, soonest is first."""

    TODAY = "today"
    HEAVY = "heavy"
    SNOOZED = "snoozed"
    NEEDS = "needs"
    LIGHT_ONLY = "light_only"
    SEASON = "season"
    NOT_FOR_ME = "not_for_me"
    OCCASION = "occasion"
    PACKS = "packs"
    SWAPS = "swaps"


# These pass by waiting: a deck that has only such prompts left is not used up.
WAITING = frozenset({Lack.TODAY, Lack.HEAVY, Lack.SNOOZED})


class Serving(NamedTuple):
    """A prompt that was asked. `about` is a mark like "promise:<id>", or "".

    Nothing is asked about `about` before `not_about_until`.
    """

    day: date
    slot: int
    prompt: Id
    is_heavy: bool = False
    is_triggered: bool = False
    about: str = ""
    not_about_until: date | None = None


class Past(NamedTuple):
    """What was asked before, newest first: of thirty days at least, and seven that had a prompt.

    Who comes once a week is balanced over seven weeks, so more than thirty days may be wanted.
    `is_new` when fewer than seven were asked ever; then these are all.
    """

    servings: Sequence[Serving] = ()
    is_new: bool = False


class Wishes(NamedTuple):
    """How somebody wants to be asked: ids of prompts not for them, and put off beyond this day."""

    light_only: bool = False
    not_for_me: frozenset[Id] = frozenset()
    snoozed: frozenset[Id] = frozenset()
    is_dwelling: bool = False


class Thing(NamedTuple):
    """Something one can be asked about, and what it puts in the blanks: {"person": "Mira"}."""

    about: str
    blanks: Blanks


class Occasion(NamedTuple):
    """Something that calls for a prompt today. `about` is "" where it is about no one thing."""

    kind: str
    score: int
    about: str = ""
    blanks: Blanks = {}


def calling(kind: str, about: str, blanks: Blanks) -> Occasion:
    """An occasion, as much as it weighs."""
    return Occasion(kind, SCORES[kind], about, blanks)


class Open(NamedTuple):
    """What is the case today: things by the need they meet, occasions, and the hottest friction.

    A few dozen things of a kind are enough: each prompt that needs one looks at all of them.
    """

    things: Mapping[str, Sequence[Thing]] = {}
    occasions: Sequence[Occasion] = ()
    heat: int = 0


@dataclass(frozen=True)
class Today:
    """All that the prompt of a day is chosen from. `seed` is the person's id.

    `decks` go by the keys of their packs; a pack without one begins.
    """

    seed: str
    day: date
    library: Sequence[Pack]
    decks: Mapping[str, Deck] = field(default_factory=dict)
    past: Past = field(default_factory=Past)
    wishes: Wishes = field(default_factory=Wishes)
    open: Open = field(default_factory=Open)

    @cached_property
    def packs(self) -> list[Pack]:
        """The packs that prompts may come from today, as the season weighs them."""
        packs = [pack for pack in self.library if pack.is_on and pack.kind == "day"]
        if not self.wishes.is_dwelling:
            return packs
        return [
            pack._replace(weight=2 * pack.weight) if pack.key == DWELLING else pack
            for pack in packs
            if pack.key not in RESTING_PACKS
        ]

    @cached_property
    def hands(self) -> list[tuple[Pack, Deck]]:
        """The packs that are dealt from, with their decks as they are now, in their turn."""
        return [
            (pack, keep_up(deck, pack, self.seed))
            for pack, deck in in_turn(self.packs, self.decks, self.seed)
        ]

    @cached_property
    def asked(self) -> frozenset[Id]:
        """What was asked on this day already."""
        return frozenset(past.prompt for past in self.past.servings if past.day == self.day)

    @cached_property
    def is_balanced(self) -> bool:
        """Whether the last days were free enough for something that calls."""
        firsts = [past for past in self.past.servings if past.slot == 0]
        return sum(past.is_triggered for past in firsts[:BALANCE_DAYS]) < BALANCE

    @cached_property
    def bears_heavy(self) -> bool:
        """Whether something heavy may be asked again."""
        ago = [(self.day - past.day).days for past in self.past.servings if past.is_heavy]
        return (
            self.open.heat < TOO_HOT
            and all(days > 1 for days in ago)
            and sum(days < HEAVY_DAYS for days in ago) < HEAVY
        )

    @cached_property
    def unwanted(self) -> frozenset[str]:
        """What nothing is to be asked about for now."""
        return frozenset(
            past.about
            for past in self.past.servings
            if past.about and past.not_about_until and self.day < past.not_about_until
        )

    @cached_property
    def last_about(self) -> dict[str, date]:
        """When something was last asked about each thing."""
        return {past.about: past.day for past in reversed(self.past.servings) if past.about}

    @cached_property
    def calling(self) -> list[Occasion]:
        """The occasions that may take the day, as they weigh today, the weightiest first."""
        weighed = [
            occasion._replace(score=occasion.score - ASKED_LATELY)
            if self._was_asked_lately(occasion.about)
            else occasion
            for occasion in self.open.occasions
            if occasion.about not in self.unwanted
        ]
        return sorted(
            (occasion for occasion in weighed if occasion.score >= ENOUGH),
            key=lambda it: (-it.score, self.last_about.get(it.about, date.min), it.kind, it.about),
        )

    def lack(self, prompt: Prompt) -> Lack | None:
        """What stands in the way of a prompt, whatever calls for it."""
        is_heavy = prompt.weight == Weight.HEAVY
        if prompt.id in self.wishes.not_for_me:
            return Lack.NOT_FOR_ME
        if is_heavy and self.wishes.light_only:
            return Lack.LIGHT_ONLY
        if self.wishes.is_dwelling and prompt.key in RESTING_PROMPTS:
            return Lack.SEASON
        if prompt.id in self.wishes.snoozed:
            return Lack.SNOOZED
        if is_heavy and not self.bears_heavy:
            return Lack.HEAVY
        return Lack.TODAY if prompt.id in self.asked else None

    def lack_in_deck(self, prompt: Prompt) -> Lack | None:
        """What stands in the way of a prompt when nothing calls for it."""
        if prompt.fits:
            return Lack.OCCASION
        return self.lack(prompt) or (Lack.NEEDS if self.thing_for(prompt) is None else None)

    def thing_for(self, prompt: Prompt) -> Thing | None:
        """What a prompt is asked about: what was not asked about for longest. None: there is none.

        For a prompt that needs nothing, a thing without a mark.
        """
        things = self.open.things.get(prompt.needs, ()) if prompt.needs else [Thing("", {})]
        return min(
            (
                thing
                for thing in things
                if thing.about not in self.unwanted and fill(prompt, thing.blanks) is not None
            ),
            key=lambda thing: (
                self.last_about.get(thing.about, date.min),
                chance(self.seed, self.day, thing.about),
            ),
            default=None,
        )

    def _was_asked_lately(self, about: str) -> bool:
        last = self.last_about.get(about)
        return last is not None and (self.day - last).days <= ASKED_LATELY_DAYS


def fill(prompt: Prompt, blanks: Blanks) -> dict[str, str | int] | None:
    """What stands in the blanks of this prompt, or None when one would stay empty.

    A number is filled in from two on: the texts count in the plural.
    """
    names = prompt.blanks | ({prompt.needs} if prompt.needs else set())
    filled = {name: blanks[name] for name in sorted(names) if blanks.get(name, "") != ""}
    number = filled.get("n", LEAST_NUMBER)
    is_whole = len(filled) == len(names) and isinstance(number, int) and number >= LEAST_NUMBER
    return filled if is_whole else None
