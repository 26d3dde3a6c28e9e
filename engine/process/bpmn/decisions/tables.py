"""Rules about one table that need no search: priorities, aggregation, and values that are never allowed."""

from __future__ import annotations

from collections.abc import Iterator

from engine.process.bpmn.decisions.feel import Expression
from engine.process.bpmn.decisions.model import Output, Table
from engine.process.bpmn.decisions.values import fitted, shown
from engine.process.bpmn.problems import Problem, error

_NO_VALUE = object()


def table_problems(name: str, table: Table) -> Iterator[Problem]:
    """Return what is wrong with ``table`` of the decision called ``name``, beyond its single cells."""
    yield from _priorities(name, table)
    yield from _aggregation(name, table)
    for place, output in enumerate(table.outputs):
        yield from _entries(name, table, place, output)
    seen: set[str] = set()
    for rule in table.rules:
        if rule.id in seen:
            yield error(rule.id, "id-duplicate", f"决策“{name}”有两条规则的编号都是“{rule.id}”。请改成不同的编号。")
        seen.add(rule.id)


def _priorities(name: str, table: Table) -> Iterator[Problem]:
    if table.policy not in ("PRIORITY", "OUTPUT ORDER"):
        return
    ranked = [output for output in table.outputs if output.allowed is not None]
    if not ranked or any(output.allowed is not None and not output.allowed.listed for output in ranked):
        yield error(
            table.id, "priority-missing",
            f"决策“{name}”按优先级取结果，却没有写明优先级。请在输出的允许值里由高到低列出各个值。",
        )  # fmt: skip
        return
    for place, output in enumerate(table.outputs):
        for rule in table.rules:
            if output.allowed is not None and not rule.entries[place].is_constant:
                yield error(
                    rule.id, "priority-computed",
                    f"决策“{name}”的规则 {rule.number} 输出“{output.label}”是算出来的，排不出优先级。"
                    "请写成允许值里的一个。",
                )  # fmt: skip


def _aggregation(name: str, table: Table) -> Iterator[Problem]:
    if not table.aggregator:
        return
    kind = table.outputs[0].kind
    if len(table.outputs) > 1:
        yield error(
            table.id, "aggregation", f"决策“{name}”要合计，却有 {len(table.outputs)} 列输出。请只留一列，或不合计。"
        )
    elif table.aggregator != "COUNT" and kind not in ("number", "integer"):
        yield error(
            table.id, "aggregation", f"决策“{name}”的输出“{table.outputs[0].label}”不是数，不能合计。请把类型改为数。"
        )


def _entries(name: str, table: Table, place: int, output: Output) -> Iterator[Problem]:
    for rule in table.rules:
        value = _constant(rule.entries[place], output)
        if value is _NO_VALUE:
            continue
        text = rule.entries[place].text[:60]
        if output.allowed is not None and not output.allowed.holds(value):
            yield error(
                rule.id, "output-not-allowed",
                f"决策“{name}”的规则 {rule.number} 输出“{output.label}”的“{text}”不在允许的值里。"
                "请改成其中一个，或补充允许的值。",
            )  # fmt: skip
        elif value is None and (table.gives_lists or table.aggregator):
            yield error(
                rule.id, "output-empty",
                f"决策“{name}”的规则 {rule.number} 输出“{output.label}”是空的，不能放进列表或合计。请填写。",
            )  # fmt: skip
    default = output.default
    if default is not None and output.allowed is not None:
        value = _constant(default, output)
        if value is not _NO_VALUE and not output.allowed.holds(value):
            yield error(
                table.id, "output-not-allowed",
                f"决策“{name}”输出“{output.label}”的默认值{shown(value)}不在允许的值里。请改成其中一个。",
            )  # fmt: skip


def _constant(entry: Expression, output: Output) -> object:
    return fitted(entry.value_of({}), output.kind) if entry.is_constant else _NO_VALUE
