"""Rules about activities: who or what does the work, and in how many instances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from lxml import etree

from engine.process.bpmn.model import Drawing, Node, children, extensions, text_of, variable
from engine.process.bpmn.names import ACTIVITY_KINDS, BPMN, FLOW_NODE_KINDS
from engine.process.bpmn.problems import Problem, error
from engine.process.bpmn.rules.words import called
from engine.process.bpmn.xml import local_name, namespace

_REFUSED: Final = {
    "scriptTask": ("script-task", "流程里不能有脚本。请改为服务任务，由系统提供的服务来做"),
    "sendTask": ("message-task", "对外发出消息不会执行。请改为服务任务"),
    "manualTask": ("task-without-person", "没有表单和岗位，没有人能办。请改为用户任务"),
    "task": ("task-without-person", "没有说明由谁来办。请改为用户任务或服务任务"),
    "transaction": ("transaction", "事务失败时不会回滚。请改为普通子流程，并画出撤销的环节"),
    "adHocSubProcess": ("ad-hoc-subprocess", "没有规定先后顺序，引擎不能执行。请画出顺序，或改为多实例任务"),
}

_SCOPE_CHILDREN: Final = FLOW_NODE_KINDS | {
    "sequenceFlow", "laneSet", "property", "ioSpecification", "documentation", "extensionElements",
    "textAnnotation", "association", "group", "dataObject", "dataObjectReference", "dataStoreReference",
    "incoming", "outgoing", "category", "auditing", "monitoring", "multiInstanceLoopCharacteristics",
    "standardLoopCharacteristics", "dataInputAssociation", "dataOutputAssociation", "completionCondition",
}  # fmt: skip


def activity_problems(drawing: Drawing) -> Iterator[Problem]:
    """Every activity is of a kind that runs, and says by whom or by what."""
    for node in drawing.nodes():
        if node.kind in _REFUSED:
            rule, reason = _REFUSED[node.kind]
            yield error(node.id, rule, f"{called(node)}不能执行：{reason}。")
        elif node.kind == "subProcess" and node.xml.get("triggeredByEvent", "") == "true":
            yield error(
                node.id,
                "event-subprocess",
                f"{called(node)}不能执行：事件子流程会改坏共用的流程定义。请改为时钟边界事件加被调用流程。",
            )
        elif node.kind == "receiveTask" and (
            not extensions(node.xml, "message") or node.xml.get("instantiate", "") == "true"
        ):
            yield error(
                node.id, "message-task", f"{called(node)}没有写明等哪个消息，或要求由消息启动流程。请选择消息名称。"
            )
        elif node.kind == "serviceTask":
            yield from _service(node)
        elif node.kind == "businessRuleTask":
            yield from _decision(node)
        elif node.kind == "callActivity" and not node.called:
            yield error(node.id, "call-target-missing", f"{called(node)}没有写明调用哪个流程。请选择被调用的流程。")
        if node.kind in ACTIVITY_KINDS:
            yield from _marks(node)


def _service(node: Node) -> Iterator[Problem]:
    services = extensions(node.xml, "service")
    if len(services) != 1 or not services[0].get("name", "").strip():
        yield error(node.id, "service-missing", f"{called(node)}没有写明调用哪个服务，或写了多个。请选择一个服务。")
    for service in services[:1]:
        names = Counter(each.get("name", "").strip() for each in service)
        for name, count in names.items():
            if not name or count > 1:
                yield error(
                    node.id, "service-parameter", f"{called(node)}的参数“{name}”没有名称或重复。请改正参数名称。"
                )
        for each in service:
            if not each.get("value", "").strip():
                yield error(
                    node.id, "service-parameter", f"{called(node)}的参数“{each.get('name', '')}”没有值。请写上表达式。"
                )


def _decision(node: Node) -> Iterator[Problem]:
    decisions = extensions(node.xml, "decision")
    if len(decisions) != 1 or not decisions[0].get("ref", "").strip():
        yield error(
            node.id, "decision-missing", f"{called(node)}没有写明问哪个决策，或写了多个。请写一个 yc:decision。"
        )


def _marks(node: Node) -> Iterator[Problem]:
    if node.xml.get("isForCompensation", "") == "true":
        yield error(node.id, "compensation", f"{called(node)}标为补偿用，补偿不会执行。请去掉标记，画出撤销的环节。")
    for mark in ("startQuantity", "completionQuantity"):
        if node.xml.get(mark, "1") != "1":
            yield error(
                node.id, "quantity", f"{called(node)}要求一次处理多份，引擎不支持。请把数量改回 1，或改为多实例。"
            )


def loop_problems(drawing: Drawing) -> Iterator[Problem]:
    """Repetition is a gateway's business; several instances come from a list that is declared."""
    for node in drawing.nodes():
        loop = node.loop
        if loop is None:
            continue
        if local_name(loop) == "standardLoopCharacteristics":
            yield error(
                node.id, "standard-loop", f"{called(node)}标为循环。请去掉标记，用排他网关和返回的连线画出循环。"
            )
        else:
            yield from _several(node, loop, drawing)


def _several(node: Node, loop: etree._Element, drawing: Drawing) -> Iterator[Problem]:
    if node.kind not in ("userTask", "callActivity"):
        yield error(
            node.id, "multi-instance-place", f"{called(node)}不能设为多实例。请只在用户任务和调用活动上使用多实例。"
        )
    if children(loop, "loopDataOutputRef") or children(loop, "outputDataItem"):
        yield error(
            node.id,
            "multi-instance-output",
            f"{called(node)}的多实例设了输出集合，退回重办时会出错。请删除输出，各实例的结论由系统按记录汇总。",
        )
    if loop.get("behavior", "All") != "All":
        yield error(node.id, "multi-instance-behavior", f"{called(node)}的多实例设了事件行为，不会执行。请恢复为默认。")
    yield from _source(node, loop, drawing)
    items = children(loop, "inputDataItem")
    for item in items:
        if not variable(item).isidentifier() or variable(item) in drawing.variables.values():
            yield error(
                node.id,
                "multi-instance-item",
                f"{called(node)}的多实例项变量“{variable(item)}”不是合适的名字，或与流程变量重名。请换一个英文名字。",
            )
    if len(items) > 1:
        yield error(node.id, "multi-instance-item", f"{called(node)}的多实例有多个项变量。请只留一个。")


def _source(node: Node, loop: etree._Element, drawing: Drawing) -> Iterator[Problem]:
    counts, sources = children(loop, "loopCardinality"), children(loop, "loopDataInputRef")
    if len(counts) + len(sources) != 1:
        yield error(
            node.id, "multi-instance-source", f"{called(node)}的多实例要么写次数，要么选一个列表变量。请二者选一。"
        )
    for source in sources:
        name = drawing.variables.get(text_of(source))
        if name is None or not name.isidentifier():
            yield error(
                node.id,
                "multi-instance-reference",
                f"{called(node)}的多实例列表“{text_of(source)}”没有在流程上声明。"
                "请在流程的属性里添加同名变量（bpmn:property），否则设计器保存时会丢掉它。",
            )


def unknown_problems(drawing: Drawing) -> Iterator[Problem]:
    """Nothing in a process is of a kind nobody here knows."""
    for scope in drawing.scopes:
        for child in scope.xml:
            if namespace(child) == BPMN and local_name(child) not in _SCOPE_CHILDREN:
                id_ = child.get("id", "")
                yield error(
                    id_, "element-unknown", f"元素“{child.get('name') or id_ or local_name(child)}”"
                    f"（{local_name(child)}）不会执行。请删除它，换成支持的元素。",
                )  # fmt: skip
