"""Files of other tools: whose they are is known, each foreign thing is named by element, and the proposal runs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from engine.process.bpmn import BpmnRefused, ServiceWords, Vocabulary, parse_definition
from engine.process.bpmn.foreign import Adoption, adopt
from engine.process.bpmn.foreign.lanes import drawn_boxes
from engine.process.bpmn.foreign.origins import OURS
from engine.process.bpmn.foreign.trees import said
from engine.registry.identity.rules import ROLES
from processes import library
from tests.engine.process.bpmn.foreign.tools import (
    ACTIVITI,
    BPMN_IO,
    CAMUNDA_7,
    CAMUNDA_8,
    FLOWABLE,
    SIGNAVIO,
    TOOLS,
    Tool,
    file,
)

WORDS = Vocabulary(
    forms=frozenset({"intake_check"}),
    roles=frozenset(ROLES),
    services={"register": ServiceWords()},
    facts=frozenset({"verdict", "late"}),
)


def adopted(tool: Tool, words: Vocabulary = WORDS) -> Adoption:
    return adopt(file(tool), words, ROLES)


def task(adoption: Adoption, id: str) -> dict[str, str]:
    ours = etree.fromstring(adoption.xml).find(f".//*[@id='{id}']//{{urn:yichuang:bpmn:1}}task")
    return {} if ours is None else {str(name): str(value) for name, value in ours.attrib.items()}


def found(root: etree._Element, path: str) -> etree._Element:
    one = root.find(path)
    assert one is not None, path
    return one


def id_of(root: etree._Element, path: str) -> str:
    return found(root, path).get("id", "")


def rules(adoption: Adoption, id: str) -> set[str]:
    return {one.rule for one in adoption.findings if one.element_id == id}


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_whose_file_it_is_is_told(tool: Tool):
    assert adopted(tool).origin == tool.name


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_every_finding_names_an_element_and_says_what_was_done_or_what_to_do(tool: Tool):
    adoption = adopted(tool)
    ids = {node.get("id") for node in etree.fromstring(adoption.xml).iter()}
    assert adoption.findings
    for one in adoption.findings:
        assert one.element_id in ids, one
        assert bool(one.proposal) != bool(one.todo), one
        assert one.solved == bool(one.proposal)


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_what_the_other_tool_wrote_stays_in_the_file(tool: Tool):
    def theirs(xml: bytes) -> list[tuple[str, str]]:
        root = etree.fromstring(xml)
        ours = ("urn:yichuang", "http://www.omg.org")
        found = [(str(node.tag), repr(sorted(node.attrib.items()))) for node in root.iter("*")]
        for node in root.iter("*"):
            found += [(str(name), str(value)) for name, value in node.attrib.items()]
        return sorted(one for one in found if one[0].startswith("{") and not one[0][1:].startswith(ours))

    assert theirs(adopted(tool).xml) == theirs(file(tool))


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_what_stands_in_the_way_of_the_proposal_is_only_what_a_person_was_told_to_do(tool: Tool):
    adoption = adopted(tool)
    left = {one.element_id for one in adoption.findings if one.todo}
    errors = {one.element_id: one.sentence for one in adoption.problems if one.level == "error"}
    unexplained = {id: sentence for id, sentence in errors.items() if id not in left}
    # A condition that was never written is the drawing's own gap, and the check says it.
    assert set(unexplained) <= ({"which", "f4", "f5"} if not tool.condition else set()), unexplained


def test_groups_and_assignees_become_roles_by_code_by_title_and_by_likeness():
    assert task(adopted(CAMUNDA_7), "receive")["role"] == "window_clerk"
    assert task(adopted(CAMUNDA_7), "review")["role"] == "dept_reviewer"
    assert task(adopted(CAMUNDA_8), "receive")["role"] == "window_clerk"
    assert task(adopted(CAMUNDA_8), "review")["role"] == "dept_reviewer"
    assert task(adopted(FLOWABLE), "receive")["role"] == "window_clerk"


def test_persons_without_a_role_are_told_of_and_the_lane_speaks_for_them():
    adoption = adopted(FLOWABLE)
    assert task(adoption, "review")["role"] == "dept_reviewer", "by the lane 业务科室"
    told = next(one for one in adoption.findings if (one.element_id, one.rule) == ("review", "role"))
    assert "zhang、li" in told.sentence
    assert "业务科室" in told.proposal
    nobody = next(one for one in adopted(ACTIVITI).findings if (one.element_id, one.rule) == ("review", "role"))
    assert "请选择岗位" in nobody.todo


def test_conditions_are_rewritten_and_a_missing_default_is_set():
    for tool, ours in ((CAMUNDA_7, "verdict == 'deny' and not late"), (CAMUNDA_8, "verdict == 'deny' and not (late)"),
                       (FLOWABLE, "verdict == 'deny' and not late"), (ACTIVITI, "verdict == 'deny'")):  # fmt: skip
        root = etree.fromstring(adopted(tool).xml)
        assert root.findtext(".//*[@id='f4']/{*}conditionExpression") == ours
        assert found(root, ".//*[@id='which']").get("default") == "f5"


def test_a_condition_that_cannot_be_translated_stays_as_it_is():
    odd = replace(CAMUNDA_7, condition="${bean.check(order)}")
    adoption = adopted(odd)
    assert etree.fromstring(adoption.xml).findtext(".//*[@id='f4']/{*}conditionExpression") == "${bean.check(order)}"
    told = next(one for one in adoption.findings if one.element_id == "f4")
    assert "formal_result == 'accept'" in told.todo
    assert "expression" in {one.rule for one in adoption.problems if one.element_id == "f4"}


def test_a_reserved_id_is_changed_wherever_it_is_named():
    root = etree.fromstring(adopted(ACTIVITI).xml)
    new = id_of(root, ".//{*}startEvent")
    assert new != "Start"
    assert found(root, ".//{*}sequenceFlow[@id='f1']").get("sourceRef") == new
    assert new in drawn_boxes(root)


def test_a_process_without_lanes_gets_a_pool_with_one_that_holds_every_node():
    adoption = adopted(BPMN_IO)
    root = etree.fromstring(adoption.xml)
    refs = {one.text or "" for one in root.iter("{*}flowNodeRef")}
    assert refs == {"begin", "receive", "review", "which", "refuse", "grant", "done"}
    boxes = drawn_boxes(root)
    pool = boxes[id_of(root, ".//{*}participant")]
    lane = boxes[id_of(root, ".//{*}lane")]
    assert found(root, ".//{*}BPMNPlane").get("bpmnElement") == id_of(root, ".//{*}collaboration")
    assert all(lane.holds(boxes[id]) and pool.holds(boxes[id]) for id in refs)
    assert pool.left < lane.left
    assert pool.right == lane.right


def test_a_node_outside_the_lanes_goes_where_it_is_drawn():
    lanes = file(SIGNAVIO).replace(b"<flowNodeRef>grant</flowNodeRef>", b"")
    adoption = adopt(lanes, WORDS, ROLES)
    assert "grant" in {one.text for one in etree.fromstring(adoption.xml).iter("{*}flowNodeRef")}
    assert any(one.rule == "lane" for one in adoption.findings)


def test_listeners_due_dates_and_classes_are_named_and_left_to_a_person():
    adoption = adopted(CAMUNDA_7)
    told = next(one for one in adoption.findings if (one.element_id, one.rule) == ("review", "not-executed"))
    assert "监听器" in told.sentence
    assert "到期时间" in told.sentence
    service = next(one for one in adoption.findings if one.element_id == "refuse")
    assert "org.example.Notify" in service.sentence
    assert service.todo


def test_a_service_of_the_same_name_is_ours():
    root = etree.fromstring(adopted(CAMUNDA_8).xml)
    assert found(root, ".//*[@id='refuse']//{urn:yichuang:bpmn:1}service").get("name") == "register"


MULTI = {
    CAMUNDA_7: '<multiInstanceLoopCharacteristics camunda:collection="${depts}" camunda:elementVariable="dept"/>',
    FLOWABLE: '<multiInstanceLoopCharacteristics flowable:collection="depts" flowable:elementVariable="dept"/>',
    CAMUNDA_8: '<multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics '
    'inputCollection="= depts" inputElement="dept"/></extensionElements></multiInstanceLoopCharacteristics>',
}  # fmt: skip


@pytest.mark.parametrize("tool", MULTI, ids=lambda tool: tool.name)
def test_several_instances_take_their_items_from_a_declared_variable(tool: Tool):
    xml = file(tool).decode().replace('name="准予决定" />', f'name="准予决定">{MULTI[tool]}</userTask>')
    adoption = adopt(xml.encode(), WORDS, ROLES)
    assert "multi-instance" in rules(adoption, "grant")
    assert not [one for one in adoption.problems if one.rule.startswith("multi-instance")]
    root = etree.fromstring(adoption.xml)
    process = found(root, "{*}process")
    kinds = [etree.QName(child).localname for child in process]
    assert id_of(root, ".//{*}property") == "depts"
    assert kinds.index("property") < kinds.index("laneSet"), "else a drawing tool drops the reference"


def test_a_collection_that_is_computed_is_left_to_a_person():
    loop = '<multiInstanceLoopCharacteristics camunda:collection="${bean.all()}"/>'
    xml = file(CAMUNDA_7).decode().replace('name="准予决定" />', f'name="准予决定">{loop}</userTask>')
    told = [one for one in adopt(xml.encode(), WORDS, ROLES).findings if one.rule == "multi-instance"]
    assert [bool(one.todo) for one in told] == [True]


def test_timers_calls_and_decisions_of_camunda_8_are_written_as_the_standard_has_them():
    more = (
        '<callActivity id="c" name="调用"><extensionElements><zeebe:calledElement processId="other"/>'
        '</extensionElements></callActivity><businessRuleTask id="r" name="规则"><extensionElements>'
        '<zeebe:calledDecision decisionId="fee"/></extensionElements></businessRuleTask>'
        '<boundaryEvent id="t" name="到时" attachedToRef="review">'
        '<timerEventDefinition id="td"><timeDuration>="P3D"</timeDuration></timerEventDefinition></boundaryEvent>'
    )
    root = etree.fromstring(adopted(replace(CAMUNDA_8, extra=more)).xml)
    assert found(root, ".//*[@id='c']").get("calledElement") == "other"
    assert found(root, ".//*[@id='r']//{urn:yichuang:bpmn:1}decision").get("ref") == "fee"
    assert root.findtext(".//{*}timeDuration") == "P3D"


def test_with_what_a_person_was_told_to_do_the_file_is_a_definition_that_can_be_released():
    root = etree.fromstring(adopted(CAMUNDA_8).xml)
    for id in ("review", "grant"):
        said(found(root, f".//*[@id='{id}']"), "task", form="intake_check", role="dept_head")
    done = adopt(etree.tostring(root), WORDS, ROLES)
    assert done.origin == OURS, "whoever has worked on it here owns it"
    assert done.runs, [one.sentence for one in done.problems if one.level == "error"]
    assert parse_definition(done.xml).process_id == "approval"


def test_our_own_files_come_back_byte_for_byte():
    for name, one in library.processes().items():
        adoption = adopt(one.xml, WORDS, ROLES)
        assert (adoption.origin, adoption.findings, adoption.xml) == (OURS, (), one.xml), name


def test_what_may_not_come_in_at_all_is_refused_at_the_same_door():
    with pytest.raises(BpmnRefused):
        adopt(b"<!DOCTYPE x><definitions/>", WORDS, ROLES)
    with pytest.raises(BpmnRefused):
        adopt(b"not xml", WORDS, ROLES)


def test_a_second_process_in_the_file_is_told_of():
    second = b'</process><process id="p2" name="x"><startEvent id="s2"/></process>'
    two = file(CAMUNDA_7).replace(b"</process>", second, 1)
    assert "several-processes" in rules(adopt(two, WORDS, ROLES), "p2")
