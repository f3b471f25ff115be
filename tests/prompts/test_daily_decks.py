"""Decks: their order, what comes back, and how packs take turns."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.prompts.decks import (
    Deck,
    Outcome,
    chance,
    in_turn,
    keep_up,
    pass_turn,
    settle,
    shuffle,
    take,
)
from apps.prompts.today import Wishes
from tests.prompts.lives import Life, packs_of, shipped_library, small_pack, with_prompts

FIVE = small_pack("XX", 5)


def deal(packs, turns, decks=None, seed="alice") -> list[str]:
    """The packs that have the next turns."""
    decks = {} if decks is None else decks
    dealt = []
    for _ in range(turns):
        pack, deck = in_turn(packs, decks, seed)[0]
        decks[pack.key] = pass_turn(deck, pack.weight)
        dealt.append(pack.key)
    return dealt


def test_it_shuffles_the_same_way_on_every_machine() -> None:
    decks = [shuffle(Deck(), FIVE, "alice"), shuffle(Deck(cycle=1), FIVE, "alice")]
    assert [(deck.cycle, *deck.remaining) for deck in decks] == [
        (1, "XX-3", "XX-1", "XX-5", "XX-4", "XX-2"),
        (2, "XX-5", "XX-1", "XX-2", "XX-4", "XX-3"),
    ]
    assert chance("alice", 1) == pytest.approx(0.139465650508)


def test_it_shuffles_the_same_way_in_whatever_order_prompts_are_handed_in() -> None:
    turned = FIVE._replace(prompts=FIVE.prompts[::-1])
    assert shuffle(Deck(), turned, "alice") == shuffle(Deck(), FIVE, "alice")


def test_it_shuffles_for_each_person_pack_and_cycle() -> None:
    big = small_pack("XX", 12)
    other = big._replace(key="YY")
    orders = {
        shuffle(deck, pack, seed).remaining
        for deck in (Deck(), Deck(cycle=1))
        for pack in (big, other)
        for seed in ("alice", "bob")
    }
    assert len(orders) == 8
    assert {frozenset(order) for order in orders} == {frozenset(p.id for p in big.prompts)}


def test_it_begins_a_cycle_with_what_never_came_up() -> None:
    deck = Deck(
        cycle=3,
        remaining=("XX-4", "gone", "XX-2", "XX-1"),
        asked=("XX-3", "XX-5", "XX-1"),
        skipped=frozenset({"XX-1"}),
        served=("XX-3", "XX-5", "XX-1"),
        turn=7,
    )
    new = shuffle(deck, FIVE, "alice")
    assert new.remaining[:2] == ("XX-4", "XX-2")
    plain = shuffle(Deck(cycle=3), FIVE, "alice").remaining
    assert new.remaining[2:] == tuple(it for it in plain if it not in ("XX-4", "XX-2"))
    skipped = replace(deck, remaining=plain[-1:], asked=plain)
    assert shuffle(skipped, FIVE, "alice").remaining == plain
    assert new == Deck(cycle=4, remaining=new.remaining, served=deck.served, turn=7)


def test_it_leaves_retired_prompts_out() -> None:
    pack = with_prompts(FIVE, n2={"is_retired": True})
    assert "XX-2" not in shuffle(Deck(), pack, "alice").remaining


def test_it_keeps_up_with_its_pack() -> None:
    assert keep_up(Deck(), FIVE, "alice") == shuffle(Deck(), FIVE, "alice")
    begun = take(shuffle(Deck(), FIVE, "alice"), "XX-4")
    assert keep_up(begun, FIVE, "alice") == begun
    changed = with_prompts(small_pack("XX", 7), n2={"is_retired": True}, n6={"is_retired": True})
    assert keep_up(begun, changed, "alice").remaining == ("XX-3", "XX-1", "XX-5", "XX-7")
    smaller = small_pack("XX", 3)
    assert keep_up(begun, smaller, "alice").remaining == ("XX-3", "XX-1", "XX-2")


def test_it_takes_a_prompt_out_of_the_cycle_whatever_way_it_was_asked() -> None:
    deck = Deck(cycle=1, remaining=("a", "b", "c", "d", "e"))
    for prompt in ("c", "a", "c", "d", "e"):
        deck = take(deck, prompt)
    assert deck.remaining == ("b",)
    assert deck.asked == ("a", "c", "d", "e")
    assert deck.served == ("c", "d", "e")
    assert take(deck, "e").served == ("c", "d", "e")


def test_it_brings_back_what_was_skipped_once_at_the_end() -> None:
    deck = settle(take(Deck(cycle=1, remaining=("a", "b")), "a"), "a", Outcome.SKIPPED)
    assert deck.remaining == ("b", "a")
    again = settle(take(deck, "a"), "a", Outcome.SKIPPED)
    assert again.remaining == ("b",)
    next_cycle = shuffle(again, small_pack("a", 2), "alice")
    assert next_cycle.skipped == frozenset()


def test_it_brings_back_next_what_was_put_off() -> None:
    deck = settle(take(Deck(cycle=1, remaining=("a", "b")), "a"), "a", Outcome.SNOOZED)
    assert deck.remaining == ("a", "b")
    assert settle(deck, "a", Outcome.SNOOZED) == deck
    life = Life(library=[FIVE])
    asked = life.live(2)
    life.answer(Outcome.SNOOZED)
    resting = Wishes(snoozed=frozenset(asked[1:]))
    assert life.live(1, wishes=resting) not in ([asked[0]], [asked[1]])
    assert life.live(1) == [asked[1]]


@pytest.mark.parametrize("outcome", ["none", "written", "swapped", "not_this"])
def test_it_is_over_with_all_others(outcome) -> None:
    taken = take(Deck(cycle=1, remaining=("a", "b")), "a")
    assert settle(taken, "a", outcome) == taken
    assert settle(settle(taken, "a", Outcome.SKIPPED), "a", outcome).remaining == ("b",)


def test_it_goes_round_all_packs() -> None:
    packs = [small_pack(key) for key in ("AA", "BB", "CC", "DD", "EE")]
    dealt = deal(packs, 25)
    assert all(len(set(dealt[start : start + 5])) == 5 for start in range(21))
    assert dealt[:5] == ["AA", "DD", "EE", "BB", "CC"]
    assert dealt[:5] != deal(packs, 5, seed="bob")


@given(st.lists(st.integers(0, 3), min_size=1, max_size=8).filter(any))
def test_it_gives_each_pack_its_share(weights) -> None:
    packs = [small_pack(str(n), weight=weight) for n, weight in enumerate(weights)]
    dealt = Counter(deal(packs, 4 * sum(weights)))
    assert dealt == Counter({str(n): 4 * weight for n, weight in enumerate(weights) if weight})


def test_it_does_not_make_up_for_the_time_a_pack_was_off() -> None:
    packs = [small_pack(key) for key in ("AA", "BB", "CC")]
    decks: dict[str, Deck] = {}
    deal(packs[:2], 100, decks)
    assert Counter(deal(packs, 30, decks)) == {"AA": 10, "BB": 10, "CC": 10}
    decks["CC"] = replace(decks["CC"], turn=0)
    assert all(one != other for one, other in pairwise(deal(packs, 30, decks)))


def test_it_asks_all_of_a_pack_before_it_asks_one_again() -> None:
    for pack in shipped_library():
        if pack.kind != "day":
            continue
        life = Life(library=[pack])
        asked = life.live(13)
        assert len(set(asked[:12])) == 12
        free = [prompt for prompt in pack.prompts if not prompt.needs and not prompt.fits]
        assert life.asked[len(free) - 1 if len(free) < 13 else 12].choice.deck.cycle == 1
        if len(free) == 12:
            assert life.asked[12].choice.deck.cycle == 2


@given(st.text(), st.integers(4, 7))
def test_it_does_not_begin_a_cycle_with_what_was_asked_last(seed, size) -> None:
    pack = with_prompts(small_pack("XX", size + 1), n1={"needs": "person"})
    asked = Life(library=[pack], seed=seed).live(5 * size)
    for start in range(0, len(asked), size):
        assert len(set(asked[start : start + size])) == size
    for number in range(len(asked)):
        assert len(set(asked[number : number + 4])) == len(asked[number : number + 4])


def test_it_takes_turns_over_a_year() -> None:
    life = Life()
    life.live(17 * 20)
    assert set(packs_of(life.asked).values()) == {20}
