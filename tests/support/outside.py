"""Shipped routes in which a case waits for messages from outside, and words to send them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.oversight.publishing.commands import Deploy
from engine.process.tasks.awaited.commands import DeliverMessage
from engine.process.tasks.awaited.queries import Awaited, awaited_by
from engine.registry.identity.rules import SYSTEM
from processes import library
from tests.support.house import House

ROUTE = "route_commitment"
SENDER = "M71"
PASS: Mapping[str, Any] = {"appraisal_result": "pass", "appraisal_report_no": "检（2026）17号"}
FAIL: Mapping[str, Any] = {**PASS, "appraisal_result": "fail"}
PAID: Mapping[str, Any] = {"payment_amount": 12000, "payment_receipt_no": "0012345678"}

_WAITING = """<bpmn:userTask id="ut_reference" name="登记委托编号">
      <bpmn:extensionElements>
        <yc:task form="outside_reference" act="tasks.note_reference" role="dept_reviewer"/>
        <yc:clause ref="6.2.1"/>
      </bpmn:extensionElements>
      <bpmn:incoming>f_gw_merge_submitted__ut_head_decide</bpmn:incoming>
      <bpmn:outgoing>f_noted</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:intermediateCatchEvent id="cm_appraisal" name="等待检测结论">
      <bpmn:extensionElements>
        <yc:message name="appraisal_concluded" key="reference_no"/>
        <yc:clause ref="6.2.1"/>
      </bpmn:extensionElements>
      <bpmn:incoming>f_noted</bpmn:incoming>
      <bpmn:outgoing>f_arrived</bpmn:outgoing>
      <bpmn:messageEventDefinition id="md_appraisal"/>
    </bpmn:intermediateCatchEvent>
    <bpmn:exclusiveGateway id="gw_appraisal" name="结论" default="f_unfit">
      <bpmn:incoming>f_arrived</bpmn:incoming>
      <bpmn:outgoing>f_fit</bpmn:outgoing>
      <bpmn:outgoing>f_unfit</bpmn:outgoing>
    </bpmn:exclusiveGateway>
    <bpmn:userTask id="ut_look_again" name="研究检测结论">
      <bpmn:extensionElements>
        <yc:task form="dept_opinion" role="dept_reviewer"/>
        <yc:clause ref="6.2.1"/>
      </bpmn:extensionElements>
      <bpmn:incoming>f_unfit</bpmn:incoming>
      <bpmn:outgoing>f_looked</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:exclusiveGateway id="gw_appraised" name="结论已有">
      <bpmn:incoming>f_fit</bpmn:incoming>
      <bpmn:incoming>f_looked</bpmn:incoming>
      <bpmn:outgoing>f_appraised</bpmn:outgoing>
    </bpmn:exclusiveGateway>
    <bpmn:sequenceFlow id="f_noted" sourceRef="ut_reference" targetRef="cm_appraisal"/>
    <bpmn:sequenceFlow id="f_arrived" sourceRef="cm_appraisal" targetRef="gw_appraisal"/>
    <bpmn:sequenceFlow id="f_fit" name="符合要求" sourceRef="gw_appraisal" targetRef="gw_appraised">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">appraisal_result == 'pass'</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f_unfit" name="其他" sourceRef="gw_appraisal" targetRef="ut_look_again"/>
    <bpmn:sequenceFlow id="f_looked" sourceRef="ut_look_again" targetRef="gw_appraised"/>
    <bpmn:sequenceFlow id="f_appraised" sourceRef="gw_appraised" targetRef="ut_head_decide"/>
    <bpmn:userTask id="ut_head_decide\""""

_BESIDE = """
    <bpmn:boundaryEvent id="bm_paid" name="缴费完成" cancelActivity="{interrupting}" attachedToRef="ut_substantive">
      <bpmn:extensionElements><yc:message name="payment_made" key="{key}"/></bpmn:extensionElements>
      <bpmn:messageEventDefinition id="md_bm_paid"/>
    </bpmn:boundaryEvent>
    <bpmn:endEvent id="ee_paid" name="已登记缴费"/>
    <bpmn:sequenceFlow id="sf_paid" sourceRef="bm_paid" targetRef="{then}"/>
  </bpmn:process>"""

