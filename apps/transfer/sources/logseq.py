"""What Logseq writes into its notes besides Markdown: properties, tasks, and blocks of others.

A note is an outline, and stays one: a list, as it is seen there.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.transfer.sources.wiki_links import outside_code, outside_fences

LONGEST_BLOCK = 1_000


@dataclass
class Page:
    """A note without its properties; those of its blocks as they stood there."""

    body: str
    fields: dict[str, Any] = field(default_factory=dict)
    blocks: list[str] = field(default_factory=list)


def is_graph(names: Iterable[str]) -> bool:
    """Whether files of these names are a graph of Logseq."""
    return any(name == "logseq/config.edn" or _JOURNAL.search(name) for name in names)


def page(text: str, blocks: Mapping[str, str]) -> Page:
    """A note in plain Markdown. `blocks` are the texts of all blocks that have a name."""
    found = Page("")
    lines = text.split("\n")
    while lines and (match := _PROPERTY.fullmatch(lines[0])):
        found.fields[match[1].casefold()] = match[2].strip()
        lines.pop(0)
    pieces = []
    for is_code, piece in outside_fences("\n".join(lines)):
        pieces.append(piece if is_code else _of_blocks(piece, found))
    body = outside_code("".join(pieces), lambda piece: _with_blocks(piece, blocks))
    lines = body.split("\n")
    while lines and lines[-1].strip() in ("", "-"):
        lines.pop()
    found.body = "\n".join(lines)
    return found


def named_blocks(text: str) -> dict[str, str]:
    """The blocks of a note that others can show, by their names."""
    found = {}
    block = ""
    for line in text.split("\n"):
        bullet = _BULLET.match(line)
        if bullet:
            block = line[bullet.end() :].strip()
        elif match := _NAMED.fullmatch(line):
            found[match[1].lower()] = block[:LONGEST_BLOCK]
    return found


_JOURNAL = re.compile(r"(?:^|/)journals/[0-9]{4}_[0-9]{2}_[0-9]{2}\.md$")
_PROPERTY = re.compile(r"(?:- )?([^\W_][\w./-]{0,60}):: ?(.*)")
_OF_BLOCK = re.compile(r"^[ \t]+([^\W_][\w./-]{0,60}:: ?[^\n]*)(?:\n|\Z)", re.M)
_LOGBOOK = re.compile(
    r"^[ \t]*:LOGBOOK:[^\n]*\n((?:[ \t]*CLOCK:[^\n]*\n)*)[ \t]*:END:[^\n]*\n?", re.M
)
_TASK = re.compile(r"^([ \t]*- )(TODO|DONE) ", re.M)
_BULLET = re.compile(r"[ \t]*- ")
_NAMED = re.compile(r"[ \t]+id:: ?([0-9a-fA-F-]{36})[ \t]*")
_REFERENCE = re.compile(r"(?:\{\{embed +)?\(\(([0-9a-fA-F-]{36})\)\)(?:\}\})?")


def _of_blocks(piece: str, found: Page) -> str:
    def kept(match: re.Match[str]) -> str:
        found.blocks.append(match[1].strip())
        return ""

    piece = _LOGBOOK.sub(kept, _OF_BLOCK.sub(kept, piece))
    return _TASK.sub(lambda match: match[1] + ("[x] " if match[2] == "DONE" else "[ ] "), piece)


def _with_blocks(piece: str, blocks: Mapping[str, str]) -> str:
    return _REFERENCE.sub(lambda match: blocks.get(match[1].lower()) or match[0], piece)
