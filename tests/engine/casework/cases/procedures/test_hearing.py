"""Hearings: rights told, five days to ask, twenty to hold, seven to announce, a host who does not review."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.casework.cases.procedures.rules import announcing_errors, answer_errors
from engine.foundation.errors import InvalidFields
from engine.registry.identity.rules import SodViolation
from tests.engine.casework.cases.procedures.stretches import RESULT, accepted, asked, kept, open_elements, rows, told
from tests.support.house import House

ANNOUNCE = {"held_at": "2026-03-12T09:00", "place": "政务服务中心二楼", "host": "D33"}
RECORD = {
    "recorder": "书记员", "participants": "申请人、相邻业主", "review_side": "结构符合规划", "applicant_side": "无异议",
    "conclusion": "可以许可",
}  # fmt: skip


def rights_told(house: House) -> str:
    case_no = accepted(house, ticked=("专家评审",))
    asked(house, case_no, kind="听证", legal_basis="《行政许可法》第四十七条", expected_days=20, told_anew=True)
    told(house, case_no)
    house.complete("D31", case_no, "ut_hearing_rights", {"matter": "户外广告遮挡采光"})
    return case_no


def test_a_hearing_that_is_asked_for_is_announced_held_and_recorded_while_time_stands_still(house: House):
    case_no = rights_told(house)
    house.at(2026, 3, 4)
    house.complete("D31", case_no, "ut_hearing_answer", {"answer": "asked"})
    house.complete("D31", case_no, "ut_hearing_announce", ANNOUNCE)
    house.at(2026, 3, 12, 11)
    house.complete("D31", case_no, "ut_hearing_record", RECORD)
    house.complete("D31", case_no, "ut_sp_result", RESULT)
    kinds = [one.kind for one in house.documents(case_no)]
    assert kinds[-4:] == ["special_procedure_notice", "hearing_rights_notice", "hearing_notice", "hearing_record"]
    assert rows(house, case_no)["commitment"].due_on == date(2026, 3, 24), "3 to 12 March are left out"
    assert house.violations() == []


def test_a_waived_hearing_is_over_at_once(sqlite_house: House):
    case_no = rights_told(sqlite_house)
    sqlite_house.complete("D31", case_no, "ut_hearing_answer", {"answer": "waived"})
    assert open_elements(sqlite_house, case_no) == ["ut_sp_result"]


@pytest.mark.parametrize(
    "day, answer, clause",
    [
        (9, {"answer": "lapsed"}, "四十七"),
        (11, {"answer": "asked", "answered_on": "2026-03-10"}, "四十七"),
        (3, {"answer": "waived", "answered_on": "2026-03-01"}, "告知"),
    ],
    ids=["not lapsed yet", "asked too late", "before it was told"],
)
def test_the_five_days_to_ask_are_kept(day: int, answer: dict[str, Any], clause: str, sqlite_house: House):
    case_no = rights_told(sqlite_house)
    sqlite_house.at(2026, 3, day)
    before = kept(sqlite_house, case_no)
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.complete("D31", case_no, "ut_hearing_answer", answer)
    assert clause in "".join(refused.value.errors.values())
    assert kept(sqlite_house, case_no) == before


@pytest.mark.parametrize(
    "held_at, clause", [("2026-03-08T09:00", "四十八"), ("2026-03-31T09:00", "四十七")], ids=["too soon", "too late"]
)
def test_it_is_announced_seven_days_ahead_and_held_within_twenty(held_at: str, clause: str, sqlite_house: House):
    case_no = rights_told(sqlite_house)
    sqlite_house.complete("D31", case_no, "ut_hearing_answer", {"answer": "asked"})
    before = kept(sqlite_house, case_no)
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.complete("D31", case_no, "ut_hearing_announce", {**ANNOUNCE, "held_at": held_at})
    assert clause in refused.value.errors["held_at"]
    assert kept(sqlite_house, case_no) == before


def test_S7_who_reviews_the_case_may_not_host_the_hearing(house: House):
    case_no = rights_told(house)
    house.complete("D31", case_no, "ut_hearing_answer", {"answer": "asked"})
    before = kept(house, case_no)
    with pytest.raises(SodViolation) as refused:
        house.complete("D31", case_no, "ut_hearing_announce", {**ANNOUNCE, "host": "D31"})
    assert "S7" in refused.value.sentence
    assert kept(house, case_no) == before


def test_it_is_not_recorded_before_the_time_it_was_announced_for(sqlite_house: House):
    case_no = rights_told(sqlite_house)
    sqlite_house.complete("D31", case_no, "ut_hearing_answer", {"answer": "asked"})
    sqlite_house.complete("D31", case_no, "ut_hearing_announce", ANNOUNCE)
    sqlite_house.at(2026, 3, 11)
    with pytest.raises(InvalidFields):
        sqlite_house.complete("D31", case_no, "ut_hearing_record", {**RECORD, "held_at": "2026-03-11T08:00"})


def test_the_rules_of_dates_are_pure() -> None:
    told_on, last = date(2026, 3, 2), date(2026, 3, 9)
    assert answer_errors("asked", told_on, last, last, last) == {}
    assert answer_errors("lapsed", told_on, last, last, date(2026, 3, 10)) == {}
    assert set(answer_errors("lapsed", told_on, last, last, last)) == {"answer"}
    assert announcing_errors(told_on, date(2026, 3, 9), date(2026, 3, 30), 7) == {}
    assert announcing_errors(told_on, date(2026, 3, 30), date(2026, 3, 30), 7) == {}
