"""Rules about calls and about the facts an expression may read, which calls bring in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from engine.process.bpmn.expressions import ExpressionRefused, compile_expression
from engine.process.bpmn.model import Drawing, children, extensions, variable
from engine.process.bpmn.parser import declared_data
from engine.process.bpmn.problems import Problem, error
from engine.process.bpmn.rules.decisions import Decided, decision_problems, given_names
from engine.process.bpmn.rules.expressions import written
from engine.process.bpmn.rules.words import called, called_scope
from engine.process.bpmn.vocabulary import Vocabulary

if TYPE_CHECKING:
    from engine.process.bpmn.definition import Definition

Called = Callable[[str], "Definition | None"]


def call_problems(drawing: Drawing, find: Called) -> Iterator[Problem]:
    """Every called process exists, is another one, and declares what goes in and comes out."""
    for node in drawing.nodes():
        if not node.called:
            continue
        if node.called == drawing.scopes[0].id:
            yield error(node.id, "call-circle", f"{called(node)}调用了自己所在的流程。请改为用连线画出循环。")
            continue
        definition = find(node.called)
        if definition is None:
            yield error(
                node.id, "call-unknown", f"{called(node)}调用的流程“{node.called}”没有找到。请先部署它，或改正编号。"
            )
        elif not definition.declares_data:
            yield error(
                node.id,
                "call-undeclared",
                f"{called(node)}调用的流程“{node.called}”没有声明输入输出，并行办理时会互相覆盖。"
                "请在被调用流程上添加 ioSpecification。",
            )


def name_problems(
    drawing: Drawing, words: Vocabulary, find: Called | None, decided: Decided | None = None
) -> Iterator[Problem]:
    """Expressions, decisions, call inputs and process outputs name only facts that can have a value."""
    process = drawing.scopes[0]
    checkable = bool(children(process.xml, "ioSpecification")) or bool(words.facts)
    known = known_names(drawing, words, find) | given_names(drawing, decided)
    if decided is not None:
        yield from decision_problems(drawing, known if checkable else None, decided)
    if not checkable:
        return
    for each in written(drawing):
        try:
            names = compile_expression(each.text)
        except ExpressionRefused:
            continue
        for name in sorted(names - known - each.extra):
            yield error(
                each.element_id,
                "name-unknown",
                f"{each.place}用到了“{name}”，但没有环节或服务会给出它。请检查拼写，或在流程上声明输入。",
            )
    if find is None:
        return
    yield from _inputs(drawing, known, find)
    for name in declared_data(process)[1]:
        if name not in known:
            yield error(
                process.id,
                "output-unknown",
                f"{called_scope(process)}声明的输出“{name}”没有环节或服务会给出。请检查拼写，或删除它。",
            )


def _inputs(drawing: Drawing, known: frozenset[str], find: Called) -> Iterator[Problem]:
    for node in drawing.nodes():
        definition = find(node.called) if node.called else None
        items = {variable(i) for loop in [node.loop] if loop is not None for i in children(loop, "inputDataItem")}
        for name in definition.inputs if definition is not None else ():
            if name not in known | items:
                yield error(
                    node.id,
                    "call-input-unknown",
                    f"{called(node)}调用的流程“{node.called}”要求输入“{name}”，但这里没有。请先让前面的环节给出它。",
                )


def known_names(drawing: Drawing, words: Vocabulary, find: Called | None) -> frozenset[str]:
    """Return the facts that can have a value somewhere in the drawing."""
    process = drawing.scopes[0]
    known = set(declared_data(process)[0]) | set(drawing.variables.values())
    if not children(process.xml, "ioSpecification"):
        known |= words.facts
    for node in drawing.nodes():
        for task in extensions(node.xml, "task"):
            known |= words.acts.get(task.get("act", ""), frozenset())
        for service in extensions(node.xml, "service"):
            if service.get("name", "") in words.services:
                known |= words.services[service.get("name", "")].facts
        for message in extensions(node.xml, "message"):
            known |= words.messages.get(message.get("name", ""), frozenset())
        definition = find(node.called) if find is not None and node.called else None
        if definition is not None:
            known |= set(definition.outputs)
    return frozenset(known)
