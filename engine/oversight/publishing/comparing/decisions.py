"""Two files of decisions compared decision by decision and rule by rule: pure."""

from __future__ import annotations

from collections.abc import Iterator

from engine.oversight.publishing.comparing.changes import Part, Side, compared
from engine.process.bpmn import DecisionFile
from engine.process.bpmn.decisions.model import Decision, Input, Output, Table


def compare_decisions(before: DecisionFile, after: DecisionFile) -> tuple[Part, ...]:
    """Return what differs: each decision itself with its columns, and each of its rules cell by cell."""
    ordered = _common_orders(before, after)
    return compared(dict(_sides(before, ordered[0])), dict(_sides(after, ordered[1])))


def _common_orders(*files: DecisionFile) -> tuple[dict[str, str], dict[str, str]]:
    """Return for each file the order, by decision, of the rules that both have: an inserted rule moves no other."""
    tables = [
        {
            id: [rule.id for rule in decision.logic.rules]
            for id, decision in file.decisions.items()
            if isinstance(decision.logic, Table)
        }
        for file in files
    ]
    first, second = (
        {id: "、".join(rule for rule in rules if rule in other.get(id, ())) for id, rules in mine.items()}
        for mine, other in (tables, tables[::-1])
    )
    return first, second


def _sides(file: DecisionFile, order: dict[str, str]) -> Iterator[tuple[str, Side]]:
    for decision in file.decisions.values():
        yield decision.id, Side(decision.name, {**_said(decision), "规则的次序": order.get(decision.id, "")})
        if isinstance(decision.logic, Table):
            yield from _rules(decision, decision.logic)


def _said(decision: Decision) -> dict[str, str]:
    said = {"名称": decision.name, "变量": decision.variable, "依赖": "、".join(decision.requires)}
    if not isinstance(decision.logic, Table):
        return {**said, "表达式": decision.logic.text}
    table = decision.logic
    said |= {"命中策略": f"{table.policy} {table.aggregator}".strip()}
    said |= {f"输入 {_title(one)}": _input(one) for one in table.inputs}
    return said | {f"输出 {one.name}": _output(one) for one in table.outputs}


def _rules(decision: Decision, table: Table) -> Iterator[tuple[str, Side]]:
    for rule in table.rules:
        cells = {_title(one): cell.text for one, cell in zip(table.inputs, rule.tests, strict=True)}
        cells |= {one.name: entry.text for one, entry in zip(table.outputs, rule.entries, strict=True)}
        yield f"{decision.id}:{rule.id}", Side(f"{decision.name} 第 {rule.number} 条", cells)


def _title(one: Input) -> str:
    return one.label or one.expression.text


def _input(one: Input) -> str:
    return " ".join((one.expression.text, str(one.kind), one.allowed.text if one.allowed else "")).strip()


def _output(one: Output) -> str:
    parts = (one.label, str(one.kind), one.allowed.text if one.allowed else "", one.default.text if one.default else "")
    return " ".join(parts).strip()
