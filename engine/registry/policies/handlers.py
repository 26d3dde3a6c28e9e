"""Moving the demonstration's clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.errors import Conflict, Forbidden
from engine.foundation.hosts.queries import is_real
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.registry.policies.commands import MoveClock
from engine.registry.policies.queries import clock_shift, set_clock_shift

MOVED = tag("clock.moved", "演示时间改为比实际时间早或晚 {shift_seconds} 秒")


class ClockIsReal(Forbidden):
    """正式运行的数据以系统时钟为准，不能调整时间；请在操作系统中校准时间。"""

    code = "CLOCK_IS_REAL"


class ClockRunsForward(Conflict):
    """演示时间只能向前调整，不能调回：已经到期的事项不能再变为未到期。请使用更晚的时间。"""

    code = "CLOCK_RUNS_FORWARD"


def move_clock(command: MoveClock, unit: Unit) -> Mapping[str, Any]:
    """Shift the clock forward; every host takes it at its next unit.

    Raises :class:`ClockIsReal` in a house for real work, and :class:`ClockRunsForward`.
    """
    if is_real(unit.connection):
        raise ClockIsReal
    if command.shift_seconds < clock_shift(unit.connection):
        raise ClockRunsForward
    chain = unit.lock_or_create("account:clock", "account").id
    set_clock_shift(unit, command.shift_seconds)
    unit.record(MOVED, chain, shift_seconds=command.shift_seconds)
    return {"shift_seconds": command.shift_seconds}
