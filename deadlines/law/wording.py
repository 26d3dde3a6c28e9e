"""How days, spans and amounts are said in Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

_UNITS: Mapping[str, str] = {"wd": "个工作日", "cd": "日（自然日）", "wh": "个工作小时", "month": "个月"}


def day_text(day: date) -> str:
    """Return ``2026年3月2日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def span_text(first: date, last: date) -> str:
    """Return ``2026年3月7日至3月18日``; one day is said once, and the year again only when it changes."""
    if first == last:
        return day_text(first)
    end = f"{last.month}月{last.day}日" if first.year == last.year else day_text(last)
    return f"{day_text(first)}至{end}"


def amount_text(amount: int, unit: str) -> str:
    """Return ``10个工作日`` for unit ``wd``; ``cd`` calendar days, ``wh`` working hours, ``month`` months."""
    return f"{amount}{_UNITS[unit]}"


def counted_in(unit: str) -> str:
    """Return the unit in which what is left of a limit in ``unit`` is said: of months, calendar days."""
    return "cd" if unit == "month" else unit


def minute_text(instant: datetime) -> str:
    """Return ``2026年3月2日13:00``, the minute in the city."""
    local = instant.astimezone(ZoneInfo("Asia/Shanghai"))
    return f"{day_text(local.date())}{local:%H:%M}"


def span_of_time(span: timedelta) -> str:
    """Return business time in words: ``3工作小时20分``, ``20分``, ``2工作小时``; minutes begun are left out."""
    hours, minutes = divmod(int(span // timedelta(minutes=1)), 60)
    said = (f"{hours}工作小时" if hours else "") + (f"{minutes}分" if minutes else "")
    return said or "不足1分"
