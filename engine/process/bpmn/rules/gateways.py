"""Rules about gateways: which there are, and that a decision always has an answer."""

from __future__ import annotations

from collections.abc import Iterator

from engine.process.bpmn.model import Drawing, Node, Scope
from engine.process.bpmn.problems import Problem, error
from engine.process.bpmn.rules.words import called, called_flow

_WITHOUT_DEFAULT = {
    "exclusiveGateway": "exclusive-without-default",
    "inclusiveGateway": "inclusive-without-default",
}


def gateway_problems(drawing: Drawing) -> Iterator[Problem]:
    """Gateways are of a kind that runs rightly, and each decision is complete (I7)."""
    for scope in drawing.scopes:
        for node in scope.nodes.values():
            if node.kind == "complexGateway":
                yield error(node.id, "complex-gateway", f"{called(node)}不能执行。请改用排他、并行或包容网关的组合。")
            elif node.kind == "eventBasedGateway":
                yield from _event_gateway(node, scope)
            elif node.kind in _WITHOUT_DEFAULT and len(node.outgoing) > 1:
                yield from _decision(node, scope)
            elif node.kind in _WITHOUT_DEFAULT and len(node.outgoing) == 1 and node.outgoing[0].condition is not None:
                yield error(
                    node.outgoing[0].id,
                    "condition-alone",
                    f"{called(node)}只有一条流出连线却写了条件，条件不成立时流程会停住。请删除条件，或补上另一条连线。",
                )


def _event_gateway(node: Node, scope: Scope) -> Iterator[Problem]:
    yield error(
        node.id, "event-gateway", f"{called(node)}暂不能执行：还没有可以等待的消息。请改用带时钟边界的用户任务。"
    )
    after = [scope.nodes[flow.target] for flow in node.outgoing if flow.target in scope.nodes]
    timers = [each for each in after if "timerEventDefinition" in each.events]
    if len(timers) > 1:
        yield error(
            node.id,
            "event-gateway-timers",
            f"{called(node)}后面有 {len(timers)} 个定时事件，引擎只会记住第一个的时间。请只留一个。",
        )


def _decision(node: Node, scope: Scope) -> Iterator[Problem]:
    outgoing = {flow.id: flow for flow in node.outgoing}
    if not node.default:
        yield error(
            node.id,
            _WITHOUT_DEFAULT[node.kind],
            f"{called(node)}没有默认流，条件都不成立时流程会停住（规则 I7）。请把其中一条连线设为默认流。",
        )
    elif node.default not in outgoing:
        yield error(
            node.id, "default-unknown", f"{called(node)}的默认流“{node.default}”不是它的流出连线。请重新指定默认流。"
        )
    for flow in node.outgoing:
        if flow.id == node.default and flow.condition is not None:
            yield error(
                flow.id, "default-with-condition", f"{called_flow(flow, scope)}是默认流，写的条件不起作用。请删除条件。"
            )
        if flow.id != node.default and not flow.condition:
            yield error(
                flow.id,
                "condition-missing",
                f"{called(node)}流出的{called_flow(flow, scope)}没有条件。请写上条件，或把它设为默认流。",
            )
