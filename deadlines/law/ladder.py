"""The word for a due date on a given day: what the cards, lists and reminders show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from deadlines.law.calendar import Calendar
from deadlines.law.instants import reminder_day
from deadlines.law.ledger import Unit
from deadlines.law.reckoning import State

StandingWord = Literal["normal", "near", "due_today", "overdue", "paused", "met", "excused"]

LABELS: dict[StandingWord, str] = {
    "normal": "正常",
    "near": "临期",
    "due_today": "今日到期",
    "overdue": "超期",
    "paused": "停表",
    "met": "按期完成",
    "excused": "已批准延期",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """The word, its Chinese label, and the days of the clock's unit overdue.

    0 unless overdue; also 0 on days off after a due date, until the first working day has gone by.
    """

    word: StandingWord
    label: str
    overdue: int


def standing(
    due: date | None,
    state: State,
    today: date,
    calendar: Calendar,
    *,
    unit: Unit = "wd",
    stopped_on: date | None = None,
) -> Standing:
    """Return how a clock stands on ``today`` (Asia/Shanghai).

    ``near`` begins one working day before ``due`` (T-1); ``overdue`` begins at 00:00 of the day after it and
    a later pause or a late stop does not undo it.  A paused clock gives no warning.  Raises
    ``CalendarNotCovered``.
    """
    day = stopped_on if state == "stopped" and stopped_on is not None else today
    if due is not None and day > due:
        late = calendar.count(due, day) if unit == "wd" else (day - due).days
        return Standing("overdue", LABELS["overdue"], late)
    word = _word(due, state, day, calendar)
    return Standing(word, LABELS[word], 0)


def _word(due: date | None, state: State, day: date, calendar: Calendar) -> StandingWord:
    if state == "stopped":
        return "met"
    if state == "paused" or due is None:
        return "paused"
    if day == due:
        return "due_today"
    return "near" if day >= reminder_day(due, calendar) else "normal"
