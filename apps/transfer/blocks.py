"""What a text is made of, for paper: Markdown as blocks and runs of letters that look alike.

One reader for every form that is no HTML and no Markdown. Nothing in here is a command to anybody:
text is text, an address leads out or is none.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from markdown_it.token import Token

from apps.core.text import leads_out, parsed

# Paper is narrow: what lies deeper than this is set as if it lay here.
DEEPEST = 6


@dataclass(frozen=True)
class Run:
    """Letters that look alike. A text of "\\n" ends the line; `note` refers to one of the notes."""

    text: str
    bold: bool = False
    italic: bool = False
    struck: bool = False
    code: bool = False
    href: str = ""
    note: int | None = None


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Paragraph:
    """Some lines; a heading of the text where `level` is 1 to 5."""

    runs: Runs
    level: int = 0


@dataclass(frozen=True)
class Quote:
    """What somebody else said."""

    blocks: tuple["Block", ...]


@dataclass(frozen=True)
class Item:
    """One of a list. `is_done` says how it stands with a task, and is None where it is none."""

    blocks: tuple["Block", ...]
    is_done: bool | None = None


@dataclass(frozen=True)
class Items:
    """A list; numbered from `start`, where that is not None."""

    items: tuple[Item, ...]
    start: int | None = None


@dataclass(frozen=True)
class Code:
    """Lines to be left as they are."""

    text: str


@dataclass(frozen=True)
class Table:
    """Rows of equal length. `sides` says of each column "left", "center", "right" or ""."""

    head: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]
    sides: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """A line across."""


Block = Paragraph | Quote | Items | Code | Table | Rule


@dataclass(frozen=True)
class Text:
    """A text, and its notes in the order in which runs refer to them."""

    blocks: tuple[Block, ...]
    notes: tuple[tuple[Block, ...], ...] = ()


def read(source: str) -> Text:
    """The blocks of a Markdown text."""
    blocks: list[Block] = []
    notes: list[tuple[Block, ...]] = []
    for node in _tree(parsed(source)).children:
        if node.token.type == "footnote_block_open":
            notes = [tuple(_blocks(note, 1)) for note in node.children]
        else:
            blocks += _block(node, 0)
    return Text(tuple(blocks), tuple(notes))


def is_rtl(runs: Runs) -> bool:
    """Whether these lines run from right to left: the first letter that has a side says so."""
    for run in runs:
        for letter in run.text:
            side = unicodedata.bidirectional(letter)
            if side in {"L", "R", "AL"}:
                return side != "L"
    return False


def readable(text: str) -> str:
    """The text without what no XML can hold; a mark says that something was there."""
    return _UNREADABLE.sub("\ufffd", text)


_UNREADABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")


@dataclass
class _Node:
    """A token that opens something, or stands alone, with what lies in it."""

    token: Token
    children: list["_Node"] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Its type, whether it opens something or stands alone."""
        return self.token.type.removesuffix("_open")


def _tree(tokens: list[Token]) -> _Node:
    """Tokens as a tree. What is closed and was not open is left aside: notes within notes do that.

    The notes of a text stand beside what may still be open before them.
    """
    root = _Node(Token("root", "", 0))
    around = [root]
    for token in tokens:
        if token.type == "footnote_block_open":
            del around[1:]
        if token.nesting < 0:
            opening = token.type.removesuffix("_close")
            place = next((at for at in range(len(around)) if around[~at].kind == opening), None)
            if place is not None:
                del around[~place:]
            continue
        node = _Node(token)
        if token.type == "inline":
            node = _Node(token, _tree(token.children or []).children)
        around[-1].children.append(node)
        if token.nesting > 0:
            around.append(node)
    return root


def _blocks(node: _Node, depth: int) -> Iterator[Block]:
    for child in node.children:
        yield from _block(child, depth)


def _block(node: _Node, depth: int) -> Iterator[Block]:
    match node.kind:
        case "paragraph":
            yield Paragraph(_runs_in(node))
        case "heading":
            yield Paragraph(_runs_in(node), level=int(node.token.tag[1]) - 1)
        case "blockquote" | "bullet_list" | "ordered_list" if depth >= DEEPEST:
            yield from _blocks(node, depth)
        case "list_item":
            yield from _blocks(node, depth)
        case "blockquote":
            yield Quote(tuple(_blocks(node, depth + 1)))
        case "bullet_list":
            yield Items(_items(node, depth))
        case "ordered_list":
            yield Items(_items(node, depth), int(node.token.attrs.get("start", 1)))
        case "fence" | "code_block":
            yield Code(readable(node.token.content.removesuffix("\n")))
        case "table":
            yield _table(node)
        case "hr":
            yield Rule()


def _items(node: _Node, depth: int) -> tuple[Item, ...]:
    return tuple(Item(tuple(_blocks(item, depth + 1)), _is_done(item)) for item in node.children)


def _is_done(item: _Node) -> bool | None:
    """`core.text` puts a box before what is a task; no other HTML is among the tokens."""
    for inline in item.children[0].children if item.children else ():
        box = inline.children[0] if inline.kind == "inline" and inline.children else None
        if box is not None and box.kind == "html_inline":
            return " checked" in box.token.content
    return None


def _table(node: _Node) -> Table:
    rows = [row.children for part in node.children for row in part.children]
    cells = [tuple(_runs_in(cell) for cell in row) for row in rows]
    sides = [str(cell.token.attrs.get("style", "")).removeprefix("text-align:") for cell in rows[0]]
    return Table(cells[0], tuple(cells[1:]), tuple(sides))


def _runs_in(node: _Node) -> Runs:
    return tuple(run for inline in node.children for run in _runs(inline, Run("")))


def _runs(node: _Node, look: Run) -> Iterator[Run]:
    is_task = False
    for child in node.children:
        match child.kind:
            case "html_inline":
                is_task = True
            case "text" | "text_special":
                text = child.token.content.lstrip(" ") if is_task else child.token.content
                is_task = False
                if text:
                    yield replace(look, text=readable(text))
            case "code_inline":
                yield replace(look, text=readable(child.token.content), code=True)
            case "softbreak" | "hardbreak":
                yield replace(look, text="\n")
            case "strong":
                yield from _runs(child, replace(look, bold=True))
            case "em":
                yield from _runs(child, replace(look, italic=True))
            case "s":
                yield from _runs(child, replace(look, struck=True))
            case "link":
                yield from _runs(child, replace(look, href=_href(child, "href")))
            case "image":
                address = str(child.token.attrs.get("src", ""))
                text = readable(child.token.content or address)
                yield replace(look, text=text, href=look.href or _href(child, "src"))
            case "footnote_ref":
                yield replace(look, text="", note=int(child.token.meta["id"]))


def _href(node: _Node, name: str) -> str:
    address = str(node.token.attrs.get(name, ""))
    return address if leads_out(address) else ""
