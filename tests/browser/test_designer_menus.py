"""The menus offer what the server's check admits, and nothing that it refuses for its kind: each entry is tried."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree
from playwright.sync_api import Page, expect

from engine.process.bpmn.rules import activities, events
from tests.browser.test_designer_drawing import choose, desk, found, undo, written
from tests.support.browser import NewPage
from tests.support.designer import Office, draw, problems_of, serving

REFUSED = {
    *(rule for rule, _ in (*activities._REFUSED.values(), *events._REFUSED.values())), "event-subprocess",
    "complex-gateway", "event-gateway-kind", "element-unknown", "start-trigger", "signal-end-event", "plain-timer",
    "standard-loop", "multi-instance-place", "several-processes", "data-store",
}  # fmt: skip
"""What the check says of an element for its kind alone."""

ASKED_FOR = {
    ("message-task", "receiveTask"), ("message-event", "intermediateCatchEvent"), ("message-event", "boundaryEvent"),
    ("plain-timer", "intermediateCatchEvent"), ("plain-timer", "boundaryEvent"),
}  # fmt: skip
"""Kinds that run once what the panel asks for is filled in: the message, the time."""

MENU = """
  const { modeler } = desk;
  const open = (source, menu) => {
    const popup = modeler.get('popupMenu');
    popup.open(source, menu, { x: 300, y: 300 });
    const { entries } = popup._current;
    popup.close();
    return entries;
  };
  const at = (id) => modeler.get('elementRegistry').get(id);
"""
ENTRIES = MENU + "return Object.keys(open(at(given[0]), given[1]));"
APPEND = MENU + """
  open(at(given[0]), 'bpmn-append')[given[1]].action.click(new MouseEvent('click'));
  const made = modeler.get('selection').get()[0].id;
  modeler.get('directEditing').cancel();
  return made;
"""
REPLACE = MENU + """
  open(at(given[0]), 'bpmn-replace')[given[1]].action(new MouseEvent('click'));
  return modeler.get('selection').get()[0].id;
"""
CREATE = MENU + """
  const entry = given[0] ? modeler.get('palette').getEntries()[given[1]]
    : open(modeler.get('canvas').getRootElement(), 'bpmn-create')[given[1]];
  const dragging = modeler.get('dragging');
  entry.action.click(new MouseEvent('click'));
  const { elements } = dragging.context().data.context;
  dragging.cancel();
  const shape = elements.find((each) => !each.parent) ?? elements[0];
  const host = shape.type === 'bpmn:BoundaryEvent' ? at('ut_head_decide') : null;
  const pool = modeler.get('elementRegistry').filter((each) => each.type === 'bpmn:Participant')[0];
  const target = host ?? (shape.type === 'bpmn:Participant' ? modeler.get('canvas').getRootElement() : pool);
  const free = { x: 700, y: shape.type === 'bpmn:Participant' ? 1500 : 320 };
  const point = host ? { x: host.x + 50, y: host.y + 80 } : free;
  const [made] = modeler.get('modeling').createElements(elements, point, target, host ? { attach: true } : {});
  return made.id;
"""


FOREIGN = """
  <bpmn:scriptTask id="x1"/><bpmn:sendTask id="x2"/><bpmn:manualTask id="x3"/><bpmn:task id="x4"/>
  <bpmn:complexGateway id="x5"/><bpmn:transaction id="x6"/><bpmn:adHocSubProcess id="x7"/>
  <bpmn:subProcess id="x8" triggeredByEvent="true"/>
  <bpmn:intermediateCatchEvent id="x9"><bpmn:signalEventDefinition/></bpmn:intermediateCatchEvent>
  <bpmn:intermediateThrowEvent id="x10"><bpmn:linkEventDefinition name="a"/></bpmn:intermediateThrowEvent>
  <bpmn:endEvent id="x11"><bpmn:signalEventDefinition/></bpmn:endEvent>
  <bpmn:startEvent id="x12"><bpmn:timerEventDefinition/></bpmn:startEvent>
