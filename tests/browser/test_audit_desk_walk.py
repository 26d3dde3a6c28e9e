"""An auditor at the desk: find, draw, replay, note at the moment shown, settle, compare; by keyboard where it helps."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.support.filled.serving import FilledHall

TEXT = "形式审查与收件在同一分钟内完成，请核对。"


def replay(filled: FilledHall, page: Page, case: str, at: int = 1) -> None:
    page.goto(f"{filled.url}cases/{filled.at[case]}/replay?at={at}")
    expect(page.locator("html[data-replay=ready]")).to_be_attached()


def test_a_sample_is_drawn_looked_through_and_noted_on(
    filled: FilledHall, page: Page, check_axe: Callable[[Page], None]
):  # fmt: skip
    filled.sit(page, "U81")
    page.goto(f"{filled.url}audit")
    page.get_by_role("link", name="审计工作台").click()
    page.get_by_text("更多条件").click()
    page.get_by_label("事项", exact=True).select_option("I02")
    page.get_by_label("曾超期").select_option("0")
    page.get_by_role("main").get_by_role("button", name="查找").click()
    expect(page).to_have_url(re.compile("item=I02.*overdue=0"))
    expect(page.get_by_label("曾超期")).to_have_value("0")
    check_axe(page)
    page.get_by_label("用途").fill("年度审计抽查")
    page.get_by_label("抽取件数").fill("2")
    page.get_by_role("button", name="抽样").press("Enter")
    expect(page.locator("main tbody tr")).to_have_count(2)
    page.get_by_role("link", name="按种子重抽核对").click()
    expect(page.get_by_role("status")).to_contain_text("总体和所抽办件都相同")
    check_axe(page)
    page.locator("main tbody th a").first.click()
    expect(page.locator("#moment-title")).to_be_visible()
    page.get_by_text("写审计记录或者审计发现").click()
    page.get_by_label("严重程度").select_option("major")
    page.get_by_label("内容").fill(TEXT)
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#moment")).to_contain_text(TEXT)
    page.goto(f"{filled.url}audit/findings")
    page.locator("main tbody tr").filter(has_text=TEXT).get_by_role("link", name=re.compile("第 .* 号")).click()
    page.get_by_text("了结或者撤回").click()
    page.get_by_label("理由").fill("已经核对，手续完备")
    page.get_by_role("button", name="了结", exact=True).click()
    expect(page.locator(".yc-facts")).to_contain_text("已了结")
    check_axe(page)


def test_what_is_noted_is_about_what_is_shown_unless_somebody_writes_already(filled: FilledHall, page: Page):
    filled.sit(page, "U81")
    replay(filled, page, "under review")
    moment = page.locator("#moment")
    page.get_by_text("写审计记录或者审计发现").click()
    seq = page.get_by_label("过程记录第几条")
    page.locator("h1").click()
    page.keyboard.press("End")
    last = page.locator("[data-acts] a").last.get_attribute("data-at")
    expect(moment).to_have_attribute("data-at", str(last))
    expect(seq).to_have_value(str(last))
    page.get_by_label("内容").fill("写到一半")
    # In a field the keys are the field's own.
    page.keyboard.press("Home")
    expect(moment).to_have_attribute("data-at", str(last))
    page.locator("h1").click()
    page.keyboard.press("Home")
    expect(page.locator("#moment-title")).to_contain_text("第 1 步")
    expect(seq).to_have_value(str(last))
    expect(page.get_by_label("内容")).to_have_value("写到一半")


def test_two_ticked_cases_are_compared_without_a_drawing(
    filled: FilledHall, no_script_page: Page, check_axe: Callable[[Page], None]
):  # fmt: skip
    page = filled.sit(no_script_page, "U81")
    page.goto(f"{filled.url}audit/cases?item=I02")
    for place in (0, 1):
        page.locator("main tbody input[type=checkbox]").nth(place).check()
    page.get_by_role("button", name="比较所选的两件").click()
    expect(page.get_by_role("heading", name="不同之处")).to_be_visible()
    expect(page.get_by_role("heading", name="逐环节并列")).to_be_visible()
    assert page.locator("main svg").count() == 0
