"""The prompt of a day: what takes the day, what stands in the way, and what is said about it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.prompts.daily import FIRST_DAYS, Choice, Nothing, Reason, choose, swap
from apps.prompts.decks import Deck, Outcome, Pack, Prompt
from apps.prompts.today import SCORES, Lack, Occasion, Open, Past, Serving, Thing, Wishes, fill
from tests.prompts.lives import (
    BEGIN,
    BUSY,
    THINGS,
    Asked,
    Life,
    shipped_library,
    small_pack,
    with_prompts,
)
from tests.prompts.test_packs import FIRST_WEEK, OCCASIONS

DAY = timedelta(days=1)
DUE = Occasion("promise_due", 88, "promise:due", {"promise": "letter", "when": "tomorrow"})


def calls(**changes) -> Prompt:
    """A prompt that waits for a promise that is due."""
    return Prompt("fit", "XX-0", "light", fits=("promise_due",))._replace(**changes)


def one_pack(*prompts: Prompt, **kept) -> Pack:
    """A small pack with these prompts before its others."""
    pack = small_pack(**kept)
    return pack._replace(prompts=(*prompts, *pack.prompts))


def test_it_knows_the_occasions_and_the_first_week_of_the_shipped_packs() -> None:
    assert set(SCORES) == set(OCCASIONS)
    assert list(FIRST_DAYS) == FIRST_WEEK


# The first days


def test_it_begins_with_the_same_seven_whatever_calls() -> None:
    life = Life(is_new=True)
    assert life.live(7, BUSY) == FIRST_WEEK
    assert {it.choice.reason for it in life.asked} == {"first_days"}
    life.live(1, BUSY)
    assert life.asked[-1].choice.reason == "triggered"


def test_it_begins_no_other_way_for_who_comes_seldom() -> None:
    life = Life(is_new=True)
    for number in range(7):
        life.ask(BEGIN + number * timedelta(days=45))
    assert [it.choice.prompt for it in life.asked] == FIRST_WEEK


def test_it_passes_over_what_of_the_first_seven_somebody_does_not_want() -> None:
    library = [
        pack._replace(is_on=False)
        if pack.key == "CA"
        else pack._replace(weight=0)
        if pack.key == "JO"
        else with_prompts(pack, n1={"weight": "heavy"})
        if pack.key == "DR"
        else with_prompts(pack, n1={"is_retired": True})
        if pack.key == "DW"
        else pack
        for pack in shipped_library()
    ]
    wishes = Wishes(light_only=True, not_for_me=frozenset({"PE-2"}), snoozed=frozenset({"SS-2"}))
    life = Life(library=library, is_new=True)
    assert life.live(1, BUSY, wishes) == ["PR-2"]
    life.live(2, BUSY, wishes)
    assert [it.choice.reason for it in life.asked] == ["first_days", "triggered", "triggered"]


def test_it_swaps_within_the_first_seven() -> None:
    life = Life(is_new=True)
    first, second = life.ask(BEGIN, BUSY), life.swap(BEGIN, BUSY)
    assert [first.prompt, second.prompt] == FIRST_WEEK[:2]
    assert [first.reason, second.reason] == ["first_days", "asked"]


def test_it_takes_the_first_seven_out_of_their_decks() -> None:
    life = Life(is_new=True)
    life.live(7)
    for it in life.asked:
        assert it.choice.deck.cycle == 1
        assert it.choice.prompt not in it.choice.deck.remaining
    assert life.asked[-1].choice.pack != life.live(1)[0][:2]


# What calls


def test_it_names_a_promise_that_is_due_tomorrow() -> None:
    choice = Life().ask(BEGIN, Open(occasions=[DUE]))
    assert choice.reason == Reason.TRIGGERED
    assert choice.prompt in ("PR-1", "PR-16")
    assert choice.blanks["promise"] == "letter"
    assert (choice.occasion, choice.about, choice.score) == ("promise_due", "promise:due", 88)


@pytest.mark.parametrize("score", [59, 60])
def test_it_leaves_the_day_to_the_decks_unless_something_weighs_enough(score) -> None:
    choice = Life().ask(BEGIN, Open(occasions=[DUE._replace(score=score)]))
    assert choice.reason == ("triggered" if score == 60 else "deck")
    assert choice.score == (60 if score == 60 else 0)


def test_it_takes_what_weighs_most() -> None:
    choice = Life().ask(BEGIN, Open(occasions=BUSY.occasions[::-1]))
    assert (choice.occasion, choice.score) == ("promise_overdue", 95)


def test_it_takes_of_equals_what_was_asked_about_longest_ago() -> None:
    equals = [DUE._replace(about=f"promise:{name}") for name in "cab"]
    life = Life()
    abouts = [
        life.ask(BEGIN + number * 7 * DAY, Open(occasions=equals)).about for number in range(4)
    ]
    assert abouts == ["promise:a", "promise:b", "promise:c", "promise:a"]


@pytest.mark.parametrize(("days", "again"), [(1, False), (5, False), (6, True)])
def test_it_rests_the_same_thing_for_five_days(days, again) -> None:
    life = Life()
    life.ask(BEGIN, Open(occasions=[DUE]))
    choice = life.ask(BEGIN + days * DAY, Open(occasions=[DUE]))
    assert (choice.reason == "triggered") is again


def test_it_weighs_the_same_thing_less_and_another_as_before() -> None:
    other = DUE._replace(about="promise:other", score=61)
    life = Life()
    assert life.ask(BEGIN, Open(occasions=[DUE, other])).about == "promise:due"
    assert life.ask(BEGIN + DAY, Open(occasions=[DUE, other])).about == "promise:other"
    heavy = DUE._replace(score=100)
    choice = Life(servings=life.servings[:1]).ask(BEGIN + DAY, Open(occasions=[heavy, other]))
    assert (choice.about, choice.score) == ("promise:other", 61)
    choice = Life(servings=life.servings[:1]).ask(BEGIN + DAY, Open(occasions=[heavy]))
    assert (choice.about, choice.score) == ("promise:due", 60)


def test_it_rests_the_same_thing_after_a_prompt_from_the_deck_too() -> None:
    served = Serving(BEGIN, 0, "CO-7", about="promise:due")
    choice = Life(servings=[served]).ask(BEGIN + DAY, Open(occasions=[DUE]))
    assert choice.reason == "deck"


@pytest.mark.parametrize(("days", "again"), [(6, False), (29, False), (30, True)])
def test_it_asks_nothing_about_what_somebody_will_not_be_asked_about(days, again) -> None:
    life = Life()
    life.ask(BEGIN, Open(occasions=[DUE]))
    life.answer(Outcome.NOT_THIS, BEGIN + 30 * DAY)
    heavier = DUE._replace(score=100)
    choice = life.ask(BEGIN + days * DAY, Open(occasions=[heavier]))
    assert (choice.reason == "triggered") is again


def test_it_asks_nothing_about_it_from_the_decks_either() -> None:
    pack = one_pack(Prompt("about", "XX-0", "light", needs="person"))
    served = Serving(BEGIN, 0, "x", about="person:quiet", not_about_until=BEGIN + 30 * DAY)
    things = Open(things={"person": THINGS["person"]})
    life = Life(library=[pack], servings=[served])
    life.live(12, things)
    assert {it.choice.about for it in life.asked} == {"", "person:near"}
    alone = Life(library=[pack], servings=[served])
    alone.live(12, Open(things={"person": THINGS["person"][:1]}))
    assert {it.choice.about for it in alone.asked} == {""}
    nothing = served._replace(about="")
    assert isinstance(Life(library=[pack], servings=[nothing]).ask(BEGIN + DAY), Choice)


def test_it_leaves_three_days_of_seven_free_however_much_calls() -> None:
    life = Life()
    life.live(14, BUSY)
    reasons = [it.choice.reason for it in life.asked]
    assert reasons.count("triggered") <= 8
    assert reasons[:9] == ["triggered"] * 4 + ["deck"] * 4 + ["triggered"]
    assert [it.choice.is_kept_free for it in life.asked[:9]] == [False] * 4 + [True] * 4 + [False]


def test_it_counts_the_days_and_not_what_they_were_swapped_for() -> None:
    life = Life()
    for number in range(7):
        life.ask(BEGIN + number * DAY, BUSY)
        for _ in range(3):
            life.swap(BEGIN + number * DAY, BUSY)
    firsts = [it.choice.reason for it in life.asked if it.choice.slot == 0]
    assert firsts.count("triggered") == 4


def test_it_does_not_say_that_a_day_is_kept_free_when_nothing_called() -> None:
    assert not Life().ask(BEGIN, Open(things=THINGS)).is_kept_free
    unknown = Open(occasions=[DUE._replace(kind="unknown")])
    assert not Life().ask(BEGIN, unknown).is_kept_free
    life = Life()
    life.live(4, BUSY)
    assert life.ask(BEGIN + 4 * DAY, BUSY).is_kept_free
    assert not life.ask(BEGIN + 5 * DAY).is_kept_free


@pytest.mark.parametrize(
    ("number", "found"),
    [(0, "plain"), (1, "plain"), (2, "counted"), ("2", "plain"), (None, "plain")],
)
def test_it_counts_from_two_on(number, found) -> None:
    counted = calls(id="counted", key="XX-A", blanks=frozenset({"n"}))
    library = [one_pack(counted, calls(id="plain"), key=f"P{n}") for n in range(3)]
    blanks = {} if number is None else {"n": number}
    occasion = DUE._replace(blanks=blanks)
    chosen = set()
    for seed in "abcdefgh":
        life = Life(library=library[:1], seed=seed)
        for back in range(2):
            chosen.add(life.ask(BEGIN + back * 7 * DAY, Open(occasions=[occasion])).prompt)
    assert chosen == ({"plain"} if found == "plain" else {"plain", "counted"})


def test_it_asks_about_what_has_ended_by_its_kind() -> None:
    ended = Occasion("closed_without_review", 85, "work:1", {"work": "quilt"})
    prompts = {Life(seed=str(n)).ask(BEGIN, Open(occasions=[ended])).prompt for n in range(30)}
    assert prompts == {"SF-7", "SF-8", "SF-9"}


def test_it_goes_through_the_prompts_of_an_occasion_in_the_order_of_the_deck() -> None:
    fitting = [calls(id=f"fit-{name}", key=f"XX-{name}") for name in "abc"]
    life = Life(library=[one_pack(*fitting)])
    _, deck = life.today(BEGIN).hands[0]
    chosen = []
    for number in range(3):
        occasion = DUE._replace(about=f"promise:{number}")
        chosen.append(life.ask(BEGIN + number * DAY, Open(occasions=[occasion])).prompt)
    assert chosen == [prompt for prompt in deck.remaining if str(prompt).startswith("fit")]


@pytest.mark.parametrize("seed", "abcdef")
def test_it_asks_on_an_occasion_what_this_cycle_still_has_then_what_was_asked_long_ago(
    seed,
) -> None:
    library = [one_pack(*(calls(id=f"fit-{name}", key=f"XX-{name}") for name in "abc"))]
    still = {"XX": Deck(1, ("XX-1", "XX-2", "XX-3", "fit-c"), ("fit-a", "fit-b"))}
    life = Life(library, seed, decks=still)
    assert life.ask(BEGIN, Open(occasions=[DUE])).prompt == "fit-c"
    over = {"XX": Deck(1, ("XX-1",), ("fit-a", "fit-b", "fit-c"))}
    servings = [Serving(BEGIN + n * DAY, 0, f"fit-{name}") for n, name in enumerate("bcab")]
    life = Life(library, seed, decks=over, servings=servings)
    assert life.ask(BEGIN + 5 * DAY, Open(occasions=[DUE])).prompt == "fit-c"


def test_it_asks_what_fits_on_its_occasion_only() -> None:
    life = Life(library=[one_pack(calls())])
    life.live(30, Open(things=THINGS))
    assert "fit" not in [it.choice.prompt for it in life.asked]


def test_it_goes_on_to_what_calls_next_when_nothing_fits_that_may_be_asked() -> None:
    prompts = {pack.key: pack for pack in shipped_library()}
    wishes = Wishes(not_for_me=frozenset({"PR-13", "PR-14", "PR-15"}))
    choice = Life().ask(BEGIN, BUSY, wishes)
    assert choice.occasion == "work_past"
    library = [prompts["PR"], *(prompts[key]._replace(is_on=False) for key in ("SF", "SL"))]
    choice = Life(library=library).ask(BEGIN, BUSY, wishes)
    assert choice.occasion == "promise_due"


def test_it_asks_from_a_pack_without_weight_on_occasion_only() -> None:
    library = [one_pack(calls(), weight=0), small_pack("YY")]
    life = Life(library=library)
    assert life.ask(BEGIN, Open(occasions=[DUE])).prompt == "fit"
    life.live(20)
    assert {it.choice.pack for it in life.asked[1:]} == {"YY"}


@pytest.mark.parametrize("kept", [{"is_on": False}, {"kind": "quarter"}, {"kind": "standing"}])
def test_it_never_asks_from_a_pack_that_is_off_or_of_another_time(kept) -> None:
    life = Life(library=[one_pack(calls(), **kept), small_pack("YY")])
    life.live(20, Open(occasions=[DUE]))
    assert {it.choice.pack for it in life.asked} == {"YY"}
    assert Life(library=[one_pack(**kept)]).ask(BEGIN) == Nothing(Lack.PACKS)


# What is heavy


def heavy_days(life: Life) -> list[int]:
    return [(it.today.day - BEGIN).days for it in life.asked if it.is_heavy]


def all_heavy(size: int = 40) -> Pack:
    pack = small_pack("HH", size)
    return pack._replace(prompts=tuple(it._replace(weight="heavy") for it in pack.prompts))


def test_it_asks_two_heavy_ones_in_seven_days_and_never_on_two_days_running() -> None:
    life = Life(library=[all_heavy()])
    life.live(22)
    assert heavy_days(life) == [0, 2, 7, 9, 14, 16, 21]
    assert {nothing.reason for _, nothing in life.nothing} == {Lack.HEAVY}


def test_it_keeps_the_place_of_a_heavy_one_that_has_to_wait() -> None:
    life = Life(library=[all_heavy(), small_pack("YY", 9)])
    order = next(deck for pack, deck in life.today(BEGIN).hands if pack.key == "HH").remaining
    life.live(15)
    heavy = [it.choice.prompt for it in life.asked if it.is_heavy]
    assert heavy == list(order[: len(heavy)])


@pytest.mark.parametrize(
    ("heat", "light_only", "lack"),
    [(8, False, None), (9, False, Lack.HEAVY), (0, True, Lack.LIGHT_ONLY)],
)
def test_it_asks_nothing_heavy_in_heat_or_of_who_wants_it_light(heat, light_only, lack) -> None:
    life = Life(library=[one_pack(calls(weight="heavy"), key="HH", size=0), all_heavy()])
    choice = life.ask(BEGIN, Open(occasions=[DUE], heat=heat), Wishes(light_only=light_only))
    assert choice == Nothing(lack) if lack else choice.prompt == "fit"


def test_it_rations_heavy_ones_whatever_calls_and_whatever_they_are_swapped_for() -> None:
    library = [one_pack(calls(weight="heavy"), size=9), all_heavy()]
    served = Serving(BEGIN, 0, "x", is_heavy=True)
    life = Life(library=library, servings=[served])
    assert life.ask(BEGIN + DAY, Open(occasions=[DUE])).pack == "XX"
    assert not life.asked[-1].is_heavy
    life = Life(library=library)
    life.ask(BEGIN, Open(occasions=[DUE]))
    for _ in range(3):
        life.swap(BEGIN)
    assert [it.is_heavy for it in life.asked] == [True, False, False, False]


def test_it_is_careful_when_a_journey_turns_the_day_back() -> None:
    life = Life(library=[all_heavy()], servings=[Serving(BEGIN + DAY, 0, "x", is_heavy=True)])
    assert life.ask(BEGIN) == Nothing(Lack.HEAVY)


# From the decks


def test_it_fills_what_a_prompt_needs_with_what_was_not_asked_about_for_longest() -> None:
    pack = small_pack("XX", 6)
    pack = pack._replace(prompts=tuple(it._replace(needs="person") for it in pack.prompts))
    life = Life(library=[pack])
    life.live(6, Open(things=THINGS))
    abouts = [it.choice.about for it in life.asked]
    assert set(abouts[:2]) == {"person:near", "person:quiet"}
    assert abouts == abouts[:2] * 3
    names = {"person:near": "Ada", "person:quiet": "Mira"}
    assert [it.choice.blanks for it in life.asked] == [{"person": names[it]} for it in abouts]


def test_it_begins_with_any_of_them_for_each_person_and_day() -> None:
    pack = with_prompts(small_pack("XX", 1), n1={"needs": "person"})
    things = {"person": THINGS["person"]}
    turned = {"person": THINGS["person"][::-1]}
    for those in (
        [Life([pack], seed).today(BEGIN, Open(things)) for seed in "abcdefgh"],
        [Life([pack]).today(BEGIN + number * DAY, Open(things)) for number in range(8)],
    ):
        abouts = [choose(today).about for today in those]
        assert len(set(abouts)) == 2
        assert abouts == [choose(replace(today, open=Open(turned))).about for today in those]


def test_it_passes_over_what_has_nothing_to_ask_about_and_keeps_its_place() -> None:
    pack = small_pack("XX", 5)
    first = Life(library=[pack]).live(1)[0]
    pack = with_prompts(pack, **{f"n{first[-1]}": {"needs": "care"}})
    life = Life(library=[pack])
    life.live(9)
    assert first not in [it.choice.prompt for it in life.asked]
    life.live(1, Open(things=THINGS))
    assert life.asked[-1].choice.prompt == first


def test_it_does_not_let_a_pack_that_has_to_wait_hold_up_the_others() -> None:
    stuck = small_pack("AA", 2)
    free = small_pack("BB", 6)
    wishes = Wishes(snoozed=frozenset({"AA-1"}))
    life = Life(library=[stuck, free])
    life.live(8, wishes=wishes)
    asked = [it.choice.prompt for it in life.asked]
    assert asked.count("AA-2") == 1
    assert life.decks["AA"].cycle == 1
    # What was put off is asked as soon as it may be.
    assert life.live(1) == ["AA-1"]


def test_it_begins_a_cycle_early_rather_than_ask_nothing() -> None:
    life = Life(library=[small_pack("AA", 3)])
    assert len(life.live(10, wishes=Wishes(snoozed=frozenset({"AA-1"})))) == 10
    assert life.decks["AA"].cycle == 5
    assert life.live(1) == ["AA-1"]


def test_it_does_not_wait_for_what_will_never_be_asked() -> None:
    wishes = Wishes(light_only=True, not_for_me=frozenset({"AA-1"}))
    pack = with_prompts(small_pack("AA", 6), n2={"weight": "heavy"}, n3={"needs": "care"})
    pack = with_prompts(pack, n4={"fits": ("landmark",)})
    life = Life(library=[pack, small_pack("BB", 2)])
    life.live(20, wishes=wishes)
    assert life.decks["AA"].cycle == life.decks["BB"].cycle == 5


def test_it_weighs_packs_as_somebody_set_them() -> None:
    library = [small_pack("AA", weight=3), small_pack("BB"), small_pack("CC", weight=0)]
    life = Life(library=library)
    life.live(40)
    assert [it.choice.pack for it in life.asked].count("AA") == 30
    assert [it.choice.pack for it in life.asked].count("CC") == 0


def test_it_dwells() -> None:
    life = Life()
    life.live(17 * 8, BUSY._replace(occasions=()), Wishes(is_dwelling=True))
    packs = [it.choice.pack for it in life.asked]
    assert (packs.count("DW"), packs.count("CL"), packs.count("PE")) == (16, 0, 8)
    assert "PR-5" not in [it.choice.prompt for it in life.asked]
    life = Life(library=[pack for pack in shipped_library() if pack.key in ("PR", "CL")])
    life.live(60)
    assert {"PR-5", "CL-1"} <= {it.choice.prompt for it in life.asked}


# Swapping


def test_it_swaps_three_times_from_the_decks_and_then_no_more() -> None:
    life = Life()
    first = life.ask(BEGIN, BUSY)
    others = [life.swap(BEGIN, BUSY) for _ in range(3)]
    assert [it.slot for it in (first, *others)] == [0, 1, 2, 3]
    assert {it.reason for it in others} == {"asked"}
    assert len({it.prompt for it in (first, *others)}) == 4
    assert len({it.pack for it in others}) == 3
    assert life.swap(BEGIN, BUSY) == Nothing(Lack.SWAPS)
    assert isinstance(life.ask(BEGIN + DAY, BUSY), Choice)


def test_it_does_not_ask_again_on_a_day_what_was_asked_on_it() -> None:
    life = Life(library=[small_pack("AA", 2)])
    life.ask(BEGIN)
    life.answer(Outcome.SKIPPED)
    assert life.swap(BEGIN).prompt != life.asked[0].choice.prompt
    life.answer(Outcome.SKIPPED)
    assert life.swap(BEGIN) == Nothing(Lack.TODAY)


def test_it_chooses_once_a_day_and_swaps_what_was_chosen() -> None:
    life = Life()
    with pytest.raises(ValueError, match="no prompt yet"):
        swap(life.today(BEGIN))
    life.ask(BEGIN)
    with pytest.raises(ValueError, match="has its prompt"):
        choose(life.today(BEGIN))
    with pytest.raises(ValueError, match="no prompt yet"):
        swap(life.today(BEGIN + DAY))


def test_it_swaps_from_another_pack_when_one_has_only_what_was_asked_today() -> None:
    decks = {
        "AA": Deck(cycle=1, remaining=("AA-1",), asked=("AA-2", "AA-1")),
        "BB": Deck(cycle=1, remaining=("BB-1", "BB-2"), turn=6),
    }
    library = [small_pack("AA", 2), small_pack("BB", 2)]
    life = Life(library=library, decks=decks, servings=[Serving(BEGIN, 0, "AA-1")])
    assert life.swap(BEGIN).prompt == "BB-1"


# What is said about it


@pytest.mark.parametrize(
    ("changes", "wishes", "reason"),
    [
        ({"needs": "care"}, Wishes(), Lack.NEEDS),
        ({"fits": ("landmark",)}, Wishes(), Lack.OCCASION),
        ({}, Wishes(snoozed=frozenset({"AA-1"})), Lack.SNOOZED),
        ({}, Wishes(not_for_me=frozenset({"AA-1"})), Lack.NOT_FOR_ME),
        ({"weight": "heavy"}, Wishes(light_only=True), Lack.LIGHT_ONLY),
        ({"key": "PR-5"}, Wishes(is_dwelling=True), Lack.SEASON),
        ({"is_retired": True}, Wishes(), Lack.PACKS),
    ],
)
def test_it_says_why_there_is_nothing_to_ask(changes, wishes, reason) -> None:
    life = Life(library=[with_prompts(small_pack("AA", 1), n1=changes)])
    assert life.ask(BEGIN, wishes=wishes) == Nothing(reason)
    assert Life(library=[]).ask(BEGIN, wishes=wishes) == Nothing(Lack.PACKS)


def test_it_says_of_all_that_stands_in_the_way_what_passes_soonest() -> None:
    pack = with_prompts(small_pack("AA", 3), n1={"needs": "care"}, n2={"weight": "heavy"})
    wishes = Wishes(light_only=True, snoozed=frozenset({"AA-3"}))
    assert Life(library=[pack]).ask(BEGIN, wishes=wishes) == Nothing(Lack.SNOOZED)


def test_it_goes_through_a_pack_cycle_by_cycle() -> None:
    """Of each choice its pack, the cycle, the how manieth it is in it, and of how many."""
    life = Life(library=[small_pack("AA", 3)])

    def places(asked: list[Asked]) -> list[tuple[str, int, int, int]]:
        return [
            (it.pack, it.deck.cycle, len(it.deck.asked), len({*it.deck.asked, *it.deck.remaining}))
            for it in (each.choice for each in asked)
        ]

    life.live(4)
    assert places(life.asked) == [
        ("AA", 1, 1, 3),
        ("AA", 1, 2, 3),
        ("AA", 1, 3, 3),
        ("AA", 2, 1, 3),
    ]
    life.answer(Outcome.SKIPPED)
    life.live(2)
    assert places(life.asked[4:]) == [("AA", 2, 2, 3), ("AA", 2, 3, 3)]


def test_it_says_the_same_of_the_same_day() -> None:
    life = Life()
    life.live(20, BUSY)
    today = life.today(date(2026, 2, 1), BUSY)
    same = replace(
        today,
        library=today.library[::-1],
        decks=dict(reversed(today.decks.items())),
        open=BUSY._replace(occasions=BUSY.occasions[::-1]),
    )
    assert choose(today) == choose(same)
    life.decks = dict(reversed(life.decks.items()))
    first, second = life.ask(today.day, BUSY), life.ask(today.day + DAY, BUSY)
    assert first == choose(today)
    assert first.prompt != second.prompt


@given(
    st.sets(st.sampled_from(["person", "n", "when"])),
    st.sampled_from(["", "person"]),
    st.dictionaries(
        st.sampled_from(["person", "n", "when", "more"]),
        st.one_of(st.integers(-2, 5), st.sampled_from(["", "Mira"])),
    ),
)
def test_it_leaves_no_blank_unfilled(names, needs, blanks) -> None:
    prompt = Prompt("a", "a", needs=needs, blanks=frozenset(names))
    wanted = names | {needs} - {""}
    filled = fill(prompt, blanks)
    may = all(blanks.get(name, "") != "" for name in wanted) and (
        "n" not in wanted or (isinstance(blanks["n"], int) and blanks["n"] >= 2)
    )
    assert filled == ({name: blanks[name] for name in wanted} if may else None)


def test_it_needs_no_past_to_begin() -> None:
    assert Past() == Past((), False)
    assert Thing("", {}) == Thing("", {})
