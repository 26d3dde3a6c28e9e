"""Putting the tokens of an instance into another bundle: the same numbers, data, times and counters, other nodes.

Whether it may be done is :mod:`engine.process.bpmn.migration`'s to say; re-execution does it again without asking,
because it was asked when it happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from SpiffWorkflow.util.task import TaskState

from engine.process.bpmn.definition import Bundle
from engine.process.bpmn.elements import Element
from engine.process.bpmn.errors import SnapshotMismatch
from engine.process.bpmn.overrides.growth import Arming
from engine.process.bpmn.overrides.joins import EndMeeting
from engine.process.bpmn.overrides.loops import Several
from engine.process.bpmn.overrides.task import CaseTask
from engine.process.bpmn.snapshot import Live, attach, new_instance

_SPLIT: Final = ".BoundaryEventSplit"

Ids = Mapping[str, Mapping[str, str]]
"""Explicit map: process id to old element id to new element id."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """What the elements of one bundle are called in another: an explicit map, and the same id for all others."""

    ids: Ids

    def id_of(self, process_id: str, element_id: str) -> str:
        """Return the new id of an element."""
        return self.ids.get(process_id, {}).get(element_id, element_id)

    def node(self, before: Any, spec: Any) -> str:
        """Return the name in ``spec`` of the node that stands for ``before``, whether it is there or not."""
        element = element_of(before)
        if element is not None:
            # A child of a multi-instance is named after it.
            return self.id_of(spec.process_id, element.id) + str(before.name)[len(element.id) :]
        if isinstance(before, Arming):
            host = str(before.name).removesuffix(_SPLIT)
            return self.id_of(spec.process_id, host) + _SPLIT
        return str(spec.end.name if isinstance(before, EndMeeting) else before.name)


def element_of(spec: Any) -> Element | None:
    """Return the element of the drawing that a node stands for, or None for one of SpiffWorkflow's own."""
    element: Element | None = spec.extensions.get("yc") if spec.bpmn_id is not None else None
    return element


def is_child(task: Any) -> bool:
    """Whether ``task`` is one of the instances of an open multi-instance."""
    above = task.parent
    return (
        above is not None
        and isinstance(above.task_spec, Several)
        and bool(above.has_state(TaskState.NOT_FINISHED_MASK))
    )


def target_spec(names: Renaming, task: Any, spec: Any) -> Any:
    """Return the node of ``spec`` that ``task`` goes to, or None."""
    return spec.task_specs.get(names.node(task.task_spec, spec))


def migrated(top: Any, next_id: int, new: Bundle, ids: Ids) -> Live:
    """Return the instance ``top`` as one of ``new``.

    A finished task that has no node any more becomes one of the start: only the open ones count, and where branches
    parted.  Raises :class:`SnapshotMismatch` when an open one has none.
    """
    names, moved = Renaming(ids), new_instance(new)
    moved.data, moved.completed = top.data, top.completed
    for workflow in (top, *(inner for inner in top.subprocesses.values() if not inner.completed)):
        caller = workflow.parent_task_id
        target = moved
        if caller is not None:
            above = moved.find(caller)
            target = attach(moved, above, above.task_spec.spec)
        _fill(names, workflow, target)
    return Live(moved, next_id, new.digest)


def _fill(names: Renaming, workflow: Any, target: Any) -> None:
    for task in workflow.tasks.values():
        node = target_spec(names, task, target.spec)
        if node is None:
            if task.has_state(TaskState.NOT_FINISHED_MASK):
                raise SnapshotMismatch
            node = target.spec.start
        copy = CaseTask.restored(
            target, node, number=task.id, parent=task._parent, state=task.state, changed=task.last_state_change
        )
        copy.triggered, copy.internal_data, copy.data = task.triggered, task.internal_data, task.data
        if task._parent is None:
            target.task_tree = copy
