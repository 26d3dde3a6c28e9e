"""Looking at the rehearsed case: what has happened since the last look, what is open, how far it got."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.casework.cases.queries import CaseFile, case_by_root
from engine.foundation.clock import CITY
from engine.foundation.journal.queries import Line, lines_of
from engine.oversight.rehearsal.coverage import Covered, covered
from engine.oversight.rehearsal.forming import context_json
from engine.oversight.rehearsal.report import Event, Opened
from engine.process.bpmn import Definition
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.standing import standing
from engine.process.clocks.queries import clocks_of
from engine.process.documents.queries import documents_of
from engine.process.tasks.awaited.queries import awaited_by
from engine.process.tasks.progress import ADVANCED, STARTED
from engine.process.tasks.queries import instances_of, main_run, steps_of, tasks_of
from engine.process.tasks.rules import Task
from engine.registry.identity.rules import SYSTEM
from yichuang.rehearsing.house import Stage
from yichuang.rehearsing.people import somebody_for

_SILENT = frozenset({STARTED, ADVANCED})
"""Said better by the elements that were passed."""
_FIRED = frozenset({"clock.fired", "clock.reminded", "clock.overdue", "clock.order_due"})
_TIMERS = frozenset({"boundaryEvent", "intermediateCatchEvent"})


@dataclass
class Seen:
    """How far the case has been looked at: the last journal line, documents, steps."""

    line: int = 0
    documents: int = 0
    step: int = 0
    kinds: set[str] = field(default_factory=set)
    """Every clock that has fired, by kind, and every event that was passed while the clock went on, by element."""


@dataclass(frozen=True)
class News:
    """What has happened since the last look."""

    happened: tuple[str, ...]
    events: tuple[Event, ...]
    open: tuple[str, ...]
    status: str


class Look:
    """Looks at one case of a throw-away house."""

    def __init__(self, stage: Stage, case_no: str) -> None:
        """Look at ``case_no``."""
        self.stage, self.case_no, self.root = stage, case_no, f"case:{case_no}"
        self.seen = Seen()

    def news(self, *, advancing: bool = False) -> News:
        """Return what has happened since the last call; ``advancing`` says that the clock made it happen."""
        with self.stage.door.read(SYSTEM) as view:
            lines = lines_of(view.connection, self.root, after=self.seen.line, limit=2_000)
            documents = documents_of(view.connection, self.root)[self.seen.documents :]
            steps = [one for one in steps_of(view.connection, self.root) if one.number > self.seen.step]
            clocks = {one.id: one.kind for one in clocks_of(view.connection, self.root)}
            status = case_by_root(view.connection, self.root).status
        events = [_clock_event(line, clocks) for line in lines if line.type in _FIRED]
        if advancing:
            events += [
                Event("timer", one.element, f"“{one.name or one.element}”到点", _local(one.at))
                for one in steps
                if one.kind in _TIMERS and one.state == "completed"
            ]
        self.seen.kinds |= {one.kind for one in events}
        events += [
            Event("document", one.kind, f"《{one.title}》{one.number}", _local(one.issued_at)) for one in documents
        ]
        self.seen.line = max((line.seq for line in lines), default=self.seen.line)
        self.seen.step = max((one.number for one in steps), default=self.seen.step)
        self.seen.documents += len(documents)
        told = tuple(line.sentence for line in lines if line.type not in _SILENT)
        return News(told, tuple(events), tuple(sorted(one.element for one in self.tasks())), status)

    def tasks(self) -> list[Task]:
        """Return the open tasks."""
        with self.stage.door.read(SYSTEM) as view:
            return tasks_of(view.connection, self.root, state="open")

    def opened(self) -> tuple[Opened, ...]:
        """Return the open tasks with their forms, as whoever may do them sees them."""
        return tuple(self._opened(task) for task in self.tasks())

    def _opened(self, task: Task) -> Opened:
        found = somebody_for(self.stage.door, task)
        known: dict[str, Any] = {} if found is None else {
            "account": found[0].account, "form": _plain(found[1].schema), "context": context_json(found[1].context)
        }  # fmt: skip
        return Opened(
            element=task.element, process=task.process, name=task.name, role=task.role, department=task.department,
            item=branch_of(task), **known,
        )  # fmt: skip

    def case(self) -> CaseFile:
        """Return the case as it stands."""
        with self.stage.door.read(SYSTEM) as view:
            return case_by_root(view.connection, self.root)

    def awaited(self) -> tuple[tuple[str, str], ...]:
        """Return the messages from outside that are waited for: name and business key."""
        with self.stage.door.read(SYSTEM) as view:
            return tuple((one.name, one.key) for one in awaited_by(view.connection, self.root))

    def status(self) -> str:
        """Return the state of the case."""
        return self.case().status

    def passed(self) -> frozenset[str]:
        """Return every element that was passed."""
        with self.stage.door.read(SYSTEM) as view:
            return frozenset(one.element for one in steps_of(view.connection, self.root) if one.state == "completed")

    def documents(self) -> frozenset[str]:
        """Return the kinds of documents that were made."""
        with self.stage.door.read(SYSTEM) as view:
            return frozenset(one.kind for one in documents_of(view.connection, self.root))

    def due(self) -> dict[str, str]:
        """Return the day on which the newest clock of each kind comes due, as ISO text."""
        with self.stage.door.read(SYSTEM) as view:
            return {one.kind: one.due_on.isoformat() for one in clocks_of(view.connection, self.root) if one.due_on}

    def ended(self) -> bool:
        """Tell whether the main process that counts has ended."""
        with self.stage.door.read(SYSTEM) as view:
            row = main_run(instances_of(view.connection, self.root))
            return row is not None and row.completed

    def coverage(self) -> dict[str, Covered]:
        """Return which elements and flows of each process of the case were gone through."""
        with self.stage.door.read(SYSTEM) as view:
            steps, bundles = steps_of(view.connection, self.root), view.part(Bundles)
            rows = instances_of(view.connection, self.root)
            places: set[tuple[str, str]] = set()
            definitions: dict[str, Definition] = {}
            for row in rows:
                bundle = bundles.of(view.connection, bundles.release(view.connection, row.release_id), row.process)
                definitions.update(bundle.definitions)
                if not row.completed:
                    places |= {(one.process_id, one.element_id) for one in standing(bundle, row.snapshot)}
            quiet = {
                (id, element.id)
                for id, one in definitions.items()
                for element in one.elements.values()
                if element.kind == "boundaryEvent"
            }
            # A boundary event that listens was not come to yet.
            return covered(definitions.values(), steps, places - quiet)


def branch_of(task: Task) -> str:
    """Return the branch of a joint review to which the task belongs, or an empty text."""
    item = task.item or ""
    return item.partition("/")[2] or item


def _plain(value: Mapping[str, Any]) -> Any:
    return json.loads(json.dumps(value, ensure_ascii=False, default=str))


def _clock_event(line: Line, kinds: Mapping[str, str]) -> Event:
    return Event("clock", kinds.get(str(line.data.get("clock")), ""), line.sentence, _local(line.at))


def _local(instant: Any) -> str:
    return f"{instant.astimezone(CITY):%Y-%m-%d %H:%M}"
