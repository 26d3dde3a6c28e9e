"""How a clock stands in words: its own unit, and no “0 days overdue” on the days off after a due date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from deadlines.law.calendar import seed_calendar
from deadlines.law.ladder import LABELS, Standing, StandingWord, standing
from deadlines.law.ledger import Start, Stop, Unit
from deadlines.law.meter import fold
from deadlines.law.saying import days_left, hour_words, late_words, standing_words

CALENDAR = seed_calendar()
FRIDAY = date(2026, 3, 6)
ELEVEN = datetime(2026, 3, 6, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "unit, today, words",
    [
        ("wd", date(2026, 3, 2), "正常 剩4个工作日"),
        ("wd", date(2026, 3, 5), "临期 剩1个工作日"),
        ("wd", FRIDAY, "今日到期"),
        ("wd", date(2026, 3, 7), "已超期（不足1个工作日）"),
        ("wd", date(2026, 3, 8), "已超期（不足1个工作日）"),
        ("wd", date(2026, 3, 9), "超期1个工作日"),
        ("cd", date(2026, 2, 20), "正常 剩14日（自然日）"),
        ("cd", date(2026, 3, 5), "临期 剩1日（自然日）"),
        ("cd", date(2026, 3, 7), "超期1日（自然日）"),
        ("cd", date(2026, 3, 9), "超期3日（自然日）"),
    ],
)
def test_a_clock_of_days_says_its_own_unit(unit: Unit, today: date, words: str) -> None:
    found = standing(FRIDAY, "running", today, CALENDAR, unit=unit)
    left = days_left(today, FRIDAY, unit, CALENDAR)
    assert standing_words(found, left, unit) == words


@pytest.mark.parametrize("word", ["paused", "met", "excused"])
def test_a_clock_that_does_not_run_says_no_number(word: StandingWord) -> None:
    assert "日" not in standing_words(Standing(word, LABELS[word], 0), 0, "wd")


@pytest.mark.parametrize(
    "late, words",
    [(timedelta(hours=3, minutes=20), "超时3工作小时20分"), (timedelta(hours=2), "超时2工作小时"),
     (timedelta(minutes=59, seconds=59), "超时59分"), (timedelta(seconds=30), "已超时（不足1分）"),
     (timedelta(), "已超时（不足1分）")],
)  # fmt: skip
def test_an_hour_clock_says_by_how_much_it_is_late(late: timedelta, words: str) -> None:
    assert late_words(late) == words
    assert hour_words(Standing("overdue", "超期", 0), ELEVEN, late) == words


def test_an_hour_clock_says_its_minute_and_how_it_ended() -> None:
    assert hour_words(Standing("due_today", "今日到期", 0), ELEVEN) == "11:00 前"
    assert hour_words(Standing("overdue", "超期", 0), ELEVEN) == "超时（11:00）"
    assert hour_words(Standing("met", "按期完成", 0), ELEVEN) == "按期完成"


def test_the_last_line_of_a_clock_stopped_on_a_day_off_after_its_due_date_says_that_it_was_late() -> None:
    lines = fold([Start(date(2026, 3, 2), 4), Stop(date(2026, 3, 7))], CALENDAR).ledger
    assert lines[-1].sentence == "2026年3月7日终止计时，已超期（不足1个工作日）。"
    in_time = fold([Start(date(2026, 3, 2), 4), Stop(FRIDAY)], CALENDAR).ledger
    assert in_time[-1].sentence == "2026年3月6日终止计时，剩余0个工作日。"
