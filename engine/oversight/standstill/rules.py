"""What a standstill may be and what is refused: pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from deadlines.law.calendar import Calendar
from engine.foundation.errors import Conflict, Forbidden, InvalidFields, NotFound

STATES: Mapping[str, str] = {
    "drafted": "待批准", "dropped": "已作废", "pausing": "正在停表", "in_force": "停表中",
    "ending": "停表中，恢复待批准", "resuming": "正在恢复", "ended": "已恢复",
}  # fmt: skip

CASE_STATES: Mapping[str, str] = {"paused": "已停表", "skipped": "不停表", "failed": "未能办理", "resumed": "已恢复"}

MOST_BACK = 1
"""A pause reaches back by so many working days at most (拟, domain 4.3)."""


class StandstillMissing(NotFound):
    """没有编号为 {id} 的停表。请核对编号。"""

    code = "STANDSTILL_MISSING"


class StandstillSettled(Conflict):
    """停表 {id} 现在是“{state}”，不能再这样办理。请刷新页面查看。"""

    code = "STANDSTILL_SETTLED"


class StandstillSamePerson(Forbidden):
    """起草和批准不能是同一个人（职责分离按自然人判定）。请由另一位中心负责人批准。"""

    code = "STANDSTILL_SAME_PERSON"


def pause_key(id: int) -> str:
    """Return the key under which the clocks of a standstill stand still and go on."""
    return f"standstill:{id}"


def checked_draft(reason: str, document_no: str) -> tuple[str, str]:
    """Return reason and document, trimmed; raise :class:`InvalidFields`: no pause without a document (许可法 45)."""
    why, number = reason.strip(), document_no.strip()
    wrong = {}
    if not 4 <= len(why) <= 200:
        wrong["reason"] = "请填写事由（4至200字）"
    if not 4 <= len(number) <= 120:
        wrong["document_no"] = "请填写批准或者公告停止办理的文号：没有书面文件不得停表（行政许可法第四十五条）"
    if wrong:
        raise InvalidFields(wrong)
    return why, number


def checked_from(text: str, today: date, calendar: Calendar) -> date:
    """Return the first day of the standstill; raise :class:`InvalidFields` for one too far back, or not yet come."""
    first = calendar.back(today, MOST_BACK)
    day = day_of(text)
    if day is None or not first <= day <= today:
        told = f"起始日应在 {first} 至 {today} 之间：停表不得追溯超过 {MOST_BACK} 个工作日（拟）"
        raise InvalidFields({"from_day": told})
    return day


def checked_end(text: str, first: date, today: date) -> date:
    """Return the day on which the clocks go on; raise :class:`InvalidFields` for one before the start, or to come."""
    day = day_of(text)
    if day is None or not first <= day <= today:
        raise InvalidFields({"end_day": f"恢复日应在 {first} 至 {today} 之间"})
    return day


def day_of(text: str) -> date | None:
    """Return a day written 2026-03-31, or None."""
    try:
        return date.fromisoformat(text.strip()) if len(text.strip()) == 10 else None
    except ValueError:
        return None
