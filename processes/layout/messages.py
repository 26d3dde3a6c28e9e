"""Lead message flows straight between a black-box pool and a node; aside only where a shape is in the way."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from processes.layout.frame import Frame
from processes.layout.geometry import Box, Path, segments
from processes.layout.graph import Flow, Graph

THROUGH_SHAPE, OVER_FLOW, ASIDE = 10_000, 60, 200
"""How bad it is for a message to run through a shape, over a flow, and around a corner."""
STRAIGHT = 2
"""How many points a way without a bend has."""
WIDEST_SPREAD = 64
"""How far apart, in pixels, the first and the last message of one node stand."""


def route(graph: Graph, frame: Frame, paths: dict[str, Path]) -> dict[str, Path]:
    """Return the way of every message flow, given the ways of the sequence flows."""
    found: dict[str, Path] = {}
    for message in graph.messages:
        found[message.id] = _lead(graph, frame, message, paths | found)
    return found


def straight(graph: Graph, frame: Frame) -> list[Path]:
    """Return the ways of the messages that no shape keeps from running straight, whatever the sequence flows do."""
    return [path for path in route(graph, frame, {}).values() if len(path) == STRAIGHT]


def _lead(graph: Graph, frame: Frame, message: Flow, paths: dict[str, Path]) -> Path:
    node = _node(graph, message)
    outgoing = node == message.source
    pool = message.target if outgoing else message.source
    box = frame.nodes[node]
    others = [other for identity, other in frame.nodes.items() if identity != node]
    lines = [segment for path in paths.values() for segment in segments(path)]

    def badness(path: Path) -> int:
        pieces = list(segments(path))
        through = sum(shape.grown(4).length_inside(*piece) > 0 for shape in others for piece in pieces)
        over = sum(_touch(piece, line) for piece in pieces for line in lines)
        return THROUGH_SHAPE * through + OVER_FLOW * over + ASIDE * (len(path) - 2)

    ways = _ways(graph, frame, message, box, frame.pools[pool])
    best = min(ways, key=badness)
    return best[::-1] if outgoing else best


def _ways(graph: Graph, frame: Frame, message: Flow, box: Box, pool: Box) -> Iterator[Path]:
    """Offer ways from the pool to the node: straight at the message's own place, else through a gap and sideways."""
    from_above = pool.y < box.y
    start, end = (pool.bottom, box.y) if from_above else (pool.y, box.bottom)
    x = box.centre[0] + _aside(graph, message, box.width)
    yield (x, start), (x, end)
    for gap in sorted(_gaps(frame), key=lambda gap: abs(gap - box.centre[0])):
        side = box.right if gap > box.centre[0] else box.x
        # A task has room above the flow that enters at its middle; an event's round side is met in the middle only.
        y = box.centre[1] - (12 if graph.nodes[_node(graph, message)].kind == "task" else 0)
        yield (gap, start), (gap, y), (side, y)


def _node(graph: Graph, message: Flow) -> str:
    """Return the end of a message flow that is a node of the process."""
    return message.source if message.source in graph.nodes else message.target


def _aside(graph: Graph, message: Flow, width: int) -> int:
    """Spread the messages of one node evenly about its middle, within its width."""
    node = _node(graph, message)
    same = [other.id for other in graph.messages if _node(graph, other) == node]
    reach = min(WIDEST_SPREAD, width - 20)
    return reach * same.index(message.id) // max(len(same) - 1, 1) - (reach // 2 if len(same) > 1 else 0)


def _gaps(frame: Frame) -> Iterator[int]:
    edges = [(frame.inside.x, frame.inside.x), *frame.columns, (frame.inside.right, frame.inside.right)]
    return ((left + right) // 2 - 6 for (_, left), (right, _) in pairwise(edges))


def _touch(one: tuple[tuple[int, int], tuple[int, int]], other: tuple[tuple[int, int], tuple[int, int]]) -> bool:
    """Tell whether two level or upright lines meet."""
    return all(
        max(min(one[0][axis], one[1][axis]), min(other[0][axis], other[1][axis]))
        <= min(max(one[0][axis], one[1][axis]), max(other[0][axis], other[1][axis]))
        for axis in (0, 1)
    )
