"""委派 in a real browser: the delegate prepares and gives back, the holder reads what came and goes on."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.support.browser import NewPage
from tests.support.filled.serving import FilledHall

CheckAxe = Callable[[Page], None]


def test_a_task_is_prepared_given_back_and_worked_by_its_holder(
    new_page: NewPage, filled: FilledHall, check_axe: CheckAxe
) -> None:
    prepared = filled.sit(new_page(), "D13")
    prepared.goto(filled.url)
    prepared.get_by_role("link", name="委派给我的").click()
    prepared.get_by_role("link", name="准备").click()
    expect(prepared.get_by_role("button", name="提交")).to_have_count(0)
    prepared.get_by_label("踏勘地点").fill("北关区人民大道12号一楼")
    prepared.get_by_label("归还的说明").fill("已与申请人约好")
    prepared.get_by_role("button", name="归还委派").click()
    expect(prepared.get_by_role("status")).to_contain_text("已归还")

    holder = filled.sit(new_page(), "D11")
    holder.goto(f"{filled.url}tasks/{filled.task('soon', 'ut_plan_visit')}")
    expect(holder.get_by_text("市监档案员的草稿")).to_be_visible()
    expect(holder.get_by_text("北关区人民大道12号一楼")).to_be_visible()
    expect(holder.get_by_role("button", name="提交")).to_be_visible()
    for title in ("转办", "委派他人准备", "抄送"):
        holder.locator("#handing summary", has_text=title).click()
    check_axe(holder)
    holder.get_by_label("转办给").select_option("X92")
    holder.get_by_role("button", name="转办").click()
    expect(holder.locator(".yc-errors")).to_be_focused()
    expect(holder.locator(".yc-errors")).to_contain_text("请填写转办的理由")
    holder.get_by_label("理由").fill("参加培训")
    holder.get_by_role("button", name="转办").click()
    expect(holder.get_by_text("已转办。")).to_be_visible()
