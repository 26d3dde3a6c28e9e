"""联审 by people at browsers: the lead confirms the plan, one department is late and chased, the board is read."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.support.hall import Hall
from tests.support.joint import accepted


def test_T081_I13_the_lead_reads_the_board_and_chases_a_late_branch(hall: Hall) -> None:
    with hall.house() as house:
        case_no = accepted(house)
    lead = hall.sit("D11")
    lead.take(case_no, "牵头部门确认联办计划")
    lead.fill("branches[2].days", "1")
    lead.fill("note", "请就本部门职责提出意见")
    lead.submit()

    hall.wait(4)
    coordinator = hall.sit("L31")
    page = coordinator.page
    page.goto(f"{coordinator.url}/joint")
    listed = page.locator(".yc-joint tbody tr", has_text=case_no[-12:-4])
    expect(listed.first).to_contain_text("城管")
    page.goto(f"{coordinator.url}/cases/{case_no}/joint")
    sign = page.locator(".yc-board tbody tr", has_text="户外招牌设置")
    expect(sign).to_contain_text("超期")
    expect(page.locator("#verdict")).to_contain_text("够")
    expect(page.get_by_role("img", name="联办计划：开餐饮店")).to_be_visible()
    sign.get_by_role("button", name="催办").click()
    expect(page.locator(".yc-done__title")).to_contain_text("已催办“户外招牌设置”（第 1 次）")
    expect(page.locator(".yc-board tbody tr", has_text="户外招牌设置")).to_contain_text("1 次")

    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(".yc-plan").evaluate("box => box.scrollWidth > box.clientWidth")

    urban = hall.sit("D31")
    urban.page.goto(f"{urban.url}/messages")
    expect(urban.page.locator("main")).to_contain_text("催办“户外招牌设置”：请在时限内出具意见。")
    with hall.house() as house:
        assert house.violations() == []
