"""What somebody wants agreed: terms before they are a row, and how two of them differ. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Protocol

SIZE = ("novelty", "reach", "stake", "hands")


class Sized(Protocol):
    """Whatever says how big it is."""

    novelty: int | None
    reach: int | None
    stake: int | None
    hands: int | None


@dataclass(frozen=True)
class Wanted:
    """Terms as somebody says them. `conditions` are dicts of `text` and `must`."""

    what: str
    conditions: list[dict[str, Any]] = field(default_factory=list)
    due_at: datetime | None = None
    due_precision: str = "day"
    due_zone: str = "UTC"
    so_that: str = ""
    for_whom: str = ""
    assumptions: str = ""
    condition: str = ""
    condition_expires_at: datetime | None = None
    novelty: int | None = None
    reach: int | None = None
    stake: int | None = None
    hands: int | None = None

    def values(self) -> dict[str, Any]:
        """Its fields by name."""
        return {it.name: getattr(self, it.name) for it in fields(self)}

    def sized_as(self, before: "Sized") -> "Wanted":
        """The same, as big as those terms where this says nothing of it: size is the owner's own.

        No term between two, it goes along with whatever is agreed.
        """
        if self.novelty is not None:
            return self
        return replace(self, **{name: getattr(before, name) for name in SIZE})

    def without_size(self) -> dict[str, Any]:
        """What the other party may say."""
        return {name: value for name, value in self.values().items() if name not in SIZE}


def difference(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """The names of the terms that are others now than they were before, in the order of `now`."""
    return [name for name, value in now.items() if before.get(name) != value]
