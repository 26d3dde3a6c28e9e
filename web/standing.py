"""How a case's clock stands, in shape, word and tone: what lists and pages show (never colour alone)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from deadlines.law.calendar import Calendar
from engine.casework.cases.listing.queries import measured_by
from engine.casework.cases.queries import CaseFile
from engine.process.clocks.daybooks import words_of
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


def due_of(
    case: CaseFile, clocks: Iterable[ClockRow], calendar: Calendar, today: date, now: datetime | None = None
) -> Due | None:
    """Return how the case's commitment clock stands, before acceptance its notice clock; None before any clock.

    While the applicant is asked to complete the papers no clock of the house runs.
    """
    if case.status == "awaiting_correction":
        return Due("paused", "等待申请人补正", "未计时")
    mine = [row for row in clocks if row.root_id == case.root_id]
    found = measured_by(mine)
    return None if found is None else due_of_clock(found, calendar, today, now)


def due_of_task(
    task: Task, case: CaseFile, clocks: Iterable[ClockRow], calendar: Calendar, today: date, now: datetime | None = None
) -> Due | None:
    """Return how the clock stands that the task's people go by: that of its process, else the case's."""
    listed = list(clocks)
    own = [row for row in listed if row.root_id == case.root_id and row.kind == OWN_CLOCKS.get(task.process)]
    return due_of_clock(own[-1], calendar, today, now) if own else due_of(case, listed, calendar, today, now)


def due_of_clock(row: ClockRow, calendar: Calendar, today: date, now: datetime | None = None) -> Due:
    """Return how one clock stands on ``today`` (Asia/Shanghai); ``now`` (UTC) lets an hour clock say how late it is."""
    standing = stand(row, calendar, today)
    word = words_of(row, calendar, today, now)
    return Due(_TONES[standing.word], word, row.title, row.due_on, row.provisional)
