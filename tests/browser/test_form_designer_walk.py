"""A designer changes a form in the product itself, sees it as the clerk will, and is told what cannot be shown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_designer_desk import stands
from tests.browser.test_designer_drawing import desk
from tests.support.browser import NewPage
from tests.support.designing import READY, editor_of
from tests.support.server import Server


@pytest.fixture
def editor(new_page: NewPage, server: Server, tmp_path: Path) -> Page:
    """The editor on the form of the decision, in a draft of its own."""
    return editor_of(new_page, server.url, tmp_path, "form", "decide", "办理决定表单调整")


def field(page: Page, id: str) -> None:
    """Select a field of the form in the canvas."""
    page.locator(f"#yc-canvas [data-id='{id}']").click(position={"x": 5, "y": 5})
    expect(page.locator(f".fjs-properties-panel[data-field='{id}']")).to_have_count(1)


def label(page: Page, text: str) -> None:
    """Give the selected field another name."""
    head = page.locator("[data-group-id='group-general'] .bio-properties-panel-group-header")
    if "open" not in (head.get_attribute("class") or "").split():
        head.click()
    page.locator("[data-entry-id='label'] [role='textbox']").fill(text)


def test_a_form_is_changed_seen_as_the_clerk_will_refused_by_field_and_saved(
    editor: Page, check_axe: Callable[[Page], None]
) -> None:
    preview = editor.locator("#yc-preview-fields")
    expect(editor.get_by_role("heading", level=1)).to_contain_text("表单")
    expect(preview.get_by_label("准予", exact=True)).to_be_visible()
    check_axe(editor)

    field(editor, "decide_decision")
    label(editor, "处理决定")
    expect(preview.get_by_role("group", name="处理决定")).to_be_visible()
    palette = editor.locator(".fjs-palette-field[data-field-type='textfield']")
    palette.focus()
    palette.press("Enter")
    expect(preview.get_by_label("单行文字")).to_be_visible()
    label(editor, "经办窗口")
    expect(preview.get_by_label("经办窗口")).to_be_visible()
    stands(editor, "saved")
    expect(editor.locator("[data-count=problems]")).to_be_empty()

    label(editor, "经办<b>窗口</b>")
    expect(editor.locator("#yc-preview-state")).to_contain_text("服务器还不能显示")
    marked = editor.locator("#yc-canvas [data-yc-says]")
    expect(marked).to_have_count(1)
    assert "不能使用表达式" in (marked.get_attribute("data-yc-says") or "")
    field(editor, "decide_decision")
    editor.get_by_role("tab", name=re.compile("检查")).click()
    editor.locator(".yc-problems button").click()
    expect(editor.locator("#yc-canvas .fjs-editor-selected[data-yc-says]")).to_have_count(1)
    editor.get_by_role("tab", name="属性").click()
    label(editor, "经办窗口")
    expect(marked).to_have_count(0)
    stands(editor, "saved")

    editor.reload()
    expect(editor.locator(READY)).to_have_count(1)
    expect(preview.get_by_label("经办窗口")).to_be_visible()
    expect(editor.locator("#yc-canvas")).to_contain_text("处理决定")
    check_axe(editor)
    editor.get_by_role("link", name=re.compile("返回草案")).click()
    expect(editor.locator("main")).to_contain_text("经办窗口")


def test_the_preview_answers_as_the_clerks_page_does(editor: Page) -> None:
    preview = editor.locator("#yc-preview-fields")
    expect(preview.get_by_label("退回理由")).to_have_count(0)
    preview.get_by_label("退回审查人员").check()
    expect(preview.get_by_label("退回理由")).to_be_visible()
    stands(editor, "saved")
    assert json.loads(desk(editor, "return desk.read();")) == json.loads(
        desk(editor, "return (await desk.server.content()).text;")
    )


def test_the_mark_of_the_library_is_seen_whole_and_nothing_lies_over_it(editor: Page) -> None:
    mark = editor.locator("#yc-canvas .fjs-powered-by")
    for _ in range(2):
        expect(mark).to_be_in_viewport(ratio=1)
        assert mark.evaluate(
            """(mark) => {
              const link = mark.querySelector('a') ?? mark, box = link.getBoundingClientRect();
              const at = (x, y) => mark.contains(document.elementFromPoint(x, y));
              return [0.1, 0.5, 0.9].every((part) => at(box.left + box.width * part, box.top + box.height / 2));
            }"""
        )
        editor.locator("#yc-canvas [data-id]").last.evaluate("(last) => last.scrollIntoView()")


def test_a_remark_stands_on_its_field(editor: Page) -> None:
    field(editor, "decide_decision")
    editor.get_by_role("tab", name="批注").click()
    editor.get_by_label("对“决定”的批注").fill("选项要和条文一致")
    editor.get_by_role("button", name="写上批注").click()
    expect(editor.locator("#yc-canvas [data-id='decide_decision']")).to_have_attribute("data-yc-remarks", "1 条批注")


def test_a_press_on_a_component_adds_it_once_and_selects_it(editor: Page) -> None:
    count = "return desk.drawing.all().length;"
    before = desk(editor, count)
    for number, press in enumerate(("click", "Enter", "Space"), start=1):
        component = editor.locator(".fjs-palette-field[data-field-type='number']")
        if press == "click":
            component.click()
        else:
            component.press(press)
        expect(editor.locator("#yc-canvas .fjs-editor-selected")).to_have_count(1)
        assert desk(editor, count) == before + number


def test_a_field_is_moved_without_dragging_and_the_move_is_undone(editor: Page) -> None:
    keys = "return desk.drawing.all().map((each) => each.key);"
    before = desk(editor, keys)
    field(editor, "decide_decision")
    editor.get_by_role("button", name="上移").click()
    at = before.index("decision")
    assert desk(editor, keys)[at - 1] == "decision"
    editor.get_by_role("button", name="撤销").click()
    assert desk(editor, keys) == before


def test_the_same_form_opens_as_text_with_its_preview(editor: Page) -> None:
    editor.goto(f"{editor.url}?text=1")
    expect(editor.locator("textarea#f-text")).to_have_value(re.compile('"decide_decision"'))
    editor.get_by_role("button", name="预览").click()
    expect(editor.get_by_role("group", name="预览的表单").get_by_label("准予", exact=True)).to_be_visible()
