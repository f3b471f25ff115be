"""How much something matters and how much it is lived, over time: where it stands in a picture.

Pure. Two lines and a bar between them at every day; no sum and no mean of anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

# In units of the picture. The numbers 0 to 10 lie between BOTTOM and TOP.
LEFT, RIGHT, WIDTH = 26, 292, 340
TOP, BOTTOM, HEIGHT = 14, 104, 128
LARGEST = 10

# A day, how much it matters, how much it was lived, a note.
Told = tuple[date, int | None, int | None, str]


@dataclass(frozen=True)
class Point:
    """What was said of a domain on a day, and where that stands."""

    day: date
    matters: int | None
    lived: int | None
    note: str
    x: int

    @property
    def y_matters(self) -> int | None:
        """Where the one dot stands, if it was said."""
        return None if self.matters is None else height_of(self.matters)

    @property
    def y_lived(self) -> int | None:
        """Where the other dot stands, if it was said."""
        return None if self.lived is None else height_of(self.lived)

    @property
    def is_whole(self) -> bool:
        """Whether both were said, so that there is a gap to be seen, if only of none."""
        return self.matters is not None and self.lived is not None


@dataclass(frozen=True)
class Course:
    """A domain through several days."""

    name: str
    points: Sequence[Point]
    span: tuple[date, date]
    is_set_aside: bool = False

    width = WIDTH
    height = HEIGHT
    left = LEFT
    right = RIGHT
    top = TOP
    middle = (TOP + BOTTOM) // 2
    bottom = BOTTOM
    foot = HEIGHT - 6

    @property
    def first_day(self) -> date:
        """The day at which the picture begins, the same for every domain."""
        return self.span[0]

    @property
    def last_day(self) -> date:
        """The day at which it ends."""
        return self.span[1]

    @property
    def last(self) -> Point:
        """What was said last."""
        return self.points[-1]

    @property
    def matters_line(self) -> str:
        """The path through all that was said of how much it matters."""
        return _path([(it.x, it.y_matters) for it in self.points])

    @property
    def lived_line(self) -> str:
        """The path through all that was said of how much it was lived."""
        return _path([(it.x, it.y_lived) for it in self.points])

    @property
    def y_matters_word(self) -> int:
        """Where the last number of the one stands beside its line, clear of the other."""
        return self._beside(self.last.y_matters, self.last.y_lived, upper=True)

    @property
    def y_lived_word(self) -> int:
        """Where the last number of the other stands."""
        return self._beside(self.last.y_lived, self.last.y_matters, upper=False)

    def _beside(self, own: int | None, other: int | None, *, upper: bool) -> int:
        if own is None or other is None or abs(own - other) >= CLEAR:
            return own or 0
        # Too near to be read: both step aside by as much as is missing, the higher upwards.
        missing = (CLEAR - abs(own - other) + 1) // 2
        is_above = own < other or (own == other and upper)
        return own - missing if is_above else own + missing


CLEAR = 15


def height_of(number: int) -> int:
    """How far down a number from 0 to 10 stands."""
    return BOTTOM - (BOTTOM - TOP) * number // LARGEST


def course(
    name: str, told: Sequence[Told], span: tuple[date, date], *, is_set_aside: bool = False
) -> Course:
    """A domain through the days on which something was said of it, by day, within a span."""
    points = [Point(*it, x=_x(it[0], span)) for it in sorted(told, key=lambda it: it[0])]
    return Course(name, points, span, is_set_aside)


def _x(day: date, span: tuple[date, date]) -> int:
    first, last = span
    days = (last - first).days
    # One day alone stands at the end, where the numbers are.
    share = (day - first).days / days if days else 1
    return LEFT + 8 + round((RIGHT - LEFT - 14) * share)


def _path(steps: Sequence[tuple[int, int | None]]) -> str:
    found = [(x, y) for x, y in steps if y is not None]
    return "M" + "L".join(f"{x} {y}" for x, y in found) if found else ""
