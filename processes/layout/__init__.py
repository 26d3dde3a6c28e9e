"""Draw a process: a lane-grid layout that turns a BPMN tree into BPMN DI (4.1.3: the flow is shown to the citizen).

Columns follow the longest path, rows the lanes; flows run level and upright and do not enter shapes.  The result
depends on nothing but the process itself: laying out twice gives the same bytes.
"""

from __future__ import annotations

from lxml import etree

from processes import bpmn_file
from processes.layout import frame, graph, labelling, messages, placing, routing, writing
from processes.layout.graph import LayoutRefused

__all__ = ["LayoutRefused", "lay_out"]


def lay_out(xml: bytes) -> bytes:
    """Return the BPMN file with a fresh diagram in place of the one it had.

    Raises BpmnUnreadable when the file cannot be read and LayoutRefused when it holds what is not drawn.
    """
    root = bpmn_file.read(xml)
    process = graph.read(root)
    boxes = frame.build(process, placing.place(process))
    paths = routing.route(process, boxes, labelling.usual_places(process, boxes))
    paths |= messages.route(process, boxes, paths)
    writing.write(root, process, boxes, paths, labelling.place(process, boxes, paths))
    body = etree.tostring(root, encoding="UTF-8", xml_declaration=False)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"
