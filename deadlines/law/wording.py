"""How days, spans and amounts are said in Chinese."""

from __future__ import annotations

from datetime import date


def day_text(day: date) -> str:
    """Return ``2026年3月2日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def span_text(first: date, last: date) -> str:
    """Return ``2026年3月7日至3月18日``; one day is said once, and the year again only when it changes."""
    if first == last:
        return day_text(first)
    end = f"{last.month}月{last.day}日" if first.year == last.year else day_text(last)
    return f"{day_text(first)}至{end}"


def amount_text(days: int, unit: str) -> str:
    """Return ``10个工作日`` for unit ``wd``, ``30个自然日`` for unit ``cd``."""
    return f"{days}个{'自然日' if unit == 'cd' else '工作日'}"
