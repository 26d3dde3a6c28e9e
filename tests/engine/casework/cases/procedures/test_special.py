"""Special procedures through the whole house: paused only after approval and written notice, resumed to the day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.casework.cases.procedures.rules import SpecialOverrun
from engine.foundation.errors import InvalidFields, Refusal
from engine.process.tasks.commands import CompleteTask
from engine.process.tasks.notifications.queries import notifications_for
from engine.registry.identity.rules import SYSTEM
from forms.procedures import SPECIAL_PROCEDURES
from tests.engine.casework.cases.procedures.stretches import (
    OPINION,
    RESULT,
    REVIEW,
    accepted,
    asked,
    decided,
    kept,
    open_elements,
    people,
    rows,
    told,
    worked,
)
from tests.support.house import PERSON, House


def test_T043_T107_I10_is_visited_while_time_runs_and_reviewed_by_experts_while_it_stands_still(house: House):
    case_no = accepted(house)
    urban = people(house, case_no)
    assert (rows(house, case_no)["commitment"].due_on, rows(house, case_no)["statutory"].due_on) == (
        date(2026, 3, 12), date(2026, 3, 30)
    )  # fmt: skip
    house.at(2026, 3, 3)
    house.complete(urban[0], case_no, "ut_substantive", {"findings": "须到现场", "site_visit": "yes"})
    house.complete(urban[0], case_no, "ut_plan_visit", {"visit_date": "2026-03-03", "place": "人民大道"})
    house.at(2026, 3, 5)
    house.complete(urban[0], case_no, "ut_record_visit", {"findings": "位置与效果图一致", "conclusion": "pass"})
    assert house.clocks(case_no)["commitment"].reckoning.left == 5, "three days of visit were counted"
    house.complete(urban[0], case_no, "ut_dept_opinion", {**OPINION, "further_review": "yes"})
    asked(house, case_no)
    house.at(2026, 3, 6)
    told(house, case_no)
    assert house.case(case_no).status == "suspended"
    assert {rows(house, case_no)[kind].state for kind in ("commitment", "statutory")} == {"paused"}
    [notice] = [one for one in house.documents(case_no) if one.kind == "special_procedure_notice"]
    assert (notice.data["procedure"], notice.data["expected_days"]) == ("专家评审", 5)
    paused = "2026年3月7日起停表（专家评审）"
    assert notice.data["counting"].splitlines() == [
        f"承诺时限：自2026年3月2日起，8个工作日，{paused}，剩余4个工作日自恢复计时的次日起继续计算。",
        f"法定时限：自2026年3月2日起，20个工作日，{paused}，剩余16个工作日自恢复计时的次日起继续计算。",
    ]
    assert "未在收件" not in notice.data["reason"]
    worked(house, case_no)
    house.at(2026, 3, 12)
    assert house.sweep().fired == 1, "only the expected end reminds, no limit of the case does"
    house.at(2026, 3, 13)
    house.complete(urban[0], case_no, "ut_sp_result", RESULT)
    assert (rows(house, case_no)["commitment"].due_on, rows(house, case_no)["statutory"].due_on) == (
        date(2026, 3, 19), date(2026, 4, 7)
    )  # fmt: skip
    assert house.case(case_no).status == "under_review"
    house.at(2026, 3, 17)
    decided(house, case_no, {"decision": "grant"})
    house.at(2026, 3, 19)
    house.finish(case_no, urban, ("李秀兰", "41050219850612002X"))
    assert house.case(case_no).outcome == "closed"
    assert house.clocks(case_no)["commitment"].standing.word == "met"
    assert house.violations() == []


def test_I07_an_appraisal_of_fifteen_days_is_left_out_and_a_proxy_collects_the_result(house: House):
    case_no = accepted(house, "I07", ("鉴定",), PERSON)
    disabled = people(house, case_no)
    assert rows(house, case_no)["commitment"].due_on == date(2026, 3, 11)
    assert "statutory" not in rows(house, case_no)
    house.at(2026, 3, 4)
    asked(house, case_no, kind="鉴定", legal_basis="残疾人证管理办法", expected_days=15)
    told(house, case_no)
    house.complete(disabled[0], case_no, "ut_sp_work", {"entrusted": "指定评定医院", "place": "安阳市"})
    house.at(2026, 3, 25)
    house.complete(disabled[0], case_no, "ut_sp_result", {**RESULT, "result": "肢体残疾三级。"})
    assert rows(house, case_no)["commitment"].due_on == date(2026, 4, 1)
    decided(house, case_no, {"decision": "grant"})
    house.at(2026, 4, 1)
    house.make_and_sign(case_no, disabled)
    proxy = {"receiver_kind": "agent", "receiver_name": "李秀兰", "receiver_id_no": "41050219850612002X",
             "relation": "姐弟", "identity_checked": True,
             "authorisation": [house.upload("W03", "委托书.pdf")]}  # fmt: skip
    house.complete("W03", case_no, "ut_pickup", {**proxy, "signature": house.signature("W03")})
    assert house.clocks(case_no)["commitment"].standing.word == "met"
    assert house.case(case_no).delivered_at is not None
    assert house.violations() == []


@pytest.mark.parametrize("kind", SPECIAL_PROCEDURES)
def test_each_of_the_eight_kinds_may_be_told_and_stops_the_clocks(kind: str, sqlite_house: House):
    case_no = accepted(sqlite_house)
    asked(sqlite_house, case_no, kind=kind, told_anew=True)
    told(sqlite_house, case_no)
    assert rows(sqlite_house, case_no)["commitment"].state == "paused"
    assert open_elements(sqlite_house, case_no) == ["ut_hearing_rights" if kind == "听证" else "ut_sp_work"]


def test_T107_a_hearing_that_was_not_ticked_needs_a_notice_of_its_own_which_says_so(house: House):
    case_no = accepted(house)
    reviewer = people(house, case_no)[0]
    house.complete(reviewer, case_no, "ut_substantive", {**REVIEW, "special_procedure": "yes"})
    before = kept(house, case_no)
    answer = {"kind": "听证", "reason": "涉及相邻权", "legal_basis": "《行政许可法》第四十六条", "expected_days": 20}
    with pytest.raises(InvalidFields) as refused:
        house.complete(reviewer, case_no, "ut_sp_apply", answer)
    assert "附录B" in refused.value.errors["told_anew"]
    assert kept(house, case_no) == before
    house.complete(reviewer, case_no, "ut_sp_apply", {**answer, "told_anew": True})
    told(house, case_no)
    [notice] = [one for one in house.documents(case_no) if one.kind == "special_procedure_notice"]
    assert "未在收件（受理）通知书中列明" in notice.data["reason"]


@pytest.mark.parametrize(
    "answer, field",
    [
        ({"kind": "踏勘"}, "kind"),
        ({"kind": "检验", "told_anew": True, "legal_basis": "有关规定"}, "legal_basis"),
        ({"kind": "专家评审", "expected_days": 0}, "expected_days"),
        ({"kind": "专家评审", "legal_basis": ""}, "legal_basis"),
    ],
)
def test_what_may_not_stop_a_clock_is_refused_and_nothing_changes(
    answer: dict[str, Any], field: str, sqlite_house: House
):
    case_no = accepted(sqlite_house)
    sqlite_house.complete(people(sqlite_house, case_no)[0], case_no, "ut_substantive",
                          {**REVIEW, "special_procedure": "yes"})  # fmt: skip
    before = kept(sqlite_house, case_no)
    task = sqlite_house.task(case_no, "ut_sp_apply")
    full = {"kind": "专家评审", "reason": "须评审", "legal_basis": "《条例》第一条", "expected_days": 5, "files": []}
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.execute("D31", CompleteTask(task_id=task.id, answer={**full, **answer}))
    assert field in refused.value.errors
    assert kept(sqlite_house, case_no) == before


def test_without_approval_nothing_stops_and_the_review_goes_on(sqlite_house: House):
    case_no = accepted(sqlite_house)
    asked(sqlite_house, case_no)
    sqlite_house.complete("D32", case_no, "ut_sp_approve", {"approved": "no", "opinion": "材料已足够"})
    assert open_elements(sqlite_house, case_no) == ["ut_substantive"]
    assert rows(sqlite_house, case_no)["commitment"].state == "running"
    assert [one.kind for one in sqlite_house.documents(case_no)].count("special_procedure_notice") == 0


def test_T043_one_visitor_is_refused_and_the_days_of_the_visit_are_counted(house: House):
    case_no = accepted(house)
    house.complete("D31", case_no, "ut_substantive", {"findings": "须到现场", "site_visit": "yes"})
    before = kept(house, case_no)
    alone = {"visitors": [{"account": "D31", "name": "审查员"}], "visit_date": "2026-03-02", "place": "人民大道"}
    with pytest.raises(InvalidFields):
        house.complete("D31", case_no, "ut_plan_visit", alone)
    assert kept(house, case_no) == before
    house.complete("D31", case_no, "ut_plan_visit", {"visit_date": "2026-03-02", "place": "人民大道"})
    left = house.clocks(case_no)["commitment"].reckoning.left
    house.at(2026, 3, 5)
    house.complete("D31", case_no, "ut_record_visit", {"findings": "一致", "conclusion": "pass"})
    assert left - house.clocks(case_no)["commitment"].reckoning.left == 3
    assert rows(house, case_no)["commitment"].due_on == date(2026, 3, 12)


def test_a_visit_and_a_special_procedure_are_not_chosen_at_once(sqlite_house: House):
    case_no = accepted(sqlite_house)
    with pytest.raises(InvalidFields):
        sqlite_house.complete("D31", case_no, "ut_substantive",
                              {"findings": "都要", "site_visit": "yes", "special_procedure": "yes"})  # fmt: skip


def test_half_as_long_again_as_approved_needs_approval_and_a_notice_anew(house: House):
    case_no = accepted(house)
    asked(house, case_no)
    told(house, case_no)
    worked(house, case_no)
    house.at(2026, 3, 12)
    before = kept(house, case_no)
    with pytest.raises(SpecialOverrun) as refused:
        house.complete("D31", case_no, "ut_sp_result", RESULT)
    assert "行政许可法第四十五条" in refused.value.sentence
    assert kept(house, case_no) == before
    longer = {"outcome": "longer", "more_days": 5, "longer_reason": "专家要求补充计算书"}
    house.complete("D31", case_no, "ut_sp_result", longer)
    told(house, case_no)
    assert open_elements(house, case_no) == ["ut_sp_result"]
    assert [one.kind for one in house.documents(case_no)].count("special_procedure_notice") == 2
    house.at(2026, 3, 13)
    house.complete("D31", case_no, "ut_sp_result", RESULT)
    assert rows(house, case_no)["commitment"].due_on == date(2026, 3, 25), "nine days were left out once"
    assert house.violations() == []


def test_more_time_that_is_not_approved_ends_with_the_procedure_as_it_is(sqlite_house: House):
    case_no = accepted(sqlite_house)
    asked(sqlite_house, case_no)
    told(sqlite_house, case_no)
    worked(sqlite_house, case_no)
    longer = {"outcome": "longer", "more_days": 5, "longer_reason": "专家未到齐"}
    sqlite_house.complete("D31", case_no, "ut_sp_result", longer)
    sqlite_house.complete("D32", case_no, "ut_sp_approve", {"approved": "no", "opinion": "尽快评审"})
    assert open_elements(sqlite_house, case_no) == ["ut_sp_result"]
    sqlite_house.complete("D31", case_no, "ut_sp_result", RESULT)
    assert rows(sqlite_house, case_no)["commitment"].state == "running"


def test_the_expected_end_reminds_and_then_says_that_it_is_over(sqlite_house: House):
    case_no = accepted(sqlite_house)
    asked(sqlite_house, case_no)
    told(sqlite_house, case_no)
    sqlite_house.at(2026, 3, 10)
    sqlite_house.sweep()
    with sqlite_house.door.read(SYSTEM) as view:
        said = [one.sentence for one in notifications_for(view.connection, sqlite_house.actor("D31"))]
    assert said == [
        "特别程序预计时间已于 2026-03-09 届满，尚未办结，请立即办理。",
        "特别程序预计时间将于 2026-03-09 届满，请及时办理。",
    ]


def test_S2_who_asked_for_it_may_not_approve_it(sqlite_house: House):
    with sqlite_house.unit("account:X91") as unit:
        from engine.registry.identity.queries import put_grant

        put_grant(unit, "X91", "dept_reviewer", "urban")
        put_grant(unit, "X91", "dept_head", "urban")
    case_no = accepted(sqlite_house)
    sqlite_house.complete("D31", case_no, "ut_substantive", {**REVIEW, "special_procedure": "yes"})
    from tests.engine.casework.cases.procedures.stretches import APPLY

    sqlite_house.complete("X91", case_no, "ut_sp_apply", APPLY)
    before = kept(sqlite_house, case_no)
    with pytest.raises(Refusal) as refused:
        sqlite_house.complete("X91", case_no, "ut_sp_approve", {"approved": "yes"})
    assert "S2" in refused.value.sentence
    assert kept(sqlite_house, case_no) == before
