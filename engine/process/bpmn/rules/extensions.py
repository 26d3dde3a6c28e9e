"""Rules about extension elements: ours are known and placed rightly, others' are not executed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from engine.process.bpmn.model import Drawing
from engine.process.bpmn.names import DRAWING_NAMESPACES, YC, yc
from engine.process.bpmn.problems import Problem, error, warning
from engine.process.bpmn.xml import local_name

_KNOWN: Final = frozenset(
    {"process", "task", "service", "parameter", "decision", "clock", "message", "clause", "stage"}
)

_TOOLS: Final = {
    "http://camunda.org/schema/1.0/bpmn": "Camunda 7",
    "http://camunda.org/schema/zeebe/1.0": "Camunda 8",
    "http://flowable.org/bpmn": "Flowable",
    "http://activiti.org/bpmn": "Activiti",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "SpiffWorkflow",
}

_NAMESPACED: Final = etree.XPath(f"//*[namespace-uri() != '{YC}']/@*[namespace-uri() != '']")
"""Every attribute with a namespace, of elements that are not ours: lxml finds the few there are by itself."""


def extension_problems(drawing: Drawing) -> Iterator[Problem]:
    """Our own extension elements are known and carry no id; foreign ones are named once."""
    for node in drawing.root.iter(yc("*")):
        yield from _ours(local_name(node), node.get("id"))
    foreign = _foreign(drawing.root)
    for space, count in sorted(foreign.items()):
        tool = _TOOLS.get(space, space or "无命名空间")
        yield warning(
            "",
            "foreign-extension",
            f"文件里有 {count} 处“{tool}”的设置，这里不会执行。请用本平台的属性重新设置需要的内容。",
        )


def _foreign(root: etree._Element) -> Counter[str]:
    """Return how often each namespace that is neither ours nor a drawing's is used by elements and attributes."""
    used: Counter[str] = Counter()
    # Few names of elements are used many times: a name is taken apart once.
    for tag, count in Counter(str(node.tag) for node in root.iter()).items():
        used[_space(tag)] += count
    used.pop(YC, None)
    found: Any = _NAMESPACED(root)
    used.update(_space(str(each.attrname)) for each in found)
    return Counter({space: count for space, count in used.items() if space not in DRAWING_NAMESPACES})


def _space(name: str) -> str:
    return name[1:].partition("}")[0] if name.startswith("{") else ""


def _ours(tag: str, id_: str | None) -> Iterator[Problem]:
    if tag not in _KNOWN:
        yield error(id_ or "", "extension-unknown", f"设置 yc:{tag} 不认识，不会起作用。请删除它，或检查拼写。")
    if id_ is not None:
        yield error(
            id_, "extension-id", f"设置 yc:{tag} 不能带编号（id），否则引擎会把它当作流程元素。请删除它的编号。"
        )
