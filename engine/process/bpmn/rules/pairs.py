"""A rule about inclusive gateways: they come in pairs, a split and the join where all of its branches meet.

An inclusive join waits for whatever may still come; only between a split and its own join can a reader
of the drawing see what that is.  The join of a split is the first node every branch comes to; the split
of a join is the last node every way to it comes through.  Ways that leave the scope (an error, a
termination) and side branches of boundaries that do not interrupt are no branches of the split.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.process.bpmn.model import Drawing, Node, Scope
from engine.process.bpmn.problems import Problem, error
from engine.process.bpmn.rules.words import called


def pair_problems(drawing: Drawing) -> Iterator[Problem]:
    """Every inclusive split has its join, and every inclusive join its split."""
    for scope in drawing.scopes:
        yield from _of_scope(scope)


def _of_scope(scope: Scope) -> Iterator[Problem]:
    inclusive = [node for node in scope.nodes.values() if node.kind == "inclusiveGateway"]
    splits = [node for node in inclusive if len(node.outgoing) > 1]
    joins = [node for node in inclusive if len(node.incoming) > 1]
    pairs = [
        (split.id, join.id)
        for split in splits
        for join in joins
        if split is not join and _paired(scope, split, join)
    ]
    for node in splits:
        if node in joins:
            yield error(node.id, "inclusive-mixed", f"{called(node)}既汇合又分开。请拆成一个汇合网关和一个分开网关。")
        elif node.id not in {split for split, _ in pairs}:
            yield error(
                node.id,
                "inclusive-without-join",
                f"{called(node)}分开的几条路没有汇到同一个包容网关。请在它们会合的地方放一个包容网关。",
            )
    for node in joins:
        if node not in splits and node.id not in {join for _, join in pairs}:
            yield error(
                node.id,
                "inclusive-without-split",
                f"{called(node)}汇合的几条路不是由同一个包容网关分开的。请在分开的地方用包容网关，或改用分开时那种网关。",
            )


def _paired(scope: Scope, split: Node, join: Node) -> bool:
    ends = {id_ for id_, node in scope.nodes.items() if node.kind == "endEvent" and not _leaves(node)}
    starts = [node.id for node in scope.nodes.values() if node.kind == "startEvent"]
    branches = _ahead(scope, split.id)
    between = _reached(scope, branches, without=join.id) - {join.id}
    # Nothing leaves the block but through the join, nothing comes back to the split before it ...
    if between & ends or split.id in between or join.id in _reached(scope, starts, without=split.id):
        return False
    # ... and no node in between is the meeting of all branches already.
    return all(join.id in _reached(scope, branches, without=other) for other in between)


def _leaves(node: Node) -> bool:
    return bool({"errorEventDefinition", "terminateEventDefinition"} & set(node.events))


def _ahead(scope: Scope, id_: str) -> list[str]:
    node = scope.nodes[id_]
    found = [flow.target for flow in node.outgoing if flow.target in scope.nodes]
    return found + [each.id for each in node.boundaries if each.interrupting]


def _reached(scope: Scope, first: list[str], *, without: str) -> set[str]:
    """Return the nodes on ways from ``first``; at the node ``without`` a way ends."""
    seen: set[str] = set()
    queue = list(first)
    while queue:
        id_ = queue.pop()
        if id_ not in seen:
            seen.add(id_)
            queue.extend(_ahead(scope, id_) if id_ != without else [])
    return seen
