"""Write a drawing as BPMN DI into the tree it was made for; what the process says is left untouched."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from processes.bpmn_file import NAMESPACES, tag
from processes.layout.frame import Frame
from processes.layout.geometry import Box, Path
from processes.layout.graph import Graph

NSMAP = {prefix: NAMESPACES[prefix] for prefix in ("bpmndi", "dc", "di")}


def write(
    root: etree._Element, graph: Graph, frame: Frame, paths: Mapping[str, Path], labels: Mapping[str, Box]
) -> None:
    """Replace whatever diagrams the tree has by this one."""
    for old in list(root.iterchildren(tag("bpmndi", "BPMNDiagram"))):
        root.remove(old)
    diagram = etree.Element(tag("bpmndi", "BPMNDiagram"), id=f"Diagram_{graph.process}", nsmap=NSMAP)
    plane = _child(diagram, "bpmndi", "BPMNPlane", id=f"Plane_{graph.process}", bpmnElement=graph.plane)
    for identity, box in (*frame.pools.items(), *frame.lanes.items()):
        if identity:
            _shape(plane, identity, box, isHorizontal="true")
    for node in graph.nodes.values():
        marker = {"isMarkerVisible": "true"} if node.exclusive else {}
        _label(_shape(plane, node.id, frame.nodes[node.id], **marker), labels.get(node.id))
    for flow in (*graph.flows, *graph.messages):
        edge = _child(plane, "bpmndi", "BPMNEdge", id=f"{flow.id}_di", bpmnElement=flow.id)
        for x, y in paths[flow.id]:
            _child(edge, "di", "waypoint", x=str(x), y=str(y))
        _label(edge, labels.get(flow.id))
    _set_apart(root, diagram)


def _shape(plane: etree._Element, identity: str, box: Box, **attributes: str) -> etree._Element:
    shape = _child(plane, "bpmndi", "BPMNShape", id=f"{identity}_di", bpmnElement=identity, **attributes)
    _bounds(shape, box)
    return shape


def _label(parent: etree._Element, box: Box | None) -> None:
    if box is not None:
        _bounds(_child(parent, "bpmndi", "BPMNLabel"), box)


def _bounds(parent: etree._Element, box: Box) -> None:
    _child(parent, "dc", "Bounds", x=str(box.x), y=str(box.y), width=str(box.width), height=str(box.height))


def _child(parent: etree._Element, prefix: str, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, tag(prefix, name), attributes)


def _set_apart(root: etree._Element, diagram: etree._Element) -> None:
    """Append the diagram with the file's own indentation, so that writing twice gives the same bytes."""
    etree.indent(diagram, "  ", level=1)
    diagram.tail = "\n"
    if len(root):
        root[-1].tail = "\n  "
    root.append(diagram)
