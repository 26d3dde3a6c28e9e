"""The client of clamd says clean only when the scanner said so."""

from __future__ import annotations

import pytest

from engine.foundation.blobs.scanner import Scanner, ScannerUnavailable
from tests.support.clamd import EICAR, Clamd


def test_a_clean_file_is_clean_whatever_its_size(clamd: Clamd):
    scanner = Scanner(clamd.address)
    assert all(scanner.scan(b"a" * size).clean for size in (0, 1, 65_536, 200_000))
    assert clamd.scanned == [0, 1, 65_536, 200_000]


def test_a_virus_is_named(clamd: Clamd):
    verdict = Scanner(clamd.address).scan(b"%PDF-1.4\n" + EICAR)
    assert (verdict.clean, verdict.threat) == (False, "Win.Test.EICAR_HDB-1")


@pytest.mark.parametrize("mood", ["error", "silent"])
def test_an_error_or_silence_is_no_verdict(clamd: Clamd, mood: str):
    clamd.mood = mood
    with pytest.raises(ScannerUnavailable):
        Scanner(clamd.address).scan(b"a")


def test_a_slow_scanner_is_left_after_a_while(clamd: Clamd):
    clamd.mood = "slow"
    with pytest.raises(ScannerUnavailable):
        Scanner(clamd.address, seconds=0.2).scan(b"a")


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd.ctl", "no port", "127.0.0.1:99999"])
def test_a_scanner_that_is_not_there_is_unavailable(address: str):
    with pytest.raises(ScannerUnavailable):
        Scanner(address, seconds=1).scan(b"a")


def test_without_an_address_no_scanner_is_set_up():
    assert not Scanner("").configured
    assert Scanner(" 127.0.0.1:3310 ").configured
