"""``deadlines compute``: plain words in, the promised JSON out, a Chinese sentence for every slip."""

from __future__ import annotations

import json
from datetime import date

import pytest

from deadlines.law.calendar import seed_calendar
from deadlines.law.compute import PauseSpan, as_text, compute, parse_days, parse_pause, parse_unit
from deadlines.law.errors import (
    BadDate,
    BadDays,
    BadPause,
    BadUnit,
    CalendarNotCovered,
    EntryBeforeStart,
    ExtendedTwice,
    LawError,
    PauseEndsEarly,
    PausesOverlap,
)
from deadlines.law.ledger import PauseRule

CALENDAR = seed_calendar()
START = date(2026, 3, 2)
HEARING = parse_pause("2026-03-06..2026-03-18")


def test_the_json_is_exactly_what_was_promised() -> None:
    result = compute(START, 10, "wd", [HEARING], [], CALENDAR)
    assert json.loads(json.dumps(result, ensure_ascii=False)) == {
        "due": "2026-03-26",
        "provisional": False,
        "left": 0,
        "ledger": [
            {
                "date": "2026-03-02",
                "sentence": "自2026年3月2日起算，当日不计入、次日起算，期限10个工作日，到期日为2026年3月16日。",
                "delta": 10,
                "due_after": "2026-03-16",
            },
            {
                "date": "2026-03-06",
                "sentence": "2026年3月6日停表，停表期间不计入期限，到期日待恢复计时后确定。",
                "delta": 0,
                "due_after": None,
            },
            {
                "date": "2026-03-18",
                "sentence": (
                    "2026年3月18日恢复计时，2026年3月7日至3月18日停表，不计入8个工作日，到期日顺延至2026年3月26日。"
                ),
                "delta": 8,
                "due_after": "2026-03-26",
            },
        ],
    }


def test_an_open_pause_gives_no_date_and_what_is_left() -> None:
    result = compute(START, 10, "wd", [parse_pause("2026-03-06..")], [], CALENDAR)
    assert (result["due"], result["left"]) == (None, 6)
    assert as_text(result).splitlines()[-1] == "停表中，剩余6个工作日，到期日待恢复计时后确定。"


def test_several_pauses_may_touch_and_come_in_any_order() -> None:
    pauses = [parse_pause(text) for text in ("2026-03-12..2026-03-18", "2026-03-06..2026-03-12")]
    assert compute(START, 10, "wd", pauses, [], CALENDAR)["due"] == "2026-03-26"
    assert compute(START, 10, "wd", pauses[::-1], [], CALENDAR)["due"] == "2026-03-26"


@pytest.mark.parametrize(
    "others", [("2026-03-10..2026-03-20",), ("2026-03-07..2026-03-08",), ("2026-03-06..2026-03-18",),
               ("2026-03-01..", ), ("2026-03-17..",)],
)  # fmt: skip
def test_typed_pauses_that_share_a_day_are_refused_with_the_clause(others: tuple[str, ...]) -> None:
    pauses = [HEARING, *map(parse_pause, others)]
    for given in (pauses, pauses[::-1]):
        with pytest.raises(PausesOverlap, match="行政许可法第四十五条"):
            compute(START, 10, "wd", given, [], CALENDAR)


def test_a_second_extension_is_refused_with_the_clause() -> None:
    assert compute(START, 20, "wd", [], [10], CALENDAR)["due"] == "2026-04-14"
    with pytest.raises(ExtendedTwice, match="只能延长一次（行政许可法第四十二条）"):
        compute(START, 20, "wd", [], [3, 7], CALENDAR)


def test_a_pause_outside_the_calendar_is_refused_with_the_covered_years() -> None:
    with pytest.raises(CalendarNotCovered, match="2020年1月1日至2035年12月31日"):
        compute(START, 10, "wd", [parse_pause("2036-03-06..2036-03-18")], [], CALENDAR)


def test_the_days_can_be_asked_for_and_are_the_same_in_the_text() -> None:
    result = compute(START, 10, "wd", [HEARING], [], CALENDAR, with_days=True)
    assert [one["number"] for one in result["days"] if one["counted"]] == list(range(1, 11))
    assert [one["counted"] for one in result["ledger"]] == [
        "计入3月3日至3月6日（4个工作日）",
        "不计入3月7日至3月18日（停表）",
        "计入3月19日至3月20日、3月23日至3月26日（6个工作日）；不计入3月21日至3月22日（周末）",
    ]
    lines = as_text(result).splitlines()
    assert lines[1] == "  计入3月3日至3月6日（4个工作日）"
    assert "2026-03-21 星期六 休息 周末" in lines
    assert lines[-2:] == ["2026-03-26 星期四 计入 10", "到期日：2026-03-26"]
    paused = compute(START, 10, "wd", [parse_pause("2026-03-06..")], [], CALENDAR, with_days=True)
    assert [one["number"] for one in paused["days"]] == [1, 2, 3, 4]


