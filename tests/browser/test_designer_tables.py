"""The editor of decision tables: nothing is lost in it, and the server's check marks rules, cells and columns."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from engine.oversight.publishing.drafting.blanks import blank
from engine.oversight.publishing.files import DECISIONS
from engine.process.bpmn.decisions import parse_decisions
from tests.browser.test_designer_desk import stands
from tests.browser.test_designer_drawing import desk
from tests.browser.test_designer_words import english, untranslated
from tests.engine.process.bpmn.decisions.dmn import column, decision, file, one, result, table, text
from tests.support.bpmn_meaning import meaning
from tests.support.browser import NewPage, page_errors
from tests.support.decisions import TABLE
from tests.support.designer import Office, draw, problems_of_tables, serving

IMPORT = """async (text) => {
  const { modeler } = document.getElementById('yc-designer').ycDesk;
  const { warnings } = await modeler.importXML(text);
  const seen = [];
  for (const view of modeler.manager.getViews()) {
    if (view.type === 'drd' && !text.includes('DMNDI')) continue;
    await modeler.open(view);
    seen.push(view.type);
  }
  const { xml } = await modeler.saveXML({ format: true });
  return { xml, seen, warnings: warnings.map((each) => each.message) };
}"""
CODES = re.compile(r'<text>(.*?)</text>| name="(.*?)"')
CLIPPED = """() => {
  const within = [];
  for (let each = document.querySelector('.tjs-table'); each; each = each.parentElement) {
    const cuts = getComputedStyle(each).overflowY !== 'visible' && each.scrollHeight > each.clientHeight + 1;
    if (cuts) within.push(each.className);
  }
  return within;
}"""
"""What cuts off a part of the table."""

YES = ['"a"']
NUMBERS = [column("x", label="人数")], [result()]
SAMPLES = {
    "the blank": str(blank(DECISIONS, "fees")),
    "two in a chain": TABLE,
    "every kind": one(
        [column("t", "string", '"p","q"'), column("n", "integer"), column("b", "boolean"), column("d", "date"),
         column("s", "dayTimeDuration"), column("m", "yearMonthDuration")],
        [result(values='"a","b"', default='"b"'), result("share", "number")],
        [(['"p"', "[1..5)", "true", '< date("2026-03-02")', 'duration("P5D")', "-"], ['"a"', "x + 1"]),
         (['not("p")', "not(1, 2)", "", "null", "-", '> duration("P1Y")'], ['"b"', "0.25"])],
    ).decode(),
    "summed up": one(*NUMBERS, [(["> 1"], YES)], policy="COLLECT", aggregation="COUNT").decode(),
    "by priority": one([column("x")], [result(values='"a","b"')], [(["> 1"], YES)], policy="PRIORITY").decode(),
    "an expression": file(
        decision(table(*NUMBERS, [(["-"], YES)]), "first"),
        decision(text("literalExpression", 'level + "!"'), "second", ["first"], "grade", "string"),
    ).decode(),
}  # fmt: skip


@pytest.fixture
def office() -> Office:
    """The office with one table of two rules that leave nothing open."""
    rows = [(["< 5"], YES), ([">= 5"], ['"b"'])]
    return Office(one(*NUMBERS, rows).decode(), "tables", DECISIONS)


def write(page: Page, id: str, said: str) -> None:
    """Write a cell anew, as a person does."""
    page.locator(f"td[data-element-id='{id}']").click()
    page.keyboard.press("Control+a")
    page.keyboard.type(said) if said else page.keyboard.press("Delete")


def marked(page: Page) -> list[tuple[str, str]]:
    """Return what is marked: the number of a row, the text of a cell or the head of a column, and how gravely."""
    marks = page.locator("[data-yc-level]")
    return [
        (each.inner_text().strip().split("\n")[0], str(each.get_attribute("data-yc-level"))) for each in marks.all()
    ]


def said_by(xml: bytes) -> Any:
    """Return what the engine reads in a file, apart from its bytes."""
    read = parse_decisions(xml)
    return read.id, read.name, dict(read.decisions)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_file_comes_back_with_its_meaning_and_the_same_findings(editor: Page, name: str) -> None:
    sample = SAMPLES[name]

    gone = editor.evaluate(IMPORT, sample)

    assert gone["warnings"] == []
    assert "decisionTable" in gone["seen"]
    # The usual policy is not written where it is the usual one.
    plain = sample.replace(' hitPolicy="UNIQUE"', "")
    assert meaning(gone["xml"].encode()) == meaning(plain.encode())
    assert said_by(gone["xml"].encode()) == said_by(sample.encode())
    assert problems_of_tables(gone["xml"]) == problems_of_tables(sample)


@pytest.mark.parametrize(
    "lost", ['label="须踏勘" ', "<text>true</text>", '<annotation name="依据"/>', ' hitPolicy="FIRST"']
)
def test_the_comparison_sees_what_gets_lost(lost: str) -> None:
    assert lost in TABLE
    assert meaning(TABLE.replace(lost, "", 1).encode()) != meaning(TABLE.encode())


def test_opening_changes_nothing_and_sends_nothing(editor: Page, office: Office) -> None:
    expect(editor.locator("#yc-save-state")).to_have_text("✓ 已保存")
    expect(editor.locator("#yc-tab-problems")).to_contain_text("没有发现问题")
    assert marked(editor) == []
    assert office.saved == []


def test_rules_that_overlap_are_both_marked_and_led_to(editor: Page, office: Office) -> None:
    write(editor, "r2_c0", "> 3")
    rows = editor.locator("#yc-tab-problems li")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("✕ 错误")
    expect(rows).to_contain_text("规则 1、规则 2")
    expect(rows).to_contain_text("例如人数=4")
    assert marked(editor) == [("1", "error"), ("2", "error")]
    first = editor.locator("td.rule-index[data-row-id=r1]")
    assert "规则 1 和规则 2 会同时成立" in str(first.get_attribute("title"))
    assert "✕" in first.evaluate("(node) => getComputedStyle(node, '::after').content")

    rows.get_by_role("button").click()
    expect(editor.locator("td.cell.selected")).to_have_attribute("data-element-id", "r2_c0")
    first.click()
    expect(rows.get_by_role("button")).to_be_focused()

    write(editor, "r2_c0", ">= 5")
    expect(editor.locator("[data-yc-level]")).to_have_count(0)
    stands(editor, "saved")
    assert problems_of_tables(office.text) == []


def test_a_gap_is_named_under_the_table(editor: Page) -> None:
    write(editor, "r2_c0", "> 7")
    row = editor.locator("#yc-tab-problems li")
    expect(row).to_contain_text("! 提示")
    expect(row).to_contain_text("决策“决策d”")
    expect(row).to_contain_text("例如人数=5时没有规则成立")
    row.get_by_role("button").click()
    expect(editor.locator("tfoot.add-rule")).to_be_in_viewport()


def test_what_cannot_be_evaluated_is_refused_at_its_cell(editor: Page) -> None:
    write(editor, "r2_c0", "weekday(x)")
    cell = editor.locator("td.cell[data-yc-level=error]")
    expect(cell).to_have_attribute("data-element-id", "r2_c0")
    expect(cell).to_have_attribute("title", re.compile("不能使用"))
    assert [level for _, level in marked(editor)] == ["error", "error"]
    expect(editor.locator("#yc-tab-problems li")).to_contain_text("规则 2，输入“人数”")
    editor.get_by_role("button", name="撤销").click()
    while editor.get_by_role("button", name="撤销").is_enabled():
        editor.get_by_role("button", name="撤销").click()
    expect(editor.locator("[data-yc-level]")).to_have_count(0)
    editor.get_by_role("button", name="重做").click()


def test_a_fault_of_a_column_is_marked_at_its_head_in_the_decision_where_it_is(
    new_page: NewPage, office: Office, address: str
) -> None:
    office.text = TABLE.replace('label="抽查比例" name="spot_share"', 'label="抽查比例" name="抽查"')
    page = new_page()
    draw(page, address)
    expect(page.locator("#yc-tab-problems li")).to_contain_text("输出“抽查比例”")
    assert marked(page) == []
    page.locator("#yc-tab-problems li").get_by_role("button").click()
    expect(page.locator("th[data-yc-level=error]")).to_contain_text("抽查比例")
    expect(page.get_by_role("navigation").get_by_role("button", name="审查深度")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_a_rule_is_added_by_the_keyboard_and_kept_through_an_undoing(editor: Page, office: Office) -> None:
    editor.locator("td[data-element-id=r2_c0]").click()
    editor.keyboard.press("Enter")
    expect(editor.locator("td.rule-index")).to_have_count(3)
    stands(editor, "saved")
    assert office.text.count("<rule ") == 3
    editor.get_by_role("button", name="撤销").click()
    stands(editor, "saved")
    assert said_by(office.text.encode()) == said_by(one(*NUMBERS, [(["< 5"], YES), ([">= 5"], ['"b"'])]))


def test_a_remark_stands_at_its_cell_until_it_is_settled(editor: Page, office: Office) -> None:
    editor.locator("td[data-element-id=r2_c0]").click()
    editor.get_by_role("tab", name="批注").click()
    editor.get_by_label("对“规则 2，输入“人数””的批注").fill("五人算不算？")
    editor.get_by_role("button", name="写上批注").click()
    expect(editor.locator("td.cell[data-yc-level=comment]")).to_have_attribute("title", "1 条批注")
    assert office.comments[0]["element_id"] == "r2_c0"
    editor.get_by_role("button", name="标为已处理").click()
    expect(editor.locator("[data-yc-level]")).to_have_count(0)


def test_another_persons_version_is_never_overwritten(editor: Page, office: Office) -> None:
    office.text, office.version = office.text.replace("&lt; 5", "&lt; 6").replace("&gt;= 5", "&gt;= 6"), 7
    write(editor, "r1_c0", "< 4")
    stands(editor, "moved")
    assert office.saved == []
    editor.get_by_role("button", name="打开现在的版本（我的留在本机）").click()
    expect(editor.locator("td[data-element-id=r1_c0]")).to_contain_text("< 6")
    editor.get_by_role("button", name="放进编辑器").click()
    expect(editor.locator("td[data-element-id=r1_c0]")).to_contain_text("< 4")
    stands(editor, "saved")


def test_who_may_only_look_changes_nothing(new_page: NewPage, office: Office, address: str) -> None:
    office.may_write = False
    page = new_page()
    draw(page, address)
    expect(page.locator("#yc-save-state")).to_have_text("只能看")
    expect(page.locator("td[data-element-id=r1_c0]")).to_contain_text("< 5")
    expect(page.locator("#yc-canvas [contenteditable=true]")).to_have_count(0)
    page.keyboard.press("Control+s")
    assert office.saved == []


def test_everything_is_in_chinese(new_page: NewPage, office: Office, address: str) -> None:
    office.text = SAMPLES["every kind"]
    page = new_page(viewport={"width": 1600, "height": 1000})
    draw(page, address)
    seen = english(page)
    cells = page.locator("tbody td.cell[data-element-id]")
    heads = page.locator("thead th[data-col-id]")
    for number in range(heads.count()):
        heads.nth(number).dblclick()
        seen |= english(page)
        page.keyboard.press("Escape")
    for number in range(8):
        cells.nth(number).click()
        pencil = page.locator(".simple-mode-button")
        if pencil.count():
            pencil.first.click()
            seen |= english(page)
            page.keyboard.press("Escape")
        cells.nth(number).click(button="right")
        seen |= english(page)
        page.keyboard.press("Escape")
    page.locator(".hit-policy .dms-input").click()
    seen |= english(page)

    assert untranslated(page) == []
    codes = {html.unescape(each) for pair in CODES.findall(office.text) for each in pair}
    assert seen - codes == set()


def test_the_picture_of_the_decisions_is_in_chinese(new_page: NewPage, office: Office, address: str) -> None:
    office.text = TABLE
    page = new_page()
    draw(page, address)
    page.get_by_role("button", name="决策关系图", exact=True).click()
    expect(page.locator(".djs-palette")).to_be_visible()
    desk(page, "desk.modeler.get('selection').select(desk.modeler.get('elementRegistry').get('depth_of_review'));")
    expect(page.locator(".djs-context-pad.open")).to_be_visible()
    found = english(page)
    page.get_by_role("navigation").get_by_role("button", name="风险等级").click()
    expect(page.locator("td.rule-index")).to_have_count(3)
    assert {each for each in found if "_" not in each} == set()
    assert untranslated(page) == []


def test_an_english_text_would_be_found(editor: Page) -> None:
    editor.evaluate("document.querySelector('.add-rule-add button').title = 'Add something'")
    assert "Add something" in english(editor)


def test_the_mark_of_the_library_is_seen_and_covered_by_nothing(
    new_page: NewPage, office: Office, address: str
) -> None:
    office.text = TABLE
    page = new_page()
    draw(page, address)
    for view in ("风险等级", "决策关系图"):
        page.get_by_role("navigation").get_by_role("button", name=view).click()
        mark = page.locator("#yc-canvas .bjs-powered-by:visible")
        expect(mark).to_have_count(1)
        box = mark.bounding_box()
        assert box is not None
        assert box["width"] > 40
        assert box["height"] > 15
        for x, y in ((0.1, 0.1), (0.5, 0.5), (0.9, 0.9)):
            point = [box["x"] + box["width"] * x, box["y"] + box["height"] * y]
            on_top = "([x, y]) => Boolean(document.elementFromPoint(x, y)?.closest('.bjs-powered-by'))"
            assert page.evaluate(on_top, point), (view, point)


def test_the_page_keeps_to_its_own_policy(editor: Page, office: Office) -> None:
    policy = office.app.test_client().get("/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe-eval" not in policy
    write(editor, "r1_c0", "< 4")
    editor.locator("th.input-cell").first.dblclick()
    # A breach of the policy is an error on the console, and what asks another host is one too.
    assert page_errors(editor) == []
    assert editor.evaluate("document.fonts.check('16px dmn')")


def test_the_editor_has_no_finding(editor: Page, check_axe: Callable[[Page], None]) -> None:
    check_axe(editor)
    write(editor, "r2_c0", "weekday(x)")
    expect(editor.locator("td.cell[data-yc-level=error]")).to_have_count(1)
    check_axe(editor)
    editor.get_by_role("tab", name="批注").click()
    check_axe(editor)


def test_a_decision_that_becomes_a_table_in_the_picture_opens_as_one(
    new_page: NewPage, office: Office, address: str
) -> None:
    plain = decision(text("literalExpression", "1"), "second", variable="grade", type="number")
    office.text = file(decision(table(*NUMBERS, [(["-"], YES)]), "first"), plain).decode()
    page = new_page()
    draw(page, address)
    views = page.get_by_role("navigation").get_by_role("button")
    views.get_by_text("决策second").click()
    expect(page.locator("#yc-canvas .literal-expression")).to_be_visible()
    views.get_by_text("决策关系图").click()
    desk(page, "desk.modeler.get('selection').select(desk.modeler.get('elementRegistry').get('second'));")
    page.get_by_title("换类型").click()
    page.locator(".djs-popup .entry", has_text="决策表").click()
    stands(page, "changed")
    stands(page, "saved")
    assert len(re.findall("<decisionTable[ >]", office.text)) == 2
    views.get_by_text("决策second").click()
    expect(page.locator("thead th.input-cell")).to_have_count(1)
    expect(page.locator("#yc-tab-problems li").first).to_contain_text("决策second")
    assert page_errors(page) == []


def test_decisions_that_need_each_other_are_not_drawn_anew_without_their_lines(
    new_page: NewPage, office: Office, address: str
) -> None:
    office.text = SAMPLES["an expression"]
    page = new_page()
    draw(page, address)
    expect(page.get_by_role("navigation").get_by_role("button")).to_have_text(["决策first", "决策second"])
    page.get_by_role("navigation").get_by_role("button").last.click()
    expect(page.get_by_label("变量类型")).to_be_visible()
    assert english(page) <= {"level"}
    assert untranslated(page) == []


def test_the_whole_table_is_printed_across_the_sheet_without_the_tools(new_page: NewPage) -> None:
    rows = [([f"{number}"], ['"a"']) for number in range(60)]
    page = new_page(viewport={"width": 1440, "height": 900})
    with serving(Office(one(*NUMBERS, rows).decode(), "tables", DECISIONS)) as address:
        draw(page, address)
        page.evaluate("window.print = () => { document.documentElement.dataset.printed = 'yes'; }")
        page.get_by_role("button", name="打印").click()
        expect(page.locator("html[data-printed=yes]")).to_have_count(1)
        page.emulate_media(media="print")
        last = page.locator("td.rule-index").last
        expect(last).to_have_text("60")
        assert page.evaluate(CLIPPED) == []
        for tool in (".yc-desk__bar", ".yc-desk__side", "tfoot.add-rule", ".add-input", ".edit-button"):
            expect(page.locator(tool).first).to_be_hidden()
        box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True))
        assert box is not None
        assert float(box[1]) > float(box[2])
