"""Sentences with choices in them: `{a|b}` is either, `<work>` is looked up.

Choices may stand inside choices. A slot with a capital letter begins with one: `<Work>`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from apps.home.demo.chance import Chance


@dataclass(frozen=True)
class Slot:
    """What is looked up."""

    name: str


@dataclass(frozen=True)
class Choice:
    """One of several wordings."""

    wordings: tuple["Wording", ...]


Wording = tuple["str | Slot | Choice", ...]

_MARKS = re.compile(r"([{}|]|<[A-Za-z]+>)")


def say(source: str, slots: Mapping[str, str], chance: Chance) -> str:
    """The text of one wording of `source`, beginning with a capital letter.

    Raises KeyError for a slot that `slots` does not fill, ValueError for braces that do not match.
    """
    return capitalised(_say(parse(source), slots, chance))


@cache
def parse(source: str) -> Wording:
    """The wording that `source` spells. Raises ValueError for braces that do not match."""
    pieces = [piece for piece in _MARKS.split(source) if piece]
    wordings, end = _wordings(pieces, 0)
    if end != len(pieces) or len(wordings) != 1:
        raise ValueError(f"braces do not match in: {source}")
    return wordings[0]


def slots_of(wording: Wording) -> set[str]:
    """The names of all slots in it, as they are looked up."""
    names: set[str] = set()
    for part in wording:
        if isinstance(part, Slot):
            names.add(part.name.lower())
        elif isinstance(part, Choice):
            names.update(*(slots_of(inner) for inner in part.wordings))
    return names


def capitalised(text: str) -> str:
    """The text with its first letter large; nothing else changes."""
    return text[:1].upper() + text[1:]


def _say(wording: Wording, slots: Mapping[str, str], chance: Chance) -> str:
    said: list[str] = []
    for part in wording:
        if isinstance(part, str):
            said.append(part)
        elif isinstance(part, Choice):
            said.append(_say(chance.pick(part.wordings), slots, chance))
        elif part.name[0].isupper():
            said.append(capitalised(slots[part.name.lower()]))
        else:
            said.append(slots[part.name])
    return "".join(said)


def _wordings(pieces: list[str], at: int) -> tuple[tuple[Wording, ...], int]:
    """The wordings from `at` up to a closing brace or the end, and where that is."""
    found: list[Wording] = []
    parts: list[str | Slot | Choice] = []
    depth_is_open = at > 0
    while at < len(pieces) and pieces[at] != "}":
        piece = pieces[at]
        if piece == "{":
            inner, at = _wordings(pieces, at + 1)
            if at == len(pieces):
                raise ValueError(f"a brace is not closed in: {''.join(pieces)}")
            parts.append(Choice(inner))
        elif piece == "|" and depth_is_open:
            found.append(tuple(parts))
            parts = []
        elif piece.startswith("<"):
            parts.append(Slot(piece[1:-1]))
        else:
            parts.append(piece)
        at += 1
    return (*found, tuple(parts)), at
