"""Marked words in a text that goes on changing: found, followed, or said to be gone."""

import time
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from apps.journal.highlighting import (
    CONTEXT,
    GONE,
    LIKENESS,
    Selector,
    Span,
    Stand,
    Standing,
    _likeness,
    find,
    nearest,
    places,
    select,
)
from tests.day import one_in
from tests.journal.test_comparing import HOSTILE

FEW = st.sampled_from(["and", "the", "sun", "rose", "漢", "字", "a.", "“so”", "-", "e\u0301"])
SOME = st.lists(FEW, min_size=1, max_size=40).map(" ".join)
MANY = st.lists(st.integers(100, 999).map(lambda n: f"w{n}"), max_size=40).map(" ".join)
STORY = (
    "On Monday we walked along the river, and nobody said much. The water was high and brown. "
    "I thought of the house by the sea, and of all that I had wanted to say to her then. "
    "In the evening Ana came with bread, and we sat outside until it was dark."
)


def selected(text: str, words: str) -> Selector:
    start = text.index(words)
    return select(text, Span(start, start + len(words)))


def stands(selector: Selector, text: str) -> tuple[Standing, str]:
    found = find(selector, text)
    return found.standing, text[found.span.start : found.span.end]


@st.composite
def chosen(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> tuple[str, Span]:
    """A text and some letters of it, without space at their ends."""
    text = draw(texts)
    assume(text.strip())
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, min(len(text), start + 80)))
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    assume(words.strip())
    return text, Span(start, start + len(words.strip()))


# --- by rule ----------------------------------------------------------------------------------


@given(chosen(SOME | MANY | st.text(max_size=80)))
def test_in_its_own_text_it_stands_where_it_stood(given) -> None:
    text, span = given
    assert find(select(text, span), text) == Stand(Standing.SAME, span)


@given(chosen(SOME | MANY), SOME | MANY, SOME | MANY)
def test_edits_around_move_it_and_never_lose_it(given, before, after) -> None:
    """All but the words and what is kept of their surroundings may be something else."""
    lead = "In the morning of that day "
    text = f"{lead}{given[0]} and then it was evening again."
    start, end = (place + len(lead) for place in given[1])
    selector = select(text, Span(start, end))
    changed = f"{before} {text[max(0, start - CONTEXT) : end + CONTEXT]} {after}"
    found = find(selector, changed)
    assert found.standing is Standing.SAME
    # Where the same stands twice with the same around it, the nearer of the two is as right.
    at, to = found.span
    assert changed[at:to] == selector.quote
    assert changed[max(0, at - len(selector.prefix)) : at] == selector.prefix
    assert changed[to : to + len(selector.suffix)] == selector.suffix


@given(chosen(MANY), SOME, SOME)
def test_words_that_stood_once_are_found_when_all_around_them_is_new(given, before, after) -> None:
    text, span = given
    selector = select(text, span)
    assume(selector.count == 1 and selector.quote not in f"{before} {after}")
    changed = f"{before}{selector.quote}{after}"
    assert find(selector, changed).span.start == len(before)


@given(chosen(SOME | MANY | st.text(max_size=40)), SOME | MANY | st.text(max_size=40))
def test_it_never_points_at_words_that_are_others(given, changed) -> None:
    text, span = given
    selector = select(text, span)
    found = find(selector, changed)
    there = changed[found.span.start : found.span.end]
    if found.standing is Standing.SAME:
        assert there == selector.quote
    elif found.standing is Standing.CHANGED:
        assert there not in ("", selector.quote)
        assert _likeness(selector.quote, there) >= LIKENESS
    else:
        assert found == GONE


@given(
    st.lists(st.integers(100, 999), min_size=30, max_size=60, unique=True),
    st.integers(5, 15),
    st.integers(4, 12),
    st.data(),
)
def test_an_edit_within_is_followed(numbers, first, count, data) -> None:
    """A word put in, left out or replaced, somewhere inside at least four."""
    words = [f"word{number}x" for number in numbers]
    quote = " ".join(words[first : first + count])
    selector = selected(" ".join(words), quote)
    at = data.draw(st.integers(first + 1, first + count - 2))
    edit = data.draw(st.sampled_from([[words[at], "new"], [], ["new"]]))
    changed = [*words[:at], *edit, *words[at + 1 :]]
    now = " ".join(changed[first : first + count + len(edit) - 1])
    assert stands(selector, " ".join(changed)) == (Standing.CHANGED, now)


@given(st.lists(st.integers(100, 999), min_size=8, max_size=60, unique=True), st.integers(0, 7))
def test_words_of_which_nothing_is_left_are_gone(numbers, first) -> None:
    words = [f"w{number}" for number in numbers]
    quote = " ".join(words[first : first + 5])
    selector = selected(" ".join(words), quote)
    rest = " ".join([*words[:first], "other", "things", *words[first + 5 :]])
    assert find(selector, rest) == GONE


