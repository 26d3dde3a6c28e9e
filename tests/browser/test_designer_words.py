"""The editor speaks Chinese throughout: no text of its libraries is left in English, wherever one looks."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from processes import library
from tests.browser.test_designer_drawing import desk
from tests.support.designer import Office

OURS = {"BPMN", "DMN", "bpmn", "property", "io", "yc", "Powered", "by", "and", "or", "not"}
"""Latin words that are meant: the standard's own names, the mark of the library, and the words of an expression."""

CODE = re.compile(r"[_.{}<>]|^[0-9a-z]{7}$")
"""What a code of the file looks like, or the number of a walk."""

SEE = """() => {
  const shown = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walk.nextNode(); text; text = walk.nextNode()) {
    const home = text.parentElement;
    if (home.closest('option, script, style, svg, code, kbd, input, textarea, .yc-told')) continue;
    if (home.closest('.bio-properties-panel-description, [data-group-id^="group-yc-data"]')) continue;
    shown.push(text.data);
  }
  for (const each of document.querySelectorAll('[title], [aria-label], [placeholder]'))
    shown.push(each.title, each.getAttribute('aria-label') ?? '', each.getAttribute('placeholder') ?? '');
  return shown.map((each) => each.trim()).filter(Boolean);
}"""

EVERYTHING = """
  const { modeler } = desk;
  const registry = modeler.get('elementRegistry'), factory = modeler.get('elementFactory');
  const pool = registry.filter((each) => each.type === 'bpmn:Participant')[0];
  const kinds = ['Task', 'UserTask', 'ServiceTask', 'BusinessRuleTask', 'ReceiveTask', 'SendTask', 'ScriptTask',
    'ManualTask', 'CallActivity', 'ExclusiveGateway', 'ParallelGateway', 'InclusiveGateway', 'EventBasedGateway',
    'ComplexGateway',
    'DataObjectReference', 'DataStoreReference', 'TextAnnotation'];
  const events = [['StartEvent', 'Timer'], ['StartEvent', 'Message'], ['IntermediateCatchEvent', 'Timer'],
    ['IntermediateCatchEvent', 'Message'], ['IntermediateCatchEvent', 'Signal'], ['IntermediateCatchEvent', 'Link'],
    ['IntermediateThrowEvent', 'Escalation'], ['EndEvent', 'Error'], ['EndEvent', 'Escalation'],
    ['EndEvent', 'Terminate'], ['IntermediateCatchEvent', 'Conditional'], ['IntermediateThrowEvent', 'Compensate']];
  let x = 300;
  for (const kind of kinds) {
    modeler.get('modeling').createShape(factory.createShape({ type: `bpmn:${kind}` }), { x: (x += 120), y: 220 }, pool);
  }
  for (const [kind, of] of events) {
    const shape = factory.createShape({ type: `bpmn:${kind}`, eventDefinitionType: `bpmn:${of}EventDefinition` });
    modeler.get('modeling').createShape(shape, { x: (x += 120), y: 220 }, pool);
  }
  const sub = factory.createShape({ type: 'bpmn:SubProcess', isExpanded: true });
  modeler.get('modeling').createShape(sub, { x: x + 400, y: 220 }, pool);
  return registry.filter((each) => !each.labelTarget).map((each) => each.id);
"""


UNFOLD = """() => {
  const closed = document.querySelectorAll('.bio-properties-panel-group-header:not(.open)');
  for (const each of closed) each.click();
}"""


@pytest.fixture
def office() -> Office:
    """The office with a route that has lanes, multi-instances, messages and services."""
    return Office(library.processes()["route_joint"].xml.decode(), "route_joint")


def english(page: Page, see: str = SEE) -> set[str]:
    """Return what is shown in English: texts with a Latin word that is neither ours nor a code of the file."""
    found = set()
    for text in page.evaluate(see):
        words = set(re.findall(r"[A-Za-z]{2,}", text)) - OURS
        if words and not re.search("[\u4e00-\u9fff]", text) and not CODE.search(text):
            found.add(text)
    return found


def untranslated(page: Page) -> list[str]:
    """Return the English texts that the libraries asked our dictionary for in vain."""
    missing: list[str] = desk(page, "return [...desk.missing];")
    return missing


def test_every_kind_of_element_has_its_groups_pad_and_menus_in_chinese(editor: Page) -> None:
    ids = desk(editor, EVERYTHING)
    assert len(ids) > 45
    seen: set[str] = set()
    for id in ids:
        desk(editor, """
          const { modeler } = desk;
          const element = desk.drawing.find(given);
          modeler.get('selection').select(element);
          if (element.parent) {
            const popup = modeler.get('popupMenu');
            for (const menu of ['bpmn-append', 'bpmn-replace'])
              if (!popup.isEmpty(element, menu)) popup.open(element, menu, { x: 9, y: 9 });
          }
        """, id)  # fmt: skip
        editor.evaluate(UNFOLD)
        seen |= english(editor)
        desk(editor, "desk.modeler.get('popupMenu').close();")
    desk(editor, "desk.modeler.get('popupMenu').open(desk.drawing.all()[0], 'bpmn-create', { x: 9, y: 9 });")
    seen |= english(editor)

    assert untranslated(editor) == []
    assert seen == set()


def test_lists_and_search_are_in_chinese(editor: Page) -> None:
    desk(editor, "desk.modeler.get('selection').select(desk.drawing.find('ut_lead_plan'));")
    editor.locator("[data-group-id='group-yc-clauses'] .bio-properties-panel-group-header").click()
    assert editor.get_by_title("加一项").count() > 0
    assert editor.get_by_title("删除这一项").count() > 0
    desk(editor, "desk.modeler.get('searchPad').open();")
    assert english(editor) == set()
    desk(editor, "desk.modeler.get('selection').select(desk.drawing.all().slice(0, 3));")
    assert english(editor) == set()
    assert untranslated(editor) == []


def test_walking_through_is_in_chinese(editor: Page) -> None:
    editor.get_by_role("button", name="走一遍").click()
    editor.get_by_title("显示或收起经过").click()
    editor.locator(".bts-context-pad[title='触发']").first.dispatch_event("click")
    editor.get_by_text("牵头部门确认联办计划").first.wait_for()
    assert english(editor) == set()


def test_an_english_text_would_be_found(editor: Page) -> None:
    editor.evaluate("document.querySelector('.djs-palette .entry').title = 'Create something'")
    assert english(editor) == {"Create something"}
