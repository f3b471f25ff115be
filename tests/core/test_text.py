"""Words: cleaned, counted, turned into HTML, and cut to an opening."""

import time
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from apps.core.text import (
    OPENING_WORDS,
    Markup,
    beginning,
    clean,
    count_words,
    fold,
    marked_text,
    render,
    stored_html,
    to_html,
    to_plain,
)
from tests.day import one_in

ANY_TEXT = st.text(st.characters(), max_size=300)
MARKED_TEXT = st.text("ab \n\t*_`~[]()!<>#-+|:.\\&;^\"'0123456789x漢\u0301", max_size=200)
LENGTH = 200_000


# --- clean: the one normalisation -----------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\0b", "a\ufffdb"),
        ("a\ud800b\udfff", "a\ufffdb\ufffd"),
        ("e\u0301 \u00e9", "e\u0301 \u00e9"),
        ("\ufeff\u200d\u202e\u00a0", "\ufeff\u200d\u202e\u00a0"),
        ("  spaces stay \n\n", "  spaces stay \n\n"),
        ("👩‍👩‍👧 🇦🇹", "👩‍👩‍👧 🇦🇹"),
    ],
    ids=["line-ends", "nul", "surrogates", "accents", "invisible", "spaces", "emoji"],
)
def test_it_cleans_what_cannot_be_kept_and_nothing_else(typed, kept) -> None:
    assert clean(typed) == kept


@given(ANY_TEXT)
def test_cleaning_again_changes_nothing(text) -> None:
    once = clean(text)
    assert clean(once) == once
    assert once.encode().decode() == once


# --- counting -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("   \n ", 0),
        ("One two three", 3),
        ("don't won’t rock-n-roll well-being", 4),
        ("a — b … c!", 3),
        ("3.14 and 1,000", 5),
        ("naïve cafe\u0301", 2),
        ("今日は仕事でした。", 8),
        ("我喜歡 coffee 和茶", 6),
        ("ไปทำงาน", 7),
        ("안녕하세요 오늘은 좋은 날", 4),
        ("Я пишу дневник", 3),
        ("أكتب كل يوم", 3),
        ("👩‍👩‍👧", 0),
        ("O'Neill's", 1),
    ],
)
def test_it_counts_what_a_reader_counts(text, words) -> None:
    assert count_words(text) == words


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("# A heading\n\n**bold** and `code here`", 6),
        ("- one\n- [ ] two\n- [x] three", 3),
        ("[three words here](https://example.org/not/counted?x=y)", 3),
        ("![a photo](data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUA)", 2),
        ("```\ncode is counted\n```", 3),
        ("|a|b|\n|-|-|\n|one two|three|", 5),
        ("> quoted\n> twice", 2),
        ("said[^1]\n\n[^1]: a note", 3),
        ("one\ntwo", 2),
        ("~~gone~~ stays", 2),
        ("&amp; &lt;b&gt;", 1),
    ],
)
def test_it_counts_words_and_not_marks(source, words) -> None:
    assert render(source).words == words


@given(MARKED_TEXT)
def test_the_count_is_of_the_plain_words(source) -> None:
    assert render(source).words == count_words(to_plain(source))


# --- Markdown -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "selector", "text"),
    [
        ("*so*", "p em", "so"),
        ("**so**", "p strong", "so"),
        ("~~so~~", "p s", "so"),
        ("`so`", "p code", "so"),
        ("> so", "blockquote p", "so"),
        ("- so", "ul li", "so"),
        ("3. so", "ol[start='3'] li", "so"),
        ("- [ ] so", "ul.contains-task-list li.task-list-item label", " so"),
        ("```py\nso\n```", "pre code", "so\n"),
        ("|a|\n|-|\n|so|", "table tbody td", "so"),
        ("---", "hr", ""),
        ("so\\*", "p", "so*"),
        ("<b>so</b>", "p", "<b>so</b>"),
        ("<https://a.example/>", "a[href='https://a.example/']", "https://a.example/"),
        ("said[^1]\n\n[^1]: so", "section.footnotes li.footnote-item p", "so ↩︎"),
        ("said^[so]", "sup.footnote-ref a", "[1]"),
    ],
)
def test_it_renders_the_marks_people_know(source, selector, text) -> None:
    found = BeautifulSoup(render(source).html, "html.parser").select(selector)
    assert [element.get_text() for element in found] == [text]


