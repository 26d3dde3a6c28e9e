"""Decisions on the way: conditions in our writing, and a default flow for each."""

from __future__ import annotations

from collections.abc import Iterator

from engine.process.bpmn.foreign.expressions import NotTranslated, is_foreign, translated
from engine.process.bpmn.foreign.findings import Finding, named
from engine.process.bpmn.foreign.work import Work
from engine.process.bpmn.model import children
from engine.process.bpmn.names import bpmn


def conditions(work: Work) -> Iterator[Finding]:
    """A condition is written in our way where it means the same."""
    for scope in work.drawing.scopes:
        for flow in scope.flows:
            if not flow.condition or not is_foreign(flow.condition):
                continue
            xml = next(one for one in scope.xml.iter(bpmn("sequenceFlow")) if one.get("id") == flow.id)
            expression = children(xml, "conditionExpression")[0]
            try:
                expression.text = translated(flow.condition)
            except NotTranslated as why:
                yield Finding(
                    flow.id, "condition", f"条件“{flow.condition[:60]}”{why.args[0]}",
                    todo="没有改写。请按流程的事实写出条件，例如 formal_result == 'accept'。",
                )  # fmt: skip
                continue
            yield Finding(flow.id, "condition", f"条件“{flow.condition[:60]}”", f"改写为 {expression.text}")


def defaults(work: Work) -> Iterator[Finding]:
    """A decision has a default flow, and that flow no condition."""
    for scope in work.drawing.scopes:
        for node in scope.nodes.values():
            if node.kind not in ("exclusiveGateway", "inclusiveGateway") or len(node.outgoing) < 2:
                continue
            free = [flow for flow in node.outgoing if not flow.condition]
            if not node.default and len(free) == 1:
                node.xml.set("default", free[0].id)
                yield Finding(node.id, "default", f"网关{named(node.xml)}没有默认流", "把唯一没有条件的连线设为默认流")
            for flow in node.outgoing:
                if flow.id == node.default and flow.condition:
                    xml = next(one for one in scope.xml.iter(bpmn("sequenceFlow")) if one.get("id") == flow.id)
                    for one in children(xml, "conditionExpression"):
                        xml.remove(one)
                    yield Finding(
                        flow.id, "default", f"默认流上写着条件“{flow.condition[:60]}”，在原工具里也不起作用", "删除条件"
                    )
