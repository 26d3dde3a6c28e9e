"""What is on record of the course of a case, as the rules of this room read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.foundation.journal.queries import Line
from engine.oversight.audit.replay import CHANGED
from engine.process.tasks.progress import ADVANCED, STARTED
from engine.process.tasks.queries import Step

PASSING = frozenset({STARTED, ADVANCED, *CHANGED})
"""The lines that say which elements were passed."""


@dataclass(frozen=True, slots=True)
class Passed:
    """An element that a case passed, and the line of its journal that says so."""

    seq: int
    step: Step


@dataclass(frozen=True, slots=True)
class Stay:
    """A user task: for whom, when it was opened (UTC), and when and by whom it was closed, if it was."""

    id: str
    run: int
    task_no: int
    process: str
    element: str
    name: str
    department: str
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str
    state: str


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a process: the release by which it goes now, and whether it has ended."""

    run: int
    process: str
    release: str
    completed: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of a case: when (UTC) and by which account it was issued."""

    id: str
    title: str
    number: str
    at: datetime
    account: str


@dataclass(frozen=True, slots=True)
class Record:
    """The course of one case; ``lines`` are those of its journal that moved its processes."""

    root: str
    case_no: str
    item_code: str
    item_name: str
    department: str
    runs: tuple[Run, ...]
    lines: tuple[Line, ...]
    passed: tuple[Passed, ...]
    stays: tuple[Stay, ...]
    papers: tuple[Paper, ...] = ()


def passed_by(lines: Sequence[Line], steps: Sequence[Step]) -> Iterator[Passed]:
    """Yield each step with the line that says it was passed; both are in the order in which they were written."""
    done = iter(steps)
    for line in lines:
        if line.type in PASSING:
            for _ in line.data.get("passed", ()):
                step = next(done, None)
                if step is not None:
                    yield Passed(line.seq, step)
