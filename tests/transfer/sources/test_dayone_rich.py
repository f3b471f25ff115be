"""The formatted text of Day One as Markdown."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.text import render, shown
from apps.transfer.sources import dayone_rich
from tests.transfer.sources.brought import few


def body(*nodes) -> str:
    """The Markdown of these nodes."""
    return read(*nodes).body


def read(*nodes) -> dayone_rich.Rich:
    """What is read from these nodes."""
    return dayone_rich.read(json.dumps({"contents": nodes}))


def line(text: str, **style) -> dict:
    """A node of text whose line has this style."""
    return {"text": text, "attributes": {"line": style}}


def test_it_marks_words() -> None:
    assert (
        body(
            {"text": "a "},
            {"text": "b ", "attributes": {"bold": True}},
            {"text": "c", "attributes": {"bold": True, "italic": True}},
            {"text": " d", "attributes": {"strikethrough": True, "underline": True}},
            {"text": " "},
            {"text": "x`y", "attributes": {"inlineCode": True}},
            {"text": " e", "attributes": {"highlightedColor": "FFFF00FF"}},
        )
        == "a **b** ***c*** ~~d~~ ``x`y`` ==e=="
    )


def test_it_links() -> None:
    assert (
        body(
            {"text": "a b", "attributes": {"linkURL": "https://a.org/(x y)"}},
            {"text": " "},
            {"text": "https://b.org", "attributes": {"autolink": True}},
        )
        == "[a b](https://a.org/%28x%20y%29) <https://b.org>"
    )


def test_words_that_look_like_marks_are_words() -> None:
    text = "1. *a* [b](c) <d> `e` \\f\n# g\n- h\n> i &amp; a_b_c 5 * 6"
    html = render(body({"text": text})).html
    assert html.replace("<br>", "").replace("<p>", "").replace("</p>", "").strip() == (
        "1. *a* [b](c) &lt;d&gt; `e` \\f\n# g\n- h\n&gt; i &amp;amp; a_b_c 5 * 6"
    )


def test_the_first_letter_of_a_line_rules_all_of_it() -> None:
    assert (
        body(
            line("Head", header=2),
            {"text": " goes on\nThen", "attributes": {"line": {"header": 1}}},
            {"text": " text\n\n"},
            line("one\ntwo\n", listStyle="bulleted", indentLevel=1),
            line("three", header=0),
        )
        == "## Head goes on\n# Then text\n\n- one\n- two\n\nthree"
    )


def test_lists_lie_within_each_other() -> None:
    assert (
        body(
            line("a\n", listStyle="numbered", indentLevel=1, listIndex=1),
            line("b\n", listStyle="checkbox", indentLevel=2, checked=True),
            line("c\n", listStyle="checkbox", indentLevel=2),
            line("d\n", listStyle="numbered", indentLevel=1),
            line("e", listStyle="numbered", indentLevel=3),
        )
        == "1. a\n    - [x] b\n    - [ ] c\n2. d\n    1. e"
    )


def test_quotes_and_code_are_blocks() -> None:
    assert (
        body(
            line("said\n", quote=True),
            line("x = 1\n", codeBlock=True),
            line("\n", codeBlock=True),
            line("```\n", codeBlock=True),
            {"text": "end"},
        )
        == "> said\n\n````\nx = 1\n\n```\n````\n\nend"
    )


def test_embedded_objects_stand_by_themselves() -> None:
    def embedded(**one) -> dict:
        return {"embeddedObjects": [one]}

    assert body(
        {"text": "before"},
        embedded(type="video", identifier="V"),
        embedded(type="pdfAttachment", identifier="P"),
        embedded(type="externalVideo", url="https://a.org/v"),
        embedded(type="horizontalRuleLine"),
        embedded(type="horizontalLineRule"),
        embedded(type="renderableCodeBlock", contents="<b>x</b>"),
        embedded(type="dayOneEntry", entryID="E1"),
        {"text": "after"},
    ).split("\n\n") == [
        "before",
        "![](dayone-moment:/video/V)",
        "![](dayone-moment:/pdfAttachment/P)",
        "<https://a.org/v>",
        "---",
        "---",
        "```html\n<b>x</b>\n```",
        "[another entry](dayone://view?entryId=E1)",
        "after",
    ]


def test_tables_are_tables() -> None:
    cell = {"content": [{"text": "a|b", "attributes": {"bold": True}}], "header": True}
    rows = [
        [cell, {"content": [{"text": "c\nd"}]}],
        [{"content": []}, {"content": [{"text": "e"}]}],
    ]
    rich = read({"embeddedObjects": [{"type": "table", "rows": rows, "markdown": "x"}]})
    assert rich.body == "| **a\\|b** | c d |\n| --- | --- |\n|  | e |"
    assert rich.more == {"table"}
    only = read({"embeddedObjects": [{"type": "table", "markdown": "| x |\n| --- |"}]})
    assert only.body == "| x |\n| --- |"


def test_suggestions_say_what_they_are() -> None:
    rich = read(
        {"embeddedObjects": [{"type": "song", "song": "A", "artist": "B", "album": None}]},
        {"embeddedObjects": [{"type": "stateOfMind", "valence": 0.5, "labels": ["calm", "glad"]}]},
    )
    assert rich.body == "A · B\n\ncalm · glad"
    assert (rich.is_whole, rich.warnings) == (False, [])


def test_what_is_not_known_is_shown_as_it_is_written() -> None:
    rich = read({"embeddedObjects": [{"type": "hologram", "a": "ü"}]}, 5, {"text": "on"})
    assert '"a": "ü"' in rich.body
    assert rich.body.endswith("\n\non")
    assert (rich.is_whole, len(rich.warnings)) == (False, 2)


@pytest.mark.parametrize("written", ["", "x", "5", "[]", '{"nodes": {}}', None])
def test_what_is_no_formatted_text_is_said_to_be_none(written) -> None:
    with pytest.raises(dayone_rich.NotRich):
        dayone_rich.read(written)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 9) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "text",
                    "attributes",
                    "line",
                    "embeddedObjects",
                    "type",
                    "rows",
                    "content",
                    "header",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@few
@given(st.lists(values, max_size=5))
def test_whatever_the_nodes_are_they_are_read(nodes) -> None:
    read(*nodes)


@few
@given(st.text(alphabet="ab*_`[]()<>#-+1.\\~ \n", max_size=40))
def test_plain_words_come_out_as_they_went_in(text) -> None:
    html = render(body({"text": text})).html
    assert "".join(shown(html).split()) == "".join(text.split())
