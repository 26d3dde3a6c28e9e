"""Search the cheapest way of one flow among the ways already led: Dijkstra over crossings and directions of travel."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from processes.layout.tracks import Crossing, Direction, Tracks
from processes.layout.ways import BEND, Port, Way, Ways

JOINED, ON_LABEL = 60, 45
"""What going on as one with another flow, or over a place where a name should stand, costs in pixels of detour."""
MEETING, ON_MESSAGE = 1500, 500
"""What crossing or touching another flow, or a message, costs: almost any way around is better."""
State = tuple[Crossing, Direction]


@dataclass(frozen=True)
class Goal:
    """A way to finish from a crossing: into a port, or with a flow already led to the same port."""

    leaving: Direction
    """The direction in which the crossing is left."""
    cost: int
    rest: tuple[Crossing, ...]
    end: Port
    joins: bool = False


@dataclass
class _Trail:
    """What one search knows: the cheapest cost of each state, where it came from, and what to look at next."""

    best: dict[State, int] = field(default_factory=dict)
    came_from: dict[State, State | Port] = field(default_factory=dict)
    queue: list[tuple[int, State]] = field(default_factory=list)

    def offer(self, state: State, origin: State | Port, cost: int) -> None:
        """Take note of a way to ``state`` if it is the cheapest so far."""
        if cost < self.best.get(state, cost + 1):
            self.best[state] = cost
            self.came_from[state] = origin
            heapq.heappush(self.queue, (cost, state))

    def way_to(self, state: State) -> tuple[Port, list[Crossing]]:
        """Return the port the way began at and its crossings."""
        crossings = [state[0]]
        origin = self.came_from[state]
        while not isinstance(origin, Port):
            crossings.append(origin[0])
            origin = self.came_from[origin]
        return origin, crossings[::-1]


class Search:
    """The search for the way of one flow."""

    def __init__(self, tracks: Tracks, ways: Ways, on_label: set[Crossing], joining: str) -> None:
        self._tracks = tracks
        self._ways = ways
        self._on_label = on_label
        self._joining = joining
        """The target: flows with the same one may be joined."""

    def cheapest(self, starts: Iterable[Port], ends: Iterable[Port]) -> Way | None:
        """Return the cheapest way from any port of the source to any port of the target."""
        goals = self._goals(ends)
        trail = _Trail()
        for port in starts:
            trail.offer((port.outside, port.direction), port, port.cost)
        finish: tuple[int, State, Goal] | None = None
        while trail.queue and (finish is None or trail.queue[0][0] < finish[0]):
            cost, state = heapq.heappop(trail.queue)
            if cost > trail.best[state]:
                continue
            for goal in goals.get(state[0], ()):
                total = cost + goal.cost + self._passing(state, goal.leaving, joining=goal.joins)
                if goal.leaving != _opposite(state[1]) and (finish is None or total < finish[0]):
                    finish = (total, state, goal)
            self._go_on(trail, state, cost)
        if finish is None:
            return None
        start, crossings = trail.way_to(finish[1])
        return Way(self._joining, start, (*crossings, *finish[2].rest), finish[2].end)

    def _goals(self, ends: Iterable[Port]) -> dict[Crossing, list[Goal]]:
        goals = defaultdict(list)
        joinable = [way for way in self._ways.of.values() if way.target == self._joining]
        reached = {way.end.point for way in joinable}
        for port in ends:
            if port.point not in reached:
                goals[port.outside].append(Goal(port.direction, port.cost, (), port))
        for way in joinable:
            for crossing, goal in self._joins(way):
                goals[crossing].append(goal)
        return goals

    def _joins(self, way: Way) -> Iterable[tuple[Crossing, Goal]]:
        """Offer to go on from each crossing of a flow to the same target as one line with it."""
        cost = JOINED + way.end.cost
        passages = list(way.passages())
        for place in reversed(range(len(passages))):
            crossing, coming, leaving = passages[place]
            yield crossing, Goal(leaving, cost, way.crossings[place + 1 :], way.end, joins=True)
            cost += self._others(crossing, leaving, joining=True) + BEND * (coming != leaving)
            if place:
                cost += self._tracks.length(way.crossings[place - 1], crossing)

    def _go_on(self, trail: _Trail, state: State, cost: int) -> None:
        ways, back = self._ways, _opposite(state[1])
        for there, direction, piece, length in self._tracks.steps[state[0]]:
            if direction != back:
                met = MEETING * bool(ways.along.get(piece)) + ON_MESSAGE * (piece in ways.messages)
                step = length + met + ON_LABEL * (there in self._on_label)
                trail.offer((there, direction), state, cost + step + self._passing(state, direction))

    def _passing(self, state: State, leaving: Direction, joining: bool = False) -> int:
        return BEND * (state[1] != leaving) + self._others(state[0], leaving, joining)

    def _others(self, crossing: Crossing, leaving: Direction, joining: bool) -> int:
        """Return what the other flows at a crossing cost; one that this goes on with as one costs nothing."""
        passing = self._ways.at.get(crossing)
        if not passing:
            return 0
        of = self._ways.of
        return MEETING * sum(
            not (joining and way[1] == leaving and of[flow].target == self._joining) for flow, way in passing.items()
        )


def _opposite(direction: Direction) -> Direction:
    return -direction[0], -direction[1]
