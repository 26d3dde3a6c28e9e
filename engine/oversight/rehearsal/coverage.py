"""Coverage: which elements and flows of each process the cases of rehearsals went through, and how often.  Pure.

The steps of a case say which elements were passed, not by which flow: into each element the flow came from the source
that was passed last before it in the same call; only a join waits for all of its flows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from engine.process.bpmn import Definition
from engine.process.bpmn.model import read_drawing
from engine.process.bpmn.names import ACTIVITY_KINDS
from engine.process.bpmn.xml import read_xml
from engine.process.tasks.queries import Step

JOINS = frozenset({"parallelGateway", "inclusiveGateway"})


@dataclass(frozen=True)
class Drawn:
    """One process as it is drawn: its elements (id to kind and name) and flows (id to source, target and name)."""

    process: str
    name: str
    elements: Mapping[str, tuple[str, str]]
    flows: Mapping[str, tuple[str, str, str]]


@dataclass(frozen=True)
class Covered:
    """How often each element and flow of one process was gone through; what never was stands at 0.

    ``standing`` are elements where the case stands: reached, not yet passed.
    """

    process: str
    name: str
    elements: Mapping[str, int] = field(default_factory=dict)
    flows: Mapping[str, int] = field(default_factory=dict)
    standing: tuple[str, ...] = ()

    @property
    def reached(self) -> int:
        """How many elements were reached."""
        return sum(times > 0 or id in self.standing for id, times in self.elements.items())

    @property
    def taken(self) -> int:
        """How many flows were taken."""
        return sum(times > 0 for times in self.flows.values())

    @property
    def per_cent(self) -> int:
        """Elements and flows gone through, of all, in whole per cent, rounded down: 100 means everything."""
        every = len(self.elements) + len(self.flows)
        return 100 if not every else 100 * (self.reached + self.taken) // every

    def missed(self) -> tuple[str, ...]:
        """Return the elements that were not reached, in the file's order."""
        return tuple(id for id, times in self.elements.items() if not times and id not in self.standing)


@lru_cache(maxsize=64)
def drawn(definition_xml: bytes) -> Drawn:
    """Return what is drawn in a process file that was let through."""
    drawing = read_drawing(read_xml(definition_xml))
    process = drawing.scopes[0]
    elements = {node.id: (node.kind, node.name) for node in drawing.nodes()}
    flows = {
        flow.id or f"{flow.source}→{flow.target}": (flow.source, flow.target, flow.name)
        for scope in drawing.scopes
        for flow in scope.flows
    }
    return Drawn(process.id, process.name or process.id, elements, flows)


def covered(
    definitions: Iterable[Definition], steps: Iterable[Step], standing: Iterable[tuple[str, str]] = ()
) -> dict[str, Covered]:
    """Return the coverage of each process by the ``steps`` of one case.

    ``standing`` are (process, element) where the case stands now.
    """
    every, here = list(steps), set(standing)
    found: dict[str, Covered] = {}
    for definition in definitions:
        one = drawn(definition.xml)
        mine = [step for step in every if step.process == one.process]
        stands = tuple(sorted(element for process, element in here if process == one.process))
        found[one.process] = _covered(one, mine, stands)
    return found


def _covered(one: Drawn, steps: list[Step], standing: tuple[str, ...]) -> Covered:
    elements, flows = dict.fromkeys(one.elements, 0), dict.fromkeys(one.flows, 0)
    into: dict[str, list[tuple[str, str]]] = {}
    for id, (source, target, _) in one.flows.items():
        into.setdefault(target, []).append((id, source))
    passed: dict[tuple[int, int | None], dict[str, int]] = {}
    for step in sorted(steps, key=lambda step: step.number):
        before = passed.setdefault((step.run, step.within), {})
        for id in _arrived(into.get(step.element, ()), before, _kind(one, step.element) in JOINS, step.element):
            flows[id] += 1
        if step.state == "completed":
            before[step.element] = step.number
        # An activity that was left by a boundary event had been come to; an event that was not awaited any more, not.
        if step.state == "completed" or _kind(one, step.element) in ACTIVITY_KINDS:
            elements[step.element] = elements.get(step.element, 0) + 1
    for element in standing:
        # Whoever waits there came by the flow whose source was passed last, in whichever call that was.
        latest: dict[str, int] = {}
        for before in passed.values():
            latest |= {id: number for id, number in before.items() if number > latest.get(id, 0)}
        for id in _arrived(into.get(element, ()), latest, False, element):
            flows[id] = max(flows[id], 1)
    return Covered(one.process, one.name, elements, flows, standing)


def _kind(one: Drawn, element: str) -> str:
    return one.elements.get(element, ("", ""))[0]


def _arrived(
    into: Iterable[tuple[str, str]], passed: Mapping[str, int], join: bool, element: str
) -> list[str]:
    """Return the flows by which the element was come to."""
    before = [(passed[source], id) for id, source in into if source in passed]
    if join:
        # What had arrived at the join's last passing has been used up by it.
        return [id for number, id in before if number > passed.get(element, 0)]
    return [max(before)[1]] if before else []


def together(all: Iterable[Mapping[str, Covered]]) -> dict[str, Covered]:
    """Return the coverage of several rehearsals as one; what a process no longer has is left out by its newest."""
    found: dict[str, Covered] = {}
    for one in all:
        for process, more in one.items():
            known = found.get(process)
            found[process] = more if known is None else _added(known, more)
    return found


def _added(one: Covered, more: Covered) -> Covered:
    return Covered(
        more.process, more.name,
        {id: times + one.elements.get(id, 0) for id, times in more.elements.items()},
        {id: times + one.flows.get(id, 0) for id, times in more.flows.items()},
        tuple(sorted({*more.standing, *one.standing} & more.elements.keys())),
    )  # fmt: skip


def coverage_json(all: Mapping[str, Covered]) -> dict[str, Any]:
    """Return the coverage as JSON values."""
    return {
        process: {
            "name": one.name, "elements": dict(one.elements), "flows": dict(one.flows), "standing": list(one.standing)
        }
        for process, one in sorted(all.items())
    }  # fmt: skip


def coverage_of(raw: Mapping[str, Any]) -> dict[str, Covered]:
    """Return the coverage that :func:`coverage_json` wrote."""
    return {
        process: Covered(process, one["name"], one["elements"], one["flows"], tuple(one["standing"]))
        for process, one in raw.items()
    }
