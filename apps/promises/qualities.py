"""The five qualities of a good promise: what is there, and what would be more. Pure.

Public, active, voluntary, explicit, mission-based: after Sull and Spinosa, "Promise-Based
Management" (Harvard Business Review, April 2007). Never a barrier, but for "explicit".
"""

from dataclasses import dataclass
from enum import StrEnum


class Quality(StrEnum):
    """In the order in which they are shown."""

    PUBLIC = "public"
    ACTIVE = "active"
    VOLUNTARY = "voluntary"
    EXPLICIT = "explicit"
    MISSION = "mission"


@dataclass(frozen=True)
class Facts:
    """What is known of a promise that decides about its qualities."""

    is_own: bool = False
    # They were given a link, it was said aloud, or they have answered.
    is_known: bool = False
    # Counters, holds and proposals, and answers of theirs in words.
    exchanges: int = 0
    is_chosen: bool | None = None
    what: str = ""
    conditions: int = 0
    has_due: bool = False
    has_recipient: bool = False
    so_that: str = ""
    has_concern: bool = False


@dataclass(frozen=True)
class Dot:
    """A quality and whether it is there."""

    quality: Quality
    is_there: bool


def qualities_of(facts: Facts) -> list[Dot]:
    """The five, each there or not. A promise to oneself has its recipient in who made it."""
    explicit = facts.what and facts.conditions and facts.has_due
    there = {
        Quality.PUBLIC: facts.is_known and not facts.is_own,
        Quality.ACTIVE: facts.exchanges > 0,
        Quality.VOLUNTARY: facts.is_chosen is True,
        Quality.EXPLICIT: explicit and (facts.has_recipient or facts.is_own),
        # To oneself it is enough to know what for.
        Quality.MISSION: facts.so_that and (facts.has_concern or facts.is_own),
    }
    return [Dot(quality, bool(there[quality])) for quality in Quality]
