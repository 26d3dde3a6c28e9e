"""A designer rehearses a case by hand in the browser: tasks, deadlines, papers, the drawing; and keeps it as a test."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from processes import library
from tests.support.clerk import Clerk
from tests.support.drafting import drafted
from tests.support.hall import Hall
from tests.support.rehearsing import ACCEPTING, script

PATIENCE = 180_000
"""A rehearsal gives way to everything else on the machine."""
NAME = "超期以后"
RECEIVED = {"do": "ut_receive_paper", "answer": {"signature": "$signature"}}


def walked(page: Page) -> None:
    """Wait until the rehearsal that was asked for has been walked."""
    expect(page.get_by_role("heading", name="每一步")).to_be_visible(timeout=PATIENCE)


def begun(designer: Clerk, item: str) -> Page:
    """Begin a rehearsal of an item by hand."""
    page = designer.page
    page.goto(f"{designer.url}/designer")
    page.get_by_role("link", name="演练", exact=True).first.click()
    page.get_by_label("事项", exact=True).select_option(item)
    page.get_by_role("button", name="开始演练").click()
    walked(page)
    return page


def carry_out(page: Page) -> None:
    """Send the form of the open task, or of the act, and wait for what it leads to."""
    before = page.url
    page.get_by_role("button", name="办理", exact=True).click()
    page.wait_for_url(lambda url: url != before, timeout=PATIENCE)
    walked(page)


def relabelled() -> str:
    """Return the route of promised cases with another id on its review: a script that names the old one fails."""
    text = library.processes()["route_commitment"].xml.decode("utf-8")
    return text.replace('"ut_substantive"', '"ut_review"').replace(">ut_substantive<", ">ut_review<")


def until_judged(page: Page, word: str) -> Locator:
    """Look again until the kept script has been walked; return its row."""
    for _ in range(240):
        if "正在排队或演练" not in page.get_by_role("row", name=re.compile(NAME)).inner_text():
            break
        page.wait_for_timeout(500)
        page.goto(page.url)
    row = page.get_by_role("row", name=re.compile(NAME))
    expect(row).to_contain_text(word)
    return row


def test_a_case_is_rehearsed_by_hand_with_its_tasks_deadlines_and_papers_and_painted(
    hall: Hall, check_axe: Callable[[Page], None]
) -> None:
    page = begun(hall.sit("P61"), "I10")
    main = page.locator("main")
    expect(main).to_contain_text("形式审查（ut_formal）")
    expect(main).to_contain_text("综窗受理员")
    page.get_by_role("button", name="办理", exact=True).click()
    expect(page.locator(".yc-errors")).to_be_visible()
    page.get_by_label(re.compile("符合要求")).first.check()
    carry_out(page)
    expect(main).to_contain_text("（ut_accept）")

    # The rest as a script: the clock goes on, and what comes due is told with its instant.
    page.locator("summary", has_text="查看、修改脚本").click()
    again(page, script(*ACCEPTING, RECEIVED, {"advance": {"working_days": 12}}, item="I10", name=NAME))
    rows = page.get_by_role("table", name="演练的每一步").locator("tbody tr")
    expect(rows).to_have_count(5)
    expect(rows.nth(2)).to_contain_text("文书：《收件（受理）通知书》")
    expect(rows.nth(4)).to_contain_text("推进 12 个工作日")
    expect(rows.nth(4)).to_contain_text("时限：")
    expect(main).to_contain_text("实质审查（ut_substantive）")
    expect(main).to_contain_text("审查员")

    # An act beside the tasks, by its own form.
    page.get_by_role("link", name="撤回申请").click()
    expect(page.get_by_role("link", name="撤回申请")).to_have_attribute("aria-current", "true")
    expect(main).to_contain_text("由演练用虚构的文件代替，不用上传")
    page.get_by_label("撤回理由").fill("不再设置")
    page.get_by_label("材料处理").fill("当面退回")
    carry_out(page)
    expect(main).to_contain_text("没有打开的环节")
    expect(rows.nth(5)).to_contain_text("文书：《撤回申请确认书》")

    # What was walked is painted, by shape and word, and listed.
    page.locator("#coverage").get_by_role("link", name=re.compile("受理")).first.click()
    expect(page.locator("#coverage .yc-diagram__box svg").first).to_be_visible()
    page.locator("summary", has_text="图元清单").click()
    expect(page.locator("#coverage")).to_contain_text("✓ 走到")
    expect(page.locator("#coverage")).to_contain_text("○ 没有走到")
    check_axe(page)


def again(page: Page, text: str) -> None:
    """Walk another script in the place of this one."""
    before = page.url
    page.get_by_label("脚本（JSON）").fill(text)
    page.get_by_role("button", name="按这个脚本重新走一遍").click()
    page.wait_for_url(lambda url: url != before, timeout=PATIENCE)
    walked(page)


def test_what_is_kept_is_walked_again_and_a_draft_that_fails_it_is_told_why(
    hall: Hall, check_axe: Callable[[Page], None]
) -> None:
    designer = hall.sit("P61")
    page = designer.page
    page.goto(f"{designer.url}/designer/rehearsals")
    page.locator("summary", has_text="用写好的脚本").click()
    page.get_by_label("或者粘贴在这里").fill(script(*ACCEPTING, RECEIVED, item="I10", name="先走一遍"))
    page.get_by_role("button", name="开始演练").click()
    walked(page)
    before = page.url
    page.get_by_role("button", name="把现在的情况记为预期").click()
    page.wait_for_url(lambda url: url != before, timeout=PATIENCE)
    walked(page)
    page.get_by_label("名称", exact=True).fill(NAME)
    page.get_by_role("button", name="保留为测试").click()
    row = page.get_by_role("row", name=re.compile(NAME))
    expect(row).to_contain_text("✓ 通过")

    with hall.house() as house:
        id = drafted(house, ("process", "route_commitment", relabelled()))
    draft = f"{designer.url}/designer/drafts/{id}"
    page.goto(draft)
    page.get_by_role("button", name="送审", exact=True).click()
    expect(page.locator("main")).to_contain_text("还没有用这些文件走过")
    page.get_by_role("link", name="演练这份草案").click()
    expect(row).to_contain_text("○ 没有走过")
    page.get_by_role("button", name="演练全部保留的脚本").click()
    expect(row).to_contain_text("正在排队或演练")
    expect(until_judged(page, "✕ 未通过")).to_contain_text("ut_review")
    check_axe(page)
    page.get_by_role("link", name=NAME).click()
    expect(page.locator(".yc-note--warn").first).to_contain_text("第 4 步（核对预期）")
    page.goto(draft)
    page.get_by_role("button", name="送审", exact=True).click()
    expect(page.locator("main")).to_contain_text(f"“{NAME}”没有通过：第 4 步（核对预期）")
    expect(page.locator("main")).to_contain_text("紧急发布")

    # With what is in force it passes as before.
    page.goto(f"{designer.url}/designer/rehearsals")
    page.get_by_role("button", name="演练全部保留的脚本").click()
    until_judged(page, "✓ 通过")
