"""The formatted text of a Day One entry (RTJSON, its `richText`) as Markdown.

The form is described in docs/rtjson-format.md of Automattic/DayOne-Cli; exports name the list of
nodes `contents` where that document says `nodes`. Media and entries are led to by the links that
Day One writes into plain text, so that whoever reads those reads these too.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from apps.core.text import clean

MEDIA = {"photo", "video", "audio", "pdfAttachment"}
ELSEWHERE = {"externalVideo", "externalAudio", "preview"}
RULES = {"horizontalRuleLine", "horizontalLineRule"}
# What the cards of Apple's suggestions say about themselves, in the order it is read.
SAYINGS = {
    "contact": ("name",),
    "location": ("placeName", "city"),
    "motionActivity": ("movementTypeName", "movementType", "steps"),
    "podcast": ("show", "episode"),
    "song": ("song", "artist", "album"),
    "workout": ("displayName", "activityType"),
    "genericMedia": ("title", "artist", "album"),
    "stateOfMind": ("valenceClassificationDisplayName", "labelsDisplayNames", "labels"),
}
DEEPEST_LIST = 12


class NotRich(Exception):
    """It is no formatted text of Day One."""


@dataclass
class Rich:
    """A formatted text as Markdown.

    `more`: which of checkboxes, highlights and tables it has, as plain text may lack them.
    `is_whole`: everything in it has a form in Markdown.
    """

    body: str = ""
    more: set[str] = field(default_factory=set)
    is_whole: bool = True
    warnings: list[str] = field(default_factory=list)


def read(written: object) -> Rich:
    """The formatted text in this string of JSON. Raises NotRich."""
    try:
        read = json.loads(written) if isinstance(written, str) else written
    except (ValueError, RecursionError) as error:
        raise NotRich from error
    nodes = None
    if isinstance(read, dict):
        nodes = next((read[key] for key in ("contents", "nodes") if key in read), None)
    if not isinstance(nodes, list):
        raise NotRich
    rich = Rich()
    blocks = _Blocks(rich)
    for line in _lines(nodes):
        blocks.take(line)
    rich.body = blocks.text()
    return rich


# --- Lines ----------------------------------------------------------------------------------


@dataclass
class _Line:
    """A line of runs, or an embedded object; the style is that of its first letter."""

    runs: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    style: dict[str, Any] = field(default_factory=dict)
    embedded: dict[str, Any] | None = None


def _lines(nodes: list[Any]) -> Iterator[_Line]:
    line = _Line()
    is_begun = False
    for node in nodes:
        embedded = node.get("embeddedObjects") if isinstance(node, dict) else None
        if isinstance(embedded, list) and embedded:
            if is_begun and line.runs:
                yield line
            for one in embedded:
                yield _Line(embedded=one if isinstance(one, dict) else {"type": str(one)})
            line, is_begun = _Line(), False
        elif isinstance(node, dict) and isinstance(node.get("text"), str):
            attributes = node.get("attributes")
            attributes = attributes if isinstance(attributes, dict) else {}
            pieces = clean(node["text"]).split("\n")
            for number, piece in enumerate(pieces):
                if number:
                    yield line
                    line, is_begun = _Line(), False
                if not is_begun and (piece or number + 1 < len(pieces)):
                    style = attributes.get("line")
                    line.style = style if isinstance(style, dict) else {}
                    is_begun = True
                if piece:
                    line.runs.append((piece, attributes))
        elif node:
            yield _Line(embedded={"type": "?", "node": node})
    if line.runs:
        yield line


# --- Blocks ---------------------------------------------------------------------------------


class _Blocks:
    """Lines of Markdown, with a blank one wherever the kind of block changes."""

    def __init__(self, rich: Rich) -> None:
        self.rich = rich
        self.lines: list[str] = []
        self.kind = ""
        self.code: list[str] = []
        self.indents: list[int] = []
        self.numbers: dict[int, int] = {}

    def text(self) -> str:
        """All of it."""
        self._end_code()
        return "\n".join(self.lines).strip("\n")

    def take(self, line: _Line) -> None:
        """Add a line below the others."""
        style = line.style
        if line.embedded is not None:
            self._add("embedded", _embedded(line.embedded, self.rich))
            self.kind = "between"
        elif style.get("codeBlock") is True:
            self.code.append("".join(text for text, _attributes in line.runs))
        elif isinstance(style.get("listStyle"), str):
            self._add("list", self._item(style, _inline(line.runs, self.rich)))
        elif style.get("quote") is True:
            self._add("quote", f"> {_opening(_inline(line.runs, self.rich))}".rstrip())
        elif hashes := "#" * _whole(style.get("header"), 6):
            self._add("header", f"{hashes} {_inline(line.runs, self.rich)}".rstrip())
        else:
            self._add("text", _opening(_inline(line.runs, self.rich)))

    def _add(self, kind: str, text: str) -> None:
        self._end_code()
        if self.lines and self.kind != kind and text and self.lines[-1]:
            self.lines.append("")
        if kind != "list":
            self.indents, self.numbers = [], {}
        self.kind = kind
        self.lines.append(text)

    def _end_code(self) -> None:
        if self.code:
            code, self.code = self.code, []
            self._add("code", _fenced("\n".join(code)))

    def _item(self, style: dict[str, Any], words: str) -> str:
        level = _whole(style.get("indentLevel"), 100)
        while self.indents and self.indents[-1] >= level:
            self.indents.pop()
        depth = min(len(self.indents), DEEPEST_LIST)
        self.indents.append(level)
        self.numbers = {deep: number for deep, number in self.numbers.items() if deep <= depth}
        if style["listStyle"] == "numbered":
            number = _whole(style.get("listIndex"), 999_999_999) or self.numbers.get(depth, 0) + 1
            self.numbers[depth] = number
            mark = f"{number}."
        else:
            self.numbers.pop(depth, None)
            mark = "-"
        if style["listStyle"] == "checkbox":
            self.rich.more.add("checkbox")
            mark += " [x]" if style.get("checked") is True else " [ ]"
        return f"{'    ' * depth}{mark} {words}".rstrip()


def _whole(value: object, most: int) -> int:
    """A number up to `most`; 0 for anything else."""
    return value if type(value) is int and 0 <= value <= most else 0


def _fenced(text: str, kind: str = "") -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{kind}\n{text}\n{fence}"


# --- Words ----------------------------------------------------------------------------------


def _inline(runs: Iterable[tuple[str, dict[str, Any]]], rich: Rich) -> str:
    # Neighbours that look the same are one run, so that no marks stand back to back.
    together: list[tuple[str, dict[str, Any]]] = []
    for text, attributes in runs:
        look = {key: value for key, value in attributes.items() if key in LOOKS and value}
        if together and together[-1][1] == look:
            together[-1] = (together[-1][0] + text, look)
        else:
            together.append((text, look))
    return "".join(_marked(text, look, rich) for text, look in together)


LOOKS = {
    "bold",
    "italic",
    "strikethrough",
    "inlineCode",
    "highlightedColor",
    "linkURL",
    "autolink",
}


def _marked(text: str, look: dict[str, Any], rich: Rich) -> str:
    words = text.strip()
    if not words or not look:
        return _escaped(text)
    before = text[: len(text) - len(text.lstrip())]
    after = text[len(text.rstrip()) :]
    if "inlineCode" in look:
        marked = _code(words)
    elif "autolink" in look and _ADDRESS.fullmatch(words):
        marked = f"<{words}>"
    else:
        marked = _escaped(words)
    for key, mark in (("strikethrough", "~~"), ("italic", "*"), ("bold", "**")):
        if key in look:
            marked = f"{mark}{marked}{mark}"
    if "highlightedColor" in look:
        rich.more.add("highlight")
        marked = f"=={marked}=="
    if isinstance(look.get("linkURL"), str):
        marked = f"[{marked}]({_address(look['linkURL'])})"
    return f"{before}{marked}{after}"


def _code(words: str) -> str:
    longest = max((len(run) for run in re.findall("`+", words)), default=0)
    ticks = "`" * (longest + 1)
    space = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{ticks}{space}{words}{space}{ticks}"


_ADDRESS = re.compile(r"(?:https?|mailto):[^\s<>]+")


def _address(url: str) -> str:
    return re.sub(r"[\s<>()\\]", lambda found: "".join(f"%{b:02X}" for b in found[0].encode()), url)


def _escaped(text: str) -> str:
    """Plain words, so that Markdown shows them as they are."""
    return re.sub(r"([\\`*\[\]<]|(?<!\w)_|_(?!\w)|~~|&(?=#?\w+;))", r"\\\1", text)


def _opening(words: str) -> str:
    """The same at the beginning of a line, where more signs mean something."""
    return re.sub(
        r"^(\s*)(?:(#{1,6}(?=\s|$)|[-+](?=\s|$)|>|={2,}\s*$|-{2,}\s*$)|(\d{1,9})([.)](?=\s|$)))",
        lambda found: (
            f"{found[1]}\\{found[2]}" if found[2] else f"{found[1]}{found[3]}\\{found[4]}"
        ),
        words,
    )


# --- Embedded objects -----------------------------------------------------------------------


def _embedded(one: dict[str, Any], rich: Rich) -> str:
    kind = one.get("type")
    kind = kind if isinstance(kind, str) else ""
    url, entry = one.get("url"), one.get("entryID") or one.get("entryId") or one.get("identifier")
    if kind in MEDIA and isinstance(one.get("identifier"), str):
        return f"![](dayone-moment:/{kind}/{one['identifier']})"
    if kind in ELSEWHERE and isinstance(url, str):
        return f"<{url}>" if _ADDRESS.fullmatch(url) else _escaped(url)
    if kind in RULES:
        return "---"
    if kind == "table" and isinstance(one.get("rows"), list):
        rich.more.add("table")
        return _table(one["rows"], rich)
    if kind == "table" and isinstance(one.get("markdown"), str):
        rich.more.add("table")
        return str(one["markdown"])
    if kind == "renderableCodeBlock" and isinstance(one.get("contents"), str):
        return _fenced(one["contents"], "html")
    if kind == "dayOneEntry" and isinstance(entry, str):
        return f"[{_('another entry')}](dayone://view?entryId={_address(entry)})"
    rich.is_whole = False
    said = _said(one, SAYINGS.get(kind, ()))
    if said:
        return said
    rich.warnings.append(
        _("Something in it of a kind not known here (“%(kind)s”) is shown as it is written.")
        % {"kind": kind[:80]}
    )
    return _fenced(json.dumps(one, ensure_ascii=False, indent=1), "json")


def _said(one: dict[str, Any], keys: tuple[str, ...]) -> str:
    parts: list[str] = []
    for key in keys:
        value = one.get(key)
        values = value if isinstance(value, list) else [value]
        if key == "labels" and len(parts) > 1:
            break
        parts += [str(part) for part in values if isinstance(part, str | int | float) and part]
    return _opening(_escaped(" · ".join(" ".join(part.split()) for part in parts)))


def _table(rows: list[Any], rich: Rich) -> str:
    lines: list[list[str]] = [
        [_cell(cell, rich) for cell in row] for row in rows if isinstance(row, list) and row
    ]
    if not lines:
        return ""
    width = max(len(line) for line in lines)
    lines[0] += [""] * (width - len(lines[0]))
    lines.insert(1, ["---"] * width)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(cell: object, rich: Rich) -> str:
    content = cell.get("content") if isinstance(cell, dict) else None
    runs = []
    for part in content if isinstance(content, list) else []:
        if isinstance(part, dict) and isinstance(part.get("text"), str):
            attributes = part.get("attributes")
            runs.append((part["text"], attributes if isinstance(attributes, dict) else {}))
    return " ".join(_inline(runs, rich).replace("|", "\\|").split())
