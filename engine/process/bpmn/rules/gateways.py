"""Rules about gateways: which there are, and that a decision always has an answer."""

from __future__ import annotations

from collections.abc import Iterator

from engine.process.bpmn.model import Drawing, Node, Scope, extensions
from engine.process.bpmn.problems import Problem, error
from engine.process.bpmn.rules.words import called, called_flow, waited_message

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
    after = [scope.nodes[flow.target] for flow in node.outgoing if flow.target in scope.nodes]
    if node.xml.get("instantiate", "") == "true" or node.xml.get("eventGatewayType", "Exclusive") != "Exclusive":
        yield error(
            node.id, "event-gateway-kind", f"{called(node)}要求启动流程或等齐所有事件，不能执行。请改为普通的事件网关。"
        )
    if len(after) < 2:
        yield error(node.id, "event-gateway", f"{called(node)}后面不到两个事件，没有可选的。请补上事件，或删除网关。")
    for each in after:
        if each.kind != "intermediateCatchEvent":
            yield error(
                each.id,
                "event-gateway-target",
                f"{called(each)}在事件网关后面，但网关只能等事件。请换成消息或定时的中间捕获事件。",
            )
        elif len(each.incoming) > 1:
            yield error(
                each.id,
                "event-gateway-entry",
                f"{called(each)}除了事件网关还有别的流入连线，会各等各的。请另画一个捕获事件。",
            )
    waited = [waited_message(each) for each in after if extensions(each.xml, "message")]
    for name, _ in sorted({each for each in waited if waited.count(each) > 1}):
        yield error(node.id, "message-twice", f"{called(node)}后面有两处等待消息“{name}”，不知道走哪一条。请删除一个。")


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
