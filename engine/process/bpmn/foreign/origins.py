"""Which tool a file comes from: by its namespaces first, then by what its exporter wrote."""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.process.bpmn.names import YC
from engine.process.bpmn.problems import BpmnRefused
from engine.process.bpmn.xml import namespace, read_xml

CAMUNDA: Final = "http://camunda.org/schema/1.0/bpmn"
ZEEBE: Final = "http://camunda.org/schema/zeebe/1.0"
FLOWABLE: Final = "http://flowable.org/bpmn"
ACTIVITI: Final = "http://activiti.org/bpmn"
SIGNAVIO: Final = "http://www.signavio.com"
MODELER: Final = "http://camunda.org/schema/modeler/1.0"

ATTRIBUTE_SPACES: Final = (CAMUNDA, FLOWABLE, ACTIVITI)
"""Tools that write their settings as attributes of the elements, by the same names."""

_BY_SPACE: Final = (
    (ZEEBE, "Camunda 8"),
    (CAMUNDA, "Camunda 7"),
    (FLOWABLE, "Flowable"),
    (ACTIVITI, "Activiti"),
    (SIGNAVIO, "Signavio"),
)
_BY_EXPORTER: Final = (
    ("signavio", "Signavio"),
    ("camunda", "Camunda Modeler"),
    ("flowable", "Flowable"),
    ("activiti", "Activiti"),
    ("bpmn.io", "bpmn.io"),
    ("bpmn-js", "bpmn.io"),
)

OURS: Final = "一窗通"
UNKNOWN: Final = "其他工具"


def origin(root: etree._Element) -> str:
    """Return the name of the tool that a file was drawn with, as people know it."""
    used = _spaces(root)
    if YC in used:
        return OURS
    for space, tool in _BY_SPACE:
        if space in used:
            return tool
    exporter = root.get("exporter", "").lower()
    return next((tool for word, tool in _BY_EXPORTER if word in exporter), UNKNOWN)


def foreign_origin(xml: bytes) -> str:
    """Return the tool that a file was drawn with, or nothing for one of ours and for what is no readable XML."""
    try:
        found = origin(read_xml(xml))
    except BpmnRefused:
        return ""
    return "" if found == OURS else found


def _spaces(root: etree._Element) -> set[str]:
    """Return the namespaces that anything in the file belongs to; one that is only declared says nothing."""
    found = {namespace(node) for node in root.iter()}
    for node in root.iter():
        found |= {str(name)[1:].partition("}")[0] for name in node.attrib if str(name).startswith("{")}
    if root.get("targetNamespace", "").startswith(SIGNAVIO):
        found.add(SIGNAVIO)
    return found
