"""Two texts beside each other: what is the same, what one has and the other has not.

First by lines, then by words within the lines that differ, so that long texts stay quick.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# Passages longer than this many words are not compared word by word.
LONG_PASSAGE = 3_000


class Kind(StrEnum):
    """How a piece of text stands in the comparison."""

    SAME = "same"
    GONE = "gone"  # in the first text only
    NEW = "new"  # in the second text only


@dataclass(frozen=True)
class Piece:
    """A run of text that is the same in both, or in one only."""

    kind: Kind
    text: str


def compare(first: str, second: str) -> list[Piece]:
    """The pieces from which both texts can be put together again, in order.

    Joining SAME and GONE gives `first`; joining SAME and NEW gives `second`.
    """
    return list(_joined(_pieces(first, second)))


def merge(first: str, second: str) -> str:
    """One text that has every line of both: where they differ, the first's lines come first."""
    merged: list[str] = []
    ours, theirs = first.splitlines(), second.splitlines()
    for _, a, b, c, d in _matcher(ours, theirs).get_opcodes():
        merged += ours[a:b]
        if ours[a:b] != theirs[c:d]:
            merged += theirs[c:d]
    return "\n".join(merged)


def _pieces(first: str, second: str) -> Iterator[Piece]:
    before, after = first.splitlines(keepends=True), second.splitlines(keepends=True)
    for tag, a, b, c, d in _matcher(before, after).get_opcodes():
        gone, new = "".join(before[a:b]), "".join(after[c:d])
        if tag == "replace":
            yield from _words(gone, new)
        elif tag == "equal":
            yield Piece(Kind.SAME, gone)
        else:
            yield Piece(Kind.GONE, gone)
            yield Piece(Kind.NEW, new)


def _words(gone: str, new: str) -> Iterator[Piece]:
    before, after = _WORDS.findall(gone), _WORDS.findall(new)
    if len(before) + len(after) > LONG_PASSAGE:
        yield Piece(Kind.GONE, gone)
        yield Piece(Kind.NEW, new)
        return
    for tag, a, b, c, d in _matcher(before, after).get_opcodes():
        if tag == "equal":
            yield Piece(Kind.SAME, "".join(before[a:b]))
        else:
            yield Piece(Kind.GONE, "".join(before[a:b]))
            yield Piece(Kind.NEW, "".join(after[c:d]))


_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


def _matcher(first: list[str], second: list[str]) -> "SequenceMatcher[str]":
    return SequenceMatcher(None, first, second, autojunk=len(first) + len(second) > LONG_PASSAGE)


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Neighbours of one kind as one piece; nothing empty."""
    last: Piece | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if last is not None and last.kind == piece.kind:
            last = Piece(last.kind, last.text + piece.text)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last
