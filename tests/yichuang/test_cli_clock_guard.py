"""``clock show|accept``: how the clocks of the machines stand, and the operator's word that one is right."""

from __future__ import annotations

import json
from datetime import timedelta

from engine.foundation.clock import boot_id, glance
from engine.foundation.hosts.queries import keep_machine, machines
from engine.foundation.hosts.rules import STEP, Machine
from engine.registry.identity.rules import SYSTEM
from tests.support.house import House
from tests.yichuang.shell import Shell

HOUR = timedelta(hours=1)


def held(house: House) -> None:
    """The clock of this machine was put forward by an hour."""
    now = glance()
    one = Machine(boot_id(), "zhu", now.between - HOUR, timedelta(), STEP, HOUR, now.wall, now.wall - HOUR)
    with house.door.housekeeping() as connection:
        keep_machine(connection, one)


def test_the_time_of_the_house_and_the_clocks_of_its_machines_are_shown(shell: Shell, sqlite_house: House):
    held(sqlite_house)
    shell("clock", "advance", "1h")
    ran = shell("clock", "show")
    assert "系统时间 2026-03-02 10:05:00（演示，快 3600 秒）" in ran.out
    assert "主机 zhu：本机时钟被向前拨动了 3600.0 秒，停止送达时限" in ran.out
    told = json.loads(shell("clock", "show", "--json").out)
    assert told["shift_seconds"] == 3600
    assert told["house"] == "2026-03-02T02:05:00.000000Z"
    [one] = told["clocks"]
    assert (one["machine"], one["held"], one["off_seconds"]) == ("zhu", "step", 3600.0)


def test_an_accepted_clock_is_believed_as_it_is_now(shell: Shell, sqlite_house: House):
    ran = shell("clock", "accept")
    assert (ran.code, ran.err.partition("：")[0]) == (1, "CLOCK_NOT_HELD")
    held(sqlite_house)
    assert "已认可主机 zhu" in shell("clock", "accept").out
    with sqlite_house.door.read(SYSTEM) as view:
        [one] = machines(view.connection)
    assert one.held == ""
    assert abs(one.between - glance().between) < timedelta(seconds=1)
    assert sqlite_house.journal("account:clock")[-1].type == "time.accepted"
    assert shell("clock", "accept").code == 1
