"""What words/*.toml says, as values."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

WORDS = Path(__file__).parent / "words"


@dataclass(frozen=True)
class Someone:
    """A person in Mira's life, met `since` months before today."""

    key: str
    name: str
    call: str
    said: str
    since: int
    how_known: str
    notes: str = ""

    @property
    def pronouns(self) -> dict[str, str]:
        """The slots that mean this person again."""
        if self.said == "she":
            return {"they": "she", "them": "her", "their": "her"}
        return {"they": "he", "them": "him", "their": "his"}


@dataclass(frozen=True)
class Chapter:
    """A stretch of working life that began `months` before today, and the words of that time."""

    key: str
    title: str
    months: int
    boss: str
    mates: list[str]
    juniors: list[str]
    works: list[str]
    pieces: list[str]
    meetings: list[str]
    rooms: list[str]
    readers: list[str]
    todos: list[str]


@dataclass(frozen=True)
class Scene:
    """Something that happens, told in four steps, each with several wordings."""

    key: str
    parts: list[str]
    mood: int
    titles: list[str]
    began: list[str]
    happened: list[str]
    meant: list[str]
    next: list[str]
    who: str = ""
    days: list[str] = field(default_factory=lambda: ["work"])
    chapters: list[str] = field(default_factory=list)
    journeys: list[str] = field(default_factory=list)
    weight: float = 1.0
    until_months: int = 10_000


@dataclass(frozen=True)
class Journey:
    """A stay elsewhere, each `every` years, from the day `begins` (month and day)."""

    key: str
    zone: str
    city: str
    begins: str
    days: int
    every: int
    sights: list[str]
    keepsakes: list[str]
    offset: int = 0


@dataclass(frozen=True)
class Written:
    """An entry of the last three weeks, written by hand; `earlier` are texts it had before."""

    day: str
    time: str
    body: str
    title: str = ""
    mood: int | None = None
    energy: int | None = None
    starred: bool = False
    trashed_days: int | None = None
    earlier: list[dict[str, Any]] = field(default_factory=list)


@cache
def people() -> dict[str, Someone]:
    """Everybody, by key."""
    return {row["key"]: Someone(**row) for row in _read("people")["person"]}


@cache
def promises() -> list[dict[str, Any]]:
    """What was promised, and what became of it."""
    return list(_read("promises")["promise"])


@cache
def promise_ties() -> list[dict[str, Any]]:
    """Which promises hang together, and how."""
    return list(_read("promises")["tie"])


@cache
def cares() -> list[dict[str, Any]]:
    """What is looked after, and how it came to be put like this."""
    return list(_read("cares")["care"])


@cache
def questions() -> dict[str, Any]:
    """A pack of her own, what she likes to be asked, and answers, some years apart."""
    return _read("questions")


@cache
def sittings() -> list[dict[str, Any]]:
    """What was sat with, and what was answered."""
    return list(_read("sittings")["sitting"])


@cache
def known() -> dict[str, list[dict[str, Any]]]:
    """What is known of people beside their names, by kind."""
    return _read("known")


@cache
def values() -> dict[str, Any]:
    """What was found out about what matters: own cards, sorts, choices, checks."""
    return _read("values")


@cache
def chapters() -> list[Chapter]:
    """The stretches of working life, latest first."""
    return [Chapter(**row) for row in _read("chapters")["chapter"]]


@cache
def scenes() -> list[Scene]:
    """Everything that may happen."""
    return [
        Scene(**row)
        for path in sorted((WORDS / "scenes").glob("*.toml"))
        for row in _read(f"scenes/{path.stem}")["scene"]
    ]


@cache
def journeys() -> list[Journey]:
    """Where one goes."""
    return [Journey(**row) for row in _read("world")["journey"]]


@cache
def weather() -> dict[str, list[str]]:
    """What it may be like outside, by season."""
    return dict(_read("world")["weather"])


@cache
def lines() -> dict[str, list[str]]:
    """Very short entries and the smaller pieces of long ones, by kind."""
    return _read("lines")


@cache
def recent() -> list[Written]:
    """The last three weeks."""
    return [Written(**row) for row in _read("recent")["entry"]]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((WORDS / f"{name}.toml").read_text(encoding="utf-8"))
