"""The full subtrees of the log as its tiles keep them: read as far as needed, written back changed."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from engine.foundation.journal.sealing.merkle import Frontier, frontier, node_hash
from engine.foundation.journal.sealing.queries import put_tile, tile_at

WIDE = 8
"""A tile is eight levels high: 256 hashes wide."""
BYTES = 32


class TileBroken(Exception):
    """A tile does not hold what it must."""


class Tiles:
    """The tiles of the log over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Nothing is read before it is asked for."""
        self._connection = connection
        self._tiles: dict[tuple[int, int], bytes] = {}
        self._changed: set[tuple[int, int]] = set()

    def subtree(self, level: int, index: int) -> bytes:
        """Return the hash of a full subtree; raise :class:`TileBroken`."""
        row, above = divmod(level, WIDE)
        first = index << above
        begin, count = (first % 256) * BYTES, 1 << above
        hashes = self._tile(row, first // 256)[begin : begin + count * BYTES]
        if len(hashes) != count * BYTES:
            raise TileBroken
        found = [hashes[at : at + BYTES] for at in range(0, len(hashes), BYTES)]
        while len(found) > 1:
            found = [node_hash(found[at], found[at + 1]) for at in range(0, len(found), 2)]
        return found[0]

    def grown(self, size: int) -> Frontier:
        """Return the tree of ``size`` leaves, to go on from; raise :class:`TileBroken`."""
        return Frontier(size, [self.subtree(*one) for one in frontier(size)])

    def add(self, tree: Frontier, leaf: bytes) -> None:
        """Add the hash of a leaf to ``tree`` and to the tiles; raise :class:`TileBroken`."""
        for level, index, hash in tree.append(leaf):
            if level % WIDE == 0:
                self._push(level // WIDE, index, hash)

    def write(self) -> None:
        """Write back what has changed."""
        for level, position in sorted(self._changed):
            put_tile(self._connection, level, position, self._tiles[level, position])
        self._changed.clear()

    def _push(self, row: int, index: int, hash: bytes) -> None:
        position, place = divmod(index, 256)
        tile = self._tile(row, position) if place else b""
        if len(tile) != place * BYTES:
            raise TileBroken
        self._tiles[row, position] = tile + hash
        self._changed.add((row, position))

    def _tile(self, row: int, position: int) -> bytes:
        if (row, position) not in self._tiles:
            self._tiles[row, position] = tile_at(self._connection, row, position)
        return self._tiles[row, position]
