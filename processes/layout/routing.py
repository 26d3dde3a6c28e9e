"""Lead every flow from shape to shape along level and upright lines.

The cheapest way is searched; a bend and above all meeting another flow cost extra, and shapes cannot be entered.  Short
flows are led first and the flows that close a loop last, so that those go around, along the borders of the lanes.
Where flows still meet, they are led again in another order, as long as that helps.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from processes.layout.frame import Frame
from processes.layout.geometry import Box, Path, Point, segments
from processes.layout.graph import Flow, Graph, LayoutRefused
from processes.layout.placing import back_flows
from processes.layout.search import MEETING, Search
from processes.layout.tracks import DOWN, LEFT, RIGHT, UP, Direction, Tracks
from processes.layout.ways import BEND, Port, Way, Ways

OFF_CENTRE = 20
CORNER_INSET = 14
TRAVEL = {RIGHT: 0, DOWN: 12, UP: 12, LEFT: 150}
"""What it costs to leave or enter a shape travelling in a direction: the story runs from left to right."""
ROUNDS = 4
"""How often the flows that meet are led again."""


def route(graph: Graph, frame: Frame, labels: list[Box], messages: Collection[Path] = ()) -> dict[str, Path]:
    """Return the way of every sequence flow; it should rather not run through the labels nor cross the messages."""
    router = Router(graph, frame, labels, messages)
    router.lead_all()
    return router.paths()


def _rank(frame: Frame, flow: Flow, back: set[str]) -> tuple[bool, bool, int]:
    """Flows that can run straight come first, or another flow would take the side they need."""
    (x1, y1), (x2, y2) = frame.nodes[flow.source].centre, frame.nodes[flow.target].centre
    return flow.id in back, x1 != x2 and y1 != y2, abs(x1 - x2) + abs(y1 - y2)


class Router:
    """The lines of one drawing and which flow uses what of them."""

    def __init__(self, graph: Graph, frame: Frame, labels: list[Box], messages: Collection[Path]) -> None:
        self._graph = graph
        self._boxes = frame.nodes
        self._tracks = Tracks(frame)
        self._on_label = self._tracks.crossings_inside(labels)
        back = back_flows(graph)
        ranked = sorted(graph.flows, key=lambda flow: _rank(frame, flow, back))
        self._flows = {flow.id: flow for flow in ranked}
        self._ways = Ways(self._tracks.pieces_met(messages))
        self._message_ends = {end for path in messages for end in (path[0], path[-1])}

    def paths(self) -> dict[str, Path]:
        """Return the points of all flows."""
        return {flow: self._ways.of[flow].path(self._tracks) for flow in self._flows}

    def lead_once(self) -> None:
        """Lead every flow, each the cheapest way that those before it leave."""
        self._lead(self._flows)

    def lead_all(self) -> None:
        """Lead every flow, and lead again those that meet."""
        self.lead_once()
        if not self._ways.meetings():
            return
        for _ in range(ROUNDS):
            meeting = dict.fromkeys(self._ways.meetings())
            if not sum(self._again(*pair) for pair in meeting) and not self._first(meeting):
                break
        for flow in self._flows:
            self._try([flow])

    def _again(self, one: str, other: str) -> bool:
        """Lead two flows that meet again; tell whether that made the drawing better."""
        orders = ([one], [other], [one, other], [other, one])
        return sum(self._try(list(dict.fromkeys(order))) for order in orders) > 0

    def _first(self, meeting: Iterable[tuple[str, str]]) -> bool:
        """Lead all flows again, those that meet before the others."""
        return self._try(list(dict.fromkeys([*(flow for pair in meeting for flow in pair), *self._flows])))

    def _try(self, flows: list[str]) -> bool:
        """Lead the flows again in this order; go back to how they ran unless the drawing is better for it."""
        before, was = dict(self._ways.of), self.badness()
        for flow in flows:
            self._ways.remove(flow)
        self._lead(flows)
        if self.badness() < was:
            return True
        for flow in flows:
            self._ways.remove(flow)
        for flow in flows:
            self._ways.add(flow, before[flow])
        return False

    def badness(self) -> tuple[int, int]:
        """Return how many flows meet, and how long and winding the ways are."""
        return len(self._ways.meetings()), sum(self._cost(way) for way in self._ways.of.values())

    def _cost(self, way: Way) -> int:
        points = way.path(self._tracks)
        length = sum(abs(x1 - x2) + abs(y1 - y2) for (x1, y1), (x2, y2) in segments(points))
        return length + BEND * (len(points) - 2) + way.start.cost + way.end.cost

    def _lead(self, flows: Iterable[str]) -> None:
        """Lead each flow the cheapest way and remember what it uses."""
        for identity in flows:
            flow = self._flows[identity]
            search = Search(self._tracks, self._ways, self._on_label, flow.target)
            way = search.cheapest(self._ports(flow, leaving=True), self._ports(flow, leaving=False))
            if way is None:
                raise LayoutRefused(f"找不到连线 {identity} 的走法")
            self._ways.add(identity, way)

    def _ports(self, flow: Flow, leaving: bool) -> list[Port]:
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
            travel = outward if leaving else (-outward[0], -outward[1])
            if outside is not None:
                ports.append(Port(point, travel, outside, self._port_cost(flow, box, point, travel)))
        return ports

    def _port_cost(self, flow: Flow, box: Box, point: Point, travel: Direction) -> int:
        off_centre = point[0] != box.centre[0] and point[1] != box.centre[1]
        used = point in self._message_ends or any(
            self._ways.of[other].end.point != point or self._ways.of[other].target != flow.target
            for other in self._ways.through.get(point, ())
        )
        return TRAVEL[travel] + OFF_CENTRE * off_centre + MEETING * used
