"""Rules about expressions: each compiles, and reads only what can be known where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.process.bpmn.expressions import ExpressionRefused, compile_expression
from engine.process.bpmn.model import Drawing, Node, children, extensions, text_of, variable
from engine.process.bpmn.problems import Problem, error
from engine.process.bpmn.rules.words import called, called_flow
from engine.process.bpmn.xml import local_name


@dataclass(frozen=True, slots=True)
class Written:
    """An expression as it stands in the file: whose it is, how a sentence calls it, and its text."""

    element_id: str
    place: str
    text: str
    extra: frozenset[str] = frozenset()
    """Names known only here: the item of a multi-instance, the facts its children set."""


def written(drawing: Drawing) -> Iterator[Written]:
    """Yield every expression of the drawing that would be evaluated."""
    for scope in drawing.scopes:
        for node in scope.nodes.values():
            if node.kind in ("exclusiveGateway", "inclusiveGateway"):
                for flow in node.outgoing:
                    if flow.condition and flow.id != node.default:
                        yield Written(flow.id, called_flow(flow, scope) + "的条件", flow.condition)
            yield from _of_service(node)
            yield from _of_message(node)
            yield from _of_loop(node)


def _of_service(node: Node) -> Iterator[Written]:
    if node.kind == "serviceTask":
        for service in extensions(node.xml, "service"):
            for each in service:
                if each.get("value", "").strip():
                    yield Written(node.id, f"{called(node)}的参数“{each.get('name', '')}”", each.get("value", ""))


def _of_message(node: Node) -> Iterator[Written]:
    for message in extensions(node.xml, "message"):
        if message.get("key", "").strip():
            yield Written(node.id, f"{called(node)}的业务键", message.get("key", "").strip())


def _of_loop(node: Node) -> Iterator[Written]:
    loop = node.loop
    if loop is None or local_name(loop) != "multiInstanceLoopCharacteristics":
        return
    items = frozenset(variable(item) for item in children(loop, "inputDataItem"))
    for count in children(loop, "loopCardinality"):
        yield Written(node.id, f"{called(node)}的多实例次数", text_of(count))
    for condition in children(loop, "completionCondition"):
        yield Written(node.id, f"{called(node)}的多实例提前结束条件", text_of(condition), items)


def expression_problems(drawing: Drawing) -> Iterator[Problem]:
    """Every expression can be compiled."""
    for each in written(drawing):
        try:
            compile_expression(each.text)
        except ExpressionRefused as reason:
            hint = "请改正后再保存。"
            if each.text.startswith(("${", "#{", "=")):
                hint = "这是其他流程软件的写法，请去掉外面的符号，例如写成 formal_result == 'accept'。"
            yield error(each.element_id, "expression", f"{each.place}“{each.text[:60]}”不能使用：{reason}。{hint}")
