"""A year is published by two people at their browsers, and the dates move as the preview said (行政许可法 82)."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from deadlines.law.festivals import FESTIVALS, statutory_days
from tests.browser.test_paused_walks import accepted, promise_of
from tests.support.clerk import FIRM, Clerk
from tests.support.hall import Hall

pytestmark = pytest.mark.both_editions

def eve_of_a_year(hall: Hall) -> date:
    """Move to 28 December, so that a limit of eight working days ends in a year that is not published yet."""
    today = hall.today()
    eve = date(today.year + (today > date(today.year, 12, 28)), 12, 28)
    if eve != today:
        hall.set_clock(eve)
    return eve


def arrangement(year: int) -> str:
    """Return a made-up arrangement: each festival its statutory days, and five days off at the new year."""
    lines = [f"元旦 放假 {year}-01-01至{year}-01-05"]
    for name in FESTIVALS[1:]:
        days = statutory_days(year)[name]
        lines.append(f"{name} 放假 {days[0].isoformat()}至{days[-1].isoformat()}")
    return "\n".join(lines)


def until_said(page: Page, sentence: str) -> None:
    """Look again until the page says it: the work is done beside it."""
    for _ in range(60):
        if page.get_by_text(sentence).count():
            return
        page.wait_for_timeout(250)
        page.reload()
    raise AssertionError(f"{sentence!r} was not said: {page.locator('main').inner_text()}")


def previewed(page: Page, case_no: str) -> tuple[str, str]:
    """Return the date of a case's promise now and after the draft, as the row of the preview has them."""
    rows = page.get_by_role("region", name="逐件").locator("tbody tr").filter(has_text="承诺时限")
    row = rows.filter(has_text=case_no)
    now, then = (row.locator(f"td[data-label='{name}'] time") for name in ("现在的到期日", "新的到期日"))
    return now.inner_text(), then.inner_text()


def test_a_published_year_moves_the_dates_as_it_was_previewed(hall: Hall) -> None:
    year = eve_of_a_year(hall).year + 1
    clerk: Clerk = hall.sit("W01")
    case_no = clerk.receive("设置大型户外广告", FIRM)
    accepted(clerk, "专家评审")
    clerk.see_case(case_no)
    expect(promise_of(clerk)).to_contain_text("暂定")

    drafter = hall.sit("A01").page
    drafter.goto(f"{hall.server.url}calendar")
    drafter.get_by_role("link", name="登记年度放假安排").click()
    drafter.get_by_label("年度", exact=True).fill(str(year))
    drafter.get_by_label("通知的文号").fill(f"国办发明电〔{year - 1}〕5号")
    drafter.get_by_label("放假安排", exact=True).fill(arrangement(year).partition("国庆节")[0])
    drafter.get_by_role("button", name="起草并推算影响").click()
    expect(drafter.get_by_role("alert")).to_contain_text("安排中没有国庆节")
    drafter.get_by_label("放假安排", exact=True).fill(arrangement(year))
    drafter.get_by_role("button", name="起草并推算影响").click()
    until_said(drafter, "您是起草人，请由中心负责人确认")
    expect(drafter.get_by_role("button", name="确认生效")).to_have_count(0)
    before, after = previewed(drafter, case_no)
    assert before < after, "days of the new year that were worked are days off now"
    clerk.see_case(case_no)
    expect(promise_of(clerk)).to_contain_text(before)

    head = hall.sit("C01").page
    head.goto(f"{hall.server.url}calendar")
    head.get_by_role("link", name=re.compile("^草案")).click()
    assert previewed(head, case_no) == (before, after)
    head.get_by_role("button", name="确认生效").click()
    until_said(head, "在办件的时限都已重新计算")

    clerk.see_case(case_no)
    promise = promise_of(clerk)
    expect(promise).to_contain_text(after)
    expect(promise).to_contain_text("工作日历调整为第2版")
    with hall.house() as house:
        assert house.clocks(case_no)["commitment"].row.due_on == date.fromisoformat(after)
        assert house.violations() == []
