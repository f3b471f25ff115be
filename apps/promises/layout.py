"""Where the boxes of a map stand: in layers from left to right, few lines crossing. Pure.

Our own, in a hundred lines: sixty boxes need layers, their order, and curves, which is no reason to
depend on a library made for experiments (docs/promise-figures.md).
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Node = TypeVar("Node", bound=Hashable)
Arrow = tuple[Node, Node]

BOX_WIDE, BOX_HIGH = 188, 66
ASIDE, BELOW = 56, 18
EDGE = 4
SWEEPS = 4


@dataclass(frozen=True)
class Arranged(Generic[Node]):
    """The upper left corner of each box, and the size of it all."""

    corners: dict[Node, tuple[int, int]]
    width: int
    height: int


def arranged(nodes: Sequence[Node], arrows: Iterable[Arrow[Node]]) -> Arranged[Node]:
    """Boxes for these nodes: whatever an arrow leads to stands further right than where it begins.

    Of arrows that lead in a circle, the last one leads back.
    """
    onward = _without_circles(nodes, arrows)
    layers = _ordered(_layers(nodes, onward), onward)
    tallest = max(len(layer) for layer in layers)
    corners = {}
    for column, layer in enumerate(layers):
        down = (tallest - len(layer)) * (BOX_HIGH + BELOW) // 2
        for row, node in enumerate(layer):
            x = EDGE + column * (BOX_WIDE + ASIDE)
            corners[node] = (x, EDGE + down + row * (BOX_HIGH + BELOW))
    width = 2 * EDGE + len(layers) * (BOX_WIDE + ASIDE) - ASIDE
    return Arranged(corners, width, 2 * EDGE + tallest * (BOX_HIGH + BELOW) - BELOW)


def curve(begin: tuple[int, int], end: tuple[int, int]) -> str:
    """The path of a line between two boxes, from side to side."""
    (x1, y1), (x2, y2) = begin, end
    if x1 < x2:
        x1 += BOX_WIDE
    elif x1 > x2:
        x2 += BOX_WIDE
    y1, y2 = y1 + BOX_HIGH // 2, y2 + BOX_HIGH // 2
    middle = (x1 + x2) // 2 if x1 != x2 else x1 - ASIDE // 2
    return f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"


def _without_circles(
    nodes: Sequence[Node], arrows: Iterable[Arrow[Node]]
) -> dict[Node, list[Node]]:
    onward: dict[Node, list[Node]] = {node: [] for node in nodes}
    for left, right in arrows:
        if left not in _reached(right, onward) and right not in onward[left]:
            onward[left].append(right)
    return onward


def _reached(begin: Node, onward: dict[Node, list[Node]]) -> set[Node]:
    found, waiting = {begin}, [begin]
    while waiting:
        for node in onward[waiting.pop()]:
            if node not in found:
                found.add(node)
                waiting.append(node)
    return found


def _layers(nodes: Sequence[Node], onward: dict[Node, list[Node]]) -> list[list[Node]]:
    """Each node one layer after the last that leads to it."""
    depth = dict.fromkeys(nodes, 0)
    for _ in nodes:
        for left in nodes:
            for right in onward[left]:
                depth[right] = max(depth[right], depth[left] + 1)
    led_to = {right for rights in onward.values() for right in rights}
    for node in nodes:
        # What nothing leads to stands right before what it leads to.
        if node not in led_to and onward[node]:
            depth[node] = min(depth[right] for right in onward[node]) - 1
    layers: list[list[Node]] = [[] for _ in range(max(depth.values()) + 1)]
    for node in nodes:
        layers[depth[node]].append(node)
    return [layer for layer in layers if layer]


def _ordered(layers: list[list[Node]], onward: dict[Node, list[Node]]) -> list[list[Node]]:
    """The same layers, each in the order of what its nodes are tied to, so that few lines cross."""
    beside: defaultdict[Node, list[Node]] = defaultdict(list)
    for left, rights in onward.items():
        for right in rights:
            beside[left].append(right)
            beside[right].append(left)
    for sweep in range(SWEEPS):
        place = {node: row / len(layer) for layer in layers for row, node in enumerate(layer)}
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            middles = {
                node: sum(place[it] for it in beside[node]) / len(beside[node])
                if beside[node]
                else place[node]
                for node in layer
            }
            layer.sort(key=lambda node: middles[node])
            place.update({node: row / len(layer) for row, node in enumerate(layer)})
    return layers
