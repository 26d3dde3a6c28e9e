"""Rules about the file as a whole: how many processes, which ids, how large."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from engine.process.bpmn.model import Drawing
from engine.process.bpmn.names import BPMN, RESERVED_IDS, RESERVED_SUFFIXES, bpmn
from engine.process.bpmn.problems import Problem, error
from engine.process.bpmn.rules.words import called, called_scope
from engine.process.bpmn.xml import local_name, namespace

MAX_NODES: Final = 1_000
"""Most flow nodes in one file; nobody can read a page with more than some forty."""

MAX_NESTING: Final = 5
"""Deepest nesting of embedded subprocesses."""

_ID: Final = re.compile(r"[^\W\d][\w.-]*")


def process_problems(drawing: Drawing) -> Iterator[Problem]:
    """The file holds exactly one process, and it is meant to run."""
    if local_name(drawing.root) != "definitions" or namespace(drawing.root) != BPMN:
        yield error("", "not-bpmn", "这不是 BPMN 2.0 文件。请用流程设计器打开后另存为 BPMN 2.0。")
        return
    if drawing.process is None:
        yield error("", "no-process", "文件里没有流程。请在设计器里画出开始事件、环节和结束事件后再保存。")
        return
    for extra in drawing.processes[1:]:
        name = extra.get("name") or extra.get("id") or "未命名"
        yield error(
            extra.get("id", ""),
            "several-processes",
            f"一个文件只能有一个流程，这里还有“{name}”。请另存为单独的文件，用调用活动连接。",
        )
    process = drawing.process
    if process.xml.get("isExecutable", "").strip() != "true":
        yield error(
            process.id,
            "not-executable",
            f"{called_scope(process)}没有标为可执行，只是一张示意图。请在设计器里勾选“可执行”，并补全表单、岗位和服务。",
        )


def id_problems(drawing: Drawing) -> Iterator[Problem]:
    """Every element has an id of its own."""
    for scope in drawing.scopes:
        if not scope.id:
            yield error("", "id-missing", f"{called_scope(scope)}没有编号（id）。请在设计器里填写编号。")
        for flow in scope.flows:
            if not flow.id:
                yield error("", "id-missing", f"从“{flow.source}”到“{flow.target}”的连线没有编号（id）。请删除后重画。")
        if "" in scope.nodes:
            yield error("", "id-missing", f"{called(scope.nodes[''])}没有编号（id）。请删除后重画。")
    for id_, count in _all_ids(drawing).items():
        if count > 1:
            yield error(id_, "id-duplicate", f"编号“{id_}”用了 {count} 次，引擎会混淆。请改成互不相同的编号。")
        if not _ID.fullmatch(id_):
            yield error(
                id_, "id-invalid", f"编号“{id_}”含有空格或符号。请只用字母、数字、下划线、点和横线，且不以数字开头。"
            )


def reserved_problems(drawing: Drawing) -> Iterator[Problem]:
    """No node has the name SpiffWorkflow gives to a node of its own."""
    for scope in drawing.scopes:
        for id_ in (scope.id, *scope.nodes):
            if id_ in RESERVED_IDS or id_.endswith(RESERVED_SUFFIXES):
                yield error(
                    id_,
                    "id-reserved",
                    f"编号“{id_}”是引擎自己保留的，用了它这个元素会消失。请换一个编号，如“{id_}_1”。",
                )


def _all_ids(drawing: Drawing) -> Counter[str]:
    return Counter(id_ for node in drawing.root.iter(bpmn("*")) if (id_ := node.get("id")))


def size_problems(drawing: Drawing) -> Iterator[Problem]:
    """The process is small enough to be read and run."""
    process = drawing.process
    if process is None:
        return
    count = sum(len(scope.nodes) for scope in drawing.scopes)
    if count > MAX_NODES:
        yield error(
            process.id,
            "too-many-nodes",
            f"{called_scope(process)}有 {count} 个元素，超过 {MAX_NODES} 个。请把相对独立的部分拆成被调用流程。",
        )
    for scope in drawing.scopes:
        if scope.depth > MAX_NESTING:
            yield error(
                scope.id,
                "nesting-too-deep",
                f"{called_scope(scope)}嵌套超过 {MAX_NESTING} 层。请把里层改成被调用流程。",
            )
