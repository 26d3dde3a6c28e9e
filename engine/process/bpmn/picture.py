"""A process file as it is drawn: shapes, connections and labels with their places, read from its BPMN DI.

Reading asks for nothing but well-formed XML: what has no place in the file is left out, so that a file
without a diagram gives an empty picture and its page still has the list in words.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from engine.process.bpmn.model import Node, extensions, read_drawing
from engine.process.bpmn.names import BPMNDI, bpmn
from engine.process.bpmn.xml import read_xml

_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_DI = "{http://www.omg.org/spec/DD/20100524/DI}"
MARGIN = 12
"""Pixels left free around the drawing."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in the drawing's pixels, ``x`` to the right and ``y`` down."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Shape:
    """A pool, lane or flow node: ``kind`` is its BPMN name, ``events`` its event definitions."""

    id: str
    kind: str
    name: str
    box: Box
    label: Box | None
    lane: str = ""
    called: str = ""
    clock: str = ""
    events: tuple[str, ...] = ()
    interrupting: bool = True
    repeated: str = ""
    """``parallel`` or ``sequential`` for an activity with several instances."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A sequence or message flow along its way-points; ``default`` marks the way of a gateway when nothing holds."""

    id: str
    kind: str
    name: str
    source: str
    target: str
    points: tuple[tuple[float, float], ...]
    label: Box | None
    default: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole drawing; ``frame`` encloses all of it."""

    process_id: str
    title: str
    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]
    frame: Box


def read_picture(xml: bytes) -> Picture:
    """Return the picture of the process in ``xml``; raise BpmnRefused when that is no plain XML document."""
    root = read_xml(xml)
    drawing = read_drawing(root)
    places = {shape.get("bpmnElement", ""): shape for shape in root.iter(_bpmndi("BPMNShape"))}
    ways = {edge.get("bpmnElement", ""): edge for edge in root.iter(_bpmndi("BPMNEdge"))}
    named = {one.get("id", ""): one for one in root.iter(bpmn("participant"), bpmn("lane"))}
    frames = [_frame(named[id], place) for id, place in places.items() if id in named]
    nodes = [_node(node, places[node.id]) for node in drawing.nodes() if node.id in places]
    shapes = [shape for shape in (*frames, *nodes) if shape is not None]
    edges = [edge for edge in _edges(root, ways) if len(edge.points) > 1]
    process = drawing.process
    name = "" if process is None else process.name or process.id
    return Picture("" if process is None else process.id, name, tuple(shapes), tuple(edges), _around(shapes, edges))


def _bpmndi(tag: str) -> str:
    return f"{{{BPMNDI}}}{tag}"


def _frame(element: etree._Element, place: etree._Element) -> Shape | None:
    box = _bounds(place)
    if box is None:
        return None
    kind = "lane" if element.tag == bpmn("lane") else "participant" if element.get("processRef") else "blackBox"
    return Shape(element.get("id", ""), kind, element.get("name", "").strip(), box, None)


def _node(node: Node, place: etree._Element) -> Shape | None:
    box = _bounds(place)
    if box is None:
        return None
    clocks, loop = extensions(node.xml, "clock"), node.loop
    repeated = ""
    if loop is not None:
        repeated = "sequential" if loop.get("isSequential") == "true" else "parallel"
    return Shape(
        id=node.id,
        kind=node.kind,
        name=node.name,
        box=box,
        label=_label(place),
        lane=node.lane,
        called=node.called,
        clock=clocks[0].get("name", "") if clocks else "",
        events=tuple(node.events),
        interrupting=node.interrupting,
        repeated=repeated,
    )


def _edges(root: etree._Element, ways: dict[str, etree._Element]) -> list[Edge]:
    defaults = {node.get("default", "") for node in root.iter() if node.get("default")}
    found = []
    for flow in root.iter(bpmn("sequenceFlow"), bpmn("messageFlow")):
        way = ways.get(flow.get("id", ""))
        if way is not None:
            found.append(_edge(flow, way, default=flow.get("id", "") in defaults))
    return found


def _edge(flow: etree._Element, way: etree._Element, *, default: bool) -> Edge:
    points = [_point(one) for one in way.iterchildren(f"{_DI}waypoint")]
    return Edge(
        id=flow.get("id", ""),
        kind="message" if flow.tag == bpmn("messageFlow") else "sequence",
        name=flow.get("name", "").strip(),
        source=flow.get("sourceRef", ""),
        target=flow.get("targetRef", ""),
        points=tuple(point for point in points if point is not None),
        label=_label(way),
        default=default,
    )


def _label(place: etree._Element) -> Box | None:
    for label in place.iterchildren(_bpmndi("BPMNLabel")):
        return _bounds(label)
    return None


def _bounds(place: etree._Element) -> Box | None:
    for bounds in place.iterchildren(f"{_DC}Bounds"):
        numbers = [_number(bounds.get(name)) for name in ("x", "y", "width", "height")]
        return None if None in numbers else Box(*(one for one in numbers if one is not None))
    return None


def _point(place: etree._Element) -> tuple[float, float] | None:
    x, y = _number(place.get("x")), _number(place.get("y"))
    return None if x is None or y is None else (x, y)


def _number(text: str | None) -> float | None:
    """Return a coordinate; None for what is no number or so far away that no screen shows it."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if -100_000 < value < 100_000 else None


def _around(shapes: list[Shape], edges: list[Edge]) -> Box:
    labels = [shape.label for shape in shapes] + [edge.label for edge in edges]
    boxes = [box for box in labels if box is not None] + [shape.box for shape in shapes]
    xs = [x for box in boxes for x in (box.x, box.right)] + [x for edge in edges for x, _ in edge.points]
    ys = [y for box in boxes for y in (box.y, box.bottom)] + [y for edge in edges for _, y in edge.points]
    if not xs or not ys:
        return Box(0, 0, 0, 0)
    left, top = min(xs) - MARGIN, min(ys) - MARGIN
    return Box(left, top, max(xs) + MARGIN - left, max(ys) + MARGIN - top)
