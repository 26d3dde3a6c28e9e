"""How a clock stands, in words: the one wording of pages, lists, the API, the command line and notices."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from deadlines.law.calendar import Calendar
from deadlines.law.instants import CITY
from deadlines.law.ladder import Standing
from deadlines.law.wording import amount_text, counted_in, span_of_time


def standing_words(found: Standing, left: int, unit: str) -> str:
    """Return the words for a clock that counts days: ``正常 剩5个工作日``, ``超期2个工作日``, ``今日到期``.

    ``left`` is the days of ``unit`` from today to the due date and is said of a running clock only.
    """
    if found.word == "paused":
        return "暂停计时"
    if found.word == "overdue":
        return overdue_words(found.overdue, unit)
    if found.word in ("near", "normal"):
        return f"{found.label} 剩{amount_text(left, counted_in(unit))}"
    return found.label


def overdue_words(days: int, unit: str) -> str:
    """Return by how much a clock is overdue; ``days`` is 0 until the first day of ``unit`` after the due date."""
    counted = counted_in(unit)
    return f"超期{amount_text(days, counted)}" if days else f"已超期（不足{amount_text(1, counted)}）"


def hour_words(found: Standing, due_at: datetime, late: timedelta | None = None) -> str:
    """Return the words for a clock of working hours that ends at ``due_at`` (aware): ``13:00 前``, ``按期完成``.

    ``late`` is the business time since then; without it the minute is said by which the hours were over.
    """
    minute = f"{due_at.astimezone(CITY):%H:%M}"
    if found.word == "overdue":
        return f"超时（{minute}）" if late is None else late_words(late)
    if found.word == "paused":
        return "暂停计时"
    return found.label if found.word in ("met", "excused") else f"{minute} 前"


def late_words(late: timedelta) -> str:
    """Return ``超时3工作小时20分``: business time, minutes begun left out."""
    return f"超时{span_of_time(late)}" if late >= timedelta(minutes=1) else f"已超时（{span_of_time(late)}）"


def days_left(today: date, due: date, unit: str, calendar: Calendar) -> int:
    """Return the days of ``unit`` in (``today``, ``due``]; raises ``CalendarNotCovered``."""
    return calendar.count(today, due) if unit == "wd" else (due - today).days
