"""Drawing in the real editor: properties and blocks write our extension elements, and each act is undone as one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from lxml import etree
from playwright.sync_api import Page, expect

from processes import library
from tests.support.bpmn_meaning import meaning
from tests.support.browser import NewPage
from tests.support.designer import Office, draw, problems_of, serving

NS = {"b": "http://www.omg.org/spec/BPMN/20100524/MODEL", "yc": "urn:yichuang:bpmn:1"}
BLOCKS = Path(__file__).resolve().parents[2] / "web" / "ui" / "designer" / "blocks.json"


def desk(page: Page, script: str, given: Any = None) -> Any:
    """Run a script with the editor's ``desk`` and what was given to it."""
    run = f"async (given) => {{ const desk = document.getElementById('yc-designer').ycDesk; {script} }}"
    return page.evaluate(run, given)


def written(page: Page) -> etree._Element:
    """Return the file as the editor would save it now."""
    return etree.fromstring(desk(page, "return desk.read();").encode())


def found(page: Page, path: str) -> list[etree._Element]:
    """Return the elements at an XPath in the file as the editor would save it now."""
    nodes = written(page).xpath(path, namespaces=NS)
    assert isinstance(nodes, list)
    return [one for one in nodes if isinstance(one, etree._Element)]


def one(page: Page, path: str) -> Any:
    """Return what a path finds in the file as it would be saved now, when it is exactly one thing."""
    nodes = written(page).xpath(path, namespaces=NS)
    assert isinstance(nodes, list)
    assert len(nodes) == 1, f"{path}: {nodes}"
    return nodes[0]


def choose(page: Page, element: str) -> None:
    """Select an element."""
    desk(page, "desk.drawing.go(desk.drawing.find(given));", element)


def entry(page: Page, id: str) -> Any:
    """Return the input of an entry of the panel, unfolding its group."""
    place = page.locator(f"[data-entry-id='{id}']").last
    if not place.is_visible():
        place.locator("xpath=ancestor::*[@data-group-id]").last.locator(".bio-properties-panel-group-header").click()
    return place.locator("input, select, textarea").first


def undo(page: Page) -> None:
    """Press 撤销."""
    page.get_by_role("button", name="撤销").click()


def test_form_role_and_act_of_a_task_are_chosen_from_what_there_is(editor: Page) -> None:
    before = meaning(etree.tostring(written(editor)))
    choose(editor, "ut_head_decide")

    entry(editor, "yc-task-role").select_option("dept_reviewer")
    assert one(editor, "//*[@id='ut_head_decide']//yc:task/@role") == "dept_reviewer"
    assert "综窗受理员（window_clerk）" in entry(editor, "yc-task-role").inner_text()

    undo(editor)
    assert meaning(etree.tostring(written(editor))) == before


def test_a_task_without_settings_gets_its_box_and_loses_it_again_in_one_step_each(editor: Page) -> None:
    desk(editor, """
      const task = desk.modeler.get('elementFactory').createShape({ type: 'bpmn:UserTask' });
      const pool = desk.modeler.get('elementRegistry').filter((each) => each.type === 'bpmn:Participant')[0];
      desk.modeler.get('modeling').createShape(task, { x: 500, y: 200 }, pool);
      desk.modeler.get('modeling').updateProperties(task, { id: 'ut_new', name: '新的' });
    """)  # fmt: skip
    choose(editor, "ut_new")
    entry(editor, "yc-task-form").select_option("decide")
    assert one(editor, "//*[@id='ut_new']/b:extensionElements/yc:task/@form") == "decide"

    entry(editor, "yc-task-form").select_option("")
    assert not found(editor, "//*[@id='ut_new']/b:extensionElements")

    undo(editor)
    undo(editor)
    assert not found(editor, "//*[@id='ut_new']/b:extensionElements")
    assert found(editor, "//*[@id='ut_new']")


