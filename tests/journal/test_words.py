"""How a text falls into words, and the form each is looked up in."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.text import clean, render
from apps.journal import words as rules
from apps.journal.words import WORD_LENGTH, fold, lexemes, plain_of, tokens


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don’t foo_bar, v1.2!", ["Don", "t", "foo", "bar", "v1", "2"]),
        ("naïve e\u0301te\u0301 re\u00adsume", ["naïve", "e\u0301te\u0301", "re\u00adsume"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("東京iPhone15", ["東", "京", "iPhone15"]),
        ("ไปดู", ["ไ", "ป", "ด", "ู"]),
        ("한국", ["한", "국"]),
        ("👩‍💻🎉", ["👩", "💻", "🎉"]),
        ("— … ·", []),
    ],
)
def test_it_finds_words(text, words) -> None:
    assert [text[token.start : token.end] for token in tokens(text)] == words


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ŁÓDŹ Straße Ærø İstanbul", "lodz strasse aero istanbul"),
        ("Αθήνα ΣΊΣΥΦΟΣ ᾳ", "αθηνα σισυφοσ α"),
        ("Ёлка мой Київ заме́к", "елка мой київ замек"),
        ("مُحَمَّد أحمد", "محمد احمد"),
        ("שָׁלוֹם", "שלום"),
        ("हिन्दी กำลัง が", "हिन्दी กําลัง が"),
        ("ﬁne Ｗｉｄｅ", "fine wide"),
    ],
)
def test_it_folds_case_and_accents_where_they_are_no_letters(written, folded) -> None:
    assert fold(written) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text) -> None:
    assert fold(fold(text)) == fold(text)


def test_letters_of_unspaced_writing_are_found_alone_and_in_pairs() -> None:
    assert sorted(lexemes("読書会 x")) == [
        (0, "読"),
        (0, "読書"),
        (1, "書"),
        (1, "書会"),
        (2, "会"),
        (3, "x"),
    ]


def test_a_pair_does_not_reach_over_a_gap() -> None:
    assert [word for _, word in lexemes("読 書")] == ["読", "書"]


@given(st.text())
def test_no_word_is_empty_or_longer_than_a_lexeme_may_be(text) -> None:
    found = list(lexemes(text))
    assert all(word and len(word) <= 2 * WORD_LENGTH for _, word in found)
    assert {position for position, _ in found} <= set(range(len(list(tokens(text)))))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("A **wo**rd & `code`\n\n- one\n- two", ["A", "word", "code", "one", "two"]),
        ("| a | b |\n|---|---|\n| c | d |", ["a", "b", "c", "d"]),
        ("Noted[^1].\n\n[^1]: a note", ["Noted", "a", "note"]),
        ("![](data:image/png;base64," + "QUJD" * 40 + ")", []),
        ("[shown](https://example.org/hidden)", ["shown"]),
        ("<b>typed</b>", ["b", "typed", "b"]),
    ],
)
def test_it_takes_the_words_and_leaves_the_marks(source, words) -> None:
    text = plain_of(render(clean(source)).html)
    assert [text[token.start : token.end] for token in tokens(text)] == words


@pytest.mark.parametrize(
    "shape",
    [
        "\u0301\u0316",
        "\u0323\u0301",
        "\u1100\u1161",
        "x",
        "_",
        "ที่",
        "読",
        "👩\u200d",
        "data:a ",
        "&amp;",
        '<sup class="footnote-ref">',
        '<a class="x"',
    ],
)
def test_texts_made_to_be_slow_take_time_in_step_with_their_length(shape) -> None:
    def taken(length: int) -> float:
        text = "a" + shape * (length // len(shape))
        began = time.process_time()
        list(lexemes(plain_of(text)))
        return time.process_time() - began

    # Twice as long may take twice the time, and a little; what is quick anyway need not.
    assert taken(100_000) < max(1.0, 3 * taken(50_000))


@given(
    st.text(
        st.characters(max_codepoint=0x2FF)
        | st.characters(min_codepoint=0x2010, max_codepoint=0x2027)
    )
)
def test_what_is_taken_for_composed_is(text) -> None:
    assert rules._IS_COMPOSED.fullmatch(text)
    assert unicodedata.normalize("NFC", text) == text


@pytest.mark.parametrize("text", ["e\u0301", "\u212b", "“e\u0301”"])
def test_the_rest_is_composed(text) -> None:
    assert not rules._IS_COMPOSED.fullmatch(text)
    assert plain_of(f"x{text}x") == unicodedata.normalize("NFC", f"x{text}x")
