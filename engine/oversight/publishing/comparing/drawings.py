"""Two drawings of a process compared element by element, whether they can be run or not: pure."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Final

from lxml import etree

from deadlines.law.wording import amount_text
from engine.oversight.publishing.comparing.changes import Part, Side, compared
from engine.process.bpmn.elements import DrawnStage, Element, read_element
from engine.process.bpmn.model import Drawing, Node, Scope, children, extensions, read_drawing, text_of
from engine.process.bpmn.names import FLOW_NODE_KINDS
from engine.process.bpmn.parser import declared_data
from engine.process.bpmn.xml import bpmn_name, read_xml

WORDS: Final[Mapping[str, str]] = {
    "kind": "类型", "name": "名称", "lane": "泳道", "clauses": "条款", "form": "表单", "act": "办理", "role": "岗位",
    "place": "部门", "service": "服务", "clock": "时钟", "message": "消息", "called": "调用流程", "parameters": "参数",
    "attached_to": "附着于", "interrupting": "中断", "documentation": "说明", "scope": "所在流程", "decision": "决策",
    "event": "事件", "timing": "定时", "key": "业务键", "code": "代码",
    "quota": "期限", "stage": "环节时限",
}  # fmt: skip
"""The properties of an element in words."""

_OF_THEIR_OWN: Final = frozenset({*FLOW_NODE_KINDS, "sequenceFlow", "incoming", "outgoing", "documentation"})
"""What lies inside an element and is compared by itself, or follows from what is."""

_ASIDE: Final = frozenset({"laneSet", "textAnnotation", "association", "group"})
"""What lies in a process and changes nothing of how it runs; lanes are compared by themselves."""


def process_of(xml: bytes) -> tuple[str, str]:
    """Return the id and the name of the process of a file, both empty when it has none; raise BpmnRefused."""
    process = read_drawing(read_xml(xml)).process
    return ("", "") if process is None else (process.id, process.name)


def compare_drawings(before: bytes, after: bytes) -> tuple[Part, ...]:
    """Return what differs: the process itself, lanes, elements and flows; nothing when only the picture does.

    Raises BpmnRefused for a file that is no readable XML.
    """
    return compared(dict(_sides(before)), dict(_sides(after)))


def _sides(xml: bytes) -> Iterator[tuple[str, Side]]:
    drawing = read_drawing(read_xml(xml))
    for scope in drawing.scopes[:1]:
        yield scope.id, _process(scope)
    for id, name in drawing.lanes.items():
        yield id, Side(name, {"名称": name})
    for node in drawing.nodes():
        yield node.id, _node(node, drawing)
    for scope in drawing.scopes:
        for flow in scope.flows:
            ends = {"自": flow.source, "至": flow.target, "条件": flow.condition or "", "名称": flow.name}
            yield flow.id, Side(flow.name or f"{flow.source} → {flow.target}", ends)


def _process(scope: Scope) -> Side:
    texts, titles = children(scope.xml, "documentation"), extensions(scope.xml, "process")
    inputs, outputs = declared_data(scope)
    said = {
        "名称": scope.name, "说明": text_of(texts[0]) if texts else "",
        "输入": " ".join(inputs), "输出": " ".join(outputs),
        **{f"流程的 {name}": one.get(name, "") for one in titles[:1] for name in map(str, one.keys())},
    }  # fmt: skip
    return Side(scope.name, said, _rest(scope.xml, _OF_THEIR_OWN | _ASIDE))


def _node(node: Node, drawing: Drawing) -> Side:
    element = read_element(node)
    said = {WORDS[one.name]: _shown(element, one.name) for one in fields(element) if one.name != "id"}
    said["泳道"] = drawing.lanes.get(element.lane, element.lane)
    said["默认流向"] = node.default
    said["多实例"] = "" if node.loop is None else _canonical(node.loop)
    return Side(element.name, said, _rest(node.xml, _OF_THEIR_OWN))


def _shown(element: Element, name: str) -> str:
    value = getattr(element, name)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, DrawnStage):
        days = "" if value.days is None else f" {value.days}个工作日"
        return f"{value.key} {value.title}{days}{'，再次进入重新计时' if value.restart else ''}"
    if value is None:
        return ""
    if name == "quota":
        return amount_text(*value)
    if name == "parameters":
        return "，".join(f"{key} = {expression}" for key, expression in value)
    return " ".join(part for part in value if part) if isinstance(value, tuple) else str(value)


def _rest(xml: etree._Element, without: frozenset[str]) -> str:
    """Return everything an element says but what is compared by itself."""
    kept = copy.deepcopy(xml)
    for child in list(kept):
        if bpmn_name(child) in without:
            kept.remove(child)
    return _canonical(kept)


def _canonical(xml: etree._Element) -> str:
    """Return an element as text that white space, comments and the order of attributes do not change."""
    plain = copy.deepcopy(xml)
    plain.tail = None
    for one in plain.iter():
        one.text = (one.text or "").strip() or None
        one.tail = None
    return etree.tostring(plain, method="c14n", exclusive=True, with_comments=False).decode("utf-8")