@pytest.mark.parametrize(
    ("source", "tags"),
    [
        ("# a\n\n## b", ["h2", "h3"]),
        ("### a\n\n###### b", ["h2", "h3"]),
        ("## a\n\n# b\n\n## c", ["h3", "h2", "h3"]),
    ],
)
def test_headings_come_below_the_pages_own(source, tags) -> None:
    found = BeautifulSoup(render(source).html, "html.parser").find_all(["h1", "h2", "h3", "h4"])
    assert [heading.name for heading in found] == tags


def test_a_line_that_was_ended_is_ended() -> None:
    assert "<br>" in render("one\ntwo").html


def test_a_ticked_box_is_shown_and_cannot_be_pressed() -> None:
    page = BeautifulSoup(render("- [x] so\n- [ ] not yet\n- [y] no box").html, "html.parser")
    boxes = page.select("input[type=checkbox]")
    assert [box.has_attr("checked") for box in boxes] == [True, False]
    assert all(box.has_attr("disabled") for box in boxes)


def test_tasks_can_lie_in_tasks() -> None:
    page = BeautifulSoup(render("- [ ] a\n  1. [x] b\n  2. c\n- d").html, "html.parser")
    assert [item.get_text().strip() for item in page.select("ol > li.task-list-item")] == ["b"]
    assert len(page.select("ul.contains-task-list > li")) == 2


def test_links_tell_the_other_side_nothing() -> None:
    link = BeautifulSoup(render("[so](https://a.example)").html, "html.parser").a
    assert set(link["rel"]) == {"noopener", "noreferrer", "nofollow", "ugc"}


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<b>x</b>",
        "vbscript:x",
        "/journal/trash/empty/",
        "//evil.example",
        "settings/",
        "#messages",
        "http:evil.example" + "\t",
        "file:///etc/passwd",
        "blob:x",
    ],
)
def test_links_lead_out_or_nowhere(address) -> None:
    page = BeautifulSoup(render(f"[so](<{address}>)").html, "html.parser")
    for link in page.select("a[href]"):
        assert link["href"].startswith(("http:", "https:"))
    assert "so" in page.get_text()


PAGE = "0197a5f0-0000-7000-8000-00000000000a/"


@pytest.mark.parametrize(
    ("address", "is_page"),
    [
        (f"/journal/{PAGE}", True),
        (f"/journal/attachments/{PAGE}", True),
        (f"/sub/path/journal/{PAGE}", True),
        (f"/journal/{PAGE}delete/", False),
        (f"/journal/{PAGE}?a=1", False),
        (f"/journal/{PAGE[:-1]}", False),
        (f"/journal/revisions/{PAGE}", False),
        (f"//evil.example/journal/{PAGE}", False),
        (f"/evil.example/journal/{PAGE}", False),
        (f"journal/{PAGE}", False),
        (f"/people/{PAGE}", False),
    ],
)
def test_links_lead_to_entries_and_their_files_and_nowhere_else_within(address, is_page) -> None:
    page = BeautifulSoup(render(f"[so]({address})").html, "html.parser")
    assert page.a.get("href") == (address if is_page else None)


def test_an_image_is_a_link_and_loads_nothing() -> None:
    page = BeautifulSoup(
        render('![a "photo"](https://a.example/x.png?a=1&b="2" "title")').html, "html.parser"
    )
    assert not page.find_all(["img", "picture", "svg", "video", "object", "iframe", "link"])
    assert page.a["href"] == "https://a.example/x.png?a=1&b=%222%22"
    assert page.a.get_text() == 'a "photo"'


def test_footnotes_of_two_texts_are_kept_apart() -> None:
    keys = ("0192d1f0-0000-7000-8000-000000000001", "0192d1f0-0000-7000-8000-000000000002")
    ids = [
        {element["id"] for element in BeautifulSoup(html, "html.parser").select("[id]")}
        for html in (render("a[^1]\n\n[^1]: b", key).html for key in keys)
    ]
    assert all(ids)
    assert not ids[0] & ids[1]


def test_very_many_brackets_are_shown_as_they_are() -> None:
    source = "- [ ] a\n" * 2_100 + "\n[so](https://a.example) *and*"
    page = BeautifulSoup(render(source).html, "html.parser")
    assert not page.select("a")
    assert "[so](https://a.example)" in page.get_text()
    assert page.select("em")
    assert len(page.select("input")) == 2_100
    assert "[so](https://a.example)" in to_plain(source), "what is counted is what is shown"


