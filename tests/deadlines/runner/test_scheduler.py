"""The scheduler with the real APScheduler: it sweeps at start, wakes for what is due, and can be stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from deadlines.runner.scheduler import DeadlineScheduler
from engine.door import Door
from engine.foundation.clock import ShiftedClock, SystemClock, since_boot
from tests.deadlines.runner.due import deadline_of, deemed, overdue_cases
from tests.support.house import COMPANY, House
from yichuang.compose import compose

PATIENCE = 120.0
"""Seconds after which something that should have happened is a failure."""


class Rounds:
    """A chore that counts the sweeps and lets a test wait for them; while ``trouble`` is set it fails."""

    def __init__(self) -> None:
        self.done = 0
        self.trouble = False
        self._changed = threading.Condition()

    def __call__(self) -> None:
        with self._changed:
            self.done += 1
            self._changed.notify_all()
        if self.trouble:
            raise RuntimeError("the chore is in trouble")

    def wait_for(self, happened: Callable[[], bool]) -> None:
        """Look after each sweep until ``happened``."""
        with self._changed:
            assert self._changed.wait_for(happened, PATIENCE), f"not in {PATIENCE} s; {self.done} sweeps"

    def more(self, count: int) -> None:
        """Wait for ``count`` more sweeps."""
        wanted = self.done + count
        self.wait_for(lambda: self.done >= wanted)


@contextmanager
def running(door: Door, rounds: Rounds, poll_seconds: int) -> Iterator[DeadlineScheduler]:
    scheduler = DeadlineScheduler(door, poll_seconds=poll_seconds, also=(rounds,))
    scheduler.start()
    try:
        yield scheduler
    finally:
        scheduler.stop()


@pytest.fixture
def rounds() -> Rounds:
    return Rounds()


def test_what_fell_due_while_nothing_ran_is_delivered_at_the_start(house: House, rounds: Rounds):
    cases = overdue_cases(house, 2)
    with running(house.door, rounds, poll_seconds=3600):
        rounds.more(1)
        assert all(deemed(house, cases))
    assert house.violations() == []


def test_it_wakes_for_the_next_due_row_long_before_the_poll(sqlite_house: House, rounds: Rounds):
    case_no = sqlite_house.receive("W01", "I09", COMPANY)
    clock = ShiftedClock(SystemClock())
    clock.shift = deadline_of(sqlite_house, case_no).due_at - timedelta(seconds=3) - SystemClock().now()
    door = compose(sqlite_house.settings, clock=clock)
    with running(door, rounds, poll_seconds=3600):
        rounds.wait_for(lambda: deadline_of(sqlite_house, case_no).state == "fired")
    door.database.close()
    assert deemed(sqlite_house, [case_no]) == [True]


def test_a_row_that_came_after_the_start_is_found_by_the_poll(sqlite_house: House, rounds: Rounds):
    with running(sqlite_house.door, rounds, poll_seconds=1):
        rounds.more(1)
        [case_no] = overdue_cases(sqlite_house, 1)
        rounds.wait_for(lambda: deadline_of(sqlite_house, case_no).state == "fired")
    assert deemed(sqlite_house, [case_no]) == [True]


def test_it_is_alive_after_its_first_sweep_and_not_when_the_last_is_long_ago(
    sqlite_house: House, rounds: Rounds, monkeypatch: pytest.MonkeyPatch
):
    scheduler = DeadlineScheduler(sqlite_house.door, poll_seconds=1, also=(rounds,))
    assert not scheduler.alive(), "it has not been started"
    scheduler.start()
    rounds.more(2)
    assert scheduler.last_sweep.age() is not None
    assert scheduler.alive()
    scheduler.stop()
    with monkeypatch.context() as later:
        later.setattr("engine.foundation.clock.since_boot", lambda: since_boot() + timedelta(minutes=5))
        assert not scheduler.alive()


def test_a_sweep_that_failed_is_no_sign_of_life_and_the_next_one_comes(sqlite_house: House, rounds: Rounds):
    rounds.trouble = True
    with running(sqlite_house.door, rounds, poll_seconds=1) as scheduler:
        rounds.more(2)
        assert scheduler.last_sweep.age() is None
        assert not scheduler.alive()
        rounds.trouble = False
        rounds.more(2)
        assert scheduler.last_sweep.age() is not None


def test_stop_waits_for_the_sweep_at_hand_and_no_other_begins(sqlite_house: House):
    entered, release = threading.Event(), threading.Event()
    done: list[str] = []

    def chore() -> None:
        entered.set()
        assert release.wait(PATIENCE)
        done.append("chore")

    scheduler = DeadlineScheduler(sqlite_house.door, poll_seconds=1, also=(chore,))
    scheduler.start()
    assert entered.wait(PATIENCE)
    stopping = threading.Thread(target=scheduler.stop, daemon=True)
    stopping.start()
    ticks = threading.Event()
    while scheduler._scheduler.running:  # until the shutdown has begun and waits for the chore
        ticks.wait(0.01)
    assert stopping.is_alive()
    release.set()
    stopping.join(PATIENCE)
    assert not stopping.is_alive(), "stop and the sweep wait for each other"
    assert done == ["chore"]


def test_it_stops_at_once_when_nothing_runs(sqlite_house: House, rounds: Rounds):
    scheduler = DeadlineScheduler(sqlite_house.door, poll_seconds=3600, also=(rounds,))
    scheduler.start()
    rounds.more(1)
    scheduler.stop()
    assert rounds.done == 1
