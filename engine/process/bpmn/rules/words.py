"""Small helpers for the sentences of the rules."""

from __future__ import annotations

from typing import Final

from engine.process.bpmn.model import Flow, Node, Scope, extensions

KIND_NAMES: Final = {
    "task": "普通任务",
    "userTask": "用户任务",
    "manualTask": "手工任务",
    "serviceTask": "服务任务",
    "scriptTask": "脚本任务",
    "businessRuleTask": "业务规则任务",
    "sendTask": "发送任务",
    "receiveTask": "接收任务",
    "subProcess": "子流程",
    "transaction": "事务子流程",
    "adHocSubProcess": "自由子流程",
    "callActivity": "调用活动",
    "exclusiveGateway": "排他网关",
    "parallelGateway": "并行网关",
    "inclusiveGateway": "包容网关",
    "complexGateway": "复杂网关",
    "eventBasedGateway": "事件网关",
    "startEvent": "开始事件",
    "endEvent": "结束事件",
    "intermediateCatchEvent": "中间捕获事件",
    "intermediateThrowEvent": "中间抛出事件",
    "boundaryEvent": "边界事件",
}


def called(node: Node) -> str:
    """Return how a sentence calls a node: its kind, and its name or id."""
    return f"{KIND_NAMES[node.kind]}“{node.name or node.id}”"


def called_flow(flow: Flow, scope: Scope) -> str:
    """Return how a sentence calls a flow: by where it comes from and where it goes."""
    if flow.name:
        return f"连线“{flow.name}”"
    source, target = (scope.nodes.get(end) for end in (flow.source, flow.target))
    names = [node.name or node.id if node is not None else "？" for node in (source, target)]
    return f"从“{names[0]}”到“{names[1]}”的连线"


def waited_message(node: Node) -> tuple[str, str]:
    """Return the name and the business key expression of the message a node waits for."""
    message = extensions(node.xml, "message")[0]
    return message.get("name", ""), message.get("key", "").strip()


def called_scope(scope: Scope) -> str:
    """Return how a sentence calls a process or a subprocess."""
    return f"{'流程' if scope.parent is None else '子流程'}“{scope.name or scope.id}”"
