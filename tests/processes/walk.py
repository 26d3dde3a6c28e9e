"""An own reading of the process files and an own walk through them, independent of the engine.

The walk expands call activities, tries every answer a person or a service can give, follows conditions, and lets a
clock or message boundary fire wherever its host is open.  ``reachable`` answers the one question the invariants ask:
where can a case get to, if these nodes are never completed?
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from lxml import etree

from tests.processes.words import ACTS, MESSAGES, SERVICES

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
YC = "{urn:yichuang:bpmn:1}"
NODE_KINDS = frozenset(
    {
        *("startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent"),
        *("userTask", "serviceTask", "receiveTask", "callActivity", "exclusiveGateway"),
    }
)
Facts = frozenset[tuple[str, object]]


@dataclass(frozen=True)
class Step:
    """One flow node of a file."""

    id: str
    process: str
    kind: str
    name: str
    lanes: tuple[str, ...]
    clauses: tuple[str, ...]
    form: str | None
    act: str | None
    role: str | None
    service: str | None
    clock: str | None
    message: str | None
    timer: bool
    called: str | None
    host: str | None
    default: str | None
    documentation: str


@dataclass(frozen=True)
class Link:
    """One sequence flow of a file."""

    id: str
    source: str
    target: str
    name: str | None
    condition: str | None


@dataclass(frozen=True)
class Diagram:
    """One file."""

    id: str
    steps: dict[str, Step]
    links: tuple[Link, ...]
    root: etree._Element

    def leaving(self, step: str) -> list[Link]:
        return [link for link in self.links if link.source == step]

    def entering(self, step: str) -> list[Link]:
        return [link for link in self.links if link.target == step]

    def starts(self) -> list[Step]:
        return [step for step in self.steps.values() if step.kind == "startEvent"]


def read(xml: bytes) -> Diagram:
    """Read one file; nothing is checked here, the tests do that."""
    root = etree.fromstring(xml)
    process = root.find(f"{BPMN}process")
    assert process is not None
    identity = process.get("id", "")
    lane_of: dict[str, tuple[str, ...]] = {}
    for lane in process.iter(f"{BPMN}lane"):
        for reference in lane.iterfind(f"{BPMN}flowNodeRef"):
            node = reference.text or ""
            lane_of[node] = (*lane_of.get(node, ()), lane.get("id", ""))
    steps = {
        element.get("id", ""): _step(element, identity, lane_of.get(element.get("id", ""), ()))
        for element in process
        if etree.QName(element).localname in NODE_KINDS
    }
    links = tuple(
        Link(
            flow.get("id", ""),
            flow.get("sourceRef", ""),
            flow.get("targetRef", ""),
            flow.get("name"),
            flow.findtext(f"{BPMN}conditionExpression"),
        )
        for flow in process.iterfind(f"{BPMN}sequenceFlow")
    )
    return Diagram(identity, steps, links, root)


def _step(element: etree._Element, process: str, lanes: tuple[str, ...]) -> Step:
    task, service, clock, message = (element.find(f".//{YC}{name}") for name in ("task", "service", "clock", "message"))
    return Step(
        id=element.get("id", ""),
        process=process,
        kind=etree.QName(element).localname,
        name=element.get("name", ""),
        lanes=lanes,
        clauses=tuple(clause.get("ref", "") for clause in element.iter(f"{YC}clause")),
        form=None if task is None else task.get("form"),
        act=None if task is None else task.get("act"),
        role=None if task is None else task.get("role"),
        service=None if service is None else service.get("name"),
        clock=None if clock is None else clock.get("name"),
        message=None if message is None else message.get("name"),
        timer=element.find(f"{BPMN}timerEventDefinition") is not None,
        called=element.get("calledElement"),
        host=element.get("attachedToRef"),
        default=element.get("default"),
        documentation=element.findtext(f"{BPMN}documentation") or "",
    )


def read_all(files: Mapping[str, bytes]) -> dict[str, Diagram]:
    """Read files by process id."""
    return {identity: read(xml) for identity, xml in files.items()}


Place = tuple[tuple[str, str], ...]
"""Where a case stands: the nested calls it is in and the node, as (process id, node id) from the outside in."""


def reachable(
    diagrams: Mapping[str, Diagram], main: str, without: Iterable[str] = (), start_at: Iterable[Place] = ()
) -> set[Step]:
    """Return the nodes a case can get to when no node named in ``without`` is ever completed.

    ``start_at`` sets out from after those places instead of from the start of ``main``.
    """
    barred = frozenset(without)
    walk = _Walk(diagrams, barred)
    first = [((main, step.id),) for step in diagrams[main].starts()]
    waiting: list[tuple[Place, Facts]] = []
    if start_at:
        waiting = [after for place in start_at for after in walk.after(place, frozenset())]
    else:
        waiting = [(place, frozenset()) for place in first]
    seen: set[tuple[Place, Facts]] = set()
    while waiting:
        place, facts = waiting.pop()
        state = (place, walk.seen_from(place, facts))
        if state not in seen:
            seen.add(state)
            waiting += walk.following(*state)
    return {diagrams[place[-1][0]].steps[place[-1][1]] for place, _ in seen}


class _Walk:
    def __init__(self, diagrams: Mapping[str, Diagram], barred: frozenset[str]) -> None:
        self._diagrams = diagrams
        self._barred = barred
        self._read = {id: _read_below(id, diagrams) for id in diagrams}

    def seen_from(self, place: Place, facts: Facts) -> Facts:
        """Return the facts that a gateway may still ask for: what a called process leaves behind is nobody's."""
        wanted = {name for process, _ in place for name in self._read[process]}
        return frozenset(fact for fact in facts if fact[0] in wanted)

    def following(self, place: Place, facts: Facts) -> Iterator[tuple[Place, Facts]]:
        yield from self._interruptions(place, facts)
        process, node = place[-1]
        step = self._diagrams[process].steps[node]
        if node in self._barred:
            return
        if step.called is not None:
            inner = self._diagrams[step.called]
            yield from (((*place, (inner.id, start.id)), facts) for start in inner.starts())
        elif step.kind == "endEvent":
            if len(place) > 1:
                yield from self.after(place[:-1], facts)
        else:
            yield from self.after(place, facts)

    def after(self, place: Place, facts: Facts) -> Iterator[tuple[Place, Facts]]:
        process, node = place[-1]
        diagram = self._diagrams[process]
        for answer in _answers(diagram.steps[node], facts):
            for link in _taken(diagram, diagram.steps[node], answer):
                yield (*place[:-1], (process, link.target)), answer

    def _interruptions(self, place: Place, facts: Facts) -> Iterator[tuple[Place, Facts]]:
        """A boundary event may fire while the case is anywhere inside its host."""
        for depth, (process, node) in enumerate(place, 1):
            for step in self._diagrams[process].steps.values():
                if step.kind == "boundaryEvent" and step.host == node and step.id not in self._barred:
                    yield from self.after((*place[: depth - 1], (process, step.id)), facts)


