"""Lead every flow from shape to shape along level and upright lines.

The cheapest way is searched; a bend, a crossing and above all running on top of another flow cost extra, and shapes
cannot be entered.  Short flows are led first and the flows that close a loop last, so that those go around, along the
borders of the lanes.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from processes.layout.frame import Frame
from processes.layout.geometry import Box, Path, Point, without_needless_points
from processes.layout.graph import Flow, Graph, LayoutRefused
from processes.layout.placing import back_flows
from processes.layout.tracks import Crossing, Tracks

BEND, CROSSING, CORNER_ON_FLOW, ON_FLOW, ON_LABEL = 30, 40, 200, 900, 45
OFF_CENTRE, JOINED_PORT, USED_PORT = 20, 60, 250
"""What each costs, in pixels of detour."""
CORNER_INSET = 14

Direction = tuple[int, int]
RIGHT, DOWN, LEFT, UP = (1, 0), (0, 1), (-1, 0), (0, -1)
TRAVEL = {RIGHT: 0, DOWN: 12, UP: 12, LEFT: 150}
"""What it costs to leave or enter a shape travelling in a direction: the story runs from left to right."""
State = tuple[Crossing, Direction]


@dataclass(frozen=True)
class _Port:
    """A point on a shape's side, the direction of travel through it, the crossing in front of it, and a cost."""

    point: Point
    direction: Direction
    outside: Crossing
    cost: int


@dataclass
class _Search:
    """What one search knows: the cheapest cost of each state, where it came from, and what to look at next."""

    best: dict[State, int] = field(default_factory=dict)
    came_from: dict[State, State | _Port] = field(default_factory=dict)
    queue: list[tuple[int, State]] = field(default_factory=list)

    def offer(self, state: State, origin: State | _Port, cost: int) -> None:
        """Take note of a way to ``state`` if it is the cheapest so far."""
        if cost < self.best.get(state, cost + 1):
            self.best[state] = cost
            self.came_from[state] = origin
            heapq.heappush(self.queue, (cost, state))

    def way_to(self, state: State) -> tuple[_Port, list[Crossing]]:
        """Return the port the way began at and its crossings."""
        crossings = [state[0]]
        origin = self.came_from[state]
        while not isinstance(origin, _Port):
            crossings.append(origin[0])
            origin = self.came_from[origin]
        return origin, crossings[::-1]


def route(graph: Graph, frame: Frame, labels: list[Box]) -> dict[str, Path]:
    """Return the way of every sequence flow; ``labels`` are boxes it should rather not run through."""
    router = _Router(graph, frame, labels)
    back = back_flows(graph)
    return {flow.id: router.lead(flow) for flow in sorted(graph.flows, key=lambda flow: _rank(frame, flow, back))}


def _rank(frame: Frame, flow: Flow, back: set[str]) -> tuple[bool, bool, int]:
    """Flows that can run straight come first, or another flow would take the side they need."""
    (x1, y1), (x2, y2) = frame.nodes[flow.source].centre, frame.nodes[flow.target].centre
    return flow.id in back, x1 != x2 and y1 != y2, abs(x1 - x2) + abs(y1 - y2)


