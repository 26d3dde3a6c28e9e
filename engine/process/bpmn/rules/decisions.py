"""Rules about business rule tasks: the decision they ask exists, and what it reads can be known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from engine.process.bpmn.decisions import DecisionFile
from engine.process.bpmn.model import Drawing, Node, extensions
from engine.process.bpmn.problems import Problem, error
from engine.process.bpmn.rules.words import called

Decided: TypeAlias = Callable[[str], DecisionFile | None]
"""Gives the file of a decision by the decision's id, or None when there is none."""


def decision_problems(drawing: Drawing, known: frozenset[str] | None, find: Decided) -> Iterator[Problem]:
    """Every decision asked exists and reads only facts in ``known`` (None: they are not checked)."""
    for node in drawing.nodes():
        for ref in asked(node):
            file = find(ref)
            if file is None:
                yield error(
                    node.id,
                    "decision-unknown",
                    f"{called(node)}问的决策“{ref}”没有找到。请连同决策表（.dmn）一起部署，或改正编号。",
                )
                continue
            for name in sorted(file.reads(ref) - known) if known is not None else ():
                yield error(
                    node.id,
                    "decision-input-unknown",
                    f"{called(node)}问的决策“{ref}”要读“{name}”，但没有环节或服务会给出它。"
                    "请改正决策表里的名字，或先让前面的环节给出它。",
                )


def given_names(drawing: Drawing, find: Decided | None) -> frozenset[str]:
    """Return the facts that the drawing's decisions set."""
    if find is None:
        return frozenset()
    found = [(ref, find(ref)) for node in drawing.nodes() for ref in asked(node)]
    return frozenset(name for ref, file in found if file is not None for name in file.decisions[ref].gives)


def asked(node: Node) -> list[str]:
    """Return the ids of the decisions a business rule task names: one, in a good drawing."""
    if node.kind != "businessRuleTask":
        return []
    return [ref for each in extensions(node.xml, "decision") if (ref := each.get("ref", "").strip())]
