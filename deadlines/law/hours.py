"""Limits in working hours: so many hours of business, from the minute something happened (转办、补正确认).

Only business hours of working days count: by default 08:30 to 17:30 without a break at noon, because the
windows are served throughout (the centre's own figure, 拟).  The hour of the day is the city's
(Asia/Shanghai); instants go in and out in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal

from deadlines.law.calendar import Calendar
from deadlines.law.errors import BadDays, BadOfficeHours, StartMissing
from deadlines.law.instants import CITY
from deadlines.law.ledger import CalendarChange
from deadlines.law.reckoning import Line, Reckoning
from deadlines.law.sentences import hours_change_line
from deadlines.law.wording import amount_text, minute_text

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


@dataclass(frozen=True, slots=True)
class HourStart:
    """The clock starts at the instant ``at`` with ``quota`` working hours of ``office``."""

    at: datetime
    quota: int
    office: OfficeHours = OfficeHours()
    unit: Literal["wh"] = "wh"

    @property
    def on(self) -> date:
        """The legal day of the start."""
        return self.at.astimezone(CITY).date()


@dataclass(frozen=True, slots=True)
class HourStop:
    """The clock ends at the instant ``at``."""

    at: datetime

    @property
    def on(self) -> date:
        """The legal day of the end."""
        return self.at.astimezone(CITY).date()


HourEntry = HourStart | HourStop | CalendarChange


def add_hours(start: datetime, hours: int, calendar: Calendar, office: OfficeHours | None = None) -> datetime:
    """Return the UTC instant at which ``hours`` working hours after ``start`` (aware) have passed.

    Business that stops exactly when the hours are full ends the limit then, not next morning.  Raises
    ``BadDays`` for less than one hour or more than a year of them, ``CalendarNotCovered``.
    """
    if not 1 <= hours <= MOST_HOURS:
        raise BadDays(text=hours, least=1, most=MOST_HOURS)
    span, left = office or OfficeHours(), timedelta(hours=hours)
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


def due_instant(entries: Iterable[HourEntry], calendar: Calendar) -> datetime:
    """Return the UTC instant at which the hour clock with these ``entries`` falls due."""
    start = _start(entries)
    return add_hours(start.at, start.quota, calendar, start.office)


def fold_hours(entries: Iterable[HourEntry], calendar: Calendar, now: datetime | None = None) -> Reckoning:
    """Return the due date, the whole hours left at ``now`` and the explanation of an hour clock.

    Without ``now`` the balance is that at the due instant; hours begun count as left.  Raises
    ``StartMissing``, ``BadDays`` and ``CalendarNotCovered``.
    """
    known = tuple(entries)
    start, due = _start(known), due_instant(known, calendar)
    stop = next((one for one in known if isinstance(one, HourStop)), None)
    lines = _lines(start, [one for one in known if isinstance(one, CalendarChange)], calendar)
    if stop is not None:
        lines.append(_stop_line(stop, start, due, calendar))
    seen = stop.at if stop is not None and (now is None or now >= stop.at) else now or due
    left = _hours_left(seen, due, start.office, calendar)
    due_on = due.astimezone(CITY).date()
    return Reckoning(
        due=due_on, provisional=calendar.is_provisional(start.on, due_on), used=start.quota - left, left=left,
        state="stopped" if stop is not None else "running", ledger=tuple(lines), start=start, extended=0, excluded=(),
        stopped_on=None if stop is None else stop.on, calendar_version=calendar.version,
    )  # fmt: skip


def _lines(start: HourStart, changes: list[CalendarChange], calendar: Calendar) -> list[Line]:
    """Return the line of the start by the calendar of then, and one for each change of the calendar since."""
    ordered = sorted(changes, key=lambda change: (change.on, change.version))
    then = [calendar]
    for change in reversed(ordered):
        then.insert(0, then[0].changed(change.opened, change.closed, then[0].confirmed - set(change.confirmed)))
    dues = [add_hours(start.at, start.quota, each, start.office) for each in then]
    lines = [_start_line(start, dues[0])]
    for change, before, after in zip(ordered, dues, dues[1:], strict=False):
        sentence = hours_change_line(change, start.on, before, after)
        lines.append(Line(change.on, sentence, 0, after.astimezone(CITY).date(), "calendar"))
    return lines


def _start(entries: Iterable[HourEntry]) -> HourStart:
    starts = [entry for entry in entries if isinstance(entry, HourStart)]
    if len(starts) != 1:
        raise StartMissing(count=len(starts))
    return starts[0]


def _hours_left(seen: datetime, due: datetime, office: OfficeHours, calendar: Calendar) -> int:
    if seen <= due:
        return -int(-worked_between(seen, due, calendar, office) // timedelta(hours=1))
    return -int(worked_between(due, seen, calendar, office) // timedelta(hours=1))


def _start_line(start: HourStart, due: datetime) -> Line:
    amount = amount_text(start.quota, "wh")
    hours = f"{start.office.opens:%H:%M}至{start.office.closes:%H:%M}"
    sentence = f"自{minute_text(start.at)}起算，期限{amount}（只计工作日{hours}），到期时间为{minute_text(due)}。"
    return Line(start.on, sentence, start.quota, due.astimezone(CITY).date(), "start")


def _stop_line(stop: HourStop, start: HourStart, due: datetime, calendar: Calendar) -> Line:
    late = worked_between(due, stop.at, calendar, start.office)
    balance = f"超时{int(late.total_seconds() // 60)}分钟" if stop.at > due else "按期完成"
    sentence = f"{minute_text(stop.at)}终止计时，{balance}。"
    return Line(stop.on, sentence, 0, due.astimezone(CITY).date(), "stop")
