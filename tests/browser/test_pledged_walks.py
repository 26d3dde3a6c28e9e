"""告知承诺 carried by people at browsers: promised in writing, decided at once, filed and checked later (4.1.7)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.test_promised_walks import accept_without_it, receive_without_the_fourth, to_the_archive
from tests.browser.test_walks import take_papers
from tests.support.clerk import PNG, Clerk
from tests.support.hall import Hall

pytestmark = pytest.mark.both_editions


def granted_and_filed(hall: Hall) -> str:
    """Carry an I03 case to its archive on the applicant's word; return its number."""
    clerk, reviewer, head = hall.sit("W01"), hall.sit("D21"), hall.sit("D22")
    case_no = receive_without_the_fourth(clerk, "公共场所卫生许可新办")
    accept_without_it(clerk, "凭承诺免予提交", "accept_commitment")
    clerk.sees("告知承诺：书面告知与承诺")
    for one in ("known", "met", "check", "consequence"):
        clerk.choose("promises", one)
    clerk.sign()
    clerk.submit()
    expect(clerk.page.locator(".yc-done").first).to_contain_text("告知承诺书")
    clerk.submit()
    take_papers(reviewer, case_no)
    head.take(case_no, "业务负责人依法作出处理决定")
    expect(head.page.get_by_text("凭告知承诺办理")).to_be_visible()
    head.choose("decision", "grant")
    head.submit()
    archivist = to_the_archive(hall, reviewer, head, "D23", case_no)
    expect(archivist.page.locator(".yc-clock").filter(has_text="承诺时限")).to_contain_text("按期完成")
    return case_no


def check(reviewer: Clerk, case_no: str, result: str, findings: str) -> None:
    """Look whether the promise was kept, within the months that the item gives for it."""
    reviewer.take(case_no, "后续核查")
    reviewer.fill("findings", findings)
    reviewer.choose("check_result", result)
    reviewer.attach("files", "核查.png", PNG)
    reviewer.submit()
    expect(reviewer.page.locator(".yc-done").first).to_contain_text("后续核查")


def pledge_of(clerk: Clerk) -> Locator:
    """Return the part of the case's page about the promise."""
    return clerk.page.locator("section", has=clerk.page.locator("#commitment-title"))


def test_T030_I03_a_written_promise_is_decided_at_once_and_checked_two_months_later(hall: Hall) -> None:
    case_no = granted_and_filed(hall)
    hall.wait(55)
    reviewer = hall.sit("D21")
    check(reviewer, case_no, "pass", "现场卫生检测合格，与承诺一致")
    reviewer.see_case(case_no)
    expect(pledge_of(reviewer)).to_contain_text("与承诺相符")
    with hall.house() as house:
        case = house.case(case_no)
        assert (case.status, case.outcome, case.decision) == ("archived", "closed", "grant")
        assert house.clocks(case_no)["commit_check"].standing.word == "met"
        assert house.open_tasks(case_no) == []
        assert house.violations() == []


def test_T030_I03_a_promise_that_was_not_kept_is_revoked_and_bars_the_applicant(hall: Hall) -> None:
    case_no = granted_and_filed(hall)
    hall.wait(30)
    head, clerk = hall.sit("D22"), hall.sit("W01")
    check(hall.sit("D21"), case_no, "fail", "没有卫生检测报告，从业人员没有健康证明")
    head.take(case_no, "作出撤销决定")
    head.choose("revocation", "revoke")
    head.refresh()
    expect(head.field("remedies")).to_have_value(re.compile("行政复议"))
    head.fill("reason", "与承诺不符，限期内没有整改")
    head.fill("legal_basis", "《行政许可法》第六十九条")
    head.submit()
    expect(head.page.locator(".yc-done").first).to_contain_text("撤销")
    expect(head.page.locator(".yc-under")).to_contain_text("撤销")
    again = receive_without_the_fourth(clerk, "公共场所卫生许可新办")
    refused_as_barred(clerk)
    with hall.house() as house:
        assert (house.case(case_no).status, house.open_tasks(case_no)) == ("revoked", [])
        assert house.case(again).status == "received"
        assert house.violations() == []


def refused_as_barred(clerk: Clerk) -> None:
    """Who broke a promise is not taken at the next one: the page says why, and what to do."""
    clerk.choose("materials[3].verdict", "missing")
    clerk.refresh()
    clerk.fill("materials[3].copies", "0")
    clerk.fill("materials[3].advice", "凭承诺免予提交")
    clerk.choose("formal_result", "accept_commitment")
    clerk.press("提交")
    expect(clerk.page.locator(".yc-errors")).to_be_focused()
    expect(clerk.page.locator(".yc-errors__list")).to_contain_text("失信记录")
