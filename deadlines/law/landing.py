"""Where a clock lands: the bare arithmetic under the meter, in ordinals, without a word of explanation."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from deadlines.law.calendar import Calendar
from deadlines.law.ledger import PauseRule, Unit
from deadlines.law.months import add_months

Hole = tuple[int, int | None]
"""Days that do not count: after the first ordinal through the second, which is None while the pause is open.

A bare pair, because thousands of clocks are landed anew when the calendar changes.
"""


class Landing(NamedTuple):
    """The last day by count (``raw``), the day it falls due after rolling (``due``), and the balance.

    A day is None while an open pause comes before it; without ``raw``, ``left`` is what remains of the quota.
    """

    raw: int | None
    due: int | None
    left: int


def hole(paused: date, resumed: date | None, rule: PauseRule) -> Hole:
    """Return the days a pause leaves out under ``rule``; both edges are a policy setting."""
    low, high = paused.toordinal(), None if resumed is None else resumed.toordinal()
    if rule is not PauseRule.AFTER_P_THROUGH_R:
        low -= 1
        if rule is PauseRule.FROM_P_BEFORE_R and high is not None:
            high -= 1
    return low, high


def merge(holes: Iterable[Hole]) -> tuple[Hole, ...]:
    """Return the union of ``holes`` as separate ones in order, so that a day paused twice is left out once."""
    merged: list[Hole] = []
    for low, high in sorted(holes, key=_low):
        last = merged[-1] if merged else None
        if last is None or (last[1] is not None and low > last[1]):
            merged.append((low, high))
        elif last[1] is not None:
            merged[-1] = last[0], None if high is None else max(last[1], high)
    return tuple(merged)


def _low(gap: Hole) -> int:
    return gap[0]


def span(after: int, through: int, unit: Unit, calendar: Calendar) -> int:
    """Return the days of ``unit`` in (``after``, ``through``]; a clock in months counts calendar days."""
    return calendar.count_ordinals(after, through) if unit == "wd" else through - after


def days_of(anchor: int, quota: int, unit: Unit) -> int:
    """Return the days to count from ``anchor``: ``quota`` itself, or for months the days to the corresponding day.

    Raises ``BadMonths`` when extensions have made a limit in months longer than ten years.
    """
    if unit != "month":
        return quota
    return add_months(date.fromordinal(anchor), quota).toordinal() - anchor


def counted(after: int, through: int, holes: tuple[Hole, ...], unit: Unit, calendar: Calendar) -> int:
    """Return the days of ``unit`` in (``after``, ``through``] that no hole leaves out."""
    total = span(after, through, unit, calendar)
    for first, last in holes:
        low, high = max(first, after), through if last is None else min(last, through)
        if high > low:
            total -= span(low, high, unit, calendar)
    return total


def land(anchor: int, quota: int, unit: Unit, holes: Sequence[Hole], calendar: Calendar) -> Landing:
    """Return where ``quota`` of ``unit`` after ``anchor`` ends, leaving out ``holes`` (in order of their lows).

    A limit in months runs to the corresponding day (民法典 202); days left out push it on day by day, like one in
    calendar days.  A last day that is not worked, or is paused, moves to the next worked day that is not (民法典
    203); a quota of 0 is the anchor itself under the same rule.  Raises ``CalendarNotCovered`` past the calendar.
    """
    workdays, worked = calendar.workdays, unit == "wd"
    # Days are counted by their place among the working days, calendar days by their ordinal.
    left, current = days_of(anchor, quota, unit), bisect_right(workdays, anchor) if worked else anchor
    for low, high in holes:
        place = bisect_right(workdays, low) if worked else low
        free = max(place - current, 0)
        if free >= left:
            break
        if low > calendar.last:
            raise calendar.not_covered("推算的日期")
        left -= free
        if high is None:
            return Landing(None, None, left)
        place = bisect_right(workdays, high) if worked else high
        current = max(current, place)
    if worked and left:
        if current + left > len(workdays):
            raise calendar.not_covered("推算的日期")
        # A working day that was reached by counting is neither off nor paused.
        raw = workdays[current + left - 1]
        return Landing(raw, raw, 0)
    raw = anchor if worked else current + left
    return Landing(raw, _roll(raw, holes, calendar), 0)


def _roll(raw: int, holes: Sequence[Hole], calendar: Calendar) -> int | None:
    day = calendar.nth_after(raw - 1, 1)
    for low, high in holes:
        if low < day and (high is None or day <= high):
            if high is None:
                return None
            day = calendar.nth_after(high, 1)
    return day
