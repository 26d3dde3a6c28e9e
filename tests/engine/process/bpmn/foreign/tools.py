"""One approval as five tools write it, each in its own way: receive, review, decide, tell.

Drawn for the tests; the shape of the files (namespaces, attributes, ids) is that of the tools' exports.
"""

from __future__ import annotations

from dataclasses import dataclass

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DRAWN = {
    "begin": (160, 100, 36, 36), "receive": (240, 80, 100, 80), "review": (400, 80, 100, 80),
    "which": (560, 95, 50, 50), "grant": (670, 40, 100, 80), "refuse": (670, 160, 100, 80), "done": (830, 100, 36, 36),
}  # fmt: skip


@dataclass(frozen=True)
class Tool:
    """How one tool writes the same things; ``receive`` and ``review`` are put into the tags of these tasks."""

    name: str
    declared: str
    receive: str = ""
    review: str = ""
    inside_receive: str = ""
    inside_review: str = ""
    inside_service: str = ""
    service: str = ""
    condition: str = ""
    exporter: str = ""
    lanes: bool = False
    start: str = "begin"
    extra: str = ""


CAMUNDA_7 = Tool(
    "Camunda 7",
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"',
    receive='camunda:candidateGroups="综窗受理员" camunda:formKey="embedded:app:forms/intake_check"',
    review='camunda:assignee="dept_reviewer" camunda:dueDate="${due}"',
    inside_review='<camunda:taskListener event="create" class="org.example.Told"/>',
    service='camunda:class="org.example.Notify"',
    condition="${verdict == 'deny' &amp;&amp; !late}",
    exporter="Camunda Modeler",
)
CAMUNDA_8 = Tool(
    "Camunda 8",
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"',
    inside_receive='<zeebe:assignmentDefinition candidateGroups="受理窗口"/>'
    '<zeebe:formDefinition formId="intake_check"/>',
    inside_review='<zeebe:assignmentDefinition candidateGroups="=&quot;审查员&quot;"/>',
    inside_service='<zeebe:taskDefinition type="register"/>',
    condition='=verdict = "deny" and not(late)',
    exporter="Camunda Modeler",
)
FLOWABLE = Tool(
    "Flowable",
    'xmlns:flowable="http://flowable.org/bpmn"',
    receive='flowable:candidateGroups="window_clerk,others" flowable:formKey="intake_check"',
    review='flowable:candidateUsers="zhang,li"',
    service='flowable:delegateExpression="${notifier}"',
    condition="${verdict eq 'deny' and not late}",
    exporter="Flowable Open Source Modeler",
    lanes=True,
)
ACTIVITI = Tool(
    "Activiti",
    'xmlns:activiti="http://activiti.org/bpmn"',
    receive='activiti:candidateGroups="window_clerk"',
    review='activiti:assignee="${initiator}"',
    service='activiti:expression="${sender.send(execution)}"',
    condition="${verdict == 'deny'}",
    start="Start",
)
SIGNAVIO = Tool("Signavio", 'xmlns:signavio="http://www.signavio.com"', exporter="Signavio Process Editor", lanes=True)
BPMN_IO = Tool("bpmn.io", "", exporter="bpmn-js (https://demo.bpmn.io)")
TOOLS = (CAMUNDA_7, CAMUNDA_8, FLOWABLE, ACTIVITI, SIGNAVIO, BPMN_IO)


def file(tool: Tool) -> bytes:
    """Return the approval as ``tool`` writes it, with its drawing."""
    kind = "task" if tool in (SIGNAVIO, BPMN_IO) else "userTask"
    runs = "false" if tool in (SIGNAVIO, BPMN_IO) else "true"
    written = f'<conditionExpression xsi:type="tFormalExpression">{tool.condition}</conditionExpression>'
    condition = written if tool.condition else ""
    lanes = (
        '<laneSet id="ls"><lane id="l_window" name="综合窗口"><flowNodeRef>begin</flowNodeRef>'
        '<flowNodeRef>receive</flowNodeRef></lane><lane id="l_dept" name="业务科室"><flowNodeRef>review</flowNodeRef>'
        "<flowNodeRef>which</flowNodeRef><flowNodeRef>refuse</flowNodeRef><flowNodeRef>grant</flowNodeRef>"
        "<flowNodeRef>done</flowNodeRef></lane></laneSet>"
    )
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="{MODEL}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  {tool.declared} id="defs" targetNamespace="t" exporter="{tool.exporter}">
  <!-- drawn elsewhere -->
  <process id="approval" name="审批" isExecutable="{runs}">
    {_signavio(tool)}
    {lanes if tool.lanes else ""}
    <startEvent id="begin" name="开始"/>
    <{kind} id="receive" name="收件" {tool.receive}>{_box(tool.inside_receive)}</{kind}>
    <{kind} id="review" name="审查" {tool.review}>{_box(tool.inside_review)}</{kind}>
    <exclusiveGateway id="which" name="是否准予"/>
    <serviceTask id="refuse" name="登记不予" {tool.service}>{_box(tool.inside_service)}</serviceTask>
    <userTask id="grant" name="准予决定" />
    <endEvent id="done" name="办结"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="receive"/>
    <sequenceFlow id="f2" sourceRef="receive" targetRef="review"/>
    <sequenceFlow id="f3" sourceRef="review" targetRef="which"/>
    <sequenceFlow id="f4" name="不予" sourceRef="which" targetRef="refuse">{condition}</sequenceFlow>
    <sequenceFlow id="f5" name="准予" sourceRef="which" targetRef="grant"/>
    <sequenceFlow id="f6" sourceRef="refuse" targetRef="done"/>
    <sequenceFlow id="f7" sourceRef="grant" targetRef="done"/>
    {tool.extra}
  </process>
  <bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="p" bpmnElement="approval">{_shapes()}</bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</definitions>"""
    return text.replace('"begin"', f'"{tool.start}"').replace(">begin<", f">{tool.start}<").encode()


def _box(inside: str) -> str:
    return f"<extensionElements>{inside}</extensionElements>" if inside else ""


def _signavio(tool: Tool) -> str:
    if tool is not SIGNAVIO:
        return ""
    return '<extensionElements><signavio:signavioMetaData metaKey="bgcolor" metaValue="#fff"/></extensionElements>'


def _shapes() -> str:
    return "".join(
        f'<bpmndi:BPMNShape id="{id}_di" bpmnElement="{id}"><dc:Bounds x="{x}" y="{y}" width="{width}" '
        f'height="{height}"/></bpmndi:BPMNShape>'
        for id, (x, y, width, height) in DRAWN.items()
    )
