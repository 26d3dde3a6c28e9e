"""The clock goes on: from one due instant to the next, so that everything fires when it would, in its order."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from deadlines.law.errors import CalendarNotCovered
from deadlines.runner.sweeper import sweep
from engine.foundation.clock import CITY, city_date
from engine.oversight.rehearsal.script import Advance
from engine.process.clocks.calendars import Calendars
from engine.registry.identity.rules import SYSTEM
from yichuang.rehearsing.house import Stage

MOST_FIRINGS = 1_000
"""So many deadlines and timers may fire in one step; more is a cycle that nobody would sit through."""
OPENING = time(9, 0)
_NEXT = timedelta(seconds=1)


class Halted(Exception):
    """A step that cannot go on: the sentence says why."""


def target(stage: Stage, step: Advance) -> datetime:
    """Return the instant to which ``step`` moves the clock; raise :class:`Halted` when it is none to come."""
    now = stage.clock.now().astimezone(CITY)
    if step.to is not None:
        found = datetime.combine(step.to, OPENING, CITY)
        if found <= now:
            raise Halted(f"演练的时间已是 {now:%Y-%m-%d %H:%M}，不能退回到 {step.to}。请改成以后的日期。")
        return found
    if step.unit == "hours":
        return now + timedelta(hours=step.amount)
    if step.unit == "calendar_days":
        return now + timedelta(days=step.amount)
    with stage.door.read(SYSTEM) as view:
        calendar = stage.door.part(Calendars).current(view.connection)
    try:
        day = calendar.add(city_date(now), step.amount).date
    except CalendarNotCovered as fault:
        raise Halted(f"工作日历没有包括那么远的日期：{fault}请少推进一些。") from fault
    return datetime.combine(day, now.time(), CITY)


def go_on(stage: Stage, until: datetime) -> int:
    """Move the clock to ``until`` and deliver everything that comes due on the way; return how much fired.

    Raises :class:`Halted` for what could not be delivered, and when there is no end of it.
    """
    fired = 0
    while True:
        swept = sweep(stage.door, lambda: True)
        fired += swept.fired
        now = stage.clock.now()
        if swept.failed:
            raise Halted(f"到了 {_local(now)}，有到期的时限或定时没有能够送达：流程不能这样继续。请看最后停在的环节。")
        if fired > MOST_FIRINGS:
            raise Halted(f"到 {_local(now)} 已触发 {fired} 次仍没有停下。请检查循环定时（timeCycle）的间隔和次数。")
        if swept.next_wake is None or swept.next_wake > until:
            break
        # What wants to be looked at now and did nothing is looked at a little later, or it would never end.
        stage.clock.set(max(swept.next_wake, now + (_NEXT if swept.next_wake <= now else timedelta())))
    if until > stage.clock.now():
        stage.clock.set(until)
    return fired


def _local(instant: datetime) -> str:
    return f"{instant.astimezone(CITY):%Y-%m-%d %H:%M}"
