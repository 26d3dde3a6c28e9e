"""告知承诺 carried by people at browsers: promised in writing, decided at once, filed and checked later (4.1.7)."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.test_promised_walks import accept_without_it, receive_without_the_fourth, to_the_archive
from tests.browser.test_walks import take_papers
from tests.support.clerk import PNG, Clerk
from tests.support.hall import Hall


def test_T030_I03_a_written_promise_is_decided_at_once_and_checked_two_months_later(hall: Hall) -> None:
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
    head.choose("decision", "grant")
    head.submit()
    archivist = to_the_archive(hall, reviewer, head, "D23", case_no)
    expect(archivist.page.locator(".yc-clock").filter(has_text="承诺时限")).to_contain_text("按期完成")
    hall.wait(55)
    check(reviewer, case_no)
    with hall.house() as house:
        case = house.case(case_no)
        assert (case.status, case.outcome, case.decision) == ("archived", "closed", "grant")
        assert house.clocks(case_no)["commit_check"].standing.word == "met"
        assert house.open_tasks(case_no) == []
        assert house.violations() == []


def check(reviewer: Clerk, case_no: str) -> None:
    """Look whether the promise was kept, within the months that the item gives for it."""
    reviewer.take(case_no, "后续核查")
    reviewer.fill("findings", "现场卫生检测合格，与承诺一致")
    reviewer.choose("check_result", "pass")
    reviewer.attach("files", "核查.png", PNG)
    reviewer.submit()
    expect(reviewer.page.locator(".yc-done").first).to_contain_text("核查")
    reviewer.see_case(case_no)
    expect(reviewer.page.locator("section", has=reviewer.page.locator("#commitment-title"))).to_contain_text(
        "与承诺相符"
    )
