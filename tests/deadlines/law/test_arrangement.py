"""Notices read and checked: the real ones give the checked-in rows, a wrong one says what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from deadlines.law.arrangement import closed_rows, missing_year, parse_arrangement, rows_of
from deadlines.law.calendar import Calendar, seed_calendar
from deadlines.law.errors import (
    ArrangementMakeup,
    ArrangementSettled,
    ArrangementStatutory,
    ClosureEmpty,
    ClosureNotWorked,
    ClosureTooEarly,
    ClosureTooLong,
)
from deadlines.law.festivals import statutory_days
from deadlines.law.rows import DayKind, DayRow, Status, seed_rows
from tests.deadlines.law.notices import NEXT, NOTICES

ROWS = seed_rows()
SOURCE = "国办发明电〔2026〕1号"


def codes(text: str, year: int = 2027, *, whole: bool = False) -> list[str]:
    return [problem.code for problem in parse_arrangement(text, year, whole=whole).problems]


def unpublished(year: int) -> list[DayRow]:
    """The calendar as if nothing of ``year`` were known but its weekends."""
    return [
        DayRow(row.day, row.day.weekday() < 5, DayKind.WORKDAY, "", Status.PROVISIONAL, "推定")
        if row.day.year == year
        else row
        for row in ROWS
    ]


def put(rows: list[DayRow], changed: list[DayRow]) -> Calendar:
    return Calendar.from_rows({row.day: row for row in [*rows, *changed]}.values())


@pytest.mark.parametrize("year", sorted(NOTICES))
def test_the_notice_as_published_gives_the_days_that_two_other_sources_agree_on(year: int) -> None:
    arrangement = parse_arrangement(NOTICES[year], year)
    assert arrangement.problems == ()
    made = put(unpublished(year), rows_of(arrangement, unpublished(year), SOURCE))
    assert made.workdays == seed_calendar().workdays
    assert year in made.confirmed


def test_the_notice_of_this_year_gives_the_very_rows_that_are_checked_in() -> None:
    source = "国办发明电〔2025〕7号"
    changed = rows_of(parse_arrangement(NOTICES[2026], 2026), ROWS, source)
    # Only ordinary days name the yearly notice by another of its names.
    assert all(row.kind in (DayKind.WORKDAY, DayKind.WEEKEND) for row in changed)


def test_the_short_form_and_full_width_digits_say_the_same_as_the_official_wording() -> None:
    assert parse_arrangement(NEXT, 2027).problems == ()
    plain = parse_arrangement("元旦：1月1日（周五）至3日（周日）放假，共3天。1月9日（周六）上班。", 2027, whole=False)
    other = parse_arrangement(
        "元旦：１月１日（星期五）至３日（星期日）放假，共３天。１月９日（星期六）上班。", 2027, whole=False
    )
    assert plain == other
    assert plain.days_off == (("元旦", date(2027, 1, 1), date(2027, 1, 3)),)
    assert plain.workdays == (("元旦", date(2027, 1, 9)),)


def test_days_without_a_festivals_name_are_those_of_the_statutory_day_in_them() -> None:
    found = parse_arrangement("放假 2027-02-05–2027-02-11 / 上班 2027-02-20", 2027, whole=False)
    assert found.days_off == (("春节", date(2027, 2, 5), date(2027, 2, 11)),)
    assert found.workdays == (("春节", date(2027, 2, 20)),)


def test_new_years_days_may_begin_in_the_published_year_before() -> None:
    notice = NEXT.replace("元旦 放假 2027-01-01至2027-01-03", "元旦：12月31日至1月2日放假，共3天。")
    changed = rows_of(parse_arrangement(notice, 2027), ROWS, SOURCE)
    assert changed[0] == DayRow(date(2026, 12, 31), False, DayKind.HOLIDAY, "元旦", Status.CONFIRMED, SOURCE)
    assert {row.day.year for row in changed} == {2026, 2027}
    assert put(ROWS, changed).count(date(2026, 12, 30), date(2027, 1, 4)) == 1


@pytest.mark.parametrize(
    "text, code",
    [
        ("", "ARRANGEMENT_EMPTY"),
        ("节假日期间，各部门要妥善安排好值班工作。", "ARRANGEMENT_EMPTY"),
        ("元旦 1月1日至3日", "ARRANGEMENT_UNCLEAR"),
        ("元旦：1月1日放假。1月9日", "ARRANGEMENT_UNCLEAR"),
        ("春节：2月30日放假", "ARRANGEMENT_DATE_UNREAL"),
        ("元旦 放假 2027-01-03至2027-01-01", "ARRANGEMENT_INVERTED"),
        ("元旦 放假 2027-01-01至2028-01-01", "ARRANGEMENT_INVERTED"),
        ("元旦 放假 2026-12-20", "ARRANGEMENT_OUTSIDE"),
        ("元旦 放假 2028-01-11", "ARRANGEMENT_OUTSIDE"),
        ("春节 放假 2月5日至8日、2月8日至9日", "ARRANGEMENT_TWICE"),
        ("春节 放假 2月5日至7日，上班 2月7日", "ARRANGEMENT_TWICE"),
        ("春节：2月5日至11日放假，共8天", "ARRANGEMENT_COUNT"),
        ("元旦：1月1日（周四）放假", "ARRANGEMENT_WEEKDAY"),
        ("元旦：1月1日放假。1月9日星期日上班", "ARRANGEMENT_WEEKDAY"),
    ],
)
def test_what_does_not_fit_is_told(text: str, code: str) -> None:
    assert code in codes(text)


@pytest.mark.parametrize(
    "old, new, code",
    [
        ("上班 2027-02-20", "上班 2027-02-22", "ARRANGEMENT_MAKEUP"),
        ("2027-02-05至2027-02-11", "2027-02-06至2027-02-11", "ARRANGEMENT_STATUTORY"),
        ("端午节 放假 2027-06-09\n", "", "ARRANGEMENT_FESTIVAL"),
        ("2027-10-09", "2027-05-02", "ARRANGEMENT_TWICE"),
    ],
)
def test_a_whole_year_that_breaks_the_law_of_days_off_is_told(old: str, new: str, code: str) -> None:
    assert old in NEXT
    assert codes(NEXT, whole=True) == []
    assert codes(NEXT.replace(old, new), whole=True) == [code]


def test_an_arrangement_with_a_problem_makes_no_rows() -> None:
    with pytest.raises(ArrangementMakeup):
        rows_of(parse_arrangement(NEXT.replace("02-20", "02-22"), 2027), ROWS, SOURCE)


def test_a_published_year_may_be_changed_by_a_second_notice_but_not_against_the_law() -> None:
    """2020: the Spring Festival was lengthened to 2 February; 1 February had been a day like any other."""
    notice = "春节：1月31日至2月2日放假"
    lengthened = [date(2020, 1, 31), date(2020, 2, 1), date(2020, 2, 2)]
    before = [replace(row, is_workday=True, name="旧安排") if row.day in lengthened else row for row in ROWS]
    changed = rows_of(parse_arrangement(notice, 2020, whole=False), before, SOURCE)
    assert [(row.day, row.is_workday) for row in changed] == [(day, False) for day in lengthened]
    back = rows_of(parse_arrangement("上班 2026-02-23", 2026, whole=False), ROWS, SOURCE)
    assert [(row.day, row.is_workday, row.kind) for row in back] == [(date(2026, 2, 23), True, DayKind.WORKDAY)]
    with pytest.raises(ArrangementStatutory):
        rows_of(parse_arrangement("上班 2026-02-18", 2026, whole=False), ROWS, SOURCE)
    with pytest.raises(ArrangementMakeup):
        rows_of(parse_arrangement("上班 2026-03-04", 2026, whole=False), ROWS, SOURCE)


def test_a_notice_moves_nothing_else_of_the_published_year_before() -> None:
    with pytest.raises(ArrangementSettled):
        rows_of(parse_arrangement(NEXT + "春节 放假 2026-12-30", 2027), ROWS, SOURCE)


def test_the_statutory_days_are_those_of_the_law_in_force_in_the_year() -> None:
    assert statutory_days(2024)["春节"] == tuple(date(2024, 2, 10) + timedelta(days=n) for n in range(3))
    assert statutory_days(2025)["春节"] == tuple(date(2025, 1, 28) + timedelta(days=n) for n in range(4))
    assert statutory_days(2024)["劳动节"] == (date(2024, 5, 1),)
    for year in range(2020, 2036):
        days = [day for found in statutory_days(year).values() for day in found]
        # 中秋 fell on 1 October in 2020.
        assert len(days) == (13 if year >= 2025 else 11), year
        assert not any(seed_calendar().is_workday(day) for day in days)


def test_the_next_year_is_missing_from_the_first_of_october_until_it_is_published() -> None:
    calendar = seed_calendar()
    assert missing_year(date(2026, 9, 30), calendar) is None
    assert missing_year(date(2026, 10, 1), calendar) == 2027
    assert missing_year(date(2026, 12, 31), calendar) == 2027
    assert missing_year(date(2027, 1, 1), calendar) == 2027
    published = put(ROWS, rows_of(parse_arrangement(NEXT, 2027), ROWS, SOURCE))
    assert missing_year(date(2026, 12, 31), published) is None
    assert missing_year(date(2027, 9, 30), published) is None


def test_a_closure_closes_working_days_from_the_last_working_day_on() -> None:
    calendar, monday = seed_calendar(), date(2026, 7, 20)
    [row] = closed_rows([monday], calendar, monday, "暴雨停止办公", "中心停〔2026〕1号")
    assert row == DayRow(monday, False, DayKind.LOCAL, "暴雨停止办公", Status.CONFIRMED, "中心停〔2026〕1号")
    friday = date(2026, 7, 17)
    assert [one.day for one in closed_rows([monday, friday], calendar, monday, "暴雨", "1号")] == [friday, monday]
    with pytest.raises(ClosureTooEarly):
        closed_rows([date(2026, 7, 16)], calendar, monday, "暴雨", "1号")
    with pytest.raises(ClosureNotWorked):
        closed_rows([date(2026, 7, 25)], calendar, monday, "暴雨", "1号")
    with pytest.raises(ClosureEmpty):
        closed_rows([], calendar, monday, "暴雨", "1号")
    with pytest.raises(ClosureTooLong):
        closed_rows([monday + timedelta(days=n) for n in range(40)], calendar, monday, "暴雨", "1号")
    assert closed_rows([date(2027, 3, 1)], calendar, monday, "暴雨", "1号")[0].status == Status.PROVISIONAL
