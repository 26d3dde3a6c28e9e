"""A DMN file as it is evaluated: decisions, tables, rules, everything compiled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from engine.process.bpmn.decisions.cells import Cell
from engine.process.bpmn.decisions.feel import Expression
from engine.process.bpmn.decisions.values import Kind

Policy: TypeAlias = Literal["UNIQUE", "ANY", "FIRST", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT"]
Aggregator: TypeAlias = Literal["", "SUM", "MIN", "MAX", "COUNT"]

LISTS: Final[frozenset[str]] = frozenset({"RULE ORDER", "OUTPUT ORDER", "COLLECT"})
"""Policies that give every rule's output, in a list unless it is aggregated."""


@dataclass(frozen=True, slots=True)
class Input:
    """An input column: what is read, of which kind, and the values that may come (None: any)."""

    label: str
    expression: Expression
    kind: Kind
    allowed: Cell | None


@dataclass(frozen=True, slots=True)
class Output:
    """An output column: the fact it gives, the kind and the values it may have, and its default entry."""

    name: str
    label: str
    kind: Kind
    allowed: Cell | None
    default: Expression | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row; ``number`` counts from 1, ``id`` is what the journal calls it."""

    id: str
    number: int
    tests: tuple[Cell, ...]
    entries: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table."""

    id: str
    policy: Policy
    aggregator: Aggregator
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]

    @property
    def gives_lists(self) -> bool:
        """Whether each output is a list of what the rules say."""
        return self.policy in LISTS and not self.aggregator

    @property
    def may_be_empty(self) -> bool:
        """Whether it is an answer that no rule fires: an empty list, a count of nought."""
        return self.gives_lists or self.aggregator == "COUNT"


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision: a table, or one plain expression; ``variable`` names its result for those that require it."""

    id: str
    name: str
    variable: str
    requires: tuple[str, ...]
    logic: Table | Expression
    kind: Kind | None = None

    @property
    def gives(self) -> tuple[str, ...]:
        """Names of the facts it sets."""
        if isinstance(self.logic, Table):
            return tuple(output.name for output in self.logic.outputs)
        return (self.variable,)

    @property
    def offered(self) -> frozenset[str]:
        """Names under which the decisions that require this one see its result."""
        return frozenset(self.gives) | ({self.variable} if self.variable else frozenset())

    @property
    def reads(self) -> frozenset[str]:
        """Names its own expressions read."""
        if isinstance(self.logic, Expression):
            return self.logic.names
        written = [each.expression for each in self.logic.inputs]
        written += [entry for rule in self.logic.rules for entry in rule.entries]
        written += [each.default for each in self.logic.outputs if each.default is not None]
        return frozenset(name for each in written for name in each.names)


@dataclass(frozen=True, slots=True)
class DecisionFile:
    """A DMN file; ``digest`` is the SHA-256 of its bytes in hexadecimal, ``id`` its own id, by which it is released."""

    digest: str
    id: str
    name: str
    decisions: Mapping[str, Decision]
    xml: bytes = field(repr=False)

    def chain(self, decision_id: str) -> tuple[Decision, ...]:
        """Return the decision with everything it requires, each after what it requires; the file has no circles."""
        found: dict[str, Decision] = {}

        def collect(id: str) -> None:
            if id not in found:
                for required in self.decisions[id].requires:
                    collect(required)
                found[id] = self.decisions[id]

        collect(decision_id)
        return tuple(found.values())

    def reads(self, decision_id: str) -> frozenset[str]:
        """Return the facts that must be there for the decision: what its chain reads and does not itself give."""
        return frozenset(name for each in self.chain(decision_id) for name in self._outer(each))

    def _outer(self, decision: Decision) -> Iterator[str]:
        given = {name for id in decision.requires for name in self.decisions[id].offered}
        yield from decision.reads - given
