"""Turn cells into pixels: columns as wide as their nodes and labels need, lanes as high as their rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from processes.layout.geometry import Box
from processes.layout.graph import Flow, Graph
from processes.layout.placing import Cell, anchor
from processes.layout.text import label_size

LEFT, TOP = 160, 80
HEADER = 30
"""Width of the strip with the name of a pool or a lane."""
ROW = 156
GAP = 50
MARGIN = 44
"""Free space before the first and after the last column, wide enough for a loop to pass."""
POOL_HEIGHT, POOL_DISTANCE = 60, 70
EVENT_INSET, EVENT_DISTANCE = 26, 42
"""How far the middle of a boundary event is from its host's corner, and from the next one's."""
FLOW_LABEL = 5
"""Most characters in a line of a flow's label: a long name breaks rather than pushing the columns apart."""


@dataclass(frozen=True)
class Frame:
    """The boxes of all nodes, lanes and pools, and the lines a router may use between them."""

    nodes: dict[str, Box]
    lanes: dict[str, Box]
    pools: dict[str, Box]
    columns: tuple[tuple[int, int], ...]
    """Left and right side of each column."""
    rows: tuple[int, ...]
    """The middle of every row, from the top."""
    inside: Box
    """What the lanes enclose, without their headers."""


def build(graph: Graph, cells: dict[str, Cell]) -> Frame:
    """Return the frame for the placed nodes; pools before the process stand above it, the others below."""
    top = TOP + len(graph.pools_above) * (POOL_HEIGHT + POOL_DISTANCE)
    header = HEADER * (1 if graph.pool else 0) + HEADER * (1 if graph.lanes[0].id else 0)
    columns = _columns(graph, cells, LEFT + header + MARGIN)
    right = columns[-1][1] + MARGIN
    rows_used = [[cell.row for cell in cells.values() if cell.lane == place] for place in range(len(graph.lanes))]
    row_count = [1 + max(rows, default=0) for rows in rows_used]
    lane_tops = list(accumulate((count * ROW for count in row_count), initial=top))
    inside = Box(LEFT + header, top, right - LEFT - header, lane_tops[-1] - top)
    lane_left = LEFT + (HEADER if graph.pool else 0)
    lanes = {
        lane.id: Box(lane_left, lane_tops[place], right - lane_left, row_count[place] * ROW)
        for place, lane in enumerate(graph.lanes)
    }
    middles = [(column[0] + column[1]) // 2 for column in columns]
    nodes = {
        node: Box.around(
            (middles[cell.column], lane_tops[cell.lane] + cell.row * ROW + ROW // 2), *graph.nodes[node].size
        )
        for node, cell in cells.items()
    }
    rows = tuple(range(top + ROW // 2, lane_tops[-1], ROW))
    return Frame(nodes | _on_hosts(graph, nodes), lanes, _pools(graph, right, inside), columns, rows, inside)


def _columns(graph: Graph, cells: dict[str, Cell], left: int) -> tuple[tuple[int, int], ...]:
    """Return the sides of the columns; the gap after one leaves room for the labels of flows that start there."""
    columns = []
    for column in range(1 + max((cell.column for cell in cells.values()), default=0)):
        width = max((graph.nodes[node].size[0] for node, cell in cells.items() if cell.column == column), default=50)
        columns.append((left, left + width))
        labels = [_label_width(flow) for flow in graph.flows if _starts_in(graph, cells, flow, column)]
        left += width + max([GAP, *labels])
    return tuple(columns)


def _starts_in(graph: Graph, cells: dict[str, Cell], flow: Flow, column: int) -> bool:
    source, target = cells[anchor(graph, flow.source)], cells[flow.target]
    return bool(flow.name) and source.column == column and target.column > column


def _label_width(flow: Flow) -> int:
    return label_size(flow.name, FLOW_LABEL)[0] + 24


def _on_hosts(graph: Graph, nodes: dict[str, Box]) -> dict[str, Box]:
    """Return the boundary events on the lower side of their hosts: one right, two at the ends, more side by side.

    So the sign in the middle of a call stays in sight as long as there is room.
    """
    boxes: dict[str, Box] = {}
    for host, box in nodes.items():
        events = graph.boundary_events(host)
        xs = [box.right - EVENT_INSET, box.x + EVENT_INSET]
        if len(events) > len(xs):
            xs = [box.right - EVENT_INSET - place * EVENT_DISTANCE for place in range(len(events))]
        boxes |= {event.id: Box.around((x, box.bottom), *event.size) for event, x in zip(events, xs, strict=False)}
    return boxes


def _pools(graph: Graph, right: int, inside: Box) -> dict[str, Box]:
    boxes = {}
    for place, pool in enumerate(graph.pools_above):
        boxes[pool.id] = Box(LEFT, TOP + place * (POOL_HEIGHT + POOL_DISTANCE), right - LEFT, POOL_HEIGHT)
    if graph.pool:
        boxes[graph.pool.id] = Box(LEFT, inside.y, right - LEFT, inside.height)
    for place, pool in enumerate(graph.pools_below):
        y = inside.bottom + POOL_DISTANCE + place * (POOL_HEIGHT + POOL_DISTANCE)
        boxes[pool.id] = Box(LEFT, y, right - LEFT, POOL_HEIGHT)
    return boxes
