"""The rungs of a ladder (升级链): at which instant each step before and after a due date is due.  Pure.

What a rung does and who is told is the engine's; here it is only a name, a level and a *when*.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from deadlines.law.calendar import Calendar
from deadlines.law.errors import CalendarNotCovered
from deadlines.law.instants import CITY, legal_due_at

Level = Literal["blue", "yellow", "red", "black"]
WhenKind = Literal["before", "used", "due", "after"]

LEVELS: tuple[Level, ...] = ("blue", "yellow", "red", "black")
"""From the mildest to the gravest (蓝提示、黄、红、黑督办; GB/T 39046 表 11 预警类型)."""


@dataclass(frozen=True, slots=True)
class When:
    """The time of a rung: ``n`` working days ``before`` the due date, ``n`` per cent of the limit ``used``, the ``due``
    day, or ``n`` working days ``after`` it (0: the moment the limit has passed).
    """

    kind: WhenKind
    n: int = 0


@dataclass(frozen=True, slots=True)
class Rung:
    """One step: the number of its rule (监察规则编号), its level, and when it is due."""

    rule: str
    level: Level
    when: When


@dataclass(frozen=True, slots=True)
class Span:
    """What a rung needs to know of a clock.

    ``start`` is the legal day it counts from, ``quota`` the days or hours it has to count (extensions included; a limit
    in months has the days to the corresponding day); ``due_on`` is None while it is paused; ``due_at`` is the UTC
    instant of a clock that counts working hours.
    """

    start: date
    quota: int
    unit: Literal["wd", "cd", "month", "wh"]
    due_on: date | None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A rung and the UTC instant at which it is due for a clock."""

    at: datetime
    rung: Rung


def instant(when: When, span: Span, calendar: Calendar) -> datetime | None:
    """Return the UTC instant at which ``when`` comes for the clock; None where it has no such time.

    ``before``: 00:00 (Asia/Shanghai) of the working day so many before the due date, if the limit is longer than that
    (电子监察: 到期前1个工作日提示).  ``used``: 00:00 of the day that completes the share; counted back from the due
    date, so that a pause never lets it come too early.  ``due``: 00:00 of the due day.  ``after`` 0: 24:00 of it
    (民法典 203) or the last working hour; ``after`` n: 00:00 of the n-th working day after it, which the lists call
    超期n个工作日.  A clock of working hours has only ``after``.  What lies outside the calendar has no time until the
    calendar reaches it.
    """
    if span.due_on is None:
        return None
    try:
        if when.kind == "after":
            passed = span.due_at or legal_due_at(span.due_on)
            return passed if when.n == 0 else max(passed, _opens(calendar.add(span.due_on, when.n).date))
        day = None if span.due_at is not None else _day(when, span, span.due_on, calendar)
    except CalendarNotCovered:
        return None
    return None if day is None or day <= span.start else _opens(day)


def steps(rungs: Iterable[Rung], span: Span, calendar: Calendar) -> list[Step]:
    """Return the rungs that have a time for this clock, in the order in which they come.

    A paused clock has none.  The order of the rungs given does not matter.
    """
    timed = ((instant(rung.when, span, calendar), rung) for rung in rungs)
    return sorted((Step(at, rung) for at, rung in timed if at is not None), key=_order)


def due_steps(
    rungs: Iterable[Rung], done: Collection[str], span: Span, calendar: Calendar, now: datetime
) -> list[Step]:
    """Return the steps due by ``now`` (UTC) that are not ``done`` for this due date, in their order."""
    return [step for step in steps(rungs, span, calendar) if step.at <= now and step.rung.rule not in done]


def _day(when: When, span: Span, due: date, calendar: Calendar) -> date | None:
    if when.kind == "due":
        return due
    if when.kind == "before":
        return calendar.back(due, when.n) if span.quota > when.n else None
    # The share rounded up to whole days; the days that are left then lie between that day and the due date.
    left = span.quota - -(-span.quota * when.n // 100)
    if left == 0:
        return due
    return calendar.back(due, left) if span.unit == "wd" else due - timedelta(days=left)


def _opens(day: date) -> datetime:
    return datetime.combine(day, time(), CITY).astimezone(UTC)


def _order(step: Step) -> tuple[datetime, int, str]:
    """By time; at one time the milder first, then by the number of the rule."""
    return (step.at, LEVELS.index(step.rung.level), step.rung.rule)
