"""Whole cases carried by people at real browsers, from the application to the closed file."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.foundation.clock import CITY
from tests.support.browser import NewPage
from tests.support.clerk import FIRM, PDF, PERSON, PNG, Clerk
from tests.support.server import Server
from yichuang.provision import DEMO_PASSWORD

pytestmark = pytest.mark.both_editions

Sit = Callable[[str], Clerk]
"""A function that seats an account at a browser of its own."""


@pytest.fixture
def sit(new_page: NewPage, server: Server, tmp_path: Path) -> Sit:
    return lambda account: Clerk(new_page(), server.url, account, tmp_path)


@pytest.fixture
def sit_without_script(new_page: NewPage, server: Server, tmp_path: Path) -> Sit:
    return lambda account: Clerk(new_page(java_script_enabled=False), server.url, account, tmp_path)


def carry_instant_case(sit: Sit) -> tuple[Clerk, str]:
    """Carry 社会保障卡补领 to its end by six accounts; return the archivist and the case number."""
    clerk = sit("W01")
    case_no = clerk.receive("社会保障卡补领", PERSON)
    clerk.sees("形式审查")
    clerk.choose("formal_result", "accept")
    clerk.submit()
    clerk.sees("收件（受理），出具通知书")
    clerk.submit()
    expect(clerk.page.locator(".yc-done")).to_contain_text("收件（受理）通知书")
    head = sit("D62")
    head.take(case_no, "业务负责人直接审核")
    head.choose("decision", "grant")
    head.submit()
    reviewer = sit("D61")
    reviewer.take(case_no, "制作结果文书或证照")
    make_result(reviewer)
    head.take(case_no, "转交结果文书或证照")
    head.submit()
    give_out(sit("W03"), case_no, "王建国", "410502199003070010")
    collate(clerk, case_no)
    return file(sit("D63"), case_no), case_no


def make_result(reviewer: Clerk) -> None:
    reviewer.fill("result_no", "AY-2026-0001")
    reviewer.tick("long_term")
    reviewer.attach("files", "证照.pdf", PDF)
    reviewer.submit()


def give_out(issuer: Clerk, case_no: str, name: str, id_no: str) -> None:
    """Sign for the result, check who fetches it, and give it out (6.3.1, 6.3.2)."""
    issuer.take(case_no, "签收结果文书或证照")
    issuer.sign()
    issuer.submit()
    issuer.sees("核对身份，交接签收")
    issuer.fill("receiver_name", name)
    issuer.fill("receiver_id_no", id_no)
    issuer.tick("identity_checked")
    issuer.sign()
    issuer.submit()
    expect(issuer.page.locator(".yc-done")).to_contain_text("送达回执")


def collate(clerk: Clerk, case_no: str) -> None:
    clerk.take(case_no, "归纳相关材料")
    for field in ("application_pages", "process_pages", "result_pages"):
        clerk.fill(field, "3")
    for check in ("ordered", "named", "complete"):
        clerk.choose("collation_checks", check)
    clerk.submit()


def file(archivist: Clerk, case_no: str) -> Clerk:
    archivist.take(case_no, "资料归档")
    archivist.choose("retention_period", "10")
    archivist.fill("archive_no", "AY-2026-0001")
    archivist.fill("conclusion", "齐全完整")
    archivist.submit()
    expect(archivist.page.locator(".yc-under")).to_contain_text("已归档")
    return archivist


def test_an_instant_case_is_carried_to_its_end_by_six_people(sit: Sit):
    archivist, case_no = carry_instant_case(sit)
    page = archivist.page
    expect(page.locator(".yc-story")).to_contain_text("送达：已核对身份并签收")
    expect(page.locator(".yc-papers a")).to_have_count(3)
    auditor = sit("U81")
    auditor.page.goto(f"{auditor.url}/cases/{case_no}/journal")
    expect(auditor.page.locator(".yc-done")).to_contain_text("已核对全部")


def test_the_same_case_is_carried_to_its_end_without_javascript(sit_without_script: Sit):
    archivist, case_no = carry_instant_case(sit_without_script)
    expect(archivist.page.locator(".yc-no").first).to_have_text(case_no)


def test_the_documents_of_a_case_are_pdf_files(sit: Sit):
    clerk = sit("W01")
    clerk.receive("社会保障卡补领", PERSON)
    clerk.choose("formal_result", "accept")
    clerk.submit()
    clerk.submit()
    address = clerk.page.locator(".yc-done a").get_attribute("href")
    answer = clerk.page.request.get(f"{clerk.url}{address}")
    assert answer.body().startswith(b"%PDF-")
    assert clerk.page.request.get(f"{clerk.url}{address}").body() == answer.body()


def carry_commitment_case(sit: Sit) -> tuple[Clerk, str]:
    """Carry 食品经营许可 with 补齐补正 and 踏勘 to its end; return the archivist and the case number."""
    clerk = sit("W01")
    head, reviewer = sit("D12"), sit("D11")
    case_no = clerk.receive("食品经营许可新办（餐饮）", FIRM)
    correct(clerk, head, case_no)
    accept_after_correction(clerk)
    take_papers(reviewer, case_no)
    visit(reviewer)
    reviewer.fill("opinion", "建议准予")
    reviewer.fill("basis", "《食品经营许可和备案管理办法》")
    reviewer.submit()
    head.take(case_no, "业务负责人依法作出处理决定")
    head.choose("decision", "grant")
    head.submit()
    reviewer.take(case_no, "制作结果文书或证照")
    make_result(reviewer)
    head.take(case_no, "转交结果文书或证照")
    head.submit()
    give_out(sit("W03"), case_no, "李秀兰", "41050219850612002X")
    collate(clerk, case_no)
    return file(sit("D13"), case_no), case_no


def test_a_commitment_case_with_correction_and_site_visit_is_carried_to_its_end_by_six_people(sit: Sit):
    archivist, _ = carry_commitment_case(sit)
    expect(archivist.page.locator(".yc-papers a")).to_have_count(5)
    expect(archivist.page.get_by_role("heading", name="踏勘", exact=True)).to_be_visible()
    expect(archivist.page.locator(".yc-clock").filter(has_text="承诺时限")).to_contain_text("按期完成")


def correct(clerk: Clerk, head: Clerk, case_no: str) -> None:
    """One round of 补齐补正: proposed by the window, confirmed by the department, told, and received (6.1.3)."""
    clerk.choose("materials[3].verdict", "missing")
    clerk.refresh()
    clerk.fill("materials[3].advice", "请提交食品安全规章制度")
    clerk.choose("formal_result", "correct")
    clerk.submit()
    expect(clerk.page.locator(".yc-now")).to_contain_text("确认")
    head.take(case_no, "确认需要补齐补正的全部内容")
    head.choose("confirmed", "agree")
    head.submit()
    clerk.take(case_no, "出具补齐补正通知书")
    clerk.tick("checked")
    clerk.submit()
    expect(clerk.page.locator(".yc-done")).to_contain_text("补齐补正通知书")
    clerk.sees("收到补齐补正的材料")
    clerk.choose("materials[0].provided_form", "original")
    clerk.refresh()
    clerk.fill("materials[0].copies", "1")
    clerk.attach("materials[0].files", "规章制度.pdf", PDF)
    clerk.submit()


def accept_after_correction(clerk: Clerk) -> None:
    clerk.sees("形式审查")
    clerk.choose("materials[3].verdict", "complete")
    clerk.choose("formal_result", "accept")
    clerk.submit()
    clerk.submit()


def take_papers(reviewer: Clerk, case_no: str) -> None:
    reviewer.take(case_no, "纸质材料交接签收")
    reviewer.sign()
    reviewer.submit()
    expect(reviewer.page.locator(".yc-done")).to_contain_text("材料交接签收单")


def visit(reviewer: Clerk) -> None:
    """Review, then go and look, two people or more (行政许可法 34)."""
    reviewer.sees("实质审查")
    reviewer.fill("findings", "材料真实有效")
    reviewer.choose("site_visit", "yes")
    reviewer.submit()
    reviewer.fill("visit_date", datetime.now(CITY).date().isoformat())
    reviewer.fill("place", "安阳市北关区测试路2号")
    reviewer.submit()
    reviewer.fill("findings", "布局合理，设施齐全")
    reviewer.choose("conclusion", "pass")
    reviewer.attach("files", "现场.png", PNG)
    reviewer.submit()


def test_a_task_that_a_colleague_holds_says_who_and_since_when(sit: Sit):
    clerk = sit("W01")
    clerk.receive("社会保障卡补领", PERSON)
    address = clerk.page.url
    colleague = sit("W02")
    colleague.page.goto(address)
    note = colleague.page.locator(".yc-note--warn")
    expect(note).to_contain_text(re.compile(r"“形式审查”正由 受理员一 办理（\d{4}-\d\d-\d\d \d\d:\d\d 签收）"))
    expect(colleague.page.get_by_role("button", name="提交")).to_have_count(0)


def test_a_chosen_file_survives_a_choice_that_refreshes_the_fields(sit: Sit):
    clerk = sit("W01")
    clerk.page.goto(f"{clerk.url}/applications/new/I06")
    clerk.attach("materials[0].files", "身份证.png", PNG)
    with clerk.page.expect_request(lambda asked: asked.method == "POST") as refresh:
        clerk.page.get_by_label("法人或其他组织", exact=True).check()
    assert "multipart" not in refresh.value.headers["content-type"]
    expect(clerk.page.get_by_label("法定代表人（负责人）")).to_be_visible()
    assert clerk.field("materials[0].files").evaluate("field => field.files.length") == 1
    expect(clerk.page.get_by_label("法人或其他组织", exact=True)).to_be_focused()


def test_enter_in_a_field_never_sends_the_form(sit: Sit):
    clerk = sit("W01")
    clerk.page.goto(f"{clerk.url}/applications/new/I06")
    for name, value in PERSON.items():
        clerk.fill(name, value)
    clerk.field("phone").press("Enter")
    expect(clerk.page.locator(".yc-form")).to_have_attribute("data-guard", "dirty")
    clerk.sees("收件：社会保障卡补领")
    assert clerk.field("applicant_name").input_value() == "王建国"


def test_the_inbox_shows_a_new_task_by_itself(sit: Sit, page: Page):
    head = sit("D62")
    head.page.clock.install()
    head.page.goto(f"{head.url}/?box=role")
    before = head.page.locator("#inbox tbody tr").count()
    clerk = sit("W01")
    clerk.receive("社会保障卡补领", PERSON)
    clerk.choose("formal_result", "accept")
    clerk.submit()
    clerk.submit()
    head.page.clock.run_for(31_000)
    expect(head.page.locator("#inbox tbody tr")).to_have_count(before + 1)


def test_a_row_is_added_and_taken_away_where_one_stands(sit: Sit):
    reviewer, case_no = reviewing(sit)
    rows = reviewer.page.locator(".yc-row")
    expect(rows).to_have_count(2)
    reviewer.fill("place", "测试路2号")
    reviewer.press("增加一项")
    expect(rows).to_have_count(3)
    assert reviewer.field("place").input_value() == "测试路2号"
    reviewer.press("删除第3项")
    expect(rows).to_have_count(2)
    assert case_no in reviewer.page.url


def reviewing(sit: Sit) -> tuple[Clerk, str]:
    """Return a reviewer who is planning a site visit, and the case number."""
    clerk = sit("W01")
    case_no = clerk.receive("食品经营许可新办（餐饮）", FIRM)
    clerk.choose("formal_result", "accept")
    clerk.submit()
    clerk.submit()
    reviewer = sit("D11")
    take_papers(reviewer, case_no)
    reviewer.fill("findings", "材料真实有效")
    reviewer.choose("site_visit", "yes")
    reviewer.submit()
    return reviewer, case_no


def test_what_was_typed_survives_the_end_of_the_session(sit: Sit):
    clerk = sit("W01")
    page = clerk.page
    page.goto(f"{clerk.url}/applications/new/I06")
    for name, value in PERSON.items():
        clerk.fill(name, value)
    page.context.clear_cookies()
    page.get_by_label("法人或其他组织", exact=True).check()
    expect(page.locator("#yc-notice")).to_contain_text("登录已过期。本页填写的内容仍在")
    assert clerk.field("applicant_name").input_value() == "王建国"
    page.get_by_label("自然人", exact=True).check()
    clerk.press("收件并进入形式审查")
    expect(page.get_by_role("heading", name="登录已过期")).to_be_visible()
    page.get_by_label("账号", exact=True).fill("W01")
    page.get_by_label("口令", exact=True).fill(DEMO_PASSWORD)
    clerk.press("登录")
    clerk.press("回到原来的页面")
    assert clerk.field("applicant_name").input_value() == "王建国"
    clerk.press("收件并进入形式审查")
    clerk.sees("形式审查")
