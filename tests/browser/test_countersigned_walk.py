"""A decision is countersigned, sent back and decided at browsers: what one person does, the next one finds."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from engine.process.tasks.queries import tasks_of
from engine.registry.identity.rules import SYSTEM
from tests.engine.process.test_returning import OPINION
from tests.support.hall import Hall

DECIDE = "业务负责人依法作出处理决定"


def test_a_colleague_signs_and_the_head_sends_the_case_back_for_what_was_said(hall: Hall) -> None:
    with hall.house() as house:
        case_no = house.accepted_commitment()
        house.complete("D11", case_no, "ut_substantive", {"findings": "审查", "site_visit": "no"})
        house.complete("D11", case_no, "ut_dept_opinion", OPINION)
        with house.door.read(SYSTEM) as view:
            task = tasks_of(view.connection, f"case:{case_no}", state="open")[0].id
    head, colleague = hall.sit("D12"), hall.sit("D13")
    head.take(case_no, DECIDE)
    page = head.page
    page.get_by_role("link", name="提请会签").click()
    page.get_by_label("或签：第一个签署的意见为准").check()
    page.get_by_label(re.compile("D13")).first.check()
    page.get_by_label("说明（选填）").fill("卫生距离是否符合要求")
    page.get_by_role("button", name="提请会签").click()
    expect(page.locator(".yc-done")).to_have_text("已登记。")

    page = colleague.page
    page.goto(colleague.url)
    page.get_by_role("link", name=re.compile("请我会签")).click()
    page.locator(".yc-table__do").get_by_role("link").click()
    expect(page.locator("main")).to_contain_text("卫生距离是否符合要求")
    page.get_by_label("不同意").check()
    page.get_by_label("意见", exact=True).fill("距离不足，请重新核查")
    page.get_by_role("button", name="签署", exact=True).click()
    expect(page.locator(".yc-status").first).to_have_text("会签不同意")

    page = head.page
    page.goto(f"{head.url.rstrip('/')}/tasks/{task}")
    expect(page.locator(".yc-note--warn")).to_contain_text("会签不同意")
    page.get_by_role("link", name="退回到前面的环节").click()
    page.get_by_label(re.compile("^实质审查")).check()
    page.get_by_label("退回的理由").fill("卫生距离不足，请重新核查")
    page.get_by_role("button", name="退回", exact=True).click()
    expect(page.locator(".yc-done")).to_contain_text("退回“实质审查”：卫生距离不足，请重新核查")
    with hall.house() as house:
        again = house.task(case_no, "ut_substantive")
        assert again.holder == "D11"
        assert house.violations() == []
