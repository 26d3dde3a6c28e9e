"""The tool's own Ed25519 and its own reading of RFC 9162 say what the engine's, made apart from them, say."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.foundation.journal.sealing import merkle
from engine.oversight.audit.bundling import verify

# RFC 8032, 7.1: secret key, public key, message, signature.
VECTORS = {
    "TEST 1": (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        ("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
         "d25bf5f0595bbe24655141438e7a100b"),
    ),
    "TEST 2": (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        ("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
         "387b2eaeb4302aeeb00d291612bb0c00"),
    ),
    "TEST 3": (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        ("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
         "4a7c15e9716ed28dc027beceea1ec40a"),
    ),
    "TEST SHA(abc)": (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        ("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
         "454d4423643ce80e2a9ac94fa54ca49f"),
        ("dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
         "3dca179c138ac17ad9bef1177331a704"),
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_the_vectors_of_rfc_8032_hold(name: str):
    secret, public, message, signature = map(bytes.fromhex, VECTORS[name])
    # The vectors were written down by hand: the library must say the same of them.
    key = Ed25519PrivateKey.from_private_bytes(secret)
    assert (key.public_key().public_bytes_raw(), key.sign(message)) == (public, signature)
    assert verify.signed(public, signature, message)
    for place in (0, 31, 32, 63):
        bad = signature[:place] + bytes([signature[place] ^ 1]) + signature[place + 1 :]
        assert not verify.signed(public, bad, message)
    assert not verify.signed(public, signature, message + b"\0")


@given(secret=st.binary(min_size=32, max_size=32), message=st.binary(max_size=300))
@settings(max_examples=40)
def test_what_the_library_signs_holds(secret: bytes, message: bytes):
    key = Ed25519PrivateKey.from_private_bytes(secret)
    assert verify.signed(key.public_key().public_bytes_raw(), key.sign(message), message)


@given(secret=st.binary(min_size=32, max_size=32), message=st.binary(max_size=60), place=st.integers(0, 95),
       bit=st.integers(0, 7))  # fmt: skip
@settings(max_examples=60)
def test_of_a_flipped_bit_in_key_or_signature_it_says_what_the_library_says(
    secret: bytes, message: bytes, place: int, bit: int
):
    key = Ed25519PrivateKey.from_private_bytes(secret)
    both = bytearray(key.public_key().public_bytes_raw() + key.sign(message))
    both[place] ^= 1 << bit
    public, signature = bytes(both[:32]), bytes(both[32:])
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        held = True
    except (InvalidSignature, ValueError):
        held = False
    assert verify.signed(public, signature, message) is held is False


def test_a_scalar_beyond_the_order_a_key_off_the_curve_and_other_lengths_sign_nothing():
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    public, signature = key.public_key().public_bytes_raw(), key.sign(b"m")
    again = int.from_bytes(signature[32:], "little") + verify.ORDER
    assert not verify.signed(public, signature[:32] + again.to_bytes(32, "little"), b"m")
    for bad in (b"\xff" * 32, b"\x02" + b"\0" * 31, b"", public[:31]):
        assert not verify.signed(bad, signature, b"m")
    assert not verify.signed(public, signature[:63], b"m")


# RFC 9162 ----------------------------------------------------------------------------------------------------------

LEAVES = [hashlib.sha256(bytes([one])).digest() for one in range(40)]


def subtree(level: int, index: int) -> bytes:
    if level == 0:
        return LEAVES[index]
    return merkle.node_hash(subtree(level - 1, 2 * index), subtree(level - 1, 2 * index + 1))


def test_every_leaf_of_every_tree_is_included_and_no_other():
    for size in range(1, 34):
        root = merkle.root_of(size, subtree)
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, subtree)
            assert verify.includes(LEAVES[index], index, size, proof, root)
            assert not verify.includes(LEAVES[index + 1], index, size, proof, root)
            assert not verify.includes(LEAVES[index], size, size, proof, root)
            assert not verify.includes(LEAVES[index], index, size, [*proof, root], root)
            assert not proof or not verify.includes(LEAVES[index], index, size, proof[1:], root)


def test_every_tree_extends_every_smaller_one_and_no_other():
    roots = [merkle.root_of(size, subtree) for size in range(34)]
    for second in range(1, 34):
        for first in range(second + 1):
            proof = merkle.consistency_proof(first, second, subtree)
            assert verify.extends(first, second, proof, roots[first], roots[second])
            assert not verify.extends(first, second, [*proof, roots[1]], roots[first], roots[second])
            assert not verify.extends(first, second, proof, b"\0" * 32, roots[second])
            assert not first or not verify.extends(first, second, proof, roots[first], b"\0" * 32)
            assert not proof or not verify.extends(first, second, proof[:-1], roots[first], roots[second])
        assert not verify.extends(second + 1, second, [], roots[1], roots[second])
