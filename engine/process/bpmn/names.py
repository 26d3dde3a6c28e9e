"""The words of the file format: namespaces, tags and reserved ids."""

from __future__ import annotations

from typing import Final

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI: Final = "http://www.omg.org/spec/BPMN/20100524/DI"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
YC: Final = "urn:yichuang:bpmn:1"
"""Namespace of the platform's own extension elements, prefix ``yc``."""

DRAWING_NAMESPACES: Final = frozenset(
    {
        BPMN,
        BPMNDI,
        XSI,
        "http://www.omg.org/spec/DD/20100524/DC",
        "http://www.omg.org/spec/DD/20100524/DI",
        "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
        "http://bpmn.io/schema/bpmn/biocolor/1.0",
        "http://www.w3.org/XML/1998/namespace",
    }
)
"""Namespaces that carry the standard model, its layout and its colours: nothing in them is lost on us."""

TASK_KINDS: Final = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "scriptTask",
        "businessRuleTask",
        "sendTask",
        "receiveTask",
    }
)
SUBPROCESS_KINDS: Final = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITY_KINDS: Final = TASK_KINDS | SUBPROCESS_KINDS | {"callActivity"}
GATEWAY_KINDS: Final = frozenset(
    {
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "complexGateway",
        "eventBasedGateway",
    }
)
EVENT_KINDS: Final = frozenset(
    {
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
    }
)
FLOW_NODE_KINDS: Final = ACTIVITY_KINDS | GATEWAY_KINDS | EVENT_KINDS

RESERVED_IDS: Final = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin"})
"""Names SpiffWorkflow gives to its own nodes: an element with such an id silently disappears."""

RESERVED_SUFFIXES: Final = (
    ".EndJoin",
    ".BoundaryEventSplit",
    ".BoundaryEventJoin",
    " [child]",
    "[child]",
)
"""Endings SpiffWorkflow appends to ids to name its own nodes."""


def bpmn(tag: str) -> str:
    """Return the full lxml tag of a BPMN element."""
    return f"{{{BPMN}}}{tag}"


def yc(tag: str) -> str:
    """Return the full lxml tag of one of our extension elements."""
    return f"{{{YC}}}{tag}"
