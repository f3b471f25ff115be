"""Where things stand in the pictures of promises: coordinates for SVG. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

from apps.promises.figures import LARGE, MIDDLING, SMALL, Dot, Sizes
from apps.promises.weeks import Outcome

# The picture of sizes: its field, and the air around it for words.
WIDE, HIGH = 600, 252
LEFT, TOP, BELOW = 88, 10, 26
LARGEST = 14
# The four names of sizes, each in the middle of what it means.
BANDS = (("small", 2), ("middling", 5), ("large", 8), ("very_large", 12))
# Dots nearer than this in time are one; more than so many are drawn smaller.
GRAIN, MANY = 3, 250


class Mark(NamedTuple):
    """A line across the field, or a word below it, and where it stands."""

    at: float
    words: str


@dataclass(frozen=True)
class SizePicture:
    """The dots as two paths (kept, and ended otherwise), the line, and what stands at the edges.

    A dot is a stroke of no length with a round end, so that two thousand are one element.
    """

    kept: str
    other: str
    line: str
    years: tuple[Mark, ...]
    bands: tuple[Mark, ...]
    edges: tuple[float, ...]
    first: float
    last: float
    is_dense: bool
    width: int = LEFT + WIDE + TOP
    height: int = TOP + HIGH + BELOW
    left: int = LEFT
    right: int = LEFT + WIDE
    foot: int = TOP + HIGH


def size_picture(sizes: Sizes) -> SizePicture | None:
    """The picture of these sizes; None where there is nothing to see."""
    if not sizes.dots:
        return None
    first, last = sizes.dots[0].at, sizes.dots[-1].at

    def across(at: float) -> int:
        share = (at - first) / (last - first) if last > first else 0.5
        return LEFT + 8 + round(share * (WIDE - 16) / GRAIN) * GRAIN

    def place(dot: Dot) -> tuple[int, float]:
        return across(dot.at), height_of(dot.size)

    kept = {place(dot) for dot in sizes.dots if dot.is_kept}
    other = {place(dot) for dot in sizes.dots if not dot.is_kept}
    return SizePicture(
        kept=_dots(kept),
        # What was kept at the same place is seen; the other lies beside it.
        other=_dots((x, y + (2.5 if (x, y) in kept else 0)) for x, y in other),
        line=_stairs([place(dot) for dot in sizes.steps]),
        years=_years(first, last, across),
        bands=tuple(Mark(height_of(middle), name) for name, middle in BANDS),
        edges=tuple(height_of(size + 0.5) for size in (SMALL, MIDDLING, LARGE)),
        first=first,
        last=last,
        is_dense=len(kept) + len(other) > MANY,
    )


def height_of(size: float) -> float:
    """How far down a size stands."""
    return round(TOP + HIGH - (size - 0.5) / LARGEST * HIGH, 1)


def _dots(places: Iterable[tuple[int, float]]) -> str:
    return "".join(f"M{x} {y:g}h0" for x, y in sorted(places))


def _stairs(steps: Sequence[tuple[int, float]]) -> str:
    """A line that rises where something larger was kept, and goes on until now."""
    if not steps:
        return ""
    x, y = steps[0]
    return f"M{x} {y:g}" + "".join(f"H{x}V{y:g}" for x, y in steps[1:]) + f"H{LEFT + WIDE}"


def _years(first: float, last: float, across: Callable[[float], int]) -> tuple[Mark, ...]:
    """Where each year begins, thinned so that their words stand apart."""
    begins = datetime.fromtimestamp(first, UTC).year
    ends = datetime.fromtimestamp(last, UTC).year
    marks = [
        Mark(across(datetime(year, 1, 1, tzinfo=UTC).timestamp()), str(year))
        for year in range(begins + 1, ends + 1)
    ]
    step = max(1, -(-len(marks) // 8))
    return tuple(marks[::step])


# The picture of weeks: a column a week, a dot a promise.
COLUMN, DOT, MOST_DOTS = 56, 16, 12


class WeekDot(NamedTuple):
    """A promise of a week: where it stands and what became of it."""

    x: int
    y: float
    outcome: Outcome


@dataclass(frozen=True)
class WeekColumn:
    """A week in the picture, with the middle of its column and its dots from the foot up."""

    monday: date
    x: int
    dots: tuple[WeekDot, ...]
    beyond: int


ORDER = (Outcome.YES, Outcome.OPEN, Outcome.NO)


def week_columns(weeks: Iterable[tuple[date, Sequence[Outcome]]]) -> list[WeekColumn]:
    """Dots for the promises of each week, those that were done as they were said at the foot."""
    columns = []
    for index, (monday, outcomes) in enumerate(weeks):
        x = COLUMN * index + COLUMN // 2
        ordered = [kind for kind in ORDER for outcome in outcomes if outcome is kind]
        shown = ordered[:MOST_DOTS]
        dots = tuple(WeekDot(x, -DOT * place - DOT / 2, it) for place, it in enumerate(shown))
        columns.append(WeekColumn(monday, x, dots, len(ordered) - len(shown)))
    return columns
