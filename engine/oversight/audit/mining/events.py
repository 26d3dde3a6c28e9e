"""The course of a case as events: an element that was passed, or a task that was opened, each with who and when."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.oversight.audit.mining.records import Record
from engine.process.bpmn.names import GATEWAY_KINDS
from engine.process.tasks.rules import task_id

SCHEDULE, COMPLETE, ABORT = "schedule", "complete", "ate_abort"
LIFECYCLE: Final = {SCHEDULE: "任务产生", COMPLETE: "完成", ABORT: "取消"}
"""The transitions that are on record, by their names in the lifecycle extension of XES."""

_NAMESPACE: Final = uuid.UUID("9b0c6c1e-7f0a-5a55-9a53-6d7b1e0f4c11")


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a case.

    ``id`` is the same in every export: the case's root, the line of its journal, the element and its number in the
    process.  ``task`` is the id of the user task it is about, empty for other elements; ``account`` is empty when a
    task was opened, for then nobody has done anything yet.
    """

    id: str
    seq: int
    name: str
    process: str
    element: str
    kind: str
    transition: str
    at: datetime
    account: str
    on_behalf: str
    department: str
    task: str

    @property
    def uuid(self) -> str:
        """Its id in the form that XES asks for."""
        return str(uuid.uuid5(_NAMESPACE, self.id))


def events_of(record: Record, *, gateways: bool = False) -> Iterator[Event]:
    """Yield the events of a case in their order; the gateways it passed only when they are asked for."""
    found = [*_passed(record, gateways=gateways), *_opened(record)]
    yield from sorted(found, key=lambda one: (one.at, one.seq, one.transition == SCHEDULE))


def _passed(record: Record, *, gateways: bool) -> Iterator[Event]:
    stays = {(one.run, one.task_no): one for one in record.stays}
    for one in record.passed:
        step = one.step
        if step.kind in GATEWAY_KINDS and not gateways:
            continue
        stay = stays.get((step.run, step.task_no))
        yield Event(
            id=f"{record.root}/{one.seq}/{step.element}/{step.run}.{step.task_no}", seq=one.seq,
            name=step.name or step.element, process=step.process, element=step.element, kind=step.kind,
            transition=COMPLETE if step.state == "completed" else ABORT, at=step.at, account=step.account,
            on_behalf=step.on_behalf or "", department=stay.department if stay else record.department,
            task=task_id(record.root, step.run, step.task_no) if stay else "",
        )  # fmt: skip


def _opened(record: Record) -> Iterator[Event]:
    for stay in record.stays:
        then = (one for one in record.lines if one.at == stay.opened_at)
        seq = next((one.seq for one in then if stay.element in one.data.get("opened", ())), 0)
        yield Event(
            id=f"{record.root}/{seq}/{stay.element}/{stay.run}.{stay.task_no}/{SCHEDULE}", seq=seq,
            name=stay.name or stay.element, process=stay.process, element=stay.element, kind="userTask",
            transition=SCHEDULE, at=stay.opened_at, account="", on_behalf="", department=stay.department, task=stay.id,
        )  # fmt: skip
