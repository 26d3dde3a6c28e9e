"""Plain timers of processes: their rows stand as long as they wait, and the sweep lets them ring."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.process.bpmn import Runtime
from engine.process.tasks import progress
from engine.process.tasks.notifications.queries import notifications_for
from engine.process.tasks.timers.queries import MAX_ATTEMPTS, TimerRow, timers_of
from engine.registry.identity.rules import SYSTEM
from tests.deadlines.runner.timed import timed_case
from tests.support.house import House
from tests.support.threads import in_threads, results

HOUR = timedelta(hours=1)


def rows(house: House, case_no: str) -> list[TimerRow]:
    with house.door.read(SYSTEM) as view:
        return timers_of(view.connection, f"case:{case_no}")


def reminders(house: House, case_no: str) -> int:
    return [task.element for task in house.open_tasks(case_no)].count("ut_look_after")


def test_a_timer_has_a_row_with_its_instant_as_long_as_it_waits(house: House):
    case_no = timed_case(house, "R3/PT1H")
    [row] = rows(house, case_no)
    assert (row.run, row.element, row.due_at, row.wake_at) == (0, "bt_look", house.clock.now() + HOUR, row.due_at)
    assert house.violations() == []
    house.visit(case_no)
    assert rows(house, case_no) == [], "the element was left"
    assert house.violations() == []


def test_a_due_timer_rings_with_a_line_in_the_journal_and_the_case_can_be_run_again(house: House):
    case_no = timed_case(house, "R3/PT1H")
    assert house.sweep().fired == 0
    [before] = rows(house, case_no)
    house.wait(minutes=61)
    swept = house.sweep()
    assert (swept.fired, swept.failed) == (1, 0)
    assert reminders(house, case_no) == 1
    line = [one for one in house.journal(f"case:{case_no}") if one.data.get("how") == "timer"][-1]
    assert (line.command, line.account, line.data["passed"]) == ("FireTimers", SYSTEM.account, ["bt_look"])
    [after] = rows(house, case_no)
    assert after.due_at == before.due_at + HOUR
    assert swept.next_wake is not None
    assert swept.next_wake <= after.due_at
    assert house.violations() == []


def test_after_a_standstill_each_missed_tick_rings_once(sqlite_house: House, monkeypatch: pytest.MonkeyPatch):
    # The house that executes it again afterwards knows of that by the lines alone.
    monkeypatch.setattr(progress, "MAX_RINGS", 4)
    case_no = timed_case(sqlite_house, "R10/PT1H")
    sqlite_house.wait(hours=9, minutes=30)
    swept = sqlite_house.sweep()
    assert (swept.fired, swept.failed) == (3, 0), "nine ticks, four in one unit"
    assert reminders(sqlite_house, case_no) == 9
    assert sqlite_house.violations() == []


def test_two_hosts_that_sweep_at_once_let_a_timer_ring_once(house: House):
    other = house.neighbour()
    case_no = timed_case(house, "PT1H")
    house.wait(hours=2)
    assert all(swept.failed == 0 for swept in results(in_threads(2, lambda number: (house, other)[number].sweep())))
    assert [line.data.get("how") for line in house.journal(f"case:{case_no}")].count("timer") == 1
    assert reminders(house, case_no) == 1
    assert house.violations() == []


def test_what_cannot_ring_is_put_off_and_told_and_rings_later(sqlite_house: House, monkeypatch: pytest.MonkeyPatch):
    case_no = timed_case(sqlite_house, "PT1H")
    sqlite_house.wait(hours=2)
    with monkeypatch.context() as broken:
        broken.setattr(Runtime, "fire_timers", lambda *args, **kwargs: 1 / 0)
        for _ in range(MAX_ATTEMPTS):
            assert sqlite_house.sweep().failed == 1
            sqlite_house.wait(hours=2)
    [row] = rows(sqlite_house, case_no)
    assert row.attempts == MAX_ATTEMPTS
    assert "ZeroDivisionError" in str(row.last_error)
    admin = sqlite_house.actor("A01")
    with sqlite_house.door.read(admin) as view:
        told = [one.sentence for one in notifications_for(view.connection, admin) if one.kind == "incident"]
    assert [sentence for sentence in told if case_no in sentence]
    assert sqlite_house.sweep().fired == 1
    assert reminders(sqlite_house, case_no) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM timer",
        "UPDATE timer SET due_at = '2030-01-01T00:00:00.000000Z'",
        "UPDATE timer SET task_no = task_no + 1",
    ],
)
def test_a_row_that_is_gone_or_changed_is_found(sqlite_house: House, statement: str):
    timed_case(sqlite_house, "R/P1D")
    assert sqlite_house.violations() == []
    with sqlite_house.door.database.writing() as connection:
        connection.exec_driver_sql(statement)
    assert "I4" in {one.invariant for one in sqlite_house.violations()}
