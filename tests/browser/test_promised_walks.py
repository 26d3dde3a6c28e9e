"""Cases accepted on the applicant's word, 容缺受理, carried by people at browsers to the end (4.1.7)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_walks import collate, file, give_out, make_result, take_papers
from tests.support.clerk import FIRM, PDF, Clerk
from tests.support.hall import Hall

pytestmark = pytest.mark.both_editions

OWED = re.compile("本件容缺受理，尚欠：食品安全规章制度")


def receive_without_the_fourth(clerk: Clerk, item: str) -> str:
    """Receive an application whose fourth material is not there; return the number of the case."""
    clerk.write_down(item, FIRM)
    clerk.choose("materials[3].provided_form", "none")
    clerk.refresh()
    clerk.press("收件并进入形式审查")
    clerk.sees("形式审查")
    return clerk.case_no()


def accept_without_it(clerk: Clerk, advice: str, way: str) -> None:
    """Conclude that the application is accepted though something is missing."""
    clerk.choose("materials[3].verdict", "missing")
    clerk.refresh()
    clerk.fill("materials[3].copies", "0")
    clerk.fill("materials[3].advice", advice)
    clerk.choose("formal_result", way)
    clerk.submit()


def to_the_archive(hall: Hall, reviewer: Clerk, head: Clerk, archivist: str, case_no: str) -> Clerk:
    """Make the result, give it out and file the case; return the archivist, who has the case open."""
    reviewer.take(case_no, "制作结果文书或证照")
    make_result(reviewer)
    head.take(case_no, "转交结果文书或证照")
    head.submit()
    give_out(hall.sit("W03"), case_no, "李秀兰", "41050219850612002X")
    collate(hall.sit("W01"), case_no)
    return file(hall.sit(archivist), case_no)


def test_T029_I02_what_was_lacking_is_promised_brought_handed_over_and_the_case_goes_to_its_end(hall: Hall) -> None:
    clerk, reviewer, head = hall.sit("W01"), hall.sit("D11"), hall.sit("D12")
    case_no = receive_without_the_fourth(clerk, "食品经营许可新办（餐饮）")
    accept_without_it(clerk, "请提交食品安全规章制度", "accept_deficient")
    promise(clerk)
    clerk.sees("收件（受理），出具通知书")
    clerk.submit()
    take_papers(reviewer, case_no)
    expect(reviewer.page.locator(".yc-note--warn")).to_contain_text(OWED)
    hall.wait(1)
    supply(clerk, case_no)
    reviewer.take(case_no, "补交材料交接签收")
    reviewer.sign()
    reviewer.submit()
    reviewer.resume(case_no, "实质审查")
    expect(reviewer.page.get_by_text(OWED)).to_have_count(0)
    reviewer.fill("findings", "材料真实有效，制度已补齐")
    reviewer.choose("site_visit", "no")
    reviewer.submit()
    reviewer.fill("opinion", "建议准予")
    reviewer.fill("basis", "《食品经营许可和备案管理办法》")
    reviewer.submit()
    head.take(case_no, "业务负责人依法作出处理决定")
    head.choose("decision", "grant")
    head.submit()
    archivist = to_the_archive(hall, reviewer, head, "D13", case_no)
    expect(archivist.page.locator("section", has=archivist.page.locator("#deficiencies-title"))).to_contain_text(
        "已补交"
    )
    with hall.house() as house:
        case, clocks = house.case(case_no), house.clocks(case_no)
        assert (case.status, case.outcome, case.decision) == ("archived", "closed", "grant")
        assert {clocks[kind].standing.word for kind in ("commitment", "deficiency")} == {"met"}
        assert house.violations() == []


def promise(clerk: Clerk) -> None:
    """Let the applicant promise by when the material comes; nothing is taken without telling the consequence."""
    clerk.sees("容缺受理：承诺补齐")
    clerk.press("提交")
    expect(clerk.page.locator(".yc-errors")).to_be_focused()
    expect(clerk.page.locator(".yc-errors__list a")).to_have_count(2)
    clerk.page.locator(".yc-errors__list a").first.click()
    expect(clerk.field("consequence_told")).to_be_focused()
    clerk.tick("consequence_told")
    clerk.sign()
    clerk.submit()
    expect(clerk.page.locator(".yc-done").first).to_contain_text("容缺受理承诺书")


def supply(clerk: Clerk, case_no: str) -> None:
    """Register what the applicant brings within the promised days; the paper goes on with a slip."""
    clerk.see_case(case_no)
    clerk.page.get_by_role("link", name="登记补交的容缺材料").click()
    clerk.choose("materials[0].provided_form", "original")
    clerk.refresh()
    clerk.fill("materials[0].copies", "1")
    clerk.attach("materials[0].files", "规章制度.pdf", PDF)
    clerk.press("登记补交的容缺材料")
    expect(clerk.page.locator("section", has=clerk.page.locator("#deficiencies-title"))).to_contain_text("已补交")
    expect(clerk.page.get_by_role("link", name="登记补交的容缺材料")).to_have_count(0)
