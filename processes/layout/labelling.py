"""Find each outside label the place where it hides nothing: names of events and gateways, then of flows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from processes.layout.frame import FLOW_LABEL, Frame
from processes.layout.geometry import Box, Path, segments
from processes.layout.graph import Graph, Node
from processes.layout.text import LINE, label_size

NEAR, SPREAD = 4, 3
"""Pixels between a label and what it names, and that several lines may need more where they are set wider."""
ON_SHAPE, ON_LINE = 50, 200
"""How bad a square pixel on a shape or label is, and a pixel of line under the label, against a step in preference."""


def usual_places(graph: Graph, frame: Frame) -> list[Box]:
    """Return where the names of events and gateways would stand if nothing were in the way."""
    named = (node for node in graph.nodes.values() if node.kind != "task" and node.name)
    return [next(_around(node, frame.nodes[node.id])) for node in named]


def place(graph: Graph, frame: Frame, paths: dict[str, Path]) -> dict[str, Box]:
    """Return the box of every outside label, by the id of the node or flow it names."""
    labels: dict[str, Box] = {}
    for node in graph.nodes.values():
        if node.kind != "task" and node.name:
            labels[node.id] = _best(_around(node, frame.nodes[node.id]), frame, paths, labels)
    for flow in graph.flows:
        if flow.name:
            places = _along(paths[flow.id], *label_size(flow.name, FLOW_LABEL))
            labels[flow.id] = _best(places, frame, paths, labels)
    for message in graph.messages:
        if message.name:
            # A message is read between the pools, so its label stands near the black box whichever way it runs.
            path = paths[message.id][:: -1 if message.source in graph.nodes else 1]
            labels[message.id] = _best(_along(path, *label_size(message.name)), frame, paths, labels)
    return labels


def _best(candidates: Iterable[Box], frame: Frame, paths: dict[str, Path], labels: dict[str, Box]) -> Box:
    shapes = [*frame.nodes.values(), *labels.values()]
    lines = [segment for path in paths.values() for segment in segments(path)]
    borders = [
        segment
        for box in (*frame.lanes.values(), *frame.pools.values())
        for segment in (((box.x, box.y), (box.right, box.y)), ((box.x, box.bottom), (box.right, box.bottom)))
    ]

    def badness(place: int, label: Box) -> int:
        room = label.grown(1 if label.height == LINE else SPREAD)
        on_shapes = sum(room.shared_area(shape) for shape in shapes)
        on_lines = sum(room.length_inside(*line) for line in (*lines, *borders))
        return place * 60 + ON_SHAPE * on_shapes + ON_LINE * on_lines

    return min(enumerate(candidates), key=lambda candidate: badness(*candidate))[1]


def _around(node: Node, box: Box) -> Iterator[Box]:
    """Offer places for the name of an event (below first) or a gateway (above first)."""
    width, height = label_size(node.name)
    middle = box.centre[0] - width // 2
    above, below = box.y - NEAR - height, box.bottom + NEAR
    upright = (above, below) if node.kind == "gateway" else (below, above)
    yield from (Box(middle, y, width, height) for y in upright)
    # Half a shape aside leaves room for a flow that leaves straight up or down.
    asides = (box.centre[0] - NEAR - width, box.centre[0] + NEAR)
    yield from (Box(x, y, width, height) for y in upright for x in asides)
    # The farther two reach over a flow that passes close by.
    far = (box.x - NEAR - width, box.right + NEAR, box.x - 8 * NEAR - width, box.right + 8 * NEAR)
    level = (box.centre[1] + NEAR, box.centre[1] - NEAR - height)
    yield from (Box(x, y, width, height) for x in far for y in (*level, *upright))
    # Close under an event there is room above the border of its lane.
    yield from (Box(x, box.bottom + 1, width, height) for x in asides[::-1])


def _along(path: Path, width: int, height: int) -> Iterator[Box]:
    """Offer places beside the pieces of a flow, those near its beginning first."""
    gap = NEAR // 2 if height == LINE else SPREAD + 1
    for (x1, y1), (x2, y2) in segments(path):
        if y1 == y2:
            rightwards = x2 > x1
            near = x1 + 2 * NEAR if rightwards else x1 - 2 * NEAR - width
            middle = (x1 + x2 - width) // 2
            for x in (near, middle):
                yield from (Box(x, y, width, height) for y in (y1 - gap - height, y1 + gap))
        else:
            near = y1 + NEAR if y2 > y1 else y1 - NEAR - height
            middle = (y1 + y2 - height) // 2
            for y in (near, middle):
                yield from (Box(x, y, width, height) for x in (x1 + NEAR, x1 - NEAR - width))
