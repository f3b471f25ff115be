"""How strong each of a few things is, from choices between two at a time.

Bradley and Terry (Biometrika 39, 1952): the odds that i is chosen over j are exp(s[i] - s[j]). The
strengths are found by Newton's method on the likelihood with a small prior (normal, around 0), so
that whatever was always chosen stays finite; a choice that was not made counts half for each. The
inverse of the Hessian says how wide each strength is still open. Not Elo: its result depends on the
order of the questions, this one does not. Pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import erf, exp, sqrt

# One over the variance of the prior: small, so that consistent choices keep their order.
PRIOR = 0.02
_STEPS, _LONGEST_STEP, _ENOUGH = 200, 2.0, 1e-12


@dataclass(frozen=True)
class Fit:
    """Strengths around 0, and how they vary together."""

    strengths: Sequence[float]
    covariance: Sequence[Sequence[float]]

    @property
    def order(self) -> list[int]:
        """The numbers of the things, the strongest first."""
        return sorted(range(len(self.strengths)), key=lambda i: (-self.strengths[i], i))

    def width(self, i: int, j: int) -> float:
        """The standard error of the difference between two strengths."""
        c = self.covariance
        return sqrt(max(c[i][i] + c[j][j] - c[i][j] - c[j][i], 0))

    def certainty(self, i: int, j: int) -> float:
        """How likely it is, from 0 to 1, that i is the stronger of the two."""
        difference = self.strengths[i] - self.strengths[j]
        return (1 + erf(difference / (self.width(i, j) or 1) / sqrt(2))) / 2

    def certainties(self) -> list[float]:
        """For each but the last in the order, how certain it is that it stands above the next."""
        return [self.certainty(i, j) for i, j in pairwise(self.order)]


def fit(count: int, results: Iterable[tuple[int, int, float]], prior: float = PRIOR) -> Fit:
    """The fit of `count` things; a result (i, j, 1) says that i was chosen, 0 that j, ½ neither."""
    results = list(results)
    at = [0.0] * count
    for _step in range(_STEPS):
        slope = [-prior * s for s in at]
        curve = [[prior if i == j else 0.0 for j in range(count)] for i in range(count)]
        for i, j, won in results:
            p = 1 / (1 + exp(at[j] - at[i]))
            slope[i] += won - p
            slope[j] -= won - p
            for a, b, sign in ((i, i, 1), (j, j, 1), (i, j, -1), (j, i, -1)):
                curve[a][b] += sign * p * (1 - p)
        inverse = _inverted(curve)
        step = [sum(v * s for v, s in zip(row, slope, strict=True)) for row in inverse]
        longest = max(map(abs, step), default=0)
        shrink = min(1, _LONGEST_STEP / longest) if longest else 1
        at = [s + shrink * d for s, d in zip(at, step, strict=True)]
        if longest < _ENOUGH:
            break
    return Fit(at, inverse if count else [])


def _inverted(matrix: Sequence[Sequence[float]]) -> list[list[float]]:
    """The inverse of a positive definite matrix (Gauss and Jordan)."""
    size = len(matrix)
    rows = [[*row, *(float(i == j) for j in range(size))] for i, row in enumerate(matrix)]
    for at in range(size):
        pivot = rows[at][at]
        rows[at] = [value / pivot for value in rows[at]]
        for other in range(size):
            if other != at and (factor := rows[other][at]):
                pairs = zip(rows[other], rows[at], strict=True)
                rows[other] = [value - factor * own for value, own in pairs]
    return [row[size:] for row in rows]
