"""Points, boxes and polylines in whole pixels: the little geometry a drawing needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[int, int]
Path = tuple[Point, ...]


@dataclass(frozen=True)
class Box:
    """An upright rectangle; ``x`` and ``y`` are its upper left corner."""

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def around(cls, centre: Point, width: int, height: int) -> Box:
        """Return the box of the given size whose middle is ``centre``."""
        return cls(centre[0] - width // 2, centre[1] - height // 2, width, height)

    @property
    def right(self) -> int:
        """The x of the right side."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The y of the lower side."""
        return self.y + self.height

    @property
    def centre(self) -> Point:
        """The middle of the box."""
        return self.x + self.width // 2, self.y + self.height // 2

    def grown(self, by: int) -> Box:
        """Return the box with ``by`` pixels more on every side."""
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def contains(self, point: Point) -> bool:
        """Tell whether the point lies inside, not merely on a side."""
        return self.x < point[0] < self.right and self.y < point[1] < self.bottom

    def encloses(self, other: Box) -> bool:
        """Tell whether the other box lies wholly within this one; sides may touch."""
        inside_x = self.x <= other.x and other.right <= self.right
        return inside_x and self.y <= other.y and other.bottom <= self.bottom

    def shared_area(self, other: Box) -> int:
        """Return how many square pixels the two boxes have in common."""
        width = min(self.right, other.right) - max(self.x, other.x)
        height = min(self.bottom, other.bottom) - max(self.y, other.y)
        return max(width, 0) * max(height, 0)

    def length_inside(self, start: Point, end: Point) -> int:
        """Return how many pixels of the upright or level line from ``start`` to ``end`` run inside the box."""
        (x1, x2), (y1, y2) = sorted((start[0], end[0])), sorted((start[1], end[1]))
        if y1 == y2:
            return max(min(x2, self.right) - max(x1, self.x), 0) if self.y < y1 < self.bottom else 0
        return max(min(y2, self.bottom) - max(y1, self.y), 0) if self.x < x1 < self.right else 0


def segments(path: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
    """Return the straight pieces of a polyline."""
    return pairwise(path)


def without_needless_points(path: Iterable[Point]) -> Path:
    """Return the polyline without repeated points and without points in the middle of a straight piece."""
    kept: list[Point] = []
    for point in path:
        if kept and kept[-1] == point:
            continue
        if len(kept) > 1 and _in_line(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    return tuple(kept)


def _in_line(first: Point, middle: Point, last: Point) -> bool:
    return first[0] == middle[0] == last[0] or first[1] == middle[1] == last[1]
