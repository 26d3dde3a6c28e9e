"""Every figure the standard leaves open has a source (T117), and a case keeps the figures of its release."""

from __future__ import annotations

import pytest

from engine.foundation.errors import Forbidden
from engine.foundation.hosts.queries import MODE, PRODUCTION, settle_fact
from engine.process.bpmn.releases.queries import release_at
from engine.registry.identity.rules import SYSTEM
from engine.registry.policies.commands import MoveClock
from engine.registry.policies.handlers import ClockIsReal, ClockRunsForward
from engine.registry.policies.queries import (
    clock_shift,
    policies,
    policy_named,
    put_defaults,
    set_clock_shift,
)
from engine.registry.policies.rules import PolicyUnknown
from engine.registry.policies.shipped import DEFAULTS
from tests.support.house import COMPANY, House
from yichuang.compose import compose
from yichuang.house import OPERATOR


def test_T117_every_policy_says_where_it_comes_from(house: House):
    with house.door.read(SYSTEM) as view:
        kept = policies(view.connection)
    assert {one.key for one in kept} == {one.key for one in DEFAULTS}
    units = {"wd", "cd", "wh", "mi", "min", "opt", "sw", "n", "ge", "wei", "mb", "h"}
    assert all(one.source and one.title and one.unit in units for one in kept)


def test_defaults_do_not_overwrite_what_the_centre_has_set(house: House):
    with house.door.database.writing() as connection:
        connection.exec_driver_sql("UPDATE policy SET value = 3 WHERE key = 'correction_notice'")
        put_defaults(connection, house.clock.now())
        assert policy_named(connection, "correction_notice").value == 3


def test_an_unknown_policy_is_told(sqlite_house: House):
    with sqlite_house.door.read(SYSTEM) as view, pytest.raises(PolicyUnknown):
        policy_named(view.connection, "nothing")


def test_a_running_case_keeps_the_figures_of_its_release(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    with sqlite_house.door.database.writing() as connection:
        connection.exec_driver_sql("UPDATE policy SET value = 3 WHERE key = 'correction_notice'")
    with sqlite_house.door.read(SYSTEM) as view:
        pinned = release_at(view.connection, sqlite_house.case(case_no).release_id)
    assert pinned.policies["correction_notice"] == 5
    later = sqlite_house.receive("W01", "I02", COMPANY)
    assert sqlite_house.clocks(later)["correction_notice"].reckoning.start.quota == 5


def test_the_demonstrations_clock_only_runs_forward(house: House):
    before = house.door.now()
    house.execute("A01", MoveClock(shift_seconds=3600))
    assert (house.door.now() - before).total_seconds() == 3600
    with house.door.read(SYSTEM) as view:
        assert clock_shift(view.connection) == 3600
        assert "demo_clock_shift" not in {one.key for one in policies(view.connection)}
    with pytest.raises(ClockRunsForward):
        house.execute("A01", MoveClock(shift_seconds=60))


def test_in_a_house_for_real_work_the_clock_cannot_be_moved_whoever_asks_and_whatever_a_row_says(house: House):
    house.execute("A01", MoveClock(shift_seconds=3600))
    before = house.clock.now()
    with house.door.housekeeping() as connection:
        settle_fact(connection, MODE, PRODUCTION, before)
    for account in ("A01", "S51"):
        with pytest.raises(Forbidden):
            house.execute(account, MoveClock(shift_seconds=7200))
    with pytest.raises(ClockIsReal):
        house.door.execute(MoveClock(shift_seconds=7200), OPERATOR, key="move")
    with house.unit() as unit:
        set_clock_shift(unit, 86_400)
    assert house.door.now() == before
    again = compose(house.settings, clock=house.clock)
    assert again.now() == before
    again.database.close()


def test_no_policy_stands_twice():
    assert len({one.key for one in DEFAULTS}) == len(DEFAULTS)
