"""kill -9 before every statement of every command, before its commit and right after it: whole effect or none.

The house knows about a hundred commands; each of them has a wish: an ordinary walk in which it is given, and the house
as it stood then.  A fork gives the command and is killed at point 1, 2, 3 …  Whatever the point, the database is
afterwards row by row what it was; killed after the commit, the same command under the same key gets the kept answer
and changes nothing any more; the audit finds nothing.  Clicked many times at once, it has one effect and one answer.
Given by everybody else in the house, it is refused as it must be.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.faults.killing import cut_off
from tests.faults.recording import Recorder, Wish
from tests.faults.strangers import refused_to_strangers
from tests.faults.wishes import WALKS, given_by, walked
from tests.support.house import House, NewHouse
from tests.support.postgres import PostgresServer
from tests.support.processes import in_process
from yichuang.compose import HANDLERS

FULL = os.environ.get("YICHUANG_FULL") == "1"
"""The small size takes a few points of each command on SQLite and of some on PostgreSQL; the full size all on both."""

SEED = 20260302
_ON_BOTH = sorted(WALKS) if FULL else sorted(random.Random(SEED).sample(sorted(WALKS), 4))


def _short(walk: str) -> str:
    return walk.rsplit(":", maxsplit=1)[-1].removeprefix("test_")


def test_every_command_of_the_house_is_cut_off_somewhere():
    given = [name for walk in WALKS for name in given_by(walk)]
    known = {one.__name__ for one in HANDLERS}
    assert known - set(given) == set(), "give each of them a walk in tests/faults/wishes.py"
    assert set(given) - known == set(), "there is no such command any more"
    assert len(given) == len(set(given)), "once is enough"


@pytest.mark.sqlite
@pytest.mark.parametrize("walk", sorted(WALKS), ids=_short)
def test_a_command_cut_off_anywhere_has_its_whole_effect_or_none(
    walk: str, quick_path: Path, new_house: NewHouse, request: pytest.FixtureRequest
):
    recorder = Recorder(quick_path / "wishes", given_by(walk))
    _cut_off_all(walk, recorder, new_house("sqlite"), request)


@pytest.mark.postgresql
@pytest.mark.parametrize("walk", _ON_BOTH, ids=_short)
def test_so_it_is_on_postgresql(
    walk: str, quick_path: Path, new_house: NewHouse, postgres: PostgresServer, request: pytest.FixtureRequest
):
    recorder = Recorder(quick_path / "wishes", given_by(walk), postgres)
    try:
        _cut_off_all(walk, recorder, new_house("postgresql"), request)
    finally:
        recorder.forget()


def _cut_off_all(walk: str, recorder: Recorder, house: House, request: pytest.FixtureRequest) -> None:
    with recorder.watching():
        walked(walk, house, request)
    assert given_by(walk) == set(recorder.wishes), "the walk does not give them all any more"
    told = in_process(_each, list(recorder.wishes.values()))
    assert told.code == 0, "the process that kills did not come to its end"
    assert told.value == []


def _each(wishes: list[Wish]) -> list[str]:
    """Refuse each wish to strangers and cut it off; runs in a process of its own, which forks once for each point."""
    return [f"{wish.name}: {fault}" for wish in wishes for fault in (*refused_to_strangers(wish), *cut_off(wish, FULL))]
