"""kill -9 before every statement of every command, before its commit and right after it: whole effect or none.

The house knows about a hundred commands, and completing a task or firing a deadline is many of them; each kind has a
wish: an ordinary walk in which it is given, and the house as it stood then.  A fork gives the command and is killed at
point 1, 2, 3 …  Whatever the point, the database is afterwards row by row what it was; killed after the commit, the
same command under the same key gets the kept answer and changes nothing any more; the audit finds nothing.  Clicked
many times at once, it has one effect and one answer.  Given by everybody else in the house, or about what is not there,
it is refused as it must be.

Of the points the first is tried, the last, the commit and one between that goes round from day to day (YICHUANG_SEED=…
sets it), on SQLite for every kind and on PostgreSQL for the core; the full size takes all points on both.  The small
size takes a share of the kinds, too, and the core.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.killing import cut_off
from tests.faults.recording import Recorder, Wish
from tests.faults.strangers import refused_to_strangers
from tests.faults.wishes import CORE, WALKS, given_by, known_kinds, walked
from tests.support.house import House, NewHouse
from tests.support.postgres import PostgresServer
from tests.support.processes import in_process
from tests.support.size import FULL, TURN, share

AT = None if FULL else TURN
"""The turn by which the point between is chosen."""
KEPT = CORE | set(share(sorted(known_kinds()), 3))
AT_ONCE = 4
"""So many kinds of a long walk are one test: the others run beside it."""

Part = tuple[str, frozenset[str]]


def parts(kept: frozenset[str] | None = None) -> Iterator[Part]:
    """Yield each walk with the kinds to be cut off in it, those in ``kept`` alone; a long walk in several parts."""
    for walk in sorted(WALKS):
        kinds = sorted(given_by(walk) if kept is None else given_by(walk) & kept)
        for begin in range(0, len(kinds), AT_ONCE):
            yield walk, frozenset(kinds[begin : begin + AT_ONCE])


def _short(part: Part) -> str:
    walk, kinds = part
    return f"{walk.rsplit(':', maxsplit=1)[-1].removeprefix('test_')}-{min(kinds)}"


def test_every_kind_of_command_of_the_house_is_cut_off_somewhere():
    given = [kind for walk in WALKS for kind in given_by(walk)]
    known = known_kinds()
    assert known - set(given) == set(), "give each of them a walk in tests/faults/wishes.py"
    assert set(given) - known == set(), "there is no such command, act or alarm any more"
    assert len(given) == len(set(given)), "once is enough"
    assert known >= CORE


@pytest.mark.sqlite
@pytest.mark.parametrize("part", list(parts(frozenset(KEPT))), ids=_short)
def test_a_command_cut_off_anywhere_has_its_whole_effect_or_none(
    part: Part, quick_path: Path, new_house: NewHouse, request: pytest.FixtureRequest
):
    walk, kinds = part
    _cut_off_all(walk, Recorder(quick_path / "wishes", kinds), kinds, new_house("sqlite"), request)


@pytest.mark.postgresql
@pytest.mark.parametrize("part", list(parts(None if FULL else CORE)), ids=_short)
def test_so_it_is_on_postgresql(
    part: Part, quick_path: Path, new_house: NewHouse, postgres: PostgresServer, request: pytest.FixtureRequest
):
    walk, kinds = part
    recorder = Recorder(quick_path / "wishes", kinds, postgres)
    try:
        _cut_off_all(walk, recorder, kinds, new_house("postgresql"), request)
    finally:
        recorder.forget()


def _cut_off_all(
    walk: str, recorder: Recorder, kinds: frozenset[str], house: House, request: pytest.FixtureRequest
) -> None:
    with recorder.watching():
        walked(walk, house, request)
    assert kinds == set(recorder.wishes), "the walk does not give them all any more"
    told = in_process(_each, list(recorder.wishes.values()))
    assert told.code == 0, "the process that kills did not come to its end"
    assert told.value == []


def _each(wishes: list[Wish]) -> list[str]:
    """Refuse each wish to strangers and cut it off; runs in a process of its own, which forks once for each point."""
    return [f"{wish.kind}: {fault}" for wish in wishes for fault in (*refused_to_strangers(wish), *cut_off(wish, AT))]
