"""Lanes for a process that has none: whoever reads it must see whose steps these are (rule I6)."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from engine.process.bpmn.foreign.trees import free_id
from engine.process.bpmn.model import children, text_of
from engine.process.bpmn.names import BPMNDI, FLOW_NODE_KINDS, bpmn
from engine.process.bpmn.xml import bpmn_name, local_name

DC = "http://www.omg.org/spec/DD/20100524/DC"
HEAD = 30.0
"""Width of the strip with the name of a pool or a lane, in the units of the drawing."""
AROUND = 40.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the drawing."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: Box) -> bool:
        """Tell whether the middle of another rectangle lies in this one."""
        across, down = (other.left + other.right) / 2, (other.top + other.bottom) / 2
        return self.left <= across <= self.right and self.top <= down <= self.bottom


def give_lane(root: etree._Element, process: etree._Element, name: str) -> str:
    """Put all of a process without lanes into one lane, drawn where the file has a drawing; return the lane's name."""
    pools = [one for one in root.iter(bpmn("participant")) if one.get("processRef") == process.get("id")]
    participant = pools[0] if pools else None
    title = str((participant.get("name") if participant is not None else "") or process.get("name") or name)
    lanes = etree.Element(bpmn("laneSet"), id=free_id(root, f"LS_{process.get('id')}"))
    lane = etree.SubElement(lanes, bpmn("lane"), id=free_id(root, f"L_{process.get('id')}"), name=title)
    for child in process:
        if bpmn_name(child) in FLOW_NODE_KINDS:
            etree.SubElement(lane, bpmn("flowNodeRef")).text = child.get("id", "")
    first = next((place for place, child in enumerate(process) if _comes_after_lanes(child)), len(process))
    process.insert(first, lanes)
    _draw(root, process, participant, lane)
    return title


def put_into_lanes(root: etree._Element, process: etree._Element) -> list[str]:
    """Put the nodes that no lane names into the lane they are drawn in, else into the first; return their ids."""
    lanes = list(process.iter(bpmn("lane")))
    owned = {text_of(one) for lane in lanes for one in children(lane, "flowNodeRef")}
    boxes = drawn_boxes(root)
    homeless = [
        child.get("id", "")
        for child in process
        if bpmn_name(child) in FLOW_NODE_KINDS - {"boundaryEvent"} and child.get("id", "") not in owned
    ]
    for id in homeless:
        drawn = [one for one in lanes if id in boxes and one.get("id", "") in boxes]
        # Lanes may nest: the inner one comes later in the file.
        inside = [one for one in drawn if boxes[one.get("id", "")].holds(boxes[id])]
        etree.SubElement(inside[-1] if inside else lanes[0], bpmn("flowNodeRef")).text = id
    return homeless


def drawn_boxes(root: etree._Element) -> dict[str, Box]:
    """Return the rectangle in which each element is drawn, by its id."""
    found: dict[str, Box] = {}
    for shape in root.iter(f"{{{BPMNDI}}}BPMNShape"):
        for bounds in shape.iterchildren(f"{{{DC}}}Bounds"):
            try:
                x, y, width, height = (float(bounds.get(name, "0")) for name in ("x", "y", "width", "height"))
            except ValueError:
                continue
            found[shape.get("bpmnElement", "")] = Box(x, y, x + width, y + height)
    return found


def _comes_after_lanes(child: etree._Element) -> bool:
    return bpmn_name(child) in FLOW_NODE_KINDS or local_name(child) in ("sequenceFlow", "dataObject", "textAnnotation")


def _draw(
    root: etree._Element, process: etree._Element, participant: etree._Element | None, lane: etree._Element
) -> None:
    planes = list(root.iter(f"{{{BPMNDI}}}BPMNPlane"))
    boxes = drawn_boxes(root)
    inside = [boxes[one.get("id", "")] for one in process.iter() if one.get("id", "") in boxes]
    if not planes or not inside:
        return
    plane = planes[0]
    if participant is not None and participant.get("id") in boxes:
        outer = boxes[participant.get("id", "")]
    else:
        outer = Box(
            min(one.left for one in inside) - AROUND - 2 * HEAD, min(one.top for one in inside) - AROUND,
            max(one.right for one in inside) + AROUND, max(one.bottom for one in inside) + AROUND,
        )  # fmt: skip
        participant = participant if participant is not None else _pool(root, process, plane)
        _shape(plane, 0, participant.get("id", ""), outer)
    _shape(plane, 1, lane.get("id", ""), Box(outer.left + HEAD, outer.top, outer.right, outer.bottom))


def _pool(root: etree._Element, process: etree._Element, plane: etree._Element) -> etree._Element:
    there = list(root.iterchildren(bpmn("collaboration")))
    collaboration = there[0] if there else etree.Element(bpmn("collaboration"), id=free_id(root, "C_collaboration"))
    if not there:
        root.insert(list(root).index(process), collaboration)
        plane.set("bpmnElement", collaboration.get("id", ""))
    return etree.SubElement(
        collaboration, bpmn("participant"), id=free_id(root, f"P_{process.get('id')}"),
        name=str(process.get("name") or process.get("id", "")), processRef=process.get("id", ""),
    )  # fmt: skip


def _shape(plane: etree._Element, place: int, element: str, box: Box) -> None:
    shape = etree.Element(f"{{{BPMNDI}}}BPMNShape", id=f"{element}_di", bpmnElement=element, isHorizontal="true")
    bounds = etree.SubElement(shape, f"{{{DC}}}Bounds", nsmap={"dc": DC})
    for name, value in (
        ("x", box.left), ("y", box.top), ("width", box.right - box.left), ("height", box.bottom - box.top),
    ):  # fmt: skip
        bounds.set(name, f"{value:g}")
    plane.insert(place, shape)
