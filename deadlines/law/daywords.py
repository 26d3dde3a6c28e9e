"""The days of a clock in words: which were counted, which were left out and why; a table of them for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from deadlines.law.daybook import MARKS, USED, BookDay, Span
from deadlines.law.wording import amount_text, span_text

WEEKDAYS = "一二三四五六日"


def spans_text(parts: Sequence[Span], unit: str, year: int) -> str:
    """Return runs of days in words, those of ``year`` without it.

    ``计入3月3日至3月6日、3月9日（5个工作日）；不计入3月7日至3月8日（周末）``.
    """
    used = [_used_text([one for one in parts if one.mark == mark], unit, year) for mark in USED]
    reasons = dict.fromkeys(_reason(one) for one in parts if one.mark not in USED)
    left = [
        f"{_joined([one for one in parts if one.mark not in USED and _reason(one) == reason], year)}（{reason}）"
        for reason in reasons
    ]
    return "；".join(said for said in (*used, f"不计入{'、'.join(left)}" if left else "") if said)


def _used_text(parts: Sequence[Span], unit: str, year: int) -> str:
    if not parts:
        return ""
    minutes, days = sum(one.minutes for one in parts), sum(one.days for one in parts)
    amount = minutes_text(minutes) if unit == "wh" else amount_text(days, unit)
    special = [f"，其中{_joined([one for one in parts if one.why == why], year)}{why}"
               for why in dict.fromkeys(one.why for one in parts if one.why)]  # fmt: skip
    return f"{MARKS[parts[0].mark]}{_joined(_together(parts), year)}（{amount}{''.join(special)}）"


def _together(parts: Sequence[Span]) -> list[Span]:
    """Return the runs with those that follow upon each other as one."""
    found: list[Span] = []
    for one in parts:
        if found and (one.first - found[-1].last).days == 1:
            found[-1] = replace(found[-1], last=one.last)
        else:
            found.append(one)
    return found


def _joined(parts: Sequence[Span], year: int) -> str:
    return "、".join(span_text(one.first, one.last).replace(f"{year}年", "") for one in parts)


def _reason(one: Span) -> str:
    word = MARKS[one.mark] if one.mark == "paused" else ""
    return "：".join(part for part in (word, one.why) if part)


def minutes_text(minutes: int) -> str:
    """Return business time: ``3工作小时20分``."""
    hours, rest = divmod(minutes, 60)
    return (f"{hours}工作小时" if hours else "") + (f"{rest}分" if rest or not hours else "")


def day_line(one: BookDay) -> str:
    """Return a day as a line: date, weekday, what it is, its number or its minutes, why it is left out."""
    said = f"{one.day} 星期{WEEKDAYS[one.day.weekday()]} {MARKS[one.mark]}"
    if one.number is not None:
        said += f" {minutes_text(one.minutes)}" if one.minutes else f" {one.number}"
    return f"{said} {one.why}" if one.why else said
