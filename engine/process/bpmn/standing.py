"""Where a stored instance stands: every element that holds a token, read off its snapshot without moving it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from SpiffWorkflow.util.task import TaskState

from engine.process.bpmn.definition import Bundle
from engine.process.bpmn.elements import Element
from engine.process.bpmn.facts import copied, merged
from engine.process.bpmn.overrides.joins import common_data
from engine.process.bpmn.snapshot import load

_HERE: Final = TaskState.WAITING | TaskState.READY | TaskState.STARTED


@dataclass(frozen=True, slots=True)
class Standing:
    """An element with a token: a user task, an open call, something waited for, or an armed boundary event.

    ``task_no`` is the number of the token, by which a user task is found again; ``since`` an aware UTC instant.
    """

    process_id: str
    element_id: str
    task_no: int
    since: datetime


def standing(bundle: Bundle, snapshot: bytes) -> tuple[Standing, ...]:
    """Return what the instance in ``snapshot`` waits at, by number; raise SnapshotMismatch for another bundle's."""
    top = load(snapshot, bundle).top
    found = [_told(task) for task in top.all_tasks() if task.state & _HERE and task.task_spec.bpmn_id is not None]
    return tuple(sorted(found, key=lambda one: one.task_no))


def facts_in(bundle: Bundle, snapshot: bytes) -> dict[str, Any]:
    """Return the data of the main process in ``snapshot``: what all its open tokens together make of it.

    The caller's to keep.  Raises SnapshotMismatch for another bundle's.
    """
    top = load(snapshot, bundle).top
    if top.completed:
        return dict(copied(top.data))
    # The instances of an open multi-instance keep their data to themselves; their parent stands for them.
    tokens = [task for task in top.tasks.values() if _is_open(task) and not _is_open(task.parent)]
    facts: dict[str, Any] = copied(merged(common_data(tokens), [task.data for task in tokens]))
    return facts


def _is_open(task: Any) -> bool:
    return task is not None and bool(task.has_state(TaskState.NOT_FINISHED_MASK))


def _told(task: Any) -> Standing:
    element: Element = task.task_spec.extensions["yc"]
    since = datetime.fromtimestamp(task.last_state_change, UTC)
    return Standing(task.workflow.spec.process_id, element.id, task.id, since)
