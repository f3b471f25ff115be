"""The fit of choices between two: known results, and what must hold of every one."""

from itertools import permutations
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.cares.fitting import PRIOR, fit

# Games won in the American League of 1987, row over column: Agresti, Categorical Data Analysis
# (2nd edition, 2002), table 10.10. Milwaukee, Detroit, Toronto, New York, Boston, Cleveland,
# Baltimore.
WON = [
    [0, 7, 9, 7, 7, 9, 11],
    [6, 0, 7, 5, 11, 9, 9],
    [4, 6, 0, 7, 7, 8, 12],
    [6, 8, 6, 0, 6, 7, 10],
    [6, 2, 6, 7, 0, 7, 12],
    [4, 4, 5, 6, 6, 0, 6],
    [2, 4, 1, 3, 1, 7, 0],
]
# What BradleyTerry2 (Turner and Firth, Journal of Statistical Software 48, 2012) finds of them,
# without home and away, against Baltimore; and the standard errors.
STRENGTHS = [1.5814, 1.4364, 1.2945, 1.2476, 1.1077, 0.6839]
ERRORS = [0.3433, 0.3396, 0.3367, 0.3359, 0.3339, 0.3319]


def results(won: list[list[int]]) -> list[tuple[int, int, float]]:
    """One result a game."""
    pairs = permutations(range(len(won)), 2)
    return [(i, j, 1.0) for i, j in pairs for _game in range(won[i][j])]


@st.composite
def tables(draw: st.DrawFn) -> list[list[int]]:
    """Who was chosen over whom how often, among a few."""
    size = draw(st.integers(2, 6))
    row = st.lists(st.integers(0, 3), min_size=size, max_size=size)
    return draw(st.lists(row, min_size=size, max_size=size))


def test_it_finds_what_is_published() -> None:
    found = fit(7, results(WON), prior=1e-7)
    assert [found.strengths[i] - found.strengths[6] for i in range(6)] == pytest.approx(
        STRENGTHS, abs=1e-4
    )
    assert [found.width(i, 6) for i in range(6)] == pytest.approx(ERRORS, abs=1e-4)


def test_one_choice_is_what_a_hand_computes() -> None:
    found = fit(2, [(0, 1, 1.0)])
    x, y = found.strengths
    # Where the slope of the likelihood meets that of the prior: 1 - 1 / (1 + e^-2x) = prior * x.
    assert x == pytest.approx(-y)
    assert 1 - 1 / (1 + exp(-2 * x)) == pytest.approx(PRIOR * x)
    assert found.order == [0, 1]


def test_without_a_choice_all_are_alike() -> None:
    found = fit(3, [])
    assert found.strengths == [0, 0, 0]
    assert found.certainties() == [0.5, 0.5]
    assert fit(0, []).order == []


def test_whoever_always_wins_stays_finite() -> None:
    found = fit(5, [(i, j, 1.0) for i in range(5) for j in range(i + 1, 5)])
    assert found.order == [0, 1, 2, 3, 4]
    assert all(abs(strength) < 10 for strength in found.strengths)


def test_neither_draws_two_together() -> None:
    apart = fit(3, [(0, 1, 1.0), (1, 2, 1.0)])
    drawn = fit(3, [(0, 1, 1.0), (1, 2, 1.0), (0, 2, 0.5)])
    gap = apart.strengths[0] - apart.strengths[2]
    assert 0 < drawn.strengths[0] - drawn.strengths[2] < gap


def test_a_circle_leaves_three_level() -> None:
    found = fit(3, [(0, 1, 1.0), (1, 2, 1.0), (2, 0, 1.0)])
    assert found.strengths == pytest.approx([0, 0, 0])
    assert found.certainties() == pytest.approx([0.5, 0.5])


def test_more_choices_settle_more() -> None:
    once, often = (
        fit(2, [(0, 1, 1.0)] * 3 + [(1, 0, 1.0)]),
        fit(2, [(0, 1, 1.0)] * 30 + [(1, 0, 1.0)] * 10),
    )
    assert often.width(0, 1) < once.width(0, 1)
    assert often.certainty(0, 1) > once.certainty(0, 1) > 0.5


@given(tables(), st.randoms(use_true_random=False))
def test_names_and_the_order_of_questions_change_nothing(won, chance) -> None:
    before = fit(len(won), results(won))
    new = list(range(len(won)))
    chance.shuffle(new)
    renamed = [(new[i], new[j], share) for i, j, share in results(won)]
    chance.shuffle(renamed)
    after = fit(len(won), renamed)
    assert [after.strengths[at] for at in new] == pytest.approx(before.strengths, abs=1e-8)


@given(tables(), st.data())
def test_one_more_win_never_lowers(won, data) -> None:
    i, j = data.draw(st.permutations(range(len(won))).map(lambda order: order[:2]))
    before = fit(len(won), results(won))
    after = fit(len(won), [*results(won), (i, j, 1.0)])
    assert after.strengths[i] > before.strengths[i]
    assert after.strengths[j] < before.strengths[j]
    # And nobody gains on whoever won.
    gains = [b - a for a, b in zip(before.strengths, after.strengths, strict=True)]
    assert max(gains) <= gains[i] + 1e-9


@given(tables())
def test_turned_round_the_order_is_too(won) -> None:
    before = fit(len(won), results(won))
    after = fit(len(won), [(j, i, share) for i, j, share in results(won)])
    assert after.strengths == pytest.approx([-s for s in before.strengths], abs=1e-8)
