"""Whole cases through the door, on both databases: from application to closed file."""

from __future__ import annotations

import pytest

from engine.casework.cases.rules import CorrectionNotConfirmed
from engine.foundation.errors import InvalidFields
from tests.support.house import COMPANY, INSURANCE, MARKET, PERSON, House


def test_an_instant_case_goes_from_application_to_closed_file(house: House):
    case_no = house.accepted_instant()
    house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    house.finish(case_no, INSURANCE, ("王建国", "410502199003070010"))
    case = house.case(case_no)
    assert (case.status, case.outcome, case.decision) == ("archived", "closed", "grant")
    assert house.open_tasks(case_no) == []
    assert [one.kind for one in house.documents(case_no)] == ["acceptance_notice", "result_slip", "delivery_receipt"]
    assert house.violations() == []


def test_a_commitment_case_with_a_correction_round_and_a_site_visit_goes_to_its_end(house: House):
    rows = [{"no": "4", "provided_form": "none"}]
    case_no = house.receive("W01", "I02", {**COMPANY, "materials": rows})
    defect = [{"no": "4", "verdict": "missing", "advice": "请提交食品安全规章制度"}]
    house.complete("W01", case_no, "ut_formal", {"formal_result": "correct", "materials": defect})
    house.complete("D12", case_no, "ut_confirm_correction", {"confirmed": "agree"})
    house.complete("W01", case_no, "ut_issue_correction", {"checked": True})
    house.wait(days=1)
    house.complete("W01", case_no, "ut_receive_correction", {})
    whole = [{"no": "4", "verdict": "complete"}]
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept", "materials": whole})
    house.complete("W01", case_no, "ut_accept", {"delay_reason": "补齐补正后收件（受理）"})
    house.complete("D11", case_no, "ut_receive_paper", {"signature": house.signature("D11")})
    house.visit(case_no)
    house.complete(
        "D11", case_no, "ut_dept_opinion", {"opinion": "建议准予", "basis": "《食品经营许可和备案管理办法》"}
    )
    house.complete("D12", case_no, "ut_head_decide", {"decision": "grant"})
    house.finish(case_no, MARKET, ("李秀兰", "41050219850612002X"))
    case = house.case(case_no)
    assert (case.outcome, case.visits) == ("closed", 2)
    kinds = [one.kind for one in house.documents(case_no)]
    assert kinds == ["correction_notice", "acceptance_notice", "handover_slip", "result_slip", "delivery_receipt"]
    assert house.violations() == []


def test_T066_a_rejected_application_ends_with_its_notice_and_an_archive_decision(house: House):
    case_no = house.receive("W01", "I02", COMPANY)
    house.complete("W01", case_no, "ut_formal", {"formal_result": "reject"})
    refusal = {
        "ground": "not_competent", "reasons": "不属于本机关职权范围", "legal_basis": "《行政许可法》第三十二条",
        "competent_authority": "河南省市场监督管理局",
    }  # fmt: skip
    house.complete("W01", case_no, "ut_reject", refusal)
    case = house.case(case_no)
    assert (case.status, case.outcome) == ("rejected", "rejected")
    notice = house.documents(case_no)[0]
    assert (notice.kind, notice.data["competent_authority"]) == ("rejection_notice", "河南省市场监督管理局")
    assert house.clocks(case_no)["correction_notice"].row.state == "stopped"
    assert house.violations() == []


def test_the_head_may_send_the_case_back_to_the_reviewer_and_decide_later(house: House):
    case_no = house.accepted_commitment()
    for decision in ({"decision": "return", "reason": "请核实布局图"}, {"decision": "grant"}):
        house.complete("D11", case_no, "ut_substantive", {"findings": "审查", "site_visit": "no"})
        house.complete("D11", case_no, "ut_dept_opinion", {"opinion": "建议准予", "basis": "办法"})
        house.complete("D12", case_no, "ut_head_decide", decision)
    assert house.case(case_no).decision == "grant"
    assert [task.element for task in house.open_tasks(case_no)] == ["ut_make_result"]
    assert house.violations() == []


def test_the_department_may_decline_a_correction_and_the_review_begins_again(house: House):
    case_no = house.receive("W01", "I02", COMPANY)
    defect = [{"no": "1", "verdict": "bad_form", "advice": "请加盖公章"}]
    house.complete("W01", case_no, "ut_formal", {"formal_result": "correct", "materials": defect})
    house.complete("D12", case_no, "ut_confirm_correction", {"confirmed": "disagree", "opinion": "无需加盖公章"})
    assert [task.element for task in house.open_tasks(case_no)] == ["ut_formal"]
    assert house.case(case_no).status == "received"


def test_T063_too_few_copies_forbid_acceptance_and_nothing_changes(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    few = [{"no": "1", "verdict": "complete", "copies": 0}]
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "accept", "materials": few})
    assert "份数不足" in refused.value.errors["materials[0].copies"]
    assert [task.element for task in sqlite_house.open_tasks(case_no)] == ["ut_formal"]
    assert all(line.type != "case.formally_reviewed" for line in sqlite_house.journal(f"case:{case_no}"))


def test_a_missing_required_material_forbids_acceptance(sqlite_house: House):
    rows = [{"no": "1", "provided_form": "none"}]
    case_no = sqlite_house.receive("W01", "I02", {**COMPANY, "materials": rows})
    missing = [{"no": "1", "verdict": "missing", "advice": "未提交", "copies": 0}]
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "accept", "materials": missing})
    assert "不能作出" in refused.value.errors["materials[0].verdict"]


def test_T070_the_correction_notice_waits_for_the_departments_confirmation(house: House):
    from engine.casework.cases.commands import IssueCorrectionNotice

    case_no = house.receive("W01", "I02", COMPANY)
    defect = [{"no": "1", "verdict": "bad_form", "advice": "请签字"}]
    house.complete("W01", case_no, "ut_formal", {"formal_result": "correct", "materials": defect})
    with pytest.raises(CorrectionNotConfirmed):
        house.execute("W01", IssueCorrectionNotice(case_no=case_no, answer={"checked": True}))
    house.complete("D12", case_no, "ut_confirm_correction", {"confirmed": "agree"})
    house.execute("W01", IssueCorrectionNotice(case_no=case_no, answer={"checked": True}))
    notice = house.documents(case_no)[-1]
    assert notice.kind == "correction_notice"
    assert [row["advice"] for row in notice.data["materials"]] == ["请签字"]


def test_T074_acceptance_opens_the_departments_task_in_the_same_transaction(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    outcome = sqlite_house.complete("W01", case_no, "ut_accept", {})
    [task] = sqlite_house.open_tasks(case_no)
    assert outcome["opened"] == [task.id]
    assert (task.role, task.department) == ("dept_head", "hrss")
