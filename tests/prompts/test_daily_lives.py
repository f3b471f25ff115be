"""Whole years of prompts, and lives of any kind: what must hold of them all."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.prompts.daily import Choice, Nothing
from apps.prompts.decks import Outcome, Pack, Prompt
from apps.prompts.today import Lack, Occasion, Open, Wishes
from tests.prompts.lives import (
    BEGIN,
    BUSY,
    FREE,
    QUIET,
    THINGS,
    Life,
    packs_of,
    shipped_library,
    small_pack,
    with_prompts,
    wrongs,
)

YEAR = 365
DAY = timedelta(days=1)


def year(open_: Open = QUIET, wishes: Wishes = FREE, **kept) -> Life:
    """A year by the shipped packs, from the first day on."""
    life = Life(is_new=True, **kept)
    life.live(YEAR, open_, wishes)
    assert wrongs(life) == []
    return life


def reasons(life: Life) -> Counter[str]:
    return Counter(it.choice.reason for it in life.asked)


def test_it_asks_somebody_who_noted_nothing_something_every_day() -> None:
    life = year()
    assert len(life.asked) == YEAR
    assert reasons(life) == {"first_days": 7, "deck": YEAR - 7}
    assert {it.choice.about for it in life.asked} == {""}
    asked = packs_of(life.asked)
    assert max(asked.values()) - min(asked.values()) <= 1
    assert len({it.choice.prompt for it in life.asked[: 12 * 17]}) == 12 * 17
    assert any(it.is_heavy for it in life.asked)


def test_it_asks_somebody_with_ten_things_open_about_them_on_every_second_day() -> None:
    life = year(BUSY)
    assert len(life.asked) == YEAR
    assert reasons(life)["triggered"] > YEAR * 0.45
    called = Counter(it.choice.about for it in life.asked if it.is_triggered)
    assert max(called.values()) < YEAR / 6
    assert {it.prompt.needs for it in life.asked} > {"person", "promise", "work", "care", "chapter"}


def test_it_asks_nothing_heavy_in_a_light_year() -> None:
    life = year(BUSY, Wishes(light_only=True))
    assert len(life.asked) == YEAR
    assert not any(it.is_heavy for it in life.asked)


@pytest.mark.parametrize("key", ["PE", "DG", "SF", "PR"])
def test_it_lives_on_one_pack(key) -> None:
    library = [pack._replace(is_on=pack.key == key) for pack in shipped_library()]
    life = year(BUSY, library=library)
    assert len(life.asked) == YEAR
    assert set(packs_of(life.asked)) == {key}


def test_it_lives_through_a_season_of_dwelling() -> None:
    life = Life()
    life.live(100, BUSY)
    life.live(200, BUSY, Wishes(is_dwelling=True))
    life.live(65, BUSY)
    assert wrongs(life) == []
    dealt = packs_of(it for it in life.asked[100:300] if not it.is_triggered)
    assert dealt["CL"] == 0
    assert dealt["DW"] in (2 * dealt["PE"] - 1, 2 * dealt["PE"], 2 * dealt["PE"] + 1)
    after = packs_of(it for it in life.asked[300:] if not it.is_triggered)
    assert after["CL"] <= after["PE"] + 1


def test_it_asks_nothing_while_all_is_put_off_and_goes_on_afterwards() -> None:
    everything = frozenset(prompt.id for pack in shipped_library() for prompt in pack.prompts)
    life = year(BUSY, Wishes(snoozed=everything))
    assert life.asked == []
    assert {nothing for _, nothing in life.nothing} == {Nothing(Lack.SNOOZED)}
    life.nothing.clear()
    chosen = [life.ask(BEGIN + (YEAR + n) * DAY) for n in range(30)]
    assert all(isinstance(choice, Choice) for choice in chosen)
    assert wrongs(life) == []


def test_it_differs_from_person_to_person() -> None:
    years = [Life(seed=seed).live(30) for seed in ("alice", "bob", "carol")]
    assert len(set(map(tuple, years))) == 3


def test_it_is_not_hurt_by_packs_that_change_under_it() -> None:
    life = Life(library=[small_pack("AA", 6), small_pack("BB", 6)])
    life.live(5)
    grown = with_prompts(small_pack("AA", 9), n1={"is_retired": True}, n3={"is_retired": True})
    life.library = [grown, small_pack("CC", 3)]
    asked = life.live(20)
    assert wrongs(life) == []
    assert {f"AA-{n}" for n in (2, 4, 5, 6, 7, 8, 9)} <= set(asked) | set(life.decks["AA"].asked)
    assert not {"AA-1", "AA-3"} & set(asked)
    assert "CC-1" in asked


# Lives of any kind

WORDS = {"person": "Mira", "promise": "letter", "care": "bees"}
MARKS = [f"{kind}:{number}" for kind in WORDS for number in (1, 2)]


@st.composite
def libraries(draw) -> list[Pack]:
    """A few small packs, each prompt of any weight, need and occasion."""
    packs = []
    for key in draw(st.sampled_from([["AA"], ["AA", "DW"], ["PR", "CL", "DW", "BB"]])):
        prompts = []
        for number in range(1, draw(st.integers(1, 7)) + 1):
            needs = draw(st.sampled_from(["", "", "", "person", "promise", "care"]))
            fits = draw(st.sampled_from([(), (), ("one",), ("one", "other")]))
            counts = draw(st.booleans()) and bool(fits)
            blanks = {needs} - {""} | ({"n"} if counts else set())
            prompts.append(
                Prompt(
                    f"{key}-{number}",
                    f"{key}-{number}",
                    draw(st.sampled_from(["light", "medium", "heavy"])),
                    needs,
                    fits,
                    frozenset(blanks),
                    draw(st.integers(0, 9)) == 0,
                )
            )
        kind = draw(st.sampled_from(["day"] * 5 + ["year"]))
        weight = draw(st.integers(0, 3))
        packs.append(Pack(key, tuple(prompts), kind, weight, draw(st.integers(0, 5)) > 0))
    return packs


@st.composite
def openings(draw) -> Open:
    """What is the case on a day."""
    marks = draw(st.sets(st.sampled_from(MARKS)))
    things: dict[str, list] = {}
    for mark in sorted(marks):
        kind = mark.split(":")[0]
        things.setdefault(kind, []).append(THINGS[kind][0]._replace(about=mark))
    occasions = [
        Occasion(
            draw(st.sampled_from(["one", "other", "unknown"])),
            draw(st.integers(40, 100)),
            mark,
            {mark.split(":")[0]: "it", "n": draw(st.integers(0, 3))} if mark else {},
        )
        for mark in draw(st.lists(st.sampled_from(["", *MARKS]), max_size=4))
    ]
    return Open(things, occasions, draw(st.sampled_from([0, 0, 0, 8, 9, 10])))


@st.composite
def wishes_of(draw, library) -> Wishes:
    """How somebody wants to be asked on a day."""
    ids = [prompt.id for pack in library for prompt in pack.prompts]
    some = st.frozensets(st.sampled_from(ids), max_size=2)
    return Wishes(
        draw(st.integers(0, 6)) == 0, draw(some), draw(some), draw(st.integers(0, 4)) == 0
    )


@st.composite
def lives(draw) -> Life:
    """A life lived for a month or two: with days off, swaps, and everything that can be said."""
    library = draw(libraries())
    life = Life(library, draw(st.sampled_from("abcde")), draw(st.booleans()))
    usual = draw(st.tuples(openings(), wishes_of(library)))
    day = BEGIN
    for _ in range(draw(st.integers(1, 24))):
        day += DAY * draw(st.sampled_from([1, 1, 1, 1, 2, 9]))
        is_usual = draw(st.integers(0, 3)) > 0
        opening, wishes = usual if is_usual else draw(st.tuples(openings(), wishes_of(library)))
        if not isinstance(life.ask(day, opening, wishes), Choice):
            continue
        for _ in range(draw(st.sampled_from([0, 0, 0, 0, 1, 4]))):
            answer(draw, life, day)
            if not isinstance(life.swap(day, opening, wishes), Choice):
                break
        answer(draw, life, day)
    return life


def answer(draw, life: Life, day: date) -> None:
    """What becomes of the last one: usually that it is written about."""
    outcome = draw(st.sampled_from([*["written"] * 4, *Outcome]))
    until = None
    if outcome == Outcome.NOT_THIS and life.asked[-1].choice.about:
        until = day + 30 * DAY
    life.answer(outcome, until)


@given(lives())
def test_it_keeps_all_rules_in_any_life(life) -> None:
    assert wrongs(life) == []


@given(lives())
def test_it_says_the_same_when_asked_the_same(life) -> None:
    for it in life.asked[::4]:
        again = Life(it.today.library[::-1], life.seed, servings=list(it.today.past.servings)[::-1])
        again.decks = dict(it.today.decks)
        ask = again.swap if it.choice.slot else again.ask
        again.is_new = it.today.past.is_new
        assert ask(it.today.day, it.today.open, it.today.wishes) == it.choice


@given(st.integers(1, 6), st.integers(2, 9), st.data())
def test_it_repeats_nothing_within_a_cycle(packs, size, data) -> None:
    library = [small_pack(f"P{n}", size + n) for n in range(packs)]
    life = Life(library, data.draw(st.text(max_size=5)))
    life.live(60)
    for pack in library:
        asked = [it.choice.prompt for it in life.asked if it.choice.pack == pack.key]
        whole = len(pack.prompts)
        for start in range(0, len(asked), whole):
            some = asked[start : start + whole]
            assert len(set(some)) == len(some)


# The checks have something to catch

OFF = [pack._replace(is_on=False) for pack in shipped_library()]
IDS = [prompt.id for pack in shipped_library() for prompt in pack.prompts]


def planted(**changes) -> Life:
    """A good month in which one choice is not as it should be."""
    life = Life()
    life.live(30, BUSY)
    assert wrongs(life) == []
    dealt = next(number for number, it in enumerate(life.asked) if not it.is_triggered)
    it = life.asked[dealt]
    prompt = it.prompt._replace(**changes.pop("prompt", {}))
    today = replace(it.today, **changes.pop("today", {}))
    life.asked[dealt] = replace(
        it, choice=replace(it.choice, **changes), prompt=prompt, today=today
    )
    return life


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"slot": 1}, "slot 1 is wrong"),
        ({"blanks": {"person": ""}}, "has blanks"),
        ({"prompt": {"needs": "person"}}, "has blanks"),
        ({"prompt": {"fits": ("landmark",)}}, "waits for its occasion"),
        ({"prompt": {"is_retired": True}}, "is not wanted"),
        ({"reason": "triggered"}, "is called for by nothing"),
        ({"reason": "triggered"}, "more than four of seven"),
        ({"today": {"library": OFF}}, "is of a pack that is not asked from"),
        ({"today": {"wishes": Wishes(not_for_me=frozenset(IDS))}}, "is not wanted"),
        ({"today": {"wishes": Wishes(snoozed=frozenset(IDS))}}, "is not wanted"),
    ],
)
def test_it_catches_a_choice_that_breaks_a_rule(changes, found) -> None:
    assert any(found in line for line in wrongs(planted(**changes)))


def test_it_catches_what_is_heavy_too_often_and_asked_twice() -> None:
    life = Life()
    life.live(30)
    life.asked[3:5] = [
        replace(it, prompt=it.prompt._replace(weight="heavy")) for it in life.asked[3:5]
    ]
    life.asked[6] = replace(life.asked[6], prompt=life.asked[3].prompt)
    life.asked.append(replace(life.asked[9], today=life.today(BEGIN + 40 * DAY)))
    found = " ".join(wrongs(life))
    for what in ("heavy after heavy", "a third heavy one", "once more in its cycle"):
        assert what in found


def test_it_catches_silence_when_there_was_something_to_ask() -> None:
    life = Life()
    life.nothing.append((life.today(BEGIN), Nothing(Lack.HEAVY)))
    assert any("could be asked" in line for line in wrongs(life))
