"""Rules about how nodes are linked: starts and ends, dead ends, loops, splits without a gateway."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from engine.process.bpmn.elements import read_times
from engine.process.bpmn.model import Drawing, Node, Scope
from engine.process.bpmn.names import ACTIVITY_KINDS, GATEWAY_KINDS
from engine.process.bpmn.problems import Problem, error, warning
from engine.process.bpmn.rules.words import KIND_NAMES, called, called_flow, called_scope

_DECIDING = frozenset({"exclusiveGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})
_WAITING = frozenset({"userTask", "manualTask", "task", "callActivity", "subProcess", "receiveTask"})


def link_problems(drawing: Drawing) -> Iterator[Problem]:
    """Every flow links two nodes of its own process."""
    for scope in drawing.scopes:
        for flow in scope.flows:
            if flow.source not in scope.nodes or flow.target not in scope.nodes:
                yield error(
                    flow.id,
                    "flow-dangling",
                    f"{called_flow(flow, scope)}有一头没有接上，或者接到了另一个流程里。请重新连接或删除。",
                )


def end_problems(drawing: Drawing) -> Iterator[Problem]:
    """One start event and at least one end event in every process and subprocess."""
    for scope in drawing.scopes:
        if scope.kind == "adHocSubProcess":
            continue
        starts = [node for node in scope.nodes.values() if node.kind == "startEvent"]
        if not starts:
            yield error(scope.id, "start-missing", f"{called_scope(scope)}没有开始事件。请添加一个。")
        for extra in starts[1:]:
            yield error(
                extra.id, "start-several", f"{called_scope(scope)}有多个开始事件，多出{called(extra)}。请只留一个。"
            )
        if not any(node.kind == "endEvent" for node in scope.nodes.values()):
            yield error(scope.id, "end-missing", f"{called_scope(scope)}没有结束事件，永远办不完。请添加一个。")
        yield from _direction_problems(scope)


def _direction_problems(scope: Scope) -> Iterator[Problem]:
    for node in scope.nodes.values():
        if node.kind == "startEvent" and node.incoming:
            yield error(node.id, "start-incoming", f"有连线指向{called(node)}。请改为指向它后面的环节。")
        if node.kind == "endEvent" and node.outgoing:
            yield error(node.id, "end-outgoing", f"{called(node)}后面还有连线，不会执行。请删除连线，或改用中间事件。")
        if node.kind == "boundaryEvent":
            host = scope.nodes.get(node.attached_to)
            if host is None or host.kind not in ACTIVITY_KINDS:
                yield error(
                    node.id, "boundary-unattached", f"{called(node)}没有贴在任何环节上。请把它拖到环节的边框上。"
                )
            if node.incoming:
                yield error(node.id, "boundary-incoming", f"有连线指向{called(node)}。请删除，边界事件不能由连线到达。")


def split_problems(drawing: Drawing) -> Iterator[Problem]:
    """Only gateways split the flow, and only deciding gateways look at conditions."""
    for scope in drawing.scopes:
        for node in scope.nodes.values():
            if node.kind not in GATEWAY_KINDS and len(node.outgoing) > 1:
                yield error(
                    node.id,
                    "implicit-split",
                    f"{called(node)}有 {len(node.outgoing)} 条流出连线。请在它后面加网关，写明是并行还是选一条。",
                )
            if node.kind not in ("exclusiveGateway", "inclusiveGateway"):
                for flow in node.outgoing:
                    if flow.condition is not None:
                        yield error(
                            flow.id,
                            "condition-ignored",
                            f"{called_flow(flow, scope)}写了条件，但{KIND_NAMES[node.kind]}后面的条件不起作用。"
                            "请加一个排他网关，把条件写在网关流出的连线上。",
                        )
            if node.kind in ACTIVITY_KINDS and len(node.incoming) > 1:
                yield warning(
                    node.id,
                    "implicit-merge",
                    f"{called(node)}有 {len(node.incoming)} 条流入连线，前面若是并行会办两遍。请在前面加汇合网关。",
                )


def reach_problems(drawing: Drawing) -> Iterator[Problem]:
    """Every node lies on a way from the start to an end."""
    for scope in drawing.scopes:
        starts = [node.id for node in scope.nodes.values() if node.kind == "startEvent"]
        if scope.kind == "adHocSubProcess" or not starts:
            continue
        forward = _closure(starts, partial(_next, scope))
        ends = [node.id for node in scope.nodes.values() if node.kind == "endEvent"]
        backward = _closure(ends, partial(_before, scope))
        for node in scope.nodes.values():
            if node.id not in forward:
                yield error(node.id, "unreachable", f"{called(node)}从开始事件走不到。请连接上，或者删除它。")
            elif node.kind != "endEvent" and not node.outgoing:
                yield error(
                    node.id, "dead-end", f"{called(node)}没有流出连线，流程会停在这里办不完。请连到下一环节或结束事件。"
                )
            elif node.id not in backward and ends:
                yield error(
                    node.id, "no-way-out", f"从{called(node)}走不到任何结束事件，流程会一直转下去。请加一条出口。"
                )


def loop_problems(drawing: Drawing) -> Iterator[Problem]:
    """Every loop can be left by a decision and stops for somebody."""
    for scope in drawing.scopes:
        deciding = {n.id for n in scope.nodes.values() if n.kind in _DECIDING and len(n.outgoing) > 1}
        waiting = {n.id for n in scope.nodes.values() if n.kind in _WAITING or _takes_time(n)}
        for id_ in _on_a_circle(scope, without=deciding):
            yield error(
                id_,
                "loop-without-gateway",
                f"{called(scope.nodes[id_])}在一个没有排他网关的循环里，会无休止地重复。请在循环里加排他网关作出口。",
            )
        for id_ in _on_a_circle(scope, without=waiting):
            yield error(
                id_,
                "loop-without-person",
                f"{called(scope.nodes[id_])}在一个没有人工环节的循环里，系统会自己转个不停。请让循环经过用户任务。",
            )


def _takes_time(node: Node) -> bool:
    """Whether an event waits anew each time it is entered; a date is past the second time."""
    dated = any(kind == "timeDate" for kind, _ in read_times(node))
    return node.kind == "intermediateCatchEvent" and not dated


def _next(scope: Scope, id_: str) -> list[str]:
    node = scope.nodes[id_]
    targets = [flow.target for flow in node.outgoing if flow.target in scope.nodes]
    return targets + [boundary.id for boundary in node.boundaries]


def _before(scope: Scope, id_: str) -> list[str]:
    node = scope.nodes[id_]
    sources = [flow.source for flow in node.incoming if flow.source in scope.nodes]
    return sources + ([node.attached_to] if node.attached_to in scope.nodes else [])


def _closure(first: Iterable[str], step: Callable[[str], list[str]]) -> set[str]:
    seen: set[str] = set()
    queue = list(first)
    while queue:
        id_ = queue.pop()
        if id_ not in seen:
            seen.add(id_)
            queue.extend(step(id_))
    return seen


def _on_a_circle(scope: Scope, *, without: set[str]) -> list[str]:
    """Return the first node of every circle of flows that avoids ``without``."""
    # What has no way in from the rest, or no way out to it, is on no circle: such nodes are taken away
    # until none is left.  A boundary event breaks a circle, for no flow leads to it: its clock rings once.
    links = {
        id_: {f.target for f in node.outgoing if f.target in scope.nodes and f.target not in without}
        for id_, node in scope.nodes.items()
        if id_ not in without
    }
    changed = True
    while changed:
        targets = {target for source in links.values() for target in source}
        idle = [id_ for id_, ahead in links.items() if id_ not in targets or not ahead & links.keys()]
        changed = bool(idle)
        for id_ in idle:
            del links[id_]
    found: list[str] = []
    covered: set[str] = set()
    for id_ in links:
        if id_ not in covered:
            circle = _closure([id_], lambda each: [t for t in links[each] if t in links])
            covered |= circle
            found.append(id_)
    return found