def test_clauses_are_added_chosen_and_removed(editor: Page) -> None:
    choose(editor, "ut_head_decide")
    group = editor.locator("[data-group-id='group-yc-clauses']")
    group.get_by_role("button", name="加一项").click()
    entry(editor, "yc-clause-2-ref").select_option("6.2.3")
    refs = [each.get("ref") for each in found(editor, "//*[@id='ut_head_decide']//yc:clause")]
    assert refs == ["4.2.2", "6.2.1", "6.2.3"]

    group.locator(".bio-properties-panel-collapsible-entry-header").first.hover()
    group.get_by_title("删除这一项").first.click()
    refs = [each.get("ref") for each in found(editor, "//*[@id='ut_head_decide']//yc:clause")]
    assert refs == ["6.2.1", "6.2.3"]


def test_tasks_of_one_stage_change_together(editor: Page) -> None:
    choose(editor, "ut_substantive")
    entry(editor, "yc-stage-days").fill("3.5")
    editor.keyboard.press("Tab")
    expect(editor.locator("#yc-save-state")).to_have_attribute("data-state", "changed")

    days = [one.get("days") for one in found(editor, "//yc:stage[@key='review']")]
    assert days == ["3.5", "3.5"]

    undo(editor)
    assert found(editor, "//yc:stage[@days]") == []


def test_a_condition_and_the_default_flow_exclude_each_other(editor: Page) -> None:
    flow = desk(editor, """
      const gate = desk.modeler.get('elementRegistry').get('gw_visit');
      return gate.outgoing.find((each) => gate.businessObject.default !== each.businessObject).id;
    """)
    choose(editor, flow)
    entry(editor, "yc-condition-default").check(force=True)
    assert one(editor, "//*[@id='gw_visit']/@default") == flow
    assert not found(editor, f"//*[@id='{flow}']/b:conditionExpression")

    undo(editor)
    assert one(editor, f"//*[@id='{flow}']/b:conditionExpression/text()")


def test_a_multi_instance_declares_its_list_on_the_process_and_takes_it_away_again(editor: Page) -> None:
    before = meaning(etree.tostring(written(editor)))
    choose(editor, "ut_collective")
    entry(editor, "yc-loop-way").select_option("one")
    entry(editor, "yc-loop-list").fill("members")
    editor.keyboard.press("Tab")
    entry(editor, "yc-loop-item").fill("member")
    editor.keyboard.press("Tab")

    expect(editor.locator("[data-entry-id='yc-loop-item'] input")).to_have_value("member")
    assert one(editor, "//b:process/b:property/@name") == "members"
    assert one(editor, "//b:loopDataInputRef/text()") == one(editor, "//b:process/b:property/@id")
    assert one(editor, "//b:inputDataItem/@name") == "member"
    rules = {each["rule"] for each in problems_of(etree.tostring(written(editor)).decode())}
    assert not {rule for rule in rules if rule.startswith("multi-instance")}

    entry(editor, "yc-loop-way").select_option("")
    assert not found(editor, "//b:property | //b:multiInstanceLoopCharacteristics")
    for _ in range(4):
        undo(editor)
    assert meaning(etree.tostring(written(editor))) == before


def test_a_service_asks_for_its_parameters_by_name(editor: Page) -> None:
    draw_block(editor, "archive-decision")
    entry(editor, "yc-service-name").select_option("joint.arrive")
    entry(editor, "yc-parameter-branch").fill("branch")
    editor.keyboard.press("Tab")
    assert one(editor, "//yc:parameter[@name='branch']/@value") == "branch"

    entry(editor, "yc-parameter-outcome").fill("")
    editor.keyboard.press("Tab")
    expect(editor.locator("[data-entry-id='yc-parameter-outcome']")).to_have_count(0)
    assert one(editor, "//yc:parameter/@name") == "branch"


def test_a_copied_multi_instance_keeps_its_list_and_its_settings(editor: Page) -> None:
    text = library.processes()["route_joint"].xml.decode()
    desk(editor, "await desk.modeler.importXML(given);", text)
    copied = desk(editor, """
      const { modeler } = desk;
      modeler.get('copyPaste').copy(modeler.get('elementRegistry').get('ut_branch_result'));
      const pool = modeler.get('elementRegistry').filter((each) => each.type === 'bpmn:Participant')[0];
      const [made] = modeler.get('copyPaste').paste({ element: pool, point: { x: 900, y: 200 } });
      return made.id;
    """)  # fmt: skip
    assert copied != "ut_branch_result"
    assert one(editor, f"//*[@id='{copied}']//b:loopDataInputRef/text()") == "results"
    assert one(editor, f"//*[@id='{copied}']//yc:task/@act") == "issuance.make_branch_result"
    assert not [
        each for each in problems_of(etree.tostring(written(editor)).decode()) if each["rule"] == "id-duplicate"
    ]


