"""A machine's clock is not believed: told to the system administrator, journalled, accepted by the operator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from engine.foundation.clock import utc_text
from engine.foundation.errors import Conflict
from engine.foundation.hosts.queries import keep_machine, machines
from engine.foundation.hosts.rules import SKEW, told
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.tasks.notifications.queries import notify
from engine.process.tasks.timekeeping.commands import AcceptClock, TellOfClock
from engine.registry.organisation.queries import CENTER

HELD = tag("time.held", "主机 {machine} 停止送达时限：{sentence}")
TRUSTED = tag("time.trusted", "主机 {machine} 的时钟恢复可信，继续送达时限")
ACCEPTED = tag("time.accepted", "操作员认可主机 {machine} 的时间：此前的时间 {before}，认可的时间 {after}")

ADVICE = "请在该主机上校准时间；确认现在的时间正确的，运行 clock accept。"


class ClockNotHeld(Conflict):
    """本机的时钟没有被停用，不需要认可。请用 clock show 查看各主机的时钟。"""

    code = "CLOCK_NOT_HELD"


class ClockApart(Conflict):
    """本机的时钟与数据库不一致，不能认可。请让两台主机与同一时间源同步（NTP），同步后自动恢复。"""

    code = "CLOCK_APART"


def tell_of_clock(command: TellOfClock, unit: Unit) -> Mapping[str, Any]:
    """Journal that a clock is not believed, and tell the system administrator; or that it is believed again."""
    chain = unit.lock_or_create("account:clock", "account").id
    if not command.why:
        unit.record(TRUSTED, chain, machine=command.machine)
        return {}
    said = told(command.why, timedelta(milliseconds=command.milliseconds))
    unit.record(HELD, chain, machine=command.machine, sentence=said)
    notify(unit, chain, "sys_admin", CENTER, "incident", f"主机 {command.machine} 已停止送达时限：{said}。{ADVICE}")
    return {}


def accept_clock(command: AcceptClock, unit: Unit) -> Mapping[str, Any]:
    """Believe the machine's clock as it is now; raise :class:`ClockNotHeld`, :class:`ClockApart`."""
    chain = unit.lock_or_create("account:clock", "account").id
    known = next((one for one in machines(unit.connection) if one.boot == command.boot and one.held), None)
    if known is None:
        raise ClockNotHeld
    if known.held == SKEW:
        raise ClockApart
    between = timedelta(microseconds=command.microseconds)
    unit.record(
        ACCEPTED, chain, machine=known.name, before=utc_text(known.at - known.off), after=utc_text(known.at)
    )
    believed = replace(known, between=between, held="", off=timedelta(), trusted=known.at)
    keep_machine(unit.connection, believed)
    return {"machine": known.name}
