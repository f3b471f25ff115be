"""The pages of a sitting, in order, for what was answered so far. No database.

A step with `when` is a page only where an earlier answer says so; one with `for_each` is as many
pages as the earlier step holds things. Whatever is no page any more keeps its answer all the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from apps.sittings.sessions import CHOOSING, Kind, Session, Step

# A step is asked for so many things at most: beyond that it is work and no reflection.
MOST_ITEMS = 12
Value = Mapping[str, object]


class Answered(Protocol):
    """What the route needs of an answer."""

    text: str
    value: Value


@dataclass(frozen=True)
class Place:
    """One page: a step, and which thing it is asked about where it is asked once for each."""

    step: Step
    item: str = ""
    it: str = ""

    @property
    def key(self) -> str:
        """What stands in its address."""
        return place_of(self.step.key, self.item)

    @property
    def question(self) -> str:
        """The question as it is asked here."""
        return self.step.asked(self.it)


def place_of(step: str, item: str) -> str:
    """The address of a page within its sitting."""
    return f"{step}.{item}" if item else step


def lines(text: str) -> list[str]:
    """The things of a list, one a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def route(
    session: Session, answers: Mapping[str, Answered], names: Mapping[str, str]
) -> list[Place]:
    """The pages. `answers` by place; `names` of what was picked, by id."""
    places: list[Place] = []
    for step in session.steps:
        if not _is_asked(step, answers):
            continue
        if not step.for_each:
            places.append(Place(step))
            continue
        earlier = session.step(step.for_each)
        found = answers.get(step.for_each)
        if earlier and found:
            items = _items(earlier, found, names)
            places += [Place(step, item, it) for item, it in items[:MOST_ITEMS]]
    return places


def _is_asked(step: Step, answers: Mapping[str, Answered]) -> bool:
    if step.when is None:
        return True
    found = answers.get(step.when.step)
    if found is None:
        return False
    said = found.value.get("choices") or [found.value.get("choice", found.value.get("number"))]
    return any(str(value) in step.when.values for value in said if value is not None)  # type: ignore[attr-defined]


def _items(step: Step, found: Answered, names: Mapping[str, str]) -> list[tuple[str, str]]:
    if step.kind is Kind.LIST:
        return [(str(number), line) for number, line in enumerate(lines(found.text), start=1)]
    if step.kind in CHOOSING:
        chosen = found.value.get("choices", [])
        return [(str(value), step.label_of(str(value))) for value in chosen]  # type: ignore[attr-defined]
    picked = found.value.get("picked", [])
    return [(str(pk), names[str(pk)]) for pk in picked if str(pk) in names]  # type: ignore[attr-defined]
