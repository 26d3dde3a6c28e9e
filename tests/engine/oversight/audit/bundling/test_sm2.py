"""SM2 with SM3 in the carried-away tool, against the digest of OpenSSL and the signatures of GmSSL."""

from __future__ import annotations

import hashlib
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.foundation.journal.sealing.algorithms import ALGORITHMS
from engine.oversight.audit.bundling import verify
from tests.engine.oversight.audit.bundling.conftest import alone, bundle_in, contents, laid, packed
from tests.support.house import COMPANY, House
from yichuang.sealing import seal_all
from yichuang.settings import read_settings

SM2 = ALGORITHMS["sm2"]
KEY = SM2.generate()
PUBLIC = SM2.public(KEY)


@given(st.binary(max_size=200))
def test_sm3_is_the_digest_of_openssl(data: bytes):
    assert verify.sm3(data) == hashlib.new("sm3", data).digest()


@settings(max_examples=15)
@given(st.binary(max_size=80), st.integers(0, 511))
def test_a_signature_holds_for_its_text_and_no_bit_of_it_may_change(text: bytes, bit: int):
    signature = SM2.sign(KEY, text)
    assert verify.signed_sm2(PUBLIC, signature, text)
    assert not verify.signed_sm2(PUBLIC, signature, text + b"x")
    changed = bytearray(signature)
    changed[bit // 8] ^= 1 << bit % 8
    assert not verify.signed_sm2(PUBLIC, bytes(changed), text)


def test_a_point_beside_the_curve_and_numbers_out_of_range_are_no_key_and_no_signature():
    signature = SM2.sign(KEY, b"text")
    assert not verify.signed_sm2(PUBLIC[:-1] + bytes([PUBLIC[-1] ^ 1]), signature, b"text")
    assert not verify.signed_sm2(PUBLIC, bytes(64), b"text")
    assert not verify.signed_sm2(PUBLIC, b"\xff" * 64, b"text")
    assert not verify.signed_sm2(PUBLIC[:32], signature, b"text")


def test_a_house_that_seals_by_sm2_gives_a_bundle_that_convinces_elsewhere(sqlite_house: House, tmp_path: Path):
    house = sqlite_house
    (house.settings.data / "settings.json").write_text('{"seal_algorithm": "sm2"}', "utf-8")
    house.settings = read_settings(house.settings.data, house.settings.database_url)
    house.reopen()
    case_no = house.receive("W01", "I02", COMPANY)
    seal_all(house.door)
    files = contents(packed(bundle_in(house.door, [case_no])))
    assert b"SM2-with-SM3" not in files["log/keys.txt"], "the mark is written in Base64"
    told = alone(laid(files, tmp_path / "bundle"))
    assert told.code == 0, told.out
    notes = [name for name in files if name.startswith("log/") and b"\ntime 2026" in files[name]]
    spoiled = {**files, notes[0]: files[notes[0]].replace(b"\ntime 2026", b"\ntime 2027", 1)}
    assert alone(laid(spoiled, tmp_path / "spoiled")).code == 1
    assert house.violations() == []