"""
"""What files of other tools may hold and the check refuses for its kind."""


def refused(page: Page) -> list[tuple[str, str]]:
    """Return element and rule of all that the check refuses for its kind in what is drawn now."""
    root = written(page)
    kinds = {each.get("id"): etree.QName(each).localname for each in root.iter(etree.Element)}
    return [
        (each["element_id"], each["rule"])
        for each in problems_of(etree.tostring(root).decode())
        if each["rule"] in REFUSED and (each["rule"], kinds.get(each["element_id"], "")) not in ASKED_FOR
    ]


def tried(page: Page, script: str, source: Any, entries: list[str]) -> None:
    """Do what each entry does, and take it back; fail with those whose element is refused for its kind."""
    wrong = {}
    for entry in entries:
        desk(page, script, [source, entry])
        if refused(page):
            wrong[entry] = refused(page)
        undo(page)
    assert wrong == {}


def offered(page: Page, source: str, menu: str) -> list[str]:
    """Return the entries of a menu without our own blocks, which have tests of their own."""
    return [each for each in desk(page, ENTRIES, [source, menu]) if not each.startswith("yc-")]


def test_everything_that_the_menu_of_new_elements_offers_is_admitted(editor: Page) -> None:
    assert refused(editor) == []
    root = desk(editor, "return desk.modeler.get('canvas').getRootElement().id;")
    entries = offered(editor, root, "bpmn-create")

    assert {"create-user-task", "create-call-activity", "create-timer-boundary", "create-terminate-end"} <= set(entries)
    assert "create-expanded-pool" not in entries
    tried(editor, CREATE, "", entries)


def test_everything_that_the_menu_of_what_follows_offers_is_admitted(editor: Page) -> None:
    entries = offered(editor, "ut_head_decide", "bpmn-append")

    assert {"append-service-task", "append-event-based-gateway", "append-message-intermediate-catch"} <= set(entries)
    tried(editor, APPEND, "ut_head_decide", entries)


def test_everything_that_the_palette_draws_is_admitted_and_a_task_is_a_users(editor: Page) -> None:
    entries = desk(editor, "return Object.keys(desk.modeler.get('palette').getEntries());")
    drawn = [each for each in entries if each.startswith("create.")]

    assert "create.task" in drawn
    tried(editor, CREATE, "palette", drawn)
    desk(editor, CREATE, ["palette", "create.task"])
    assert len(found(editor, "//b:userTask[not(@name)]")) == 1


def test_the_pad_beside_an_element_draws_a_users_task(editor: Page) -> None:
    choose(editor, "ut_head_decide")
    editor.locator(".djs-context-pad.open").get_by_title("添加用户任务").click()
    editor.keyboard.press("Escape")

    assert len(found(editor, "//b:userTask[not(@name)]")) == 1
    assert refused(editor) == []


def test_every_element_is_replaced_by_admitted_kinds_only(editor: Page) -> None:
    kinds = desk(editor, """
      const all = desk.modeler.get('elementRegistry').filter((each) => !each.labelTarget && each.parent);
      return Object.values(Object.fromEntries(all.map((each) => [each.type, each.id])));
    """)  # fmt: skip
    assert len(kinds) > 6
    for id in kinds:
        tried(editor, REPLACE, id, [each for each in offered(editor, id, "bpmn-replace") if "flow" not in each])


def test_loops_are_not_offered_and_several_only_where_they_run(editor: Page) -> None:
    def marks(id: str) -> list[str]:
        script = MENU + """
          const popup = modeler.get('popupMenu');
          popup.open(at(given), 'bpmn-replace', { x: 300, y: 300 });
          const { headerEntries } = popup._current;
          popup.close();
          return Object.keys(headerEntries);
        """
        return list(desk(editor, script, id))

    assert marks("ut_head_decide") == ["toggle-parallel-mi", "toggle-sequential-mi"]
    changed = desk(editor, REPLACE, ["ut_head_decide", "replace-with-service-task"])
    assert marks(changed) == []


def test_a_foreign_element_of_a_refused_kind_is_seen_and_replaced_by_an_admitted_one(new_page: NewPage) -> None:
    page = new_page(viewport={"width": 1440, "height": 900})
    with serving(Office(foreign(), "foreign")) as address:
        draw(page, address)
        ids = re.findall(r'id="(x\d+)"', FOREIGN)
        assert {id for id, _ in refused(page)} == set(ids)
        for id in ids:
            expect(page.locator(f"g[data-element-id='{id}'] > .djs-visual")).to_have_count(1)
            entries = offered(page, id, "bpmn-replace")
            assert entries, id
            desk(page, REPLACE, [id, entries[0]])
            assert id not in {each for each, _ in refused(page)}, (id, entries[0])
        assert refused(page) == []


def foreign() -> str:
    """Return a file that another tool drew, without a pool."""
    ids = re.findall(r'id="(x\d+)"', FOREIGN)
    shapes = "".join(
        f'<bpmndi:BPMNShape id="s_{id}" bpmnElement="{id}" isExpanded="true">'
        f'<dc:Bounds x="{200 + 160 * (number % 6)}" y="{150 + 150 * (number // 6)}" width="100" height="80"/>'
        "</bpmndi:BPMNShape>"
        for number, id in enumerate(ids)
    )
    return (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
        ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
        f' id="d" targetNamespace="t"><bpmn:process id="foreign" isExecutable="true">{FOREIGN}</bpmn:process>'
        f'<bpmndi:BPMNDiagram id="di"><bpmndi:BPMNPlane id="p" bpmnElement="foreign">{shapes}</bpmndi:BPMNPlane>'
        "</bpmndi:BPMNDiagram></bpmn:definitions>"
    )
