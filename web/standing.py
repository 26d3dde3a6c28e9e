"""How a case's clock stands, in shape, word and tone: what lists and pages show (never colour alone)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from deadlines.law.calendar import Calendar
from deadlines.law.ladder import Standing
from engine.casework.cases.queries import CaseFile
from engine.foundation.clock import CITY
from engine.process.clocks.ledgers import stand
from engine.process.clocks.queries import ClockRow
from engine.process.tasks.rules import Task

MARKS = {"late": "●", "soon": "▲", "paused": "‖", "normal": "○", "met": "✓"}
_TONES = {
    "normal": "normal",
    "near": "soon",
    "due_today": "soon",
    "overdue": "late",
    "paused": "paused",
    "met": "met",
    "excused": "soon",
}


OWN_CLOCKS = {"post_check": "commit_check", "rejection_review": "rejection_review"}
"""Processes beside the case's way whose tasks have a limit of their own, which is what their people go by."""


@dataclass(frozen=True)
class Due:
    """A state as shown: ``tone`` chooses the colour, ``mark`` is the shape, ``word`` says it."""

    tone: str
    word: str
    title: str = ""
    due_on: date | None = None
    provisional: bool = False

    @property
    def mark(self) -> str:
        """The shape."""
        return MARKS[self.tone]


def due_of(case: CaseFile, clocks: Iterable[ClockRow], calendar: Calendar, today: date) -> Due | None:
    """Return how the case's commitment clock stands, before acceptance its notice clock; None before any clock.

    While the applicant is asked to complete the papers no clock of the house runs.
    """
    if case.status == "awaiting_correction":
        return Due("paused", "等待申请人补正", "未计时")
    mine = [row for row in clocks if row.root_id == case.root_id]
    for kind in ("commitment", "correction_notice"):
        found = [row for row in mine if row.kind == kind]
        if found:
            return due_of_clock(found[-1], calendar, today)
    return None


def due_of_task(task: Task, case: CaseFile, clocks: Iterable[ClockRow], calendar: Calendar, today: date) -> Due | None:
    """Return how the clock stands that the task's people go by: that of its process, else the case's."""
    listed = list(clocks)
    own = [row for row in listed if row.root_id == case.root_id and row.kind == OWN_CLOCKS.get(task.process)]
    return due_of_clock(own[-1], calendar, today) if own else due_of(case, listed, calendar, today)


def due_of_clock(row: ClockRow, calendar: Calendar, today: date) -> Due:
    """Return how one clock stands on ``today`` (Asia/Shanghai)."""
    standing = stand(row, calendar, today)
    word = _word(standing, row, calendar, today)
    return Due(_TONES[standing.word], word, row.title, row.due_on, row.provisional)


def _word(standing: Standing, row: ClockRow, calendar: Calendar, today: date) -> str:
    if row.due_at is not None:
        return _hours_word(standing, row.due_at)
    if standing.word == "paused":
        return "暂停计时"
    if standing.word == "overdue":
        return f"超期{standing.overdue}个工作日"
    if standing.word in ("near", "normal") and row.due_on is not None:
        return f"{standing.label} 剩{calendar.count(today, row.due_on)}个工作日"
    return standing.label


def _hours_word(standing: Standing, due_at: datetime) -> str:
    """Say of a clock of working hours by which minute of the day it ends, or that its hours are over."""
    minute = f"{due_at.astimezone(CITY):%H:%M}"
    return {"overdue": f"超时（{minute}）", "met": standing.label}.get(standing.word, f"{minute} 前")
