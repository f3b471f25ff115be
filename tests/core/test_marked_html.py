"""Words as a reader sees them, and marks that are put around some of them."""

import re
import time

import nh3
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from apps.core.text import Mark, clean, marked_html, render, shown

RICH = """# A day

Some *soft* and **strong** [words in a *link*](https://example.org) & `a < b`,
a second line.[^1]

- one
- [x] two

| a | b |
|---|---|
| c | d |

[^1]: A note.
"""
PIECES = [
    *("word", " ", "\n", "\n\n", "*", "**", "`", "[a](https://b.c)", "- ", "1. ", "> ", "# "),
    *("&", "<", ">", "&amp;", "[^1]", "\n\n[^1]: x\n\n", "|a|b|\n|-|-|\n|c|d|\n", "\u00a0"),
    *("- [ ] ", "    ", "~~", "漢字", "e\u0301", "\\", "---\n"),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=60)


def mark(start: int, end: int, name: str = "m", **over: object) -> Mark:
    return Mark(start, end, name, f"/{name}/", f"Marked {name}", **over)  # type: ignore[arg-type]


def seen(html: str) -> str:
    """What a browser shows of HTML, by another parser."""
    page = BeautifulSoup(html, "html.parser")
    for part in page.select("sup.footnote-ref, a.footnote-backref, a.mark-ref"):
        part.decompose()
    return " ".join(page.get_text().split())


def words_of(html: str, name: str) -> str:
    """The letters within a mark: from where it begins to the link that follows it."""
    page = BeautifulSoup(html, "html.parser")
    first = page.find("mark", id=name)
    last = page.find("a", href=f"/{name}/")
    said, at = "", first
    while at is not None and at is not last:
        if isinstance(at, str) and at.find_parent("mark"):
            said += at
        at = at.next_element
    return " ".join(said.split())


def test_it_says_what_a_reader_sees() -> None:
    assert shown(render(RICH).html) == (
        "A day Some soft and strong words in a link & a < b, a second line. one two a b c d A note."
    )


@given(TEXTS)
def test_it_sees_what_another_parser_sees(source) -> None:
    html = render(clean(source)).html
    assert " ".join(shown(html).split()) == seen(html)


@pytest.mark.parametrize(
    "words",
    [
        "A day",
        "soft",
        "Some soft and strong words",
        "in a",
        "strong words in a link & a < b, a second",
        "& a",
        "line. one two a",
        "b c d A note.",
    ],
)
def test_it_marks_words_across_elements(words) -> None:
    html = render(RICH).html
    start = shown(html).index(words)
    marked = marked_html(html, [mark(start, start + len(words))])
    # Between blocks, and between the cells of a table, nothing is marked.
    assert words_of(marked, "m").replace(" ", "") == words.replace(" ", "")
    assert shown(re.sub(r'<a class="mark-ref.*?</a>|</?mark[^>]*>', "", marked)) == shown(html)


def test_it_marks_one_passage_once_where_it_can() -> None:
    html = render("One *two* three").html
    assert marked_html(html, [mark(0, 7)]) == (
        '<p><mark id="m">One </mark><em><mark>two</mark>'
        '<a class="mark-ref" href="/m/" aria-label="Marked m"></a></em> three</p>\n'
    )


def test_the_link_to_a_mark_stands_in_no_other_link() -> None:
    html = render("[one two](https://example.org) three").html
    marked = BeautifulSoup(marked_html(html, [mark(0, 3, is_noted=True)]), "html.parser")
    assert not marked.select("a a")
    ref = marked.select_one("a.mark-ref.noted")
    assert ref is not None
    assert ref.previous_sibling.name == "a"  # type: ignore[union-attr]


def test_marks_may_overlap() -> None:
    html = render("one two three four").html
    marked = marked_html(html, [mark(0, 13, "a"), mark(4, 18, "b"), mark(4, 7, "c")])
    for name, words in [("a", "one two three"), ("b", "two three four"), ("c", "two")]:
        # Letters of other marks in between belong to it as well here.
        assert words_of(marked, name) == words
    assert len(re.findall("<mark", marked)) == marked.count("</mark>")


def test_what_it_is_given_is_escaped() -> None:
    bad = Mark(0, 3, '"><script>', '"><script>', '"><script>alert(1)</script>')
    assert "<script" not in marked_html("<p>one</p>", [bad])


@given(TEXTS, st.lists(st.tuples(st.integers(0, 200), st.integers(1, 80)), max_size=5))
def test_nothing_but_marks_is_added(source, places) -> None:
    html = render(clean(source)).html
    length = len(shown(html))
    marks = [
        mark(start, min(start + size, length), f"m{number}")
        for number, (start, size) in enumerate(places)
        if start < length
    ]
    marked = marked_html(html, marks)
    taken_out = re.sub(r'<a class="mark-ref"[^<>]*></a>|</?mark(?: id="m\d")?>', "", marked)
    assert taken_out == html
    page = BeautifulSoup(marked, "html.parser")
    assert not page.select("a a")
    assert not page.select("ul > mark, ol > mark, table > mark, tr > mark, tbody > mark")
    # What a browser makes of it is what was meant: every element is closed where it was opened.
    tags = {"a", "mark", *(element.name for element in page.find_all(True))}
    again = nh3.clean(marked, tags=tags, attributes={"*": {"id"}}, link_rel=None)
    assert again.count("<mark") == marked.count("<mark")


def test_a_long_text_takes_no_time() -> None:
    html = render("a *word* & more words, 漢字 " * 8_000).html
    began = time.process_time()
    length = len(shown(html))
    marks = [mark(at, at + 300, f"m{at}") for at in range(0, length - 400, length // 200)]
    marked_html(html, marks)
    assert time.process_time() - began < 1.5