# --- by example -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marked", "edits", "standing", "now"),
    [
        ("the house by the sea", [("On Monday we", "We")], "same", "the house by the sea"),
        ("the house by the sea", [("the house", "the old house")], "changed", None),
        ("the house by the sea", [("the house by the sea, and ", "")], "gone", ""),
        ("Ana came with bread", [("bread", "wine")], "changed", "Ana came with wine"),
        ("Ana came with bread", [("with", "wiht")], "changed", "Ana came wiht bread"),
        ("Monday", [("Monday", "Mondays")], "same", "Monday"),
        ("brown", [("brown", "brwon")], "changed", "brwon"),
        ("brown", [("brown", "green")], "gone", ""),
        ("evening", [("evening", "evenings")], "same", "evening"),
        ("evening", [("evening", "evning")], "changed", "evning"),
        ("and", [(", and nobody said much", "")], "gone", ""),
        ("The water was high and brown.", [("high", "very high")], "changed", None),
        (
            "The water was high and brown. I thought",
            [("brown. I", "brown. It smelled of earth. I")],
            "changed",
            "The water was high and brown. It smelled of earth. I thought",
        ),
    ],
)
def test_it_follows_what_somebody_does_to_a_text(marked, edits, standing, now) -> None:
    selector = selected(STORY, marked)
    text = STORY
    for old, new in edits:
        marked = marked.replace(old, new)
        text = text.replace(old, new, 1)
    assert stands(selector, text) == (standing, marked if now is None else now)


def test_a_sentence_that_moved_is_found() -> None:
    sentence = "The water was high and brown."
    moved = STORY.replace(f" {sentence}", "") + " " + sentence
    assert stands(selected(STORY, sentence), moved) == (Standing.SAME, sentence)


def test_of_the_same_words_those_with_the_same_around_them_are_meant() -> None:
    text = "We had tea at home. Then we had tea at Ana's. Later we had tea on the train."
    second = text.index("we had tea at Ana") + 7
    selector = select(text, Span(second, second + 3))
    for changed in (
        text.replace("We had tea at home. ", ""),
        f"Tea, tea, tea. {text}",
        text.replace("Then", "After an hour or so"),
    ):
        assert find(selector, changed).span.start == changed.index("tea at Ana")
    # The sentence is gone, and the other two are about other tea.
    assert find(selector, text.replace("Then we had tea at Ana's. ", "")) == GONE


def test_it_follows_writing_without_spaces() -> None:
    text = "今日は朝から雨が降っていた。公園まで歩いて、古い木の下で手紙を読んだ。夜は静かだった。"
    selector = selected(text, "古い木の下で手紙を読んだ")
    changed = text.replace("手紙を", "長い手紙を")
    assert stands(selector, changed) == (Standing.CHANGED, "古い木の下で長い手紙を読んだ")
    assert find(selector, "夜は静かだった。") == GONE


def test_a_longer_passage_keeps_its_ends() -> None:
    selector = selected(STORY, STORY[61:229])
    changed = STORY.replace("the house by the sea", "our house").replace("wanted", "meant")
    standing, now = stands(selector, changed)
    assert standing is Standing.CHANGED
    assert now.startswith("The water was")
    assert now.endswith("we sat outside until")


# --- words that somebody names ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("tea", ["tea", "tea"]),
        ("  so   much tea ", ["so much tea"]),
        ("SO MUCH tea", ["so much tea"]),
        ("cafe", ["Café"]),
        ("tea. 'Why?'", ["tea. “Why?”"]),
        ("stea", ["stea"]),
        ("wine", []),
        ("  ", []),
        ("…", []),
    ],
)
def test_it_finds_the_words_that_are_meant(typed, found) -> None:
    text = "In the Café, so much tea. “Why?” There was no steak, only tea."
    assert [text[start:end] for start, end in places(text, typed)] == found


@given(chosen(SOME | MANY | st.text(max_size=40)))
def test_what_is_typed_off_a_text_is_found_in_it(given) -> None:
    text, (start, end) = " ".join(given[0].split()), given[1]
    typed = text[start:end]
    assume(end <= len(text) and typed == typed.strip() != "")
    found = places(text, typed)
    assert found
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert nearest(text, typed, start) == Span(start, end)


# --- time -------------------------------------------------------------------------------------


def timed(text: str, changed: str, span: Span) -> float:
    began = time.process_time()
    selector = select(text, span)
    find(selector, changed)
    places(changed, selector.quote)
    return time.process_time() - began


def test_a_text_of_the_greatest_length_takes_a_moment() -> None:
    text = " ".join(f"word{number % 3_000}" for number in range(24_000))
    middle = len(text) // 2
    changed = text[: middle + 200].replace("word7", "other") + " and more " + text[middle + 200 :]
    assert len(text) > 200_000
    assert timed(text, changed, Span(middle, middle + 2_000)) < 2


@pytest.mark.parametrize("shape", one_in(4, HOSTILE))
def test_no_text_takes_long(shape) -> None:
    text, changed = HOSTILE[shape]
    text, changed = text[:100_000].strip(), changed[:100_000]
    for length in (3, 2_000):
        assert timed(text, changed, Span(40, 40 + length)) < 3
