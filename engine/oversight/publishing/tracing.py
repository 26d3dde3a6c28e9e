"""条款对照: which elements of the processes carry out which clauses, and what is without the other: pure.

Only what does something is asked for a clause: tasks of people and of the system, decisions, and calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from engine.process.bpmn import Definition, Element
from processes.library import ClauseRow

DOING: Final = frozenset({"userTask", "serviceTask", "businessRuleTask", "callActivity", "receiveTask"})
"""Kinds of elements that carry out a clause."""


@dataclass(frozen=True)
class Cited:
    """An element of a process."""

    process: str
    process_name: str
    element: Element


@dataclass(frozen=True)
class Clause:
    """A clause of the standard: its number, the rows of the trace table under it, and the elements that name it."""

    number: str
    rows: tuple[ClauseRow, ...]
    elements: tuple[Cited, ...]

    @property
    def bidding(self) -> bool:
        """Whether any of its rows says that something shall or may be done, and not what a word means."""
        return any(row.modality != "陈述" for row in self.rows)


@dataclass(frozen=True)
class Matrix:
    """All clauses in the standard's order, and the elements that should name one and do not."""

    clauses: tuple[Clause, ...]
    bare: tuple[Cited, ...]
    unknown: tuple[tuple[str, Cited], ...]
    """Clauses that are named and are none of the standard's, each with who names it."""

    @property
    def missing(self) -> list[Clause]:
        """The clauses that bid something and that no element names."""
        return [one for one in self.clauses if one.bidding and not one.elements]


def trace(definitions: Mapping[str, Definition], rows: Iterable[ClauseRow]) -> Matrix:
    """Return which elements name which clauses; processes by their ids, elements in the order of the file."""
    cited = [
        Cited(name, definitions[name].name, element)
        for name in sorted(definitions)
        for element in definitions[name].elements.values()
    ]
    by_clause: dict[str, list[Cited]] = {}
    for one in cited:
        for number in one.element.clauses:
            by_clause.setdefault(number, []).append(one)
    told: dict[str, list[ClauseRow]] = {}
    for row in rows:
        told.setdefault(row.clause, []).append(row)
    return Matrix(
        clauses=tuple(Clause(number, tuple(own), tuple(by_clause.get(number, ()))) for number, own in told.items()),
        bare=tuple(one for one in cited if one.element.kind in DOING and not one.element.clauses),
        unknown=tuple((number, one) for number, found in by_clause.items() if number not in told for one in found),
    )
