"""What stands around the drawing: saving, conflicts, checking, remarks, who else is there, and the house's rules."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from urllib.parse import unquote

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from processes import library
from tests.browser.test_designer_drawing import choose, desk, entry
from tests.support.bpmn_meaning import meaning
from tests.support.browser import NewPage, page_errors
from tests.support.designer import Office, draw, problems_of, serving

ROUTE = library.processes()["route_commitment"].xml.decode()
RENAME = """
  const task = desk.drawing.find('ut_substantive');
  desk.modeler.get('modeling').updateProperties(task, { name: given });
"""


def rename(page: Page, name: str) -> None:
    """Change something in the drawing."""
    desk(page, RENAME, name)


def stands(page: Page, state: str) -> None:
    """Wait until saving stands so."""
    expect(page.locator("#yc-save-state")).to_have_attribute("data-state", state, timeout=20_000)


def test_opening_changes_nothing_and_sends_nothing(editor: Page, office: Office) -> None:
    expect(editor.locator("#yc-save-state")).to_have_text("✓ 已保存")
    expect(editor.get_by_role("button", name="保存", exact=True)).to_be_disabled()
    assert office.saved == []


def test_a_change_is_saved_by_itself_and_says_so(editor: Page, office: Office) -> None:
    rename(editor, "书面审查")
    expect(editor.locator("#yc-save-state")).to_have_text("● 有改动，稍后自动保存")
    stands(editor, "saved")
    assert len(office.saved) == 1
    assert meaning(office.saved[0].encode()) == meaning(ROUTE.replace('name="实质审查">', 'name="书面审查">').encode())

    rename(editor, "再审查")
    editor.keyboard.press("Control+s")
    stands(editor, "saved")
    assert office.version == 3


@pytest.mark.console_errors_expected
def test_a_refused_saving_says_why_keeps_the_text_and_is_done_later(editor: Page, office: Office) -> None:
    office.refusal = (503, {"code": "BUSY", "detail": "系统正忙，请稍后再试。"})
    rename(editor, "书面审查")
    stands(editor, "failed")
    expect(editor.locator("#yc-save-state")).to_have_text("✕ 保存失败：系统正忙，请稍后再试。")
    assert "书面审查" in desk(editor, "return desk.kept.get().text;")

    office.refusal = None
    editor.get_by_role("button", name="保存", exact=True).click()
    stands(editor, "saved")
    assert "书面审查" in office.text
    assert desk(editor, "return desk.kept.get();") is None


@pytest.mark.console_errors_expected
def test_a_lost_answer_makes_no_conflict_with_oneself(editor: Page, office: Office) -> None:
    keys: list[str | None] = []

    def lose(route) -> None:
        keys.append(route.request.headers.get("x-idempotency-key"))
        if len(keys) == 1:
            route.fetch()
            route.abort()
        else:
            # The house answers a repeated key with the first outcome.
            route.fulfill(json={"version": office.version, "problems": []})

    editor.route("**/save", lose)
    rename(editor, "书面审查")
    stands(editor, "failed")
    rename(editor, "现场审查")
    editor.get_by_role("button", name="保存", exact=True).click()
    expect(editor.locator("#yc-save-state")).to_have_attribute("data-state", "changed")
    editor.unroute("**/save")
    stands(editor, "saved")
    assert keys[0] == keys[1]
    assert keys[0]
    assert "现场审查" in office.text
    assert office.version == 3


def test_another_persons_version_is_never_overwritten_and_my_text_is_kept(editor: Page, office: Office) -> None:
    office.text, office.version = ROUTE.replace("实质审查", "他人审查"), 7
    rename(editor, "我的审查")
    stands(editor, "moved")
    notice = editor.locator("#yc-save-notice")
    expect(notice).to_contain_text("已由李梅于3月2日 09:05保存为第 7 版。")
    expect(notice).to_contain_text("没有覆盖任何内容")
    assert office.saved == []
    rename(editor, "我的再审查")
    editor.keyboard.press("Control+s")
    assert office.saved == []

    notice.get_by_role("button", name="打开现在的版本（我的留在本机）").click()
    stands(editor, "saved")
    expect(editor.locator("#yc-canvas")).to_contain_text("他人审查")
    expect(notice).to_contain_text("本机留有您")
    expect(notice).to_contain_text("现在是第 7 版")
    notice.get_by_role("button", name="放进编辑器").click()
    expect(editor.locator("#yc-canvas")).to_contain_text("我的再审查")
    stands(editor, "saved")
    assert office.version == 8
    assert "我的再审查" in office.text


def test_both_sides_are_handed_to_the_page_that_shows_them(editor: Page, office: Office) -> None:
    office.version = 3
    rename(editor, "我的审查")
    stands(editor, "moved")
    with editor.context.expect_page() as opened:
        editor.get_by_role("button", name=re.compile("对照两边的不同")).click()
    opened.value.wait_for_load_state()
    assert opened.value.url.endswith("/merge")
    assert "我的审查" in office.merged["text"]
    assert office.merged["version"] == "1"
    assert office.merged["_csrf"] == office.csrf


def test_signing_in_anew_elsewhere_is_enough_to_go_on(editor: Page, office: Office) -> None:
    office.csrf = "token-of-the-next-session"
    rename(editor, "书面审查")
    stands(editor, "saved")
    assert "书面审查" in office.text


def test_what_never_reached_the_server_is_offered_when_the_page_opens_again(editor: Page, office: Office) -> None:
    office.refusal = (422, {"code": "X", "detail": "不行。"})
    rename(editor, "留下的审查")
    stands(editor, "failed")
    editor.once("dialog", lambda dialog: dialog.accept())
    office.refusal = None
    editor.reload()
    expect(editor.locator("#yc-designer[data-ready=yes]")).to_have_count(1)
    expect(editor.locator("#yc-canvas")).not_to_contain_text("留下的审查")
    editor.get_by_role("button", name="放进编辑器").click()
    stands(editor, "saved")
    assert "留下的审查" in office.text


def test_what_the_editor_cannot_read_is_told_before_anything_is_saved(new_page: NewPage) -> None:
    office = Office(ROUTE.replace("<yc:stage ", '<yc:strange a="1"/><yc:stage ', 1))
    page = new_page()
    with serving(office) as address:
        draw(page, address)
        stands(page, "held")
        notice = page.locator("#yc-save-notice")
        expect(notice).to_contain_text("文件里有 1 处编辑器读不懂")
        expect(notice).to_contain_text("yc:strange")
        rename(page, "书面审查")
        page.keyboard.press("Control+s")
        stands(page, "held")
        assert office.saved == []
        notice.get_by_role("button", name="我知道会丢失，可以保存").click()
        stands(page, "saved")
        assert "书面审查" in office.text


def test_the_servers_check_marks_elements_and_leads_to_them(editor: Page, office: Office) -> None:
    expect(editor.locator(".yc-mark--error")).to_have_count(0)
    choose(editor, "ut_head_decide")
    entry(editor, "yc-task-role").select_option("")
    mark = editor.locator(".yc-mark--error")
    expect(mark).to_have_count(1)
    expect(mark).to_have_attribute("title", re.compile("没有候选岗位"))
    choose(editor, "ut_substantive")
    mark.click()
    panel = editor.get_by_role("tabpanel", name=re.compile("检查"))
    expect(panel).to_be_visible()
    row = panel.locator("li")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("✕ 错误")
    expect(row).to_contain_text("业务负责人依法作出处理决定")
    stands(editor, "saved")
    assert [each["sentence"] for each in problems_of(office.text)] == [
        row.locator(".yc-problems__sentence").inner_text()
    ]
    row.get_by_role("button").click()
    assert desk(editor, "return desk.modeler.get('selection').get()[0].id;") == "ut_head_decide"
    editor.get_by_role("button", name="撤销").click()
    expect(editor.locator(".yc-mark--error")).to_have_count(0)
    expect(panel).to_contain_text("没有发现问题")


def test_remarks_stand_on_their_element_until_they_are_settled(editor: Page, office: Office) -> None:
    choose(editor, "ut_substantive")
    editor.get_by_role("tab", name="批注").click()
    editor.get_by_label("对“实质审查”的批注").fill("<b>要不要</b>写明期限？")
    editor.get_by_role("button", name="写上批注").click()
    expect(editor.locator(".yc-mark--comment")).to_have_attribute("aria-label", "1 条批注")
    row = editor.locator(".yc-comments__row")
    expect(row).to_contain_text("<b>要不要</b>写明期限？")
    expect(row).to_contain_text("王建国 3月2日 09:00")
    assert office.comments[0]["element_id"] == "ut_substantive"

    row.get_by_role("button", name="标为已处理").click()
    expect(row).to_contain_text("已处理")
    expect(editor.locator(".yc-mark--comment")).to_have_count(0)
    assert office.comments[0]["settled"] is True


def test_who_else_has_the_file_open_is_told(new_page: NewPage, office: Office, address: str) -> None:
    office.others = [{"name": "李梅", "since": "2026-03-02T01:00:00Z"}]
    page = new_page()
    draw(page, address)
    expect(page.locator("#yc-presence")).to_have_text("李梅（自 3月2日 09:00）也打开着这个文件")


def test_who_may_only_look_sees_everything_and_changes_nothing(new_page: NewPage, office: Office, address: str) -> None:
    office.may_write = False
    page = new_page()
    draw(page, address)
    expect(page.locator(".djs-palette")).to_have_count(0)
    expect(page.locator("#yc-save-state")).to_have_text("只能看")
    page.get_by_role("tab", name="清单").click()
    page.get_by_role("button", name=re.compile("用户任务 ?实质审查")).click()
    panel = page.get_by_role("tabpanel", name="属性")
    expect(panel).to_contain_text("substantive_review")
    expect(panel).to_contain_text("dept_reviewer")
    page.keyboard.press("Delete")
    page.keyboard.press("Control+s")
    expect(page.locator("#yc-canvas")).to_contain_text("实质审查")
    assert office.saved == []


def test_the_mark_of_the_library_is_seen_and_covered_by_nothing(editor: Page) -> None:
    for act in (None, "走一遍"):
        if act:
            editor.get_by_role("button", name=act).click()
        box = editor.locator(".bjs-powered-by").bounding_box()
        assert box is not None
        assert box["width"] > 40
        assert box["height"] > 15
        for x, y in ((0.1, 0.1), (0.5, 0.5), (0.9, 0.9)):
            point = [box["x"] + box["width"] * x, box["y"] + box["height"] * y]
            on_top = "([x, y]) => Boolean(document.elementFromPoint(x, y)?.closest('.bjs-powered-by'))"
            assert editor.evaluate(on_top, point), point


def test_the_page_keeps_to_its_own_policy(editor: Page, office: Office) -> None:
    policy = office.app.test_client().get("/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe-eval" not in policy
    assert policy.count("unsafe-inline") == 1
    choose(editor, "ut_substantive")
    editor.get_by_role("button", name="走一遍").click()
    # A breach of the policy is an error on the console, and what asks another host is one too.
    assert page_errors(editor) == []
    assert editor.evaluate("document.fonts.check('16px bpmn')")


def test_the_editor_has_no_finding(editor: Page, check_axe: Callable[[Page], None]) -> None:
    choose(editor, "ut_substantive")
    check_axe(editor)
    for tab in ("检查", "批注", "清单"):
        editor.get_by_role("tab", name=tab).click()
        check_axe(editor)


def test_the_keyboard_alone_opens_tabs_and_the_list_of_keys(editor: Page) -> None:
    editor.get_by_role("tab", name="属性").focus()
    editor.keyboard.press("ArrowRight")
    expect(editor.get_by_role("tab", name="检查")).to_be_focused()
    expect(editor.get_by_role("tabpanel", name="检查")).to_be_visible()
    editor.keyboard.press("ArrowLeft")
    editor.keyboard.press("ArrowLeft")
    expect(editor.get_by_role("tab", name="清单")).to_be_focused()
    editor.get_by_role("button", name="快捷键").press("Enter")
    expect(editor.get_by_role("dialog", name="快捷键")).to_be_visible()
    editor.keyboard.press("Escape")
    expect(editor.get_by_role("dialog")).to_have_count(0)


def sheets_of(editor: Page) -> list[tuple[int, int]]:
    """Return the sizes of the pictures that go onto paper, a sheet each."""
    sizes = "all => all.map(one => [one.naturalWidth, one.naturalHeight])"
    return [(width, height) for width, height in editor.locator("#yc-sheets img").evaluate_all(sizes)]


def test_the_drawing_is_printed_without_the_tools_on_sheets_that_can_be_read(editor: Page) -> None:
    editor.evaluate("window.print = () => { document.documentElement.dataset.printed = 'yes'; }")
    editor.get_by_role("button", name="打印").click()
    expect(editor.locator("html[data-printed=yes]")).to_have_count(1)
    editor.emulate_media(media="print")
    expect(editor.locator("#yc-sheets img")).to_have_count(2)
    expect(editor.get_by_role("img", name="流程图第 2 张，共 2 张")).to_be_visible()
    expect(editor.locator("#yc-canvas")).to_be_hidden()
    (first, height), (second, other_height) = sheets_of(editor)
    assert 900 < first < 1250, "the smallest words of a wider piece could not be read"
    assert second > first, "the second also names the lanes"
    assert height == other_height
    paper = pypdfium2.PdfDocument(io.BytesIO(editor.pdf(prefer_css_page_size=True, format="A4")))
    assert [sheet.get_width() > sheet.get_height() for sheet in paper] == [True, True]


def test_the_browsers_own_printing_finds_the_sheets_ready(editor: Page) -> None:
    # To its menu the pointer leaves the page.
    editor.locator("html").dispatch_event("mouseleave")
    expect(editor.locator("#yc-sheets img")).to_have_count(2)
    before = editor.locator("#yc-sheets img").first.get_attribute("src")
    rename(editor, "书面审查")
    editor.locator("html").dispatch_event("mouseleave")
    expect(editor.locator("#yc-sheets img").first).not_to_have_attribute("src", before or "")


def test_the_browsers_key_for_printing_prints_the_drawing_as_it_is_now(editor: Page) -> None:
    editor.evaluate("window.print = () => { document.documentElement.dataset.printed = 'yes'; }")
    rename(editor, "盖章审查")
    editor.keyboard.press("Control+p")
    expect(editor.locator("html[data-printed=yes]")).to_have_count(1)
    shown = editor.locator("#yc-sheets img").first.get_attribute("src") or ""
    assert "盖章" in unquote(shown)


def test_nothing_is_made_for_printing_while_somebody_draws(editor: Page) -> None:
    rename(editor, "书面审查")
    editor.wait_for_timeout(2_500)
    expect(editor.locator("#yc-sheets img")).to_have_count(0)


def test_undo_takes_back_every_kind_of_act_one_by_one(editor: Page, office: Office) -> None:
    choose(editor, "ut_head_decide")
    entry(editor, "yc-task-role").select_option("dept_reviewer")
    entry(editor, "yc-task-form").select_option("collective")
    rename(editor, "书面审查")
    desk(editor, "desk.modeler.get('modeling').moveElements([desk.drawing.find('ut_collective')], { x: 10, y: 20 });")
    expect(editor.get_by_role("button", name="重做")).to_be_disabled()
    for _ in range(4):
        editor.get_by_role("button", name="撤销").click()
    expect(editor.get_by_role("button", name="撤销")).to_be_disabled()
    assert meaning(desk(editor, "return desk.read();").encode()) == meaning(ROUTE.encode())
    for _ in range(4):
        editor.get_by_role("button", name="重做").click()
    stands(editor, "saved")
    assert "书面审查" in office.text


def test_what_is_deleted_comes_back_with_all_its_settings(editor: Page, office: Office) -> None:
    desk(editor, "desk.modeler.get('modeling').removeElements([desk.drawing.find('ut_dept_opinion')]);")
    stands(editor, "saved")
    assert 'id="ut_dept_opinion"' not in office.text
    editor.get_by_role("button", name="撤销").click()
    stands(editor, "saved")
    assert problems_of(office.text) == []
    pattern = re.compile(r'<yc:task form="dept_opinion".*?</bpmn:extensionElements>', re.DOTALL)
    settings = [re.sub(r"\s+", "", found[0]) for each in (office.text, ROUTE) if (found := pattern.findall(each))]
    assert settings[0].replace("/>", "") == settings[1].replace("/>", "")
