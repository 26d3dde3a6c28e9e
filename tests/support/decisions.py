"""A real table for tests: how deep a 承诺件 is reviewed, and the shipped route with a task that asks it."""

from __future__ import annotations

from pathlib import Path

from processes import library

TABLE = (Path(__file__).parent / "review_depth.dmn").read_text("utf-8")
"""Two tables in a chain, as dmn-js writes them: ``depth_of_review`` requires ``risk_level``."""

ASKED = """<bpmn:businessRuleTask id="br_depth" name="确定审查深度">
      <bpmn:extensionElements>
        <yc:decision ref="depth_of_review"/>
        <yc:clause ref="6.2.1"/>
      </bpmn:extensionElements>
      <bpmn:incoming>f_gw_merge_submitted__ut_head_decide</bpmn:incoming>
      <bpmn:outgoing>f_depth</bpmn:outgoing>
    </bpmn:businessRuleTask>
    <bpmn:exclusiveGateway id="gw_depth" name="是否法制审核" default="f_simple">
      <bpmn:incoming>f_depth</bpmn:incoming>
      <bpmn:outgoing>f_full</bpmn:outgoing>
      <bpmn:outgoing>f_simple</bpmn:outgoing>
    </bpmn:exclusiveGateway>
    <bpmn:userTask id="ut_legal_check" name="法制审核">
      <bpmn:extensionElements>
        <yc:task form="dept_opinion" role="dept_reviewer"/>
        <yc:clause ref="6.2.1"/>
      </bpmn:extensionElements>
      <bpmn:incoming>f_full</bpmn:incoming>
      <bpmn:outgoing>f_legal</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:exclusiveGateway id="gw_reviewed" name="审查完毕">
      <bpmn:incoming>f_legal</bpmn:incoming>
      <bpmn:incoming>f_simple</bpmn:incoming>
      <bpmn:outgoing>f_reviewed</bpmn:outgoing>
    </bpmn:exclusiveGateway>
    <bpmn:sequenceFlow id="f_depth" sourceRef="br_depth" targetRef="gw_depth"/>
    <bpmn:sequenceFlow id="f_full" name="法制审核" sourceRef="gw_depth" targetRef="ut_legal_check">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">depth == 'full'</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f_simple" name="不审核" sourceRef="gw_depth" targetRef="gw_reviewed"/>
    <bpmn:sequenceFlow id="f_legal" sourceRef="ut_legal_check" targetRef="gw_reviewed"/>
    <bpmn:sequenceFlow id="f_reviewed" sourceRef="gw_reviewed" targetRef="ut_head_decide"/>
    <bpmn:userTask id="ut_head_decide\""""


def asking_route() -> str:
    """Return the shipped route of a 承诺件 where a table says whether a 法制审核 comes before the decision."""
    text = library.processes()["route_commitment"].xml.decode("utf-8")
    into = 'sourceRef="gw_merge_submitted" targetRef="ut_head_decide"'
    head, _, tail = text.partition('<bpmn:userTask id="ut_head_decide"')
    tail = tail.replace("<bpmn:incoming>f_gw_merge_submitted__ut_head_decide<", "<bpmn:incoming>f_reviewed<")
    edited = (head + ASKED + tail).replace(into, into.replace("ut_head_decide", "br_depth"))
    lane = "<bpmn:flowNodeRef>ut_head_decide</bpmn:flowNodeRef>"
    more = "".join(
        f"<bpmn:flowNodeRef>{id}</bpmn:flowNodeRef>" for id in ("br_depth", "gw_depth", "ut_legal_check", "gw_reviewed")
    )
    return edited.replace(lane, lane + more)
