"""Limits in working hours: known answers, and an oracle that walks hour by hour and shares no code with the rule."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deadlines.law.calendar import Calendar, seed_calendar
from deadlines.law.errors import BadHours, BadOfficeHours, CalendarNotCovered, StartMissing
from deadlines.law.hour_ledger import HourStart, HourStop
from deadlines.law.hour_meter import fold_hours
from deadlines.law.hours import OfficeHours, land_hours, worked_between

CITY = ZoneInfo("Asia/Shanghai")
OFFICE = OfficeHours()


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY)


def add_hours(start: datetime, hours: int, calendar: Calendar, office: OfficeHours = OFFICE) -> datetime:
    due, left = land_hours(start, hours, (), calendar, office)
    assert due is not None and left == timedelta()
    return due


def by_the_minute(start: datetime, hours: int) -> datetime:
    """Walk minute by minute: a minute counts when it lies within business hours of a working day."""
    moment, left = start, hours * 60
    while left:
        open_now = time(8, 30) <= moment.time() < time(17, 30) and chinese_calendar.is_workday(moment.date())
        left -= 1 if open_now else 0
        moment += timedelta(minutes=1)
    return moment


@pytest.mark.parametrize(
    "start, hours, due",
    [
        ("2026-03-02T09:00", 4, "2026-03-02T13:00"),
        ("2026-03-06T16:00", 4, "2026-03-09T11:00"),
        ("2026-03-02T13:30", 4, "2026-03-02T17:30"),
        ("2026-03-02T17:30", 1, "2026-03-03T09:30"),
        ("2026-03-07T10:00", 1, "2026-03-09T09:30"),
        ("2026-03-02T06:00", 9, "2026-03-02T17:30"),
        ("2026-02-13T16:30", 2, "2026-02-14T09:30"),
        ("2026-02-14T16:30", 2, "2026-02-24T09:30"),
        ("2026-03-02T22:00", 9, "2026-03-03T17:30"),
    ],
    ids=["T026", "over a weekend", "to the last minute", "at closing", "on a Saturday", "before opening",
         "a make-up Saturday", "over the spring festival", "at night"],
)  # fmt: skip
def test_T026_so_many_working_hours_after_a_minute_end_at(start: str, hours: int, due: str) -> None:
    assert add_hours(local(start), hours, seed_calendar()) == local(due)


@given(
    minutes=st.integers(0, 200 * 24 * 60),
    hours=st.integers(1, 40),
)
def test_the_rule_agrees_with_a_walk_minute_by_minute(minutes: int, hours: int) -> None:
    start = local("2026-01-01T00:00") + timedelta(minutes=minutes)
    assert add_hours(start.astimezone(UTC), hours, seed_calendar()) == by_the_minute(start, hours)


@given(minutes=st.integers(0, 200 * 24 * 60), hours=st.integers(1, 100))
def test_the_business_time_up_to_the_due_instant_is_the_limit(minutes: int, hours: int) -> None:
    start = local("2026-01-01T00:00") + timedelta(minutes=minutes)
    due = add_hours(start, hours, seed_calendar())
    assert worked_between(start, due, seed_calendar(), OFFICE) == timedelta(hours=hours)
    assert worked_between(due, start, seed_calendar(), OFFICE) == timedelta()


def test_other_business_hours_give_other_ends() -> None:
    summer = OfficeHours(time(8), time(18))
    assert add_hours(local("2026-03-02T16:00"), 4, seed_calendar(), summer) == local("2026-03-03T10:00")


@pytest.mark.parametrize("hours", [0, -1, 2001])
def test_a_senseless_number_of_hours_is_refused(hours: int) -> None:
    with pytest.raises(BadHours):
        add_hours(local("2026-03-02T09:00"), hours, seed_calendar())


def test_a_day_beyond_the_calendar_and_reversed_hours_are_refused() -> None:
    with pytest.raises(CalendarNotCovered):
        add_hours(local("2036-01-02T09:00"), 4, seed_calendar())
    with pytest.raises(BadOfficeHours):
        OfficeHours(time(17, 30), time(8, 30))


@pytest.mark.parametrize(
    "now, used, left",
    [("2026-03-02T09:30", 0, 4), ("2026-03-02T10:00", 1, 3), ("2026-03-02T12:01", 3, 1), ("2026-03-02T15:00", 6, -2)],
)
def test_the_balance_counts_an_hour_begun_as_left(now: str, used: int, left: int) -> None:
    found = fold_hours([HourStart(local("2026-03-02T09:00"), 4)], seed_calendar(), local(now))
    assert (found.used, found.left, found.state) == (used, left, "running")
    assert found.ledger[0].sentence == (
        "自2026年3月2日09:00起算，期限4个工作小时（只计工作日08:30至17:30），到期时间为2026年3月2日13:00。"
    )


def test_a_stop_says_whether_it_came_in_time() -> None:
    start = HourStart(local("2026-03-02T09:00"), 4)
    kept = fold_hours([start, HourStop(local("2026-03-02T12:00"))], seed_calendar())
    late = fold_hours([start, HourStop(local("2026-03-02T13:20"))], seed_calendar())
    assert kept.ledger[1].sentence == "2026年3月2日12:00终止计时，按期完成。"
    assert late.ledger[1].sentence == "2026年3月2日13:20终止计时，超时20分。"
    assert (kept.stopped_on, kept.state, kept.left, late.left) == (date(2026, 3, 2), "stopped", 1, 0)


def test_a_ledger_without_a_start_is_refused() -> None:
    with pytest.raises(StartMissing):
        fold_hours([HourStop(local("2026-03-02T12:00"))], seed_calendar())
