"""The date alone is the date of the fold, whatever the ledger; and hour clocks explain what the calendar did."""

from __future__ import annotations

import random
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from deadlines.law.arrangement import parse_arrangement, rows_of
from deadlines.law.calendar import Calendar, seed_calendar
from deadlines.law.due import due_of
from deadlines.law.errors import CalendarNotCovered, StartMissing
from deadlines.law.hour_ledger import HourStart
from deadlines.law.hour_meter import fold_hours
from deadlines.law.ledger import CalendarChange, Entry, Pause, Resume, Start
from deadlines.law.meter import difference, fold
from deadlines.law.rows import seed_rows
from tests.deadlines.law.notices import NEXT
from tests.deadlines.law.oracle import random_case

OLD = seed_calendar()
_ROWS = {row.day: row for row in seed_rows()}
NEW = Calendar.from_rows(
    (_ROWS | {row.day: row for row in rows_of(parse_arrangement(NEXT, 2027), seed_rows(), "国办")}).values(), version=2
)


@pytest.mark.parametrize("seed", range(400, 404))
def test_the_date_alone_is_the_date_of_the_fold(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(1000):
        case = random_case(chance)
        entries, calendar = case.entries(), chance.choice((OLD, NEW))
        chance.shuffle(entries)
        found, alone = fold(entries, calendar, case.rule), due_of(entries, calendar, case.rule)
        assert (alone.on, alone.provisional) == (found.due, found.provisional), case


def test_a_change_of_the_calendar_changes_the_date_as_the_fold_says_and_explains_it() -> None:
    chance = random.Random(7)
    moved = 0
    for _ in range(300):
        start = date.fromordinal(date(2026, 12, 1).toordinal() + chance.randrange(120))
        entries: list[Entry] = [Start(start, chance.randrange(1, 40), "wd")]
        change = difference(OLD, NEW, start, "2027年放假安排公布")
        found = fold([*entries, change], NEW)
        assert due_of([*entries, change], NEW).on == found.due
        # The lines before the change count with the calendar of then.
        assert found.ledger[0].due_after == due_of(entries, OLD).on
        moved += found.due != due_of(entries, OLD).on
    assert moved > 50


def test_an_open_pause_lands_nowhere_until_it_is_taken_as_ended() -> None:
    entries: list[Entry] = [Start(date(2026, 3, 2), 10), Pause(date(2026, 3, 6), key="a")]
    assert due_of(entries, OLD).on is None
    resumed = due_of(entries, OLD, resumed=date(2026, 3, 18)).on
    assert resumed == due_of([*entries, Resume(date(2026, 3, 18), "a")], OLD).on == date(2026, 3, 26)


def test_a_ledger_without_a_start_and_a_day_beyond_the_calendar_are_refused() -> None:
    with pytest.raises(StartMissing):
        due_of([], OLD)
    with pytest.raises(CalendarNotCovered):
        due_of([Start(date(2035, 12, 20), 30)], OLD)


def test_an_hour_clock_tells_which_day_the_calendar_closed_and_to_which_minute_it_moved() -> None:
    at = datetime(2026, 7, 17, 16, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    closed = OLD.changed([date(2026, 7, 20)], [], OLD.confirmed)
    change = CalendarChange(date(2026, 7, 17), 2, "暴雨停止办公", closed=(date(2026, 7, 20),))
    found = fold_hours([HourStart(at, 4), change], closed)
    assert [line.sentence for line in found.ledger] == [
        "自2026年7月17日16:30起算，期限4个工作小时（只计工作日08:30至17:30），到期时间为2026年7月20日11:30。",
        (
            "2026年7月17日工作日历调整为第2版（暴雨停止办公），2026年7月20日改为休息，"
            "到期时间由2026年7月20日11:30改为2026年7月21日11:30。"
        ),
    ]
    assert found.due == date(2026, 7, 21)
    unmoved = fold_hours([HourStart(at, 1), change], closed)
    assert unmoved.ledger[1].sentence.endswith("到期时间仍为2026年7月17日17:30。")
