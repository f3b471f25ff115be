"""The map of promises as SVG: boxes with words that are links, and lines between them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width
from uuid import UUID

from django import template
from django.utils.translation import get_language_bidi

from apps.core.models import address
from apps.promises.hanging import Around, Node
from apps.promises.layout import BOX_HIGH, BOX_WIDE, curve
from apps.promises.models import PromiseLink
from apps.promises.states import ENDED, State

register = template.Library()

# So many letters stand on a line of a box, and so many lines.
LETTERS, LINES = 25, 2


@dataclass(frozen=True)
class Box:
    """A promise as the map shows it."""

    node: Node
    url: str
    x: int
    y: int
    middle: int
    lines: tuple[tuple[int, str], ...]
    foot: int
    look: str
    is_here: bool


@register.inclusion_tag("promises/_map.html")
def map_of(found: Around) -> dict[str, Any]:
    """The map as SVG. Where words run from right to left, it does as well."""
    width = found.places.width
    corners = {
        pk: (width - x - BOX_WIDE if get_language_bidi() else x, y)
        for pk, (x, y) in found.places.corners.items()
    }
    names = {node.pk: node.what for node in found.nodes}
    return {
        "boxes": [_box(node, corners[node.pk], found.root) for node in found.nodes],
        "lines": [
            {
                "kind": tie.kind,
                "path": curve(corners[tie.arrow[0]], corners[tie.arrow[1]]),
                "source": names[tie.source],
                "target": names[tie.target],
                "word": PromiseLink.Kind(tie.kind).label,
            }
            for tie in found.ties
        ],
        "kinds": [
            (kind.value, kind.label)
            for kind in PromiseLink.Kind
            if any(tie.kind == kind for tie in found.ties)
        ],
        "width": width,
        "height": found.places.height,
        "box_width": BOX_WIDE,
        "box_height": BOX_HIGH,
    }


@register.filter
def ties_of(found: Around, node: Node) -> list[dict[str, Any]]:
    """What this promise is to others of the map, in words: "is part of", and of which."""
    others = {it.pk: it for it in found.nodes}
    return [
        {"word": PromiseLink.Kind(tie.kind).label, "other": others[tie.target]}
        for tie in found.ties
        if tie.source == node.pk
    ]


def _box(node: Node, corner: tuple[int, int], root: UUID) -> Box:
    x, y = corner
    lines = cut(node.what)
    top = y + (20 if len(lines) > 1 else 28)
    return Box(
        node=node,
        url=address("promises:promise_detail", node.pk),
        x=x,
        y=y,
        middle=x + BOX_WIDE // 2,
        lines=tuple((top + 16 * index, line) for index, line in enumerate(lines)),
        foot=y + BOX_HIGH - 10,
        look=_look(node.state),
        is_here=node.pk == root,
    )


def _look(state: State) -> str:
    """The shape of a box: kept, still going on, or ended otherwise."""
    if state is State.KEPT:
        return "kept"
    return "ended" if state in ENDED else "live"


def cut(text: str) -> list[str]:
    """The words of a text on a line or two; what does not fit becomes an ellipsis."""
    lines = [""]
    for word in _pieces(text):
        longer = f"{lines[-1]} {word}".strip()
        if _wide(longer) <= LETTERS:
            lines[-1] = longer
        elif lines[-1]:
            lines.append(word)
        else:
            lines[-1] = word
    shown = [_short(line) for line in lines[:LINES]]
    if len(lines) > LINES:
        shown[-1] = f"{_short(shown[-1].rstrip('…'), LETTERS - 1).rstrip('…')}…"
    return shown


def _pieces(text: str) -> Iterator[str]:
    """Words; what is longer than a line, as writing without spaces is, comes in pieces of one."""
    for word in text.split():
        piece = ""
        for letter in word:
            if _wide(piece + letter) > LETTERS:
                yield piece
                piece = ""
            piece += letter
        yield piece


def _short(line: str, letters: int = LETTERS) -> str:
    if _wide(line) <= letters:
        return line
    while line and _wide(line) > letters - 1:
        line = line[:-1]
    return f"{line.rstrip()}…"


def _wide(text: str) -> int:
    """How wide a text is, in letters of the Latin kind."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
