"""Definitions: one file, read and judged once, then shared by all instances and all threads."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from engine.process.bpmn.decisions import DecisionFile
from engine.process.bpmn.elements import DrawnStage, Element, read_element
from engine.process.bpmn.model import Drawing, children, extensions, read_drawing, text_of
from engine.process.bpmn.parser import build_specs, declared_data
from engine.process.bpmn.problems import BpmnRefused, Problem, error
from engine.process.bpmn.rules.running import refuse_too_large, running_problems
from engine.process.bpmn.rules.throwing import errors_of
from engine.process.bpmn.xml import read_xml

KEPT_BYTES: Final = 256 * 1024
"""Up to this size a file that was judged is kept: whoever draws sends it again and again, with what it calls."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A process file that can be run.

    ``digest`` is the SHA-256 of its bytes in hexadecimal; ``beside`` says that it may run beside a case's main process.
    """

    digest: str
    process_id: str
    name: str
    title: str
    beside: bool
    documentation: str
    xml: bytes = field(repr=False)
    elements: Mapping[str, Element] = field(repr=False)
    lanes: Mapping[str, str] = field(repr=False)
    called: tuple[str, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    declares_data: bool
    throws: frozenset[str]
    """Codes of the errors it throws and does not catch itself."""
    catches: tuple[tuple[str, frozenset[str]], ...]
    """For each call the process it calls and the codes caught around it; the empty code stands for every one."""
    specs: Mapping[str, Any] = field(repr=False, compare=False)
    """SpiffWorkflow's specifications, for :class:`Bundle` only."""

    @property
    def asked(self) -> tuple[str, ...]:
        """Ids of the decisions that its business rule tasks ask."""
        return tuple(dict.fromkeys(e.decision for e in self.elements.values() if e.decision))

    @property
    def awaited(self) -> tuple[str, ...]:
        """Names of the messages that its elements wait for."""
        return tuple(dict.fromkeys(e.message for e in self.elements.values() if e.message))


@dataclass(frozen=True, slots=True)
class Judged:
    """A file as it was read: its drawing, what the rules of running say of it, and its definition.

    Without a drawing or a definition ``refused`` says why there is none; only a file whose rules have found no error,
    and which SpiffWorkflow still cannot take, has a drawing and is refused.
    """

    drawing: Drawing | None
    problems: tuple[Problem, ...]
    definition: Definition | None
    refused: BpmnRefused | None


def judge(xml: bytes) -> Judged:
    """Return what there is to say about ``xml`` without anything else; the same bytes are read and judged once."""
    return _kept(xml) if len(xml) <= KEPT_BYTES else _judge(xml)


@lru_cache(maxsize=32)
def _kept(xml: bytes) -> Judged:
    return _judge(xml)


def _judge(xml: bytes) -> Judged:
    try:
        drawing = read_drawing(read_xml(xml))
        refuse_too_large(drawing)
    except BpmnRefused as refused:
        return Judged(None, refused.problems, None, refused)
    problems = running_problems(drawing)
    if any(problem.level == "error" for problem in problems):
        return Judged(drawing, problems, None, BpmnRefused(problems))
    try:
        return Judged(drawing, problems, define(xml, drawing), None)
    except BpmnRefused as refused:
        return Judged(drawing, problems, None, refused)


@lru_cache(maxsize=64)
def parse_definition(xml: bytes) -> Definition:
    """Return the definition in ``xml``; the same bytes give the same definition, read and judged once.

    Raises :class:`BpmnRefused` with every reason why the file cannot be run.  House rules that do
    not change how it runs (forms, roles, clauses, vocabulary) are left to ``check``.
    """
    judged = judge(xml)
    if judged.definition is None:
        # A new one each time: a raised exception holds the stack that raised it.
        raise BpmnRefused(judged.refused.problems if judged.refused else judged.problems)
    return judged.definition


def define(xml: bytes, drawing: Drawing) -> Definition:
    """Return the definition of a drawing that the rules have let through."""
    process = drawing.scopes[0]
    inputs, outputs = declared_data(process)
    titles = extensions(process.xml, "process")
    texts = children(process.xml, "documentation")
    elements = {node.id: read_element(node) for node in drawing.nodes()}
    throws, catches = errors_of(drawing)
    return Definition(
        digest=hashlib.sha256(xml).hexdigest(),
        process_id=process.id,
        name=process.name or process.id,
        title=titles[0].get("title", "") if titles else "",
        beside=bool(titles) and titles[0].get("beside") == "true",
        documentation=text_of(texts[0]) if texts else "",
        xml=xml,
        elements=MappingProxyType(elements),
        lanes=MappingProxyType(dict(drawing.lanes)),
        called=tuple(dict.fromkeys(e.called for e in elements.values() if e.called)),
        inputs=inputs,
        outputs=outputs,
        declares_data=bool(children(process.xml, "ioSpecification")),
        throws=throws,
        catches=catches,
        specs=MappingProxyType(build_specs(drawing)),
    )


