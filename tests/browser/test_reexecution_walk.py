"""The auditor has a case executed again from its replay, and many in the background, and sees how far it is."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.support.filled.serving import FilledHall
from yichuang.reexecuting import carry_out


def test_a_case_and_a_selection_are_executed_again(
    filled: FilledHall, page: Page, check_axe: Callable[[Page], None]
):
    case_no = filled.at["under review"]
    filled.sit(page, "U81")
    page.goto(f"{filled.url}cases/{case_no}/replay")
    page.get_by_role("button", name="重新执行核对").click()
    lines = len(filled.house.journal(f"case:{case_no}"))
    expect(page.locator("#reexecution .yc-done")).to_contain_text(f"逐条一致，至第 {lines} 条")
    check_axe(page)

    page.goto(f"{filled.url}audit")
    page.get_by_role("link", name="选定一批办件核对").click()
    page.get_by_label("收件自").fill("2026-03-01")
    page.get_by_role("button", name="开始核对").click()
    expect(page.get_by_role("status")).to_contain_text("正在排队")
    check_axe(page)
    # The worker goes through the runs that wait; the page tells by itself, nobody loads it again.
    while carry_out(filled.house.door, host="here"):
        pass
    expect(page.get_by_role("status")).to_contain_text("核对完毕", timeout=20_000)
    expect(page.get_by_role("status")).to_contain_text("0 件不一致，0 件无法核对")
    expect(page.get_by_role("button", name="停止")).to_have_count(0)
    expect(page.locator("#run")).not_to_have_attribute("hx-get", "")
    check_axe(page)

    page.goto(f"{filled.url}audit/reexecution/{filled.at['reexecution']}")
    page.get_by_role("link", name="回放到第 12 条").click()
    expect(page.locator("html[data-replay=ready]")).to_be_attached()
    assert page.url.endswith("at=12")
