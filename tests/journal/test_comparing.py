"""Two texts beside each other."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.journal.comparing import Kind, Piece, compare, merge
from tests.day import one_in

# Texts that share words and lines, so that there is something to compare.
WORDS = st.sampled_from(
    ["the", "day", "night", " ", "\n", "\n\n", ".", "漢字", "e\u0301", "\u2028", "\r"]
)
TEXTS = st.lists(WORDS, max_size=60).map("".join) | st.text(max_size=40)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_put_together_again(first, second) -> None:
    pieces = compare(first, second)
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.NEW) == first
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.GONE) == second


@given(TEXTS, TEXTS)
def test_no_piece_is_empty_and_no_two_neighbours_are_of_a_kind(first, second) -> None:
    pieces = compare(first, second)
    assert all(piece.text for piece in pieces)
    assert all(one.kind != other.kind for one, other in pairwise(pieces))


@given(TEXTS)
def test_a_text_is_the_same_as_itself(text) -> None:
    assert compare(text, text) == ([Piece(Kind.SAME, text)] if text else [])
    assert merge(text, text) == text


@given(TEXTS, TEXTS)
def test_a_merged_text_has_every_line_of_both_in_their_order(first, second) -> None:
    merged = merge(first, second).split("\n")
    for text in (first, second):
        lines = iter(merged)
        assert all(line in lines for line in text.split("\n"))


@pytest.mark.parametrize(
    ("first", "second", "pieces"),
    [
        ("one two three", "one 2 three", ["=one ", "-two", "+2", "= three"]),
        ("a\nb\nc\n", "a\nc\n", ["=a\n", "-b\n", "=c\n"]),
        ("", "new", ["+new"]),
        ("gone", "", ["-gone"]),
        ("", "", []),
        ("It rained.", "It rained all day.", ["=It rained", "+ all day", "=."]),
        (
            "Monday\nWe met.\nTuesday\n",
            "Monday\nWe all met.\nTuesday\nNothing.\n",
            ["=Monday\nWe ", "+all ", "=met.\nTuesday\n", "+Nothing.\n"],
        ),
        ("c b a", "a b c", ["-c b ", "=a", "+ b c"]),
    ],
    ids=["word", "line", "from-nothing", "to-nothing", "nothing", "added", "both", "turned"],
)
def test_it_marks_what_differs(first, second, pieces) -> None:
    signs = {Kind.SAME: "=", Kind.GONE: "-", Kind.NEW: "+"}
    assert [signs[piece.kind] + piece.text for piece in compare(first, second)] == pieces


def test_a_merge_has_the_first_texts_lines_first() -> None:
    assert merge("a\nmine\nz", "a\ntheirs\nz") == "a\nmine\ntheirs\nz"


def test_a_small_change_of_a_long_text_is_a_small_mark() -> None:
    words = [f"word{number % 700}" for number in range(20_000)]
    first = " ".join(words)
    words[10_000] = "other"
    differing = [piece for piece in compare(first, " ".join(words)) if piece.kind is not Kind.SAME]
    assert [piece.text for piece in differing] == ["word200", "other"]


NUMBERS = range(30_000)
HOSTILE = {
    "one word again and again": ("a " * 749, "a b " * 370),
    "the same at length": ("a " * 100_000, "a b" * 66_000),
    "backwards": (
        "".join(f"{number}\n" for number in NUMBERS),
        "".join(f"{number}\n" for number in reversed(NUMBERS)),
    ),
    "every other line": (
        "".join(f"{number}\n" for number in NUMBERS),
        "".join(f"{number if number % 2 else -number}\n" for number in NUMBERS),
    ),
    "stirred": (
        "".join(f"{number * 7919 % 30_000}\n" for number in NUMBERS),
        "".join(f"{number * 104_729 % 30_000}\n" for number in NUMBERS),
    ),
    "many passages": (
        "".join(f"={number}\n{'a ' * 700}x\n" for number in range(140)),
        "".join(f"={number}\n{'a ' * 700}y z\n" for number in range(140)),
    ),
    "many small passages": (
        "".join(f"={number}\n{'a b ' * 5}x\n" for number in range(8_000)),
        "".join(f"={number}\n{'b a ' * 5}y\n" for number in range(8_000)),
    ),
    "two by two": ("a\nb\n" * 50_000, "b\nc\n" * 50_000),
}


@pytest.mark.parametrize("name", one_in(3, HOSTILE))
def test_no_two_texts_take_long(name) -> None:
    """Texts of the greatest length, made to be slow (assurance T-34)."""
    first, second = HOSTILE[name]
    began = time.process_time()
    pieces = compare(first, second)
    merge(first, second)
    assert time.process_time() - began < 5
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.NEW) == first
