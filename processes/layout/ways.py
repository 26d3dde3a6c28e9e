"""What the flows led so far use of the lines, and how badly they meet: crossings, touches, pieces of line in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations, pairwise

from processes.layout.geometry import Path, Point, without_needless_points
from processes.layout.tracks import Crossing, Direction, Piece, Tracks

BEND = 30
"""How many pixels of detour a bend is worth."""


@dataclass(frozen=True)
class Port:
    """A point on a shape's side, the direction of travel through it, the crossing in front of it, and a cost."""

    point: Point
    direction: Direction
    outside: Crossing
    cost: int


@dataclass(frozen=True)
class Way:
    """How one flow runs: out of a port, over crossings, into a port."""

    target: str
    start: Port
    crossings: tuple[Crossing, ...]
    end: Port

    def passages(self) -> Iterator[tuple[Crossing, Direction, Direction]]:
        """Return each crossing with the direction it is come to and left in."""
        steps = [_step(here, there) for here, there in pairwise(self.crossings)]
        yield from zip(self.crossings, (self.start.direction, *steps), (*steps, self.end.direction), strict=True)

    def pieces(self) -> Iterator[Piece]:
        """Return the lines between the crossings."""
        return ((here, there) if here < there else (there, here) for here, there in pairwise(self.crossings))

    def path(self, tracks: Tracks) -> Path:
        """Return the points the flow is drawn through."""
        return without_needless_points([self.start.point, *map(tracks.point, self.crossings), self.end.point])


def _step(here: Crossing, there: Crossing) -> Direction:
    return there[0] - here[0], there[1] - here[1]


class Ways:
    """The ways of all flows led so far; ``messages`` are the pieces of line that message flows are likely to meet."""

    def __init__(self, messages: AbstractSet[Piece] = frozenset()) -> None:
        self.messages = messages
        self.of: dict[str, Way] = {}
        self.at: dict[Crossing, dict[str, tuple[Direction, Direction]]] = defaultdict(dict)
        self.along: dict[Piece, set[str]] = defaultdict(set)
        self.through: dict[Point, set[str]] = defaultdict(set)

    def add(self, flow: str, way: Way) -> None:
        """Take note of what the way of a flow uses."""
        self.of[flow] = way
        for crossing, coming, leaving in way.passages():
            self.at[crossing][flow] = (coming, leaving)
        for line in way.pieces():
            self.along[line].add(flow)
        for port in (way.start, way.end):
            self.through[port.point].add(flow)

    def remove(self, flow: str) -> None:
        """Forget the way of a flow."""
        way = self.of.pop(flow)
        for crossing in way.crossings:
            self.at[crossing].pop(flow, None)
        for line in way.pieces():
            self.along[line].discard(flow)
        for port in (way.start, way.end):
            self.through[port.point].discard(flow)

    def meetings(self) -> list[tuple[str, str]]:
        """Return the pairs of flows that cross, touch or share a line without being one from there to their end.

        A flow that meets a message is paired with itself.
        """
        found = []
        for passing in self.at.values():
            for one, other in combinations(passing, 2):
                if not self._as_one(passing, one, other):
                    found.append((one, other))
        for sharing in self.through.values():
            found += [pair for pair in combinations(sorted(sharing), 2) if not self._same_end(*pair)]
        return found + [(flow, flow) for line in self.messages for flow in sorted(self.along.get(line, ()))]

    def _as_one(self, passing: dict[str, tuple[Direction, Direction]], one: str, other: str) -> bool:
        return self._same_end(one, other) and passing[one][1] == passing[other][1]

    def _same_end(self, one: str, other: str) -> bool:
        return self.of[one].end.point == self.of[other].end.point and self.of[one].target == self.of[other].target
