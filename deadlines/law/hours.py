"""Limits in working hours: so many hours of business, from the minute something happened (转办、补正确认).

Only business hours of working days count: by default 08:30 to 17:30 without a break at noon, because the
windows are served throughout (the centre's own figure, 拟).  The hour of the day is the city's
(Asia/Shanghai); instants go in and out in UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from deadlines.law.calendar import Calendar
from deadlines.law.errors import BadHours, BadOfficeHours
from deadlines.law.instants import CITY

MOST_HOURS: Final = 2000
"""No limit in hours is longer than a year of working hours; a larger number is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When business begins and stops on a working day, by the clock of the city."""

    opens: time = time(8, 30)
    closes: time = time(17, 30)

    def __post_init__(self) -> None:
        """Raise :class:`BadOfficeHours` unless business begins before it stops."""
        if self.opens >= self.closes:
            raise BadOfficeHours(opens=f"{self.opens:%H:%M}", closes=f"{self.closes:%H:%M}")

    @classmethod
    def of(cls, opens: str, closes: str) -> OfficeHours:
        """Return the hours that :meth:`words` wrote."""
        return cls(time.fromisoformat(opens), time.fromisoformat(closes))

    def words(self) -> list[str]:
        """Return both times as they are kept: ``["08:30", "17:30"]``."""
        return [f"{self.opens:%H:%M}", f"{self.closes:%H:%M}"]


USUAL_OFFICE: Final = OfficeHours()

Gap = tuple[datetime, datetime | None]
"""Business time that does not count: from the first instant until the second, which is None while the pause is open."""


def land_hours(
    start: datetime, hours: int, gaps: Sequence[Gap], calendar: Calendar, office: OfficeHours
) -> tuple[datetime | None, timedelta]:
    """Return where ``hours`` working hours after ``start`` end (UTC), leaving out ``gaps`` (separate, in order).

    While an open gap comes before, the instant is None and the second is the business time still to pass; else zero.
    Business that stops exactly when the hours are full ends the limit then, not next morning.  Raises ``BadHours`` for
    less than one hour or more than a year of them, ``CalendarNotCovered``.
    """
    if not 1 <= hours <= MOST_HOURS:
        raise BadHours(text=hours, least=1, most=MOST_HOURS)
    moment, left = start, timedelta(hours=hours)
    for begin, end in gaps:
        free = worked_between(moment, begin, calendar, office)
        if free >= left:
            break
        left -= free
        if end is None:
            return None, left
        moment = max(moment, end)
    return _after(moment, left, calendar, office), timedelta()


def _after(start: datetime, left: timedelta, calendar: Calendar, span: OfficeHours) -> datetime:
    moment = start.astimezone(CITY)
    day = calendar.roll(moment.date()).date
    while True:
        opening = max(moment, datetime.combine(day, span.opens, CITY))
        free = datetime.combine(day, span.closes, CITY) - opening
        if left <= free:
            return (opening + left).astimezone(UTC)
        left -= max(free, timedelta())
        day = calendar.add(day, 1).date


def worked_between(after: datetime, until: datetime, calendar: Calendar, office: OfficeHours) -> timedelta:
    """Return the business time from ``after`` until ``until`` (both aware), nothing when they are reversed.

    Raises ``CalendarNotCovered``.
    """
    first, last = after.astimezone(CITY), until.astimezone(CITY)
    total, day = timedelta(), calendar.roll(first.date()).date
    while day <= last.date():
        begin = max(first, datetime.combine(day, office.opens, CITY))
        end = min(last, datetime.combine(day, office.closes, CITY))
        total += max(end - begin, timedelta())
        day = calendar.add(day, 1).date
    return total


def counted_between(
    after: datetime, until: datetime, gaps: Sequence[Gap], calendar: Calendar, office: OfficeHours
) -> timedelta:
    """Return the business time from ``after`` until ``until`` that no gap leaves out, nothing when they are reversed.

    Raises ``CalendarNotCovered``.
    """
    total = worked_between(after, until, calendar, office)
    for begin, end in gaps:
        total -= worked_between(max(begin, after), until if end is None else min(end, until), calendar, office)
    return total


def merge_gaps(gaps: Sequence[Gap]) -> tuple[Gap, ...]:
    """Return the union of ``gaps`` as separate ones in order, so that a minute paused twice is left out once."""
    merged: list[Gap] = []
    for begin, end in sorted(gaps, key=_begin):
        last = merged[-1] if merged else None
        if last is None or (last[1] is not None and begin > last[1]):
            merged.append((begin, end))
        elif last[1] is not None:
            merged[-1] = last[0], None if end is None else max(last[1], end)
    return tuple(merged)


def _begin(gap: Gap) -> datetime:
    return gap[0]
