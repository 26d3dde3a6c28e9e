"""A DMN file as a whole: read, judged, and everything said that there is to say about it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from lxml import etree

from engine.process.bpmn.decisions.coverage import Budget, coverage_problems
from engine.process.bpmn.decisions.model import Decision, DecisionFile, Table
from engine.process.bpmn.decisions.reader import DMN, children, is_fact_name, read_decision, requirements
from engine.process.bpmn.decisions.tables import table_problems
from engine.process.bpmn.problems import BpmnRefused, Problem, error
from engine.process.bpmn.xml import local_name, namespace, read_xml

MAX_DECISIONS: Final = 50
"""Most decisions in a file."""

MAX_CELLS: Final = 10_000
"""Most cells in a file, all tables together."""

MAX_ELEMENTS: Final = 60_000
"""Most XML elements in a file, layout and all: a cell is two or three of them."""

MAX_LETTERS: Final = 100_000
"""Most characters in the cells of a file."""

MOST_TOLD: Final = 100
"""Most problems told at once: who has more begins with these."""

_REFUSED: Final = {
    "businessKnowledgeModel": "业务知识模型",
    "decisionService": "决策服务",
    "import": "导入其他文件",
}


def parse_decisions(xml: bytes) -> DecisionFile:
    """Return the decisions in ``xml``; raise :class:`BpmnRefused` with every reason why it cannot be evaluated.

    Overlaps and gaps are not looked for: a table that is released has been through :func:`check_decisions`.
    """
    file, problems = _read(xml)
    if file is None:
        raise BpmnRefused(problems)
    return file


def check_decisions(xml: bytes) -> tuple[Problem, ...]:
    """Return every problem of the file, errors first, each with the id of its element.  Never raises for the file."""
    try:
        file, problems = _read(xml)
    except BpmnRefused as refused:
        return refused.problems
    if file is not None:
        budget = Budget()
        for decision in file.decisions.values():
            if isinstance(decision.logic, Table):
                problems += coverage_problems(decision.name, decision.logic, budget)
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.level != "error")[:MOST_TOLD])


def _read(xml: bytes) -> tuple[DecisionFile | None, list[Problem]]:
    root = read_xml(xml)
    problems = list(_size_problems(root)) or list(_shape_problems(root))
    if problems:
        return None, problems
    boxes = children(root, "decision")
    problems += _id_problems(root, boxes)
    problems += _requirement_problems(boxes)
    decisions: dict[str, Decision] = {}
    for box in boxes:
        decision = read_decision(box, problems)
        if decision is not None:
            decisions[decision.id] = decision
            if isinstance(decision.logic, Table):
                problems += table_problems(decision.name, decision.logic)
        if len(problems) >= MOST_TOLD:
            break
    if not problems:
        problems += _name_problems(decisions)
    if problems:
        return None, problems[:MOST_TOLD]
    id = root.get("id", "").strip()
    name = root.get("name", "").strip() or id
    return DecisionFile(hashlib.sha256(xml).hexdigest(), id, name, MappingProxyType(decisions), xml), []


def _shape_problems(root: etree._Element) -> Iterator[Problem]:
    if local_name(root) != "definitions" or namespace(root) != DMN:
        yield error("", "not-dmn", "这不是 DMN 1.3 文件。请用决策表编辑器打开后另存为 DMN 1.3。")
        return
    if not is_fact_name(root.get("id", "").strip()):
        yield error(
            "", "file-id",
            "文件没有可用的编号（definitions 的 id）。请填写由英文字母、数字和下划线组成的编号，发布时按它辨认。",
        )  # fmt: skip
    if not children(root, "decision"):
        yield error("", "no-decision", "文件里没有决策。请画一张决策表后再保存。")
    for child in root:
        tag = local_name(child)
        if namespace(child) == DMN and tag in _REFUSED:
            yield error(
                child.get("id", ""), "unsupported",
                f"“{child.get('name') or tag}”是{_REFUSED[tag]}，不支持。请删除它，改为决策表和对它的引用。",
            )  # fmt: skip


def _size_problems(root: etree._Element) -> Iterator[Problem]:
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        yield error("", "file-size", f"文件里有 {MAX_ELEMENTS} 个以上的元素，太大了。请拆成几个文件。")
        return
    decisions = len(children(root, "decision"))
    texts = [node.text or "" for node in root.iter(f"{{{DMN}}}text")]
    letters = sum(map(len, texts))
    if decisions > MAX_DECISIONS or len(texts) > MAX_CELLS or letters > MAX_LETTERS:
        yield error(
            "",
            "file-size",
            f"文件里有 {decisions} 个决策、{len(texts)} 个单元格、{letters} 个字符，"
            f"最多 {MAX_DECISIONS} 个、{MAX_CELLS} 个、{MAX_LETTERS} 个。请拆成几个文件。",
        )


def _id_problems(root: etree._Element, boxes: list[etree._Element]) -> Iterator[Problem]:
    ids = Counter(id for node in root.iter() if namespace(node) == DMN and (id := node.get("id")))
    for id, count in ids.items():
        if count > 1:
            yield error(id, "id-duplicate", f"编号“{id[:60]}”用了 {count} 次，分不清是哪一个。请改成互不相同的编号。")
    for box in boxes:
        if not is_fact_name(box.get("id", "").strip()):
            yield error(
                box.get("id", ""), "decision-id",
                f"决策“{box.get('name', '')}”没有可用的编号。请填写由英文字母、数字和下划线组成的编号。",
            )  # fmt: skip
    for name, count in Counter(box.get("name", "").strip() for box in boxes).items():
        if name and count > 1:
            yield error("", "name-duplicate", f"有 {count} 个决策都叫“{name[:40]}”。请改成互不相同的名称。")


def _requirement_problems(boxes: list[etree._Element]) -> Iterator[Problem]:
    """Every requirement leads to a decision or an input of this file, and none leads back."""
    needs = {box.get("id", "").strip(): list(requirements(box)) for box in boxes}
    roots = boxes[0].getparent() if boxes else None
    inputs = {each.get("id", "") for each in children(roots, "inputData")} if roots is not None else set()
    for id, wanted in needs.items():
        for kind, ref in wanted:
            if kind == "requiredDecision" and ref not in needs:
                yield error(
                    id, "requirement-missing",
                    f"决策“{id}”需要决策“{ref[:60]}”，文件里没有它。请把它放进同一个文件，或删去这条连线。",
                )  # fmt: skip
            elif kind == "requiredInput" and ref not in inputs:
                yield error(
                    id, "requirement-missing",
                    f"决策“{id}”需要输入数据“{ref[:60]}”，文件里没有它。请补上，或删去这条连线。",
                )  # fmt: skip
            elif kind == "requiredKnowledge":
                yield error(id, "unsupported", f"决策“{id}”引用了业务知识模型“{ref[:60]}”，不支持。请改为引用决策表。")
    yield from _circles({id: [ref for kind, ref in each if kind == "requiredDecision"] for id, each in needs.items()})


def _circles(needs: dict[str, list[str]]) -> Iterator[Problem]:
    left = {id: {ref for ref in refs if ref in needs} for id, refs in needs.items()}
    while ready := [id for id, refs in left.items() if not refs & left.keys()]:
        for id in ready:
            del left[id]
    for id in left:
        yield error(id, "requirement-circle", f"决策“{id}”经过别的决策又需要它自己。请去掉圈里的一条连线。")


def _name_problems(decisions: dict[str, Decision]) -> Iterator[Problem]:
    """What a decision gives has one name each, and so has all that it sees of the decisions it requires."""
    for decision in decisions.values():
        names = Counter(decision.gives)
        seen = Counter(name for id in decision.requires for name in decisions[id].offered)
        for name, count in (names + Counter()).items():
            if count > 1:
                yield error(
                    decision.id, "output-duplicate", f"决策“{decision.name}”有 {count} 列输出都叫“{name}”。请改名。"
                )
        for name, count in seen.items():
            if count > 1:
                yield error(
                    decision.id, "output-duplicate",
                    f"决策“{decision.name}”需要的 {count} 个决策都给出“{name}”，分不清用哪一个。请改名。",
                )  # fmt: skip
