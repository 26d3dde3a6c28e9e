"""The file as a whole: ids, one process that is meant to run, kinds of tasks, lanes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.process.bpmn.foreign import lanes
from engine.process.bpmn.foreign.findings import Finding, named
from engine.process.bpmn.foreign.trees import free_id, rename
from engine.process.bpmn.foreign.work import Work
from engine.process.bpmn.names import RESERVED_IDS, RESERVED_SUFFIXES, bpmn

_ID = re.compile(r"[^\W\d][\w.-]*")


def ids(work: Work) -> Iterator[Finding]:
    """No id is one that the engine keeps for itself, or cannot use."""
    for scope in work.drawing.scopes:
        for old in (scope.id, *scope.nodes, *(flow.id for flow in scope.flows)):
            reserved = old in RESERVED_IDS or old.endswith(RESERVED_SUFFIXES)
            if not old or (not reserved and _ID.fullmatch(old)):
                continue
            new = free_id(work.root, re.sub(r"[^\w.-]|\.(?=\w+(Join|Split)$)", "_", f"e_{old}").strip("_"))
            rename(work.root, old, new)
            yield Finding(new, "id", f"编号“{old}”在这里不能用", f"改为“{new}”，引用它的地方一并改了")


def executable(work: Work) -> Iterator[Finding]:
    """The process is meant to run; a second one in the file is another file's business."""
    drawing = work.drawing
    if drawing.process is None:
        return
    for extra in drawing.processes[1:]:
        yield Finding(
            extra.get("id", ""), "several-processes", f"文件里还有一个流程{named(extra)}",
            todo="一个文件只能有一个流程。请把它另存为单独的文件，用调用活动连接。",
        )  # fmt: skip
    if drawing.process.xml.get("isExecutable", "").strip() != "true":
        drawing.process.xml.set("isExecutable", "true")
        yield Finding(drawing.process.id, "executable", "流程没有标为可执行，只是一张示意图", "标为可执行")


def kinds(work: Work) -> Iterator[Finding]:
    """A task without a kind, and a manual one, is done by a person."""
    for node in work.drawing.nodes():
        if node.kind in ("task", "manualTask"):
            node.xml.tag = bpmn("userTask")
            what = "没有说明由谁来办" if node.kind == "task" else "是手工任务，没有记录"
            yield Finding(node.id, "kind", f"环节{named(node.xml)}{what}", "改为用户任务，请选择表单")
        elif node.kind == "scriptTask":
            yield Finding(
                node.id, "script", f"环节{named(node.xml)}执行脚本", todo="流程里不能有脚本。请改为服务任务或决策表。"
            )


def lane_of_all(work: Work) -> Iterator[Finding]:
    """Every node lies in a lane."""
    process = work.drawing.process
    if process is None or not process.nodes:
        return
    if next(process.xml.iter(bpmn("lane")), None) is None:
        name = lanes.give_lane(work.root, process.xml, "办理单位")
        yield Finding(process.id, "lane", "流程没有泳道", f"全部环节放进泳道“{name}”，请按办理单位改名或者拆分")
        return
    moved = lanes.put_into_lanes(work.root, process.xml)
    if moved:
        yield Finding(process.id, "lane", f"有 {len(moved)} 个元素不属于任何泳道", "按图上的位置放进泳道")
