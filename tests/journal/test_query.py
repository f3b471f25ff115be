"""The language of search, without a database."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.periods import FIRST_DAY, LAST_DAY
from apps.journal.query import (
    MOST_TERMS,
    QUERY_LENGTH,
    Days,
    Mark,
    Named,
    Phrase,
    Prefix,
    Query,
    Scale,
    Wanted,
    Words,
    parse,
)
from tests.factories import TODAY


def asked(text: str) -> list[list[object]]:
    """The groups of a search: terms, or a text for a term that is not wanted."""
    return [
        [f"not {wanted.term}" if wanted.negated else wanted.term for wanted in group]
        for group in parse(text, TODAY).groups
    ]


def problems(text: str) -> dict[str, str]:
    """What was not understood, and what is said about it."""
    return {problem.piece: str(problem.why) for problem in parse(text, TODAY).problems}


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("", []),
        ("ana  walks", [[Words("ana")], [Words("walks")]]),
        ('"small steps" “and more”', [[Phrase("small steps")], [Phrase("and more")]]),
        ('"not yet closed', [[Phrase("not yet closed")]]),
        ('-work -"a b"', [["not work"], ['not "a b"']]),
        ("tea OR coffee milk", [[Words("tea"), Words("coffee")], [Words("milk")]]),
        ("OR tea OR OR coffee |", [[Words("tea"), Words("coffee")]]),
        ("tea or coffee", [[Words("tea")], [Words("or")], [Words("coffee")]]),
        ("walk*", [[Prefix("walk")]]),
        ("読書*", [[Words("読書")]]),
        ("e-mail http://a.example", [[Words("e-mail")], [Words("http://a.example")]]),
        ("tag:work #home", [[Named("tag", "work")], [Named("tag", "home")]]),
        ('tag:"two words" in:“a b”', [[Named("tag", "two words")], [Named("in", "a b")]]),
        ('@Ana @"Ana María"', [[Named("person", "Ana")], [Named("person", "Ana María")]]),
        ("TAG:a -tag:b", [[Named("tag", "a")], ["not tag:b"]]),
        ("mood:>0 energy:<=-1", [[Scale("mood", ">", 0)], [Scale("energy", "<=", -1)]]),
        ("mood:2 mood:=−1", [[Scale("mood", "=", 2)], [Scale("mood", "=", -1)]]),
        ("has:photo is:Starred", [[Mark("has", "photo")], [Mark("is", "starred")]]),
        ("prompt:gratitude", [[Named("prompt", "gratitude")]]),
        ("- — … * #", []),
    ],
)
def test_it_understands(text, groups) -> None:
    assert asked(text) == groups
    assert problems(text) == {}


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("on:2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("on:2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("on:2026-3-4", date(2026, 3, 4), date(2026, 3, 4)),
        ("on:today", TODAY, TODAY),
        ("on:Yesterday", date(2026, 11, 19), date(2026, 11, 19)),
        ("before:2026-03", FIRST_DAY, date(2026, 2, 28)),
        ("after:2026-03", date(2026, 4, 1), LAST_DAY),
        ("year:2024", date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_it_knows_days_of_the_persons_calendar(text, first, last) -> None:
    [[days]] = asked(text)
    assert isinstance(days, Days)
    assert (days.first, days.last) == (first, last)


@pytest.mark.parametrize(
    ("sign", "steps"),
    [(">", {1, 2}), (">=", {0, 1, 2}), ("<", {-2, -1}), ("<=", {-2, -1, 0}), ("=", {0})],
)
def test_it_knows_which_steps_a_sign_means(sign, steps) -> None:
    scale = Scale("mood", sign, 0)
    assert {step for step in range(-2, 3) if scale.lowest <= step <= scale.highest} == steps


@pytest.mark.parametrize(
    ("text", "piece", "left"),
    [
        ("tea before:never", "before:never", "tea"),
        ("tea on:2026-02-30", "on:2026-02-30", "tea"),
        ("tea year:26", "year:26", "tea"),
        ("tea after:0999", "after:0999", "tea"),
        ("tea mood:5", "mood:5", "tea"),
        ("tea mood:good", "mood:good", "tea"),
        ("tea -is:asleep", "-is:asleep", "tea"),
        ("tea has:cat", "has:cat", "tea"),
        ("tea tag:…", "tag:…", "tea"),
        ("tea tag:", "tag:", "tea"),
        ("tea te*", "te*", "tea te"),
        ("tea color:red", "color:red", 'tea "color:red"'),
    ],
)
def test_it_says_what_it_did_not_understand_and_looks_for_the_rest(text, piece, left) -> None:
    assert list(problems(text)) == [piece]
    assert str(parse(text, TODAY)) == left


def test_a_choice_says_what_can_stand_there() -> None:
    assert "is:starred, is:draft" in problems("is:asleep")["is:asleep"]


def test_it_is_bounded() -> None:
    query = parse("word " * 40, TODAY)
    assert len(query.groups) == MOST_TERMS
    assert len(query.problems) == 1
    [problem] = parse("x" * 500, TODAY).problems
    assert str(QUERY_LENGTH) in str(problem.why)


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("small migra", "small migra*"),
        ("tea OR migra", "tea OR migra*"),
        ("te", None),
        ("-migra", None),
        ('"migra"', None),
        ("migra tag:x", None),
        ("", None),
    ],
)
def test_the_last_word_may_be_the_beginning_of_one(text, beginning) -> None:
    query = parse(text, TODAY).beginning()
    assert (query and str(query)) == beginning


PIECES = st.sampled_from(
    [
        " ",
        "-",
        '"',
        "“",
        "”",
        "OR",
        "|",
        "*",
        ":",
        "tag:",
        "@",
        "#",
        "before:",
        "on:",
        "year:",
        "mood:",
        ">",
        "<=",
        "has:",
        "is:starred",
        "today",
        "2026-03-14",
        "2026",
        "-2",
        "word",
        "words",
        "ab",
        "é",
        "読書",
        "foo:bar",
        "http://",
        "a_b",
        "'",
        "\\",
        "&",
        "!",
        "(",
        ")",
        "<->",
        "\t",
        "\n",
    ]
)


@given(st.text() | st.lists(PIECES | st.text(max_size=3)).map("".join))
def test_any_text_is_understood_the_same_when_it_is_said_again(text) -> None:
    query = parse(text, TODAY)
    said = str(query)
    if len(said) <= QUERY_LENGTH:
        assert parse(said, TODAY) == Query(query.groups)
    assert len(list(query.terms)) <= MOST_TERMS
    assert all(isinstance(wanted, Wanted) for wanted in query.terms)
    assert all(str(problem.why) for problem in query.problems)


@pytest.mark.parametrize("piece", ["a:", '"', "-", "OR ", "tag:", "a*", "読", "\u0301", "@"])
def test_it_takes_no_longer_for_texts_made_to_be_slow(piece) -> None:
    began = time.process_time()
    parse(piece * 200_000, TODAY)
    assert time.process_time() - began < 0.2
