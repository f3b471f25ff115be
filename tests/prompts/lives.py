"""Lives lived a day at a time, asked by the shipped packs or by small ones, and what must hold."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from apps.prompts.daily import Choice, Nothing, choose, swap
from apps.prompts.decks import Deck, Id, Outcome, Pack, Prompt, settle
from apps.prompts.today import Occasion, Open, Past, Serving, Thing, Today, Wishes
from tests.prompts.test_packs import BLANK, shipped_packs

BEGIN = date(2026, 1, 1)
# One of each kind, as they come with their blanks; each about something of its own.
CALLING = [
    Occasion("promise_overdue", 95, "promise:late", {"promise": "report", "n": 3, "when": "May"}),
    Occasion("work_past", 92, "work:past", {"work": "quilt", "n": 1}),
    Occasion("work_ending", 90, "work:ending", {"work": "song", "n": 2}),
    Occasion("promise_due", 88, "promise:due", {"promise": "letter", "when": "on Friday"}),
    Occasion("closed_without_review", 85, "promise:closed", {"promise": "shelf"}),
    Occasion("promise_unanswered", 80, "promise:sent", {"promise": "draft", "n": 8}),
    Occasion("no_owed", 78, "promise:asked", {"promise": "talk"}),
    Occasion("care_untouched", 70, "care:old", {"care": "bees", "n": 4}),
    Occasion("person_quiet", 65, "person:quiet", {"person": "Mira", "n": 5}),
    Occasion("friction_hot", 60, "friction:hot", {"friction": "the queue", "n": 7}),
    Occasion("look_back", 55),
    Occasion("landmark", 50),
]
THINGS = {
    "person": [Thing("person:quiet", {"person": "Mira"}), Thing("person:near", {"person": "Ada"})],
    "promise": [Thing("promise:due", {"promise": "letter"})],
    "work": [Thing("work:ending", {"work": "song"})],
    "friction": [Thing("friction:hot", {"friction": "the queue"})],
    "care": [Thing("care:old", {"care": "bees"})],
    "chapter": [Thing("chapter:now", {"chapter": "the shop"})],
}
BUSY = Open(things=THINGS, occasions=CALLING)
QUIET = Open()
FREE = Wishes()


@lru_cache(maxsize=1)
def shipped_library() -> tuple[Pack, ...]:
    """The packs that are shipped, as the database would hand them in: ids are their keys."""
    return tuple(
        Pack(
            key=pack["key"],
            kind=pack["kind"],
            prompts=tuple(
                Prompt(
                    id=prompt["key"],
                    key=prompt["key"],
                    weight=prompt["weight"],
                    needs="".join(prompt["needs"]),
                    fits=tuple(prompt.get("fits", ())),
                    blanks=frozenset(
                        name for text in prompt["text"].values() for name in BLANK.findall(text)
                    ),
                )
                for prompt in pack["prompt"]
            ),
        )
        for pack in shipped_packs()
    )


def small_pack(key: str = "XX", size: int = 5, **kept) -> Pack:
    """A pack of light prompts that need nothing."""
    return Pack(
        key, tuple(Prompt(f"{key}-{n}", f"{key}-{n}", "light") for n in range(1, size + 1)), **kept
    )


def with_prompts(pack: Pack, **changes: Mapping[str, object]) -> Pack:
    """The pack with other values for some of its prompts: `with_prompts(pack, n1={"needs": …})`."""
    prompts = list(pack.prompts)
    for name, values in changes.items():
        prompts[int(name[1:]) - 1] = prompts[int(name[1:]) - 1]._replace(**values)
    return pack._replace(prompts=tuple(prompts))


@dataclass
class Asked:
    """A choice as it was made: by what rules, on which day, and what became of it."""

    today: Today
    choice: Choice
    prompt: Prompt
    outcome: str = Outcome.NONE

    @property
    def is_heavy(self) -> bool:
        return self.prompt.weight == "heavy"

    @property
    def is_triggered(self) -> bool:
        return self.choice.reason == "triggered"


@dataclass
class Life:
    """One person: what was asked so far, with the decks as they lie."""

    library: Sequence[Pack] = field(default_factory=shipped_library)
    seed: str = "alice"
    is_new: bool = False
    decks: dict[str, Deck] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    servings: list[Serving] = field(default_factory=list)
    nothing: list[tuple[Today, Nothing]] = field(default_factory=list)

    def today(self, day: date, open_: Open = QUIET, wishes: Wishes = FREE) -> Today:
        """The day, told no more of the past than was promised: thirty days, and seven servings."""
        firsts = [past.day for past in reversed(self.servings) if past.slot == 0][:7]
        since = min([day - timedelta(days=30), *firsts])
        recent = [past for past in reversed(self.servings) if past.day >= since]
        past = Past(recent, self.is_new and len(self.servings) < 7)
        return Today(self.seed, day, self.library, dict(self.decks), past, wishes, open_)

    def ask(self, day: date, open_: Open = QUIET, wishes: Wishes = FREE) -> Choice | Nothing:
        """The prompt of the day."""
        today = self.today(day, open_, wishes)
        return self._note(today, choose(today))

    def swap(self, day: date, open_: Open = QUIET, wishes: Wishes = FREE) -> Choice | Nothing:
        """Another one for this day, in place of the last."""
        today = self.today(day, open_, wishes)
        return self._note(today, swap(today))

    def answer(self, outcome: str, not_about_until: date | None = None) -> None:
        """What becomes of the prompt that was asked last."""
        last = self.asked[-1]
        last.outcome = outcome
        self.servings[-1] = self.servings[-1]._replace(not_about_until=not_about_until)
        pack = last.choice.pack
        self.decks[pack] = settle(self.decks[pack], last.choice.prompt, outcome)

    def live(self, days: int, open_: Open = QUIET, wishes: Wishes = FREE) -> list[str]:
        """So many days, one after another. Returns the prompts."""
        start = self.servings[-1].day + timedelta(days=1) if self.servings else BEGIN
        chosen = [self.ask(start + timedelta(days=n), open_, wishes) for n in range(days)]
        return [str(choice.prompt) for choice in chosen if isinstance(choice, Choice)]

    def _note(self, today: Today, choice: Choice | Nothing) -> Choice | Nothing:
        if isinstance(choice, Nothing):
            self.nothing.append((today, choice))
            return choice
        prompt = next(
            prompt
            for pack in self.library
            if pack.key == choice.pack
            for prompt in pack.prompts
            if prompt.id == choice.prompt
        )
        self.decks[choice.pack] = choice.deck
        self.asked.append(Asked(today, choice, prompt))
        self.servings.append(
            Serving(
                day=today.day,
                slot=choice.slot,
                prompt=choice.prompt,
                is_heavy=prompt.weight == "heavy",
                is_triggered=choice.reason == "triggered",
                about=choice.about,
            )
        )
        return choice


def wrongs(life: Life) -> list[str]:
    """What does not hold of a life, said once more from the rules and not from the code."""
    return [
        *_wrong_rhythm(life.asked),
        *_repeats(life.asked),
        *(f"{it.today.day} {it.choice.prompt}: {what}" for it in life.asked for what in _unfit(it)),
        *(
            f"{today.day}: nothing, though {prompt.id} could be asked"
            for today, nothing in life.nothing
            if nothing.reason != "swaps"
            for prompt in _askable(today)
        ),
    ]


def _wrong_rhythm(asked: Sequence[Asked]) -> Iterator[str]:
    heavy = [it.today.day for it in asked if it.is_heavy]
    for before, after in pairwise(heavy):
        if (after - before).days < 2:
            yield f"{after}: heavy after heavy"
    for first, third in zip(heavy, heavy[2:], strict=False):
        if (third - first).days < 7:
            yield f"{third}: a third heavy one in seven days"
    for some in (asked, [it for it in asked if it.choice.slot == 0]):
        for start in range(len(some)):
            if sum(it.is_triggered for it in some[start : start + 7]) > 4:
                yield f"{some[start].today.day}: more than four of seven were triggered"
    slots = Counter((it.today.day, it.choice.slot) for it in asked)
    for (day, slot), number in slots.items():
        if number > 1 or slot > 3 or (slot and (day, slot - 1) not in slots):
            yield f"{day}: slot {slot} is wrong"


def _repeats(asked: Sequence[Asked]) -> Iterator[str]:
    """A prompt comes once a cycle, but for one that came back, or is all an occasion has."""
    may_return: Counter[tuple[str, int, Id]] = Counter()
    seen: set[tuple[str, int, Id]] = set()
    returned: set[tuple[str, int, Id]] = set()
    for it in asked:
        name = (it.choice.pack, it.choice.deck.cycle, it.choice.prompt)
        if name in seen and not it.is_triggered:
            if not may_return[name]:
                yield f"{it.today.day}: {name} once more in its cycle"
            may_return[name] -= 1
        seen.add(name)
        if it.outcome == Outcome.SNOOZED or (
            it.outcome == Outcome.SKIPPED and name not in returned
        ):
            may_return[name] = 1
        if it.outcome == Outcome.SKIPPED:
            returned.add(name)


def _unfit(it: Asked) -> Iterator[str]:
    today, choice, prompt = it.today, it.choice, it.prompt
    pack = next(pack for pack in today.library if pack.key == choice.pack)
    if not pack.is_on or pack.kind != "day" or (choice.reason != "triggered" and not pack.weight):
        yield "is of a pack that is not asked from"
    if not _is_wanted(today, pack, prompt):
        yield "is not wanted"
    if prompt.id in {past.prompt for past in today.past.servings if past.day == today.day}:
        yield "was asked on this day"
    if choice.about in _unwanted(today):
        yield "is about what is not wanted"
    if set(choice.blanks) != prompt.blanks | set(filter(None, [prompt.needs])):
        yield "has blanks"
    if choice.blanks.get("n", 2) < 2 or "" in choice.blanks.values():
        yield "has blanks that are badly filled"
    if choice.reason == "triggered":
        lately = any(
            past.about == choice.about and (today.day - past.day).days <= 5
            for past in today.past.servings
            if past.about
        )
        score = choice.score + 40 * lately
        calling = {(it.kind, it.about, it.score) for it in today.open.occasions}
        if choice.score < 60 or (choice.occasion, choice.about, score) not in calling:
            yield "is called for by nothing"
        if choice.occasion not in prompt.fits:
            yield "does not fit"
    elif prompt.fits or choice.occasion or choice.score:
        yield "waits for its occasion"


def _askable(today: Today) -> list[Prompt]:
    heavy = [past.day for past in today.past.servings if past.is_heavy]
    no_heavy = (
        today.wishes.light_only
        or today.open.heat >= 9
        or any((today.day - day).days <= 1 for day in heavy)
        or sum((today.day - day).days < 7 for day in heavy) >= 2
    )
    done = {past.prompt for past in today.past.servings if past.day == today.day}
    return [
        prompt
        for pack in today.library
        if pack.is_on and pack.weight and pack.kind == "day"
        for prompt in pack.prompts
        if not prompt.fits
        and prompt.id not in done
        and not (prompt.weight == "heavy" and no_heavy)
        and _is_wanted(today, pack, prompt)
        and (not prompt.needs or _has(today, prompt))
    ]


def _has(today: Today, prompt: Prompt) -> bool:
    return any(
        thing.about not in _unwanted(today) and prompt.blanks <= set(thing.blanks)
        for thing in today.open.things.get(prompt.needs, ())
    )


def _is_wanted(today: Today, pack: Pack, prompt: Prompt) -> bool:
    wishes = today.wishes
    return not (
        prompt.is_retired
        or prompt.id in wishes.not_for_me
        or prompt.id in wishes.snoozed
        or (wishes.light_only and prompt.weight == "heavy")
        or (wishes.is_dwelling and (pack.key == "CL" or prompt.key == "PR-5"))
    )


def _unwanted(today: Today) -> set[str]:
    return {
        past.about
        for past in today.past.servings
        if past.not_about_until and past.not_about_until > today.day
    }


def packs_of(asked: Iterable[Asked]) -> Counter[str]:
    """How often each pack was asked from."""
    return Counter(it.choice.pack for it in asked)
