"""Draw a process: a lane-grid layout that turns a BPMN tree into BPMN DI (4.1.3: the flow is shown to the citizen).

Columns follow the longest path, rows the lanes; flows run level and upright and do not enter shapes.  The result
depends on nothing but the process itself: laying out twice gives the same bytes.
"""

from __future__ import annotations

from lxml import etree

from processes import bpmn_file
from processes.layout import frame, graph, keeping, labelling, messages, placing, routing, writing
from processes.layout.graph import LayoutRefused

__all__ = ["LayoutRefused", "lay_out"]


def lay_out(xml: bytes, keep: bool = False) -> bytes:
    """Return the BPMN file with a fresh diagram in place of the one it had.

    With ``keep`` the shapes stay in the columns and rows they are drawn in, as far as all of them are drawn; the grid,
    the flows and the names are laid anew.
    Raises BpmnUnreadable when the file cannot be read and LayoutRefused when it holds what is not drawn.
    """
    root = bpmn_file.read(xml)
    process = graph.read(root)
    cells = keeping.kept(process, root) if keep else None
    boxes = frame.build(process, cells or placing.place(process))
    paths = routing.route(process, boxes, labelling.usual_places(process, boxes), messages.straight(process, boxes))
    paths |= messages.route(process, boxes, paths)
    writing.write(root, process, boxes, paths, labelling.place(process, boxes, paths))
    body = etree.tostring(root, encoding="UTF-8", xml_declaration=False)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"
