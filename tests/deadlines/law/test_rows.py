"""The checked-in files: readable, sourced, consistent; and what is refused in an edited one."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from deadlines.law.errors import BadDate, CalendarBroken
from deadlines.law.rows import (
    DayKind,
    DayRow,
    Status,
    YearRow,
    expand,
    parse_day,
    read_days,
    read_years,
    seed_rows,
)

DAYS = read_days()
YEARS = read_years()
TEN = [YearRow(2010, Status.CONFIRMED, "测试")]


def row(
    day: str = "2010-05-03", *, worked: bool = False, kind: DayKind = DayKind.HOLIDAY, status: Status = Status.CONFIRMED
) -> DayRow:
    return DayRow(parse_day(day), worked, kind, "劳动节", status, "测试")


def test_the_files_list_special_days_in_order_and_only_once() -> None:
    dates = [listed.day for listed in DAYS]
    assert dates == sorted(set(dates))
    assert [listed.year for listed in YEARS] == list(range(2020, 2036))


def test_every_published_day_names_the_notice_of_the_state_council_it_rests_on() -> None:
    published = [listed for listed in DAYS if listed.day.year <= 2026]
    assert all(re.fullmatch(r"国办发明电〔20\d\d〕\d+号", listed.source) for listed in published)
    by_year = {year.year: year.source for year in YEARS}
    # 31 December 2022 is the one day that the notice of the following year gave.
    strangers = [listed.day for listed in published if listed.source not in by_year[listed.day.year]]
    assert strangers == [date(2022, 12, 31)]


def test_every_unpublished_day_names_the_article_it_is_derived_from() -> None:
    derived = [listed for listed in DAYS if listed.day.year > 2026]
    assert {listed.source for listed in derived} == {"放假办法第二条", "放假办法第六条，日期为推定"}
    assert {listed.status for listed in derived} == {Status.PROVISIONAL}
    assert {year.status for year in YEARS if year.year > 2026} == {Status.PROVISIONAL}


def test_make_up_days_are_weekend_days_that_are_worked() -> None:
    makeups = [listed for listed in DAYS if listed.kind == DayKind.MAKEUP]
    assert makeups
    assert all(listed.is_workday and listed.day.weekday() > 4 for listed in makeups)


def test_the_seed_has_one_row_for_every_day_of_its_sixteen_years() -> None:
    rows = seed_rows()
    assert (rows[0].day, rows[-1].day) == (date(2020, 1, 1), date(2035, 12, 31))
    assert len(rows) == (date(2035, 12, 31) - date(2020, 1, 1)).days + 1
    assert {listed.kind for listed in rows} == set(DayKind) - {DayKind.LOCAL}


def test_an_ordinary_day_follows_the_week_and_the_status_of_its_year() -> None:
    rows = {listed.day: listed for listed in expand(TEN, [])}
    assert (rows[date(2010, 5, 3)].kind, rows[date(2010, 5, 3)].is_workday) == (DayKind.WORKDAY, True)
    assert (rows[date(2010, 5, 1)].kind, rows[date(2010, 5, 1)].is_workday) == (DayKind.WEEKEND, False)
    assert rows[date(2010, 5, 1)].status == Status.CONFIRMED


@pytest.mark.parametrize(
    "special, problem",
    [
        ([row("2011-05-02")], "2011-05-02不在所列年度内"),
        ([row(), row()], "2010-05-03重复"),
        ([row(kind=DayKind.LOCAL), row(kind=DayKind.LOCAL)], "2010-05-03重复"),
        ([row(worked=True)], "类别“holiday”与是否上班不一致"),
        ([row(kind=DayKind.MAKEUP)], "类别“makeup”与是否上班不一致"),
        ([row(status=Status.PROVISIONAL)], "2010年已确认，2010-05-03却仍为暂定"),
    ],
)
def test_a_slip_in_an_edited_calendar_is_refused_with_the_day(special: list[DayRow], problem: str) -> None:
    with pytest.raises(CalendarBroken, match=problem) as refusal:
        expand(TEN, special)
    assert "请改正日历表后重新导入" in refusal.value.sentence


def test_an_edited_file_is_read_back_as_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text(
        "date,is_workday,kind,name,status,source\n2010-05-08,1,makeup,劳动节,confirmed,测试通知\n", encoding="utf-8"
    )
    assert read_days(file) == [
        DayRow(date(2010, 5, 8), True, DayKind.MAKEUP, "劳动节", Status.CONFIRMED, "测试通知"),
    ]


@pytest.mark.parametrize(
    "text", ["2026-02-30", "20260302", "2026-3-2", "2026/03/02", "2026-W10-1", "", "2026-03-0２", "明天", "2026-13-01"]
)
def test_only_a_real_day_in_the_usual_form_is_a_date(text: str) -> None:
    with pytest.raises(BadDate, match="不正确，请按“2026-03-02”的格式填写"):
        parse_day(text)
