"""From legal days to instants: when a due day ends, which day a receipt belongs to, when to remind.

Instants go in and out in UTC; days and office hours are Asia/Shanghai.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from deadlines.law.calendar import Calendar

CITY: Final = ZoneInfo("Asia/Shanghai")
BUSINESS_CLOSE: Final = time(17, 30)
"""When the centre stops business unless the season's office hours say otherwise."""

ReceiptRule = Literal["same_day", "next_business_day"]
"""Which day a receipt outside office hours belongs to; the counting policy chooses, ``same_day`` by default."""


def due_at(due: date, close: time = BUSINESS_CLOSE) -> datetime:
    """Return the UTC instant at which business stops on ``due`` (民法典 203: 停止业务活动的时间为截止时间)."""
    return datetime.combine(due, close, CITY).astimezone(UTC)


def legal_due_at(due: date) -> datetime:
    """Return the UTC instant of 24:00 on ``due``: from it on the deadline has passed (民法典 203)."""
    return datetime.combine(due + timedelta(days=1), time(), CITY).astimezone(UTC)


def anchor_day(
    received_at: datetime,
    calendar: Calendar,
    rule: ReceiptRule = "same_day",
    close: time = BUSINESS_CLOSE,
) -> date:
    """Return the legal day from which a clock counts for something received at ``received_at`` (aware).

    ``same_day`` takes the day it really came; since counting begins on the next day, Friday night and Saturday
    are then alike.  ``next_business_day`` moves a receipt after ``close`` or on a day off to the next working
    day, a day in favour of the department.  Raises ``CalendarNotCovered``.
    """
    local = received_at.astimezone(CITY)
    day = local.date()
    if rule == "same_day":
        calendar.ordinal(day)
        return day
    late = calendar.is_workday(day) and local.time() > close
    return calendar.add(day, 1).date if late else calendar.roll(day).date


def reminder_day(due: date, calendar: Calendar) -> date:
    """Return the working day before ``due``, on which the reminder goes out (电子监察: 到期前1个工作日提示)."""
    return calendar.back(due, 1)