@given(ANY_TEXT | MARKED_TEXT)
def test_any_text_can_be_rendered(text) -> None:
    rendered = render(clean(text))
    assert rendered.words >= 0
    assert isinstance(rendered.html, str)


# --- the opening ----------------------------------------------------------------------------


def test_a_short_text_is_its_own_opening() -> None:
    rendered = render("A line.\n\nAnother.")
    assert rendered.is_whole
    assert rendered.opening_html == rendered.html


def test_an_opening_is_whole_blocks() -> None:
    source = "\n\n".join(f"Paragraph {number} " + "word " * 28 for number in range(20))
    rendered = render(source)
    page = BeautifulSoup(rendered.opening_html, "html.parser")
    assert not rendered.is_whole
    assert len(page.find_all("p")) == 3
    assert all(len(block.get_text().split()) == 30 for block in page.find_all("p"))


@pytest.mark.parametrize(
    "source",
    ["word " * 400, "- item\n" * 300, "|a|b|\n|-|-|\n" + "|one|two|\n" * 200, "漢" * 500],
    ids=["paragraph", "list", "table", "unspaced"],
)
def test_a_long_first_block_is_cut_to_its_first_words(source) -> None:
    opening = render(source).opening_html
    assert opening.startswith("<p>")
    assert opening.endswith("…</p>")
    assert count_words(opening[3:-4]) == OPENING_WORDS


def test_an_opening_has_no_marks_of_notes_that_are_not_there() -> None:
    source = "Said[^1] so. " + "word " * 80 + "\n\n" + "more " * 40 + "\n\n[^1]: the note"
    opening = render(source).opening_html
    assert "footnote" not in opening
    assert "the note" not in opening


@given(st.lists(MARKED_TEXT, max_size=30).map("\n\n".join))
def test_an_opening_is_about_as_long_as_it_may_be(source) -> None:
    rendered = render(source + "\n\n" + "word " * 100)
    words = count_words(BeautifulSoup(rendered.opening_html, "html.parser").get_text(" "))
    assert words <= OPENING_WORDS * 1.5


# --- the rest -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [("Émile", "emile"), ("Straße", "STRASSE"), ("Ａna", "ana"), ("ana", "Ana")],
)
def test_it_folds_case_and_accents(one, other) -> None:
    assert fold(one) == fold(other)


def test_what_is_shown_is_marked_as_safe_here_alone() -> None:
    assert to_html("*so*").__html__() == "<p><em>so</em></p>\n"
    assert stored_html("<p>so</p>").__html__() == "<p>so</p>"


# --- no text takes long (assurance T-34) ----------------------------------------------------


