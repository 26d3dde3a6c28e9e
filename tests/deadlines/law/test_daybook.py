"""The days of a clock one by one: they number the quota, agree with the fold, and say why a day is left out."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deadlines.law.calendar import Calendar, seed_calendar
from deadlines.law.daybook import MARKS, BookDay, by_line, counted_days, counted_hours, spans
from deadlines.law.errors import CalendarNotCovered
from deadlines.law.hour_ledger import HourEntry, HourPause, HourResume, HourStart
from deadlines.law.hour_meter import due_instant
from deadlines.law.hours import OfficeHours
from deadlines.law.ledger import Entry, Extend, Pause, PauseRule, Resume, Start, Stop
from deadlines.law.meter import difference, fold
from tests.deadlines.law.oracle import Case, random_case, worked
from tests.deadlines.law.test_identities import DATES, MANY, RULES, ledgers

CALENDAR = seed_calendar()
DEFAULT = PauseRule.AFTER_P_THROUGH_R
START = Start(date(2026, 3, 2), 10)
HEARING: list[Entry] = [Pause(date(2026, 3, 6), "听证", key="1"), Resume(date(2026, 3, 18), "1")]


def book(entries: list[Entry], through: date, calendar: Calendar = CALENDAR) -> dict[date, BookDay]:
    return {one.day: one for one in counted_days(entries, calendar, DEFAULT, through)}


# By hand -----------------------------------------------------------------------------------------------------------


def test_G9_ten_days_with_a_hearing_are_counted_one_by_one() -> None:
    days = book([START, *HEARING], date(2026, 3, 26))
    assert len(days) == 24
    counted = [day for day, one in days.items() if one.mark == "counted"]
    assert [(day.month, day.day) for day in counted] == [
        (3, 3), (3, 4), (3, 5), (3, 6), (3, 19), (3, 20), (3, 23), (3, 24), (3, 25), (3, 26),
    ]  # fmt: skip
    assert [days[day].number for day in counted] == list(range(1, 11))
    assert {days[date(2026, 3, day)].mark for day in range(7, 19)} == {"paused"}
    assert days[date(2026, 3, 10)].why == "听证"
    assert (days[date(2026, 3, 21)].mark, days[date(2026, 3, 21)].why) == ("off", "周末")


def test_a_festival_is_named_and_a_made_up_day_counts() -> None:
    days = book([Start(date(2026, 2, 11), 5)], date(2026, 2, 25))
    assert (days[date(2026, 2, 14)].mark, days[date(2026, 2, 14)].why) == ("counted", "调休上班")
    assert {days[date(2026, 2, day)].why for day in range(15, 24)} == {"春节"}
    assert days[date(2026, 2, 25)].number == 5


def test_a_day_on_which_the_centre_is_closed_says_so() -> None:
    shut = date(2026, 7, 21)
    names = {**CALENDAR.names, shut.toordinal(): "暴雨"}
    closed = CALENDAR.changed([shut], [], CALENDAR.confirmed)
    closed = Calendar(closed.workdays, closed.first, closed.last, closed.confirmed, names, 2)
    days = book([Start(date(2026, 7, 20), 2)], date(2026, 7, 23), closed)
    assert (days[shut].mark, days[shut].why) == ("off", "停止办公：暴雨")
    assert days[date(2026, 7, 23)].number == 2


def test_calendar_days_count_at_weekends_and_the_last_one_rolls() -> None:
    days = book([Start(date(2026, 3, 2), 5, "cd")], date(2026, 3, 10))
    assert [one.mark for one in days.values()] == ["counted"] * 5 + ["rolled"] * 2 + ["late"]
    assert (days[date(2026, 3, 7)].number, days[date(2026, 3, 7)].why) == (5, "周末")
    assert days[date(2026, 3, 10)].number == 8


def test_days_after_the_due_date_are_marked_late() -> None:
    days = book([START], date(2026, 3, 18))
    assert [one.mark for one in days.values()][-2:] == ["late", "late"]
    assert days[date(2026, 3, 18)].number == 12


def test_an_open_pause_leaves_out_every_day_since() -> None:
    days = book([START, HEARING[0]], date(2026, 6, 1))
    assert sum(one.used for one in days.values()) == 4
    assert days[date(2026, 6, 1)].mark == "paused"


def test_overlapping_pauses_name_both_reasons_and_leave_a_day_out_once() -> None:
    more: list[Entry] = [Pause(date(2026, 3, 10), "检验", key="2"), Resume(date(2026, 3, 20), "2")]
    days = book([START, *HEARING, *more], date(2026, 3, 31))
    assert days[date(2026, 3, 11)].why == "听证、检验"
    assert days[date(2026, 3, 19)].why == "检验"


def test_what_the_calendar_does_not_cover_is_refused() -> None:
    with pytest.raises(CalendarNotCovered, match="2020年1月1日至2035年12月31日"):
        counted_days([START], CALENDAR, DEFAULT, date(2036, 1, 1))


def test_every_mark_has_a_word_of_its_own() -> None:
    assert len(set(MARKS.values())) == len(MARKS)


# Against the fold and the walker -----------------------------------------------------------------------------------


@MANY
@given(ledgers(), RULES, st.randoms(use_true_random=False))
def test_the_counted_days_are_the_quota_at_the_due_date_in_any_order_of_entries(
    entries: list[Entry], rule: PauseRule, chance: Any
) -> None:
    shuffled = list(entries)
    chance.shuffle(shuffled)
    found = fold(entries, CALENDAR, rule)
    assume(found.due is not None)
    assert found.due is not None
    days = counted_days(shuffled, CALENDAR, rule, found.due)
    assert days == counted_days(entries, CALENDAR, rule, found.due)
    assert sum(one.mark == "counted" for one in days) == found.days
    assert "late" not in {one.mark for one in days}
    assert not days or days[-1].used or found.due == found.start.on


@MANY
@given(ledgers(), RULES, st.integers(0, 120))
def test_the_days_used_are_those_of_the_fold_on_any_day(entries: list[Entry], rule: PauseRule, ahead: int) -> None:
    running = [entry for entry in entries if not isinstance(entry, Stop)]
    start = next(entry for entry in running if isinstance(entry, Start))
    today = start.on + timedelta(days=ahead)
    days = counted_days(running, CALENDAR, rule, today)
    assert sum(one.used for one in days) == fold(running, CALENDAR, rule, today).used
    numbers = [one.number for one in days if one.used]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [one.day for one in days] == [start.on + timedelta(days=day) for day in range(1, ahead + 1)]


@pytest.mark.parametrize("seed", range(300, 304))
def test_every_single_day_agrees_with_the_walker(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(150):
        case = random_case(chance)
        due, _ = case.walk()
        through = due or case.start + timedelta(days=100)
        for one in counted_days(case.entries(), CALENDAR, case.rule, through):
            assert (one.mark == "paused") == case.left_out(one.day), (case, one)
            assert one.used == _counts(case, one.day), (case, one)
            assert one.number is None or one.number == case.used(one.day), (case, one)


def _counts(case: Case, day: date) -> bool:
    return not case.left_out(day) and (case.by_day or worked(day))


@MANY
@given(DATES, st.integers(1, 40), st.sets(st.integers(1, 60), max_size=5))
def test_a_changed_calendar_is_counted_as_it_is_now(start: date, quota: int, turned: set[int]) -> None:
    days = {start + timedelta(days=day) for day in turned}
    shut = {day for day in days if CALENDAR.is_workday(day)}
    new = CALENDAR.changed(shut, days - shut, CALENDAR.confirmed)
    entries: list[Entry] = [Start(start, quota), difference(CALENDAR, new, start + timedelta(days=1), "调整")]
    due = fold(entries, new).due
    assert due is not None
    found = counted_days(entries, new, DEFAULT, due)
    assert sum(one.used for one in found) == quota
    assert not {one.day for one in found if one.used} & shut
    assert {one.day for one in found if one.used} >= {day for day in days - shut if day <= due}


# Runs and lines ----------------------------------------------------------------------------------------------------


@MANY
@given(ledgers(), RULES, st.integers(0, 120))
def test_runs_and_lines_share_the_days_out_without_gap_or_repetition(
    entries: list[Entry], rule: PauseRule, ahead: int
) -> None:
    start = next(entry for entry in entries if isinstance(entry, Start))
    days = counted_days(entries, CALENDAR, rule, start.on + timedelta(days=ahead))
    assert sum(one.days for one in spans(days)) == len(days)
    assert all((one.last - one.first).days + 1 == one.days for one in spans(days))
    parts = by_line(fold(entries, CALENDAR, rule).ledger, days)
    assert [one for part in parts for one in part] == list(days)


def test_each_line_has_the_days_until_the_next() -> None:
    entries: list[Entry] = [START, *HEARING, Extend(date(2026, 3, 20), 1)]
    found = fold(entries, CALENDAR)
    days = counted_days(entries, CALENDAR, DEFAULT, date(2026, 3, 27))
    said = [[(one.first.day, one.last.day, one.mark, one.days) for one in spans(part)]
            for part in by_line(found.ledger, days)]  # fmt: skip
    assert said == [
        [(3, 6, "counted", 4)],
        [(7, 18, "paused", 12)],
        [(19, 20, "counted", 2)],
        [(21, 22, "off", 2), (23, 27, "counted", 5)],
    ]


# Hours -------------------------------------------------------------------------------------------------------------

MINUTES = st.integers(0, 6_000_000).map(lambda minutes: datetime(2020, 1, 2, tzinfo=UTC) + timedelta(minutes=minutes))


@MANY
@given(MINUTES, st.integers(1, 60))
def test_the_minutes_of_an_hour_clock_are_its_hours_when_it_falls_due(at: datetime, hours: int) -> None:
    entries = [HourStart(at, hours)]
    due = due_instant(entries, CALENDAR)
    assert due is not None
    days = counted_hours(entries, CALENDAR, due)
    assert sum(one.minutes for one in days) == hours * 60
    assert [one.number for one in days if one.used][-1] == hours * 60
    assert all(one.used == CALENDAR.is_workday(one.day) for one in days)


def test_a_day_that_a_pause_takes_whole_is_left_out_with_its_reason_and_the_rest_by_the_minute() -> None:
    start = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    paused: list[HourEntry] = [
        HourPause(start + timedelta(hours=1), "检验", key="a"), HourResume(start + timedelta(hours=50), "a")
    ]
    entries: list[HourEntry] = [HourStart(start, 4), *paused]
    days = counted_hours(entries, CALENDAR, datetime(2026, 3, 4, 9, 0, tzinfo=UTC))
    assert [(one.day.day, one.mark, one.minutes, one.why) for one in days] == [
        (2, "counted", 60, ""), (3, "paused", 0, "检验"), (4, "counted", 360, ""),
    ]  # fmt: skip


def test_four_hours_from_friday_afternoon_go_on_on_monday() -> None:
    friday = datetime(2026, 3, 6, 8, 0, tzinfo=UTC)
    entries = [HourStart(friday, 4, OfficeHours())]
    days = counted_hours(entries, CALENDAR, datetime(2026, 3, 10, 1, 30, tzinfo=UTC))
    assert [(one.day.day, one.mark, one.minutes, one.number) for one in days] == [
        (6, "counted", 90, 90), (7, "off", 0, None), (8, "off", 0, None), (9, "counted", 540, 630),
        (10, "late", 60, 690),
    ]  # fmt: skip
