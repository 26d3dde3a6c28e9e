"""The one door by which XML comes in.

libxml2's defaults stop most attacks; this module does not rely on defaults.  A document type
declaration is refused outright, because no BPMN tool writes one and every entity attack needs one.
"""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.process.bpmn.names import BPMN
from engine.process.bpmn.problems import BpmnRefused, error

MAX_BYTES: Final = 2 * 1024 * 1024
"""Largest file taken, in bytes: a hand-drawn process is under 200 KB."""

MAX_DEPTH: Final = 64
"""Deepest nesting of elements taken: lanes in pools in diagrams reach about 12."""

_IN_BPMN: Final = f"{{{BPMN}}}"

_ENCODINGS: Final = frozenset({"UTF-8", "UTF8", "US-ASCII", "ASCII"})


def _refuse(rule: str, sentence: str) -> BpmnRefused:
    return BpmnRefused([error("", rule, sentence)])


def _doctype() -> BpmnRefused:
    return _refuse("xml-doctype", "文件里有 DOCTYPE 声明，出于安全原因不接受。请删除该声明。")


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_pis=True,
        remove_comments=True,
        recover=False,
    )


def read_xml(data: bytes) -> etree._Element:
    """Return the root element of the document in ``data``.

    Comments and processing instructions are dropped, so that every node below is an element.
    Raises :class:`BpmnRefused` for anything that is not a small, plain, UTF-8 XML document.
    """
    if len(data) > MAX_BYTES:
        raise _refuse("file-too-large", "文件超过 2 MB，不像是流程图。请检查是否选错了文件。")
    if b"<!DOCTYPE" in data:
        raise _doctype()
    if b"\x00" in data:
        raise _refuse("xml-broken", "文件不是 UTF-8 编码的 XML。请用流程设计器重新导出。")
    try:
        root = etree.fromstring(data, _parser())
    except (etree.XMLSyntaxError, ValueError, LookupError) as fault:
        line = getattr(fault, "lineno", None)
        place = f"（第 {line} 行附近）" if line else ""
        raise _refuse("xml-broken", f"文件不是完整的 XML{place}，无法读取。请用流程设计器重新导出。") from None
    info = root.getroottree().docinfo
    if info.internalDTD is not None or info.doctype:
        raise _doctype()
    if (info.encoding or "UTF-8").upper() not in _ENCODINGS:
        raise _refuse("xml-encoding", "文件编码不是 UTF-8。请另存为 UTF-8 后再试。")
    _refuse_deep(root)
    return root


def _refuse_deep(root: etree._Element) -> None:
    level: list[etree._Element] = [root]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in node]
        if not level:
            return
    raise _refuse("xml-depth", f"文件的元素嵌套超过 {MAX_DEPTH} 层，不接受。请简化流程图。")


def local_name(node: etree._Element) -> str:
    """Return the tag of ``node`` without its namespace."""
    return node.tag.rpartition("}")[2]


def bpmn_name(node: etree._Element) -> str:
    """Return the local name of a BPMN element, and nothing for an element of another namespace."""
    tag: str = node.tag
    return tag[len(_IN_BPMN) :] if tag.startswith(_IN_BPMN) else ""


def namespace(node: etree._Element) -> str:
    """Return the namespace of ``node`` (empty when it has none)."""
    return node.tag[1:].partition("}")[0] if node.tag.startswith("{") else ""
