"""Evaluating a decision: which rules fire, and what the hit policy makes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, NoReturn

from engine.foundation.errors import Conflict
from engine.process.bpmn.decisions.feel import Expression
from engine.process.bpmn.decisions.model import Decision, DecisionFile, Output, Rule, Table
from engine.process.bpmn.decisions.values import (
    FeelRefused,
    Kind,
    computed,
    fitted,
    incoming,
    outgoing,
    shown,
)


class DecisionRefused(Conflict):
    """决策表“{table}”得不出结论：{reason}。没有做任何改动，请核对填写的内容，或联系流程管理员修改决策表后再办。"""

    code = "DECISION_REFUSED"


@dataclass(frozen=True, slots=True)
class Step:
    """One decision as it was evaluated.

    ``inputs`` are pairs of what is read and its value, ``rules`` the ids of the rules that fired, in order,
    ``outputs`` the facts by name.  A plain expression has no inputs and no rules.
    """

    decision_id: str
    inputs: tuple[tuple[str, Any], ...]
    rules: tuple[str, ...]
    outputs: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A decision and, before it, what it requires; ``digest`` is that of the file."""

    digest: str
    steps: tuple[Step, ...]

    @property
    def last(self) -> Step:
        """The decision that was asked for."""
        return self.steps[-1]


def decide(file: DecisionFile, decision_id: str, facts: Mapping[str, Any]) -> Outcome:
    """Evaluate a decision of ``file`` over the routing ``facts``, which are not changed.

    Raises :class:`DecisionRefused`: a fact is missing or of the wrong kind, no rule fires, or more than one may.
    """
    offered: dict[str, Mapping[str, Any]] = {}
    steps: list[Step] = []
    for decision in file.chain(decision_id):
        seen = dict(facts)
        for required in decision.requires:
            seen.update(offered[required])
        step, values = _Evaluation(decision, seen).step()
        steps.append(step)
        offered[decision.id] = _offered(decision, values)
    return Outcome(file.digest, tuple(steps))


def _offered(decision: Decision, values: Mapping[str, Any]) -> Mapping[str, Any]:
    if not decision.variable:
        return values
    whole = values if len(values) > 1 else next(iter(values.values()))
    return {**values, decision.variable: whole}


