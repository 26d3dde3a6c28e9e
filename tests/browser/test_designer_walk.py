"""A designer draws in the product itself: a draft, its process opened, changed, saved, remarked on, and a conflict."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_designer_desk import rename, stands
from tests.browser.test_designer_drawing import choose, desk, entry
from tests.support.browser import NewPage
from tests.support.clerk import Clerk
from tests.support.designing import READY, editor_of
from tests.support.server import Server


@pytest.fixture
def editor(new_page: NewPage, server: Server, tmp_path: Path) -> Page:
    """The editor on the route of promised cases, in a draft of its own."""
    return editor_of(new_page, server.url, tmp_path, "process", "route_commitment", "承诺件路由调整")


def test_a_process_of_a_draft_is_drawn_saved_and_remarked_on(
    editor: Page, server: Server, check_axe: Callable[[Page], None]
) -> None:
    expect(editor.get_by_role("heading", level=1)).to_contain_text("流程")
    check_axe(editor)
    choose(editor, "ut_head_decide")
    assert "业务负责人（dept_head）" in entry(editor, "yc-task-role").inner_text()
    assert re.search(r"[\u4e00-\u9fff]+（decide）", entry(editor, "yc-task-form").inner_text())
    rename(editor, "书面审查")
    stands(editor, "saved")
    entry(editor, "yc-task-role").select_option("")
    expect(editor.locator(".yc-mark--error")).to_have_count(1)
    editor.get_by_role("tab", name="批注").click()
    editor.get_by_label("对“业务负责人依法作出处理决定”的批注").fill("岗位还没有定")
    editor.get_by_role("button", name="写上批注").click()
    row = editor.locator(".yc-comments__row")
    expect(row).to_contain_text("岗位还没有定")
    stands(editor, "saved")

    editor.reload()
    expect(editor.locator(READY)).to_have_count(1)
    expect(editor.locator("#yc-canvas")).to_contain_text("书面审查")
    expect(editor.locator(".yc-mark--error")).to_have_count(1)
    editor.get_by_role("tab", name="批注").click()
    row.get_by_role("button", name="标为已处理").click()
    expect(row).to_contain_text("已处理")
    editor.get_by_role("link", name=re.compile("返回草案")).click()
    expect(editor.locator("main")).to_contain_text("没有候选岗位")


def test_two_designers_in_one_file_see_each_other_and_lose_nothing(
    editor: Page, server: Server, new_page: NewPage, tmp_path: Path
) -> None:
    other = Clerk(new_page(), server.url, "P62", tmp_path).page
    other.goto(editor.url)
    expect(other.locator(READY)).to_have_count(1)
    expect(other.locator("#yc-presence")).to_contain_text("也打开着这个文件")
    rename(other, "他人审查")
    stands(other, "saved")

    rename(editor, "我的审查")
    stands(editor, "moved")
    expect(editor.locator("#yc-save-notice")).to_contain_text("保存为第 2 版")
    with editor.context.expect_page() as opened:
        editor.get_by_role("button", name=re.compile("对照两边的不同")).click()
    expect(opened.value.locator("main")).to_contain_text("两边的不同")
    expect(opened.value.locator("main")).to_contain_text("他人审查")
    expect(opened.value.locator("textarea#f-text")).to_have_value(re.compile("我的审查"))
    editor.get_by_role("button", name="打开现在的版本（我的留在本机）").click()
    expect(editor.locator("#yc-canvas")).to_contain_text("他人审查")
    editor.get_by_role("button", name="放进编辑器").click()
    stands(editor, "saved")
    assert "我的审查" in desk(editor, "return (await desk.server.content()).text;")


def test_what_was_drawn_is_set_beside_what_is_in_force_in_a_tab_of_its_own(editor: Page) -> None:
    rename(editor, "书面审查")
    stands(editor, "saved")
    with editor.context.expect_page() as opened:
        editor.get_by_role("link", name=re.compile("与现行对照")).click()
    told = opened.value.locator("#diff-process-route_commitment")
    expect(told).to_be_in_viewport()
    expect(told).to_contain_text("ut_substantive")
    expect(told.locator("del")).to_have_text("实质审查")
    expect(told.locator("ins")).to_have_text("书面审查")
    expect(editor.locator("#yc-canvas")).to_contain_text("书面审查")


def test_the_same_file_opens_as_text(editor: Page) -> None:
    editor.goto(f"{editor.url}?text=1")
    expect(editor.locator("textarea#f-text")).to_have_value(re.compile("<bpmn:definitions"))