def test_what_does_nothing_on_another_kind_of_element_is_not_taken_along(editor: Page) -> None:
    changed = desk(editor, """
      const { modeler } = desk;
      const task = modeler.get('elementRegistry').get('ut_head_decide');
      return modeler.get('bpmnReplace').replaceElement(task, { type: 'bpmn:ServiceTask' }).id;
    """)
    assert not found(editor, f"//*[@id='{changed}']//yc:task | //*[@id='{changed}']//yc:stage")
    assert len(found(editor, f"//*[@id='{changed}']//yc:clause")) == 2


def draw_block(page: Page, key: str, source: str = "ut_head_decide") -> str:
    """Append a block by the menu's own act; return the id of what was drawn, which is selected then."""
    return str(
        desk(page, """
          const { modeler } = desk;
          const source = modeler.get('elementRegistry').get(given[1]);
          modeler.get('popupMenu').open(source, 'bpmn-append', { x: 300, y: 300 });
          const menu = modeler.get('popupMenu')._current;
          menu.entries[`yc-append-${given[0]}`].action.click(new MouseEvent('click'));
          return modeler.get('selection').get()[0].id;
        """, [key, source])
    )  # fmt: skip


def every_block() -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = json.loads(BLOCKS.read_text("utf-8"))
    return [block for group in groups for block in group["blocks"]]


WORDS = {
    "form-missing", "form-unknown", "role-missing", "role-unknown", "act-unknown", "service-missing",
    "service-unknown", "service-parameter", "service-parameter-missing", "service-parameter-unknown", "clock-unknown",
    "message-unknown", "message-key", "clause-unknown", "clause-missing", "call-unknown", "call-undeclared",
    "extension-misplaced", "multi-instance-reference", "multi-instance-source", "multi-instance-item", "name-missing",
    "stage-differs", "stage-name", "message-task", "call-target-missing", "id-duplicate", "lane-missing",
}  # fmt: skip
"""What the check would say of a block that names something that is not there."""


def test_every_block_is_drawn_with_all_that_it_needs_and_undone_as_one(editor: Page) -> None:
    before = meaning(etree.tostring(written(editor)))
    assert len(every_block()) > 40

    for block in every_block():
        id = draw_block(editor, block["key"])
        text = etree.tostring(written(editor)).decode()
        assert one(editor, f"//*[@id='{id}']/@name") == block["name"]
        wrong = [each for each in problems_of(text) if each["element_id"] == id and each["rule"] in WORDS]
        assert wrong == [], block["key"]
        undo(editor)
        assert meaning(etree.tostring(written(editor))) == before, block["key"]


def test_the_menu_finds_a_block_by_the_words_of_the_counter(editor: Page) -> None:
    editor.get_by_role("tab", name="清单").click()
    editor.get_by_role("button", name=re.compile("用户任务 ?业务负责人依法作出处理决定")).click()
    editor.keyboard.press("a")
    search = editor.locator(".djs-popup-search input")
    search.fill("联审分支")
    search.press("End")
    row = editor.locator(".djs-popup-results .entry")
    expect(row.first).to_contain_text("各部门分支：审查并出具意见")
    search.press("Enter")

    expect(editor.locator("#yc-properties")).to_contain_text("各部门分支：审查并出具意见")
    assert one(editor, "//b:loopDataInputRef/text()") == "branches"
    assert one(editor, "//b:process/b:property/@name") == "branches"


def test_a_new_file_begins_with_a_pool_a_lane_and_its_name(new_page: NewPage) -> None:
    page = new_page()
    with serving(Office("", "my_route")) as address:
        draw(page, address)
        assert one(page, "//b:process/@id") == "my_route"
        assert one(page, "//b:lane/@name")
        errors = [each for each in problems_of(etree.tostring(written(page)).decode()) if each["level"] == "error"]
        assert errors == []
