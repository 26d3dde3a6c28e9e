"""A designer writes decision tables in the product itself: a new file, a rule too many, its mending, and a remark."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.test_designer_desk import stands
from tests.browser.test_designer_tables import write
from tests.support.browser import NewPage, page_errors
from tests.support.clerk import Clerk
from tests.support.designing import READY, begin
from tests.support.server import Server


def test_a_new_table_gets_a_rule_too_many_and_is_mended(
    new_page: NewPage, server: Server, tmp_path: Path, check_axe: Callable[[Page], None]
) -> None:
    page = Clerk(new_page(viewport={"width": 1440, "height": 1000}), server.url, "P61", tmp_path).page
    begin(page, server.url, "收费标准", "按新修订的收费办法")
    page.get_by_text("新建文件").click()
    page.get_by_label("种类").select_option("决策表")
    page.get_by_label("编号").fill("fees")
    page.get_by_role("button", name="新建", exact=True).click()
    expect(page.locator(READY)).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_contain_text("决策表")
    check_axe(page)

    write(page, "fees_in", '"food"')
    row = page.locator("#yc-tab-problems li")
    expect(row.filter(has_text="没有规则成立")).to_have_count(1)
    page.get_by_title("加规则").click()
    expect(page.locator("td.rule-index")).to_have_count(2)
    overlap = row.filter(has_text="规则 1 和规则 2 会同时成立")
    expect(overlap).to_have_count(1)
    expect(page.locator("td.rule-index[data-yc-level=error]")).to_have_count(2)
    check_axe(page)

    overlap.get_by_role("button").click()
    added = page.locator("td.cell.selected")
    write(page, str(added.get_attribute("data-element-id")), 'not("food")')
    expect(page.locator("td.rule-index[data-yc-level=error]")).to_have_count(0)
    outputs = page.locator("tbody td.output-cell")
    write(page, str(outputs.nth(1).get_attribute("data-element-id")), '"免收"')
    expect(page.locator("[data-yc-level=error]")).to_have_count(0)
    page.keyboard.press("Control+s")
    stands(page, "saved")

    page.reload()
    expect(page.locator(READY)).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text('not("food")')
    expect(outputs.nth(1)).to_contain_text("免收")
    expect(page.locator("[data-yc-level=error]")).to_have_count(0)
    assert page_errors(page) == []
    page.goto(f"{page.url}?text=1")
    expect(page.locator("textarea#f-text")).to_have_value(re.compile("免收"))