class _Router:
    """The lines of one drawing and which flow uses what of them."""

    def __init__(self, graph: Graph, frame: Frame, labels: list[Box]) -> None:
        self._graph = graph
        self._target = {flow.id: flow.target for flow in graph.flows}
        self._boxes = frame.nodes
        self._tracks = Tracks(frame)
        self._on_label = self._tracks.crossings_inside(labels)
        self._passed: dict[tuple[Crossing, bool], set[str]] = defaultdict(set)
        self._ports_used_by: dict[Point, set[str]] = defaultdict(set)

    def lead(self, flow: Flow) -> Path:
        """Return the cheapest way for the flow and remember what it uses."""
        start, crossings, end = self._cheapest(flow)
        for here, there in pairwise(crossings):
            level = here[1] == there[1]
            self._passed[here, level].add(flow.id)
            self._passed[there, level].add(flow.id)
        for port, crossing in ((start, crossings[0]), (end, crossings[-1])):
            self._passed[crossing, port.direction[1] == 0].add(flow.id)
            self._ports_used_by[port.point].add(flow.id)
        return without_needless_points([start.point, *map(self._tracks.point, crossings), end.point])

    def _cheapest(self, flow: Flow) -> tuple[_Port, list[Crossing], _Port]:
        """Search the cheapest way (Dijkstra) from any port of the source to any port of the target."""
        goals = defaultdict(list)
        for port in self._ports(flow, leaving=False):
            goals[port.outside].append(port)
        search = _Search()
        for port in self._ports(flow, leaving=True):
            search.offer((port.outside, port.direction), port, port.cost)
        finish: tuple[int, State, _Port] | None = None
        while search.queue and (finish is None or search.queue[0][0] < finish[0]):
            cost, state = heapq.heappop(search.queue)
            for port in goals.get(state[0], ()):
                total = cost + port.cost + self._turn_cost(flow, state, port.direction)
                if port.direction != _opposite(state[1]) and (finish is None or total < finish[0]):
                    finish = (total, state, port)
            for direction in TRAVEL:
                self._go_on(search, flow, state, direction)
        if finish is None:
            raise LayoutRefused(f"找不到连线 {flow.id} 的走法")
        start, crossings = search.way_to(finish[1])
        return start, crossings, finish[2]

    def _go_on(self, search: _Search, flow: Flow, state: State, direction: Direction) -> None:
        crossing = (state[0][0] + direction[0], state[0][1] + direction[1])
        if direction != _opposite(state[1]) and self._tracks.free(crossing):
            step = self._step_cost(flow, state[0], crossing) + self._turn_cost(flow, state, direction)
            search.offer((crossing, direction), state, search.best[state] + step)

    def _ports(self, flow: Flow, leaving: bool) -> list[_Port]:
        """Return the places where a flow may leave or enter: the four middles; on a task also other lines."""
        node = flow.source if leaving else flow.target
        box = self._boxes[node]
        xs = {box.centre[0]}
        if self._graph.nodes[node].kind == "task":
            xs |= set(self._tracks.upright_lines_through(box, CORNER_INSET))
        places = [
            ((box.right, box.centre[1]), RIGHT, self._tracks.beside(box, rightwards=True)),
            ((box.x, box.centre[1]), LEFT, self._tracks.beside(box, rightwards=False)),
        ]
        for x in sorted(xs):
            places.append(((x, box.bottom), DOWN, self._tracks.above_or_below(box, x, downwards=True)))
            places.append(((x, box.y), UP, self._tracks.above_or_below(box, x, downwards=False)))
        ports = []
        for point, outward, outside in places:
            travel = outward if leaving else _opposite(outward)
            if outside is not None:
                ports.append(_Port(point, travel, outside, self._port_cost(flow, box, point, travel)))
        return ports

    def _port_cost(self, flow: Flow, box: Box, point: Point, travel: Direction) -> int:
        off_centre = point[0] != box.centre[0] and point[1] != box.centre[1]
        users = self._ports_used_by[point]
        used = (USED_PORT if self._strangers(flow, users) else JOINED_PORT) if users else 0
        return TRAVEL[travel] + OFF_CENTRE * off_centre + used

    def _strangers(self, flow: Flow, others: set[str]) -> set[str]:
        """Leave out the flows with the same target: two such flows may join and arrive as one line."""
        return {other for other in others if self._target[other] != flow.target}

    def _step_cost(self, flow: Flow, here: Crossing, there: Crossing) -> int:
        (x1, y1), (x2, y2) = self._tracks.point(here), self._tracks.point(there)
        level = y1 == y2
        along = self._strangers(flow, self._passed[here, level] & self._passed[there, level])
        across = self._strangers(flow, self._passed[there, not level])
        length = abs(x1 - x2) + abs(y1 - y2)
        return length + ON_FLOW * bool(along) + CROSSING * len(across) + ON_LABEL * (there in self._on_label)

    def _turn_cost(self, flow: Flow, state: State, direction: Direction) -> int:
        if state[1] == direction:
            return 0
        taken = self._strangers(flow, self._passed[state[0], True] | self._passed[state[0], False])
        return BEND + CORNER_ON_FLOW * bool(taken)


def _opposite(direction: Direction) -> Direction:
    return -direction[0], -direction[1]
