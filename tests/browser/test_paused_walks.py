"""Cases whose promised time stands still for a special procedure, carried by people at browsers to the closed file."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.test_walks import collate, file, give_out, make_result, take_papers
from tests.support.clerk import FIRM, PDF, PERSON, PNG, Clerk
from tests.support.hall import Hall

pytestmark = pytest.mark.both_editions


def accepted(clerk: Clerk, procedure: str) -> None:
    """Accept the application that was just received; Appendix B names the special procedure (行政许可法 45)."""
    clerk.choose("formal_result", "accept")
    clerk.submit()
    clerk.choose("excluded_procedures", procedure)
    clerk.submit()


def go_and_look(hall: Hall, reviewer: Clerk, days: int) -> None:
    """Plan a site visit for today and record it ``days`` later (6.2.1: its days count)."""
    reviewer.sees("实质审查")
    reviewer.fill("findings", "须到现场查看设置位置")
    reviewer.choose("site_visit", "yes")
    reviewer.submit()
    reviewer.sees("安排踏勘人员和时间")
    reviewer.fill("visit_date", hall.today().isoformat())
    reviewer.fill("place", "安阳市文峰区人民大道")
    reviewer.submit()
    hall.wait(days)
    reviewer.page.reload()
    reviewer.sees("记录踏勘情况和结论")
    reviewer.fill("findings", "位置与效果图一致")
    reviewer.choose("conclusion", "pass")
    reviewer.attach("files", "现场.png", PNG)
    reviewer.submit()


def ask_for_procedure(reviewer: Clerk, kind: str, days: int, basis: str) -> None:
    """Choose a special procedure in the review and ask the head for it."""
    reviewer.sees("实质审查")
    reviewer.fill("findings", f"须进行{kind}")
    reviewer.choose("special_procedure", "yes")
    reviewer.choose("site_visit", "no")
    reviewer.submit()
    reviewer.sees("申请启动特别程序")
    reviewer.choose("kind", kind)
    reviewer.fill("reason", f"依法应当进行{kind}")
    reviewer.fill("legal_basis", basis)
    reviewer.fill("expected_days", str(days))
    reviewer.submit()


def tell_and_entrust(head: Clerk, reviewer: Clerk, case_no: str, entrusted: str, day: str) -> None:
    """Approve the procedure, tell the applicant (from now on the clock stands still), and have it carried out."""
    head.take(case_no, "批准特别程序")
    asked = head.page.get_by_label("特别程序与延长期限")
    expect(asked).to_contain_text("个工作日")
    expect(asked).to_contain_text("《收件（受理）通知书》已列明")
    head.choose("approved", "yes")
    head.submit()
    reviewer.take(case_no, "出具特别程序告知书")
    reviewer.tick("checked")
    reviewer.submit()
    expect(reviewer.page.locator(".yc-done").first).to_contain_text("特别程序告知书")
    reviewer.sees("组织或者委托进行")
    reviewer.fill("entrusted", entrusted)
    reviewer.fill("work_on", day)
    reviewer.fill("place", "安阳市政务服务中心")
    reviewer.submit()


def promise_of(clerk: Clerk) -> Locator:
    """Return the part of the case's page about the promised limit."""
    return clerk.page.locator(".yc-clock").filter(has=clerk.page.get_by_role("heading", name="承诺时限"))


def review_and_grant(reviewer: Clerk, head: Clerk, case_no: str, basis: str) -> None:
    reviewer.sees("实质审查")
    reviewer.fill("findings", "特别程序的结论符合要求")
    reviewer.choose("site_visit", "no")
    reviewer.submit()
    reviewer.sees("提出审查意见")
    reviewer.fill("opinion", "建议准予")
    reviewer.fill("basis", basis)
    reviewer.submit()
    head.take(case_no, "业务负责人依法作出处理决定")
    head.choose("decision", "grant")
    head.submit()


def make_and_hand_over(reviewer: Clerk, head: Clerk, case_no: str) -> None:
    reviewer.take(case_no, "制作结果文书或证照")
    make_result(reviewer)
    head.take(case_no, "转交结果文书或证照")
    head.submit()


def ended(hall: Hall, case_no: str) -> None:
    """See in the house itself that the case was granted, kept its promise and is archived."""
    with hall.house() as house:
        case = house.case(case_no)
        assert (case.status, case.outcome, case.decision) == ("archived", "closed", "grant")
        assert house.clocks(case_no)["commitment"].standing.word == "met"
        assert house.violations() == []


