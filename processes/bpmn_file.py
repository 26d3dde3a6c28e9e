"""Read a BPMN file the safe way, and the few facts about it that this room needs.

What a process may contain and whether it runs is the business of engine.process.bpmn; here a file is only opened.
"""

from __future__ import annotations

from lxml import etree

NAMESPACES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "dmn": "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "yc": "urn:yichuang:bpmn:1",
}
MOST_BYTES = 2_000_000
"""A drawing of one process is some ten kilobytes; anything near this size is not one."""


class BpmnUnreadable(ValueError):
    """流程图文件无法读出：{reason}。请换一个完好的 BPMN 2.0 文件。"""

    code = "BPMN_UNREADABLE"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        self.sentence = (type(self).__doc__ or "").strip().format(reason=reason)
        super().__init__(self.sentence)


def read(xml: bytes) -> etree._Element:
    """Return the root element; no document type, entity, network access or oversize file gets in.

    Raises BpmnUnreadable with a Chinese sentence.
    """
    root = _opened(xml)
    if root.tag != tag("bpmn", "definitions"):
        raise BpmnUnreadable("不是 BPMN 2.0 文件")
    return root


def decisions_id(xml: bytes) -> str:
    """Return the id of a DMN file, by which it is released; raise BpmnUnreadable when it is none."""
    root = _opened(xml)
    if root.tag != tag("dmn", "definitions"):
        raise BpmnUnreadable("不是 DMN 1.3 文件")
    return root.get("id", "")


def _opened(xml: bytes) -> etree._Element:
    if len(xml) > MOST_BYTES:
        raise BpmnUnreadable(f"文件超过 {MOST_BYTES // 1_000_000} MB")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_blank_text=False
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as fault:
        raise BpmnUnreadable(f"不是合格的 XML（{fault}）") from fault
    if root.getroottree().docinfo.internalDTD is not None:
        raise BpmnUnreadable("不接受带 DOCTYPE 声明的文件")
    return root


def tag(prefix: str, name: str) -> str:
    """Return the qualified tag of ``prefix:name``, e.g. ``tag("bpmn", "process")``."""
    return f"{{{NAMESPACES[prefix]}}}{name}"


def executable_process_id(root: etree._Element) -> str:
    """Return the id of the one executable process of the file; raise BpmnUnreadable when there is not exactly one."""
    executable = [process for process in root.iter(tag("bpmn", "process")) if process.get("isExecutable") == "true"]
    ids = [process.get("id") or "" for process in executable]
    if len(ids) != 1 or not ids[0]:
        raise BpmnUnreadable(f"应有且只有一个可执行流程，现有 {len(ids)} 个")
    return ids[0]
