"""Where things stand in the pictures of cares: coordinates for SVG. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.cares.touching import InMonth
from apps.core.periods import Month

# A column for each month, as high as the fullest of them; the foot has room for its name.
COLUMN, BAR, HIGH, TOP, BELOW = 30, 18, 84, 18, 22
# Less than so many are drawn as if the fullest had as many, so that one entry is no tower.
LEAST_FULL = 4
# In a row of a list: a dot for each month, in one of three sizes, from so many on each.
STEP, ROW = 18, 18
SIZES = (1, 2, 5)


@dataclass(frozen=True)
class Bar:
    """A month: where its column begins, and how its promises stand on its entries."""

    month: Month
    x: int
    middle: int
    entries_at: float
    entries_high: float
    promises_at: float
    promises_high: float
    count: int


@dataclass(frozen=True)
class Bars:
    """The months of one care, side by side."""

    bars: tuple[Bar, ...]
    width: int
    height: int = TOP + HIGH + BELOW
    foot: int = TOP + HIGH
    thick: int = BAR


def bars_of(months: Sequence[InMonth]) -> Bars:
    """Columns for these months, entries below and promises above."""
    full = max([LEAST_FULL, *(month.total for month in months)])
    foot = TOP + HIGH

    def bar(place: int, month: InMonth) -> Bar:
        entries, promises = (
            round(count * HIGH / full, 1) for count in (month.entries, month.promises)
        )
        return Bar(
            month=month.month,
            x=place * COLUMN + (COLUMN - BAR) // 2,
            middle=place * COLUMN + COLUMN // 2,
            entries_at=round(foot - entries, 1),
            entries_high=entries,
            promises_at=round(foot - entries - promises, 1),
            promises_high=promises,
            count=month.total,
        )

    return Bars(
        bars=tuple(bar(place, month) for place, month in enumerate(months)),
        width=COLUMN * len(months),
    )


@dataclass(frozen=True)
class Dots:
    """The months of a care as a row of dots: a path for each size, and one for the empty ones."""

    paths: tuple[tuple[int, str], ...]
    empty: str
    width: int
    height: int = ROW


def dots_of(months: Sequence[InMonth]) -> Dots:
    """A dot for each month, larger where more touched the care."""
    places: dict[int, list[str]] = {}
    for place, month in enumerate(months):
        size = sum(month.total >= least for least in SIZES)
        places.setdefault(size, []).append(f"M{place * STEP + STEP // 2} {ROW // 2}h0")
    paths = tuple((size, "".join(found)) for size, found in sorted(places.items()) if size)
    return Dots(paths, "".join(places.get(0, ())), STEP * len(months))
