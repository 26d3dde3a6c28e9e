"""The Merkle tree of RFC 9162, section 2.1 (the same as RFC 6962's): hashes, frontier, proofs and their checks.  Pure.

A *full subtree* is one of 2**level leaves that begins at a multiple of its size; it is named by its level and its
index among those of its level, and never changes once it is full.  Whoever holds the hashes of full subtrees answers
everything: the root of each size, and each proof, from about log2(size) of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

Subtree = Callable[[int, int], bytes]
"""Gives the hash of a full subtree by its level and index."""

EMPTY = hashlib.sha256(b"").digest()
"""The root of the tree without leaves (2.1.1)."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf: the prefix keeps it apart from every inner node (2.1.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


# What a tree is made of ------------------------------------------------------------------------------------------


def frontier(size: int) -> list[tuple[int, int]]:
    """Return level and index of the full subtrees that a tree of ``size`` leaves is made of, from left to right."""
    found, begin = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            found.append((level, begin >> level))
            begin += 1 << level
    return found


def root_of(size: int, subtree: Subtree) -> bytes:
    """Return the root of the tree of the first ``size`` leaves."""
    return _joined([subtree(level, index) for level, index in frontier(size)])


def _joined(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY
    *rest, root = peaks
    for peak in reversed(rest):
        root = node_hash(peak, root)
    return root


class Frontier:
    """A growing tree of which only the frontier is kept: enough for its root, a few dozen hashes for any size."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """Go on from ``size`` leaves whose full subtrees have the hashes ``peaks``, from left to right."""
        if len(peaks) != size.bit_count():
            raise ValueError("a frontier has one hash for each full subtree")
        self.size = size
        self._peaks = list(peaks)

    def append(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Add the hash of a leaf; yield level, index and hash of each subtree that is full by it, the leaf first."""
        level, index = 0, self.size
        self.size += 1
        self._peaks.append(leaf)
        yield level, index, leaf
        while index & 1:
            right = self._peaks.pop()
            self._peaks[-1] = node_hash(self._peaks[-1], right)
            level, index = level + 1, index >> 1
            yield level, index, self._peaks[-1]

    def add(self, leaf: bytes) -> None:
        """Add the hash of a leaf."""
        for _ in self.append(leaf):
            pass

    @property
    def root(self) -> bytes:
        """The root of what was added so far."""
        return _joined(self._peaks)


# Proofs ----------------------------------------------------------------------------------------------------------


def _hash_of(begin: int, end: int, subtree: Subtree) -> bytes:
    """Return the hash over the leaves from ``begin``, where a subtree of such a size may begin, up to ``end``."""
    return _joined([subtree(level, (begin >> level) + index) for level, index in frontier(end - begin)])


def _split(size: int) -> int:
    """Return the largest power of two smaller than ``size`` (the k of 2.1.1)."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """Return the hashes by which leaf ``index`` leads to the root of ``size`` leaves (PATH, 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError("only a leaf of the tree has a proof that it is in it")
    proof: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            proof.append(_hash_of(middle, end, subtree))
            end = middle
        else:
            proof.append(_hash_of(begin, middle, subtree))
            begin = middle
    return proof[::-1]


def consistency_proof(first: int, second: int, subtree: Subtree) -> list[bytes]:
    """Return the hashes that show the tree of ``second`` leaves to begin with the one of ``first`` (2.1.4.1)."""
    if not 0 <= first <= second:
        raise ValueError("the earlier tree is not the larger one")
    if first in {0, second}:
        return []
    proof: list[bytes] = []
    begin, end = 0, second
    while first != end:
        middle = begin + _split(end - begin)
        if first <= middle:
            proof.append(_hash_of(middle, end, subtree))
            end = middle
        else:
            proof.append(_hash_of(begin, middle, subtree))
            begin = middle
    if begin:
        # What is left is a subtree whose hash the reader does not know by itself.
        proof.append(_hash_of(begin, end, subtree))
    return proof[::-1]


# Their checks ----------------------------------------------------------------------------------------------------


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether ``proof`` shows the hash ``leaf`` to be leaf ``index`` of the tree of ``size`` (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for one in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(one, found)
            place, last = _up_to_a_right_child(place, last)
        else:
            found = node_hash(found, one)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def extends(first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes) -> bool:
    """Tell whether ``proof`` shows that the tree of ``second`` leaves begins with the one of ``first`` (2.1.4.2).

    The tree without leaves begins every other.
    """
    if not 0 <= first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    if first == 0:
        return not proof and first_root == EMPTY
    hashes = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not hashes:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    earlier = later = hashes[0]
    for one in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            earlier, later = node_hash(one, earlier), node_hash(one, later)
            place, last = _up_to_a_right_child(place, last)
        else:
            later = node_hash(later, one)
        place, last = place >> 1, last >> 1
    return last == 0 and earlier == first_root and later == second_root


def _up_to_a_right_child(place: int, last: int) -> tuple[int, int]:
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last
