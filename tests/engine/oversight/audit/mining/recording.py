"""Records of cases made without a case: from what a runtime told, or from the names of elements alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from engine.foundation.journal.queries import Line
from engine.oversight.audit.mining.graphs import graphs_of
from engine.oversight.audit.mining.levels import Drawn
from engine.oversight.audit.mining.records import Passed, Record, Run
from engine.process.bpmn import Bundle
from engine.process.tasks.progress import ADVANCED, STARTED
from engine.process.tasks.queries import Step

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def drawn_from(bundle: Bundle) -> Drawn:
    """The drawings of one bundle, whatever the release."""
    return lambda _, process: graphs_of(bundle.definitions[process].xml) if process in bundle.definitions else None


def line(seq: int, type: str, data: Mapping[str, Any]) -> Line:
    return Line("case:1", seq, type, NOON, "W01", dict(data), "", "", type, "", "")


def record(process: str, turns: Sequence[Sequence[Any]], *, completed: bool = True) -> Record:
    """A case of one run; each of ``turns`` are the elements passed in one line: seq 1, 2, …"""
    lines, passed, number = [], [], 0
    for seq, turn in enumerate(turns, 1):
        data = {"run": 0, "passed": [one.element_id for one in turn]}
        extra = {"process": process, "release": "r"} if seq == 1 else {"how": "complete"}
        lines.append(line(seq, STARTED if seq == 1 else ADVANCED, {**data, **extra}))
        for one in turn:
            number += 1
            passed.append(Passed(seq, step(number, one)))
    runs = (Run(0, process, "r", completed),)
    return Record("case:1", "1", "I01", "事项", "D01", runs, tuple(lines), tuple(passed), ())


def step(number: int, one: Any) -> Step:
    return Step(
        number, 0, one.task_no, one.process_id, one.element_id, one.kind, one.name, one.lane, one.state, NOON, "W01",
        None, one.within,
    )  # fmt: skip
