"""The word for a due date on a day."""

from __future__ import annotations

from datetime import date

import pytest

from deadlines.law.calendar import seed_calendar
from deadlines.law.ladder import LABELS, StandingWord, standing

CALENDAR = seed_calendar()
DUE = date(2026, 2, 25)


@pytest.mark.parametrize(
    "today, word, overdue",
    [
        (date(2026, 2, 14), "normal", 0),
        (date(2026, 2, 23), "normal", 0),
        (date(2026, 2, 24), "near", 0),
        (date(2026, 2, 25), "due_today", 0),
        (date(2026, 2, 26), "overdue", 1),
        (date(2026, 3, 2), "overdue", 4),
    ],
)
def test_T079_normal_then_near_the_working_day_before_then_due_then_overdue(
    today: date, word: StandingWord, overdue: int
) -> None:
    found = standing(DUE, "running", today, CALENDAR)
    assert (found.word, found.label, found.overdue) == (word, LABELS[word], overdue)


def test_a_due_date_is_near_on_the_days_off_after_its_reminder() -> None:
    due = date(2026, 2, 24)
    assert standing(due, "running", date(2026, 2, 13), CALENDAR).word == "normal"
    assert [standing(due, "running", date(2026, 2, day), CALENDAR).word for day in (14, 15, 23)] == ["near"] * 3


def test_T087_a_result_handed_over_late_stays_overdue_by_the_days_it_was_late() -> None:
    late = standing(DUE, "stopped", date(2026, 9, 1), CALENDAR, stopped_on=date(2026, 2, 26))
    assert (late.word, late.overdue) == ("overdue", 1)
    met = standing(DUE, "stopped", date(2026, 9, 1), CALENDAR, stopped_on=DUE)
    assert (met.word, met.label, met.overdue) == ("met", "按期完成", 0)


def test_a_paused_clock_gives_no_warning_but_an_overdue_one_stays_overdue() -> None:
    assert standing(None, "paused", date(2026, 2, 24), CALENDAR).word == "paused"
    assert standing(DUE, "paused", DUE, CALENDAR).word == "paused"
    assert standing(DUE, "paused", date(2026, 2, 26), CALENDAR).word == "overdue"
    assert standing(None, "stopped", DUE, CALENDAR, stopped_on=DUE).word == "met"


def test_a_clock_in_calendar_days_is_late_by_calendar_days() -> None:
    friday, monday = date(2026, 3, 6), date(2026, 3, 9)
    assert standing(friday, "running", monday, CALENDAR, unit="cd").overdue == 3
    assert standing(friday, "running", monday, CALENDAR).overdue == 1


def test_a_weekend_after_the_due_date_is_overdue_by_no_working_day_yet() -> None:
    found = standing(date(2026, 3, 6), "running", date(2026, 3, 7), CALENDAR)
    assert (found.word, found.overdue) == ("overdue", 0)
