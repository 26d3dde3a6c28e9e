"""Cases that end before they are done, 逾期未补正 and 终止办理, carried by people at browsers to their end."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.test_walks import take_papers
from tests.support.clerk import FIRM, Clerk
from tests.support.hall import Hall, take_when_due

pytestmark = pytest.mark.both_editions

DEFECT = "请提交食品安全规章制度"


def told_to_correct(hall: Hall) -> str:
    """Return a case whose applicant was told in writing, once and for all, what to complete (6.1.3, Appendix C)."""
    clerk, head = hall.sit("W01"), hall.sit("D12")
    case_no = clerk.receive("食品经营许可新办（餐饮）", FIRM)
    clerk.choose("materials[3].verdict", "missing")
    clerk.refresh()
    clerk.fill("materials[3].advice", DEFECT)
    clerk.choose("formal_result", "correct")
    clerk.submit()
    head.take(case_no, "确认需要补齐补正的全部内容")
    head.choose("confirmed", "agree")
    head.submit()
    clerk.take(case_no, "出具补齐补正通知书")
    clerk.tick("checked")
    clerk.submit()
    return case_no


def correction_limit(hall: Hall, case_no: str) -> date:
    """Return the last day on which the applicant may bring the materials."""
    with hall.house() as house:
        due = house.clocks(case_no)["correction_limit"].row.due_on
    assert due is not None
    return due


def day_after(hall: Hall, day: date) -> None:
    hall.wait((day - hall.today()).days + 1)


def test_T114_a_limit_is_extended_once_then_the_case_lapses_by_hand_and_nothing_is_deleted(hall: Hall) -> None:
    clerk = hall.sit("W01")
    case_no = told_to_correct(hall)
    began, limit = hall.today(), correction_limit(hall, case_no)
    assert (limit - began).days >= 30
    day_after(hall, limit)
    take_when_due(clerk, case_no, "逾期未补正的处理")
    expect(clerk.page.get_by_text(DEFECT)).to_be_visible()
    expect(clerk.page.get_by_text(limit.isoformat())).to_be_visible()
    clerk.choose("lapse_decision", "extend")
    clerk.refresh()
    clerk.fill("more_days", "10")
    clerk.fill("reason", "申请人住院")
    clerk.submit()
    clerk.sees("收到补齐补正的材料")
    day_after(hall, correction_limit(hall, case_no))
    take_when_due(clerk, case_no, "逾期未补正的处理")
    only_once(clerk)
    clerk.choose("lapse_decision", "end")
    clerk.fill("reason", "电话联系三次，申请人未补正")
    clerk.submit()
    expect(clerk.page.locator(".yc-done").first).to_contain_text("逾期未补正告知书")
    expect(clerk.page.locator(".yc-under")).to_contain_text("逾期未补正")
    expect(clerk.page.get_by_text("办件已结束：逾期未补正")).to_be_visible()
    kept = clerk.page.locator(".yc-section", has=clerk.page.locator("#materials-title"))
    expect(kept.locator("tbody tr")).to_have_count(6)
    with hall.house() as house:
        case = house.case(case_no)
        assert (case.status, case.outcome, case.accepted_on) == ("lapsed", "lapsed", None)
        assert {one.row.state for one in house.clocks(case_no).values()} <= {"stopped", "fired"}
        assert house.open_tasks(case_no) == []
        assert house.violations() == []


def only_once(clerk: Clerk) -> None:
    """A second extension is refused at its field, and the reason that was typed stays."""
    clerk.choose("lapse_decision", "extend")
    clerk.refresh()
    clerk.fill("more_days", "10")
    clerk.fill("reason", "再等一等")
    clerk.press("提交")
    expect(clerk.page.locator(".yc-errors")).to_be_focused()
    expect(clerk.page.locator(".yc-errors__list")).to_contain_text("6.1.3")
    assert clerk.field("reason").input_value() == "再等一等"


def test_a_case_is_terminated_with_reasons_basis_and_remedies(hall: Hall) -> None:
    clerk, reviewer, head = hall.sit("W01"), hall.sit("D11"), hall.sit("D12")
    case_no = clerk.receive("食品经营许可新办（餐饮）", FIRM)
    clerk.choose("formal_result", "accept")
    clerk.submit()
    clerk.submit()
    take_papers(reviewer, case_no)
    reviewer.fill("findings", "申请对象已经注销")
    reviewer.choose("site_visit", "no")
    reviewer.submit()
    reviewer.fill("opinion", "建议终止办理")
    reviewer.fill("basis", "《行政许可法》第七十条")
    reviewer.submit()
    head.take(case_no, "业务负责人依法作出处理决定")
    head.choose("decision", "terminate")
    head.refresh()
    expect(head.field("remedies")).to_have_value("对处理决定不服的，可以依法申请行政复议或者提起行政诉讼")
    head.press("提交")
    expect(head.page.locator(".yc-errors")).to_be_focused()
    expect(head.page.locator(".yc-errors__list a")).to_have_count(2)
    head.fill("reasons", "申请对象已经注销，许可无法实施")
    head.fill("legal_basis", "《行政许可法》第七十条")
    head.submit()
    expect(head.page.locator(".yc-done").first).to_contain_text("终止")
    expect(head.page.locator(".yc-under")).to_contain_text("已终止")
    expect(head.page.get_by_text("办件已结束：终止办理")).to_be_visible()
    clerk.see_case(case_no)
    with hall.house() as house:
        case = house.case(case_no)
        assert (case.status, case.outcome, case.decision) == ("terminated", "terminated", "terminate")
        assert {one.row.state for one in house.clocks(case_no).values()} == {"stopped"}
        assert house.open_tasks(case_no) == []
        assert house.violations() == []
