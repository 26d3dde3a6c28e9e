"""The machine's clock is put forward and back, and the machine sleeps: nothing comes early, nothing is lost.

The clocks of a real process are shifted by a preloaded library; the machine's own clock is never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine.foundation.hosts.queries import machines
from engine.registry.identity.rules import SYSTEM
from tests.deadlines.runner.due import deadline_of
from tests.support.clockshim import Shim
from tests.support.databases import DIALECTS
from tests.support.family import until
from tests.support.house import COMPANY, House, NewHouse
from tests.support.sweeping import Sweeping

HOUR, DAYS = timedelta(hours=1), timedelta(days=3)
Start = Callable[..., Sweeping]


@pytest.fixture
def shim(tmp_path: Path) -> Shim:
    return Shim(tmp_path)


@pytest.fixture
def start(shim: Shim) -> Iterator[Start]:
    """A function that starts a process which sweeps a house, its clock ``before`` the deadline of a case."""
    begun: list[Sweeping] = []

    def begin(house: House, case_no: str, before: timedelta) -> Sweeping:
        at = deadline_of(house, case_no).due_at - before
        begun.append(Sweeping(house.settings, at, env=shim.environment).start())
        begun[-1].more(2)
        return begun[-1]

    yield begin
    for one in begun:
        one.kill()


def state(house: House, case_no: str) -> str:
    return deadline_of(house, case_no).state


def held(house: House) -> str:
    with house.door.read(SYSTEM) as view:
        return machines(view.connection)[0].held


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_clock_put_forward_and_back_lets_nothing_be_delivered_early_and_loses_nothing(
    new_house: NewHouse, shim: Shim, start: Start, dialect: str
):
    house = new_house(dialect)
    case_no = house.receive("W01", "I09", COMPANY)
    sweeping = start(house, case_no, timedelta(minutes=20))
    assert (held(house), state(house, case_no)) == ("", "open")
    for by in (HOUR, -HOUR, DAYS):
        shim.jump(by)
        until(lambda: held(house) != "", f"held after {by}")
        sweeping.more(3)
        assert state(house, case_no) == "open", f"{by}: a deadline was delivered early"
        shim.jump(-by)
        until(lambda: held(house) == "", f"believed again after {by}")
        sweeping.more(2)
        assert state(house, case_no) == "open"
    sweeping.kill()
    sweeping.shift += timedelta(minutes=20)
    sweeping.start()
    until(lambda: state(house, case_no) == "fired", "delivered when its time has come")
    house.at(2026, 3, 10, 0, 1)
    assert house.violations() == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_process_started_under_a_wrong_clock_delivers_nothing_until_it_is_right(
    new_house: NewHouse, shim: Shim, start: Start, dialect: str
):
    house = new_house(dialect)
    case_no = house.receive("W01", "I09", COMPANY)
    sweeping = start(house, case_no, timedelta(minutes=20))
    until(lambda: held(house) == "", "its clock is known")
    sweeping.kill()
    shim.jump(DAYS)
    sweeping.start()
    seen = {"sqlite": "step", "postgresql": "skew"}[dialect]
    until(lambda: held(house) == seen, "the jump is seen though nothing ran")
    sweeping.more(3)
    assert state(house, case_no) == "open"
    shim.jump(timedelta(minutes=20) - DAYS)
    sweeping.more(3)
    assert state(house, case_no) == "open", "still not the time it was"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_machine_that_slept_through_a_deadline_delivers_it_when_it_wakes(
    new_house: NewHouse, shim: Shim, start: Start, dialect: str
):
    house = new_house(dialect)
    case_no = house.receive("W01", "I09", COMPANY)
    start(house, case_no, timedelta(minutes=20))
    assert state(house, case_no) == "open"
    shim.suspend(HOUR)
    until(lambda: state(house, case_no) == "fired", "delivered after the sleep")
    assert held(house) == ""
