"""The small size leaves nothing out for good: its shares go round, and what every change must pass takes all."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.house.tree import ROOT
from tests.support.size import share

MANY = [f"kind {number}" for number in range(200)]
ASK = "from tests.support.size import *; print(SIZE, by_size(1, 2, 3), len(share(range(300), 3)))"


def asked(**environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or done.stderr.strip()


def test_each_of_the_many_has_its_turn_within_so_many_days(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tests.support.size.SMALL", True)
    days = [share(MANY, 3, turn=739_000 + day) for day in range(3)]
    assert sorted(one for day in days for one in day) == sorted(MANY)
    assert all(40 < len(day) < 90 for day in days)
    assert share(MANY[:50], 3, turn=1) == [one for one in share(MANY, 3, turn=1) if one in MANY[:50]]


def test_what_every_change_must_pass_takes_all():
    assert asked(YICHUANG_SIZE="change") == "change 2 300"
    assert asked(YICHUANG_SIZE="full") == asked(YICHUANG_FULL="1") == "full 3 300"
    small, number, count = asked().split()
    assert (small, number) == ("small", "1") and 60 < int(count) < 140
    assert "YICHUANG_SIZE=change" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_another_size_is_no_size():
    assert "small, change, full" in asked(YICHUANG_SIZE="large")
