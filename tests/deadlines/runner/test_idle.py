"""What is not due costs nothing: the sweep looks up by its indexes, and the counts of the house stop somewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from engine.process.clocks import queries
from engine.process.clocks.queries import deadlines_standing, due_deadlines, next_wake
from engine.process.tasks.timers.queries import TIMERS_OF_A_RUN, DueRun, due_runs, next_timer
from engine.registry.identity.rules import SYSTEM
from tests.support.herd import ROOT, add_herd
from tests.support.house import House
from tests.web.test_scale import scans

MANY = 20_000
BIG = {"deadline", "timer"}


@pytest.fixture
def herd(house: House) -> House:
    """A house with many deadlines and timers, the first of which is due in an hour."""
    add_herd(house.door, 0, MANY, house.clock.now() + timedelta(hours=1))
    return house


def test_a_sweep_that_finds_nothing_reads_no_table_whole(herd: House):
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        sent.append((statement, parameters))

    sa.event.listen(Engine, "before_cursor_execute", note)
    try:
        assert herd.sweep().fired == 0
        with herd.door.read(SYSTEM) as view:
            deadlines_standing(view.connection, view.now)
    finally:
        sa.event.remove(Engine, "before_cursor_execute", note)
    asked = [one for one in sent if any(f"FROM {table}" in one[0] for table in BIG)]
    assert len(asked) >= 6
    with herd.door.read(SYSTEM) as view:
        found = [step for statement, parameters in asked for step in scans(view.connection, statement, parameters, BIG)]
    assert found == []


def test_timers_that_are_due_are_gathered_by_run_the_longest_waiting_first(herd: House):
    with herd.door.read(SYSTEM) as view:
        assert due_runs(view.connection, view.now, 10) == []
        begins = view.now + timedelta(hours=1)
        assert (next_timer(view.connection), next_wake(view.connection)) == (begins, begins)
        now = begins + timedelta(seconds=7)
        assert due_runs(view.connection, now, 10) == [
            DueRun(ROOT, run, begins + timedelta(seconds=3 * run)) for run in range(3)
        ]
        assert [one.run for one in due_runs(view.connection, begins + timedelta(hours=1), 2)] == [0, 1]
        assert len(due_runs(view.connection, begins + timedelta(days=1), MANY)) > MANY / TIMERS_OF_A_RUN


def test_the_house_is_counted_up_to_a_bound_and_the_oldest_is_told(herd: House, monkeypatch: pytest.MonkeyPatch):
    with herd.door.read(SYSTEM) as view:
        begins = view.now + timedelta(hours=1)
        now = begins + timedelta(seconds=99)
        standing = deadlines_standing(view.connection, now)
        assert (standing.open, standing.due, standing.lag_seconds) == (queries.MOST_COUNTED, 100, 99.0)
        assert len(due_deadlines(view.connection, now, 500)) == 100
        monkeypatch.setattr(queries, "MOST_COUNTED", MANY + 1)
        assert deadlines_standing(view.connection, now).open == MANY