def test_I10_the_experts_review_pauses_the_promise_and_the_site_visit_does_not(hall: Hall) -> None:
    clerk, reviewer, head = hall.sit("W01"), hall.sit("D31"), hall.sit("D32")
    case_no = clerk.receive("设置大型户外广告", FIRM)
    accepted(clerk, "专家评审")
    take_papers(reviewer, case_no)
    go_and_look(hall, reviewer, days=2)
    reviewer.sees("提出审查意见")
    reviewer.see_case(case_no)
    expect(promise_of(reviewer)).to_contain_text("剩6个工作日")
    reviewer.page.go_back()
    reviewer.fill("opinion", "面积超过一百平方米，应当评审结构安全")
    reviewer.fill("basis", "《城市市容和环境卫生管理条例》第十一条")
    reviewer.choose("further_review", "yes")
    reviewer.submit()
    ask_for_procedure(reviewer, "专家评审", 5, "《城市市容和环境卫生管理条例》第十一条")
    tell_and_entrust(head, reviewer, case_no, "专家评审组", hall.today().isoformat())
    hall.wait(6)
    reviewer.see_case(case_no)
    expect(promise_of(reviewer)).to_contain_text("暂停计时")
    reviewer.resume(case_no, "登记特别程序结果")
    reviewer.fill("result", "专家组一致同意")
    reviewer.fill("conclusion", "结构安全")
    reviewer.submit()
    review_and_grant(reviewer, head, case_no, "《城市市容和环境卫生管理条例》第十一条")
    make_and_hand_over(reviewer, head, case_no)
    give_out(hall.sit("W03"), case_no, "李秀兰", "41050219850612002X")
    collate(clerk, case_no)
    archivist = file(hall.sit("D33"), case_no)
    archivist.see_case(case_no)
    expect(promise_of(archivist)).to_contain_text("按期完成")
    ended(hall, case_no)


PROXY = {
    "agent_name": "李秀兰", "agent_id_no": "41050219850612002X", "agent_phone": "13800005678",
}  # fmt: skip


def test_I07_a_proxy_applies_the_appraisal_pauses_the_promise_and_the_proxy_fetches_the_card(hall: Hall) -> None:
    clerk, reviewer, head = hall.sit("W01"), hall.sit("D101"), hall.sit("D102")
    clerk.write_down("残疾人证新办", PERSON)
    clerk.tick("by_agent")
    clerk.refresh()
    for name, value in PROXY.items():
        clerk.fill(name, value)
    clerk.press("收件并进入形式审查")
    expect(clerk.page.locator(".yc-errors")).to_be_focused()
    expect(clerk.page.locator(".yc-errors__list")).to_contain_text("授权委托书")
    clerk.attach("agent_letter", "授权委托书.pdf", PDF)
    clerk.press("收件并进入形式审查")
    case_no = clerk.case_no()
    accepted(clerk, "鉴定")
    take_papers(reviewer, case_no)
    ask_for_procedure(reviewer, "鉴定", 15, "残疾人证管理办法")
    tell_and_entrust(head, reviewer, case_no, "指定评定医院", hall.today().isoformat())
    reviewer.see_case(case_no)
    expect(promise_of(reviewer)).to_contain_text("暂停计时")
    hall.wait(14)
    reviewer.resume(case_no, "登记特别程序结果")
    reviewer.fill("result", "肢体残疾三级")
    reviewer.fill("conclusion", "符合残疾标准")
    reviewer.submit()
    review_and_grant(reviewer, head, case_no, "残疾人证管理办法")
    make_and_hand_over(reviewer, head, case_no)
    fetch_by_proxy(hall.sit("W03"), case_no)
    collate(clerk, case_no)
    archivist = file(hall.sit("D103"), case_no)
    archivist.see_case(case_no)
    expect(promise_of(archivist)).to_contain_text("按期完成")
    expect(archivist.page.locator(".yc-aside")).to_contain_text("代办")
    ended(hall, case_no)


def fetch_by_proxy(issuer: Clerk, case_no: str) -> None:
    """Give the card to the person the applicant has authorised: letter, identity and signature (6.3.2)."""
    issuer.take(case_no, "签收结果文书或证照")
    issuer.sign()
    issuer.submit()
    issuer.sees("核对身份，交接签收")
    issuer.choose("receiver_kind", "agent")
    issuer.refresh()
    issuer.fill("receiver_name", PROXY["agent_name"])
    issuer.fill("receiver_id_no", PROXY["agent_id_no"])
    issuer.fill("relation", "姐弟")
    issuer.attach("authorisation", "领取委托书.pdf", PDF)
    issuer.tick("identity_checked")
    issuer.sign()
    issuer.submit()
    expect(issuer.page.locator(".yc-done")).to_contain_text("送达回执")
