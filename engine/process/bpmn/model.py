"""The drawing as it stands in the file: scopes, nodes and flows, read without judging.

Reading never fails on a well-formed document: what is missing is an empty string, and the rules in
``check`` say so with the id of the element.  The model keeps the XML nodes and lives only while a
file is read; nothing at run time refers to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from engine.process.bpmn.names import FLOW_NODE_KINDS, SUBPROCESS_KINDS, YC, bpmn, yc
from engine.process.bpmn.xml import bpmn_name, local_name, namespace

_EXTENSIONS: Final = bpmn("extensionElements")
_LOOPS: Final = (bpmn("multiInstanceLoopCharacteristics"), bpmn("standardLoopCharacteristics"))


@dataclass(slots=True)
class Flow:
    """A sequence flow; ``condition`` is its expression without surrounding blanks, or None."""

    id: str
    source: str
    target: str
    condition: str | None
    name: str


@dataclass(slots=True)
class Node:
    """A flow node: an event, an activity or a gateway."""

    id: str
    kind: str
    name: str
    xml: etree._Element
    scope: Scope
    lane: str = ""
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)
    boundaries: list[Node] = field(default_factory=list)
    _events: list[str] | None = field(default=None, repr=False, compare=False)
    _loops: list[etree._Element] | None = field(default=None, repr=False, compare=False)
    read: Any = field(default=None, repr=False, compare=False)
    """What :func:`engine.process.bpmn.elements.read_element` made of it: every rule asks, the answer stays the same."""

    @property
    def attached_to(self) -> str:
        """Id of the activity a boundary event sits on (empty for other nodes)."""
        return self.xml.get("attachedToRef", "") if self.kind == "boundaryEvent" else ""

    @property
    def interrupting(self) -> bool:
        """Whether a boundary event ends the activity it sits on."""
        return self.xml.get("cancelActivity", "true").strip().lower() != "false"

    @property
    def default(self) -> str:
        """Id of the default flow of a gateway (empty when none)."""
        return self.xml.get("default", "")

    @property
    def called(self) -> str:
        """Process id a call activity calls (empty when none)."""
        return self.xml.get("calledElement", "").strip() if self.kind == "callActivity" else ""

    @property
    def events(self) -> list[str]:
        """Local names of the event definitions inside the node, in document order."""
        if self._events is None:
            names = (bpmn_name(child) for child in self.xml)
            self._events = [name for name in names if name.endswith("EventDefinition") or name == "eventDefinitionRef"]
        return self._events

    @property
    def loop(self) -> etree._Element | None:
        """The loop characteristics of an activity, multi-instance or standard."""
        if self._loops is None:
            self._loops = list(self.xml.iterchildren(*_LOOPS))[:1]
        return self._loops[0] if self._loops else None


@dataclass(slots=True)
class Scope:
    """A process or an embedded subprocess: what one level of the drawing holds."""

    id: str
    kind: str
    name: str
    xml: etree._Element
    parent: Scope | None
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    @property
    def depth(self) -> int:
        """How many scopes enclose this one."""
        depth, scope = 0, self.parent
        while scope is not None:
            depth, scope = depth + 1, scope.parent
        return depth


@dataclass(slots=True)
class Drawing:
    """A whole file: the process that is meant to run and everything it holds."""

    root: etree._Element
    processes: list[etree._Element]
    scopes: list[Scope]
    lanes: dict[str, str]
    """Lane names by lane id."""
    variables: dict[str, str]
    """Variable names by the id of the ``bpmn:property`` that declares them."""

    @property
    def process(self) -> Scope | None:
        """The process that is meant to run (None when the file has none)."""
        return self.scopes[0] if self.scopes else None

    def nodes(self) -> Iterator[Node]:
        """Yield every flow node of every scope in document order."""
        for scope in self.scopes:
            yield from scope.nodes.values()

    def node(self, node_id: str) -> Node:
        """Return the flow node with this id, in whichever scope it is."""
        return next(scope.nodes[node_id] for scope in self.scopes if node_id in scope.nodes)


def children(node: etree._Element, tag: str) -> list[etree._Element]:
    """Return the direct BPMN children of ``node`` with the local name ``tag``."""
    return list(node.iterchildren(bpmn(tag)))


def text_of(node: etree._Element | None) -> str:
    """Return the text of ``node`` without surrounding blanks (empty when there is none)."""
    return (node.text or "").strip() if node is not None else ""


def extensions(node: etree._Element, tag: str) -> list[etree._Element]:
    """Return our extension elements ``yc:tag`` of ``node``."""
    return [found for box in node.iterchildren(_EXTENSIONS) for found in box.iterchildren(yc(tag))]


def own_extensions(node: etree._Element) -> list[etree._Element]:
    """Return every element of our namespace directly inside the extension elements of ``node``."""
    return [found for box in node.iterchildren(_EXTENSIONS) for found in box if namespace(found) == YC]


def variable(node: etree._Element) -> str:
    """Return the variable a data declaration stands for.

    Drawing tools make up ids and let people write the name, so an ASCII identifier in ``name`` is
    the variable; otherwise the id is.
    """
    name = node.get("name", "").strip()
    return name if name.isascii() and name.isidentifier() else node.get("id", "").strip()


def read_drawing(root: etree._Element) -> Drawing:
    """Return the drawing in the document ``root`` (which may hold no process at all)."""
    processes = list(root.iter(bpmn("process")))
    drawn = [process for process in processes if any(_is_node(child) for child in process)]
    chosen = (drawn or processes)[:1]
    drawing = Drawing(root, drawn or processes[:1], [], {}, {})
    for process in chosen:
        _read_scope(process, None, drawing.scopes)
        for declared in children(process, "property"):
            drawing.variables[declared.get("id", "")] = variable(declared)
        _read_lanes(process, drawing)
    return drawing


def _is_node(node: etree._Element) -> bool:
    return bpmn_name(node) in FLOW_NODE_KINDS


def _read_scope(xml: etree._Element, parent: Scope | None, found: list[Scope]) -> None:
    scope = Scope(xml.get("id", ""), local_name(xml), xml.get("name", "").strip(), xml, parent)
    found.append(scope)
    for child in xml:
        if _is_node(child):
            node = Node(child.get("id", ""), local_name(child), child.get("name", "").strip(), child, scope)
            scope.nodes.setdefault(node.id, node)
    scope.flows = [_read_flow(flow) for flow in children(xml, "sequenceFlow")]
    _link(scope)
    for node in list(scope.nodes.values()):
        if node.kind in SUBPROCESS_KINDS:
            _read_scope(node.xml, scope, found)


def _link(scope: Scope) -> None:
    for flow in scope.flows:
        if flow.source in scope.nodes:
            scope.nodes[flow.source].outgoing.append(flow)
        if flow.target in scope.nodes:
            scope.nodes[flow.target].incoming.append(flow)
    for node in scope.nodes.values():
        if node.attached_to in scope.nodes:
            scope.nodes[node.attached_to].boundaries.append(node)


def _read_flow(xml: etree._Element) -> Flow:
    conditions = children(xml, "conditionExpression")
    return Flow(
        xml.get("id", ""),
        xml.get("sourceRef", ""),
        xml.get("targetRef", ""),
        text_of(conditions[0]) if conditions else None,
        xml.get("name", "").strip(),
    )


def _read_lanes(process: etree._Element, drawing: Drawing) -> None:
    # Lanes may nest; document order puts the inner lane last, and the inner lane is the answer.
    # Spiff's own lane index is keyed by the address of a freed node and loses lanes, so it is not used.
    owner: dict[str, str] = {}
    for lane in process.iter(bpmn("lane")):
        lane_id = lane.get("id", "") or lane.get("name", "")
        drawing.lanes[lane_id] = lane.get("name", "").strip()
        for ref in children(lane, "flowNodeRef"):
            owner[text_of(ref)] = lane_id
    for scope in drawing.scopes:
        for node in scope.nodes.values():
            inherited = owner.get(scope.id, "") or _lane_of(scope)
            node.lane = owner.get(node.id, "") or owner.get(node.attached_to, "") or inherited


def _lane_of(scope: Scope) -> str:
    if scope.parent is None:
        return ""
    inside = scope.parent.nodes.get(scope.id)
    return inside.lane if inside is not None else ""
