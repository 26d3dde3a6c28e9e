"""Where the boxes of a plan stand and how its lines run: layers by prerequisites, from left to right.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Point = tuple[float, float]

WIDTH = 216.0
"""Width of a box in pixels."""
GAP, SPACE = 56.0, 26.0
"""Between two layers, and between two boxes of one."""
LANE = 16.0
"""The height that a line takes where it passes a layer."""
MARGIN = 14.0


@dataclass(frozen=True)
class Layout:
    """The corner of each box, the points of the line between two, and the size of the whole (pixels)."""

    corners: Mapping[str, Point]
    lines: Mapping[tuple[str, str], tuple[Point, ...]]
    width: float
    height: float


def layout(after: Mapping[str, Sequence[str]], tall: float) -> Layout:
    """Return where everything stands; ``after`` names what each box waits for, boxes in their order, ``tall`` is a box.

    What a box waits for and is not there is left out; what waits in a circle stands in the first layer.
    """
    before = {key: [one for one in others if one in after and one != key] for key, others in after.items()}
    depth = _depths(before)
    slots = _slots(before, depth)
    columns = [[one for one in slots if one[1] == number] for number in range(max(depth.values(), default=0) + 1)]
    heights = [sum(_tall(one, depth, tall) for one in column) + SPACE * max(len(column) - 1, 0) for column in columns]
    tallest = max(heights, default=0.0)
    middles: dict[tuple[str, int], float] = {}
    for column, height in zip(columns, heights, strict=True):
        y = MARGIN + (tallest - height) / 2
        for slot in sorted(column, key=lambda one: _weight(one, before, depth, middles)):
            middles[slot] = y + _tall(slot, depth, tall) / 2
            y += _tall(slot, depth, tall) + SPACE
    corners = {key: (_left(depth[key]), middles[key, depth[key]] - tall / 2) for key in before}
    lines = {
        (source, key): _line(source, key, depth, middles)
        for key, sources in before.items()
        for source in sources
        if depth[source] < depth[key]
    }
    return Layout(corners, lines, _left(len(columns)) - GAP + MARGIN, tallest + 2 * MARGIN)


def _depths(before: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return the layer of each box: one more than the last of what it waits for."""
    found: dict[str, int] = {}
    while ready := [key for key in before if key not in found and all(one in found for one in before[key])]:
        for key in ready:
            found[key] = max((found[one] + 1 for one in before[key]), default=0)
    return {key: found.get(key, 0) for key in before}


def _slots(before: Mapping[str, Sequence[str]], depth: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return the places in all layers: each box in its own, and in those that a line from it passes.

    All lines from one box share a lane: they say the same, that it comes first.
    """
    reach = {key: depth[key] for key in before}
    for key, sources in before.items():
        for source in sources:
            reach[source] = max(reach[source], depth[key] - 1)
    return [(key, layer) for key in before for layer in range(depth[key], max(reach[key], depth[key]) + 1)]


def _tall(slot: tuple[str, int], depth: Mapping[str, int], tall: float) -> float:
    return tall if slot[1] == depth[slot[0]] else LANE


def _weight(
    slot: tuple[str, int], before: Mapping[str, Sequence[str]], depth: Mapping[str, int],
    middles: Mapping[tuple[str, int], float],
) -> float:  # fmt: skip
    """Return how far down a place wants to be: in the middle of what leads to it, so that few lines cross."""
    key, layer = slot
    if layer > depth[key]:
        return middles[key, layer - 1]
    leading = [middles[one, layer - 1] for one in before[key] if (one, layer - 1) in middles]
    return sum(leading) / len(leading) if leading else 0.0


def _line(
    source: str, key: str, depth: Mapping[str, int], middles: Mapping[tuple[str, int], float]
) -> tuple[Point, ...]:  # fmt: skip
    y = middles[source, depth[source]]
    points: list[Point] = [(_left(depth[source]) + WIDTH, y)]
    for layer in range(depth[source] + 1, depth[key] + 1):
        goal = middles[source, layer] if layer < depth[key] else middles[key, layer]
        if goal != y:
            turn = _left(layer) - GAP / 2
            points += [(turn, y), (turn, goal)]
        y = goal
    return (*points, (_left(depth[key]), y))


def _left(layer: int) -> float:
    return MARGIN + layer * (WIDTH + GAP)
