"""流程相符 in the browser: from the counts to the kind, to the case, to the very step of its replay; on paper, too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.filled.serving import FilledHall
from tests.support.unlike import leave_out
from yichuang.conforming import hold_all


@pytest.fixture
def desk(filled: FilledHall, page: Page) -> Page:
    """The auditor's page, with one archived case that is not as drawn."""
    leave_out(filled.house, filled.at["archived"], "ut_head_decide")
    hold_all(filled.house.door)
    filled.sit(page, "U81")
    page.goto(f"{filled.url}inbox")
    page.get_by_role("navigation").get_by_role("link", name="流程相符").first.click()
    return page


def test_from_the_counts_to_the_step_where_a_case_left_the_drawing(
    filled: FilledHall, desk: Page, check_axe: Callable[[Page], None]
):
    case_no = filled.at["archived"]
    expect(desk.get_by_role("status")).to_contain_text("件都已对照")
    check_axe(desk)
    desk.get_by_role("link", name="没有经过", exact=True).click()
    expect(desk).to_have_url(f"{filled.url}audit/conformance?kind=skipped&verdict=")
    cases = desk.get_by_role("region", name="没有经过的办件").or_(desk.locator("section[aria-labelledby=cases-title]"))
    expect(cases).to_contain_text("流程图上应当经过的“业务负责人直接审核”没有经过")
    with desk.expect_download() as download:
        cases.get_by_role("link", name="CSV").click()
    assert case_no in download.value.path().read_text("utf-8-sig")
    # By keyboard: the link to the line leads to the step of the replay.
    line = cases.get_by_role("link", name="第", exact=False).last
    line.focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#moment-title")).to_be_visible()
    told = desk.locator("section[aria-labelledby=unlike-title]")
    expect(told).to_contain_text("● 与办件自己各版的流程图有 1 处不相符")
    assert f"/cases/{case_no}/replay?at=" in desk.url
    check_axe(desk)
    desk.emulate_media(media="print")
    expect(told.get_by_text("没有经过，")).to_be_visible()
    expect(told.get_by_role("link", name="这个事项全部办件的流程相符")).to_be_hidden()
