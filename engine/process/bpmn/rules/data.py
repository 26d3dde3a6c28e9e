"""Rules about data: what goes in and out is declared on called processes, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

from engine.process.bpmn.model import Drawing, children, variable
from engine.process.bpmn.names import bpmn
from engine.process.bpmn.problems import Problem, error, warning
from engine.process.bpmn.rules.words import called, called_scope


def data_problems(drawing: Drawing) -> Iterator[Problem]:
    """Data stores, data links and inputs of single tasks are not executed."""
    for scope in drawing.scopes:
        for store in scope.xml.iterchildren(bpmn("dataStoreReference")):
            name = store.get("name") or store.get("id", "")
            yield error(
                store.get("id", ""), "data-store", f"数据存储“{name}”不会读写。请删除它，需要的数据由服务任务处理。"
            )
        for data in scope.xml.iterchildren(bpmn("dataObjectReference")):
            name = data.get("name") or data.get("id", "")
            yield warning(
                data.get("id", ""), "data-object", f"数据对象“{name}”只作图示，不保存任何内容。请确认流程不依赖它。"
            )
    for node in drawing.nodes():
        if children(node.xml, "ioSpecification"):
            yield error(
                node.id,
                "task-data",
                f"{called(node)}声明了自己的输入输出，会丢掉其余信息。请删除，只在被调用流程上声明。",
            )
        if children(node.xml, "dataInputAssociation") or children(node.xml, "dataOutputAssociation"):
            yield error(node.id, "data-association", f"{called(node)}连着数据对象，不会读写。请删除这条数据连线。")


def declared_problems(drawing: Drawing) -> Iterator[Problem]:
    """Declared inputs, outputs and variables have names an expression can use."""
    process = drawing.process
    if process is None:
        return
    boxes = children(process.xml, "ioSpecification")
    declared = [each for box in boxes for tag in ("dataInput", "dataOutput") for each in children(box, tag)]
    for each in [*declared, *children(process.xml, "property")]:
        name = variable(each)
        if not name.isidentifier() or name.startswith("_"):
            yield error(
                each.get("id", ""),
                "data-name",
                f"{called_scope(process)}声明的信息“{name}”不能用作名字。请用字母、数字和下划线，不以数字或下划线开头。",
            )
