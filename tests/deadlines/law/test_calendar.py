"""The working calendar: against two other projects on every day, its edges, its provisional years."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from deadlines.law.calendar import Calendar, DaysOff, seed_calendar
from deadlines.law.errors import CalendarBroken, CalendarNotCovered
from deadlines.law.rows import DayKind, DayRow, Status, expand, read_days, read_years, seed_rows

CALENDAR = seed_calendar()
ONE_DAY = timedelta(days=1)


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + ONE_DAY * i for i in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", range(2020, 2027))
def test_every_day_of_a_published_year_agrees_with_chinesecalendar(year: int) -> None:
    assert [d for d in days_of(year) if CALENDAR.is_workday(d) != chinese_calendar.is_workday(d)] == []


@pytest.mark.parametrize("year", range(2020, 2027))
def test_every_day_of_a_published_year_agrees_with_holidays(year: int) -> None:
    other = holidays.country_holidays("CN", years=year)
    assert [d for d in days_of(year) if CALENDAR.is_workday(d) != other.is_working_day(d)] == []


@pytest.mark.parametrize("year, number", [(2024, 251), (2025, 248), (2026, 248)])
def test_a_published_year_has_its_known_number_of_working_days(year: int, number: int) -> None:
    assert CALENDAR.count(date(year - 1, 12, 31), date(year, 12, 31)) == number


@pytest.mark.parametrize("year", range(2027, 2036))
def test_an_unpublished_year_has_the_statutory_days_off_and_is_provisional(year: int) -> None:
    statutory = {
        day
        for day, name in holidays.country_holidays("CN", years=year, language="zh_CN").items()
        if day.year == year and "补假" not in name and "休息日" not in name
    }
    assert len(statutory) in {12, 13}
    assert [day for day in statutory if CALENDAR.is_workday(day)] == []
    assert year not in CALENDAR.confirmed
    # A statutory day on a weekend is made good on a weekday (放假办法 article 6), so as many weekdays are off.
    off = [day for day in days_of(year) if day.weekday() < 5 and not CALENDAR.is_workday(day)]
    assert len(off) == len(statutory)


def test_an_unpublished_year_never_works_at_weekends_because_exchange_days_are_unknown() -> None:
    assert [
        day for y in range(2027, 2036) for day in days_of(y) if day.weekday() > 4 and CALENDAR.is_workday(day)
    ] == []


def test_2027_is_provisional_and_2026_is_not() -> None:
    assert CALENDAR.add(date(2026, 12, 28), 3).provisional is False
    assert CALENDAR.add(date(2026, 12, 28), 4).provisional is True
    assert CALENDAR.add(date(2027, 3, 1), 1).provisional is True
    assert CALENDAR.is_provisional(date(2026, 1, 1), date(2026, 12, 31)) is False


def test_a_count_is_provisional_from_its_first_year_on() -> None:
    later = CALENDAR.changed([], [], frozenset({2027}))
    assert later.is_provisional(date(2026, 12, 31), date(2027, 1, 4)) is True
    assert later.is_provisional(date(2027, 1, 4), date(2027, 1, 5)) is False


@pytest.mark.parametrize("day", [date(2019, 12, 31), date(2036, 1, 1)])
def test_a_day_outside_the_calendar_is_refused_instead_of_guessed(day: date) -> None:
    assert CALENDAR.covers(day) is False
    for ask in (
        lambda: CALENDAR.is_workday(day),
        lambda: CALENDAR.add(day, 1),
        lambda: CALENDAR.roll(day),
        lambda: CALENDAR.count(day, date(2026, 1, 1)),
        lambda: CALENDAR.count(date(2026, 1, 1), day),
        lambda: CALENDAR.back(day, 1),
    ):
        with pytest.raises(CalendarNotCovered, match="超出工作日历范围（现有2020年1月1日至2035年12月31日）"):
            ask()


def test_counting_past_either_end_of_the_calendar_is_refused() -> None:
    with pytest.raises(CalendarNotCovered, match="推算的日期"):
        CALENDAR.add(date(2035, 12, 20), 30)
    with pytest.raises(CalendarNotCovered, match="推算的日期"):
        CALENDAR.back(date(2020, 1, 2), 1)


def test_adding_no_days_gives_the_day_itself_or_the_next_working_day() -> None:
    assert CALENDAR.add(date(2026, 3, 2), 0).date == date(2026, 3, 2)
    assert CALENDAR.add(date(2026, 5, 1), 0).date == date(2026, 5, 6)
    assert CALENDAR.roll(date(2026, 2, 14)).date == date(2026, 2, 14)


def test_counting_leaves_out_the_first_day_and_takes_the_last() -> None:
    assert CALENDAR.count(date(2026, 3, 2), date(2026, 3, 3)) == 1
    assert CALENDAR.count(date(2026, 3, 2), date(2026, 3, 2)) == 0
    assert CALENDAR.count(date(2026, 3, 6), date(2026, 3, 2)) == -4


def test_the_working_day_before_skips_festivals_and_finds_make_up_days() -> None:
    assert CALENDAR.back(date(2026, 2, 25), 1) == date(2026, 2, 24)
    assert CALENDAR.back(date(2026, 2, 24), 1) == date(2026, 2, 14)
    assert CALENDAR.back(date(2026, 3, 2), 2) == date(2026, 2, 27)


def test_special_days_are_told_as_runs_with_their_names() -> None:
    assert CALENDAR.specials(date(2026, 2, 11), date(2026, 2, 28)) == (
        DaysOff("春节", date(2026, 2, 14), date(2026, 2, 14), worked=True),
        DaysOff("春节", date(2026, 2, 15), date(2026, 2, 23), worked=False),
        DaysOff("春节", date(2026, 2, 28), date(2026, 2, 28), worked=True),
    )
    assert CALENDAR.name(date(2026, 10, 1)) == "国庆节"
    assert CALENDAR.name(date(2026, 3, 2)) == ""


def local(day: date, *, worked: bool = False) -> DayRow:
    return DayRow(day, worked, DayKind.LOCAL, "暴雨停业", Status.CONFIRMED, "中心停业批准单〔2026〕1号")


def test_T038_an_approved_local_closure_takes_the_day_out_of_the_count() -> None:
    closure = date(2026, 7, 20)
    stormy = Calendar.from_rows(expand(read_years(), [*read_days(), local(closure)]), version=2)
    assert CALENDAR.is_workday(closure)
    assert not stormy.is_workday(closure)
    assert stormy.add(date(2026, 7, 17), 1).date == date(2026, 7, 21)
    assert stormy.name(closure) == "暴雨停业"


def test_a_local_row_wins_over_the_national_row_of_the_same_day() -> None:
    festival = date(2026, 10, 5)
    rows = expand(read_years(), [local(festival, worked=True), *read_days()])
    assert Calendar.from_rows(rows).is_workday(festival)


def test_the_calendar_is_the_same_whatever_the_order_of_its_rows() -> None:
    assert Calendar.from_rows(reversed(seed_rows())) == CALENDAR


def test_a_year_with_one_provisional_day_is_not_confirmed() -> None:
    rows = [
        DayRow(row.day, row.is_workday, row.kind, row.name, Status.PROVISIONAL, row.source)
        if row.day == date(2026, 6, 1)
        else row
        for row in seed_rows()
    ]
    assert 2026 not in Calendar.from_rows(rows).confirmed
    assert 2025 in Calendar.from_rows(rows).confirmed


@pytest.mark.parametrize(
    "rows, problem",
    [
        ([], "没有任何日期"),
        (seed_rows()[1:], "须为完整年度"),
        (seed_rows()[:-1], "须为完整年度"),
        (seed_rows()[:100] + seed_rows()[101:], "之后应为次日"),
        (seed_rows() + seed_rows()[50:51], "之后应为次日"),
    ],
)
def test_rows_with_gaps_or_repetitions_are_no_calendar(rows: list[DayRow], problem: str) -> None:
    with pytest.raises(CalendarBroken, match=problem):
        Calendar.from_rows(rows)
