"""Markdown as blocks and runs, for paper."""

from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from apps.core.text import clean, parsed, plain
from apps.transfer.blocks import (
    DEEPEST,
    Block,
    Code,
    Items,
    Paragraph,
    Quote,
    Rule,
    Run,
    Table,
    Text,
    is_rtl,
    read,
    readable,
)

PIECES = ["*", "**", "~~", "`", "\n", "\n\n", "> ", "- ", "1. ", "- [x] ", "# ", "|", "---", "    "]
WORDS = st.sampled_from([*PIECES, "[^1]", "[^1]: ", "](x)", "[", "word", "日本", "שלום", "\x07"])
TEXTS = st.lists(WORDS | st.text(max_size=6), max_size=40).map("".join).map(clean)


def words_of(blocks: tuple[Block, ...]) -> str:
    """All letters, in the order in which they are read."""
    said = []
    for block in blocks:
        match block:
            case Paragraph(runs):
                said += [run.text for run in runs]
            case Quote(inner):
                said.append(words_of(inner))
            case Items(items):
                said += [words_of(item.blocks) for item in items]
            case Code(text):
                said.append(text)
            case Table(head, rows):
                said += [run.text for row in (head, *rows) for cell in row for run in cell]
    return "".join(said)


def notes_of(blocks: tuple[Block, ...]) -> set[int]:
    """The notes that are referred to."""
    found = set()
    for block in blocks:
        match block:
            case Paragraph(runs):
                found |= {run.note for run in runs if run.note is not None}
            case Quote(inner):
                found |= notes_of(inner)
            case Items(items):
                found |= notes_of(tuple(chain(*(item.blocks for item in items))))
            case Table(head, rows):
                cells = chain(head, *rows)
                found |= {run.note for run in chain(*cells) if run.note is not None}
    return found


def depth_of(blocks: tuple[Block, ...]) -> int:
    """How deep blocks lie in each other."""
    inner = [block.blocks for block in blocks if isinstance(block, Quote)]
    inner += [item.blocks for each in blocks if isinstance(each, Items) for item in each.items]
    return 1 + max(map(depth_of, inner), default=0)


def test_it_knows_what_a_text_is_made_of() -> None:
    text = read("a **b *c***\n[d](https://e.example) `f`[^1]\n\n[^1]: g\n")
    assert text == Text(
        (
            Paragraph(
                (
                    Run("a "),
                    Run("b ", bold=True),
                    Run("c", bold=True, italic=True),
                    Run("\n"),
                    Run("d", href="https://e.example"),
                    Run(" "),
                    Run("f", code=True),
                    Run("", note=0),
                )
            ),
        ),
        ((Paragraph((Run("g"),)),),),
    )


def test_lists_tables_and_the_rest() -> None:
    tasks, numbers, table, rule, code, heading, quote = read(
        "- [ ] a\n- [x] b\n\n3. c\n\n|d|e|\n|-|-:|\n|f|g|\n\n---\n\n```\nh\n```\n\n### i\n\n> j"
    ).blocks
    assert isinstance(tasks, Items)
    assert [item.is_done for item in tasks.items] == [False, True]
    assert words_of((tasks,)) == "ab"
    assert isinstance(numbers, Items)
    assert numbers.start == 3
    assert table == Table(((Run("d"),), (Run("e"),)), (((Run("f"),), (Run("g"),)),), ("", "right"))
    assert (rule, code) == (Rule(), Code("h"))
    assert heading == Paragraph((Run("i"),), level=1)
    assert quote == Quote((Paragraph((Run("j"),)),))


def test_no_address_leads_to_where_none_may() -> None:
    runs = read("[a](javascript:x) [b](//evil.example) [c](http://c.example) ![d](file:///d)")
    assert isinstance(runs.blocks[0], Paragraph)
    assert {run.href for run in runs.blocks[0].runs} == {"", "http://c.example"}


def test_what_lies_too_deep_is_set_higher() -> None:
    text = read("> " * 15 + "deep")
    assert words_of(text.blocks) == "deep"
    assert depth_of(text.blocks) == DEEPEST + 1


def test_notes_within_notes_break_nothing() -> None:
    text = read("a[^1]\n\n[^1]: > [^2]: x\n\nb[^2]")
    assert words_of(text.blocks) == "ab"
    assert [words_of(note) for note in text.notes] == ["", "x"]


def test_the_first_letter_with_a_side_says_which_way_lines_run() -> None:
    assert is_rtl((Run("1. „"), Run("שלום"), Run("abc")))
    assert is_rtl((Run("مرحبا"),))
    assert not is_rtl((Run("abc שלום"),))
    assert not is_rtl((Run("123"),))


@given(TEXTS)
def test_no_letter_is_lost(source: str) -> None:
    text = read(source)
    said = words_of(text.blocks) + "".join(map(words_of, text.notes))
    assert "".join(said.split()) == "".join(readable(plain(parsed(source))).split())
    assert depth_of(text.blocks) <= DEEPEST + 1
    assert notes_of((*text.blocks, *chain(*text.notes))) <= set(range(len(text.notes)))