def _repeated(text: str) -> Callable[[int], str]:
    return lambda length: (text * (length // len(text) + 1))[:length]


SHAPES: dict[str, Callable[[int], str]] = {
    "brackets": _repeated("["),
    "images in images": _repeated("![["),
    "links in links": _repeated("[a]("),
    "links that fit": lambda length: "[" * 1_999 + "a](b" * ((length - 1_999) // 4),
    "quotes in quotes": _repeated("> "),
    "lists in lists": lambda length: "".join(" " * n + "- a\n" for n in range(min(600, length)))[
        :length
    ],
    "bold never closed": _repeated("**a "),
    "marks that cross": _repeated("*a_ "),
    "tasks": _repeated("- [ ] a\n"),
    "few tasks": lambda length: ("- [ ] a\n" * 1_999 + "- a\n" * (length // 4))[:length],
    "a wide table": lambda length: "|a" * (length // 4) + "\n" + "|-" * (length // 4),
    "code that never ends": lambda length: "".join(
        "`" * n + "a" for n in range(1, min(700, length + 1))
    )[:length],
    "entities": _repeated("&amp"),
    "tags": _repeated("<a "),
    "notes": lambda length: "[^1] " * 1_990 + "\n\n[^1]: x\n" + "a\n" * (length // 2 - 5_000),
    "definitions": lambda length: (
        "".join(f"[{n}]: b\n" for n in range(min(1_999, length))) + "a " * (length // 2)
    )[:length],
    "underlined headings": _repeated("a\n=\n"),
    "apostrophes": _repeated("a'"),
    "accents": lambda length: "a" + "\u0301" * (length - 1),
    "one word": _repeated("a"),
    "spaces": _repeated(" "),
    "backslashes": _repeated("\\"),
    "strikes": _repeated("~~a "),
}
FUNCTIONS = {"render": render, "count": count_words, "fold": fold, "clean": clean}


def seconds(function: Callable[[str], object], text: str) -> float:
    """Processor time, so that a busy machine counts less."""
    began = time.process_time()
    function(text)
    return time.process_time() - began


def takes_long(
    function: Callable[[str], object],
    shape: Callable[[int], str],
    length: int,
    patience: float = 2,
) -> bool:
    """More than two seconds, and more than eight times a quarter of it: sixteen is quadratic."""
    whole = seconds(function, shape(length))
    if whole <= patience:
        return False
    again = min(whole, seconds(function, shape(length)))
    return again > 8 * min(seconds(function, shape(length // 4)) for _ in range(3))


@pytest.mark.parametrize("shape", one_in(4, SHAPES))
def test_no_text_takes_long(shape) -> None:
    length = LENGTH // 2
    assert [name for name, it in FUNCTIONS.items() if takes_long(it, SHAPES[shape], length)] == []


@pytest.mark.nightly
@pytest.mark.parametrize("shape", SHAPES)
def test_no_text_of_the_greatest_length_takes_long(shape) -> None:
    assert [name for name, it in FUNCTIONS.items() if takes_long(it, SHAPES[shape], LENGTH)] == []


def test_it_catches_what_looks_back_over_everything() -> None:
    def looks_back(text: str) -> int:
        return sum(text.count("[", 0, end) for end in range(0, len(text), 4))

    assert takes_long(looks_back, SHAPES["brackets"], 40_000, patience=0.02)


def test_pieces_of_text_are_escaped_whether_they_are_marked_or_not() -> None:
    pieces = [("<b>", False), ('"it\'s" & <i>', True), ("", False)]
    assert marked_text(pieces) == "&lt;b&gt;<mark>&quot;it&#x27;s&quot; &amp; &lt;i&gt;</mark>"
    assert marked_text([]) == ""


@pytest.mark.parametrize(
    ("source", "count", "first"),
    [
        ("One two three", 5, "One two three"),
        ("One two *three* four", 3, "One two three…"),
        ("# Head\n\nA &lt;b&gt; & c", 9, "Head A <b> & c"),
        ("un*believ*able words here", 2, "unbelievable words…"),
        ("", 3, ""),
    ],
)
def test_the_first_words_of_a_text(source, count, first) -> None:
    assert beginning(render(source).html, count) == first


@given(
    st.lists(st.text("ab, —&<漢\u0301\n", min_size=1, max_size=3), max_size=12), st.integers(1, 6)
)
def test_a_paragraph_that_begins_without_markup_is_read_like_any_other(words, count) -> None:
    html = render(" ".join(words)).html
    assert beginning(html, count) == beginning(html.replace("<p>", "<p><em></em>"), count)


def test_what_is_put_into_markup_is_escaped_unless_it_is_safe() -> None:
    markup = Markup('<a href="{url}">{}</a>{}')
    said = markup("<b>", Markup("<i>{}</i>")("&"), url='"x')
    assert said == '<a href="&quot;x">&lt;b&gt;</a><i>&amp;</i>'
    assert isinstance(said, SafeString)
    assert Markup("{}")(gettext_lazy("<a>")) == "&lt;a&gt;"
    assert Markup("{} ").each([(1,), ("'",)]) == "1 &#x27; "


@given(st.lists(ANY_TEXT, max_size=4))
def test_markup_is_what_format_html_is(values) -> None:
    words = "<p>" + "{}|" * len(values) + "</p>"
    assert Markup(words)(*values) == (format_html(words, *values) if values else words)


@pytest.mark.parametrize("mark", ["- ", "> ", "1. ", "- > "])
def test_no_depth_loses_a_word(mark) -> None:
    for depth in range(1, 40):
        source = f"{mark * depth}deep\n\nafter"
        assert "deep" in to_plain(source), depth
        assert to_plain(source).rstrip().endswith("after"), depth
        html = render(source).html
        assert "deep" in html, depth
        assert "after" in html, depth


@pytest.mark.parametrize("depth", [3, 12])
def test_what_is_deep_has_its_notes(depth) -> None:
    html = render(f"{'- ' * depth}deep[^1]\n\n[^1]: a note\n", key="x").html
    assert "a note" in html
