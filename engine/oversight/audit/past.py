"""A case as it was right after a line of its journal: re-executed from the lines before it, nothing else asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from engine.casework.cases.queries import case_by_root
from engine.casework.joint.planning import PLANNED
from engine.foundation.journal.queries import Line
from engine.oversight.audit.moments import Hand, PastClock, PastDocument, clocks, documents, hands
from engine.oversight.audit.replay import MOVING, Again, not_kept, unknown
from engine.oversight.audit.reviews import PastReview, review
from engine.process.bpmn import Advance, Bundle, OpenTask
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.standing import facts_in
from engine.process.tasks.advancing.queries import drawn
from engine.process.tasks.migrating import MIGRATED
from engine.process.tasks.progress import STARTED
from engine.process.tasks.queries import Step, handling, main_run
from engine.process.tasks.returning.tags import WITHDRAWN
from engine.process.tasks.rules import InstanceRow, Task, task_id
from engine.registry.items.queries import item_at


@dataclass(frozen=True)
class Stay:
    """How long a user task was open: from when to when (UTC), and whose act ended it.

    ``until`` is None while it is open; ``cancelled`` when something else took it away.
    """

    run: int
    task_no: int
    process: str
    element: str
    name: str
    since: datetime
    until: datetime | None = None
    by: str = ""
    cancelled: bool = False


@dataclass(frozen=True)
class Past:
    """A case after the line ``seq`` of its journal.

    ``rows`` are its runs as they were kept then; ``open_tasks`` the tasks that waited, with their holders of then;
    ``steps`` everything that had been gone through; ``facts`` the data of the main process; ``review`` is
    the joint review, once departments were asked; ``differs_at`` the first line whose state is not what the
    re-execution gives: nothing after it is shown.  ``gap`` says why that line cannot be
    executed again at all; then nothing is shown of what came with it or after it.
    """

    seq: int
    at: datetime
    rows: tuple[InstanceRow, ...]
    bundles: Mapping[int, Bundle]
    steps: tuple[Step, ...]
    stays: tuple[Stay, ...]
    open_tasks: tuple[Task, ...]
    hands: Mapping[str, Hand]
    clocks: Mapping[str, PastClock]
    documents: Mapping[str, PastDocument]
    facts: Mapping[str, Any]
    review: PastReview | None
    differs_at: int | None
    gap: str = ""


def past(connection: Connection, bundles: Bundles, root_id: str, lines: Sequence[Line]) -> Past:
    """Return how a case stood after the last of ``lines``, which are the first of its journal; at least one.

    Its rows of today are not asked, but for the department that handles it, which never changes.
    """
    telling = _Telling(Again(connection, bundles, root_id), root_id, handling(connection, root_id) or "")
    differs_at, gap = None, ""
    for place, line in enumerate(lines):
        gap = unknown(line)
        if gap or (line.type in MOVING and not telling.line(line)):
            differs_at, gap = line.seq, gap or not_kept(connection, line)
            # Of what is only half known, nothing is shown.
            lines = lines[: place or 1] if gap else lines
            break
    mine = hands(lines, telling.again_open, telling.freed)
    main = main_run(list(telling.rows.values()))
    return Past(
        seq=lines[-1].seq, at=lines[-1].at, rows=tuple(telling.rows.values()),
        bundles=telling.bundles, steps=tuple(telling.steps),
        stays=tuple(telling.stays.values()), open_tasks=tuple(_open(telling, mine)), hands=mine,
        clocks=clocks(lines), documents=documents(lines),
        facts=facts_in(telling.bundles[main.run], main.snapshot) if main else {},
        review=_review(connection, root_id, lines), differs_at=differs_at, gap=gap,
    )  # fmt: skip


def _review(connection: Connection, root_id: str, lines: Sequence[Line]) -> PastReview | None:
    if not any(line.type == PLANNED for line in lines):
        return None
    case = case_by_root(connection, root_id)
    return review(lines, item_at(connection, case.item_digest).joint_plan)


class _Telling:
    """Re-execution that keeps what each line made of the case."""

    def __init__(self, again: Again, root_id: str, department: str) -> None:
        self.again, self._root_id, self._department = again, root_id, department
        self.rows: dict[int, InstanceRow] = {}
        self.last: dict[int, Advance] = {}
        self.bundles: dict[int, Bundle] = {}
        self.steps: list[Step] = []
        self.stays: dict[tuple[int, int], Stay] = {}
        self.again_open: dict[int, str] = {}
        self.freed: dict[int, list[str]] = {}
        self._processes: dict[int, str] = {}

    def line(self, line: Line) -> bool:
        """Do again what the line says, and keep what came of it; tell whether it is what the line says."""
        before = self.places()
        same = self.again.line(line)
        if same:
            runs = [one["run"] for one in line.data["runs"]] if line.type == MIGRATED else [line.data.get("run", 0)]
            for run in runs:
                self._told(line, run, self.again.last[run])
        if same and line.type == MIGRATED:
            # A task that is for somebody else now goes back to be claimed.
            self.freed[line.seq] = [task for task, place in self.places().items() if before.get(task, place) != place]
        return same

    def places(self) -> dict[str, tuple[str, str]]:
        """Return for whom each open task is: role and department, by its id."""
        return {id: (values["role"], values["department"]) for id, (_, _, values) in self.open_tasks().items()}

    def open_tasks(self) -> dict[str, tuple[int, OpenTask, dict[str, Any]]]:
        """Return by id the run, the task that waits in it, and what its row says of it."""
        return {
            task_id(self._root_id, run, one.task_no): (run, one, drawn(self.rows[run], one))
            for run, last in self.last.items()
            for one in last.open_tasks
        }

    def _told(self, line: Line, run: int, advance: Advance) -> None:
        if line.type == STARTED:
            self._processes[run] = line.data.get("process") or self.again.bundle(run).main.process_id
        self.last[run], self.bundles[run] = advance, self.again.bundle(run)
        version = self.rows[run].version + 1 if run in self.rows else 1
        self.rows[run] = InstanceRow(
            self._root_id, run, self._processes[run], self.again.releases[run], self._department,
            version, advance.snapshot, advance.state_hash, advance.completed,
        )  # fmt: skip
        if line.type == MIGRATED:
            return  # it passed nothing and opened nothing: what stood there stands on under another release
        self.steps += [
            Step(
                len(self.steps) + offset, run, one.task_no, one.process_id, one.element_id, one.kind, one.name or "",
                one.lane or "", one.state, line.at, line.account, line.on_behalf or None, one.within,
            )
            for offset, one in enumerate(advance.passed, 1)
        ]  # fmt: skip
        mine = line.data.get("task_no")
        for task_no in advance.closed:
            before = self.stays[run, task_no]
            self.stays[run, task_no] = replace(
                before, until=line.at, by=line.account, cancelled=task_no != mine
            )
        for opened in advance.opened:
            if line.type == WITHDRAWN and opened.element_id == line.data["element"]:
                self.again_open[line.seq] = task_id(self._root_id, run, opened.task_no)
            self.stays[run, opened.task_no] = Stay(
                run, opened.task_no, opened.process_id, opened.element_id, opened.name or "", line.at
            )


def _open(telling: _Telling, mine: Mapping[str, Hand]) -> Iterator[Task]:
    for id, (run, one, values) in telling.open_tasks().items():
        hand = mine.get(id, Hand())
        yield Task(
            id=id, root_id=telling.rows[run].root_id, run=run, task_no=one.task_no,
            **{**values, "clauses": one.clauses}, item=one.item, state="open", holder=hand.holder or None,
            held_since=hand.since, opened_at=telling.stays[run, one.task_no].since, closed_at=None, closed_by=None,
            revision=0, delegate=hand.delegate or None, on_behalf=hand.on_behalf or None,
        )  # fmt: skip
