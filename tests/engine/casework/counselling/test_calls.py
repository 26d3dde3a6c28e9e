"""呼叫部门 (4.2.4, 6.1.7): the ways of answering, the minutes, and the slip of an entrusted case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.casework.counselling.commands import AnswerCall, CallDepartment
from engine.casework.counselling.queries import call_by_root, calls_for, response_times
from engine.casework.counselling.rules import (
    CallAnswered,
    CallMissing,
    NotEntrusted,
    PurposeUnknown,
    response_minutes,
)
from engine.foundation.errors import InvalidFields, Refusal
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.engine.casework.counselling.test_contacts import messages, told
from tests.support.house import COMPANY, House


def called(house: House, **more: str) -> str:
    return str(house.execute("W01", CallDepartment(**{"item_code": "I10", **more}))["number"])


def test_T047_W01_calls_at_10_00_and_D31_answers_by_phone_at_10_12_that_is_12_minutes(house: House):
    house.at(2026, 3, 2, 10, 0)
    number = called(house)
    assert any(number in one for one in told(house, "D31"))
    house.at(2026, 3, 2, 10, 12)
    assert house.execute("D31", AnswerCall(number=number, way="phone"))["minutes"] == 12
    with house.door.read(SYSTEM) as view:
        found = call_by_root(view.connection, f"call:{number}")
        period = {"since": datetime(2026, 3, 1, tzinfo=UTC), "until": datetime(2026, 4, 1, tzinfo=UTC)}
        assert response_times(view.connection, **period) == {"urban": [12]}
    assert found is not None and (found.way, found.answered_by, found.minutes) == ("phone", "D31", 12)
    assert messages(house, "W01")[0] == f"安阳市城市管理局回应呼叫 {number}：电话，用时12分钟。"
    assert house.violations() == []


def test_T078_called_for_guidance_at_14_00_and_there_at_14_08_that_is_8_minutes(sqlite_house: House):
    sqlite_house.at(2026, 3, 2, 14, 0)
    number = called(sqlite_house, item_code="I02", purpose="guidance", request="申请人咨询布局图怎样画")
    sqlite_house.at(2026, 3, 2, 14, 8)
    answer = AnswerCall(number=number, way="onsite", conclusion="布局图已指导，可以收件")
    assert sqlite_house.execute("D11", answer)["minutes"] == 8


def test_T047_an_item_that_the_window_receives_itself_needs_no_call(sqlite_house: House):
    with pytest.raises(NotEntrusted):
        called(sqlite_house, item_code="I02")


def test_T076_an_entrusted_case_is_dispatched_at_once_and_its_papers_have_a_slip(house: House):
    case_no = house.receive("W01", "I10", COMPANY)
    number = called(house, case_no=case_no)
    house.execute("D31", AnswerCall(number=number, way="onsite"))
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    house.complete("W01", case_no, "ut_accept", {})
    assert [task.element for task in house.open_tasks(case_no)] == ["ut_receive_paper"]
    house.complete("D31", case_no, "ut_receive_paper", {"signature": house.signature("D31")})
    slip = next(one for one in house.documents(case_no) if one.kind == "handover_slip")
    papers = ["设置大型户外广告申请表", "设置效果图与结构图", "场地使用权证明"]
    assert [row["name"] for row in slip.data["rows"]] == papers
    lines = [line.sentence for line in house.journal(f"case:{case_no}")]
    assert f"呼叫安阳市城市管理局（委托收件，{number}）" in lines
    assert house.violations() == []


@pytest.mark.parametrize(
    "account, command, refusal",
    [
        ("D11", lambda number: AnswerCall(number=number, way="phone"), CallMissing),
        ("W01", lambda number: AnswerCall(number=number, way="phone"), NotYourAction),
        ("D33", lambda number: AnswerCall(number=number, way="phone"), NotYourAction),
        ("D31", lambda number: AnswerCall(number=number, way="letter"), InvalidFields),
        ("W01", lambda number: CallDepartment(item_code="I10", purpose="tea"), PurposeUnknown),
        ("W03", lambda number: CallDepartment(item_code="I10"), NotYourAction),
    ],
)
def test_who_may_not_and_what_is_none_of_the_ways_is_refused(sqlite_house, account, command, refusal: type[Refusal]):
    number = called(sqlite_house)
    with pytest.raises(refusal):
        sqlite_house.execute(account, command(number))
    with sqlite_house.door.read(SYSTEM) as view:
        assert [one.answered_at for one in calls_for(view.connection, view.scope)] == [None]


def test_a_call_is_answered_once_and_seen_by_its_department_only(sqlite_house: House):
    number = called(sqlite_house)
    sqlite_house.execute("D32", AnswerCall(number=number, way="network"))
    with pytest.raises(CallAnswered, match="城管业务负责人"):
        sqlite_house.execute("D31", AnswerCall(number=number, way="phone"))
    with sqlite_house.door.read(sqlite_house.actor("D11")) as view:
        assert calls_for(view.connection, view.scope) == []


@given(st.integers(0, 10_000))
def test_minutes_are_whole_and_never_negative(seconds: int):
    start = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    assert response_minutes(start, start + timedelta(seconds=seconds)) == seconds // 60
    assert response_minutes(start, start - timedelta(seconds=seconds)) == 0


def test_T047_a_call_that_nobody_answers_within_the_working_hours_is_urged(house: House):
    house.at(2026, 3, 2, 16, 30)
    number = called(house)
    house.at(2026, 3, 3, 9, 29)
    house.sweep()
    assert not any("未回应" in one for one in told(house, "D31"))
    house.at(2026, 3, 3, 9, 30)
    house.sweep()
    assert told(house, "D31")[0] == f"呼叫 {number} 已超过2个工作小时未回应，请立即回应。"
    assert messages(house, "W01")[0] == f"安阳市城市管理局未回应呼叫 {number}，已催办。"
    house.execute("D31", AnswerCall(number=number, way="phone"))
    assert house.violations() == []


def test_T047_an_answered_call_is_not_urged(sqlite_house: House):
    number = called(sqlite_house)
    sqlite_house.execute("D31", AnswerCall(number=number, way="phone"))
    sqlite_house.at(2026, 3, 3, 9)
    sqlite_house.sweep()
    assert not any("未回应" in one for one in told(sqlite_house, "D31"))
