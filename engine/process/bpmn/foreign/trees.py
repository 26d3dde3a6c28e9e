"""Changing the tree of a file: our settings put in, ids renamed, everything else left as it is."""

from __future__ import annotations

from lxml import etree

from engine.process.bpmn.model import children
from engine.process.bpmn.names import YC, bpmn, yc
from engine.process.bpmn.xml import local_name

_REFERRING = frozenset(
    {
        "sourceRef", "targetRef", "attachedToRef", "default", "processRef", "bpmnElement", "dataObjectRef",
        "dataStoreRef", "messageRef", "signalRef", "errorRef", "escalationRef", "activityRef", "itemSubjectRef",
    }
)  # fmt: skip
_REFERRING_TEXTS = frozenset({"incoming", "outgoing", "flowNodeRef", "loopDataInputRef", "loopDataOutputRef"})
_FIRST = ("documentation", "extensionElements", "auditing", "monitoring", "supportedInterfaceRef", "ioSpecification")


def said(node: etree._Element, tag: str, **attributes: str) -> etree._Element:
    """Put our extension element ``yc:tag`` into an element and return it; one that is there gets the attributes."""
    boxes = children(node, "extensionElements")
    if boxes:
        box = boxes[0]
    else:
        box = etree.Element(bpmn("extensionElements"))
        node.insert(len(children(node, "documentation")), box)
    there = list(box.iterchildren(yc(tag)))
    ours = there[0] if there else etree.SubElement(box, yc(tag), nsmap={"yc": YC})
    for name, value in attributes.items():
        if value:
            ours.set(name, value)
    return ours


def declare(process: etree._Element, variable: str) -> None:
    """Declare a variable on the process, as a drawing tool keeps it; one that is declared stays."""
    if any(one.get("id") == variable for one in children(process, "property")):
        return
    place = sum(1 for child in process if local_name(child) in (*_FIRST, "property"))
    process.insert(place, etree.Element(bpmn("property"), id=variable, name=variable))


def rename(root: etree._Element, old: str, new: str) -> None:
    """Give the element ``old`` another id, wherever it is named."""
    for node in root.iter():
        if node.get("id") == old:
            node.set("id", new)
        for name in _REFERRING & set(node.attrib):
            if node.get(name) == old:
                node.set(name, new)
        if local_name(node) in _REFERRING_TEXTS and (node.text or "").strip() == old:
            node.text = new


def free_id(root: etree._Element, wanted: str) -> str:
    """Return ``wanted``, or it with a number, so that no element has it yet."""
    taken = {node.get("id") for node in root.iter()}
    number = 1
    made = wanted
    while made in taken:
        number += 1
        made = f"{wanted}_{number}"
    return made
