"""The Merkle tree: published vectors, a naive recursive oracle, proofs that hold for nothing but what they prove."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.foundation.journal.sealing.merkle import (
    EMPTY,
    Frontier,
    consistency_proof,
    extends,
    frontier,
    includes,
    inclusion_proof,
    leaf_hash,
    root_of,
)

# The leaves, roots and proofs that the implementations of Certificate Transparency (RFC 6962) are checked with.
LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
FIRST_PATH = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
]
SIXTH_PATH = [
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    ROOTS[4],
]
PATHS = {(0, 1): [], (0, 8): FIRST_PATH, (5, 8): SIXTH_PATH}
GROWTH = {
    (1, 1): [], (1, 8): FIRST_PATH, (2, 5): [FIRST_PATH[1], SIXTH_PATH[0]],
    (6, 8): ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", SIXTH_PATH[1], ROOTS[4]],
}  # fmt: skip


class Tree:
    """The hashes of all full subtrees, as the log keeps them."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.kept: dict[tuple[int, int], bytes] = {}
        self.growing = Frontier()
        for one in leaves:
            self.kept |= {(level, index): hash for level, index, hash in self.growing.append(leaf_hash(one))}

    def subtree(self, level: int, index: int) -> bytes:
        return self.kept[level, index]


def oracle(leaves: list[bytes]) -> bytes:
    """The definition of MTH in section 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + oracle(leaves[:k]) + oracle(leaves[k:])).digest()


def numbered(size: int) -> list[bytes]:
    return [b"leaf %d" % number for number in range(size)]


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots(size: int):
    tree = Tree(LEAVES[:size])
    assert tree.growing.root.hex() == root_of(size, tree.subtree).hex() == ROOTS[size]
    assert (tree.growing.root == EMPTY) is (size == 0)


@pytest.mark.parametrize("index, size", PATHS)
def test_the_published_proofs_of_inclusion(index: int, size: int):
    proof = inclusion_proof(index, size, Tree(LEAVES).subtree)
    assert [one.hex() for one in proof] == PATHS[index, size]
    assert includes(leaf_hash(LEAVES[index]), index, size, proof, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize("first, second", GROWTH)
def test_the_published_proofs_of_consistency(first: int, second: int):
    proof = consistency_proof(first, second, Tree(LEAVES).subtree)
    assert [one.hex() for one in proof] == GROWTH[first, second]
    assert extends(first, second, proof, bytes.fromhex(ROOTS[first]), bytes.fromhex(ROOTS[second]))


def test_every_proof_of_every_size_up_to_forty_holds():
    leaves = numbered(40)
    tree, roots = Tree(leaves), [oracle(leaves[:size]) for size in range(41)]
    for size in range(41):
        assert root_of(size, tree.subtree) == roots[size]
        for index in range(size):
            proof = inclusion_proof(index, size, tree.subtree)
            assert includes(leaf_hash(leaves[index]), index, size, proof, roots[size])
        for first in range(size + 1):
            proof = consistency_proof(first, size, tree.subtree)
            assert extends(first, size, proof, roots[first], roots[size])


@given(leaves=st.lists(st.binary(max_size=40), max_size=300), data=st.data())
def test_a_tree_of_any_leaves_is_the_oracle_s(leaves: list[bytes], data: st.DataObject):
    tree = Tree(leaves)
    size = data.draw(st.integers(0, len(leaves)))
    assert tree.growing.root == oracle(leaves)
    assert root_of(size, tree.subtree) == oracle(leaves[:size])


@given(size=st.integers(1, 1200), data=st.data())
def test_the_frontier_covers_each_leaf_once_and_goes_on_where_it_was_left(size: int, data: st.DataObject):
    covered = [one for level, index in frontier(size) for one in range(index << level, index + 1 << level)]
    assert covered == list(range(size))
    more = data.draw(st.integers(0, 40))
    leaves = numbered(size + more)
    tree = Tree(leaves)
    going_on = Frontier(size, [tree.subtree(*one) for one in frontier(size)])
    for one in leaves[size:]:
        going_on.add(leaf_hash(one))
    assert (going_on.size, going_on.root) == (size + more, tree.growing.root)


def test_a_frontier_of_the_wrong_length_is_none():
    with pytest.raises(ValueError, match="one hash"):
        Frontier(3, [EMPTY])


@given(size=st.integers(2, 200), data=st.data())
def test_a_proof_of_inclusion_proves_nothing_else(size: int, data: st.DataObject):
    leaves = numbered(size)
    tree, index = Tree(leaves), data.draw(st.integers(0, size - 1))
    root, leaf = tree.growing.root, leaf_hash(leaves[index])
    proof = inclusion_proof(index, size, tree.subtree)
    assert len(proof) <= size.bit_length()
    assert not includes(leaf_hash(b"another"), index, size, proof, root)
    assert not includes(leaf, index, size, proof, EMPTY)
    assert not includes(leaf, index, size, proof[:-1], root)
    assert not includes(leaf, index, size, [*proof, EMPTY], root)
    other = data.draw(st.integers(0, size - 1).filter(lambda one: one != index))
    assert not includes(leaf, other, size, proof, root)
    assert not includes(leaf, index, index, proof, root)
    spoiled = data.draw(st.integers(0, len(proof) - 1))
    assert not includes(leaf, index, size, [*proof[:spoiled], EMPTY, *proof[spoiled + 1 :]], root)


@given(second=st.integers(2, 200), data=st.data())
def test_a_proof_of_consistency_proves_nothing_else(second: int, data: st.DataObject):
    first = data.draw(st.integers(1, second - 1))
    leaves = numbered(second)
    tree = Tree(leaves)
    earlier, later = root_of(first, tree.subtree), tree.growing.root
    proof = consistency_proof(first, second, tree.subtree)
    assert extends(first, second, proof, earlier, later)
    changed = [*leaves]
    changed[data.draw(st.integers(0, first - 1))] = b"changed"
    forged = Tree(changed)
    assert not extends(first, second, consistency_proof(first, second, forged.subtree), earlier, forged.growing.root)
    assert not extends(first, second, proof, EMPTY, later)
    assert not extends(first, second, proof, earlier, EMPTY)
    assert not extends(first, second, proof[:-1], earlier, later)
    assert not extends(first, second, [*proof, EMPTY], earlier, later)
    assert not extends(second, first, proof, later, earlier)
    assert not extends(first, first, proof, earlier, earlier)
    assert not extends(0, second, proof, EMPTY, later)


def test_the_tree_without_leaves_begins_every_other_and_no_root_but_its_own_is_that():
    assert extends(0, 5, [], EMPTY, oracle(numbered(5)))
    assert not extends(0, 5, [], oracle(numbered(1)), oracle(numbered(5)))
    assert extends(0, 0, [], EMPTY, EMPTY)


@pytest.mark.parametrize("index, size", [(-1, 3), (3, 3), (0, 0)])
def test_what_is_no_leaf_has_no_proof(index: int, size: int):
    with pytest.raises(ValueError, match="leaf"):
        inclusion_proof(index, size, Tree(numbered(3)).subtree)
    assert not includes(leaf_hash(b"leaf 0"), index, size, [], EMPTY)


def test_an_earlier_tree_that_is_larger_has_no_proof():
    with pytest.raises(ValueError, match="earlier"):
        consistency_proof(3, 2, Tree(numbered(3)).subtree)
