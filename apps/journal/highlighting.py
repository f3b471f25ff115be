"""Where marked words stand in a text that goes on changing.

Words are kept as the W3C's Web Annotation model keeps them in its TextQuoteSelector: the words, a
little of what stands before and after, and the place where they stood as a hint. No database. The
text is what a reader sees (`core.text.shown`), so that marks of Markdown play no part. The rules
and their reasons: docs/highlights.md.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

from apps.journal.comparing import runs
from apps.journal.words import fold, spans

QUOTE_LENGTH = 2_000
# How much of what stands before and after is kept, in letters.
CONTEXT = 32
# As little of it as this says which of several places is meant.
EVIDENCE = 16
# Changed words are followed as long as this share of them is the same.
LIKENESS = 0.6
# Up to this length, likeness is counted in letters; above it in words, which takes less time.
IN_LETTERS = 200
# How many passages are looked at closely for words that have changed.
PASSAGES = 3
# What is known by itself, without the words before and after.
TELLING = 12
MOST_PLACES = 500


class Standing(StrEnum):
    """What has become of marked words."""

    SAME = "same"
    CHANGED = "changed"  # something was edited inside them
    GONE = "gone"


class Span(NamedTuple):
    """Letters of a text, from `start` up to `end`."""

    start: int
    end: int


@dataclass(frozen=True)
class Selector:
    """Marked words. `count`: how often the same words stood in the text they were marked in."""

    quote: str
    prefix: str
    suffix: str
    start: int
    count: int


@dataclass(frozen=True)
class Stand:
    """Where the words stand now; an empty span where they are gone."""

    standing: Standing
    span: Span


GONE = Stand(Standing.GONE, Span(0, 0))


def select(text: str, span: Span) -> Selector:
    """What has to be kept of words to find them again. The span must not be empty."""
    start, end = span
    quote = text[start:end]
    return Selector(
        quote=quote,
        prefix=text[max(0, start - CONTEXT) : start],
        suffix=text[end : end + CONTEXT],
        start=start,
        count=text.count(quote),
    )


def find(selector: Selector, text: str) -> Stand:
    """Where the words stand in this text: as they were, changed, or nowhere.

    SAME is only said of a place where exactly these words stand. Where they stand several times,
    the words before and after say which is meant, and then the nearness to where they were. The
    same words elsewhere, with nothing of what stood around them, are others once one is missing.
    """
    start = _by_context(selector, text)
    if start is None and 0 < selector.count <= text.count(selector.quote):
        start = _nearest(text, selector.quote, selector.start)
    if start is not None:
        return Stand(Standing.SAME, Span(start, start + len(selector.quote)))
    followed = _followed(selector, text)
    return Stand(Standing.CHANGED, followed) if followed else GONE


def _by_context(selector: Selector, text: str) -> int | None:
    """The place with most of what stood before and after; None without any evidence."""
    length = CONTEXT
    while length * 2 >= EVIDENCE:
        before, after = selector.prefix[-length:], selector.suffix[:length]
        around = [(before, after)] if len(before) + len(after) >= EVIDENCE else []
        if length >= EVIDENCE:
            around += [(before, "")] * (len(before) == length)
            around += [("", after)] * (len(after) == length)
        found = [
            start + len(prefix)
            for prefix, suffix in around
            if (
                start := _nearest(
                    text, prefix + selector.quote + suffix, selector.start - len(prefix)
                )
            )
            is not None
        ]
        if found:
            return found[0]
        length //= 2
    return None


def _nearest(text: str, words: str, hint: int) -> int | None:
    """Where these words stand nearest to the hint."""
    hint = max(0, hint)
    before = text.rfind(words, 0, hint + len(words))
    after = text.find(words, hint)
    places = [place for place in (before, after) if place >= 0]
    return min(places, key=lambda place: abs(place - hint), default=None)


# --- Words that have changed ------------------------------------------------------------------


class _Token(NamedTuple):
    start: int
    end: int
    word: str


def _tokens(text: str) -> list[_Token]:
    return [_Token(start, end, text[start:end].casefold()) for start, end in spans(text)]


def _followed(selector: Selector, text: str) -> Span | None:
    """The passage that the words have become, if enough of them is left."""
    ours = _tokens(selector.prefix + selector.quote + selector.suffix)
    begin = len(selector.prefix)
    end = begin + len(selector.quote)
    inside = [at for at, it in enumerate(ours) if it.start < end and begin < it.end]
    if not inside:
        return None
    theirs = _tokens(text)
    best: tuple[float, Span] | None = None
    for passage in _passages(ours, theirs):
        span = _within(ours, inside, theirs, passage, text, selector.quote)
        if span is None or text[span.start : span.end] == selector.quote:
            continue
        likeness = _likeness(selector.quote, text[span.start : span.end])
        if likeness >= LIKENESS and (best is None or likeness > best[0]):
            best = likeness, span
    return best[1] if best else None


def _passages(ours: Sequence[_Token], theirs: Sequence[_Token]) -> Iterator[range]:
    """The parts of the text that share most with what was marked and what stood around it.

    Pairs of words and rare words vote for how far the passage has moved; votes for about the same
    distance are for the same passage. One walk over the text.
    """
    pairs: dict[tuple[str, str], list[int]] = {}
    for at in range(len(ours) - 1):
        pairs.setdefault((ours[at].word, ours[at + 1].word), []).append(at)
    places: dict[str, list[int]] = {}
    for at, token in enumerate(ours):
        places.setdefault(token.word, []).append(at)
    seen = Counter(token.word for token in theirs if token.word in places)
    width = max(8, len(ours) // 4)
    votes: Counter[int] = Counter()
    for there, token in enumerate(theirs):
        if token.word not in places:
            continue
        if seen[token.word] <= PASSAGES:
            votes.update((there - here) // width for here in places[token.word][:PASSAGES])
        if there + 1 < len(theirs):
            following = pairs.get((token.word, theirs[there + 1].word), ())
            votes.update((there - here) // width for here in following[:PASSAGES])
    for moved, _ in votes.most_common(PASSAGES):
        first = max(0, (moved - 1) * width)
        yield range(first, min(len(theirs), (moved + 2) * width + len(ours)))


def _within(
    ours: Sequence[_Token],
    inside: Sequence[int],
    theirs: Sequence[_Token],
    passage: range,
    text: str,
    quote: str,
) -> Span | None:
    """The letters of a passage that stand where the marked words stood."""
    pairs = _paired(
        [token.word for token in ours],
        [token.word for token in theirs[passage.start : passage.stop]],
    )
    kept = [pairs[at] for at in inside if at in pairs]
    before, after = pairs.get(inside[0] - 1), pairs.get(inside[-1] + 1)
    if not kept:
        if before is None or after is None or after - before < 2:
            return None
        first, last = before + 1, after - 1
    else:
        size = sum(len(ours[at].word) for at in inside if at in pairs)
        if before is None and after is None and size < TELLING:
            return None
        kept = _dense(kept, len(inside))
        first = kept[0] if before is None else before + 1
        last = kept[-1] if after is None else after - 1
    found = theirs[passage.start + first], theirs[passage.start + last]
    start, end = found[0].start, found[1].end
    return _with_edges(text, Span(start, end), quote)


def _with_edges(text: str, span: Span, words: str) -> Span:
    """The span with what the words begin and end with that is no letter: a quotation mark, a dot.

    As many signs as there are in the words, where the text has signs there.
    """
    start, end = span
    for _ in range(len(words) - len(words.lstrip(_EDGES))):
        start -= start > 0 and text[start - 1] in _EDGES
    for _ in range(len(words) - len(words.rstrip(_EDGES))):
        end += end < len(text) and text[end] in _EDGES
    return Span(start, end)


_EDGES = "\"'“”„«»‘’‚().,;:!?…–—-。、！？「」『』（）"


def _paired(ours: list[str], theirs: list[str]) -> dict[int, int]:
    """Which word of the passage each of ours has become, where it is the same."""
    found: dict[int, int] = {}
    here = there = 0
    for is_same, first, second in runs(ours, theirs):
        if is_same:
            found.update((here + at, there + at) for at in range(len(first)))
        here += len(first)
        there += len(second)
    return found


def _dense(places: list[int], count: int) -> list[int]:
    """Places without those at the ends that lie far from all others: "the" stands everywhere."""
    while len(places) > 1 and places[-1] - places[0] >= 2 * count:
        front, back = places[1] - places[0], places[-1] - places[-2]
        places = places[1:] if front >= back else places[:-1]
    return places


def _likeness(quote: str, passage: str) -> float:
    """How much of two texts is the same, from 0 to 1."""
    one, other = quote.casefold(), passage.casefold()
    if max(len(one), len(other)) <= IN_LETTERS:
        return SequenceMatcher(None, one, other, autojunk=False).ratio()
    first = [token.word for token in _tokens(one)]
    second = [token.word for token in _tokens(other)]
    same = sum(len(word) for is_same, words, _ in runs(first, second) if is_same for word in words)
    length = sum(map(len, first)) + sum(map(len, second))
    return 2 * same / length if length else 0.0


# --- Words that somebody names ----------------------------------------------------------------


def nearest(text: str, words: str, hint: int) -> Span | None:
    """The place of exactly these words that is nearest to the hint."""
    start = _nearest(text, words, hint) if words else None
    return None if start is None else Span(start, start + len(words))


def places(text: str, typed: str) -> list[Span]:
    """Where somebody's words stand, the first MOST_PLACES of them, none within another.

    Whole words as they are typed; else whole words, whatever their case, accents and punctuation;
    else the same letters, in the middle of words if need be.
    """
    typed = " ".join(typed.split())
    if not typed:
        return []
    exact = list(_exact(text, typed))
    edges = {place for span in spans(text) for place in span} if exact else set()
    whole = [
        span
        for span in exact
        if _is_edge(span.start, text, edges) and _is_edge(span.end, text, edges)
    ]
    return (whole or list(_alike(text, typed)) or exact)[:MOST_PLACES]


def _exact(text: str, words: str) -> Iterator[Span]:
    start = text.find(words)
    while start >= 0:
        yield Span(start, start + len(words))
        start = text.find(words, start + len(words))


def _is_edge(place: int, text: str, edges: set[int]) -> bool:
    """Whether no word is cut here."""
    if place in edges or place in {0, len(text)}:
        return True
    return not (text[place - 1].isalnum() and text[place].isalnum())


def _alike(text: str, typed: str) -> Iterator[Span]:
    wanted = [fold(typed[start:end]) for start, end in spans(typed)]
    if not any(wanted):
        return
    known: dict[str, str] = {}
    there = list(spans(text))
    words: list[str] = []
    begins: list[int] = []
    length = 0
    for start, end in there:
        word = text[start:end]
        folded = known.get(word)
        if folded is None:
            folded = known[word] = fold(word)
        words.append(folded)
        begins.append(length)
        length += len(folded) + 1
    # As one text, with a space at either side of each word, so that finding takes one walk.
    line, asked = f" {' '.join(words)} ", f" {' '.join(wanted)} "
    at = line.find(asked)
    while at >= 0:
        first = bisect_left(begins, at)
        span = Span(there[first][0], there[first + len(wanted) - 1][1])
        yield _with_edges(text, span, typed)
        at = line.find(asked, at + len(asked) - 1)
