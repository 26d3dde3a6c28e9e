"""One clock counted again by another calendar: the new date, and the entry its ledger is given.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import cast

from deadlines.law.calendar import Calendar
from deadlines.law.due import due_of
from deadlines.law.hour_ledger import HourEntry, HourExtend, the_hour_start
from deadlines.law.hour_meter import due_instant
from deadlines.law.ledger import CalendarChange, Entry, PauseRule
from deadlines.law.rungs import Span
from engine.foundation.clock import CITY
from engine.process.clocks.queries import ClockRow
from engine.process.clocks.reckoning import put_off_to, reckon
from engine.process.clocks.rules import AnyEntry


@dataclass(frozen=True)
class Again:
    """A clock by the new calendar; ``entry`` is what its ledger is given, None when nothing touches it.

    ``span`` is what its ladder goes by; None when its ledger could not be reckoned.
    """

    row: ClockRow
    span: Span | None
    entry: CalendarChange | None

    def moved(self, before: ClockRow) -> bool:
        """Tell whether the clock falls due at another time than ``before``."""
        return (self.row.due_on, self.row.due_at) != (before.due_on, before.due_at)


def reckon_again(
    row: ClockRow, entries: Sequence[AnyEntry], old: Calendar, new: Calendar, change: CalendarChange, now: datetime
) -> Again:
    """Return the live clock ``row`` by calendar ``new``; its date stands by ``old``, ``change`` is the difference.

    The entry holds only the days between the start and the latest date seen, for the explanation undoes it with them.
    A paused clock has no date: it is given an entry when it would land on another day if it went on today.  Raises
    the errors of the law.
    """
    today = now.astimezone(CITY).date()
    if row.in_hours:
        hours = cast("Sequence[HourEntry]", entries)
        start, due_at = the_hour_start(hours), due_instant(hours, new)
        due_on = _day(due_at)
        provisional = due_on is not None and new.is_provisional(start.on, due_on)
        quota = start.quota + sum(entry.hours for entry in hours if isinstance(entry, HourExtend))
        span, began = Span(start.on, quota, "wh", due_on, due_at), start.on
        touched, seen = due_at != row.due_at, (row.due_on, due_on)
        if due_at is None:
            then, now_due = (due_instant(hours, each, resumed=now) for each in (old, new))
            seen, touched = (_day(then), _day(now_due)), then != now_due
    else:
        days, rule = cast("Sequence[Entry]", entries), PauseRule(row.rule)
        found = due_of(days, new, rule)
        due_at, due_on, provisional = None, found.on, found.provisional
        span, began = Span(found.start.on, found.quota, found.start.unit, due_on), found.start.on
        touched, seen = due_on != row.due_on, (row.due_on, due_on)
        if due_on is None:
            seen = (due_of(days, old, rule, resumed=today).on, due_of(days, new, rule, resumed=today).on)
            touched = seen[0] != seen[1]
    horizon = max((day for day in seen if day is not None), default=began)
    if any(isinstance(entry, CalendarChange) for entry in entries):
        # An earlier change may have brought the date forward: its line must still say what it said.
        lines = reckon(entries, old, PauseRule(row.rule)).ledger
        horizon = max(horizon, *(line.due_after for line in lines if line.due_after is not None))
        touched = touched or any(began < day <= horizon for day in (*change.closed, *change.opened))
    settled = row.provisional != provisional
    entry = _within(change, began, horizon, max(today, began)) if touched or settled else None
    late = row.lapsed and not put_off_to(row.due_on, row.due_at, due_on, due_at, now)
    kept = replace(
        row, due_on=due_on, due_at=due_at, provisional=provisional, lapsed=late, calendar_version=new.version
    )
    return Again(kept, span, entry)


def _day(instant: datetime | None) -> date | None:
    return None if instant is None else instant.astimezone(CITY).date()


def effect_of(before: ClockRow, after: ClockRow, due: str, old: str) -> str:
    """Return what a change of the calendar did to a clock, for its journal; ``due`` and ``old`` are dates in words."""
    if (before.due_on, before.due_at) != (after.due_on, after.due_at):
        return f"到期日由 {old} 改为 {due}{'（暂定）' if after.provisional else ''}"
    if after.due_on is None:
        return "停表中，恢复计时后按新的日历计算"
    return f"到期日仍为 {due}{'，不再暂定' if before.provisional and not after.provisional else ''}"


def _within(change: CalendarChange, began: date, horizon: date, on: date) -> CalendarChange:
    closed = tuple(day for day in change.closed if began < day <= horizon)
    opened = tuple(day for day in change.opened if began < day <= horizon)
    return replace(change, on=on, closed=closed, opened=opened)
