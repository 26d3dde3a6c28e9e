"""The drawing as a graph for the token game: each level (a process or an embedded subprocess) is one graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from engine.process.bpmn.model import Node, Scope, read_drawing
from engine.process.bpmn.names import SUBPROCESS_KINDS
from engine.process.bpmn.xml import read_xml

ENDING: Final = frozenset({"terminateEventDefinition", "errorEventDefinition"})
"""An end event with one of these takes every other token of its level away."""


@dataclass(frozen=True, slots=True)
class Place:
    """A sequence flow: where a token may lie."""

    id: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Spot:
    """An element of the graph.

    ``several`` says it is a multi-instance, ``ends_all`` that its completion empties the level; ``inside`` is the level
    that it opens: the process it calls, or itself when it is an embedded subprocess.
    """

    id: str
    kind: str
    name: str
    incoming: tuple[Place, ...]
    outgoing: tuple[Place, ...]
    boundaries: tuple[str, ...]
    attached_to: str
    interrupting: bool
    several: bool
    ends_all: bool
    inside: str

    @property
    def label(self) -> str:
        """How it is called in a sentence."""
        return self.name or self.id


@dataclass(frozen=True)
class Graph:
    """One level of a drawing: its elements by id."""

    id: str
    spots: Mapping[str, Spot]
    _ahead: dict[str, Mapping[str, frozenset[str]]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def starts(self) -> tuple[str, ...]:
        """Its start events."""
        return tuple(spot.id for spot in self.spots.values() if spot.kind == "startEvent")

    def ahead(self, meeting: str) -> Mapping[str, frozenset[str]]:
        """Return by element the flows into ``meeting`` that a token at it can come through, not passing ``meeting``."""
        if meeting not in self._ahead:
            self._ahead[meeting] = self._reach(self.spots[meeting])
        return self._ahead[meeting]

    def _reach(self, meeting: Spot) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {id: set() for id in self.spots}
        for flow in meeting.incoming:
            seen, queue = {meeting.id}, [flow.source]
            while queue:
                spot = self.spots[queue.pop()]
                if spot.id not in seen:
                    seen.add(spot.id)
                    found[spot.id].add(flow.id)
                    queue += [one.source for one in spot.incoming]
        return {id: frozenset(flows) for id, flows in found.items()}


@lru_cache(maxsize=128)
def graphs_of(xml: bytes) -> Mapping[str, Graph]:
    """Return the graph of every level of the process in ``xml`` by the level's id, the process itself first."""
    return {scope.id: _graph(scope) for scope in read_drawing(read_xml(xml)).scopes}


def _graph(scope: Scope) -> Graph:
    places = {
        flow.id: Place(flow.id, flow.source, flow.target)
        for flow in scope.flows
        if flow.source in scope.nodes and flow.target in scope.nodes
    }
    return Graph(scope.id, {node.id: _spot(node, places) for node in scope.nodes.values()})


def _spot(node: Node, places: Mapping[str, Place]) -> Spot:
    return Spot(
        id=node.id, kind=node.kind, name=node.name,
        incoming=tuple(places[flow.id] for flow in node.incoming if flow.id in places),
        outgoing=tuple(places[flow.id] for flow in node.outgoing if flow.id in places),
        boundaries=tuple(one.id for one in node.boundaries), attached_to=node.attached_to,
        interrupting=node.interrupting, several=node.loop is not None,
        ends_all=node.kind == "endEvent" and bool(ENDING & set(node.events)),
        inside=node.called or (node.id if node.kind in SUBPROCESS_KINDS else ""),
    )  # fmt: skip
