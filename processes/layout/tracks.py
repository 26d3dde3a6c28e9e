"""The lines flows may use, and the crossings of those lines that shapes stand on."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from processes.layout.frame import Frame
from processes.layout.geometry import Box, Path, Point, segments

TRACK_DISTANCE = 12
ROW_TRACKS = (56, 68)
"""Where flows may run above and below a row, counted from its middle; a lane's border itself stays free."""
CLEARANCE = 8
"""How near a flow may pass a shape that is not its own."""

Crossing = tuple[int, int]
"""Place of an upright line, place of a level line, each counted from 0."""
Piece = tuple[Crossing, Crossing]
"""The line between two neighbouring crossings, the smaller one first."""

Direction = tuple[int, int]
RIGHT, DOWN, LEFT, UP = (1, 0), (0, 1), (-1, 0), (0, -1)


class Step(NamedTuple):
    """The way from one crossing to the next."""

    there: Crossing
    direction: Direction
    piece: Piece
    length: int


class Tracks:
    """All upright and level lines of one drawing."""

    def __init__(self, frame: Frame) -> None:
        self.xs = _upright(frame)
        self.ys = _level(frame)
        self.blocked = self.crossings_inside(box.grown(CLEARANCE) for box in frame.nodes.values())
        self.steps = {crossing: list(self._steps(crossing)) for crossing in self._all() if self.free(crossing)}
        """Where one can go from each free crossing."""

    def _all(self) -> Iterator[Crossing]:
        return ((column, row) for column in range(len(self.xs)) for row in range(len(self.ys)))

    def _steps(self, here: Crossing) -> Iterator[Step]:
        for direction in (RIGHT, DOWN, LEFT, UP):
            there = here[0] + direction[0], here[1] + direction[1]
            if self.free(there):
                yield Step(there, direction, (here, there) if here < there else (there, here), self.length(here, there))

    def crossings_inside(self, boxes: Iterable[Box]) -> set[Crossing]:
        """Return the crossings that lie within the boxes."""
        found: set[Crossing] = set()
        for box in boxes:
            columns = range(bisect_right(self.xs, box.x), bisect_left(self.xs, box.right))
            rows = range(bisect_right(self.ys, box.y), bisect_left(self.ys, box.bottom))
            found |= {(column, row) for column in columns for row in rows}
        return found

    def pieces_met(self, paths: Iterable[Path]) -> set[Piece]:
        """Return the pieces of lines that the paths cross, touch or run along."""
        found: set[Piece] = set()
        for (x1, y1), (x2, y2) in (segment for path in paths for segment in segments(path)):
            columns = range(bisect_left(self.xs, min(x1, x2)) - 1, bisect_right(self.xs, max(x1, x2)) + 1)
            rows = range(bisect_left(self.ys, min(y1, y2)) - 1, bisect_right(self.ys, max(y1, y2)) + 1)
            found |= {((column, row), (column + 1, row)) for column in columns[:-1] for row in rows[1:-1]}
            found |= {((column, row), (column, row + 1)) for column in columns[1:-1] for row in rows[:-1]}
        return found

    def point(self, crossing: Crossing) -> Point:
        """Return the pixel of a crossing."""
        return self.xs[crossing[0]], self.ys[crossing[1]]

    def length(self, here: Crossing, there: Crossing) -> int:
        """Return the pixels between two crossings of one line."""
        (x1, y1), (x2, y2) = self.point(here), self.point(there)
        return abs(x1 - x2) + abs(y1 - y2)

    def free(self, crossing: Crossing) -> bool:
        """Tell whether the crossing exists and no shape stands on it."""
        column, row = crossing
        exists = 0 <= column < len(self.xs) and 0 <= row < len(self.ys)
        return exists and crossing not in self.blocked

    def beside(self, box: Box, rightwards: bool) -> Crossing | None:
        """Return the first free crossing left or right of the middle of a shape, if a level line runs through it."""
        row = _exact(self.ys, box.centre[1])
        clear = box.grown(CLEARANCE)
        column = bisect_left(self.xs, clear.right) if rightwards else bisect_right(self.xs, clear.x) - 1
        return (column, row) if row is not None and self.free((column, row)) else None

    def above_or_below(self, box: Box, x: int, downwards: bool) -> Crossing | None:
        """Return the first free crossing above or below a shape on the upright line ``x``, if there is such a line."""
        column = _exact(self.xs, x)
        clear = box.grown(CLEARANCE)
        row = bisect_left(self.ys, clear.bottom) if downwards else bisect_right(self.ys, clear.y) - 1
        return (column, row) if column is not None and self.free((column, row)) else None

    def upright_lines_through(self, box: Box, inset: int) -> list[int]:
        """Return the upright lines that meet a shape's upper and lower side at least ``inset`` from its corners."""
        return [x for x in self.xs if box.x + inset <= x <= box.right - inset]


def _exact(lines: list[int], wanted: int) -> int | None:
    place = bisect_left(lines, wanted)
    return place if place < len(lines) and lines[place] == wanted else None


def _upright(frame: Frame) -> list[int]:
    """Return the middles of columns and boundary events, and as many lines in each gap as fit well."""
    sides = [(frame.inside.x, frame.inside.x), *frame.columns, (frame.inside.right, frame.inside.right)]
    lines = {(left + right) // 2 for left, right in frame.columns} | {box.centre[0] for box in frame.nodes.values()}
    for (_, left), (right, _) in pairwise(sides):
        middle, room = (left + right) // 2, (right - left) // 2 - CLEARANCE
        reach = room // TRACK_DISTANCE * TRACK_DISTANCE
        lines |= set(range(middle - reach, middle + reach + 1, TRACK_DISTANCE))
    return sorted(lines)


def _level(frame: Frame) -> list[int]:
    offsets = (0, *ROW_TRACKS, *(-track for track in ROW_TRACKS))
    return sorted(row + offset for row in frame.rows for offset in offsets)
