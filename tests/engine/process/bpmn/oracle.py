"""A token game of its own, to judge the runtime by: it knows BPMN and nothing of SpiffWorkflow.

It reads the file with the standard library, keeps one set of facts for each process and moves
tokens along flows.  It is slow, plain and only for tests.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

_B = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_GATEWAYS = {"exclusiveGateway", "parallelGateway", "inclusiveGateway"}


@dataclass
class Flow:
    id: str
    source: str
    target: str
    condition: str | None


@dataclass
class Process:
    id: str
    kinds: dict[str, str] = field(default_factory=dict)
    elements: dict[str, ET.Element] = field(default_factory=dict)
    out: dict[str, list[Flow]] = field(default_factory=dict)
    into: dict[str, list[Flow]] = field(default_factory=dict)
    clocks: dict[str, list[str]] = field(default_factory=dict)
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)


def read(xml: bytes) -> Process:
    element = ET.fromstring(xml).find(f"{_B}process")  # noqa: S314 # The tests wrote it.
    assert element is not None
    made = Process(element.get("id", ""))
    for child in element:
        kind = child.tag.removeprefix(_B)
        if kind == "sequenceFlow":
            condition = child.find(f"{_B}conditionExpression")
            flow = Flow(
                child.get("id", ""),
                child.get("sourceRef", ""),
                child.get("targetRef", ""),
                condition.text if condition is not None else None,
            )
            made.out.setdefault(flow.source, []).append(flow)
            made.into.setdefault(flow.target, []).append(flow)
        elif kind == "ioSpecification":
            made.inputs = [each.get("name", "") for each in child.findall(f"{_B}dataInput")]
            made.outputs = [each.get("name", "") for each in child.findall(f"{_B}dataOutput")]
        elif child.get("id") and kind not in ("property", "laneSet"):
            made.kinds[child.get("id", "")] = kind
            made.elements[child.get("id", "")] = child
            if kind == "boundaryEvent":
                made.clocks.setdefault(child.get("attachedToRef", ""), []).append(child.get("id", ""))
    return made


class Scope:
    """A process that is being played."""

    def __init__(self, process: Process, facts: dict[str, Any], parent: Scope | None, caller: int) -> None:
        self.process, self.facts, self.parent, self.caller = process, facts, parent, caller
        self.moving: deque[Flow] = deque()
        self.arrived: Counter[tuple[str, str]] = Counter()
        """Tokens waiting at a join, by join and flow."""
        self.active: dict[int, str] = {}
        """Open user tasks and calls, by number."""
        self.inner: dict[int, Scope] = {}
        self.armed: dict[tuple[int, str], None] = {}
        self.over = False


class Oracle:
    def __init__(self, main: bytes, *others: bytes) -> None:
        self.processes = {each.id: each for each in map(read, (main, *others))}
        self.main = read(main).id
        self.scopes: list[Scope] = []
        self.passed: list[str] = []
        self._number = 0

    def start(self, facts: dict[str, Any]) -> None:
        self._open(self.processes[self.main], dict(facts), None, 0)
        self._settle()

    @property
    def completed(self) -> bool:
        return not self.scopes

    def tasks(self) -> list[tuple[str, Scope, int]]:
        return [
            (id, scope, number)
            for scope in self.scopes
            for number, id in scope.active.items()
            if scope.process.kinds[id] == "userTask"
        ]

    @property
    def ready(self) -> list[str]:
        return sorted(id for id, _, _ in self.tasks())

    @property
    def armed(self) -> list[str]:
        return sorted(boundary for scope in self.scopes for _, boundary in scope.armed)

    def do(self, element: str, facts: dict[str, Any]) -> None:
        self.passed = []
        _, scope, number = next(each for each in self.tasks() if each[0] == element)
        scope.facts.update(facts)
        self._finish(scope, number)
        self._settle()

    def fire(self, boundary: str) -> None:
        self.passed = []
        scope, number = next((s, n) for s in self.scopes for n, b in s.armed if b == boundary)
        del scope.armed[number, boundary]
        if scope.process.elements[boundary].get("cancelActivity") == "true":
            self._cancel(scope, number)
        self.passed.append(boundary)
        scope.moving.extend(scope.process.out[boundary])
        self._settle()

    def _cancel(self, scope: Scope, number: int) -> None:
        del scope.active[number]
        self._disarm(scope, number)
        inner = scope.inner.pop(number, None)
        if inner is not None:
            for each in list(inner.active):
                self._cancel(inner, each)
            inner.over = True
            self.scopes.remove(inner)

    def _disarm(self, scope: Scope, number: int) -> None:
        for key in [key for key in scope.armed if key[0] == number]:
            del scope.armed[key]

    def _open(self, process: Process, facts: dict[str, Any], parent: Scope | None, caller: int) -> Scope:
        scope = Scope(process, facts, parent, caller)
        self.scopes.append(scope)
        start = next(id for id, kind in process.kinds.items() if kind == "startEvent")
        self.passed.append(start)
        scope.moving.extend(process.out[start])
        return scope

    def _finish(self, scope: Scope, number: int) -> None:
        id = scope.active.pop(number)
        self._disarm(scope, number)
        self.passed.append(id)
        scope.moving.extend(scope.process.out.get(id, []))

    def _settle(self) -> None:
        while True:
            if self._move_one() or self._open_one_inclusive_join() or self._end_one():
                continue
            return

    def _move_one(self) -> bool:
        for scope in self.scopes:
            if scope.moving:
                self._arrive(scope, scope.moving.popleft())
                return True
        return False

    def _arrive(self, scope: Scope, flow: Flow) -> None:
        process, id = scope.process, flow.target
        kind = process.kinds[id]
        if kind in ("userTask", "callActivity"):
            self._number += 1
            scope.active[self._number] = id
            scope.armed.update({(self._number, b): None for b in process.clocks.get(id, [])})
            if kind == "callActivity":
                called = self.processes[process.elements[id].get("calledElement", "")]
                given = {name: scope.facts[name] for name in called.inputs}
                scope.inner[self._number] = self._open(called, given, scope, self._number)
        elif kind == "exclusiveGateway":
            self._choose(scope, id, first_only=True)
        elif kind in ("parallelGateway", "inclusiveGateway"):
            scope.arrived[id, flow.id] += 1
            ways = process.into[id]
            if kind == "parallelGateway" and all(scope.arrived[id, way.id] for way in ways):
                scope.arrived.subtract({(id, way.id): 1 for way in ways})
                self.passed.append(id)
                scope.moving.extend(process.out[id])
        else:
            self.passed.append(id)
            scope.moving.extend(process.out.get(id, []))

    def _choose(self, scope: Scope, id: str, *, first_only: bool) -> None:
        self.passed.append(id)
        flows = scope.process.out[id]
        default = scope.process.elements[id].get("default")
        held = [flow for flow in flows if flow.id != default and self._holds(flow, scope)]
        chosen = held or [f for f in flows if f.id == default]
        scope.moving.extend(chosen[:1] if first_only else chosen)

    def _holds(self, flow: Flow, scope: Scope) -> bool:
        return flow.condition is None or bool(eval(flow.condition, {}, scope.facts))  # noqa: S307 # The tests wrote it.

    def _open_one_inclusive_join(self) -> bool:
        for scope in self.scopes:
            for id, kind in scope.process.kinds.items():
                if kind != "inclusiveGateway":
                    continue
                filled = {f.id for f in scope.process.into[id] if scope.arrived[id, f.id]}
                if filled and not self._is_waited_for(scope, id, filled):
                    scope.arrived.subtract({(id, each): 1 for each in filled})
                    self._choose(scope, id, first_only=False)
                    return True
        return False

    def _is_waited_for(self, scope: Scope, join: str, filled: set[str]) -> bool:
        """BPMN 2.0, 13.4.3: some token elsewhere can come in by an empty flow, and by no filled one."""
        places = [*scope.active.values(), *(boundary for _, boundary in scope.armed)]
        places += [id for (id, _), count in scope.arrived.items() if count and id != join]
        for place in places:
            ahead = self._ahead(scope.process, place, join)
            if ahead - filled and not ahead & filled:
                return True
        return False

    def _ahead(self, process: Process, place: str, join: str) -> set[str]:
        found, seen, queue = set(), set(), [place]
        while queue:
            for flow in process.out.get(queue.pop(), []):
                if flow.target == join:
                    found.add(flow.id)
                elif flow.target not in seen:
                    seen.add(flow.target)
                    queue.append(flow.target)
        return found

    def _end_one(self) -> bool:
        for scope in self.scopes:
            if scope.moving or scope.active or any(scope.arrived.values()):
                continue
            scope.over = True
            self.scopes.remove(scope)
            if scope.parent is not None:
                scope.parent.facts.update({name: scope.facts[name] for name in scope.process.outputs})
                scope.parent.inner.pop(scope.caller)
                self._finish(scope.parent, scope.caller)
            return True
        return False
