"""Around the form: what every desk does holds for forms too; our properties, keys and printing are of forms alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_designer_desk import stands
from tests.browser.test_designer_drawing import desk
from tests.support.browser import NewPage, page_errors
from tests.support.designer import draw
from tests.support.form_designer import FormOffice, changed, source

SELECT = "desk.drawing.go(desk.drawing.all().find((each) => each.key === given));"
FIELD = "return desk.drawing.all().find((each) => each.key === given).properties ?? null;"
KEYS = "return desk.drawing.all().map((each) => each.key);"
RENAME = """
  const field = desk.modeler.get('formFieldRegistry').getAll().find((each) => each.key === 'decision');
  desk.modeler.get('modeling').editFormField(field, 'label', given);
"""


@pytest.fixture
def office() -> FormOffice:
    """The office with the form of the decision."""
    return FormOffice("decide")


def on_canvas(page: Page, id: str) -> None:
    """Select a field by the keyboard, where it stands in the canvas."""
    field = page.locator(f"#yc-canvas [data-id='{id}']")
    field.focus()
    field.press("Enter")
    expect(page.locator("#yc-canvas .fjs-editor-selected")).to_have_attribute("data-id", id)


def test_opening_changes_nothing_and_sends_nothing(editor: Page, office: FormOffice) -> None:
    expect(editor.locator("#yc-save-state")).to_have_text("✓ 已保存")
    expect(editor.locator("#yc-tab-problems")).to_contain_text("没有发现问题")
    expect(editor.get_by_role("button", name="撤销")).to_be_disabled()
    assert office.saved == []


def test_another_persons_version_is_never_overwritten_and_both_are_set_beside_each_other(
    editor: Page, office: FormOffice
) -> None:
    office.text, office.version = office.text.replace('"label": "决定"', '"label": "他人的决定"'), 7
    desk(editor, RENAME, "我的决定")
    stands(editor, "moved")
    assert office.saved == []
    with editor.context.expect_page() as opened:
        editor.get_by_role("button", name=re.compile("对照两边的不同")).click()
    opened.value.wait_for_load_state()
    assert "我的决定" in office.merged["text"]
    assert office.merged["version"] == "1"
    with editor.expect_download() as file:
        editor.get_by_role("button", name="下载我的文件").click()
    assert file.value.suggested_filename == "decide.json"

    editor.get_by_role("button", name="打开现在的版本（我的留在本机）").click()
    expect(editor.locator("#yc-canvas")).to_contain_text("他人的决定")
    editor.get_by_role("button", name="放进编辑器").click()
    expect(editor.locator("#yc-canvas")).to_contain_text("我的决定")
    expect(editor.locator("#yc-preview-fields")).to_contain_text("我的决定")
    stands(editor, "saved")
    assert json.loads(office.text) == json.loads(source("decide").replace('"label": "决定"', '"label": "我的决定"'))


def test_who_else_has_the_form_open_is_told(new_page: NewPage, office: FormOffice, address: str) -> None:
    office.others = [{"name": "李梅", "since": "2026-03-02T01:05:00Z"}]
    page = new_page()
    draw(page, address)
    expect(page.locator("#yc-presence")).to_have_text("李梅（自 3月2日 09:05）也打开着这个文件")


def test_a_fault_stands_on_its_field_with_its_sentence_until_it_is_mended(editor: Page) -> None:
    desk(editor, RENAME, "=决定")
    field = editor.locator("#yc-canvas [data-id='decide_decision']")
    expect(field).to_have_attribute("data-yc-says", "✕ 错误：“名称”（label）中不能使用表达式、模板或 HTML。")
    assert "不能使用表达式" in field.evaluate("(node) => getComputedStyle(node, '::before').content")
    expect(editor.locator("#yc-preview-state")).to_contain_text("下面是改动以前的样子")
    editor.get_by_role("button", name="撤销").click()
    expect(field).not_to_have_attribute("data-yc-says", re.compile("."))
    expect(editor.locator("#yc-preview-state")).to_be_empty()


def test_the_list_of_faults_leads_to_a_field_that_is_far_down(
    new_page: NewPage, office: FormOffice, address: str
) -> None:
    schema = json.loads(office.text)
    schema["components"][-1]["label"] = "<b>意见</b>"
    office.text = json.dumps(schema, ensure_ascii=False)
    page = new_page()
    draw(page, address)
    expect(page.locator("#yc-preview-state")).to_contain_text("改正以后显示在下面")
    page.get_by_role("tab", name=re.compile("检查")).click()
    page.locator(".yc-problems button").click()
    expect(page.locator("#yc-canvas .fjs-editor-selected[data-yc-says]")).to_be_in_viewport()


def test_a_field_is_selected_moved_deleted_and_brought_back_by_the_keyboard_alone(editor: Page) -> None:
    before = desk(editor, KEYS)
    on_canvas(editor, "decide_decision")
    expect(editor.get_by_role("button", name="上移")).to_be_enabled()
    editor.keyboard.press("Alt+ArrowUp")
    at = before.index("decision")
    moved = [*before[: at - 1], "decision", before[at - 1], *before[at + 1 :]]
    assert desk(editor, KEYS) == moved
    editor.keyboard.press("Alt+ArrowDown")
    assert desk(editor, KEYS) == before
    editor.keyboard.press("Delete")
    assert desk(editor, KEYS) == [key for key in before if key != "decision"]
    expect(editor.locator("#yc-canvas .fjs-editor-selected")).to_be_focused()
    for _ in range(3):
        editor.keyboard.press("Control+z")
    assert desk(editor, KEYS) == before


def test_the_first_field_goes_no_higher_and_what_is_typed_deletes_no_field(editor: Page) -> None:
    before = desk(editor, KEYS)
    on_canvas(editor, "decide_promised")
    expect(editor.get_by_role("button", name="上移")).to_be_disabled()
    editor.keyboard.press("Alt+ArrowUp")
    editor.locator("[data-entry-id='key'] input").press("Delete")
    assert desk(editor, KEYS) == before


def test_our_properties_are_chosen_by_name_kept_and_taken_away(
    new_page: NewPage, office: FormOffice, address: str
) -> None:
    office.text = source("application")
    page = new_page(viewport={"width": 1440, "height": 1000})
    draw(page, address)
    desk(page, SELECT, "applicant_name")
    page.locator("[data-group-id='group-yc-house'] .bio-properties-panel-group-header").click()
    page.locator("[data-entry-id='yc-width'] select").select_option(label="窄")
    assert desk(page, FIELD, "applicant_name") == {"width": "narrow"}
    page.locator("[data-entry-id='yc-message'] input").fill("请核对姓名")
    page.locator("[data-entry-id='yc-message'] input").press("Tab")
    assert desk(page, FIELD, "applicant_name") == {"width": "narrow", "message": "请核对姓名"}
    page.locator("[data-entry-id='yc-width'] select").select_option("")
    page.locator("[data-entry-id='yc-message'] input").fill("")
    page.locator("[data-entry-id='yc-message'] input").press("Tab")
    assert desk(page, FIELD, "applicant_name") is None


@pytest.mark.parametrize("added", [False, True], ids=["a field of the file", "a new field"])
def test_the_keyboard_stays_where_somebody_types_while_the_canvas_follows(editor: Page, added: bool) -> None:
    if added:
        editor.locator(".fjs-palette-field[data-field-type='textfield']").press("Enter")
    else:
        on_canvas(editor, "decide_decision")
    name = editor.locator("[data-entry-id='label'] [role='textbox']")
    name.click()
    editor.keyboard.press("Control+a")
    for typed, so_far in (("处理", "处理"), ("意见", "处理意见")):
        editor.keyboard.type(typed)
        expect(editor.locator("#yc-canvas .fjs-editor-selected")).to_contain_text(so_far)
        expect(name).to_be_focused()


@pytest.mark.parametrize("name", ["decide", "application"])
def test_a_form_that_may_only_be_read_shows_its_preview_and_writes_nothing(
    new_page: NewPage, office: FormOffice, address: str, name: str
) -> None:
    office.may_write, office.text = False, source(name)
    page = new_page()
    draw(page, address)
    expect(page.locator("#yc-save-state")).to_have_text("只能看")
    expect(page.locator("#yc-canvas")).to_have_count(0)
    expect(page.locator("#yc-preview-fields .yc-field").first).to_be_visible()
    page.get_by_role("tab", name="清单").click()
    page.locator(".yc-outline__go").first.click()
    page.keyboard.press("Control+s")
    assert json.loads(desk(page, "return desk.read();")) == json.loads(office.text)
    assert office.saved == []


def test_the_preview_alone_is_printed(editor: Page) -> None:
    editor.evaluate("() => { window.print = () => { document.title = '打印了'; }; }")
    editor.get_by_role("button", name="打印").click()
    expect(editor).to_have_title("打印了")
    editor.emulate_media(media="print")
    expect(editor.locator("#yc-canvas")).to_be_hidden()
    expect(editor.locator("#yc-tab-properties")).to_be_hidden()
    expect(editor.locator("#yc-preview-fields").get_by_label("准予", exact=True)).to_be_visible()


@pytest.mark.parametrize("width", [1440, 1024])
def test_nothing_runs_over_the_edge_and_every_component_is_seen_whole(
    new_page: NewPage, address: str, width: int
) -> None:
    page = new_page(viewport={"width": width, "height": 900})
    draw(page, address)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    edge = page.locator(".fjs-palette-container").evaluate("(palette) => palette.getBoundingClientRect().right")
    shown = page.locator(".fjs-palette-field:visible")
    assert shown.count() == 13
    for component in shown.all():
        box = component.bounding_box()
        assert box is not None
        assert box["x"] > 0
        assert box["x"] + box["width"] < edge


def test_a_form_that_form_js_cannot_open_is_told_and_leads_to_the_text(
    new_page: NewPage, office: FormOffice, address: str
) -> None:
    office.text = changed("decide", type="nothing")
    page = new_page()
    page.goto(address)
    expect(page.locator("#yc-designer[data-ready=failed]")).to_have_count(1)
    expect(page.locator("#yc-save-notice")).to_contain_text("其中有编辑器不认识的组件")
    expect(page.get_by_role("link", name="用文本方式打开")).to_be_visible()


def test_the_page_keeps_to_its_own_policy(editor: Page, office: FormOffice) -> None:
    policy = office.app.test_client().get("/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe-eval" not in policy
    desk(editor, RENAME, "处理决定")
    stands(editor, "saved")
    # A breach of the policy is an error on the console, and what asks another host is one too.
    assert page_errors(editor) == []


def test_the_editor_has_no_finding(editor: Page, check_axe: Callable[[Page], None]) -> None:
    desk(editor, RENAME, "<b>决定</b>")
    expect(editor.locator("#yc-canvas [data-yc-says]")).to_have_count(1)
    on_canvas(editor, "decide_decision")
    for tab in ("检查", "批注", "清单"):
        editor.get_by_role("tab", name=re.compile(tab)).click()
        check_axe(editor)
