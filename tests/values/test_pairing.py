"""Which two are asked about next, and circles among three."""

from collections.abc import Callable
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.cares.pairing import (
    circles,
    most_of_round,
    most_of_short,
    next_of_round,
    next_of_short,
    shuffled,
)

Answers = dict[frozenset[int], int | None]


def asked(next_of: Callable[[Answers], tuple[int, int] | None], choose=min) -> Answers:
    """Every answer until nothing more is asked."""
    answers: Answers = {}
    while pair := next_of(answers):
        assert frozenset(pair) not in answers
        answers[frozenset(pair)] = choose(pair)
    return answers


@pytest.mark.parametrize(("count", "most"), [(0, 0), (1, 0), (2, 1), (5, 8), (10, 25), (12, 33)])
def test_an_order_needs_few_questions(count, most) -> None:
    assert most_of_short(count) == most


def test_a_round_has_every_pair_once() -> None:
    assert most_of_round(10) == 45
    answers = asked(lambda made: next_of_round(range(10), made, "seed"))
    assert len(answers) == 45


@given(st.permutations(range(12)), st.integers(2, 12))
def test_a_short_run_ends_and_finds_the_order(things, count) -> None:
    things = things[:count]
    answers = asked(lambda made: next_of_short(things, made))
    assert len(answers) <= most_of_short(count)
    # Neighbours in the order were asked about, or it would not be known.
    ordered = sorted(things)
    assert all(answers[frozenset(pair)] == pair[0] for pair in pairwise(ordered))


@given(st.permutations(range(8)), st.randoms(use_true_random=False))
def test_it_ends_whatever_is_chosen(things, chance) -> None:
    answers = asked(
        lambda made: next_of_short(things, made), lambda pair: chance.choice([*pair, None])
    )
    assert len(answers) <= most_of_short(8)


def test_a_consistent_order_has_no_circle() -> None:
    answers = {frozenset(pair): min(pair) for pair in combinations(range(6), 2)}
    assert circles(range(6), answers) == []


def test_a_circle_is_found_once_in_the_order_of_the_choices() -> None:
    answers: Answers = {frozenset((0, 1)): 1, frozenset((1, 2)): 2, frozenset((0, 2)): 0}
    assert circles(range(3), answers) == [(0, 2, 1)]
    assert circles(range(3), {**answers, frozenset((0, 2)): None}) == []


@given(st.lists(st.booleans(), min_size=15, max_size=15))
def test_circles_are_as_many_as_kendall_and_smith_count(chosen) -> None:
    """C(n, 3) less a pair of wins for each (Biometrika 31, 1940)."""
    pairs = list(combinations(range(6), 2))
    answers: Answers = {
        frozenset(pair): pair[first] for pair, first in zip(pairs, chosen, strict=True)
    }
    wins = [list(answers.values()).count(i) for i in range(6)]
    assert len(circles(range(6), answers)) == 20 - sum(w * (w - 1) // 2 for w in wins)


def test_a_seed_gives_the_same_order_again() -> None:
    assert shuffled(range(20), "a") == shuffled(range(20), "a") != shuffled(range(20), "b")
