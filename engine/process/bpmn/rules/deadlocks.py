"""A rule that plays the drawing: no way through it ends with a join waiting for a branch that never comes.

Tokens are moved through every decision there is, without looking at conditions.  A token that can
move is moved before any join is looked at; the order does not matter to what can be reached, so one
order is enough, and only decisions branch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import Final

from engine.process.bpmn.model import Drawing, Flow, Node, Scope
from engine.process.bpmn.problems import Problem, error
from engine.process.bpmn.rules.words import called

MAX_MARKINGS: Final = 5_000
"""Most markings looked at in one scope; beyond that the rule stays silent."""

MAX_TOKENS: Final = 40
"""Most tokens in one marking; a drawing that makes more has a loop another rule complains about."""

_JOINS: Final = ("parallelGateway", "inclusiveGateway")

_ENDING: Final = {"terminateEventDefinition", "errorEventDefinition"}
"""Events that end the whole scope, whatever else is open in it."""

Marking = tuple[str, ...]
"""The flows that hold a token, sorted; a flow that holds two is there twice."""


def starved_joins(drawing: Drawing) -> Iterator[Problem]:
    """No join can be left waiting for ever."""
    for scope in drawing.scopes:
        if all(node.kind not in _JOINS for node in scope.nodes.values()):
            continue
        for id_ in sorted(_Game(scope).starved()):
            yield error(
                id_,
                "join-starved",
                f"{called(scope.nodes[id_])}可能永远等不齐：有的走法里某一条流入连线不会有人走到，流程会停在这里。"
                "请让分开的网关与汇合的网关用同一种类型。",
            )


class _Game:
    """The token game on one scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.flows: dict[str, Flow] = {
            flow.id: flow for flow in scope.flows if flow.source in scope.nodes and flow.target in scope.nodes
        }
        self._ahead: dict[tuple[str, str], frozenset[str]] = {}

    def starved(self) -> set[str]:
        """Return the joins at which some way through the drawing gets stuck."""
        starts = [node for node in self.scope.nodes.values() if node.kind == "startEvent"]
        queue: list[Marking] = [tuple(sorted(self._out(node))) for node in starts[:1]]
        seen: set[Marking] = set(queue)
        stuck: set[str] = set()
        while queue:
            marking = queue.pop()
            following = self._following(marking)
            if not following:
                stuck |= {self.flows[flow].target for flow in marking}
            for each in following:
                if each not in seen and len(each) <= MAX_TOKENS:
                    seen.add(each)
                    queue.append(each)
            if len(seen) > MAX_MARKINGS:
                return set()
        return stuck

    def _following(self, marking: Marking) -> list[Marking]:
        for flow in marking:
            node = self.scope.nodes[self.flows[flow].target]
            if node.kind == "endEvent" and _ENDING & set(node.events):
                return [()]
            if not self._waits(node):
                return [_moved(marking, [flow], made) for made in self._outcomes(node)]
        tokens = Counter(marking)
        waiting = dict.fromkeys(self.flows[flow].target for flow in marking)
        for id_ in waiting:
            node = self.scope.nodes[id_]
            taken = self._taken(node, tokens)
            if taken:
                return [_moved(marking, taken, made) for made in self._outcomes(node)]
        return [] if marking else [()]

    def _waits(self, node: Node) -> bool:
        return node.kind in _JOINS and len(self._into(node)) > 1

    def _taken(self, node: Node, tokens: Counter[str]) -> list[str]:
        """Return the flows whose tokens the join would take now; none while it waits."""
        into = self._into(node)
        filled = [flow for flow in into if tokens[flow]]
        if node.kind == "parallelGateway":
            return into if len(filled) == len(into) else []
        for other in tokens:
            if other not in into:
                ahead = self._inputs_ahead(other, node)
                if ahead - set(filled) and not ahead & set(filled):
                    return []
        return filled

    def _outcomes(self, node: Node) -> list[list[str]]:
        """Return what may come out of a node: one list of flows for each decision."""
        out = self._out(node)
        if node.kind in ("exclusiveGateway", "eventBasedGateway"):
            return [[flow] for flow in out]
        if node.kind == "inclusiveGateway" and len(out) > 1:
            open_ = [flow for flow in out if flow != node.default]
            chosen = [list(some) for size in range(1, len(open_) + 1) for some in combinations(open_[:6], size)]
            return chosen + ([[node.default]] if node.default in out else [])
        outcomes = [out]
        for boundary in node.boundaries:
            rung = self._out(boundary)
            outcomes += [rung] if boundary.interrupting else [[*each, *rung] for each in outcomes]
        return outcomes

    def _out(self, node: Node) -> list[str]:
        return [flow.id for flow in node.outgoing if flow.id in self.flows]

    def _into(self, node: Node) -> list[str]:
        return [flow.id for flow in node.incoming if flow.id in self.flows]

    def _inputs_ahead(self, flow: str, join: Node) -> frozenset[str]:
        """Return the flows into ``join`` that a token on ``flow`` can come by, not through the join."""
        key = (flow, join.id)
        if key not in self._ahead:
            found: set[str] = set()
            seen: set[str] = set()
            queue = [flow]
            while queue:
                each = queue.pop()
                target = self.flows[each].target
                if target == join.id:
                    found.add(each)
                elif target not in seen:
                    seen.add(target)
                    node = self.scope.nodes[target]
                    queue += self._out(node)
                    queue += [more for boundary in node.boundaries for more in self._out(boundary)]
            self._ahead[key] = frozenset(found)
        return self._ahead[key]


def _moved(marking: Marking, taken: list[str], made: list[str]) -> Marking:
    left = Counter(marking)
    left.subtract(taken)
    left.update(made)
    return tuple(sorted(left.elements()))
