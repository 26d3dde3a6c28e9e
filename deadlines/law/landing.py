"""Where a clock lands: the bare arithmetic under the meter, in ordinals, without a word of explanation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from deadlines.law.calendar import Calendar
from deadlines.law.ledger import PauseRule, Unit


@dataclass(frozen=True, slots=True)
class Hole:
    """Days that do not count: after ``low`` through ``high``; ``high`` is None while the pause is open."""

    low: int
    high: int | None

    def covers(self, ordinal: int) -> bool:
        """Tell whether ``ordinal`` is left out of the count."""
        return self.low < ordinal and (self.high is None or ordinal <= self.high)


@dataclass(frozen=True, slots=True)
class Landing:
    """The last day by count (``raw``), the day it falls due after rolling (``due``), and the balance.

    A day is None while an open pause comes before it; without ``raw``, ``left`` is what remains of the quota.
    """

    raw: int | None
    due: int | None
    left: int


def hole(paused: date, resumed: date | None, rule: PauseRule) -> Hole:
    """Return the days a pause leaves out under ``rule``; both edges are a policy setting."""
    low, high = paused.toordinal(), None if resumed is None else resumed.toordinal()
    if rule != PauseRule.AFTER_P_THROUGH_R:
        low -= 1
    if rule == PauseRule.FROM_P_BEFORE_R and high is not None:
        high -= 1
    return Hole(low, high)


def merge(holes: Iterable[Hole]) -> tuple[Hole, ...]:
    """Return the union of ``holes`` as separate ones in order, so that a day paused twice is left out once."""
    merged: list[Hole] = []
    for next_hole in sorted(holes, key=lambda h: h.low):
        last = merged[-1] if merged else None
        if last is None or (last.high is not None and next_hole.low > last.high):
            merged.append(next_hole)
        elif last.high is not None:
            high = None if next_hole.high is None else max(last.high, next_hole.high)
            merged[-1] = Hole(last.low, high)
    return tuple(merged)


def span(after: int, through: int, unit: Unit, calendar: Calendar) -> int:
    """Return the days of ``unit`` in (``after``, ``through``]."""
    return through - after if unit == "cd" else calendar.count_ordinals(after, through)


def counted(after: int, through: int, holes: tuple[Hole, ...], unit: Unit, calendar: Calendar) -> int:
    """Return the days of ``unit`` in (``after``, ``through``] that no hole leaves out."""
    total = span(after, through, unit, calendar)
    for gap in holes:
        low, high = max(gap.low, after), through if gap.high is None else min(gap.high, through)
        if high > low:
            total -= span(low, high, unit, calendar)
    return total


def land(anchor: int, quota: int, unit: Unit, holes: tuple[Hole, ...], calendar: Calendar) -> Landing:
    """Return where ``quota`` days of ``unit`` after ``anchor`` end, leaving out ``holes`` (merged, in order).

    A last day that is not worked, or is paused, moves to the next worked day that is not (民法典 203); a quota
    of 0 is the anchor itself under the same rule.  Raises ``CalendarNotCovered`` past the calendar.
    """
    left, current = quota, anchor
    for gap in holes:
        free = span(current, max(gap.low, current), unit, calendar)
        if free >= left:
            break
        if gap.low > calendar.last:
            raise calendar.not_covered("推算的日期")
        left -= free
        if gap.high is None:
            return Landing(None, None, left)
        current = max(current, gap.high)
    raw = _nth(current, left, unit, calendar)
    return Landing(raw, _roll(raw, holes, calendar), 0)


def _nth(current: int, left: int, unit: Unit, calendar: Calendar) -> int:
    if left == 0:
        return current
    return calendar.nth_after(current, left) if unit == "wd" else current + left


def _roll(raw: int, holes: tuple[Hole, ...], calendar: Calendar) -> int | None:
    day = calendar.nth_after(raw - 1, 1)
    for gap in holes:
        if gap.covers(day):
            if gap.high is None:
                return None
            day = calendar.nth_after(gap.high, 1)
    return day
