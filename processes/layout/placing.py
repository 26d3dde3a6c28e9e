"""Give every node a cell: a column by its longest path from the start, a row inside its lane.

A node whose only hindrance is that its predecessor stands in another lane may take the predecessor's own column, so
that the flow runs straight up or down and the whole drawing stays on one page.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

from processes.layout.graph import Flow, Graph


@dataclass(frozen=True)
class Cell:
    """Where a node stands: its lane's place from the top, the row in that lane, the column."""

    lane: int
    row: int
    column: int


LAST_ROW = 99
"""More rows than a lane ever has: a flow that runs out of a lane takes all rows up to here."""


@dataclass(frozen=True)
class _Corridor:
    """Cells of one column of one lane, from row to row, that a straight flow runs through."""

    lane: int
    column: int
    first: int
    last: int




def back_flows(graph: Graph) -> set[str]:
    """Return the ids of the flows that close a loop: they lead to a node still open in a walk from the starts."""
    leaving = _leaving(graph)
    entered = {flow.target for flow in graph.flows}
    roots = [node.id for node in graph.nodes.values() if node.id not in entered and node.host is None]
    found: set[str] = set()
    closed: set[str] = set()
    # Whatever no start reaches is walked from its first node, so that a loop without a start is drawn as well.
    for root in (*roots, *graph.nodes):
        if root not in closed:
            _walk(root, leaving, closed, found)
    return found


def _walk(root: str, leaving: dict[str, list[Flow]], closed: set[str], found: set[str]) -> None:
    """Walk depth first without recursion; a flow to a node on the present trail closes a loop."""
    trail = [root]
    waiting = {root: iter(leaving[root])}
    while trail:
        flow = next(waiting[trail[-1]], None)
        if flow is None:
            closed.add(trail.pop())
        elif flow.target in trail:
            found.add(flow.id)
        elif flow.target not in closed:
            trail.append(flow.target)
            waiting[flow.target] = iter(leaving[flow.target])


def _leaving(graph: Graph) -> dict[str, list[Flow]]:
    """Return the flows that leave each node, those of its boundary events after its own."""
    leaving: dict[str, list[Flow]] = {node: [] for node in graph.nodes}
    for flow in graph.flows:
        leaving[flow.source].append(flow)
    for node in graph.nodes.values():
        if node.host is not None:
            leaving[node.host] += leaving[node.id]
    return leaving


def anchor(graph: Graph, node: str) -> str:
    """Return the node that stands in the grid for ``node``: a boundary event's host, else the node itself."""
    return graph.nodes[node].host or node


def place(graph: Graph) -> dict[str, Cell]:
    """Return the cell of every node but the boundary events, which sit on their hosts."""
    back = back_flows(graph)
    forward = [flow for flow in graph.flows if flow.id not in back]
    board = _Board(graph)
    for node in _order(graph, forward):
        board.put(node, [anchor(graph, flow.source) for flow in forward if flow.target == node])
    return _from_row_zero(board.cells)


def _from_row_zero(cells: dict[str, Cell]) -> dict[str, Cell]:
    """Return the cells with the rows of each lane counted from 0; branches that went above have rows below 0."""
    top: dict[int, int] = {}
    for cell in cells.values():
        top[cell.lane] = min(cell.row, top.get(cell.lane, cell.row))
    return {node: Cell(cell.lane, cell.row - top[cell.lane], cell.column) for node, cell in cells.items()}


def _order(graph: Graph, forward: list[Flow]) -> list[str]:
    """Return the nodes so that each comes after its predecessors; ties go by the order the file tells the story."""
    rank = {node: (_stays_in_lane(graph, forward, node), place) for node, place in _story_rank(graph).items()}
    waits = dict.fromkeys((node.id for node in graph.nodes.values() if node.host is None), 0)
    followers: dict[str, list[str]] = {node: [] for node in waits}
    for flow in forward:
        waits[flow.target] += 1
        followers[anchor(graph, flow.source)].append(flow.target)
    ready = [(rank[node], node) for node, count in waits.items() if count == 0]
    heapq.heapify(ready)
    order = []
    while ready:
        _, node = heapq.heappop(ready)
        order.append(node)
        for follower in followers[node]:
            waits[follower] -= 1
            if waits[follower] == 0:
                heapq.heappush(ready, (rank[follower], follower))
    return order