class Layout:
    """The places of nodes in a bundle, by which snapshots name them; the same for the same files."""

    def __init__(self, specs: Mapping[str, Any]) -> None:
        self.processes = tuple(sorted(specs))
        self.nodes = {name: tuple(sorted(specs[name].task_specs)) for name in self.processes}
        self.process_places = {name: place for place, name in enumerate(self.processes)}
        self.node_places = {
            name: {node: place for place, node in enumerate(nodes)} for name, nodes in self.nodes.items()
        }


@dataclass(frozen=True, slots=True)
class Bundle:
    """The processes of a release: the main one and every process it calls, directly or not; and the tables they ask.

    Built once for a release and shared by all threads; nothing in it changes.  ``digest`` stands
    for exactly these files: a snapshot made with one bundle cannot be read with another.
    ``decisions`` are the decision files by the id of each decision that is asked.
    """

    digest: str
    main: Definition
    definitions: Mapping[str, Definition] = field(repr=False)
    specs: Mapping[str, Any] = field(repr=False, compare=False)
    layout: Layout = field(repr=False, compare=False)
    decisions: Mapping[str, DecisionFile] = field(repr=False, default_factory=dict)
    stages: Mapping[tuple[str, str], DrawnStage] = field(repr=False, compare=False, default_factory=dict)
    """The stage of each user task that belongs to one, by process and element."""

    @classmethod
    def of(
        cls,
        main: Definition,
        others: Mapping[str, Definition] | None = None,
        tables: Mapping[str, DecisionFile] | None = None,
    ) -> Bundle:
        """Return the bundle of ``main`` with what it needs of ``others`` (by process id) and ``tables`` (by decision).

        Raises :class:`BpmnRefused` when a called process or a decision is missing or processes call
        each other in a circle.
        """
        known = {**(others or {}), main.process_id: main}
        definitions: dict[str, Definition] = {}
        _collect(main, known, definitions, ())
        text = main.process_id + "".join(f"\n{key}={definitions[key].digest}" for key in sorted(definitions))
        decisions = _asked(definitions, tables or {})
        # Without tables the text is what it was before there were any: stored snapshots keep their bundle.
        text += "".join(f"\n@{key}={decisions[key].digest}" for key in sorted(decisions))
        specs = {name: spec for each in definitions.values() for name, spec in each.specs.items()}
        digest = hashlib.sha256(text.encode()).hexdigest()
        stages = {
            (each.process_id, element.id): element.stage
            for each in definitions.values()
            for element in each.elements.values()
            if element.stage is not None
        }
        return cls(
            digest, main, MappingProxyType(definitions), MappingProxyType(specs), Layout(specs), decisions,
            MappingProxyType(stages),
        )  # fmt: skip

    def quota_of(self, clock: str) -> tuple[int, str] | None:
        """Return how many of which unit (wd, cd) the drawing gives the clock boundary ``clock``; None if nothing."""
        drawn = (element for each in self.definitions.values() for element in each.elements.values())
        return next((element.quota for element in drawn if element.clock == clock and element.quota), None)

    def element(self, process_id: str, element_id: str) -> Element:
        """Return an element of one of the processes."""
        return self.definitions[process_id].elements[element_id]


def _asked(definitions: Mapping[str, Definition], tables: Mapping[str, DecisionFile]) -> Mapping[str, DecisionFile]:
    for each in definitions.values():
        for element in each.elements.values():
            if element.decision and element.decision not in tables:
                raise BpmnRefused(
                    [error(element.id, "decision-unknown", f"没有找到决策“{element.decision}”。请连同决策表一起部署。")]
                )
    return MappingProxyType({id: tables[id] for each in definitions.values() for id in each.asked})


def _collect(
    each: Definition, known: Mapping[str, Definition], found: dict[str, Definition], path: tuple[str, ...]
) -> None:
    if each.process_id in path:
        circle = " → ".join((*path, each.process_id))
        raise BpmnRefused([error("", "call-circle", f"流程互相调用成了圈：{circle}。请去掉其中一次调用。")])
    if each.process_id in found:
        return
    for element in each.elements.values():
        if element.called and element.called not in known:
            raise BpmnRefused(
                [error(element.id, "call-unknown", f"没有找到被调用的流程“{element.called}”。请先部署它，或改正编号。")]
            )
    for called in each.called:
        _collect(known[called], known, found, (*path, each.process_id))
    found[each.process_id] = each
