"""What a BPMN file means, whoever wrote it: two files with the same meaning differ in spelling only.

``meaning(xml)`` is a nested tuple of everything in the file: every element with its namespace, attributes, text and
children.  Spelling is left out: prefixes, white space between elements, the order of attributes, the order of kinds of
children where BPMN fixes it (a schema sequence), numbers as ``100`` or ``100.0``, and a label that says nothing of
where it stands.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
NUMBER = re.compile(r"-?\d+(\.\d+)?")
DEFAULTS = {"isInterrupting": "true", "cancelActivity": "true", "isSequential": "false"}
"""What an attribute says when it is not written, by the standard's schema."""


def meaning(xml: bytes) -> Any:
    """Return what the file says, comparable with ``==``."""
    root = etree.fromstring(xml, etree.XMLParser(remove_comments=True, remove_pis=True, resolve_entities=False))
    return _meaning(root)


def _meaning(node: etree._Element) -> Any:
    kinds: dict[str, list[Any]] = {}
    for child in node:
        if str(child.tag).endswith("}BPMNLabel") and not len(child) and not child.attrib:
            continue
        kinds.setdefault(str(child.tag), []).append(_meaning(child))
    children = tuple(sorted((tag, _order(tag, each)) for tag, each in kinds.items()))
    return (str(node.tag), _attributes(node), _text(node), children)


def _order(tag: str, children: list[Any]) -> tuple[Any, ...]:
    # Which flow nodes lie in a lane, or which flows go in and out, is a set; everything else keeps its order.
    if tag.rpartition("}")[2] in ("flowNodeRef", "incoming", "BPMNShape", "BPMNEdge"):
        return tuple(sorted(children))
    return tuple(children)


def _attributes(node: etree._Element) -> tuple[tuple[str, str], ...]:
    said = {}
    for name, value in node.attrib.items():
        text = _qualified(node, str(value)) if name == XSI_TYPE else _number(str(value))
        said[str(name)] = text
    for name, usual in DEFAULTS.items():
        if said.get(name) == usual:
            del said[name]
    return tuple(sorted(said.items()))


def _qualified(node: etree._Element, name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{node.nsmap.get(prefix or None, '')}}}{local}"


def _number(text: str) -> str:
    return f"{float(text):g}" if NUMBER.fullmatch(text) and len(text) < 12 else text


def _text(node: etree._Element) -> str:
    text = node.text or ""
    return text.strip() if len(node) or not text.strip() else text