def _stays_in_lane(graph: Graph, forward: list[Flow], node: str) -> bool:
    """Tell a node apart that follows one node of another lane: it goes first, while the way straight there is free."""
    lanes = {graph.nodes[anchor(graph, flow.source)].lane for flow in forward if flow.target == node}
    return len(lanes) != 1 or graph.nodes[node].lane in lanes


def _story_rank(graph: Graph) -> dict[str, int]:
    """Number the nodes in the order of a depth-first walk that takes the flows as the file lists them."""
    leaving = _leaving(graph)
    entered = {flow.target for flow in graph.flows}
    rank: dict[str, int] = {}
    for root in sorted(graph.nodes, key=lambda node: node in entered):
        stack = [root]
        while stack:
            node = stack.pop()
            if node not in rank:
                rank[node] = len(rank)
                stack += [flow.target for flow in reversed(leaving[node])]
    return rank


class _Board:
    """The grid while it fills up."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._lane_place = {lane.id: place for place, lane in enumerate(graph.lanes)}
        self._taken: set[Cell] = set()
        self._corridors: list[_Corridor] = []
        self.cells: dict[str, Cell] = {}

    def put(self, node: str, before: list[str]) -> None:
        lane = self._lane_place[self._graph.nodes[node].lane]
        column = max((self.cells[other].column for other in before), default=0)
        cell = self._stacked(lane, column, before) or self._beside(lane, column + bool(before), before)
        self.cells[node] = cell
        self._taken.add(cell)

    def _stacked(self, lane: int, column: int, before: list[str]) -> Cell | None:
        """Return the cell straight above or below the one predecessor in ``column``, if the way there is free."""
        above_or_below = {other for other in before if self.cells[other].column == column}
        if len(above_or_below) != 1:
            return None
        origin = self.cells[above_or_below.pop()]
        downwards = lane > origin.lane
        row = next((row for row in range(LAST_ROW) if self._free(Cell(lane, row, column))), None)
        if lane == origin.lane or row is None or (downwards and row > 0):
            return None
        target = Cell(lane, row, column)
        way = _way(origin, target, downwards)
        if any(self._crowded(corridor) for corridor in way):
            return None
        self._corridors += way
        return target

    def _beside(self, lane: int, column: int, before: list[str]) -> Cell:
        """Return the free cell nearest the row the story comes from, in the first column that has one.

        A second branch goes below, unless a flow already runs down out of its predecessor: then it goes above.
        """
        origins = [cell for cell in (self.cells[other] for other in before) if cell.lane == lane]
        wanted = min((cell.row for cell in origins), default=0)
        upwards = any(self._runs_down_from(cell) for cell in origins)
        while True:
            rows = (wanted, *range(wanted - 1, -LAST_ROW, -1)) if upwards else range(wanted, LAST_ROW)
            for row in rows:
                if self._free(Cell(lane, row, column)):
                    return Cell(lane, row, column)
            column += 1

    def _runs_down_from(self, cell: Cell) -> bool:
        return any(
            way.lane == cell.lane and way.column == cell.column and way.first == cell.row + 1 for way in self._corridors
        )

    def _free(self, cell: Cell) -> bool:
        return cell not in self._taken and not any(
            way.lane == cell.lane and way.column == cell.column and way.first <= cell.row <= way.last
            for way in self._corridors
        )

    def _crowded(self, way: _Corridor) -> bool:
        nodes = (
            cell.lane == way.lane and cell.column == way.column and way.first <= cell.row <= way.last
            for cell in self._taken
        )
        return any(nodes) or any(
            other.lane == way.lane
            and other.column == way.column
            and other.first <= way.last
            and way.first <= other.last
            for other in self._corridors
        )


def _way(origin: Cell, target: Cell, downwards: bool) -> list[_Corridor]:
    """Return what a straight flow between two lanes of one column runs through, both cells left out."""
    column = origin.column
    upper, lower = (origin, target) if downwards else (target, origin)
    way = [_Corridor(lane, column, -LAST_ROW, LAST_ROW) for lane in range(upper.lane + 1, lower.lane)]
    way.append(_Corridor(upper.lane, column, upper.row + 1, LAST_ROW))
    way.append(_Corridor(lower.lane, column, -LAST_ROW, lower.row - 1))
    return way