class _Evaluation:
    """One decision over what it sees."""

    def __init__(self, decision: Decision, seen: Mapping[str, Any]) -> None:
        self._decision = decision
        self._seen = seen

    def step(self) -> tuple[Step, dict[str, Any]]:
        """Return what is told of the decision, and its outputs as S-FEEL values."""
        logic = self._decision.logic
        if isinstance(logic, Expression):
            value = self._value(logic, self._decision.kind, "表达式")
            return self._told((), (), {self._decision.variable: value})
        inputs = tuple(self._input(logic, place) for place in range(len(logic.inputs)))
        rules = self._fired(logic, inputs)
        told = tuple((each.expression.text, value) for each, value in zip(logic.inputs, inputs, strict=True))
        fired, values = self._concluded(logic, rules, inputs)
        return self._told(told, fired, values)

    def _told(
        self, inputs: tuple[tuple[str, Any], ...], rules: tuple[str, ...], values: dict[str, Any]
    ) -> tuple[Step, dict[str, Any]]:
        try:
            outputs = {name: outgoing(value) for name, value in values.items()}
            read = tuple((text, outgoing(value)) for text, value in inputs)
        except FeelRefused as fault:
            self._refuse(str(fault))
        return Step(self._decision.id, read, rules, outputs), values

    def _refuse(self, reason: str) -> NoReturn:
        raise DecisionRefused(table=self._decision.name, reason=reason)

    def _value(self, expression: Expression, kind: Kind | None, place: str) -> Any:
        try:
            value = expression.value_of(Facts(self._seen))
            return value if kind is None else fitted(value, kind)
        except FeelRefused as fault:
            self._refuse(f"{place}“{expression.text[:60]}”：{fault}")

    def _input(self, table: Table, place: int) -> Any:
        column = table.inputs[place]
        value = self._value(column.expression, column.kind, "输入")
        if column.allowed is not None and not column.allowed.holds(value):
            self._refuse(f"“{column.label}”的值{shown(value)}不在允许的值 {column.allowed.text[:80]} 之内")
        return value

    def _fired(self, table: Table, inputs: tuple[Any, ...]) -> list[Rule]:
        fired = []
        for rule in table.rules:
            if all(test.holds(value) for test, value in zip(rule.tests, inputs, strict=True)):
                fired.append(rule)
                if table.policy == "FIRST":
                    break
        if table.policy == "UNIQUE" and len(fired) > 1:
            numbers = "、".join(str(rule.number) for rule in fired)
            self._refuse(f"规则 {numbers} 同时成立，只应有一条（{_saw(table, inputs)}）")
        return fired

    def _concluded(
        self, table: Table, rules: list[Rule], inputs: tuple[Any, ...]
    ) -> tuple[tuple[str, ...], dict[str, Any]]:
        rows = [(rule, self._entries(table, rule)) for rule in rules]
        if not rows:
            return (), self._without_rule(table, inputs)
        if table.policy == "ANY" and any(entries != rows[0][1] for _, entries in rows):
            numbers = "、".join(str(rule.number) for rule in rules)
            self._refuse(f"规则 {numbers} 同时成立而输出不同（{_saw(table, inputs)}）")
        if table.policy in ("PRIORITY", "OUTPUT ORDER"):
            rows.sort(key=lambda row: _priority(table, row[1]))
        if table.policy == "PRIORITY":
            rows = rows[:1]
        return tuple(rule.id for rule, _ in rows), self._collected(table, [entries for _, entries in rows])

    def _entries(self, table: Table, rule: Rule) -> tuple[Any, ...]:
        return tuple(
            self._entry(output, entry, f"规则 {rule.number} 的输出")
            for output, entry in zip(table.outputs, rule.entries, strict=True)
        )

    def _entry(self, output: Output, entry: Expression, place: str) -> Any:
        value = self._value(entry, output.kind, place)
        if output.allowed is not None and not output.allowed.holds(value):
            self._refuse(f"{place}“{output.label}”{shown(value)}不在允许的值 {output.allowed.text[:80]} 之内")
        return value

    def _without_rule(self, table: Table, inputs: tuple[Any, ...]) -> dict[str, Any]:
        if any(output.default is not None for output in table.outputs):
            values = tuple(
                None if output.default is None else self._entry(output, output.default, "默认输出")
                for output in table.outputs
            )
            return self._collected(table, [values]) if table.gives_lists else _named(table, values)
        if not table.may_be_empty:
            self._refuse(f"没有一条规则成立，也没有默认输出（{_saw(table, inputs)}）")
        return self._collected(table, [])

    def _collected(self, table: Table, rows: list[tuple[Any, ...]]) -> dict[str, Any]:
        """Return the outputs that the ``rows`` of the rules that fired come to."""
        if table.aggregator:
            try:
                return _named(table, (AGGREGATES[table.aggregator]([entries[0] for entries in rows]),))
            except (TypeError, FeelRefused):
                self._refuse("输出里有空值或太大的数，不能合计")
        if not table.gives_lists:
            return _named(table, rows[0])
        columns = [[entries[place] for entries in rows] for place in range(len(table.outputs))]
        if any(value is None for column in columns for value in column):
            self._refuse("列表里有空的输出，请填写每条规则的输出")
        return _named(table, tuple(columns))


class Facts(Mapping[str, Any]):
    """The facts, each made an S-FEEL value when it is read."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._facts = facts

    def __getitem__(self, name: str) -> Any:
        return incoming(self._facts[name])

    def __contains__(self, name: object) -> bool:
        return name in self._facts

    def __iter__(self) -> Any:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)


def _total(values: list[Any]) -> Any:
    total: Any = Decimal(0)
    for value in values:
        total = computed("+", total, value)
    return total


AGGREGATES: Final[Mapping[str, Callable[[list[Any]], Any]]] = {
    "SUM": _total,
    "MIN": min,
    "MAX": max,
    "COUNT": lambda values: Decimal(len(values)),
}


def _named(table: Table, values: tuple[Any, ...]) -> dict[str, Any]:
    return {output.name: value for output, value in zip(table.outputs, values, strict=True)}


def _priority(table: Table, entries: tuple[Any, ...]) -> tuple[int, ...]:
    """Return the places of a rule's outputs in the lists of output values; the lowest comes first."""
    return tuple(
        output.allowed.listed.index(value)
        for output, value in zip(table.outputs, entries, strict=True)
        if output.allowed is not None and output.allowed.listed is not None
    )


def _saw(table: Table, inputs: tuple[Any, ...]) -> str:
    read = [f"{each.label}={shown(value)}" for each, value in zip(table.inputs, inputs, strict=True)]
    return "，".join(read) or "没有输入"
