"""Two sequences beside each other: pure.

What both have in the same order stands together (a longest common subsequence).  What both have in another order stands
together too, at the left one's place, and is marked as moved; the rest stands alone.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

One = TypeVar("One")


@dataclass(frozen=True)
class Pair(Generic[One]):
    """What stands beside each other; ``moved``: the right one came at another place in its own order."""

    left: One | None
    right: One | None
    moved: bool = False


def pair(left: Sequence[One], right: Sequence[One], key: Callable[[One], Hashable]) -> list[Pair[One]]:
    """Return every one of both sequences once, those of the same ``key`` together wherever both have one.

    The left ones keep their order, and so do the right ones that were not moved.
    """
    rows = _aligned([key(one) for one in left], [key(one) for one in right])
    alone: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for mine, other in rows:
        if mine is None and other is not None:
            alone[key(right[other])].append(other)
    # A left one that stands alone takes the first right one of its key that does; that leaves its own place.
    moved = {
        mine: alone[key(left[mine])].popleft()
        for mine, other in rows
        if mine is not None and other is None and alone[key(left[mine])]
    }
    gone = set(moved.values())
    found: list[Pair[One]] = []
    for mine, other in rows:
        if mine is None and other is not None and other not in gone:
            found.append(Pair(None, right[other]))
        elif mine is not None:
            beside = moved.get(mine, other)
            found.append(Pair(left[mine], None if beside is None else right[beside], moved=mine in moved))
    return found


def _aligned(left: Sequence[Hashable], right: Sequence[Hashable]) -> list[tuple[int | None, int | None]]:
    """Return the places of both in a longest common subsequence, and the others between them, the left ones first."""
    longest = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for mine in reversed(range(len(left))):
        for other in reversed(range(len(right))):
            longest[mine][other] = (
                longest[mine + 1][other + 1] + 1
                if left[mine] == right[other]
                else max(longest[mine + 1][other], longest[mine][other + 1])
            )
    rows: list[tuple[int | None, int | None]] = []
    mine = other = 0
    while mine < len(left) and other < len(right):
        if left[mine] == right[other]:
            rows.append((mine, other))
            mine, other = mine + 1, other + 1
        elif longest[mine + 1][other] >= longest[mine][other + 1]:
            rows.append((mine, None))
            mine += 1
        else:
            rows.append((None, other))
            other += 1
    rows += [(place, None) for place in range(mine, len(left))]
    return rows + [(None, place) for place in range(other, len(right))]