_PART = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yc="urn:yichuang:bpmn:1"
                  id="Definitions_branch_part" targetNamespace="urn:yichuang:processes">
  <bpmn:process id="branch_part" name="一个部门的意见" isExecutable="true">
    <bpmn:ioSpecification>
      <bpmn:dataInput id="case_no" name="case_no"/>
      <bpmn:dataInput id="branch" name="branch"/>
      <bpmn:inputSet>
        <bpmn:dataInputRefs>case_no</bpmn:dataInputRefs>
        <bpmn:dataInputRefs>branch</bpmn:dataInputRefs>
      </bpmn:inputSet>
      <bpmn:outputSet/>
    </bpmn:ioSpecification>
    <bpmn:laneSet id="LS_branch_part">
      <bpmn:lane id="L_dept" name="业务主管部门">
        <bpmn:flowNodeRef>sp_start</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>ut_branch_opinion</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>bm_report</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>ee_report</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>sp_end</bpmn:flowNodeRef>
      </bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="sp_start" name="征求意见"/>
    <bpmn:userTask id="ut_branch_opinion" name="代表本部门出具意见">
      <bpmn:extensionElements>
        <yc:task form="branch_opinion" act="joint.give_opinion" role="dept_head" place="item"/>
        <yc:clause ref="6.2.2"/>
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:boundaryEvent id="bm_report" name="检测结论" cancelActivity="false" attachedToRef="ut_branch_opinion">
      <bpmn:extensionElements>
        <yc:message name="appraisal_concluded" key="case_no + '/' + branch"/>
      </bpmn:extensionElements>
      <bpmn:messageEventDefinition id="md_report"/>
    </bpmn:boundaryEvent>
    <bpmn:endEvent id="ee_report" name="已收到结论"/>
    <bpmn:endEvent id="sp_end" name="意见已出具"/>
    <bpmn:sequenceFlow id="sf_in" sourceRef="sp_start" targetRef="ut_branch_opinion"/>
    <bpmn:sequenceFlow id="sf_out" sourceRef="ut_branch_opinion" targetRef="sp_end"/>
    <bpmn:sequenceFlow id="sf_report" sourceRef="bm_report" targetRef="ee_report"/>
  </bpmn:process>
</bpmn:definitions>
"""


def _shipped(name: str) -> str:
    return library.processes()[name].xml.decode("utf-8")


def _into_lane(text: str, beside: str, *ids: str) -> str:
    lane = f"<bpmn:flowNodeRef>{beside}</bpmn:flowNodeRef>"
    assert lane in text
    return text.replace(lane, lane + "".join(f"<bpmn:flowNodeRef>{id}</bpmn:flowNodeRef>" for id in ids), 1)


def waiting_route() -> str:
    """The route of a 承诺件 in which a number is noted before the decision, and its conclusion waited for."""
    text = _shipped(ROUTE)
    into = 'sourceRef="gw_merge_submitted" targetRef="ut_head_decide"'
    head, _, tail = text.partition('<bpmn:userTask id="ut_head_decide"')
    tail = tail.replace("<bpmn:incoming>f_gw_merge_submitted__ut_head_decide<", "<bpmn:incoming>f_appraised<")
    edited = (head + _WAITING + tail).replace(into, into.replace("ut_head_decide", "ut_reference"))
    added = ("ut_reference", "cm_appraisal", "gw_appraisal", "ut_look_again", "gw_appraised")
    return _into_lane(edited, "ut_head_decide", *added)


def listening_route(key: str = "case_no", *, interrupting: bool = False) -> str:
    """The same route with a message beside 实质审查: it is noted as often as it comes, or takes the review away."""
    then = "gw_merge_submitted" if interrupting else "ee_paid"
    more = _BESIDE.format(key=key, interrupting=str(interrupting).lower(), then=then)
    added = ("bm_paid",) if interrupting else ("bm_paid", "ee_paid")
    if interrupting:
        more = more.replace('    <bpmn:endEvent id="ee_paid" name="已登记缴费"/>\n', "")
    text = _into_lane(_shipped(ROUTE), "ut_substantive", *added)
    return text.replace("</bpmn:process>", more.lstrip("\n"), 1)


def joint_route() -> dict[str, str]:
    """The route of a 联办件 in which each department's part is a process of its own that waits under its own key."""
    route = _shipped("route_joint").replace('calledElement="joint_branch"', 'calledElement="branch_part"')
    added = _shipped("joint_added").replace('calledElement="joint_branch"', 'calledElement="branch_part"')
    return {"route_joint": route, "joint_added": added, "branch_part": _PART}


def waiting_case(house: House, number: str = "委2026-17") -> str:
    """Bring a case, with :func:`waiting_route` in force, to where it waits for the conclusion under ``number``."""
    case_no = house.accepted_commitment()
    house.complete("D11", case_no, "ut_substantive", {"findings": "审查", "site_visit": "no"})
    opinion = {"opinion": "建议准予", "basis": "《食品经营许可和备案管理办法》"}
    house.complete("D11", case_no, "ut_dept_opinion", opinion)
    house.complete("D11", case_no, "ut_reference", {"kind": "entrust", "number": number})
    return case_no


def publish(house: House, *routes: str) -> None:
    """Publish versions of the route of a 承诺件."""
    for text in routes:
        house.execute("P61", Deploy(processes={ROUTE: text}))


def deliver(
    house: House, key: str, facts: Mapping[str, Any] = PASS, *, message: str = "appraisal_concluded",
    account: str = SENDER, idempotency: str | None = None,
) -> Mapping[str, Any]:  # fmt: skip
    """Send a message as an outside system."""
    return house.execute(account, DeliverMessage(message=message, key=key, facts=facts), idempotency)


def awaited(house: House, case_no: str) -> list[Awaited]:
    """Return the rows of what a case waits for."""
    with house.door.read(SYSTEM) as view:
        return awaited_by(view.connection, f"case:{case_no}")


def keys(house: House, case_no: str) -> list[str]:
    """Return the keys under which a case waits."""
    return [one.key for one in awaited(house, case_no)]
