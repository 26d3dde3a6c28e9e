"""Cases that do not go straight: reported upward, asked of several departments, withdrawn, rejected and reviewed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.test_walks import collate, file, give_out, make_result, take_papers
from tests.support.browser import NewPage
from tests.support.clerk import FIRM, PDF, Clerk
from tests.support.server import Server

pytestmark = pytest.mark.both_editions

Sit = Callable[[str], Clerk]


@pytest.fixture
def sit(new_page: NewPage, server: Server, tmp_path: Path) -> Sit:
    return lambda account: Clerk(new_page(), server.url, account, tmp_path)


def accepted(clerk: Clerk, item: str) -> str:
    """Receive and accept an application; return its number."""
    case_no = clerk.receive(item, FIRM)
    clerk.choose("formal_result", "accept")
    clerk.submit()
    clerk.submit()
    return case_no


def today(clerk: Clerk) -> str:
    """Return the day in the city."""
    return str(clerk.page.evaluate("new Date().toLocaleDateString('sv-SE', {timeZone: 'Asia/Shanghai'})"))


def end_of_the_line(sit: Sit, clerk: Clerk, reviewer: Clerk, case_no: str, department: int) -> Clerk:
    """Make the result, whose task the reviewer has open, give it out and file the case; return the archivist."""
    reviewer.sees("制作结果文书或证照")
    make_result(reviewer)
    return given_out(sit, clerk, case_no, department)


def given_out(sit: Sit, clerk: Clerk, case_no: str, department: int) -> Clerk:
    """Hand the result over, give it out and file the case; return the archivist."""
    head = sit(f"D{department}2")
    head.take(case_no, "转交结果文书或证照")
    head.submit()
    give_out(sit("W03"), case_no, "李秀兰", "41050219850612002X")
    collate(clerk, case_no)
    return file(sit(f"D{department}3"), case_no)


def test_I14_a_case_is_reported_to_the_province_and_its_reply_relayed(sit: Sit) -> None:
    clerk = sit("W01")
    case_no = accepted(clerk, "出版物批发单位设立（市初审转报省）")
    reviewer, head = sit("D111"), sit("D112")
    take_papers(reviewer, case_no)
    reviewer.sees("本级初审")
    for field, text in (("findings", "材料真实有效"), ("opinion", "建议上报"), ("basis", "《出版物市场管理规定》")):
        reviewer.fill(field, text)
    reviewer.submit()
    head.take(case_no, "业务负责人审定初审意见")
    head.choose("first_decision", "report")
    head.submit()
    reviewer.take(case_no, "上报并由上级机关签收")
    reviewer.fill("to_authority", "河南省新闻出版局")
    reviewer.fill("signed_by", "赵收件")
    reviewer.attach("files", "签收凭证.pdf", PDF)
    reviewer.submit()
    expect(reviewer.page.locator(".yc-done").first).to_contain_text("上报（转报）材料移交单")
    reviewer.sees("登记上级机关批复")
    reviewer.fill("reply_number", "豫新出批〔2026〕12号")
    reviewer.fill("replied_on", today(reviewer))
    reviewer.choose("decision", "grant")
    reviewer.fill("content", "准予设立")
    reviewer.attach("files", "批复.pdf", PDF)
    reviewer.submit()
    reviewer.sees("向申请对象反馈批复")
    reviewer.submit()
    expect(reviewer.page.locator(".yc-done").first).to_contain_text("上级批复告知书")
    archivist = end_of_the_line(sit, clerk, reviewer, case_no, 11)
    expect(archivist.page.locator(".yc-clock").filter(has_text="初审期限")).to_contain_text("按期完成")


def test_I13_each_department_gives_its_opinion_and_its_own_result_and_all_go_out_at_once(sit: Sit) -> None:
    clerk = sit("W01")
    case_no = accepted(clerk, "开餐饮店“一件事”")
    lead = sit("D11")
    take_papers(lead, case_no)
    lead.sees("牵头部门确认联办计划")
    lead.fill("note", "请就本部门职责提出意见")
    lead.submit()
    lead.sees("审查本部门负责的内容")
    # The market's part is agreed, as is the fire brigade's; the sign is not.
    for department, said in ((1, "agree"), (3, "deny"), (4, "agree")):
        reviewer, head = lead if department == 1 else sit(f"D{department}1"), sit(f"D{department}2")
        if department != 1:
            reviewer.take(case_no, "审查本部门负责的内容")
        reviewer.fill("findings", "材料齐全")
        reviewer.submit()
        head.take(case_no, "代表本部门出具意见")
        head.choose("conclusion", said)
        head.fill("opinion", "符合条件" if said == "agree" else "招牌遮挡消防通道")
        head.fill("basis", "有关规定")
        head.submit()
    lead_head = sit("D12")
    lead_head.take(case_no, "牵头部门汇总并作出结论")
    lead_head.fill("summary", "食品、消防同意，招牌不同意")
    lead_head.fill("basis", "联合办理规定")
    lead_head.submit()
    expect(lead_head.page.locator(".yc-done").first).to_contain_text("联审意见表")
    for department, granted in ((1, True), (3, False), (4, True)):
        maker = lead if department == 1 else sit(f"D{department}1")
        maker.take(case_no, "各部门制作本部门的结果文书或证照")
        if granted:
            maker.fill("result_no", f"AY-2026-{department:04d}")
            maker.page.get_by_label("长期有效").check()
            maker.attach("files", "证照.pdf", PDF)
        maker.submit()
    lead.take(case_no, "制作结果文书或证照")
    lead.submit()
    expect(lead.page.locator(".yc-done").first).to_contain_text("联办结果清单")
    given_out(sit, clerk, case_no, 1)


def test_T032_I09_is_taken_in_at_the_centre_and_handled_in_the_district_to_its_end(sit: Sit) -> None:
    clerk, reviewer, head = sit("W01"), sit("D111"), sit("D112")
    clerk.write_down("出版物零售单位设立", FIRM)
    expect(clerk.page.get_by_label("代收代办", exact=True)).to_be_checked()
    clerk.press("收件并进入形式审查")
    case_no = clerk.case_no()
    clerk.choose("formal_result", "accept")
    clerk.submit()
    clerk.submit()
    take_papers(reviewer, case_no)
    reviewer.page.goto(f"{reviewer.url}/cases/{case_no}")
    aside = reviewer.page.locator(".yc-aside")
    for place in ("收件地", "安阳市本级", "办理地", "文峰区", "代收代办"):
        expect(aside).to_contain_text(place)
    reviewer.resume(case_no, "实质审查")
    reviewer.fill("findings", "书面审查，材料真实有效")
    reviewer.choose("site_visit", "no")
    reviewer.submit()
    reviewer.fill("opinion", "建议准予")
    reviewer.fill("basis", "《出版管理条例》第三十五条")
    reviewer.submit()
    head.take(case_no, "业务负责人依法作出处理决定")
    head.choose("decision", "grant")
    head.submit()
    reviewer.take(case_no, "制作结果文书或证照")
    archivist = end_of_the_line(sit, clerk, reviewer, case_no, 11)
    expect(archivist.page.locator(".yc-clock").filter(has_text="承诺时限")).to_contain_text("按期完成")


def test_an_application_is_withdrawn_at_the_counter(sit: Sit) -> None:
    clerk = sit("W01")
    case_no = accepted(clerk, "食品经营许可新办（餐饮）")
    clerk.see_case(case_no)
    clerk.page.get_by_role("link", name="撤回申请").click()
    clerk.fill("reason", "申请人改变经营计划")
    clerk.fill("materials_returned", "原件当场退还")
    clerk.sign()
    clerk.press("撤回申请")
    expect(clerk.page.locator(".yc-status").first).to_contain_text("已撤回")
    expect(clerk.page.get_by_text("撤回申请确认书").first).to_be_visible()
    expect(clerk.page.get_by_role("link", name="撤回申请", exact=True)).to_have_count(0)


def test_a_rejection_is_reviewed_overturned_and_the_case_accepted(sit: Sit) -> None:
    clerk = sit("W01")
    case_no = clerk.receive("食品经营许可新办（餐饮）", FIRM)
    clerk.choose("formal_result", "reject")
    clerk.submit()
    clerk.choose("ground", "conditions")
    clerk.fill("reasons", "经营场所不在本市")
    clerk.fill("legal_basis", "《行政许可法》第三十二条")
    clerk.submit()
    clerk.see_case(case_no)
    clerk.page.get_by_role("link", name="申请复核").click()
    clerk.fill("reason", "场所在本市北关区")
    clerk.sign()
    clerk.press("申请复核")
    head = sit("D12")
    head.take(case_no, "复核不予收件（受理）的结论")
    head.choose("conclusion", "overturn")
    head.fill("reasons", "经核对，场所在本市")
    head.fill("legal_basis", "《行政许可法》第三十二条")
    head.submit()
    expect(head.page.locator(".yc-done").first).to_contain_text("复核决定书")
    clerk.take(case_no, "形式审查")
    clerk.choose("formal_result", "accept")
    clerk.submit()
    clerk.submit()
    expect(clerk.page.locator(".yc-done").first).to_contain_text("收件（受理）通知书")
