"""The prompt of the day: one that something calls for, or the next from the decks.

No database, no clock, no words: all is handed in, the choice and why it was made go out. The same
day of the same life gives the same prompt, on any machine.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from apps.prompts.decks import Deck, Id, Pack, Prompt, chance, keep_up, pass_turn, shuffle, take
from apps.prompts.today import WAITING, Blanks, Lack, Occasion, Thing, Today, fill

FIRST_DAYS = ("PE-2", "CA-1", "JO-1", "PR-2", "SS-2", "DR-1", "DW-1")
SWAPS = 3


class Reason(StrEnum):
    """What made it the prompt of the day."""

    FIRST_DAYS = "first_days"
    TRIGGERED = "triggered"
    DECK = "deck"
    # Somebody wanted another one.
    ASKED = "asked"


@dataclass(frozen=True)
class Choice:
    """The prompt to ask, with the one deck that changes when it is asked."""

    prompt: Id
    slot: int
    reason: Reason
    pack: str
    deck: Deck
    occasion: str = ""
    about: str = ""
    blanks: Blanks = field(default_factory=dict)
    score: int = 0
    # Something called, and the day was kept free of it all the same.
    is_kept_free: bool = False


@dataclass(frozen=True)
class Nothing:
    """There is nothing to ask, and why: of all that stands in the way, what passes soonest."""

    reason: Lack


def choose(today: Today) -> Choice | Nothing:
    """The first prompt of a day. Raises ValueError when the day has one: that one is shown again.

    In the first days seven that suit everybody; then what calls most for it, on at most four days
    of seven; else the next from the decks.
    """
    if today.asked:
        raise ValueError("this day has its prompt")
    return _in_first_days(today) or _called_for(today) or _dealt(today, Reason.DECK)


def swap(today: Today) -> Choice | Nothing:
    """Another prompt for a day that has one, up to three times: never for an occasion.

    Raises ValueError when the day has none yet.
    """
    if not today.asked:
        raise ValueError("this day has no prompt yet")
    if _slot(today) > SWAPS:
        return Nothing(Lack.SWAPS)
    return _in_first_days(today) or _dealt(today, Reason.ASKED)


def _in_first_days(today: Today) -> Choice | None:
    """The next of the first seven that may be asked, as long as fewer were asked ever."""
    if not today.past.is_new:
        return None
    before = {past.prompt for past in today.past.servings}
    found = {
        prompt.key: (pack, deck, prompt)
        for pack, deck in today.hands
        for prompt in pack.current
        if prompt.id not in before and not today.lack_in_deck(prompt)
    }
    for key in FIRST_DAYS:
        if key in found:
            pack, deck, prompt = found[key]
            reason = Reason.ASKED if today.asked else Reason.FIRST_DAYS
            return _asked(today, pack, pass_turn(deck, pack.weight), prompt, reason)
    return None


def _called_for(today: Today) -> Choice | None:
    """What the weightiest occasion calls for that has a prompt which may be asked."""
    if not today.is_balanced:
        return None
    for occasion in today.calling:
        fitting = list(_fitting(today, occasion))
        if fitting:
            _, pack, deck, prompt = min(fitting, key=lambda fit: fit[0])
            return _asked(today, pack, deck, prompt, Reason.TRIGGERED, occasion)
    return None


def _fitting(
    today: Today, occasion: Occasion
) -> Iterator[tuple[tuple[bool, int, float], Pack, Deck, Prompt]]:
    """The prompts for an occasion, each with its place: those first that this cycle still has."""
    last = {past.prompt: past.day for past in reversed(today.past.servings)}
    for pack in today.packs:
        deck = keep_up(today.decks.get(pack.key, Deck()), pack, today.seed)
        for prompt in pack.current:
            if (
                occasion.kind not in prompt.fits
                or today.lack(prompt)
                or fill(prompt, occasion.blanks) is None
            ):
                continue
            is_over = prompt.id not in deck.remaining
            place = (
                last.get(prompt.id, date.min).toordinal()
                if is_over
                else deck.remaining.index(prompt.id)
            )
            yield (is_over, place, chance(today.seed, today.day, prompt.key)), pack, deck, prompt


def _dealt(today: Today, reason: Reason) -> Choice | Nothing:
    """The next of the pack whose turn it is and which has something to ask.

    A deck without anything to wait for begins its next cycle; and when no pack has anything else,
    so does one that waits. Packs that are passed over keep their turn.
    """
    for has_waited in (False, True):
        for pack, deck in today.hands:
            found = _next(today, pack, deck)
            if not found and (has_waited or not _waits(today, pack, deck)):
                deck = shuffle(deck, pack, today.seed)
                found = _next(today, pack, deck)
            if found:
                return _asked(today, pack, pass_turn(deck, pack.weight), found, reason)
    lacks = {today.lack_in_deck(prompt) for pack, _ in today.hands for prompt in pack.current}
    return Nothing(next(lack for lack in Lack if lack in lacks or lack is Lack.PACKS))


def _next(today: Today, pack: Pack, deck: Deck) -> Prompt | None:
    """The first of the deck that may be asked; of the last few only if there is nothing else."""
    may = [prompt for prompt in _remaining(pack, deck) if not today.lack_in_deck(prompt)]
    return next((prompt for prompt in may if prompt.id not in deck.served), may[0] if may else None)


def _waits(today: Today, pack: Pack, deck: Deck) -> bool:
    return any(today.lack_in_deck(prompt) in WAITING for prompt in _remaining(pack, deck))


def _remaining(pack: Pack, deck: Deck) -> list[Prompt]:
    prompts = {prompt.id: prompt for prompt in pack.prompts}
    return [prompts[prompt] for prompt in deck.remaining]


def _slot(today: Today) -> int:
    return 1 + max((past.slot for past in today.past.servings if past.day == today.day), default=-1)


def _asked(
    today: Today,
    pack: Pack,
    deck: Deck,
    prompt: Prompt,
    reason: Reason,
    occasion: Occasion | None = None,
) -> Choice:
    """The choice of this prompt, about its occasion or about what it needs."""
    deck = take(deck, prompt.id)
    about = occasion or today.thing_for(prompt) or Thing("", {})
    return Choice(
        prompt=prompt.id,
        slot=_slot(today),
        reason=reason,
        pack=pack.key,
        deck=deck,
        occasion=occasion.kind if occasion else "",
        about=about.about,
        blanks=fill(prompt, about.blanks) or {},
        score=occasion.score if occasion else 0,
        is_kept_free=reason == Reason.DECK and bool(today.calling) and not today.is_balanced,
    )
