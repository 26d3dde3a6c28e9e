"""Overlaps, gaps and rules that never fire, found by comparing the cells of a table as sets.

The cells of a column cut its values into segments; every value of a segment is taken by the same rules.  So a column
is a short list of classes, each the set of rules that take it (a whole number with a bit for each rule) with one value
as an example, and a table is the product of its columns.  The search is exact; its work is bounded, and it says so when
the bound is reached.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import Any, Final

from engine.process.bpmn.decisions.cells import BOTTOM, TOP, Cut, Span
from engine.process.bpmn.decisions.model import Input, Rule, Table
from engine.process.bpmn.decisions.values import Kind, Months, shown
from engine.process.bpmn.problems import Problem, error, warning

MOST_WORK: Final = 500_000
"""Steps of the search for one file, some tenths of a second."""

_EXACT: Final = Context(prec=100)
"""Precise enough for the sum of any two numbers that a cell may hold."""

MOST_TOLD: Final = 20
"""Most overlaps told of one table."""


class WorkDone(Exception):
    """The search has used up its steps: no error, it stops where it was told to."""


class Budget:
    """The steps a file may still cost."""

    def __init__(self, steps: int = MOST_WORK) -> None:
        self._left = steps

    def spend(self, steps: int = 1) -> None:
        """Take ``steps``; raise :class:`WorkDone` when they are used up."""
        self._left -= steps
        if self._left < 0:
            raise WorkDone


@dataclass(frozen=True, slots=True)
class Column:
    """An input column: (the rules that take them, one of the values) for each class of values."""

    label: str
    classes: tuple[tuple[int, Any], ...]


def coverage_problems(name: str, table: Table, budget: Budget) -> list[Problem]:
    """Return what the rules of ``table`` leave open or take twice."""
    problems: list[Problem] = []
    try:
        columns = [_column(place, each, table.rules, budget) for place, each in enumerate(table.inputs)]
        if table.policy in ("UNIQUE", "ANY"):
            problems += _overlaps(name, table, columns, budget)
        if table.policy == "FIRST":
            problems += _unreachable(name, table, columns, budget)
        problems += _idle(name, table, columns)
        if not table.may_be_empty and all(output.default is None for output in table.outputs):
            problems += _gaps(name, table, columns, budget)
    except WorkDone:
        problems.append(
            warning(table.id, "coverage-capped", f"决策“{name}”太大，没有查完有无重叠和遗漏。请拆成几张小表再检查。")
        )
    return problems


def gap(columns: list[Column], rules: int, budget: Budget) -> tuple[Any, ...] | None:
    """Return a value for each column that none of ``rules`` (a bit for each) takes, or None when all is covered."""
    covered: set[tuple[int, int]] = set()

    def search(place: int, rules: int) -> tuple[Any, ...] | None:
        if not rules:
            return tuple(column.classes[0][1] for column in columns[place:])
        if place == len(columns) or (place, rules) in covered:
            return None
        for taken, example in columns[place].classes:
            budget.spend()
            rest = search(place + 1, rules & taken)
            if rest is not None:
                return (example, *rest)
        covered.add((place, rules))
        return None

    # A column without a single possible value leaves nothing to cover.
    return search(0, rules) if all(column.classes for column in columns) else None


def _column(place: int, column: Input, rules: tuple[Rule, ...], budget: Budget) -> Column:
    """Return the classes of one column; a sweep over all cuts, keeping which rules are open."""
    changes: dict[Cut, int] = {BOTTOM: 0, TOP: 0}
    for bit, rule in enumerate(rules):
        for low, high in rule.tests[place].spans:
            changes[low] = changes.get(low, 0) ^ (1 << bit)
            changes[high] = changes.get(high, 0) ^ (1 << bit)
    allowed = column.allowed.spans if column.allowed is not None else ((BOTTOM, TOP),)
    for low, high in allowed:
        changes.setdefault(low, 0)
        changes.setdefault(high, 0)
    classes: dict[int, Any] = {}
    taken, span = 0, 0
    cuts = sorted(changes)
    for low, high in pairwise(cuts):
        budget.spend()
        taken ^= changes[low]
        while span < len(allowed) and allowed[span][1] <= low:
            span += 1
        inside = span < len(allowed) and allowed[span][0] <= low
        if inside and taken not in classes and (found := example((low, high), column.kind)) is not None:
            classes[taken] = found
    _take_null(place, column, rules, classes)
    return Column(column.label, tuple(classes.items()))


def _take_null(place: int, column: Input, rules: tuple[Rule, ...], classes: dict[int, Any]) -> None:
    """Add null where the column speaks of it; elsewhere an empty fact is no case that a table should foresee."""
    spoken = any(test.null and test.listed is not None for test in (rule.tests[place] for rule in rules))
    if spoken and (column.allowed is None or column.allowed.null):
        taken = sum(1 << bit for bit, rule in enumerate(rules) if rule.tests[place].null)
        classes.setdefault(taken, None)


def example(span: Span, kind: Kind) -> Any:
    """Return a value of ``kind`` between two cuts, and None when there is none."""
    low, high = span
    if low != BOTTOM and low[2] == 0 and _is_one(low[1], kind):
        return low[1]
    if high != TOP and high[2] == 1 and (low == BOTTOM or low[1] != high[1]) and _is_one(high[1], kind):
        return high[1]
    return _BETWEEN[kind](low[1] if low != BOTTOM else None, high[1] if high != TOP else None)


def _is_one(value: Any, kind: Kind) -> bool:
    return kind != "integer" or value == value.to_integral_value()


def _number(low: Decimal | None, high: Decimal | None) -> Decimal | None:
    if low is None:
        return Decimal(0) if high is None else _EXACT.subtract(high, 1)
    if high is None:
        return _EXACT.add(low, 1)
    middle = _EXACT.divide(_EXACT.add(low, high), 2)
    whole = middle.to_integral_value()
    return whole if low < whole < high else middle if low < middle < high else None


def _integer(low: Decimal | None, high: Decimal | None) -> Decimal | None:
    if low is None:
        return Decimal(0) if high is None else _EXACT.subtract(high, 1).to_integral_value("ROUND_CEILING")
    following = _EXACT.add(low, 1).to_integral_value("ROUND_FLOOR")
    return following if high is None or following < high else None


def _text(low: str | None, high: str | None) -> str | None:
    tries = ("其他", "0", (low or "") + "0", (low or "") + "!", (low or "") + "\t", "")
    return next((each for each in tries if (low is None or low < each) and (high is None or each < high)), None)


def _truth(low: bool | None, high: bool | None) -> bool | None:
    return next((each for each in (False, True) if (low is None or low < each) and (high is None or each < high)), None)


def _day(low: date | None, high: date | None) -> date | None:
    try:
        if low is None:
            return date(2026, 1, 1) if high is None else high - timedelta(days=1)
        following = low + timedelta(days=1)
    except OverflowError:
        return None
    return following if high is None or following < high else None


def _time(low: timedelta | None, high: timedelta | None) -> timedelta | None:
    if low is None or high is None:
        whole = timedelta(days=1)
        return timedelta(0) if low is high is None else low + whole if low is not None else (high or whole) - whole
    middle = low + (high - low) / 2
    return middle if low < middle < high else None


def _months(low: Months | None, high: Months | None) -> Months | None:
    if low is None:
        return Months(0) if high is None else Months(high.count - 1)
    following = Months(low.count + 1)
    return following if high is None or following < high else None


_BETWEEN: Final[dict[Kind, Any]] = {
    "number": _number, "integer": _integer, "string": _text, "boolean": _truth, "date": _day, "days": _time,
    "months": _months,
}  # fmt: skip


def _overlaps(name: str, table: Table, columns: list[Column], budget: Budget) -> Iterator[Problem]:
    every = (1 << len(table.rules)) - 1
    meeting = [every] * len(table.rules)
    for column in columns:
        together = [0] * len(table.rules)
        for taken, _ in column.classes:
            for bit in _bits(taken):
                budget.spend()
                together[bit] |= taken
        meeting = [both & also for both, also in zip(meeting, together, strict=True)]
    told = 0
    for first, rules in enumerate(meeting):
        for second in _bits(rules >> (first + 1) << (first + 1)):
            one, other = table.rules[first], table.rules[second]
            if table.policy == "ANY" and _same_outputs(table, one, other):
                continue
            told += 1
            if told <= MOST_TOLD:
                yield _overlap(name, table, columns, one, other)


def _overlap(name: str, table: Table, columns: list[Column], one: Rule, other: Rule) -> Problem:
    both = (1 << (one.number - 1)) | (1 << (other.number - 1))
    values = [next(value for taken, value in column.classes if taken & both == both) for column in columns]
    differ = "而输出不同" if table.policy == "ANY" else "，只应有一条"
    return error(
        other.id,
        "rules-overlap",
        f"决策“{name}”的规则 {one.number} 和规则 {other.number} 会同时成立{differ}，例如{_told(columns, values)}。"
        "请改其中一条的条件，或换一种命中策略。",
        one.id,
    )


def _same_outputs(table: Table, one: Rule, other: Rule) -> bool:
    """Whether two rules surely say the same: equal constants, or the same words."""
    for first, second in zip(one.entries, other.entries, strict=True):
        if first.is_constant != second.is_constant:
            return False
        if first.is_constant and first.value_of({}) != second.value_of({}):
            return False
        if not first.is_constant and first.text != second.text:
            return False
    return True


def _unreachable(name: str, table: Table, columns: list[Column], budget: Budget) -> Iterator[Problem]:
    for bit, rule in enumerate(table.rules):
        own = [Column(column.label, tuple(each for each in column.classes if each[0] >> bit & 1)) for column in columns]
        budget.spend(sum(len(column.classes) for column in columns))
        if all(column.classes for column in own) and gap(own, (1 << bit) - 1, budget) is None:
            yield warning(
                rule.id,
                "rule-unreachable",
                f"决策“{name}”的规则 {rule.number} 永远轮不到：前面的规则已包括它的全部情形。请删除它，或移到前面。",
            )


def _idle(name: str, table: Table, columns: list[Column]) -> Iterator[Problem]:
    fires = [reduce(or_, (taken for taken, _ in column.classes), 0) for column in columns]
    for bit, rule in enumerate(table.rules):
        never = next((column for column, taken in zip(columns, fires, strict=True) if not taken >> bit & 1), None)
        if never is not None:
            yield warning(
                rule.id,
                "rule-never",
                f"决策“{name}”的规则 {rule.number} 永远不成立：输入“{never.label}”没有这样的值。请改正条件，或删除它。",
            )


def _gaps(name: str, table: Table, columns: list[Column], budget: Budget) -> Iterator[Problem]:
    open_values = gap(columns, (1 << len(table.rules)) - 1, budget)
    if open_values is not None:
        yield warning(
            table.id,
            "rules-gap",
            f"决策“{name}”没有包括所有情形，例如{_told(columns, list(open_values))}时没有规则成立，流程会停下。"
            "请补一条规则，或填写默认输出。",
        )


def _told(columns: list[Column], values: list[Any]) -> str:
    told = [f"{column.label}={shown(value)}" for column, value in zip(columns, values, strict=True)]
    return "，".join(told) or "任何情形"


def _bits(number: int) -> Iterator[int]:
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
