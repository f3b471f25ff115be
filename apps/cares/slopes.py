"""What came, what went and what moved between two orders, and where it stands in a picture.

Pure: it knows neither cards nor days. An order is a list of (id, name), the first first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

Order = Sequence[tuple[str, str]]

# In units of the picture: a row, and the columns where the lines end.
ROW, LEFT, RIGHT, WIDTH = 30, 250, 470, 720
# Above the first row the days stand.
HEAD = 8
LONGEST_NAME = 26


class Way(StrEnum):
    """What became of one of them."""

    UP = "up"
    DOWN = "down"
    SAME = "same"
    CAME = "came"
    WENT = "went"


@dataclass(frozen=True)
class Moved:
    """One of them, with its place before and afterwards; None where it is not."""

    id: str
    name: str
    before: int | None
    after: int | None

    @property
    def way(self) -> Way:
        """What became of it."""
        if self.before is None:
            return Way.CAME
        if self.after is None:
            return Way.WENT
        if self.before == self.after:
            return Way.SAME
        return Way.UP if self.after < self.before else Way.DOWN

    @property
    def by(self) -> int:
        """How many places it moved."""
        return abs((self.before or 0) - (self.after or 0))

    @property
    def y_before(self) -> int:
        """Where its line begins."""
        return _y(self.before)

    @property
    def y_after(self) -> int:
        """Where its line ends."""
        return _y(self.after)

    @property
    def short(self) -> str:
        """Its name as far as there is room beside the line."""
        fits = len(self.name) <= LONGEST_NAME
        return self.name if fits else f"{self.name[: LONGEST_NAME - 1].rstrip()}…"


@dataclass(frozen=True)
class Compared:
    """Two orders beside each other."""

    rows: Sequence[Moved]
    left: int = LEFT
    right: int = RIGHT
    width: int = WIDTH

    def of(self, *ways: Way) -> list[Moved]:
        """Those of which this became, in the order of the later."""
        return [row for row in self.rows if row.way in ways]

    @property
    def came(self) -> list[Moved]:
        """Those that were not there before."""
        return self.of(Way.CAME)

    @property
    def went(self) -> list[Moved]:
        """Those that are there no longer."""
        return self.of(Way.WENT)

    @property
    def stayed(self) -> list[Moved]:
        """Those in both, wherever they stand."""
        return self.of(Way.UP, Way.DOWN, Way.SAME)

    @property
    def height(self) -> int:
        """How high the picture is."""
        places = [place for row in self.rows for place in (row.before, row.after) if place]
        return _y(max(places, default=1)) + ROW // 2


def compare(earlier: Order, later: Order) -> Compared:
    """Both orders: first what is in the later, in its order, then what went."""
    before = {key: place for place, (key, _name) in enumerate(earlier, start=1)}
    after = {key for key, _name in later}
    rows = [
        Moved(key, name, before.get(key), place) for place, (key, name) in enumerate(later, start=1)
    ]
    gone = [Moved(key, name, before[key], None) for key, name in earlier if key not in after]
    return Compared([*rows, *gone])


def _y(place: int | None) -> int:
    return HEAD + ROW * (place or 0)