def _read_below(process: str, diagrams: Mapping[str, Diagram]) -> frozenset[str]:
    """Return the facts that the conditions of a process read, and the inputs of the processes it calls."""
    diagram = diagrams[process]
    conditions = [link.condition for link in diagram.links if link.condition is not None]
    names = {node.id for text in conditions for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    called = [diagrams[step.called] for step in diagram.steps.values() if step.called and step.called in diagrams]
    inputs = {str(one.get("name")) for inner in called for one in inner.root.iterfind(f".//{BPMN}dataInput")}
    return frozenset(names | inputs)


def _answers(step: Step, facts: Facts) -> Iterator[Facts]:
    """Return the facts after the step, for every answer that can be given."""
    domain: Mapping[str, tuple[object, ...]] = {}
    if step.act is not None:
        domain = ACTS[step.act].facts if step.act in ACTS else {}
    elif step.service is not None:
        domain = SERVICES.get(step.service, {})
    elif step.message is not None:
        domain = MESSAGES.get(step.message, {})
    for values in product(*domain.values()):
        yield frozenset((dict(facts) | dict(zip(domain, values, strict=True))).items())


def _taken(diagram: Diagram, step: Step, facts: Facts) -> list[Link]:
    leaving = diagram.leaving(step.id)
    if step.kind != "exclusiveGateway" or len(leaving) < 2:
        return leaving
    for link in leaving:
        if link.condition is not None and holds(link.condition, dict(facts)):
            return [link]
    return [link for link in leaving if link.id == step.default]


def holds(condition: str, facts: Mapping[str, object]) -> bool:
    """Evaluate the conditions the shipped files use: a fact, its negation, or a comparison with a constant."""
    return bool(_value(ast.parse(condition, mode="eval").body, facts))


def _value(node: ast.expr, facts: Mapping[str, object]) -> object:
    match node:
        case ast.Name(id=name):
            return facts.get(name)
        case ast.Constant(value=value):
            return value
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _value(operand, facts)
        case ast.BoolOp(op=ast.Or(), values=values):
            return any(_value(one, facts) for one in values)
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            return _value(left, facts) == _value(right, facts)
    raise AssertionError(f"a shipped condition says more than this walk understands: {ast.unparse(node)}")
