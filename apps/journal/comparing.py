"""Two texts beside each other: what is the same, what one has and the other has not.

First by lines, then by words within the lines that differ. What is found once in each text holds
the two together (patience diff, after Bram Cohen); only what lies between is compared in full, and
only as long as that stays quick: a text made to be slow is shown as gone and new as a whole
(assurance T-34).
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# Steps that comparing in full may take: in one passage, and in the whole text (about a second).
MOST_STEPS = 1_000_000
MOST_STEPS_IN_ALL = 20_000_000
# How often a passage is divided by what stands in it once.
MOST_DIVISIONS = 8


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
    comparison = _Comparison()
    for is_same, ours, theirs in comparison.runs(first.split("\n"), second.split("\n")):
        merged += ours if is_same else [*ours, *theirs]
    return "\n".join(merged)


def runs(first: Sequence[str], second: Sequence[str]) -> "Iterator[Run]":
    """Any two sequences, such as the words of two texts, as runs that are the same and that differ.

    Each run: whether it is the same in both, and what it is in the first and in the second.
    """
    return _Comparison().runs(first, second)


def _pieces(first: str, second: str) -> Iterator[Piece]:
    comparison = _Comparison()
    lines = comparison.runs(first.splitlines(keepends=True), second.splitlines(keepends=True))
    for is_same, gone, new in lines:
        if is_same:
            yield Piece(Kind.SAME, "".join(gone))
            continue
        words = comparison.runs(_WORDS.findall("".join(gone)), _WORDS.findall("".join(new)))
        for is_same_word, gone_words, new_words in words:
            if is_same_word:
                yield Piece(Kind.SAME, "".join(gone_words))
            else:
                yield Piece(Kind.GONE, "".join(gone_words))
                yield Piece(Kind.NEW, "".join(new_words))


_WORDS = re.compile(r"\s+|\w+|[^\w\s]")

Run = tuple[bool, Sequence[str], Sequence[str]]


class _Comparison:
    """Which items of two sequences belong together, within a number of steps."""

    def __init__(self) -> None:
        self.steps_left = MOST_STEPS_IN_ALL

    def runs(self, first: Sequence[str], second: Sequence[str]) -> Iterator[Run]:
        """Both sequences in order, as runs that are the same and runs that differ."""
        a = b = 0
        for i, j, length in self._matches(first, second):
            if a < i or b < j:
                yield False, first[a:i], second[b:j]
            yield True, first[i : i + length], second[j : j + length]
            a, b = i + length, j + length
        if a < len(first) or b < len(second):
            yield False, first[a:], second[b:]

    def _matches(
        self, first: Sequence[str], second: Sequence[str]
    ) -> Iterator[tuple[int, int, int]]:
        """Places (in the first, in the second, how many items) that are the same, in order."""
        # Passages still to be looked at, the next one last: (a, b, c, d, divisions so far).
        waiting = [(0, len(first), 0, len(second), 0)]
        while waiting:
            a, b, c, d, divisions = waiting.pop()
            head = _common(first, second, range(a, b), range(c, d))
            if head:
                yield a, c, head
                a, c = a + head, c + head
            tail = _common(first, second, range(b - 1, a - 1, -1), range(d - 1, c - 1, -1))
            if tail:
                # Come back to it once what lies before is done.
                waiting.append((b - tail, b, d - tail, d, divisions))
                b, d = b - tail, d - tail
            if a == b or c == d:
                continue
            anchors = _anchors(first[a:b], second[c:d]) if divisions < MOST_DIVISIONS else []
            if anchors:
                ends = [(a + i, c + j) for i, j in anchors] + [(b, d)]
                begins = [(a, c), *ends[:-1]]
                passages = [
                    (i, k, j, m, divisions + 1) for (i, j), (k, m) in zip(begins, ends, strict=True)
                ]
                waiting += reversed(passages)
            else:
                for i, j, length in self._in_full(first[a:b], second[c:d]):
                    yield a + i, c + j, length

    def _in_full(
        self, first: Sequence[str], second: Sequence[str]
    ) -> Iterator[tuple[int, int, int]]:
        """The same for a passage that nothing divides; nothing when it would take too long."""
        counts = Counter(second)
        steps = sum(counts[item] for item in first) * min(len(first), len(second))
        if steps > min(MOST_STEPS, self.steps_left):
            return
        self.steps_left -= steps
        matcher = SequenceMatcher(None, first, second, autojunk=False)
        for match in matcher.get_matching_blocks():
            if match.size:
                yield match.a, match.b, match.size


def _common(first: Sequence[str], second: Sequence[str], ours: range, theirs: range) -> int:
    """How many items are the same, going along both ranges."""
    length = 0
    for i, j in zip(ours, theirs, strict=False):
        if first[i] != second[j]:
            break
        length += 1
    return length


def _anchors(first: Sequence[str], second: Sequence[str]) -> list[tuple[int, int]]:
    """Items found once in each, as many as stand in the same order in both."""
    once = {item for item, count in Counter(first).items() if count == 1}
    once &= {item for item, count in Counter(second).items() if count == 1}
    places = {item: place for place, item in enumerate(second) if item in once}
    pairs = [(i, places[item]) for i, item in enumerate(first) if item in once]
    # The longest rising run of places: for each length, the pair that ends it lowest.
    lowest: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(lowest, place)
        lowest[length : length + 1] = [place]
        ends[length : length + 1] = [number]
        before.append(ends[length - 1] if length else -1)
    chain: list[tuple[int, int]] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


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
