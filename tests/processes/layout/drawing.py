"""Read a drawing back from a file and say what is wrong with it, independent of the program that made it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise, takewhile

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DI = "{http://www.omg.org/spec/DD/20100524/DI}"
Point = tuple[int, int]
HEADING, TASK_SIGN, LABEL_SIGN, LABEL_LINE = 14, 12, 11, 14
"""The widths of a Chinese character where it is drawn largest: a strip, a task, a label; and the lines of a label."""
LEADING, AROUND, FOOT, STRIP = 15, 5, 18, 30
"""The lines of a task and what it leaves free beside and below them; the strip with the name of a lane or pool."""


@dataclass(frozen=True)
class Area:
    """A rectangle of the drawing."""

    x: int
    y: int
    width: int
    height: int

    def overlaps(self, other: Area) -> bool:
        level = self.x < other.x + other.width and other.x < self.x + self.width
        return level and self.y < other.y + other.height and other.y < self.y + self.height

    def holds(self, other: Area) -> bool:
        level = self.x <= other.x and other.x + other.width <= self.x + self.width
        return level and self.y <= other.y and other.y + other.height <= self.y + self.height

    def has_on_side(self, point: Point) -> bool:
        x, y = point
        on_upright = x in (self.x, self.x + self.width) and self.y <= y <= self.y + self.height
        on_level = y in (self.y, self.y + self.height) and self.x <= x <= self.x + self.width
        return on_upright or on_level

    def is_entered_by(self, start: Point, end: Point) -> bool:
        """Tell whether a level or upright line runs through the inside."""
        low_x, high_x = sorted((start[0], end[0]))
        low_y, high_y = sorted((start[1], end[1]))
        crosses_x = low_x < self.x + self.width and self.x < high_x if low_x != high_x else self._over_x(low_x)
        crosses_y = low_y < self.y + self.height and self.y < high_y if low_y != high_y else self._over_y(low_y)
        return crosses_x and crosses_y

    def _over_x(self, x: int) -> bool:
        return self.x < x < self.x + self.width

    def _over_y(self, y: int) -> bool:
        return self.y < y < self.y + self.height


@dataclass(frozen=True)
class Drawing:
    """What one file draws, by the id of what is drawn; ``hosts`` of boundary events, ``ends`` of flows."""

    nodes: dict[str, Area]
    lanes: dict[str, Area]
    pools: dict[str, Area]
    edges: dict[str, tuple[Point, ...]]
    labels: dict[str, Area]
    hosts: dict[str, str]
    ends: dict[str, tuple[str, str]]
    lane_of: dict[str, str]
    names: dict[str, str]
    boxes: set[str]
    """The pools that are black boxes."""


def read(xml: bytes) -> Drawing:
    """Read the drawing of a file; everything the process has must be drawn."""
    root = etree.fromstring(xml)
    areas = {shape.get("bpmnElement", ""): _area(shape) for shape in root.iter(f"{BPMNDI}BPMNShape")}
    edges = {edge.get("bpmnElement", ""): _path(edge) for edge in root.iter(f"{BPMNDI}BPMNEdge")}
    labels = {
        label.getparent().get("bpmnElement"): _area(label)  # type: ignore[union-attr]  # A label has a parent.
        for label in root.iter(f"{BPMNDI}BPMNLabel")
    }
    lanes = [lane.get("id", "") for lane in root.iter(f"{BPMN}lane")]
    pools = [pool.get("id", "") for pool in root.iter(f"{BPMN}participant")]
    flows = [*root.iter(f"{BPMN}sequenceFlow", f"{BPMN}messageFlow")]
    return Drawing(
        nodes={identity: area for identity, area in areas.items() if identity not in {*lanes, *pools}},
        lanes={identity: areas[identity] for identity in lanes},
        pools={identity: areas[identity] for identity in pools},
        edges=edges,
        labels=labels,  # type: ignore[arg-type]  # Shapes and edges always name what they draw.
        hosts={e.get("id", ""): e.get("attachedToRef", "") for e in root.iter(f"{BPMN}boundaryEvent")},
        ends={flow.get("id", ""): (flow.get("sourceRef", ""), flow.get("targetRef", "")) for flow in flows},
        lane_of={
            reference.text or "": lane.get("id", "")
            for lane in root.iter(f"{BPMN}lane")
            for reference in lane.iterfind(f"{BPMN}flowNodeRef")
        },
        names={element.get("id", ""): element.get("name", "") for element in root.iter(f"{BPMN}*")},
        boxes={pool.get("id", "") for pool in root.iter(f"{BPMN}participant") if pool.get("processRef") is None},
    )


def _area(element: etree._Element) -> Area:
    bounds = element.find(f"{DC}Bounds")
    assert bounds is not None
    return Area(*(int(bounds.get(name, "")) for name in ("x", "y", "width", "height")))


def _path(edge: etree._Element) -> tuple[Point, ...]:
    return tuple((int(point.get("x", "")), int(point.get("y", ""))) for point in edge.iterfind(f"{DI}waypoint"))


def faults(drawing: Drawing) -> list[str]:
    """Return what makes a drawing wrong, whatever the process: nothing hidden, nothing loose, nothing slanted."""
    return [*_faults_of_shapes(drawing), *_faults_of_edges(drawing)]


def _faults_of_shapes(drawing: Drawing) -> Iterator[str]:
    for (one, area), (other, other_area) in combinations(drawing.nodes.items(), 2):
        attached = drawing.hosts.get(one) == other or drawing.hosts.get(other) == one
        if area.overlaps(other_area) and not attached:
            yield f"{one} lies on {other}"
    for node, area in drawing.nodes.items():
        if node in drawing.lane_of and not drawing.lanes[drawing.lane_of[node]].holds(area):
            yield f"{node} stands outside its lane"
    for areas in (drawing.lanes, drawing.pools):
        for (one, area), (other, other_area) in combinations(areas.items(), 2):
            if area.overlaps(other_area):
                yield f"{one} lies on {other}"
    yield from _faults_of_boundaries(drawing)


def _faults_of_boundaries(drawing: Drawing) -> Iterator[str]:
    for event, host in drawing.hosts.items():
        middle = drawing.nodes[event]
        centre = (middle.x + middle.width // 2, middle.y + middle.height // 2)
        if not drawing.nodes[host].has_on_side(centre):
            yield f"{event} does not sit on {host}"


def _faults_of_edges(drawing: Drawing) -> Iterator[str]:
    places = drawing.nodes | drawing.pools
    for flow, path in drawing.edges.items():
        source, target = drawing.ends[flow]
        if not (places[source].has_on_side(path[0]) and places[target].has_on_side(path[-1])):
            yield f"{flow} does not start and end at its shapes"
        for start, end in pairwise(path):
            if start[0] != end[0] and start[1] != end[1]:
                yield f"{flow} runs slanted"
            through = [node for node, area in drawing.nodes.items() if area.is_entered_by(start, end)]
            yield from (f"{flow} runs through {node}" for node in through)


def hidden_labels(drawing: Drawing) -> list[str]:
    """Return labels that lie on a shape, a line or another label."""
    found = [
        f"{label} lies on {node}"
        for label, area in drawing.labels.items()
        for node, shape in drawing.nodes.items()
        if area.overlaps(shape)
    ]
    found += [
        f"{one} and {other} lie on each other"
        for (one, area), (other, other_area) in combinations(drawing.labels.items(), 2)
        if area.overlaps(other_area)
    ]
    found += [
        f"{flow} runs through the label of {label}"
        for label, area in drawing.labels.items()
        for flow, path in drawing.edges.items()
        if any(area.is_entered_by(start, end) for start, end in pairwise(path))
    ]
    return found


def meetings(drawing: Drawing) -> list[str]:
    """Return the pairs of flows that cross, touch or run on top of each other.

    Two flows may leave one point of their common source, and two to one target may arrive as one line.
    """
    points = {flow: _points(path[::-1]) for flow, path in drawing.edges.items()}
    return [
        f"{one} meets {other}"
        for one, other in combinations(drawing.edges, 2)
        if (set(points[one]) & set(points[other])) - _shared(drawing, points, one, other)
    ]


def _shared(drawing: Drawing, points: dict[str, list[Point]], one: str, other: str) -> set[Point]:
    """Return the points two flows may share: the start at a common source, and the end they run to as one."""
    (source, target), (other_source, other_target) = drawing.ends[one], drawing.ends[other]
    shared = {points[one][-1]} if source == other_source and points[one][-1] == points[other][-1] else set()
    if target != other_target:
        return shared
    pairs = zip(points[one], points[other], strict=False)
    return shared | {here for here, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)}


def _points(path: tuple[Point, ...]) -> list[Point]:
    """Return every pixel of a line that runs level and upright."""
    points = [path[0]]
    for (x1, y1), (x2, y2) in pairwise(path):
        x, y = x2 - x1, y2 - y1
        length = max(abs(x), abs(y))
        points += [(x1 + x * step // length, y1 + y * step // length) for step in range(1, length + 1)]
    return points


def cut_words(drawing: Drawing) -> list[str]:
    """Return names with too little room: of a lane or pool along its strip, of a task, of a label, or over a border."""
    return [*_cut_headings(drawing), *_cut_tasks(drawing), *_cut_labels(drawing)]


def _cut_headings(drawing: Drawing) -> Iterator[str]:
    for strip, area in (drawing.lanes | drawing.pools).items():
        room = max(area.width, area.height) if strip in drawing.boxes else area.height
        if room < len(drawing.names[strip]) * HEADING + 2 * AROUND:
            yield f"the name of {strip} is longer than its strip"


def _cut_tasks(drawing: Drawing) -> Iterator[str]:
    for node, area in drawing.nodes.items():
        if node not in drawing.labels:
            lines = -(-len(drawing.names[node]) // ((area.width - 2 * AROUND) // TASK_SIGN))
            if lines * LEADING > area.height - 2 * FOOT:
                yield f"the name of {node} is longer than its shape"


def _cut_labels(drawing: Drawing) -> Iterator[str]:
    frames = [*drawing.lanes.items(), *drawing.pools.items()]
    for label, area in drawing.labels.items():
        if (area.width // LABEL_SIGN) * (area.height // LABEL_LINE) < len(drawing.names[label]):
            yield f"the name of {label} is longer than its label"
        for frame, other in frames:
            strip = Area(other.x, other.y, 0 if frame in drawing.boxes else STRIP, other.height)
            if (other.overlaps(area) and not other.holds(area)) or strip.overlaps(area):
                yield f"{label} lies on the border of {frame}"