def test_calendar_days_and_other_pause_rules_can_be_asked_for() -> None:
    assert compute(START, 5, "cd", [], [], CALENDAR)["due"] == "2026-03-09"
    assert compute(START, 10, "wd", [HEARING], [], CALENDAR, PauseRule.FROM_P_THROUGH_R)["due"] == "2026-03-27"


def test_a_date_in_an_unpublished_year_is_marked_in_the_json_and_in_the_text() -> None:
    result = compute(date(2026, 12, 28), 10, "wd", [], [], CALENDAR)
    assert (result["due"], result["provisional"]) == ("2027-01-12", True)
    assert as_text(result).splitlines()[-1] == "到期日：2027-01-12（暂定：涉及尚未公布放假安排的年度）"


def test_the_text_for_people_ends_with_the_date() -> None:
    lines = as_text(compute(START, 10, "wd", [HEARING], [], CALENDAR)).splitlines()
    assert len(lines) == 4
    assert lines[-1] == "到期日：2026-03-26"


def test_a_pause_is_read_from_its_two_days() -> None:
    assert parse_pause("2026-03-06..2026-03-18") == PauseSpan(date(2026, 3, 6), date(2026, 3, 18))
    assert parse_pause("2026-03-06..") == PauseSpan(date(2026, 3, 6), None)
    assert parse_pause("2026-03-06..2026-03-06") == PauseSpan(date(2026, 3, 6), date(2026, 3, 6))


@pytest.mark.parametrize(
    "text, refusal, sentence",
    [
        ("2026-03-06", BadPause, "停表区间“2026-03-06”不正确，请按“2026-03-06..2026-03-18”填写"),
        ("..2026-03-06", BadPause, "停表区间“..2026-03-06”不正确"),
        ("", BadPause, "停表区间“”不正确"),
        ("2026-03-06...2026-03-18", BadDate, "日期“.2026-03-18”不正确"),
        ("2026-02-30..2026-03-18", BadDate, "日期“2026-02-30”不正确"),
        ("2026-03-18..2026-03-06", PauseEndsEarly, "恢复日2026年3月6日早于停表日2026年3月18日"),
    ],
)
def test_a_slip_in_a_pause_is_refused_with_a_sentence(text: str, refusal: type[LawError], sentence: str) -> None:
    with pytest.raises(refusal) as refused:
        parse_pause(text)
    assert sentence in refused.value.sentence


@pytest.mark.parametrize("text", ["-1", "", "3.5", "十", "１０", "3661", "99999999999999999999", " 5", "+5"])
def test_a_number_of_days_is_a_plain_number_up_to_ten_years(text: str) -> None:
    with pytest.raises(BadDays, match="不正确，请填写0至3660之间的整数"):
        parse_days(text)


def test_days_may_have_a_least_number() -> None:
    assert [parse_days("0"), parse_days("3660"), parse_days("1", least=1)] == [0, 3660, 1]
    with pytest.raises(BadDays, match="请填写1至3660之间的整数"):
        parse_days("0", least=1)


def test_only_two_units_are_known() -> None:
    assert [parse_unit("wd"), parse_unit("cd")] == ["wd", "cd"]
    with pytest.raises(BadUnit, match="时限单位“天”不正确"):
        parse_unit("天")


def test_what_cannot_be_computed_is_refused_with_a_sentence() -> None:
    with pytest.raises(EntryBeforeStart, match="停表日期2026年2月27日早于起算日2026年3月2日"):
        compute(START, 10, "wd", [parse_pause("2026-02-27..2026-03-05")], [], CALENDAR)
    with pytest.raises(PauseEndsEarly):
        compute(START, 10, "wd", [PauseSpan(date(2026, 3, 6), date(2026, 3, 5))], [], CALENDAR)
    with pytest.raises(CalendarNotCovered):
        compute(date(2019, 3, 2), 10, "wd", [], [], CALENDAR)
    with pytest.raises(BadDays):
        compute(START, -1, "wd", [], [], CALENDAR)
    with pytest.raises(BadDays):
        compute(START, 10, "wd", [], [0], CALENDAR)
